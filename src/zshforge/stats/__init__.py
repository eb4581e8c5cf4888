"""Pure functions on numbers; no input, no output."""
