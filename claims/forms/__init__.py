"""What people type, validated: a module per screen, named as its view is."""
