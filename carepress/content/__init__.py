"""Stage 1, read: a book's folder becomes one typed `Book`."""

from carepress.content.book import read_book

__all__ = ["read_book"]
