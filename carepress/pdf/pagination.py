"""On which page of a typeset document each word stands: for an e-book's page numbers and for catalogs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carepress.model import PageStart, Pagination
from carepress.words import DRAWING, Piece, pieces, sections, words

if TYPE_CHECKING:
    from weasyprint import Document

Place = tuple[str, int]  # the name of a section, and the number of a word in it


def paginate(document: Document) -> Pagination:
    """Return where each page begins: at its first word.

    One that has only lines to write on begins at the end of their section, an empty one where the next begins.
    A word that is divided between two pages belongs to the first. Raises ValueError when the pages do not have
    the words of their HTML, in its order.
    """
    pages = [page._page_box for page in document.pages]
    names = {section: name for name, section in sections(pages[0].children[0].element)}
    found = {name: pieces(section) for section, name in names.items()}
    ends = {section: (name, len(words(found[name]))) for section, name in names.items()}
    firsts = [
        first or next((ends[box.element] for box in _boxes(page) if box.element in ends), None)
        for first, page in zip(_first_words(pages, found), pages)
    ]
    starts, following = [], None
    for number, place in reversed(list(enumerate(firsts, 1))):
        following = place or following
        if following:
            starts.append(PageStart(number, *following))
    return Pagination(
        starts=tuple(reversed(starts)),
        words={name: words(section) for name, section in found.items()},
        segments=_segment_pages(pages),
    )


@dataclass(slots=True)
class _Text:
    """The text that stands in one element: how much of it has been met, and where in it words begin."""

    text: str = ""
    met: int = 0
    begins: list[int] = field(default_factory=list)
    words: list[Place] = field(default_factory=list)

    def next_word(self, text: str) -> Place | None:
        """Take the next part of the text from a page; return the first word that begins in it."""
        start, self.met = self.met, self.met + len(text)
        if self.text[start : self.met] != text:
            raise ValueError(f"“{text}” is not where its page has it")
        index = bisect_left(self.begins, start)
        return self.words[index] if index < len(self.begins) and self.begins[index] < self.met else None


def _texts(found: dict[str, list[Piece]]) -> dict[Any, _Text]:
    texts: dict[Any, _Text] = {}
    for name, section in found.items():
        word = -1
        for piece in section:
            text = texts.setdefault(piece.owner, _Text())
            if piece.begins:
                word += 1
                text.begins.append(len(text.text))
                text.words.append((name, word))
            text.text += piece.text
    return texts


def _first_words(pages: list[Any], found: dict[str, list[Piece]]) -> Iterator[Place | None]:
    """Yield where the first new word of each page stands, or None for a page without one."""
    texts, heads = _texts(found), set[Any]()
    for page in pages:
        first = None
        for owner, text in _runs(page, heads):
            word = texts[owner].next_word(text)
            first = first or word
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


def _segment_pages(pages: list[Any]) -> dict[str, int]:
    """Return the page, from 1, on which each segment first stands, by its “path:line”."""
    found: dict[str, int] = {}
    for number, page in enumerate(pages, 1):
        for box in _boxes(page):
            if box.element is not None and (place := box.element.get("data-at")):
                found.setdefault(place, number)
    return found


def _boxes(box: Any) -> Iterator[Any]:
    yield box
    for child in getattr(box, "children", ()):
        yield from _boxes(child)
