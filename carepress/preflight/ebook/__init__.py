"""Checks of e-books that need no Java, many of them stricter than EPUBCheck and Ace."""

from carepress.preflight.ebook.parity import check_parity
from carepress.preflight.ebook.rules import check_epub

__all__ = ["check_epub", "check_parity"]
