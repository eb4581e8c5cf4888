"""Makes an interactive zsh fast, keeps it fast, and proves it."""

__version__ = "0.1.0"
