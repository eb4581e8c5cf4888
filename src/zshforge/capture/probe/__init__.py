"""What runs inside the measured shell (zsh code, package data)."""
