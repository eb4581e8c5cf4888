"""Who costs what: by file, plugin, function, line and forked command."""
