"""Files: specs, recordings, results, languages."""
