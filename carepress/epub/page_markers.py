"""The page numbers of the printed booklet, put into the text of an e-book (EPUB Accessibility 1.1, section 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from lxml import etree

from carepress.model import PageStart, Pagination
from carepress.text.reading_order import JOINING, Piece, local_name, pieces, sections, words

OPS = "{http://www.idpf.org/2007/ops}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def mark_pages(body: etree._Element, pagination: Pagination, word: str) -> list[int]:
    """Put a marker where each printed page begins, and return the numbers of those pages.

    `word` is “page” in the language of the book. A page stands before its first word. Where the e-book says
    something otherwise than print, it stands before the next word that both have, or at the section's end.
    """
    marked = []
    for name, section in sections(body):
        starts = [start for start in pagination.starts if start.section == name]
        if starts:
            _mark_section(section, starts, pagination.words[name], word)
            marked += [start.page for start in starts]
    return marked


def _mark_section(section: etree._Element, starts: Iterable[PageStart], printed: tuple[str, ...], word: str) -> None:
    found = pieces(section)
    place = _alignment(printed, words(found))
    begins = [piece for piece in found if piece.begins]
    places: dict[int, list[etree._Element]] = {}
    for start in starts:
        places.setdefault(place(start.word), []).append(_marker(start.page, word))
    # The last first: what stands before it keeps its place.
    for index in sorted(places, reverse=True):
        *others, marker = places[index]
        if index < len(begins):
            _insert(marker, begins[index])
        else:
            section.append(marker)
        for other in others:
            marker.addprevious(other)


def _marker(page: int, word: str) -> etree._Element:
    marker = etree.Element(XHTML + "span", {OPS + "type": "pagebreak", "role": "doc-pagebreak"})
    marker.set("id", f"page-{page}")
    marker.set("aria-label", f"{word} {page}")
    return marker


def _alignment(printed: tuple[str, ...], shown: tuple[str, ...]) -> Callable[[int], int]:
    """Return the function that finds a printed word among those of the e-book."""
    if shown[: len(printed)] == printed:
        return lambda word: word if word < len(printed) else len(shown)
    blocks = SequenceMatcher(None, printed, shown, autojunk=False).get_matching_blocks()

    def place(word: int) -> int:
        block = next(block for block in blocks if word < block.a + block.size or not block.size)
        return block.b + max(word - block.a, 0)

    return place


def _insert(marker: etree._Element, piece: Piece) -> None:
    """Put a marker before a piece of text."""
    element = piece.element
    if piece.tail:
        element.tail, marker.tail = element.tail[: piece.index], element.tail[piece.index :]
        parent = element.getparent()
        parent.insert(parent.index(element) + 1, marker)
    elif (front := _front(piece)) is not None:
        front.addprevious(marker)
    else:
        element.text, marker.tail = element.text[: piece.index], element.text[piece.index :]
        element.insert(0, marker)


def _front(piece: Piece) -> etree._Element | None:
    """Return the drawing, or the outermost link or bold words, that begin with a piece; the marker stands before it."""
    element = piece.element
    if local_name(element) == "svg":
        return element
    front, leads = None, not element.text[: piece.index].strip()
    while leads and local_name(element) in JOINING:
        parent = element.getparent()
        if local_name(parent) == "li" and next(parent.iterancestors(XHTML + "nav"), None) is not None:
            return None  # nothing may stand before a link of the contents (EPUB 3.3, section 7.3)
        front, leads = element, parent[0] is element and not (parent.text or "").strip()
        element = parent
    return front
