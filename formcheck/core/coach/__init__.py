"""Leads through sets, routines and self-tests: what is shown and said, as plain values."""
