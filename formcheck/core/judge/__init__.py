"""Counts repetitions and holds and judges the checks of a spec."""
