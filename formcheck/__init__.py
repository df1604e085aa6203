"""formcheck: watches hip-flexor exercises and says what a good physiotherapist would."""

__version__ = "0.1.0"
