"""Where the program's fitted numbers come from."""
