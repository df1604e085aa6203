"""Inputs that nobody should give: special ones by name, others by a number."""
