"""Stage 5, prove, for e-books: what EPUBCheck and Ace do not look at, or take for sound."""

from carepress.preflight.ebook.parity import check_parity
from carepress.preflight.ebook.rules import check_epub

__all__ = ["check_epub", "check_parity"]
