"""What formcheck does when things go wrong, or for very long."""
