"""Find the words and segments on each page of a typeset section, for page numbers of e-books and for catalogs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from carepress.pdf.boxes import children, copy_number, is_margin, is_picture, is_text
from carepress.text.reading_order import DRAWING, Piece, pieces, words


def first_words(pages: list[Any], section: Any) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Return the words of a section, and for each of its page boxes the index of the first word.

    For a page with only lines to write on, the index is the number of words. A word that is divided between two
    pages belongs to the first. Raises ValueError if the pages do not have the words of their HTML in the same order.
    """
    parts = pieces(section)
    total = words(parts)
    starts = _first_words(pages, parts)
    return total, tuple(len(total) if start is None else start for start in starts)


@dataclass(slots=True)
class _Text:
    """The text of one element without spaces, where words begin in it, and how much of it is on earlier pages."""

    text: str = ""
    consumed: int = 0
    """The number of characters on the pages so far."""
    offsets: list[int] = field(default_factory=list)
    """The indexes in `text` at which words begin."""
    words: list[int] = field(default_factory=list)
    """The index in the section of each of these words."""

    def next_word(self, text: str) -> int | None:
        """Consume the next part of the text; return the index of the first word that begins in it, or None."""
        start, self.consumed = self.consumed, self.consumed + len(text)
        if self.text[start : self.consumed] != text:
            raise ValueError(f"a page has “{text}” where its HTML has other text")
        index = bisect_left(self.offsets, start)
        return self.words[index] if index < len(self.offsets) and self.offsets[index] < self.consumed else None


def _texts(parts: list[Piece]) -> dict[Any, _Text]:
    texts: dict[Any, _Text] = {}
    word = -1
    for piece in parts:
        text = texts.setdefault(piece.owner, _Text())
        if piece.begins:
            word += 1
            text.offsets.append(len(text.text))
            text.words.append(word)
        text.text += piece.text
    return texts


def _first_words(pages: list[Any], parts: list[Piece]) -> Iterator[int | None]:
    """Yield the index of the first word that begins on each page, or None."""
    texts, heads = _texts(parts), set[Any]()
    for page in pages:
        first = None
        for owner, text in _runs(page, heads):
            word = texts[owner].next_word(text)
            first = word if first is None else first
        yield first


def _runs(box: Any, heads: set[Any]) -> Iterator[tuple[Any, str]]:
    """Yield the text of each text box, without spaces, with its element.

    Skips generated content, the copies of lines that fill a page, and repeated table heads; `heads` collects the
    elements of the heads so far.
    """
    if is_margin(box) or copy_number(box) or "::" in (box.element_tag or ""):
        return
    if getattr(box, "is_header", False):
        if box.element in heads:
            return
        heads.add(box.element)
    if is_text(box):
        if text := "".join(box.text.split()):
            yield box.element, text
    elif is_picture(box) and str(box.element.tag).endswith("svg"):
        yield box.element, DRAWING
    for child in children(box):
        yield from _runs(child, heads)


def segment_pages(pages: list[Any], first: int) -> dict[str, int]:
    """Return the number of the first page of each segment, by its “path:line”. `first` is that of the first page.

    The templates' `text` writes “path:line” to the attribute data-at, because a box only refers to its element.
    """
    page_of: dict[str, int] = {}
    for number, page in enumerate(pages, first):
        for box in _boxes(page):
            if box.element is not None and (location := box.element.get("data-at")):
                page_of.setdefault(location, number)
    return page_of


def _boxes(box: Any) -> Iterator[Any]:
    """Yield a box and all boxes in it."""
    yield box
    for child in children(box):
        yield from _boxes(child)
