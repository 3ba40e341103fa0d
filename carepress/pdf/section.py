"""A section of a book as pages: what binding needs of it, and what is known of each page."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from typing import Any

import pikepdf
from weasyprint import Document
from weasyprint.document import Page

from carepress.model import PageStart, Pagination, Problem
from carepress.model.units import PX_TO_PT
from carepress.pdf.boxes import is_text
from carepress.pdf.pagination import first_words, segment_pages
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import write_section

# Finds the faults of page boxes; of these the first has the number given.
Check = Callable[[list[Any], int], list[Problem]]
# A link that names the page it leads to; those to the glossary do not.
NAMED = re.compile(r'<a (?:class="xref" )?href="#(?!term-)([^"]+)"')
NO_PAGE = -1
BLOCK = "<!--block-->"  # in templates, before each block of a chapter
NUMBER = re.compile(r"\d+")
USED = re.compile(rb"/(\S+) [\d.]+ Tf|<([0-9a-f]+)>|/(\S+) gs")


@dataclass(frozen=True, slots=True)
class Slice:
    """Some pages of a PDF file, from 0: all of its section’s blocks that begin on them also end on them."""

    pdf: bytes
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Used:
    """What a page needs of its file: glyphs by font and number, and graphics states by name."""

    glyphs: Mapping[str, tuple[int, ...]]
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last block on a page, and whether the page begins where the first one does."""

    first: int
    last: int
    fresh: bool


@dataclass(frozen=True, slots=True)
class Section:
    """A section as pages, from the page `first`.

    `slices` are its pages, with their structure, without fonts; `texts` has what a glyph stands for. For each id
    `anchors` has its page, and its place there in pt from the left and the foot; `bookmarks` are level, label,
    page and place. `references` are printed numbers of pages: the page, the id that it leads to, and the number.
    `starts` has for each page the number of its first word; `words` are those of the section
    `name`, and `segments` the page of each passage, by “path:line”. `blocks` are digests of its HTML, with the
    numbers of pages: of its head, and of each block; without `spans` it is not known where these stand. All that a section `is_plain` draws are lines,
    areas and letters.
    """

    slices: tuple[Slice, ...]
    name: str
    first: int
    used: tuple[Used, ...]
    texts: Mapping[str, Mapping[int, str]]
    anchors: Mapping[str, tuple[int, float, float]]
    bookmarks: tuple[tuple[int, str, int, float, float], ...]
    references: tuple[tuple[int, str, int], ...]
    starts: tuple[int, ...]
    words: tuple[str, ...]
    segments: Mapping[str, int]
    problems: tuple[Problem, ...]
    blocks: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    is_plain: bool = True

    @property
    def pages(self) -> int:
        return len(self.used)

    @property
    def numbers(self) -> dict[str, int]:
        """The number that is printed for each id; where two were, none is right."""
        found: dict[str, int] = {}
        for _page, name, number in self.references:
            found[name] = number if found.get(name, number) == number else NO_PAGE
        return found

    @property
    def last(self) -> int:
        return self.first + self.pages - 1


def numbered(html: str, numbers: Mapping[str, int]) -> str:
    """Return HTML in which links name the pages they lead to, as far as these are known."""

    def with_page(link: re.Match[str]) -> str:
        return f'{link[0]} data-page="{numbers[link[1]]}"' if link[1] in numbers else link[0]

    return NAMED.sub(with_page, html)


def digests(html: str) -> tuple[str, ...]:
    """Return the digests of a section's head and of its blocks."""
    return tuple(sha256(piece.strip().encode()).hexdigest()[:24] for piece in html.split(BLOCK))


def make_section(
    document: Document, element: Any, name: str, first: int, pages: list[Page], html: str, check: Check
) -> Section:
    """Return a section of a document that is laid out, on these pages; of a part of one, without `html`.

    Raises LayoutError.
    """
    boxes = page_boxes(pages)
    pdf, texts = write_section(document, pages)
    words, starts = first_words(boxes, element)
    streams, is_plain = _streams(pdf)
    section = Section(
        slices=(Slice(pdf, 0, len(pages)),),
        name=name,
        first=first,
        used=tuple(_used(stream) for stream in streams),
        texts=texts,
        anchors=_anchors(pages, first),
        bookmarks=tuple(
            (level, label, number, PX_TO_PT * x, PX_TO_PT * (page.height - y))
            for number, page in enumerate(pages, first)
            for level, label, (x, y), _state in page.bookmarks
        ),
        references=tuple(_references(boxes, first)),
        starts=starts,
        words=words,
        segments=segment_pages(boxes, first),
        problems=tuple(check(boxes, first)),
        is_plain=is_plain,
    )
    if not html or not is_plain:
        return section
    blocks = digests(numbered(html, section.numbers))
    return replace(section, blocks=blocks, spans=find_spans(boxes, element, len(blocks)))


def _anchors(pages: list[Page], first: int) -> dict[str, tuple[int, float, float]]:
    """Return where each id stands first: an element that goes on on the next page is there again."""
    found: dict[str, tuple[int, float, float]] = {}
    for number, page in enumerate(pages, first):
        for name, (x, y, _width, _height) in page.anchors.items():
            found.setdefault(name, (number, PX_TO_PT * x, PX_TO_PT * (page.height - y)))
    return found


def _references(boxes: list[Any], first: int) -> Iterator[tuple[int, str, int]]:
    """Yield what is printed. WeasyPrint names the page on which it first met an id, which then may have moved."""
    texts: dict[Any, str] = {}
    pages: dict[Any, int] = {}
    for page, box in enumerate(boxes, first):
        for part in box.descendants():
            if part.element_tag == "a::after" and is_text(part):
                texts[part.element] = texts.get(part.element, "") + part.text
                pages[part.element] = page
    for link, text in texts.items():
        digits = NUMBER.findall(text)
        yield pages[link], link.get("href")[1:], int(digits[-1]) if digits else NO_PAGE


def _streams(pdf: bytes) -> tuple[list[bytes], bool]:
    """Return the content of the pages of a file, and whether it draws nothing else that has a name."""

    with pikepdf.open(io.BytesIO(pdf)) as file:
        named = file.pages[0].obj.Resources
        is_plain = not any(len(named[kind]) for kind in ("/XObject", "/Pattern", "/Shading"))
        return [page.obj.Contents.read_bytes() for page in file.pages], is_plain


def _used(stream: bytes) -> Used:
    glyphs: dict[str, set[int]] = {}
    states = set()
    font = ""
    for name, text, state in USED.findall(stream):
        if name:
            font = name.decode()
        elif text:
            glyphs.setdefault(font, set()).update(int(text[place : place + 4], 16) for place in range(0, len(text), 4))
        else:
            states.add(state.decode())
    return Used({font: tuple(sorted(glyphs[font])) for font in sorted(glyphs)}, tuple(sorted(states)))


def find_spans(boxes: list[Any], element: Any, blocks: int) -> tuple[Span, ...]:
    """Return where the blocks of a chapter stand, as the marks in its HTML divide it; nothing if it has no marks."""
    parts, block = {}, 0
    for part in element:
        if isinstance(part.tag, str):
            parts[part] = block
        elif f"<!--{part.text}-->" == BLOCK:
            block += 1
    if block + 1 != blocks or blocks < 2:
        return ()
    spans, met = [], set[int]()
    for page in boxes:
        here = [parts[box.element] for box in page.descendants() if box.element in parts]
        if not here:
            return ()
        spans.append(Span(min(here), max(here), here[0] not in met))
        met.update(here)
    return tuple(spans)


def pagination(book: list[Section]) -> Pagination:
    """Return where each page of a book begins."""
    starts = [
        PageStart(number, section.name, word)
        for section in book
        for number, word in enumerate(section.starts, section.first)
    ]
    places: dict[str, int] = {}
    for section in book:
        places = {**section.segments, **places}
    return Pagination(tuple(starts), {section.name: section.words for section in book}, places)


# --- in the cache ----------------------------------------------------------------------------


def pack(section: Section) -> bytes:
    """Return a section as bytes: a line of JSON, and its files."""
    facts = {item.name: getattr(section, item.name) for item in fields(section)}
    files = [part.pdf for part in section.slices]
    facts["slices"] = [(len(part.pdf), part.start, part.stop) for part in section.slices]
    return zlib.compress(b"".join([json.dumps(facts, default=asdict).encode(), b"\n", *files]), 1)


def unpack(data: bytes) -> Section:
    line, _, files = zlib.decompress(data).partition(b"\n")
    facts: dict[str, Any] = json.loads(line)
    slices = []
    for length, start, stop in facts.pop("slices"):
        slices.append(Slice(files[:length], start, stop))
        files = files[length:]
    return Section(
        slices=tuple(slices),
        used=tuple(
            Used({font: tuple(glyphs) for font, glyphs in used["glyphs"].items()}, tuple(used["states"]))
            for used in facts.pop("used")
        ),
        texts={font: {int(glyph): text for glyph, text in texts.items()} for font, texts in facts.pop("texts").items()},
        problems=tuple(Problem(**problem) for problem in facts.pop("problems")),
        spans=tuple(Span(**span) for span in facts.pop("spans")),
        bookmarks=tuple(tuple(mark) for mark in facts.pop("bookmarks")),
        references=tuple(tuple(item) for item in facts.pop("references")),
        **_tuples(facts),
    )


def _tuples(facts: dict[str, Any]) -> dict[str, Any]:
    """Return JSON with tuples for its lists."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in facts.items()}
