"""What a shell really sources: locked, and compared with the lock."""
