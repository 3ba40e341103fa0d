"""Hospital profiles: read, check and apply them to a book."""
