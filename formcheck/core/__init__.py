"""The pure core: poses in, judged frames out; no clock, no file, no thread."""
