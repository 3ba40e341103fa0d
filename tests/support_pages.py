"""WeasyPrint's layout as boxes that a test can measure: all sizes in CSS px, from the top left."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from PIL import Image
from support_pseudo import PSEUDO, pseudo_interface
from weasyprint import Document

from carepress.epub.documents import render_epub
from carepress.epub.package import write_epub
from carepress.model import EDITIONS, Book, Booklet, Drawing, DrawingPart, Edition, Figure, Pagination
from carepress.pages.bilingual import render_bilingual
from carepress.pages.environment import RenderContext
from carepress.pages.render import render_book, render_sheets
from carepress.pdf import typeset
from carepress.pdf.typeset import PLACEHOLDER
from carepress.pdf.write import lay_out, write_pdf
from carepress.translation.load import translate_interface
from carepress.workspace.project import Project
from support import GARDEN, ROOT, Epub, model

MARGINS = [f"@{edge}-{place}" for edge in ("top", "bottom") for place in ("left", "center", "right")]
Sides = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(eq=False)
class Box:
    """A box of a page. `content` is the area inside its padding; for a line it equals `place`."""

    kind: str
    tag: str
    classes: frozenset[str]
    attributes: dict[str, str]
    place: Sides
    content: Sides
    borders: Sides
    text: str = ""
    above: Box | None = None
    children: list[Box] = field(default_factory=list)

    def walk(self) -> Iterator[Box]:
        yield self
        for child in self.children:
            yield from child.walk()

    def around(self) -> Iterator[Box]:
        """Yield the ancestors of this box, the nearest first."""
        box = self.above
        while box:
            yield box
            box = box.above

    def words(self) -> str:
        return "".join(box.text for box in self.walk())

    def find(self, *names: str) -> Iterator[Box]:
        """Yield the outermost descendants with one of these element names or classes."""
        for child in self.children:
            if child.tag in names or child.classes & set(names):
                yield child
            else:
                yield from child.find(*names)

    def nearest(self, *names: str) -> Box | None:
        return next((box for box in self.around() if box.tag in names or box.classes & set(names)), None)


def boxes(document: Any) -> list[Box]:
    """Return the pages of a laid out document."""
    return [_box(page._page_box, None) for page in document.pages]


def _box(box: Any, above: Box | None) -> Box:
    box = getattr(box, "_box", box)
    # An anonymous box or a ::marker has the element of the box that made it.
    element = box.element if box.element is not None and box.element_tag == box.element.tag else None
    attributes = {str(name): value for name, value in element.items()} if element is not None else {}
    made = Box(
        kind=type(box).__name__,
        tag=box.element_tag.partition("}")[2] or box.element_tag if box.element_tag else "",
        classes=frozenset(attributes.get("class", "").split()),
        attributes=attributes,
        place=_place(box),
        content=_content(box),
        borders=tuple(getattr(box, f"border_{side}_width", 0) or 0 for side in ("left", "top", "right", "bottom")),
        text=getattr(box, "text", None) or "",
        above=above,
    )
    if made.kind == "MarginBox":
        made.tag = box.at_keyword
    made.children = [_box(child, made) for child in getattr(box, "children", ())]
    return made


def _place(box: Any) -> Sides:
    if not hasattr(box, "border_box_x") or type(box).__name__ in ("TextBox", "LineBox"):
        return (box.position_x, box.position_y, box.position_x + box.width, box.position_y + box.height)
    if type(box).__name__ == "PageBox":
        return (0, 0, box.margin_width(), box.margin_height())
    left, top = box.border_box_x(), box.border_box_y()
    return (left, top, left + box.border_width(), top + box.border_height())


def _content(box: Any) -> Sides:
    if type(box).__name__ in ("TextBox", "LineBox"):
        return _place(box)
    left, top = box.content_box_x(), box.content_box_y()
    indent = box.style["text_indent"].value  # a hanging indent is in the padding
    return (left + min(indent, 0), top, left + box.width, top + box.height)


def reaches_out(inner: Sides, outer: Sides, by: float) -> bool:
    """Return whether a box extends beyond another by more than `by`."""
    left, top, right, bottom = (a - b for a, b in zip(inner, outer))
    return left < -by or top < -by or right > by or bottom > by


def overlap(one: Sides, two: Sides, by: float) -> bool:
    """Return whether two boxes share an area more than `by` wide and high."""
    wide = min(one[2], two[2]) - max(one[0], two[0])
    high = min(one[3], two[3]) - max(one[1], two[1])
    return wide > by and high > by


def texts(page: Box) -> list[Box]:
    """Return the printed pieces of text of a page, without text for screen readers."""
    return [box for box in page.walk() if box.text.strip() and box.nearest("unseen") is None]


@dataclass
class Laid:
    """An edition built in the process of the test: its pages as boxes, and its file."""

    pages: list[Box]
    path: Path

    def each(self, *names: str) -> list[Box]:
        """Return the outermost boxes with one of these element names or classes, in page order."""
        return [box for page in self.pages for box in page.find(*names)]


def render_context(book: Book, draft: bool = False) -> RenderContext:
    """Return the context that renders a book in its language or pseudo-language."""
    lang = book.lang
    if lang in PSEUDO:
        return RenderContext(book, ROOT / "templates", pseudo_interface(lang), {}, draft)
    return RenderContext(book, ROOT / "templates", translate_interface(Project(ROOT), lang), {}, draft)


@cache
def garden_document(edition: str, lang: str) -> Document:
    """Return an edition of the garden book, laid out once for all tests of a process."""
    return lay_out_book(model(GARDEN, lang), EDITIONS[edition])


@cache
def garden_pages(edition: str, lang: str) -> list[Box]:
    """Return the pages of an edition of the garden book."""
    return boxes(garden_document(edition, lang))


def make_pdf(book: Book, edition: Edition, to: Path, paper: str | None = None, draft: bool = False) -> Laid:
    """Build a print edition of a book; a paired edition has the English beside it."""
    document = lay_out_book(book, edition, paper, draft)
    pages = boxes(document)
    to.write_bytes(write_pdf(document, book.revised))
    return Laid(pages, to)


def lay_out_book(book: Book, edition: Edition, paper: str | None = None, draft: bool = False) -> Document:
    """Lay out a print edition of a book; a paired edition has the English beside it."""
    size = next(row for row in edition.papers if paper in (None, row.name))
    context = render_context(book, draft)
    if edition.paired:
        html = render_bilingual(context, edition, size).html
    elif edition.fillable:
        html = render_sheets(context, edition, size)
    else:
        html = render_book(context, edition, size).html
    return lay_out(html)


def make_epub(book: Book, to: Path) -> Epub:
    """Build an e-book without page numbers and with a small picture as the cover."""
    cover = io.BytesIO()
    Image.new("RGB", (16, 24)).save(cover, "JPEG")
    booklet = Booklet(book.urn, Pagination((), {}, {}), cover.getvalue())
    text = render_epub(render_context(book), EDITIONS["epub"], booklet.pagination)
    to.write_bytes(write_epub(book, text, booklet))
    return Epub(to)


def drawings(book: Book) -> Iterator[tuple[Drawing, bool]]:
    """Yield each drawing of a book, and whether it is on a sheet."""
    if book.cover:
        yield book.cover, False
    for chapter in book.chapters():
        yield from ((block.drawing, False) for block in chapter.blocks if isinstance(block, Figure))
    for sheet in book.sheets():
        yield from ((part.drawing, True) for part in sheet.parts if isinstance(part, DrawingPart))


def all_overflows(laid: Laid, by: float = 0.75) -> list[tuple[int, str, str]]:
    """Return each text that overflows its block, cell, frame or page, or overlaps another text."""
    return [(number, *row) for number, page in enumerate(laid.pages, 1) for row in _overflows(page, by)]


def _overflows(page: Box, by: float) -> Iterator[tuple[str, str]]:
    pieces = texts(page)
    for piece in pieces:
        # A list marker is in the padding of its list.
        inner = piece.nearest("ul", "ol") if piece.tag.endswith("::marker") else piece
        assert inner
        if outer := next((box for box in inner.around() if _is_left(piece, box, by)), None):
            yield piece.text, f"reaches out of {outer.tag} {' '.join(outer.classes)}"
    for index, piece in enumerate(pieces):
        # The title's line height is smaller than its letters.
        under = (other for other in pieces[:index] if overlap(piece.place, other.place, 5.5))
        yield from ((piece.text, f"covers {other.text}") for other in under)


def _is_left(piece: Box, box: Box, by: float) -> bool:
    """Return whether a text overflows the box that must contain it."""
    if box.kind in ("LineBox", "InlineBox", "TextBox"):
        return False
    if box.kind == "PageBox":
        return reaches_out(piece.place, box.place if piece.nearest(*MARGINS) else box.content, by)
    left, top, right, bottom = box.content
    # The line height may be smaller than the letters.
    spare = 0.1 * (piece.place[3] - piece.place[1])
    top, bottom = top - spare, bottom + spare
    if not (box.kind in ("TableCellBox", "MarginBox") or any(box.borders)):
        # It has no border: only its left and right sides count.
        top, bottom = piece.place[1], piece.place[3]
    return reaches_out(piece.place, (left, top, right, bottom), by)


@contextmanager
def recorded_pages() -> Iterator[list[int]]:
    """Record the number of pages of each document that is typeset in the block, without placeholders."""
    seen: list[int] = []

    def watched(html: str, css: str) -> Document:
        document = lay_out(html, css)
        seen.append(sum(PLACEHOLDER not in str(leaf._page_box.page_type.name) for leaf in document.pages))
        return document

    with patch.object(typeset, "lay_out", watched):
        yield seen
