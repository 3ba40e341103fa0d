"""Compare the words of a book with those of an edition: each must be on a page, and inside its trim box.

The chain has four links: each passage is in the HTML (`check_passages`), the text of the HTML is on the pages
(`carepress.pdf.pagination`), it is extracted from the file as it was set (`carepress.preflight.text`), and it is inside
the page (`check_inside`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from html import unescape
from itertools import chain

import pypdfium2

from carepress.model import Book, Edition, Problem, Segment, segments
from carepress.text.inline import Blank, Inline, Link, Text, parse_inline, walk

AT = re.compile(r' data-at="([^"]*)"')
# What is not printed as text of its own: drawings are outlines with alternative texts, an example is ringed, an entry of
# the index depends on its targets, and the running head may be shorter.
INDIRECT = {"drawing title", "drawing description", "drawing label", "example", "index entry", "running head"}
# What a handout leaves out, or prints once for the book and the handout.
IN_BOOKS = {
    "book subtitle", "part title", "part introduction", "chapter title", "glossary term", "glossary definition", "handout title",
    "handout promise",
}  # fmt: skip
# Spaces, controls, what PDFium reports in place of hyphens at line ends, and quotation marks, which links may move.
NOT_LETTERS = re.compile(r"[\s\x00-\x1f\u00ad\u200b-\u200f\u2060\ufffe\uffff«»“”„‘’\"-]+")
TAG = re.compile(r"<[^>]*>")
UNFILLED = "\0"  # in place of a placeholder without a value
HINT = "shorten it, or report this as a bug in Carepress"


def check_passages(book: Book, edition: Edition, html: str) -> list[Problem]:
    """Return a problem for each line of the content with a passage that is not in the HTML of a PDF edition."""
    passages = list(_printed(book, edition))
    lost = Counter(map(_place, passages)) - Counter(AT.findall(html))
    return list(dict.fromkeys(_problem(segment, edition) for segment in passages if _place(segment) in lost))


def check_ebook_passages(book: Book, edition: Edition, pages: Iterable[str]) -> list[Problem]:
    """Return a problem for each passage of which some text is not in the XHTML documents of an e-book."""
    text = NOT_LETTERS.sub("", unescape(TAG.sub("", "".join(pages))))
    passages = chain(book.handout.contents if book.handout else (), _printed(book, edition))
    return [
        _problem(segment, edition)
        for segment in passages
        if any(
            NOT_LETTERS.sub("", node.text) not in text
            for node in walk(parse_inline(segment.text))
            if isinstance(node, Text)
        )
    ]


def typed_texts(
    book: Book, values: Mapping[str, str], others: Iterable[str]
) -> dict[str, tuple[str, int | None] | None]:
    """Return the texts of a book as they are printed, the `values` of placeholders and `others`, with single spaces.

    Those of the book have their file and line. A passage is filled with the values, and divided where one has no value.
    Its pieces between placeholders and marks are texts of their own, because a mark may have a note; the addresses of
    links are, too.
    """
    texts: dict[str, tuple[str, int | None] | None] = {}
    for segment in segments(book):
        nodes = tuple(walk(parse_inline(segment.text)))
        pieces = [
            node.text if isinstance(node, Text) else node.target for node in nodes if isinstance(node, (Text, Link))
        ]
        for text in (*pieces, *"".join(_filled(nodes, values)).split(UNFILLED)):
            texts.setdefault(" ".join(text.split()), (segment.path, segment.line))
    for text in (*values.values(), *others):
        texts.setdefault(" ".join(text.split()), None)
    return texts


def typed_cells(book: Book, values: Mapping[str, str]) -> Counter[str]:
    """Return how often each text is typed as a cell of a table, filled with the `values` of placeholders."""
    cells = (tuple(walk(parse_inline(segment.text))) for segment in segments(book) if segment.kind == "table cell")
    return Counter(" ".join("".join(_filled(nodes, values)).split()) for nodes in cells)


def _filled(nodes: Iterable[Inline], values: Mapping[str, str]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Text):
            yield node.text
        elif isinstance(node, Blank):
            yield values.get(node.name, UNFILLED)


def _printed(book: Book, edition: Edition) -> Iterator[Segment]:
    """Yield the passages that an edition prints as text."""
    parts: Iterable[object] = book.parts
    if edition.fillable:
        parts = book.sheets()
    elif edition.medium == "epub":
        parts = [(part.title, part.lead, part.chapters) for part in book.parts]
    elif not book.cut:
        parts = [replace(part, sheets=tuple(sheet for sheet in part.sheets if sheet.in_book)) for part in book.parts]
    # A handout that was picked has no subtitle, and others have a title of their own.
    nodes = parts if edition.fillable or book.cut else (book.title, book.subtitle, book.front, *parts)
    left_out = INDIRECT | IN_BOOKS if book.cut else INDIRECT
    left_out = left_out | {"table heading"} if edition.medium == "epub" else left_out  # of columns to write in
    return (segment for node in nodes for segment in segments(node) if segment.kind not in left_out)


def _place(segment: Segment) -> str:
    return f"{segment.path}:{segment.line}"


def _problem(segment: Segment, edition: Edition) -> Problem:
    message = f"a text of this line, such as “{segment.text[:40]}”, is missing in the edition {edition.name}"
    return Problem("lost", "error", segment.path, segment.line, message, HINT)


def check_inside(data: bytes, name: str) -> list[Problem]:
    """Return a problem for each page of a PDF file with text outside its trim box, which is the page if it has none."""
    problems = []
    with pypdfium2.PdfDocument(data) as pdf:
        for number in range(len(pdf)):
            page = pdf[number]
            text = page.get_textpage()
            everything = text.get_text_range()
            inside = NOT_LETTERS.sub("", text.get_text_bounded(*page.get_trimbox()))
            if outside := Counter(NOT_LETTERS.sub("", everything)) - Counter(inside):
                words = " ".join(_outside(text, page.get_trimbox()).split()) or "".join(outside)
                message = f"page {number + 1}: “{words[:40]}” is not inside the page"
                problems.append(Problem("outside", "error", name, None, message, HINT))
    return problems


def _outside(text: pypdfium2.PdfTextPage, box: tuple[float, float, float, float]) -> str:
    """Return the letters of a page whose centers are outside a box, in their order; a space is where others are inside."""
    left, bottom, right, top = box
    letters = []
    for index in range(text.count_chars()):
        x1, y1, x2, y2 = text.get_charbox(index, loose=True)
        is_outside = (x1 + x2) / 2 > right or (x1 + x2) / 2 < left or (y1 + y2) / 2 > top or (y1 + y2) / 2 < bottom
        letters.append(text.get_text_range(index, 1) if is_outside else " ")
    return "".join(letters)
