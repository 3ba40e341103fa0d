"""Find the words and segments on each page of a typeset section, for page numbers of e-books and for catalogs."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from carepress.model import Problem
from carepress.pdf.boxes import children, copy_number, is_margin, is_picture, is_text
from carepress.text.line_breaks import HYPHENATED
from carepress.text.reading_order import DRAWING, Piece, pieces, words

NOT_SHOWN = {"slash"}  # classes of elements whose text a style sheet of print leaves out
CHAPTER_HEAD = "chapter-head"  # the class of the element with the id of a chapter (templates/chapter.j2)


@dataclass(frozen=True, slots=True)
class SectionWords:
    """The words of a section in reading order, and where pages and chapters begin in them."""

    words: tuple[str, ...]
    starts: tuple[int, ...]
    """For each page the index of its first word, or of the next one if the page has only lines to write on."""
    chapters: Mapping[str, int]
    """The index of the first word of each chapter that runs on in the section, by its id."""
    lost: tuple[LostText, ...] = ()


@dataclass(frozen=True, slots=True)
class LostText:
    """Text of a section that is on none of its pages, without spaces; `word` is the index of its first word."""

    word: int
    at: str
    """The source position, as "path:line"."""
    text: str

    def problem(self, section: str) -> Problem:
        """Return the problem of this text in a section."""
        path, _, line = self.at.rpartition(":")
        message = f"“{section}”: “{self.text[:40]}” is on no page"
        hint = "shorten the passage, or report this as a bug in Carepress"
        return Problem("lost", "error", path or "the layout", int(line) if path else None, message, hint)


def find_words(pages: list[Any], section: Any) -> SectionWords:
    """Return the words on these page boxes of a section.

    A word that is divided between two pages belongs to the first. Raises ValueError if the pages do not have the
    words of their HTML in the same order.
    """
    parts = pieces(section)
    total, texts = words(parts), _texts(parts)
    starts, following = [], len(total)
    for start in reversed(list(_first_words(pages, texts))):
        following = following if start is None else start
        starts.append(following)
    lost = tuple(_lost_texts(section, texts))
    return SectionWords(total, tuple(reversed(starts)), _chapter_starts(section, parts), lost)


def _lost_texts(section: Any, texts: Mapping[Any, _Text]) -> Iterator[LostText]:
    """Yield the rest of each text of which the pages have not shown everything."""
    lost = {owner: text for owner, text in texts.items() if text.consumed < len(text.text) and owner is not section}
    if not lost:
        return
    parents = {child: parent for parent in section.iter() for child in parent}
    for owner, text in lost.items():
        places, node = [], owner
        while node is not section:
            parent = parents[node]
            if node.get("class") in NOT_SHOWN or (node.tag == "thead" and "blocks" in parent.get("class", "").split()):
                break
            places.append(node.get("data-at"))
            node = parent
        else:
            word = text.words[max(bisect_right(text.offsets, text.consumed) - 1, 0)] if text.words else 0
            yield LostText(word, next(filter(None, places), ""), text.text[text.consumed :])


def _chapter_starts(section: Any, parts: list[Piece]) -> dict[str, int]:
    heads = {
        element: head.get("id")
        for head in section
        if head.get("id") and head.get("class") == CHAPTER_HEAD
        for element in head.iter()
    }
    starts: dict[str, int] = {}
    for word, piece in enumerate(piece for piece in parts if piece.begins):
        if piece.owner in heads:
            starts.setdefault(heads[piece.owner], word)
    return starts


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
        """Consume the next part of the text; return the index of the first word that begins in it, or None.

        A hyphen at its end that the text does not have was added by hyphenation.
        """
        if not self.text.startswith(text, self.consumed):
            text = text.removesuffix("-")
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


def _first_words(pages: list[Any], texts: Mapping[Any, _Text]) -> Iterator[int | None]:
    """Yield the index of the first word that begins on each page, or None; mark the words as consumed."""
    heads = set[Any]()
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
        # WeasyPrint adds U+200B to a single space.
        text = "".join(box.text.split())
        text = text[:-1] if text.endswith(HYPHENATED) else text
        if text and box.text != " \u200b":
            yield box.element, text
    elif is_picture(box) and str(box.element.tag).endswith("svg") and box.element.get("aria-hidden") != "true":
        yield box.element, DRAWING
    for child in children(box):
        yield from _runs(child, heads)


def segment_pages(pages: list[Any], first: int) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the pages of each segment, by its “path:line”. `first` is that of the first page.

    The templates' `text` writes “path:line” to the attribute data-at, because a box only refers to its element.
    """
    pages_of: dict[str, dict[int, None]] = {}
    for number, page in enumerate(pages, first):
        for box in _boxes(page):
            if box.element is not None and (location := box.element.get("data-at")):
                pages_of.setdefault(location, {})[number] = None
    return {location: tuple(numbers) for location, numbers in pages_of.items()}


def _boxes(box: Any) -> Iterator[Any]:
    """Yield a box and all boxes in it."""
    yield box
    for child in children(box):
        yield from _boxes(child)
