"""The words of a rendered section in reading order, which print and e-book share.

Both come from the same templates, so a word has the same index in both. Works with trees of lxml and of the
standard library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from carepress.text.line_breaks import without_breaks

DRAWING = "\ufffc"  # a drawing counts as one word (Unicode: object replacement character)
JOINING = {"a", "abbr", "bdi", "cite", "dfn", "em", "strong"}  # elements that do not separate words
# Classes of a span that keeps a word on one line (carepress/text/nobreak.py): not in tables, and also in tables.
WHOLE, SHORT_WHOLE = "whole", "whole short"
APART = {"aside", "style", "script"}  # not part of the running text
SECTIONS = {"section", "nav"}


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters without a space in one text node: the text of `element`, or its `tail`.

    They begin at `index` of that text node, whose parent element is `owner`. The first piece of a word `begins` it;
    markup inside a word divides it into several pieces.
    """

    element: Any
    tail: bool
    index: int
    owner: Any
    begins: bool
    text: str


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace; the empty string for a comment."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def sections(root: Any) -> Iterator[tuple[str, Any]]:
    """Yield each section of a page or book with its name, its id or else its first class."""
    for element in root:
        if local_name(element) in SECTIONS:
            yield element.get("id") or (element.get("class") or "").partition(" ")[0], element
        else:
            yield from sections(element)


def pieces(section: Any) -> list[Piece]:
    """Return the text of a section in reading order; a drawing is one piece."""
    return list(_Walk().element(section, None))


def words(parts: Iterable[Piece]) -> tuple[str, ...]:
    """Return the words that pieces form."""
    joined: list[str] = []
    for piece in parts:
        if piece.begins:
            joined.append(piece.text)
        else:
            joined[-1] += piece.text
    return tuple(map(without_breaks, joined))


class _Walk:
    """A walk through a section that remembers whether the next text continues a word."""

    def __init__(self) -> None:
        self.apart = True  # whether the next piece begins a word

    def element(self, element: Any, parent: Any) -> Iterator[Piece]:
        """Yield the pieces of an element, and those of its tail if it has a parent."""
        name = local_name(element)
        if name == "svg" and element.get("aria-hidden") == "true":
            self.apart = True
        elif name == "svg":
            yield Piece(element, False, 0, element, True, DRAWING)
            self.apart = True
        elif name and name not in APART:
            joined = name in JOINING or (name == "span" and element.get("class") in (None, WHOLE, SHORT_WHOLE))
            self.apart = self.apart or not joined
            yield from self.text(element, False, element, element.text)
            for child in element:
                yield from self.element(child, element)
            self.apart = self.apart or not joined
        if parent is not None:
            yield from self.text(element, True, parent, element.tail)

    def text(self, element: Any, tail: bool, owner: Any, text: str | None) -> Iterator[Piece]:
        """Yield the pieces of one text node."""
        end = 0
        for match in re.finditer(r"\S+", text or ""):
            yield Piece(element, tail, match.start(), owner, self.apart or match.start() > end, match[0])
            self.apart, end = False, match.end()
        self.apart = self.apart or end < len(text or "")
