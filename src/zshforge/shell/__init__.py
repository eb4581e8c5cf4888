"""Everything that knows zsh: finding it, its terminal, its processes, its configurations."""
