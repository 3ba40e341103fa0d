"""The sections of a book as pages. Each is typeset once, and kept for every edition and hospital that has the same.

A section is what begins on a page of its own: the cover, a chapter, a sheet. Its pages depend on its HTML, the
style sheets, the number of its first page and the numbers of the pages that it names: they are kept under the
digest of these. What is not there yet is typeset together, in one document of the whole book, in which a blank
page or two stand in for the sections that are there.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from typing import Any

from weasyprint.document import Page

from carepress.pdf.pagination import first_words
from carepress.pdf.resume import RESUMED, Patch, excerpt, find_patch, fit, join
from carepress.pdf.section import Check, Section, find_spans, make_section, numbered, pack, unpack
from carepress.pdf.weasyprint_patches import page_box, page_boxes
from carepress.pdf.write import LayoutError, lay_out
from carepress.workspace.cache import Cache

MARK = "<!--section-->"  # in templates, before each section
BIND = re.compile(r"/\*bind\*/.*?/\*end\*/", re.S)  # in style sheets, around what is done when pages are bound
NAME = re.compile(r'\s(?:id|class)="([^" ]+)')  # what a section is found by from book to book
# A passage that is all that its element has.
ALONE = re.compile(r'<(\w+)([^<>]*)><span (data-at="[^"]*")>([^<]*(?:<(?!/?span)[^<]*)*)</span></\1>')
SHARED = ("section-", "plan-", "near-")  # how the names of entries in the cache begin
ROUNDS = 16  # a page number that changes a line may change others: after so many rounds they never settle
STAND_IN = "stand-in"
EMPTY = "".join(f"@{edge}-{side}{{content:none}}" for edge in ("top", "bottom") for side in ("left", "center", "right"))


@dataclass(frozen=True, slots=True)
class Text:
    """The HTML of a book: what is before its sections, the sections, and what is behind them."""

    head: str
    sections: tuple[str, ...]
    tail: str


def split(html: str) -> Text:
    """Return the sections that the templates have marked."""
    # A box less for most passages: a fifth of the time.
    head, *sections = ALONE.sub(r"<\1\2 \3>\4</\1>", html).split(MARK)
    end = sections[-1].rindex("</body>")
    return Text(head, (*sections[:-1], sections[-1][:end]), sections[-1][end:])


def typeset(html: str, check: Check, cache: Cache, version: str) -> list[Section]:
    """Return the pages of a book's HTML. Raises LayoutError.

    Sections of another `version`, of the engine and of `check`, are not used. What `cache` knows only saves time:
    the pages are those of the book typeset at once.
    """
    store = _Store(split(BIND.sub("", html)), cache, version)
    plan = store.plan()
    whole: set[int] = set()  # what does not fit where it was thought to
    for _round in range(ROUNDS):
        numbers = _numbers(plan)
        firsts = list(_firsts(plan))
        found = [store.find(index, first, numbers) for index, first in enumerate(firsts)]
        settled = [_Plan.of(section) if section else known for section, known in zip(found, plan)]
        if settled != plan:
            plan = settled
            continue
        book = [section for section in found if section]
        if len(book) == len(found):
            return book
        missing = {
            index: None if index in whole else store.patch(index, first, numbers)
            for index, (section, first) in enumerate(zip(found, firsts))
            if section is None
        }
        made = _typeset(store.text, found, missing, numbers, check)
        gc.collect()  # the boxes of a document refer to each other, and are most of the memory
        whole = set(missing) - set(made)
        for index, section in made.items():
            store.keep(index, section)
            plan[index] = _Plan.of(section)
    raise LayoutError("the numbers of the pages do not settle: a reference to a page changes the page it is on")


# --- where each section is thought to be -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Plan:
    """How many pages a section has, and how many after the first each id stands."""

    pages: int
    anchors: Mapping[str, int]

    @staticmethod
    def of(section: Section) -> _Plan:
        return _Plan(section.pages, {name: page - section.first for name, (page, _x, _y) in section.anchors.items()})


def _firsts(plan: list[_Plan | None]) -> Iterator[int | None]:
    """Yield the first page of each section, or None behind one of which nothing is known."""
    first: int | None = 1
    for known in plan:
        yield first
        first = first + known.pages if first and known else None


def _numbers(plan: list[_Plan | None]) -> dict[str, int]:
    """Return the page of each id, as far as it is known."""
    return {
        name: first + behind
        for known, first in zip(plan, _firsts(plan))
        if known and first
        for name, behind in known.anchors.items()
    }


class _Store:
    """The sections that are kept, of one book in one look."""

    def __init__(self, text: Text, cache: Cache, version: str) -> None:
        self.text, self.cache = text, cache
        style = text.head[text.head.index("<style>") :].split()
        opening = text.head[: text.head.index("<head>")]
        self.look = repr((version, opening, " ".join(style)))
        self.met: dict[str, Section] = {}

    def plan(self) -> list[_Plan | None]:
        """Return what the last section of each name was like: mostly it still is."""
        found: list[_Plan | None] = []
        for index in range(len(self.text.sections)):
            kept = self.cache.read(self._name(index))
            found.append(_Plan(**json.loads(kept)) if kept else None)
        # In a book that is known, a section of its own has mostly one page.
        return [known or _Plan(1, {}) for known in found] if any(found) else found

    def find(self, index: int, first: int | None, numbers: Mapping[str, int]) -> Section | None:
        """Return the section that begins on that page and names those pages, if it was ever typeset."""
        if first is None:
            return None
        key = self._key(index, first, numbers)
        if key not in self.met and (kept := self.cache.read(key)):
            self.met[key] = unpack(kept)
        return self.met.get(key)

    def patch(self, index: int, first: int | None, numbers: Mapping[str, int]) -> Patch | None:
        """Return how pages of a section like this one, from the same page on, serve this one."""
        html = numbered(self.text.sections[index], numbers)
        near = self.cache.read(self._near(index, first))
        kept = near and self.cache.read(near.decode())
        return find_patch(html, unpack(kept)) if kept else None

    def keep(self, index: int, section: Section) -> None:
        key = self._key(index, section.first, section.numbers)
        self.met[key] = section
        self.cache.write(key, pack(section))
        self.cache.write(self._name(index), json.dumps(asdict(_Plan.of(section))).encode())
        if section.spans:
            self.cache.write(self._near(index, section.first), key.encode())

    def _near(self, index: int, first: int | None) -> str:
        return f"{SHARED[2]}{sha256(repr((self._name(index), first)).encode()).hexdigest()}"

    def _name(self, index: int) -> str:
        name = _name_of(self.text.sections[index])
        return f"{SHARED[1]}{sha256(repr((self.look, name)).encode()).hexdigest()}"

    def _key(self, index: int, first: int, numbers: Mapping[str, int]) -> str:
        html = numbered(self.text.sections[index], numbers)
        return f"{SHARED[0]}{sha256(repr((self.look, html, first)).encode()).hexdigest()}"


def _name_of(html: str) -> str:
    name = NAME.search(html)
    assert name, "a section has an id or a class"
    return name[1]


# --- typesetting -----------------------------------------------------------------------------


def _typeset(
    text: Text,
    found: list[Section | None],
    missing: Mapping[int, Patch | None],
    numbers: Mapping[str, int],
    check: Check,
) -> dict[int, Section]:
    """Typeset the sections that were not found; return them by their place in the book.

    One is not there when the part of it that was typeset does not go with what was to be kept.
    """
    document = lay_out(_document(text, found, missing, numbers))
    made: dict[int, Section] = {}
    for (index, patch), (element, first, pages) in zip(missing.items(), _runs(document)):
        html = text.sections[index]
        if patch is None:
            made[index] = make_section(document, element, _name_of(html), first, pages, html, check)
        elif part := _part(document, element, first, pages, patch, check):
            made[index] = join(patch, part)
    return made


def _part(document: Any, element: Any, first: int, pages: list[Page], patch: Patch, check: Check) -> Section | None:
    """Return the pages of a part that go between those that are kept, if they fit."""
    boxes = page_boxes(pages)
    count = fit(patch, find_spans(boxes, element, patch.stop - patch.start))
    if count is None:
        return None
    words, starts = first_words(boxes, element)
    end = starts[count] if count < len(starts) else len(words)
    part = make_section(document, element, patch.kept.name, first, pages[:count], "", check)
    return None if part.problems or not part.is_plain else replace(part, words=words[:end])


def _document(
    text: Text, found: list[Section | None], missing: Mapping[int, Patch | None], numbers: Mapping[str, int]
) -> str:
    """Return the HTML of a book with blank pages for what is there."""
    body: list[str | int] = []  # HTML, or the last page of those that are there
    for index, (html, section) in enumerate(zip(text.sections, found)):
        patch = missing.get(index)
        if section:
            body.append(section.last)
        elif patch:
            body += [patch.kept.first + patch.head - 1] if patch.head else []
            body += [numbered(excerpt(html, patch), numbers), patch.kept.last]
        else:
            body.append(numbered(html, numbers))
    # Of pages that follow one another, one stands in for all. The first page of a document is always a right one.
    ends = [part for part, after in zip(body, (*body[1:], "")) if isinstance(part, str) or isinstance(after, str)]
    body = [1, *ends] if isinstance(ends[0], int) and ends[0] % 2 == 0 else ends
    rules = "".join(
        f"@page {STAND_IN}-{last}{{counter-reset:page {last};{EMPTY}}}" for last in body if isinstance(last, int)
    )
    head = text.head.replace("</head>", f"<style>{rules}</style>{RESUMED}</head>")
    return "".join([head, *(part if isinstance(part, str) else _blank(part) for part in body), text.tail])


def _blank(last: int) -> str:
    """Return a page that stands in for those up to `last`: a right one or a left one as that is."""
    side = "recto" if last % 2 else "verso"
    style = f"page:{STAND_IN}-{last};break-before:{side}"
    return f'<div class="{STAND_IN}" data-page="{last}" style="{style}"></div>'


def _runs(document: Any) -> Iterator[tuple[Any, int, list[Page]]]:
    """Yield the element of each section that was typeset, the number of its first page, and its pages."""
    body = next(box.element for box in page_box(document.pages[0]).descendants() if box.element_tag == "body")
    tops, number = set(body), 0
    runs: list[tuple[Any, int, list[Page]]] = []
    for page in document.pages:
        top = next((box.element for box in page_box(page).descendants() if box.element in tops), None)
        if top is None:  # a blank page before one that stands in, which tells its number
            continue
        if top.get("class") == STAND_IN:
            number = int(top.get("data-page"))
            continue
        number += 1
        if not runs or runs[-1][0] is not top:
            runs.append((top, number, []))
        runs[-1][2].append(page)
    yield from runs
