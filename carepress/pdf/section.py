"""A typeset section of a book: its pages as PDF, what binding needs, and an index of its words."""

from __future__ import annotations

import io
import json
import re
import zlib
from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from operator import itemgetter
from typing import Any

import pikepdf
from weasyprint import Document
from weasyprint.document import Page

from carepress.model import PageStart, Pagination, Problem, RenderedSection
from carepress.model.units import PX_TO_PT
from carepress.pdf.incremental.blocks import BlockSpan, PdfSlice, digest_pieces, find_spans
from carepress.pdf.page_facts import PageFacts, facts_from_json, page_facts
from carepress.pdf.page_numbers import NO_PAGE, find_printed_numbers
from carepress.pdf.pagination import find_words, segment_pages
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import write_section

# Checks page boxes; the second argument is the number of the first page.
Check = Callable[[list[Any], int], list[Problem]]
RESOURCE = re.compile(rb"/(\S+) [\d.]+ Tf|<([0-9a-f]+)>|/(\S+) gs")  # a font, glyphs or a graphics state in use


@dataclass(frozen=True, slots=True)
class PageResources:
    """The resources that the content stream of a page uses."""

    glyphs: Mapping[str, tuple[int, ...]]
    """Glyph numbers, by the name of the font."""
    states: tuple[str, ...]
    """The names of graphics states."""


@dataclass(frozen=True, slots=True)
class TypesetSection:
    """The pages of a section. Page numbers are those printed, from 1 for the cover."""

    slices: tuple[PdfSlice, ...]
    """The pages, with their structure, without fonts."""
    name: str
    first: int
    """The number of the first page."""
    resources: tuple[PageResources, ...]
    """One for each page."""
    texts: Mapping[str, Mapping[int, str]]
    """The text of each glyph, by font and glyph number."""
    anchors: Mapping[str, tuple[int, float, float]]
    """For each id its page and position, in pt from the left and from the bottom of the page."""
    bookmarks: tuple[tuple[int, str, int, float, float], ...]
    """Level, label, page, and position as in `anchors`."""
    references: tuple[tuple[int, str, int], ...]
    """Printed page numbers: the page they are on, the id that they refer to, and the number."""
    starts: tuple[int, ...]
    """For each page the index in `words` of its first word."""
    words: tuple[str, ...]
    """The words of the section in reading order; a drawing is a word."""
    chapters: Mapping[str, int]
    """The index in `words` of the first word of each chapter that runs on in the section, by its id."""
    segments: Mapping[str, tuple[int, ...]]
    """The pages of each segment, by its “path:line”."""
    problems: tuple[Problem, ...]
    facts: tuple[PageFacts, ...] = ()
    """The composition of each page."""
    pieces: tuple[str, ...] = ()
    """Digests of the opening and the blocks of the HTML, with page numbers; none if it cannot be patched."""
    spans: tuple[BlockSpan, ...] = ()
    """The blocks on each page; none if the section cannot be patched."""
    is_plain: bool = True
    """The pages use no XObjects, patterns or shadings, so they can share one resource dictionary."""

    @property
    def pages(self) -> int:
        """The number of pages."""
        return len(self.resources)

    @property
    def numbers(self) -> dict[str, int]:
        """The printed page number of each id; `NO_PAGE` where two references to an id differ."""
        numbers: dict[str, int] = {}
        for _page, name, number in self.references:
            numbers[name] = number if numbers.get(name, number) == number else NO_PAGE
        return numbers

    @property
    def last(self) -> int:
        """The number of the last page."""
        return self.first + self.pages - 1


def make_section(
    document: Document,
    element: Any,
    name: str,
    first: int,
    pages: list[Page],
    source: RenderedSection | None,
    check: Check,
) -> TypesetSection:
    """Return the section on these pages of a document; `first` is the number of the first of them.

    `element` is that of the section in the HTML tree. Without `source`, the result cannot be patched later.
    Raises LayoutError for a letter that the fonts do not have.
    """
    boxes = page_boxes(pages)
    pdf, texts = write_section(document, pages)
    found = find_words(boxes, element)
    streams, is_plain = _streams(pdf)
    lost = (text.problem(name) for text in found.lost) if source else ()
    section = TypesetSection(
        slices=(PdfSlice(pdf, 0, len(pages)),),
        name=name,
        first=first,
        resources=tuple(_page_resources(stream) for stream in streams),
        texts=texts,
        anchors=_anchors(pages, first),
        bookmarks=tuple(
            (level, label, number, PX_TO_PT * x, PX_TO_PT * (page.height - y))
            for number, page in enumerate(pages, first)
            for level, label, (x, y), _state in page.bookmarks
        ),
        references=tuple(find_printed_numbers(boxes, first)),
        starts=found.starts,
        words=found.words,
        chapters=found.chapters,
        segments=segment_pages(boxes, first),
        problems=(*check(boxes, first), *lost),
        facts=tuple(map(page_facts, boxes)),
        is_plain=is_plain,
    )
    if not source or not is_plain:
        return section
    pieces = digest_pieces(source, section.numbers)
    return replace(section, pieces=pieces, spans=find_spans(boxes, element, len(pieces)))


def _anchors(pages: list[Page], first: int) -> dict[str, tuple[int, float, float]]:
    """Return the first page and position of each id: an element that continues on the next page repeats its id."""
    anchors: dict[str, tuple[int, float, float]] = {}
    for number, page in enumerate(pages, first):
        for name, (x, y, _width, _height) in page.anchors.items():
            anchors.setdefault(name, (number, PX_TO_PT * x, PX_TO_PT * (page.height - y)))
    return anchors


def _streams(pdf: bytes) -> tuple[list[bytes], bool]:
    """Return the content streams of the pages, and whether they are plain (see `TypesetSection.is_plain`)."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        resources = file.pages[0].obj.Resources
        is_plain = not any(len(resources[kind]) for kind in ("/XObject", "/Pattern", "/Shading"))
        return [page.obj.Contents.read_bytes() for page in file.pages], is_plain


def _page_resources(stream: bytes) -> PageResources:
    """Return the glyphs and graphics states that a content stream uses."""
    glyphs: dict[str, set[int]] = {}
    states = set()
    font = ""
    for name, text, state in RESOURCE.findall(stream):
        if name:
            font = name.decode()
        elif text:
            glyphs.setdefault(font, set()).update(int(text[start : start + 4], 16) for start in range(0, len(text), 4))
        else:
            states.add(state.decode())
    return PageResources({font: tuple(sorted(glyphs[font])) for font in sorted(glyphs)}, tuple(sorted(states)))


def pagination(book: list[TypesetSection]) -> Pagination:
    """Return the start of each page of a book, the words of its sections and the first page of each segment.

    A chapter that runs on is a section of its own; the words before the first one are those of its part.
    """
    starts: list[PageStart] = []
    words: dict[str, tuple[str, ...]] = {}
    segments: dict[str, int] = {}
    for section in book:
        named = [(0, section.name), *sorted((word, name) for name, word in section.chapters.items())]
        for (first, name), (end, _next) in zip(named, (*named[1:], (len(section.words), ""))):
            words[name] = section.words[first:end]
        for number, word in enumerate(section.starts, section.first):
            first, name = named[bisect_right(named, word, key=itemgetter(0)) - 1]
            starts.append(PageStart(number, name, word - first))
        segments = {**{place: pages[0] for place, pages in section.segments.items()}, **segments}
    return Pagination(tuple(starts), words, segments)


# --- Serialization ---------------------------------------------------------------------------


def pack(section: TypesetSection) -> bytes:
    """Return a section as compressed bytes: a line of JSON, then its PDF files."""
    row = {item.name: getattr(section, item.name) for item in fields(section)}
    files = [part.pdf for part in section.slices]
    row["slices"] = [(len(part.pdf), part.start, part.stop) for part in section.slices]
    return zlib.compress(b"".join([json.dumps(row, default=asdict).encode(), b"\n", *files]), 1)


def unpack(data: bytes) -> TypesetSection:
    """Return the section that `pack` has packed."""
    line, _, files = zlib.decompress(data).partition(b"\n")
    row: dict[str, Any] = json.loads(line)
    slices = []
    for length, start, stop in row.pop("slices"):
        slices.append(PdfSlice(files[:length], start, stop))
        files = files[length:]
    return TypesetSection(
        slices=tuple(slices),
        resources=tuple(
            PageResources({font: tuple(glyphs) for font, glyphs in page["glyphs"].items()}, tuple(page["states"]))
            for page in row.pop("resources")
        ),
        texts={font: {int(glyph): text for glyph, text in texts.items()} for font, texts in row.pop("texts").items()},
        problems=tuple(Problem(**problem) for problem in row.pop("problems")),
        facts=tuple(map(facts_from_json, row.pop("facts"))),
        spans=tuple(BlockSpan(**span) for span in row.pop("spans")),
        bookmarks=tuple(tuple(mark) for mark in row.pop("bookmarks")),
        segments={place: tuple(pages) for place, pages in row.pop("segments").items()},
        references=tuple(tuple(item) for item in row.pop("references")),
        **_with_tuples(row),
    )


def _with_tuples(row: dict[str, Any]) -> dict[str, Any]:
    """Return values of JSON with tuples in place of lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
