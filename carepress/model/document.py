"""The typed document that passes through the five stages.

Everything here is a frozen dataclass, independent of files, templates and formats. `map_segments` and `map_blocks`
are the only ways to change the texts and blocks of a book; they return a new book.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from typing import Any, Literal, TypeVar, cast

from carepress.model.codes import AgeGroup, Code

# --- Segments --------------------------------------------------------------------------------

State = Literal["source", "translated", "fuzzy", "missing"]
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")  # in the text of a segment


@dataclass(frozen=True, slots=True)
class Segment:
    """The inline Markdown of one block: the unit of translation.

    `source` is the text as it is written, and the msgid; `text` is printed, in the language `lang`.
    """

    source: str
    path: str
    line: int
    kind: str
    text: str
    lang: str
    state: State = "source"
    context: str | None = None

    @property
    def has_words(self) -> bool:
        """Whether there is anything to translate: a number or a placeholder alone is the same in all languages."""
        return any(letter.isalpha() for letter in PLACEHOLDER.sub("", self.source))


# --- Blocks of a chapter ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 2 or 3; `id` is unique in its chapter."""

    id: str
    level: int
    text: Segment


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Segment


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list, numbered from `start` if it is `ordered`: “1.”, or “1)” if the numbers are `parenthesized`."""

    ordered: bool
    items: tuple[ListItem, ...]
    start: int = 1
    parenthesized: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """A term of a definition list, with its explanation."""

    term: Segment
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """A list of terms, each with its explanation."""

    items: tuple[Definition, ...]


BoxKind = Literal["summary", "key", "call", "dated", "next", "ask"]


@dataclass(frozen=True, slots=True)
class Box:
    """A callout box. Its heading is an interface string, selected by `kind`."""

    kind: BoxKind
    blocks: tuple[Block, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary."""

    id: str
    term: Segment
    definition: Segment


@dataclass(frozen=True, slots=True)
class WordsBox:
    """A “Words to know” box: glossary entries, repeated where they are first needed."""

    terms: tuple[Term, ...]
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Glossary:
    """The block that prints the whole glossary."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """An entry of the index; its targets are those of links, chapter:ID#HEADING or sheet:ID."""

    text: Segment
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """The block that prints the index: each entry with the pages of its targets."""

    entries: tuple[IndexEntry, ...]


ResourceKind = Literal["people", "telephone", "website", "forum", "app", "booklet"]


@dataclass(frozen=True, slots=True)
class Resource:
    """Help from outside, such as a website or a telephone number; `address` is printed as it is.

    `sources` are those that name it, as "ID: section".
    """

    id: str
    kind: ResourceKind
    name: Segment
    text: Segment
    address: str | None
    sources: tuple[str, ...]

    @property
    def link(self) -> str | None:
        """The address as a link: https: or, for a telephone number, tel:."""
        if self.address is None or self.address.startswith("https://"):
            return self.address
        if self.address.lstrip("+")[:1].isdigit() and not any(letter.isalpha() for letter in self.address):
            return "tel:" + "".join(letter for letter in self.address if letter in "+0123456789")
        return f"https://{self.address}"


@dataclass(frozen=True, slots=True)
class ResourceList:
    """The block that prints the resources: those of the sources, or those that a hospital has `confirmed`."""

    resources: tuple[Resource, ...]
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    """A text in a drawing; lengths are in units of the drawing, of which 360 are the width of the text area."""

    text: Segment
    x: float
    y: float
    anchor: Literal["start", "middle", "end"]
    valign: Literal["top", "middle", "bottom"]
    width: float | None
    size: float
    strong: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing; `shapes` is SVG markup without text, styled by classes."""

    id: str
    width: int
    height: int
    shapes: str
    labels: tuple[Label, ...]
    title: Segment
    description: Segment

    @property
    def is_upright(self) -> bool:
        """Whether it is higher than a line: on a sheet, it goes beside the other parts."""
        return 3 * self.height > self.width


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing with its caption."""

    drawing: Drawing
    caption: Segment


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: one text, several printed as a list, or none for a box to tick."""

    items: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `columns` are the column headings.

    `exposures` has the treatments that each row is about, by short names such as vincristine; none if it has no rows
    that a handout may leave out.
    """

    id: str
    caption: Segment
    columns: tuple[Segment, ...]
    rows: tuple[tuple[Cell, ...], ...]
    exposures: tuple[tuple[str, ...], ...] = ()


Block = (
    Heading | Paragraph | ListBlock | DefinitionList | Box | WordsBox | Glossary | Index | ResourceList | Figure | Table
)


# --- Sheets and forms ------------------------------------------------------------------------

FieldKind = Literal["text", "long", "date", "phone", "choice", "checks"]
FieldWidth = Literal["full", "half", "third", "two-thirds"]
Orientation = Literal["portrait", "landscape"]


@dataclass(frozen=True, slots=True)
class Field:
    """A field to fill in, with room for a number of `lines`; one of its `choices` is ringed, or several are ticked."""

    label: Segment
    kind: FieldKind
    width: FieldWidth
    lines: int
    choices: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table to fill in: `choices` to ring in each cell, or room to write."""

    label: Segment
    width: float
    choices: tuple[Segment, ...] = ()


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table to fill in: `rows` empty rows, or one row for each of `row_labels`.

    `example` fills a gray first row. A `daily` table has one row for each day of a week; a dated sheet prints the
    dates. A row has room for a number of `lines`. With `per_handout`, the row labels are the titles of the book's
    handouts; `versions` has the version of each that the family gets with this sheet, and an empty text for the others.
    """

    title: Segment | None
    columns: tuple[Column, ...]
    rows: int
    row_labels: tuple[Segment, ...]
    example: tuple[Segment, ...] = ()
    daily: bool = False
    lines: int = 1
    per_handout: bool = False
    versions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row of a grid: `choices` to ring for each day or date, or room to write.

    `blank` rows have no printed label: the family writes one, and `label` is the heading above it. `example` is what
    the gray column shows; the row has room for a number of `lines`.
    """

    label: Segment
    note: Segment | None
    choices: tuple[Segment, ...]
    example: Segment | None
    lines: int = 1
    blank: int = 0


@dataclass(frozen=True, slots=True)
class GridPart:
    """A table whose columns are the days of a week, or `dates` dates to write in; `date` is their heading."""

    title: Segment | None
    rows: tuple[GridRow, ...]
    dates: int = 0
    date: Segment | None = None


@dataclass(frozen=True, slots=True)
class FieldsPart:
    """A group of fields."""

    title: Segment | None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class DrawingPart:
    """A drawing to mark."""

    drawing: Drawing
    caption: Segment | None


@dataclass(frozen=True, slots=True)
class NotePart:
    """A note to the reader."""

    text: Segment


@dataclass(frozen=True, slots=True)
class CallPart:
    """What a family needs to call the team, in large type: the hospital's numbers and rules, or lines to write on."""


SheetPart = TablePart | GridPart | FieldsPart | DrawingPart | NotePart | CallPart


@dataclass(frozen=True, slots=True)
class Sheet:
    """A tracking sheet or form. `legend` says what its numbers mean.

    One that is not `in_book` is left out of printed books: it comes as a sheet of its own.
    """

    id: str
    title: Segment
    group: Literal["tracking", "form"]
    purpose: Segment
    how: Segment
    call: Segment | None
    legend: Segment | None
    parts: tuple[SheetPart, ...]
    orientation: Orientation = "portrait"
    in_book: bool = False


# --- The book --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A document that facts are taken from."""

    id: str
    name: Segment
    publisher: Segment
    reviewed: Segment


@dataclass(frozen=True, slots=True)
class SourceUse:
    """The section of a source that a chapter is based on, and when the source last reviewed it.

    `reviewed` is an ISO 8601 calendar date, "2022-11" or "2025-01-17".
    """

    source: str
    section: str
    reviewed: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter; `short` is its title in running heads, `path` its file, `number` None if it is not numbered."""

    id: str
    title: Segment
    short: Segment
    path: str
    number: int | None
    sources: tuple[SourceUse, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A phase of a schedule: a visit every `every` months for `months` months, or indefinitely if that is None.

    A phase `before` the first day of the schedule is printed without dates.
    """

    label: Segment
    every: int
    months: int | None
    before: bool
    note: Segment | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When visits are due, counted from one day; `since` is what that day is called, `visit` what a visit is called.

    `title`, `since`, `visit` and the labels of phases also appear in calendars, so they are plain text. `own` is
    true for a hospital's own schedule.
    """

    id: str
    title: Segment
    lead: Segment
    since: Segment
    visit: Segment
    note: Segment
    goes_on: Segment
    call: Segment
    sources: tuple[SourceUse, ...]
    phases: tuple[Phase, ...]
    own: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a book: chapters, sheets or both, after an opening page with `lead`."""

    id: str
    number: int
    title: Segment
    lead: Segment
    chapters: tuple[Chapter, ...]
    sheets: tuple[Sheet, ...]
    drawing: Drawing | None = None
    """Printed below the last chapter, if there is room."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A text that only a hospital can supply. Without a value, `lines` lines to write on are printed.

    With `call`, it is a telephone number that is added to every “call your team” box. An `optional` one is printed
    only where the text has it, not on the back cover; no hospital is asked for it. A `needed` one is on the back of
    every handout: without it and the telephones, a hospital's handouts are not released.
    """

    id: str
    label: Segment
    lines: int
    call: bool
    optional: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Handout:
    """A part of a book as a thin booklet, for one visit.

    `when` is when a family gets it, `contents` are the points on its cover. `chapters` are targets as in links,
    chapter:ID or chapter:ID#HEADING for one section; `sheets` and `fill` are ids of sheets, of which `fill` are only
    printed to make its pages a multiple of 4. `number` is its place on the family's way, None for one that is
    given `apart` or was picked for one family. `color` is that of a part, 1 to 8. An electronic record finds it by its
    `codes`, for patients of these `ages`; none means all.
    """

    id: str
    number: int | None
    title: Segment
    promise: Segment | None
    when: Segment | None
    contents: tuple[Segment, ...]
    chapters: tuple[str, ...]
    sheets: tuple[str, ...]
    fill: tuple[str, ...] = ()
    color: int = 1
    drawing: Drawing | None = None
    ending: Drawing | None = None
    """Printed below the text, if there is room."""
    apart: bool = False
    codes: tuple[Code, ...] = ()
    ages: tuple[AgeGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class Packet:
    """Handouts and sheets that a family gets together, such as those of the first day, by their ids and in order."""

    id: str
    name: Segment
    handouts: tuple[str, ...]
    sheets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a family finds the target of a link that its handout does not have.

    That is another handout, with a `number` unless it is given apart, a sheet of its own, or the handbook.
    """

    target: str
    kind: Literal["handout", "sheet", "book"]
    number: int | None = None


@dataclass(frozen=True, slots=True)
class HandoutCut:
    """What a book that was cut to a handout keeps of the whole book.

    `series` is the title of the whole book, `total` the number of its numbered handouts. `fill` are the sheets that
    may be added to make the pages a multiple of 4; `elsewhere` has the targets of links that lead out of the handout.
    Tables have only the rows about the treatments in `exposures`, if there are any.
    """

    handout: Handout
    series: Segment
    total: int
    fill: tuple[Sheet, ...]
    elsewhere: tuple[Elsewhere, ...]
    exposures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnWord:
    """A book's own text for a message of the interface, such as “Call the school” for “Call your team”."""

    message: str
    text: Segment


@dataclass(frozen=True, slots=True)
class Book:
    """A book in one language, `lang`, written in `source_lang`.

    `identifier` is the same in all languages, `front` is the front matter.
    """

    id: str
    identifier: str
    folder: str
    lang: str
    title: Segment
    subtitle: Segment
    description: Segment
    author: Segment
    subjects: tuple[Segment, ...]
    version: str
    revised: date
    review_due: date
    license: str
    license_url: str
    sources: tuple[Source, ...]
    placeholders: tuple[Placeholder, ...]
    cover: Drawing | None
    front: tuple[Chapter, ...]
    parts: tuple[Part, ...]
    required: tuple[str, ...] = ()  # chapters that no hospital may leave out
    schedules: tuple[Schedule, ...] = ()
    handouts: tuple[Handout, ...] = ()
    packets: tuple[Packet, ...] = ()
    cut: HandoutCut | None = None
    front_drawing: Drawing | None = None  # below the last chapter of the front matter
    source_lang: str = "en"
    words: tuple[OwnWord, ...] = ()

    @property
    def is_source(self) -> bool:
        """Whether this is the book as it was written, not a translation."""
        return self.lang == self.source_lang

    @property
    def handout(self) -> Handout | None:
        """The handout that this book was cut to, or None for the whole book."""
        return self.cut.handout if self.cut else None

    @property
    def urn(self) -> str:
        """The identifier of this book in this language, the same in every build (RFC 9562, version 5)."""
        return uuid.uuid5(uuid.UUID(self.identifier), self.lang).urn

    def printed_urn(self, edition: str, paper: str) -> str:
        """Return the identifier of this version of the book in its language, in an edition and on a paper size."""
        return uuid.uuid5(uuid.UUID(self.identifier), f"{self.lang} {self.version} {edition} {paper}").urn

    def chapters(self) -> Iterator[Chapter]:
        """Yield all chapters in reading order."""
        yield from self.front
        for part in self.parts:
            yield from part.chapters

    def sheets(self) -> Iterator[Sheet]:
        """Yield all sheets in reading order."""
        for part in self.parts:
            yield from part.sheets


# --- Walking ---------------------------------------------------------------------------------

T = TypeVar("T")


def segments(node: object) -> Iterator[Segment]:
    """Yield every segment under `node` in reading order, including repeated ones."""
    if isinstance(node, Segment):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from segments(item)
    elif is_dataclass(node):
        for entry in fields(node):
            yield from segments(getattr(node, entry.name))


def map_segments(node: T, change: Callable[[Segment], Segment]) -> T:
    """Return `node` with every segment replaced by `change(segment)`; unchanged parts are shared."""
    return cast(T, _mapped(node, change))


def map_blocks(book: Book, change: Callable[[Block], Block]) -> Book:
    """Return a book in which each block of a chapter is replaced by `change(block)`."""

    def chapters(old: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
        return tuple(replace(item, blocks=tuple(map(change, item.blocks))) for item in old)

    parts = tuple(replace(part, chapters=chapters(part.chapters)) for part in book.parts)
    return replace(book, front=chapters(book.front), parts=parts)


def _mapped(node: Any, change: Callable[[Segment], Segment]) -> Any:
    if isinstance(node, Segment):
        return change(node)
    if isinstance(node, tuple):
        items = tuple(_mapped(item, change) for item in node)
        return items if any(new is not old for new, old in zip(items, node)) else node
    if is_dataclass(node):
        changed = {}
        for entry in fields(node):
            old = getattr(node, entry.name)
            new = _mapped(old, change)
            if new is not old:
                changed[entry.name] = new
        return replace(cast(Any, node), **changed) if changed else node
    return node
