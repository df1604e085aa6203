"""The commands of the command line, one small file each.

These modules are read at every start, so they import nothing heavy at their top: OpenCV, MediaPipe,
PyAV, numpy and pydantic come in when a command runs.
"""
