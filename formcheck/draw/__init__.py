"""Frames: overlay, annotated video, silhouette."""
