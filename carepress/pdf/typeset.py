"""Typeset a book section by section. A section is typeset once, for all editions and hospitals that share it.

The pages of a section depend on its HTML, the style sheets, the number of its first page and the page numbers that
it prints; they are cached under the digest of these. All sections that are missing from the cache are typeset
together, in one document of the whole book, in which placeholder pages replace the cached ones.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from weasyprint.document import Page

from carepress.model import RenderedBook, RenderedSection
from carepress.pdf.incremental.blocks import find_spans, mark_blocks
from carepress.pdf.incremental.reuse import RESUMED_CSS, Patch, excerpt, find_patch, fit, join
from carepress.pdf.page_numbers import number_links
from carepress.pdf.pagination import first_words
from carepress.pdf.section import Check, TypesetSection, make_section, pack, unpack
from carepress.pdf.weasyprint_patches import page_box, page_boxes
from carepress.pdf.write import LayoutError, lay_out
from carepress.workspace.cache import Cache

SECTION_ENTRY, EXTENT_ENTRY, PATCH_ENTRY = "section-", "extent-", "near-"
ENTRY_PREFIXES = (SECTION_ENTRY, EXTENT_ENTRY, PATCH_ENTRY)  # of the cache entries that this module writes
ROUNDS = 16  # a page number that changes a line break may change other page numbers: then they may never settle
PLACEHOLDER = "placeholder"
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
    unpatchable: set[int] = set()  # sections whose patch did not fit
    for _round in range(ROUNDS):
        numbers = _page_numbers(extents)
        firsts = list(_first_pages(extents))
        cached = [store.find(index, first, numbers) for index, first in enumerate(firsts)]
        settled = [_Extent.of(section) if section else extent for section, extent in zip(cached, extents)]
        if settled != extents:
            extents = settled
            continue
        complete = [section for section in cached if section]
        if len(complete) == len(cached):
            return complete
        missing = {
            index: None if index in unpatchable else store.find_patch(index, first, numbers)
            for index, (section, first) in enumerate(zip(cached, firsts))
            if section is None
        }
        made = _typeset_missing(book, cached, missing, numbers, check)
        gc.collect()  # boxes are in reference cycles, and use most of the memory
        unpatchable |= set(missing) - set(made)
        for index, section in made.items():
            store.save(index, section)
            extents[index] = _Extent.of(section)
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


class _SectionStore:
    """The cached sections of a book, typeset with its style sheets."""

    def __init__(self, book: RenderedBook, cache: Cache, version: str) -> None:
        self.sections, self.cache = book.sections, cache
        self.style = repr((version, book.lang, book.direction, " ".join(book.css.split())))
        self.loaded: dict[str, TypesetSection] = {}

    def last_extents(self) -> list[_Extent | None]:
        """Return the extent of the last section of each name, which is usually still right."""
        extents: list[_Extent | None] = []
        for index in range(len(self.sections)):
            entry = self.cache.read(self._extent_key(index))
            extents.append(_Extent(**json.loads(entry)) if entry else None)
        # If other sections are cached, assume one page for a section that is new.
        return [extent or _Extent(1, {}) for extent in extents] if any(extents) else extents

    def find(self, index: int, first: int | None, numbers: Mapping[str, int]) -> TypesetSection | None:
        """Return the cached section with this first page and these page numbers, if there is one."""
        if first is None:
            return None
        key = self._key(index, first, numbers)
        if key not in self.loaded and (entry := self.cache.read(key)):
            self.loaded[key] = unpack(entry)
        return self.loaded.get(key)

    def find_patch(self, index: int, first: int | None, numbers: Mapping[str, int]) -> Patch | None:
        """Return a patch of the last section of the same name and first page, if it has pages for this one."""
        key = self.cache.read(self._patch_key(index, first))
        entry = key and self.cache.read(key.decode())
        return find_patch(self.sections[index], numbers, unpack(entry)) if entry else None

    def save(self, index: int, section: TypesetSection) -> None:
        """Cache a section, and remember it as the last one of its name."""
        key = self._key(index, section.first, section.numbers)
        self.loaded[key] = section
        self.cache.write(key, pack(section))
        self.cache.write(self._extent_key(index), json.dumps(asdict(_Extent.of(section))).encode())
        if section.spans:
            self.cache.write(self._patch_key(index, section.first), key.encode())

    def _patch_key(self, index: int, first: int | None) -> str:
        return _entry_name(PATCH_ENTRY, self._extent_key(index), first)

    def _extent_key(self, index: int) -> str:
        return _entry_name(EXTENT_ENTRY, self.style, self.sections[index].name)

    def _key(self, index: int, first: int, numbers: Mapping[str, int]) -> str:
        return _entry_name(SECTION_ENTRY, self.style, number_links(self.sections[index].html, numbers), first)


def _entry_name(kind: str, *key: object) -> str:
    return f"{kind}{sha256(repr(key).encode()).hexdigest()}"


# --- Layout ----------------------------------------------------------------------------------


def _typeset_missing(
    book: RenderedBook,
    cached: list[TypesetSection | None],
    missing: Mapping[int, Patch | None],
    numbers: Mapping[str, int],
    check: Check,
) -> dict[int, TypesetSection]:
    """Typeset the missing sections; return them by their index in the book.

    A section whose patch does not fit is not returned.
    """
    document = lay_out(_document(book, cached, missing, numbers))
    made: dict[int, TypesetSection] = {}
    for (index, patch), (element, first, pages) in zip(missing.items(), _runs(document)):
        if patch is None:
            source = book.sections[index]
            made[index] = make_section(document, element, source.name, first, pages, source, check)
        elif part := _fitting_part(document, element, first, pages, patch, check):
            made[index] = join(patch, part)
    return made


def _fitting_part(
    document: Any, element: Any, first: int, pages: list[Page], patch: Patch, check: Check
) -> TypesetSection | None:
    """Return the typeset pages between the reused ones, or None if they do not fit."""
    boxes = page_boxes(pages)
    count = fit(patch, find_spans(boxes, element, patch.stop - patch.start))
    if count is None:
        return None
    words, starts = first_words(boxes, element)
    end = starts[count] if count < len(starts) else len(words)
    part = make_section(document, element, patch.cached.name, first, pages[:count], None, check)
    return None if part.problems or not part.is_plain else replace(part, words=words[:end])


def _document(
    book: RenderedBook,
    cached: list[TypesetSection | None],
    missing: Mapping[int, Patch | None],
    numbers: Mapping[str, int],
) -> str:
    """Return the HTML of a book with placeholders for the cached pages."""
    parts: list[str | int] = []  # HTML, or the last of some cached pages
    for index, (section, pages) in enumerate(zip(book.sections, cached)):
        parts += [pages.last] if pages else _parts_to_typeset(section, missing.get(index), numbers)
    # Consecutive cached pages need one placeholder only. The first page of a document is always a right page.
    ends = [part for part, after in zip(parts, (*parts[1:], "")) if isinstance(part, str) or isinstance(after, str)]
    parts = [1, *ends] if isinstance(ends[0], int) and ends[0] % 2 == 0 else ends
    rules = "".join(
        f"@page {PLACEHOLDER}-{last}{{counter-reset:page {last};{NO_MARGINS}}}\n"
        for last in parts
        if isinstance(last, int)
    )
    body = "\n".join(part if isinstance(part, str) else _placeholder(part) for part in parts)
    return book.document(book.css + rules + RESUMED_CSS, body)


def _parts_to_typeset(section: RenderedSection, patch: Patch | None, numbers: Mapping[str, int]) -> list[str | int]:
    """Return the HTML of a missing section, between the last pages of the cached ones that a patch reuses."""
    if patch is None:
        return [number_links(mark_blocks(section), numbers)]
    reused_before: list[str | int] = [patch.cached.first + patch.head - 1] if patch.head else []
    return [*reused_before, number_links(excerpt(section, patch), numbers), patch.cached.last]


def _placeholder(last: int) -> str:
    """Return a page in place of those up to `last`, on the same side as that page.

    Its number is in the attribute data-page, because `_runs` only sees the elements of boxes.
    """
    side = "recto" if last % 2 else "verso"
    style = f"page:{PLACEHOLDER}-{last};break-before:{side}"
    return f'<div class="{PLACEHOLDER}" data-page="{last}" style="{style}"></div>'


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
