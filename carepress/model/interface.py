"""The strings of the templates in one language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

# The context and the English of a message.
Key = tuple[str | None, str]
# From a message, its English plural or None, and a count to its text.
Lookup = Callable[[Key, str | None, int], str]


def english(key: Key, plural: str | None, count: int) -> str:
    """Return the text of a message in English, as the templates have it."""
    return key[1] if plural is None or count == 1 else plural


@dataclass(frozen=True, slots=True)
class Interface:
    """The strings of the templates in one language. Those that are `missing` are in English."""

    lookup: Lookup = english
    missing: tuple[Key, ...] = ()

    def gettext(self, message: str, context: str | None = None) -> str:
        """Return the text of a message; `context` tells it from others with the same English."""
        return self.lookup((context, message), None, 1)
