"""Checks of a text and its translation: small functions that yield findings."""
