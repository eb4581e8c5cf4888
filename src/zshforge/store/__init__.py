"""Artifacts on disk: replaced atomically, locked, and checked on the way in and out."""
