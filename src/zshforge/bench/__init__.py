"""Micro-benchmarks of zsh functions, inside one real shell."""
