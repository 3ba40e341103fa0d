"""Numbers with the noun that they count, for messages in English."""

from __future__ import annotations


def counted(count: int, one: str, many: str) -> str:
    """Return a number with its noun, such as “1 page” or “3 pages”."""
    return f"{count} {one if count == 1 else many}"
