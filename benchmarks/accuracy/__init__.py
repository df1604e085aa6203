"""How wrong formcheck is, on rendered people whose joint angles are known."""
