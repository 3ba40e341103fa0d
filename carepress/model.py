"""The typed document that the five stages pass on, and the two kinds of trouble.

Everything here is a frozen dataclass that knows nothing of files, templates or formats. A change of a
book is a new book: `map_segments` is the one way to make it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

# --- Trouble ---------------------------------------------------------------------------------


class PublishError(Exception):
    """What stops one job: a user's mistake, at a place, with its remedy."""

    def __init__(self, path: str | Path, line: int | None, message: str, hint: str) -> None:
        super().__init__(path, line, message, hint)
        self.path, self.line, self.message, self.hint = str(path), line, message, hint

    def __str__(self) -> str:
        return _trouble_line(self.path, self.line, self.message, self.hint)


Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """What a check found: returned, never raised."""

    code: str
    severity: Severity
    path: str
    line: int | None
    message: str
    hint: str

    def __str__(self) -> str:
        return _trouble_line(self.path, self.line, self.message, self.hint)


def _trouble_line(path: str, line: int | None, message: str, hint: str) -> str:
    place = path if line is None else f"{path}:{line}"
    return _in_one_line(f"{place}: {message}: {hint}" if hint else f"{place}: {message}")


LONGEST = 2000  # letters


def _in_one_line(text: str) -> str:
    """Return a text that a terminal shows as it is: what a file holds may also be a command to it."""
    cut = text if len(text) <= LONGEST else text[:LONGEST] + "…"
    return "".join(
        sign if sign.isprintable() else " " if sign.isspace() else "\N{REPLACEMENT CHARACTER}" for sign in cut
    )


# --- Segments --------------------------------------------------------------------------------

State = Literal["source", "translated", "fuzzy", "missing"]


@dataclass(frozen=True, slots=True)
class Segment:
    """The inline Markdown of one block: the unit of translation.

    `source` is the English text and the msgid; `text` is what is printed, in the language `lang`.
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
        """Whether there is anything to translate: the numbers on a drawing are the same everywhere."""
        return any(letter.isalpha() for letter in self.source)


# --- Blocks of a chapter ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    id: str
    level: int
    text: Segment


@dataclass(frozen=True, slots=True)
class Paragraph:
    text: Segment


@dataclass(frozen=True, slots=True)
class ListItem:
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class ListBlock:
    ordered: bool
    items: tuple[ListItem, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    term: Segment
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class DefinitionList:
    items: tuple[Definition, ...]


BoxKind = Literal["summary", "key", "call", "dated", "next", "ask"]


@dataclass(frozen=True, slots=True)
class Box:
    """A call-out. Its heading is an interface string, chosen by `kind`."""

    kind: BoxKind
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """An entry of the glossary."""

    id: str
    term: Segment
    definition: Segment


@dataclass(frozen=True, slots=True)
class Words:
    """“Words to know”: glossary entries repeated where they first matter."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Glossary:
    """The place where the whole glossary is printed."""

    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Label:
    """A word in a drawing, in the drawing's units (360 are the width of the text)."""

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
    """A drawing: `shapes` is SVG markup without text, its looks given by class names."""

    id: str
    width: int
    height: int
    shapes: str
    labels: tuple[Label, ...]
    title: Segment
    description: Segment


@dataclass(frozen=True, slots=True)
class Figure:
    drawing: Drawing
    caption: Segment


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: one text, or several printed as a list."""

    items: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Table:
    id: str
    caption: Segment
    columns: tuple[Segment, ...]
    rows: tuple[tuple[Cell, ...], ...]


Block = Heading | Paragraph | ListBlock | DefinitionList | Box | Words | Glossary | Figure | Table

# --- Sheets and forms ------------------------------------------------------------------------

FieldKind = Literal["text", "long", "date", "time", "number", "phone", "choice", "checks", "scale"]
FieldWidth = Literal["full", "half", "third", "two-thirds"]


@dataclass(frozen=True, slots=True)
class Field:
    """Something to fill in. `lines` counts lines to write on; `choices` are boxes to tick."""

    label: Segment
    kind: FieldKind
    width: FieldWidth
    lines: int
    choices: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Column:
    label: Segment
    width: float


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table to write in: `rows` empty rows, or one row for each of `row_labels`.

    A `daily` one has a row a day, whose dates a dated sheet prints in the first column.
    """

    title: Segment | None
    columns: tuple[Column, ...]
    rows: int
    row_labels: tuple[Segment, ...]
    daily: bool = False


@dataclass(frozen=True, slots=True)
class CardsPart:
    """`count` boxes with the same fields, one for each entry."""

    title: Segment | None
    count: int
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class FieldsPart:
    title: Segment | None
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class DrawingPart:
    drawing: Drawing
    caption: Segment | None


@dataclass(frozen=True, slots=True)
class NotePart:
    text: Segment


SheetPart = TablePart | CardsPart | FieldsPart | DrawingPart | NotePart


@dataclass(frozen=True, slots=True)
class Sheet:
    """A tracking sheet or form of the appendix."""

    id: str
    title: Segment
    group: Literal["tracking", "form"]
    purpose: Segment
    how: Segment
    call: Segment | None
    parts: tuple[SheetPart, ...]


# --- The book --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A document that the facts come from."""

    id: str
    name: Segment
    publisher: Segment
    reviewed: Segment


@dataclass(frozen=True, slots=True)
class SourceUse:
    """The section of a source that a chapter rests on, and when the source last reviewed it.

    `reviewed` is an ISO 8601 calendar date, "2022-11" or "2025-01-17".
    """

    source: str
    section: Segment
    reviewed: str


@dataclass(frozen=True, slots=True)
class Chapter:
    id: str
    title: Segment
    short: Segment
    path: str
    number: int | None
    sources: tuple[SourceUse, ...]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of a schedule: a visit `every` so many months, for `months` or, without it, from then on.

    What lies `before` the day that the schedule is counted from is told, and has no dates.
    """

    label: Segment
    every: int
    months: int | None
    before: bool
    note: Segment | None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When visits are due, counted from one day: `since` names that day, `visit` what it is that is due.

    `title`, `since`, `visit` and the labels of phases stand in calendars too: they are plain words. `own` is one
    that a hospital has set.
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
    id: str
    number: int
    title: Segment
    lead: Segment
    chapters: tuple[Chapter, ...]
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Placeholder:
    """What only a hospital can say. Without a value, `lines` lines to write on are printed.

    One with `call` is a telephone line: every “call your team” box ends with it.
    """

    id: str
    label: Segment
    lines: int
    call: bool


@dataclass(frozen=True, slots=True)
class Book:
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

    @property
    def urn(self) -> str:
        """The identifier of this book in this language, the same at every build (RFC 9562, version 5)."""
        return uuid.uuid5(uuid.UUID(self.identifier), self.lang).urn

    def printed_urn(self, edition: str, paper: str) -> str:
        """Return the identifier of this version of the book in a language, as printed on a paper."""
        return uuid.uuid5(uuid.UUID(self.identifier), f"{self.lang} {self.version} {edition} {paper}").urn

    def chapters(self) -> Iterator[Chapter]:
        yield from self.front
        for part in self.parts:
            yield from part.chapters

    def sheets(self) -> Iterator[Sheet]:
        for part in self.parts:
            yield from part.sheets


# --- Walking ---------------------------------------------------------------------------------

T = TypeVar("T")


def segments(node: object) -> Iterator[Segment]:
    """Yield every segment under `node` in reading order, repeated ones too."""
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


# --- Papers ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Paper:
    """A page size in CSS, as width and height in mm."""

    name: str
    width: float
    height: float


A5 = Paper("a5", 148, 210)
HALF_LETTER = Paper("half-letter", 139.7, 215.9)
A4 = Paper("a4", 210, 297)
LETTER = Paper("letter", 215.9, 279.4)
HALF = {A4: A5, LETTER: HALF_LETTER}

# --- Hospitals -------------------------------------------------------------------------------

Texts = Mapping[str, str]  # the same in each language of the hospital


@dataclass(frozen=True, slots=True)
class Telephone:
    """A line to a hospital. It `fills` a placeholder of the book, or none."""

    number: str
    label: Texts
    hours: Texts | None
    fills: str | None

    @property
    def uri(self) -> str:
        """The number as a link (RFC 3966)."""
        return "tel:" + "".join(letter for letter in self.number if letter in "+0123456789")


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that holds nothing but what we know: shapes of SVG, or a PNG in base64. `width` is in its units."""

    kind: Literal["svg", "png"]
    data: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A chapter of the hospital's own, in each of its languages; it stands after another, or ends the front."""

    id: str
    after: str | None
    chapters: Mapping[str, Chapter]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A stretch of the follow-up care: a visit `every` so many months, for `months` or, without it, from then on."""

    label: Texts
    every: int
    months: int | None


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who signs off the hospital's editions. Never printed."""

    name: str
    role: str
    email: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hospital:
    """What one hospital says in a book: a profile, read and checked.

    `paper` lies in its printers, A4 or Letter. `colors` are the two accents, as #rrggbb. `values` are its
    words for placeholders. `left_out` are the chapters and sheets, as links name them: chapter:ID, sheet:ID.
    """

    id: str
    path: str
    languages: tuple[str, ...]
    editions: tuple[str, ...]
    paper: Paper
    revised: date
    review_due: date
    name: Texts
    address: Mapping[str, tuple[str, ...]]
    web: str
    colors: tuple[str, str]
    logo: Logo
    mono: Logo
    telephones: tuple[Telephone, ...]
    emergency: Texts | None
    values: Mapping[str, Texts]
    left_out: tuple[str, ...]
    pages: tuple[OwnPage, ...]
    follow_up: tuple[FollowUp, ...]
    reviewers: tuple[Reviewer, ...]
    sign_off: tuple[str, ...] = ()  # the roles that must sign

    def paper_for(self, edition: Edition) -> Paper | None:
        """Return the paper of an edition that the hospital’s printers take."""
        return next((paper for paper in edition.papers if paper in (self.paper, HALF[self.paper])), None)


@dataclass(frozen=True, slots=True)
class Signature:
    """A person's word, in a role, that a book in a language is right. `digest` is that of what they read."""

    book: str
    lang: str
    role: str
    name: str
    date: date
    digest: str


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file tells of where it comes from: the digest of its content in each language, who signed, and both
    with all else in one `label` for `publish.py verify`.
    """

    digests: Mapping[str, str]
    signatures: tuple[Signature, ...]
    label: str


# --- Editions and jobs -----------------------------------------------------------------------

Medium = Literal["pdf", "epub"]
Reason = Literal["translation", "sign-off", "review"]  # why a draft is one
Finish = Literal["accessible", "imposed", "press"]


@dataclass(frozen=True, slots=True)
class SaddleStitch:
    """How sheets are folded and stapled: at most `sheets` in a section, each `thickness` mm thick.

    Fifteen is what the finishers of office printers and long-reach staplers all manage; paper of 80 g/m² is
    0.1 mm thick.
    """

    sheets: int = 15
    thickness: float = 0.1


@dataclass(frozen=True, slots=True)
class Edition:
    """A form in which a book is published: a row of `EDITIONS`.

    One that is not `default` is made when it is asked for. `finish` is how the pages of a PDF become a file:
    for readers, for the hospital's own printer, or for a print shop. `papers` are what lies in the printer:
    of an `imposed` edition the sheets, on each side of which stand two pages; of an e-book those of the booklet
    whose page numbers it has. A `paired` edition prints a translation beside its source; a `fillable` one has
    the sheets alone, as forms. No letter is smaller than `smallest` pt, in drawings neither. A drawing is as
    wide as the text, but no higher than a share of the page's height: `figure` in chapters, `mark` on sheets.
    `pages_of` names the edition whose pages it has: they are typeset once for both.
    """

    name: str
    medium: Medium
    papers: tuple[Paper, ...] = ()
    styles: tuple[str, ...] = ()
    default: bool = True
    finish: Finish = "accessible"
    stitch: SaddleStitch = SaddleStitch()
    paired: bool = False
    fillable: bool = False
    smallest: float = 9.0
    figure: float = 0.61
    mark: float = 0.24
    pages_of: str = ""

    def page(self, paper: Paper) -> Paper:
        """Return the size of a page on a paper of this edition."""
        return HALF[paper] if self.finish == "imposed" else paper


ON_DEMAND = False
GENERIC = "generic"  # in place of a hospital's id: editions without one

EDITIONS = {
    edition.name: edition
    for edition in (
        Edition("booklet", "pdf", (A5, HALF_LETTER), ("base", "print")),
        Edition("print", "pdf", (A4, LETTER), ("base", "print"), ON_DEMAND, "imposed", pages_of="booklet"),
        Edition("epub", "epub", (A5, HALF_LETTER), ("base", "epub"), pages_of="booklet"),
        Edition(
            "press",
            "pdf",
            (A5, HALF_LETTER),
            ("base", "print", "press"),
            ON_DEMAND,
            "press",
            pages_of="booklet",
        ),
        Edition(
            "large-print",
            "pdf",
            (A4, LETTER),
            ("base", "print", "large-print"),
            ON_DEMAND,
            smallest=18,
            figure=0.72,
            mark=0.34,
        ),
        Edition("sheets", "pdf", (A4, LETTER), ("base", "print", "sheets"), ON_DEMAND, fillable=True, mark=0.26),
        Edition("bilingual", "pdf", (A4, LETTER), ("base", "print", "bilingual"), ON_DEMAND, paired=True, mark=0.215),
    )
}


@dataclass(frozen=True, slots=True)
class Document:
    """One XHTML file of an e-book. `kind` names its template and, for `chapter`, sets landmarks."""

    name: str
    kind: Literal["cover", "title", "imprint", "part", "chapter", "sheet", "back"]
    title: str
    xhtml: bytes


@dataclass(frozen=True, slots=True)
class EpubText:
    """All rendered text of an e-book; addresses are relative to the package document.

    `summary` is the accessibility summary (EPUB Accessibility 1.1, section 2.2.2); `certifier` vouches for it,
    with `credential`. Pages turn in `direction`, ltr or rtl.
    """

    documents: tuple[Document, ...]
    certifier: str
    credential: str
    direction: str
    summary: str
    nav: bytes
    ncx: bytes
    css: str


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a printed page begins: at a word of a section, counted from 0. A drawing is a word."""

    page: int
    section: str
    word: int


@dataclass(frozen=True, slots=True)
class Pagination:
    """The pages of a printed booklet: where each begins, the words of each section, and on which page each
    segment first stands, by its “path:line”.
    """

    starts: tuple[PageStart, ...]
    words: Mapping[str, tuple[str, ...]]
    segments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Booklet:
    """What an e-book has of the printed booklet: its identifier, its page numbers, its cover as a JPEG."""

    urn: str
    pagination: Pagination
    cover: bytes


@dataclass(frozen=True, slots=True)
class Job:
    """One file to make: a book in a language and an edition, by name.

    Of a paired edition, `lang` is the language beside the source. `weeks` are the first days of the weeks
    for which sheets are dated. `profile` is the ICC profile of the press; without it a press edition is made
    for the default one. `on` is the day on which a hospital's review must not be overdue; without it no day is.
    """

    book: Path
    lang: str
    edition: str
    out: Path
    paper: str | None = None
    release: bool = False
    hospital: str = GENERIC
    weeks: tuple[date, ...] = ()
    profile: Path | None = None
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job: the file, or the trouble that stopped it."""

    job: Job
    path: Path | None
    pages: int | None = None
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()
    error: str | None = None
    facts: dict[str, object] = field(default_factory=dict)
    same: bool = False  # made before, from the same inputs
