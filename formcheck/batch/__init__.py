"""Many sources, one result each: a file, a folder, a cluster."""
