"""Records become verdicts, always with reasons."""
