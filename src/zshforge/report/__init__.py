"""One module for each way of showing a record."""
