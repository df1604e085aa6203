"""Settings of the process: cores, memory, garbage collection, interruption, lazy imports."""
