"""The demo desk: invented articles with reviews of some of their claims, and a person for each role."""
