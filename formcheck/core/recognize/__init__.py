"""Tells which exercise of the library a person does, or that it is none of them."""
