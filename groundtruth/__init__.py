"""Rendered people whose joint angles are known."""
