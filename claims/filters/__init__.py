"""What lists can be narrowed to. Everything is in the address; what makes no sense there is said and left out."""
