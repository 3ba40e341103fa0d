"""Checks of a text: small functions, each returning what it found."""
