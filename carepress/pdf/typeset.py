"""Typeset a book section by section. A section is typeset once, for all editions and hospitals that share it.

The pages of a section depend on its HTML, the style sheets, the number of its first page and the page numbers that
it prints; they are cached under the digest of these. All sections that are missing from the cache are typeset
together, in one document of the whole book, in which placeholder pages replace the cached ones.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from weasyprint.document import Page

from carepress.model import RenderedBook, RenderedSection
from carepress.pdf.arrange import can_improve, gaps, improve
from carepress.pdf.incremental.blocks import find_spans, mark_blocks
from carepress.pdf.incremental.reuse import (
    NO_HEADS,
    RESUMED_CSS,
    Patch,
    Revision,
    excerpt,
    find_revision,
    fit,
    join,
    running_heads,
)
from carepress.pdf.page_numbers import number_links
from carepress.pdf.pagination import find_words
from carepress.pdf.section import Check, TypesetSection, make_section, pack, unpack
from carepress.pdf.weasyprint_patches import page_box, page_boxes
from carepress.pdf.write import LayoutError, lay_out
from carepress.workspace.cache import Cache

SECTION_ENTRY, EXTENT_ENTRY, BASE_ENTRY, ARRANGEMENT_ENTRY = "section-", "extent-", "base-", "arrangement-"
ENTRY_PREFIXES = (
    SECTION_ENTRY,
    EXTENT_ENTRY,
    BASE_ENTRY,
    ARRANGEMENT_ENTRY,
)  # of the cache entries that this module writes
MOVES = 8  # times that a section is typeset to arrange its drawings
ROUNDS = 16  # a page number that changes a line break may change other page numbers: then they may never settle
MOST_PAGES = 400  # of a document whose pages print their total
PLACEHOLDER = "placeholder"
HEADS = "string-set:part attr(data-head), chapter attr(data-short)"  # as in templates/styles/print.css
NO_MARGINS = "".join(
    f"@{edge}-{side}{{content:none}}" for edge in ("top", "bottom") for side in ("left", "center", "right")
)


def typeset(book: RenderedBook, check: Check, cache: Cache, version: str) -> list[TypesetSection]:
    """Return the typeset sections of a book. Raises LayoutError.

    The pages are those of the whole book typeset at once; the cache only saves time. `version` identifies the code
    that typesets and `check`: cached sections of another version are ignored.
    """
    store = _SectionStore(book, cache, version)
    extents = store.last_extents()
    unfit: dict[int, set[int]] = {}  # for each section the reused pages before which a patch did not fit
    moved = len(book.sections)  # the first section whose drawings were moved
    for _round in range(ROUNDS):
        numbers = _page_numbers(extents)
        firsts = list(_first_pages(extents))
        total = _total([extent.pages if extent else None for extent in extents], book)
        cached = [store.find(index, first, numbers, total) for index, first in enumerate(firsts)]
        settled = [_Extent.of(section) if section else extent for section, extent in zip(cached, extents)]
        if settled != extents:
            extents = settled
            continue
        complete = [section for section in cached if section]
        if len(complete) == len(cached):
            return complete
        arranged = {
            index: store.arrangement(index, first, numbers)
            for index, (section, first) in enumerate(zip(cached, firsts))
            if section is None
        }
        if moved in arranged:  # its own order may have more pages: then those after it would begin on a wrong page
            arranged = {index: found for index, found in arranged.items() if index <= moved}
        ordered = _ordered(book, arranged)
        missing = {
            index: find_revision(ordered.sections[index], numbers, base, unfit.setdefault(index, set()))
            if base and base.anchors.keys() <= numbers.keys()  # others lead to ids that the document would not have
            else None
            for index, found in arranged.items()
            for base in [store.base(index, firsts[index], total, found.moves if found else 0)]
        }
        made = _typeset_missing(_with_total(ordered, total), cached, missing, numbers, unfit, check)
        if total is None:  # no page is cached
            total = _total([section.pages for section in made.values()], book)
        counted = _with_total(book, total)
        for index, section in made.items():
            found = arranged[index]
            if not missing[index]:
                store.save_base(index, total, found.moves if found else 0, section)
            if found is None and can_improve(section):
                section, found = _arranged(counted, index, section, check, store, total)
                moved = min(moved, index) if found.moves else moved
                store.save_arrangement(index, section, found)
            store.save(index, total, section)
            extents[index] = _Extent.of(section)
        gc.collect()  # boxes are in reference cycles, and use most of the memory
    raise LayoutError("the page numbers do not settle: a page reference changes the page that it refers to")


# --- The extent of each section --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Extent:
    """How many pages a section has, and for each of its ids how many pages after the first it is."""

    pages: int
    anchors: Mapping[str, int]

    @staticmethod
    def of(section: TypesetSection) -> _Extent:
        """Return the extent of a typeset section."""
        return _Extent(section.pages, {name: page - section.first for name, (page, _x, _y) in section.anchors.items()})


def _first_pages(extents: list[_Extent | None]) -> Iterator[int | None]:
    """Yield the first page of each section, or None after a section of unknown extent."""
    first: int | None = 1
    for extent in extents:
        yield first
        first = first + extent.pages if first and extent else None


def _page_numbers(extents: list[_Extent | None]) -> dict[str, int]:
    """Return the page of each id, as far as it is known."""
    return {
        name: first + offset
        for extent, first in zip(extents, _first_pages(extents))
        if extent and first
        for name, offset in extent.anchors.items()
    }


def _total(pages: Sequence[int | None], book: RenderedBook) -> int | None:
    """Return the total that pages print: a multiple of `book.sides`, 0 if they print none, or None if it is unknown."""
    if book.total or not book.sides:
        return book.total
    counts = [count for count in pages if count]
    return None if len(counts) < len(pages) else -(-sum(counts) // book.sides) * book.sides


def _with_total(book: RenderedBook, total: int | None) -> RenderedBook:
    """Return a book whose rules have the counter style `total`.

    If the total is unknown, all pages are in one document, and their number selects it.
    """
    if total == 0:
        return book
    totals = (total,) if total else (-(-pages // book.sides) * book.sides for pages in range(1, MOST_PAGES + 1))
    symbols = " ".join(f'"{number}"' for number in totals)
    rule = f"@counter-style total {{ system: {'cyclic' if total else 'fixed 1'}; symbols: {symbols} }}\n"
    return replace(book, page_css=rule + book.page_css)


class _SectionStore:
    """The cached sections of a book, typeset with its style sheets."""

    def __init__(self, book: RenderedBook, cache: Cache, version: str) -> None:
        self.sections, self.cache = book.sections, cache
        self.style = repr((version, book.lang, book.direction, " ".join(book.styles.split())))
        self.loaded: dict[str, TypesetSection] = {}

    def last_extents(self) -> list[_Extent | None]:
        """Return the extent of the last section of each name, which is usually still right."""
        extents: list[_Extent | None] = []
        for index in range(len(self.sections)):
            entry = self.cache.read(self._extent_key(index))
            extents.append(_Extent(**json.loads(entry)) if entry else None)
        # If other sections are cached, assume one page for a section that is new.
        return [extent or _Extent(1, {}) for extent in extents] if any(extents) else extents

    def find(
        self, index: int, first: int | None, numbers: Mapping[str, int], total: int | None
    ) -> TypesetSection | None:
        """Return the cached section with this first page, these page numbers and this total, if there is one."""
        if first is None or total is None:
            return None
        key = self._key(index, first, numbers, total)
        if key not in self.loaded and (entry := self.cache.read(key)):
            self.loaded[key] = unpack(entry)
        return self.loaded.get(key)

    def arrangement(self, index: int, first: int | None, numbers: Mapping[str, int]) -> _Arrangement | None:
        """Return the arrangement that was found for this section; the total that its pages print does not matter."""
        entry = self.cache.read(self._arrangement_key(index, first, numbers)) if first else None
        return _Arrangement(**json.loads(entry)) if entry else None

    def save_arrangement(self, index: int, section: TypesetSection, arrangement: _Arrangement) -> None:
        key = self._arrangement_key(index, section.first, section.numbers)
        self.cache.write(key, json.dumps(asdict(arrangement)).encode())

    def base(self, index: int, first: int | None, total: int | None, move: int) -> TypesetSection | None:
        """Return the last section of this name, first page and total whose pages were typeset after this move of drawings.

        Move 0 is the section in its own order.
        """
        entry = self.cache.read(self._base_key(index, first, total, move))
        return unpack(entry) if entry else None

    def save(self, index: int, total: int | None, section: TypesetSection) -> None:
        """Cache a section, and remember its extent as the last one of its name."""
        key = self._key(index, section.first, section.numbers, total)
        self.loaded[key] = section
        self.cache.write(key, pack(section))
        self.cache.write(self._extent_key(index), json.dumps(asdict(_Extent.of(section))).encode())

    def save_base(self, index: int, total: int | None, move: int, section: TypesetSection) -> None:
        """Remember a section after a move of drawings, for revisions of it."""
        if section.spans:
            self.cache.write(self._base_key(index, section.first, total, move), pack(section))

    def _base_key(self, index: int, first: int | None, total: int | None, move: int) -> str:
        return _entry_name(BASE_ENTRY, self._extent_key(index), self.sections[index].setting, first, total, move)

    def _arrangement_key(self, index: int, first: int | None, numbers: Mapping[str, int]) -> str:
        section = self.sections[index]
        return _entry_name(ARRANGEMENT_ENTRY, self.style, number_links(section.html, numbers), section.setting, first)

    def _extent_key(self, index: int) -> str:
        return _entry_name(EXTENT_ENTRY, self.style, self.sections[index].name)

    def _key(self, index: int, first: int, numbers: Mapping[str, int], total: int | None) -> str:
        section = self.sections[index]
        return _entry_name(
            SECTION_ENTRY, self.style, number_links(section.html, numbers), section.setting, first, total
        )


def _entry_name(kind: str, *key: object) -> str:
    return f"{kind}{sha256(repr(key).encode()).hexdigest()}"


# --- Layout ----------------------------------------------------------------------------------


def _typeset_missing(
    book: RenderedBook,
    cached: list[TypesetSection | None],
    missing: Mapping[int, Revision | None],
    numbers: Mapping[str, int],
    unfit: Mapping[int, set[int]],
    check: Check,
    before: int = 0,
) -> dict[int, TypesetSection]:
    """Typeset the missing sections, with `before` other pages before them; return them by their index in the book.

    A section with a patch that does not fit is not returned, and the page after the patch is added to `unfit`.
    """
    document = lay_out(_document(book, cached, missing, numbers, before), book.css)
    runs = _runs(document)
    made: dict[int, TypesetSection] = {}
    for index, revision in missing.items():
        if revision is None:
            element, first, pages = next(runs)
            source = book.sections[index]
            made[index] = make_section(document, element, source.name, first, pages, source, check)
            continue
        parts = [_fitting_part(document, next(runs), patch, revision, check) for patch in revision.patches]
        unfit[index].update(patch.tail for patch, part in zip(revision.patches, parts) if part is None)
        complete = tuple(part for part in parts if part)
        if len(complete) == len(parts):
            made[index] = join(revision, complete)
    return made


@dataclass(frozen=True, slots=True)
class _Arrangement:
    """The order in which a section has its blocks, by their index, and after how many moves of drawings."""

    order: Sequence[int]
    moves: int


def _ordered(book: RenderedBook, arranged: Mapping[int, _Arrangement | None]) -> RenderedBook:
    """Return a book whose sections have their blocks in the order that was found for them."""
    sections = list(book.sections)
    for index, found in arranged.items():
        if found:
            blocks = sections[index].blocks
            sections[index] = replace(sections[index], blocks=tuple(blocks[number] for number in found.order))
    return replace(book, sections=tuple(sections))


def _arranged(
    book: RenderedBook, index: int, section: TypesetSection, check: Check, store: _SectionStore, total: int | None
) -> tuple[TypesetSection, _Arrangement]:
    """Return a section with its drawings arranged, and with the page numbers that it prints; and how it is arranged.

    Of all arrangements that were tried, it is the first with the least space before drawings.
    """
    blocks, source = book.sections[index].blocks, book.sections[index]
    tried = [(section, _Arrangement(list(range(len(blocks))), 0))]
    for move in range(1, MOVES + 1):
        result = tried[-1][0]
        better = improve(source, result)
        if better is None:
            break
        source, numbers = better, section.numbers
        base = store.base(index, section.first, total, move)
        # Without a base all pages after the change are typeset: hardly one begins with the same block again.
        revisions = (
            find_revision(source, numbers, base) if base else None,
            find_revision(source, numbers, result, range(1, result.pages)),
        )
        result, used = _rearranged(replace(book, sections=(source,)), revisions, section, check)
        if not (used and used is revisions[0]):
            store.save_base(index, total, move, result)
        tried.append((result, _Arrangement(list(map(blocks.index, source.blocks)), move)))
    return min(tried, key=lambda row: gaps(row[0]))


def _rearranged(
    book: RenderedBook, revisions: tuple[Revision | None, ...], earlier: TypesetSection, check: Check
) -> tuple[TypesetSection, Revision | None]:
    """Return the only section of a book, typeset as the first revision that fits or else whole; and that revision.

    It has the first page and the page numbers of `earlier`.
    """
    for revision in (*filter(None, revisions), None):
        missing = {0: revision}
        made = _typeset_missing(book, [None], missing, earlier.numbers, {0: set()}, check, earlier.first - 1)
        if made:
            return made[0], revision
    raise AssertionError("a section without a revision is always typeset")


def _fitting_part(
    document: Any, run: tuple[Any, int, list[Page]], patch: Patch, revision: Revision, check: Check
) -> TypesetSection | None:
    """Return the typeset pages between the reused ones, or None if they do not fit."""
    element, first, pages = run
    boxes, cached = page_boxes(pages), revision.cached
    spans = find_spans(boxes, element, patch.stop - patch.start)
    count = fit(patch, spans, patch.tail == cached.pages)
    if count is None:
        return None
    found = find_words(boxes, element)
    end = found.starts[count] if count < len(found.starts) else len(found.words)
    part = make_section(document, element, cached.name, first, pages[:count], None, check)
    if part.problems or not part.is_plain or any(text.word < end for text in found.lost):
        return None
    chapters = {name: word for name, word in part.chapters.items() if word < end}
    shifted = tuple(span.shifted(patch.start) for span in spans[:count])
    return replace(part, words=part.words[:end], chapters=chapters, spans=shifted)


@dataclass(frozen=True, slots=True)
class _Cached:
    """Cached pages up to `last`; the running heads continue on the page after them."""

    last: int
    heads: str = NO_HEADS


def _document(
    book: RenderedBook,
    cached: list[TypesetSection | None],
    missing: Mapping[int, Revision | None],
    numbers: Mapping[str, int],
    before: int = 0,
) -> str:
    """Return the HTML of the missing sections, with placeholders for cached pages, and for `before` pages before them.

    It has all rules but those of `RenderedBook.css`.
    """
    parts: list[str | _Cached] = [_Cached(before)] if before else []
    for index, (section, pages) in enumerate(zip(book.sections, cached)):
        if pages:
            parts.append(_Cached(pages.last))
        elif index in missing:
            parts += _parts_to_typeset(section, missing[index], numbers)
    # Consecutive cached pages need one placeholder only. The first page of a document is always a right page.
    ends = [part for part, after in zip(parts, (*parts[1:], "")) if isinstance(part, str) or isinstance(after, str)]
    parts = [_Cached(1), *ends] if isinstance(ends[0], _Cached) and ends[0].last % 2 == 0 else ends
    rules = "".join(
        f"@page {PLACEHOLDER}-{part.last}{{counter-reset:page {part.last};{NO_MARGINS}}}\n"
        for part in parts
        if isinstance(part, _Cached)
    )
    body = "\n".join(part if isinstance(part, str) else _placeholder(part) for part in parts)
    return book.document(book.page_css + rules + RESUMED_CSS, body)


def _parts_to_typeset(
    section: RenderedSection, revision: Revision | None, numbers: Mapping[str, int]
) -> list[str | _Cached]:
    """Return the HTML of a missing section, between the last pages of the cached ones that a revision reuses."""
    if revision is None:
        return [number_links(mark_blocks(section), numbers)]
    parts: list[str | _Cached] = []
    for patch in revision.patches:
        if patch.head:
            parts.append(_Cached(revision.cached.first + patch.head - 1, running_heads(section, patch)))
        parts.append(number_links(excerpt(section, patch), numbers))
    return [*parts, _Cached(revision.cached.last)]


def _placeholder(part: _Cached) -> str:
    """Return a page in place of those up to `part.last`, on the same side as that page.

    Its number is in the attribute data-page, because `_runs` only sees the elements of boxes.
    """
    side = "recto" if part.last % 2 else "verso"
    style = f"page:{PLACEHOLDER}-{part.last};break-before:{side};{HEADS}"
    return f'<div class="{PLACEHOLDER}" data-page="{part.last}" {part.heads} style="{style}"></div>'


def _runs(document: Any) -> Iterator[tuple[Any, int, list[Page]]]:
    """Yield the element of each typeset section, the number of its first page, and its pages."""
    body = next(box.element for box in page_box(document.pages[0]).descendants() if box.element_tag == "body")
    sections, number = set(body), 0
    runs: list[tuple[Any, int, list[Page]]] = []
    for page in document.pages:
        element = next((box.element for box in page_box(page).descendants() if box.element in sections), None)
        if element is None:  # a blank page before a placeholder, whose number includes it
            continue
        if element.get("class") == PLACEHOLDER:
            number = int(element.get("data-page"))
            continue
        number += 1
        if not runs or runs[-1][0] is not element:
            runs.append((element, number, []))
        runs[-1][2].append(page)
    yield from runs
