"""On which page of a typeset section each word stands: for an e-book's page numbers and for catalogs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from carepress.text.reading_order import DRAWING, Piece, pieces, words


def first_words(pages: list[Any], section: Any) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the words of a section, and the number of the first word, from 0, on each of its pages.

    A page that has only lines to write on begins at the end of the section. A word that is divided between two
    pages belongs to the first. Raises ValueError when the pages do not have the words of their HTML, in its order.
    """
    found = pieces(section)
    total = words(found)
    starts = _first_words(pages, found)
    return total, tuple(len(total) if start is None else start for start in starts)


@dataclass(slots=True)
class _Text:
    """The text that stands in one element: how much of it has been met, and where in it words begin."""

    text: str = ""
    met: int = 0
    begins: list[int] = field(default_factory=list)
    words: list[int] = field(default_factory=list)

    def next_word(self, text: str) -> int | None:
        """Take the next part of the text from a page; return the first word that begins in it."""
        start, self.met = self.met, self.met + len(text)
        if self.text[start : self.met] != text:
            raise ValueError(f"“{text}” is not where its page has it")
        index = bisect_left(self.begins, start)
        return self.words[index] if index < len(self.begins) and self.begins[index] < self.met else None


def _texts(found: list[Piece]) -> dict[Any, _Text]:
    texts: dict[Any, _Text] = {}
    word = -1
    for piece in found:
        text = texts.setdefault(piece.owner, _Text())
        if piece.begins:
            word += 1
            text.begins.append(len(text.text))
            text.words.append(word)
        text.text += piece.text
    return texts


def _first_words(pages: list[Any], found: list[Piece]) -> Iterator[int | None]:
    """Yield the number of the first new word of each page, or None for a page without one."""
    texts, heads = _texts(found), set[Any]()
    for page in pages:
        first = None
        for owner, text in _runs(page, heads):
            word = texts[owner].next_word(text)
            first = word if first is None else first
        yield first


def _runs(box: Any, heads: set[Any]) -> Iterator[tuple[Any, str]]:
    """Yield the text of a page's boxes, without spaces, each with the element that it stands in.

    Passed over is what the style sheets add, what is repeated down to the foot of a page, and the head of a
    table (`heads` are those met before) where the table goes on.
    """
    kind = type(box).__name__
    if kind == "MarginBox" or hasattr(box, "copy_number") or "::" in str(box.element_tag):
        return
    if getattr(box, "is_header", False):
        if box.element in heads:
            return
        heads.add(box.element)
    if kind == "TextBox":
        if text := "".join(box.text.split()):
            yield box.element, text
    elif kind in ("InlineReplacedBox", "BlockReplacedBox") and str(box.element.tag).endswith("svg"):
        yield box.element, DRAWING
    for child in getattr(box, "children", ()):
        yield from _runs(child, heads)


def segment_pages(pages: list[Any], first: int) -> dict[str, int]:
    """Return the page on which each segment first stands, by its “path:line”; `first` is the number of the first."""
    found: dict[str, int] = {}
    for number, page in enumerate(pages, first):
        for box in _boxes(page):
            if box.element is not None and (place := box.element.get("data-at")):
                found.setdefault(place, number)
    return found


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)
