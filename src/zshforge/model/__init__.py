"""Records, settings, errors and the schema registry: what every other floor speaks."""
