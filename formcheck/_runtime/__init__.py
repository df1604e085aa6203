"""Settings of the process: heaps, garbage collection, interruption, lazy imports."""
