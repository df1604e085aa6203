"""In front of a camera: window, voice, recording."""
