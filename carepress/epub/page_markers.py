"""Add the page numbers of the printed booklet to an e-book (EPUB Accessibility 1.1, section 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from lxml import etree

from carepress.model import PageStart, Pagination
from carepress.text.reading_order import JOINING, Piece, local_name, pieces, sections, words

OPS = "{http://www.idpf.org/2007/ops}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def mark_pages(body: etree._Element, pagination: Pagination, name: str) -> list[int]:
    """Insert a marker where each printed page begins, in place; return the numbers of the marked pages.

    `name` is “page {number}” in the language of the book. The marker is before the first word of the page. If the e-book does
    not have that word, it is before the next word that both have, or at the end of the section.
    """
    marked = []
    for part, section in sections(body):
        starts = [start for start in pagination.starts if start.section == part]
        if starts:
            _mark_section(section, starts, pagination.words[part], name)
            marked += [start.page for start in starts]
    return marked


def _mark_section(section: etree._Element, starts: Iterable[PageStart], printed: tuple[str, ...], name: str) -> None:
    """Insert the markers of a section whose printed words are `printed`."""
    all_pieces = pieces(section)
    ebook_index = _align(printed, words(all_pieces))
    word_starts = [piece for piece in all_pieces if piece.begins]
    markers: dict[int, list[etree._Element]] = {}
    for start in starts:
        markers.setdefault(ebook_index(start.word), []).append(_make_marker(start.page, name))
    # Last first, because inserting a marker moves the text after it.
    for index in sorted(markers, reverse=True):
        *empty_pages, marker = markers[index]
        if index < len(word_starts):
            _insert(marker, word_starts[index])
        else:
            section.append(marker)
        for empty_page in empty_pages:
            marker.addprevious(empty_page)


def _make_marker(page: int, name: str) -> etree._Element:
    """Return a page break marker, named “page 12” for screen readers."""
    marker = etree.Element(XHTML + "span", {OPS + "type": "pagebreak", "role": "doc-pagebreak"})
    marker.set("id", f"page-{page}")
    marker.set("aria-label", name.replace("{number}", str(page)))
    return marker


def _align(printed: tuple[str, ...], ebook: tuple[str, ...]) -> Callable[[int], int]:
    """Return the function from the index of a printed word to that of the same or next common word in the e-book."""
    if ebook[: len(printed)] == printed:
        return lambda index: index if index < len(printed) else len(ebook)
    blocks = SequenceMatcher(None, printed, ebook, autojunk=False).get_matching_blocks()

    def ebook_index(index: int) -> int:
        block = next(block for block in blocks if index < block.a + block.size or not block.size)
        return block.b + max(index - block.a, 0)

    return ebook_index


def _insert(marker: etree._Element, piece: Piece) -> None:
    """Insert a marker before a piece of text."""
    element = piece.element
    if piece.tail:
        element.tail, marker.tail = element.tail[: piece.index], element.tail[piece.index :]
        parent = element.getparent()
        parent.insert(parent.index(element) + 1, marker)
    elif (outermost := _outermost_start(piece)) is not None:
        outermost.addprevious(marker)
    else:
        element.text, marker.tail = element.text[: piece.index], element.text[piece.index :]
        element.insert(0, marker)


def _outermost_start(piece: Piece) -> etree._Element | None:
    """Return the drawing, or the outermost inline element, that begins with a piece of text."""
    element = piece.element
    if local_name(element) == "svg":
        return element
    outermost, is_first = None, not element.text[: piece.index].strip()
    while is_first and local_name(element) in JOINING:
        parent = element.getparent()
        if local_name(parent) == "li" and next(parent.iterancestors(XHTML + "nav"), None) is not None:
            return None  # no content may precede a link of the contents (EPUB 3.3, section 7.3)
        outermost, is_first = element, parent[0] is element and not (parent.text or "").strip()
        element = parent
    return outermost
