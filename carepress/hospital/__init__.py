"""A hospital's profile: read, checked and applied to a book."""
