"""How fast formcheck is, and what it takes of the machine."""
