"""From a body to named values, each NaN with a reason."""
