"""Pictures: overlay, annotated video, silhouette."""
