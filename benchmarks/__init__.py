"""Benchmarks of formcheck; `python -m benchmarks` lists them."""
