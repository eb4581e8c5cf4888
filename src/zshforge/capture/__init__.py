"""Sessions become samples, samples become runs."""
