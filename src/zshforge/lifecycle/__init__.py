"""Puts a configuration together, in place, and away again."""
