"""Models of exercises, routines and programmes."""
