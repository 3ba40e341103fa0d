"""The blocks of a chapter, and the pages that they are on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from carepress.model import RenderedSection
from carepress.pdf.page_numbers import number_links

# WeasyPrint's boxes refer to the elements of the HTML tree. A comment between blocks is a node of that tree that has
# no box and does not affect the layout.
BOUNDARY = "<!--block-->"
BOUNDARY_TEXT = "block"


@dataclass(frozen=True, slots=True)
class PdfSlice:
    """Consecutive pages of a PDF file. Every block that begins on one of them also ends on one of them."""

    pdf: bytes
    start: int
    """The first page, from 0."""
    stop: int
    """The page after the last."""


@dataclass(frozen=True, slots=True)
class BlockSpan:
    """The blocks on a page, as indexes of `split_pieces`."""

    first: int
    last: int
    starts_first: bool
    """Whether the page starts where the first block does, not in the middle of it."""

    def shifted(self, growth: int) -> BlockSpan:
        """Return the span of the same page in a version with `growth` more pieces before it."""
        return BlockSpan(self.first + growth, self.last + growth, self.starts_first)


def split_pieces(section: RenderedSection) -> tuple[str, ...]:
    """Return the HTML of a section in pieces: 0 is its opening, the others are its blocks."""
    return (section.opening, *section.blocks)


def mark_blocks(section: RenderedSection) -> str:
    """Return the HTML of a section with a comment between blocks, by which `find_spans` recognizes them."""
    return BOUNDARY.join(split_pieces(section)) + section.closing


def digest_pieces(section: RenderedSection, numbers: Mapping[str, int]) -> tuple[str, ...]:
    """Return a digest of each piece; `numbers` are the target pages of links."""
    return tuple(
        sha256(number_links(piece, numbers).strip().encode()).hexdigest()[:24] for piece in split_pieces(section)
    )


def find_spans(pages: list[Any], element: Any, pieces: int) -> tuple[BlockSpan, ...]:
    """Return which of the pieces, `pieces` in number, are on each page box; () if the section has no blocks.

    `element` is that of the section or, for an excerpt, that of the pieces to typeset, counted from 0.
    """
    piece_of, piece = {}, 0
    for child in element:
        if isinstance(child.tag, str):
            piece_of[child] = piece
        elif child.text == BOUNDARY_TEXT:
            piece += 1
    if piece + 1 != pieces or pieces < 2:
        return ()
    spans, earlier = [], set[int]()
    for page in pages:
        on_page = [piece_of[box.element] for box in page.descendants() if box.element in piece_of]
        if not on_page:
            return ()
        spans.append(BlockSpan(min(on_page), max(on_page), on_page[0] not in earlier))
        earlier.update(on_page)
    return tuple(spans)
