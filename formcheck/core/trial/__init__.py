"""A spec tried by a person of sticks: what it does, what is counted, which faults show."""
