"""The schemas of a book's TOML files; docs/writing.md shows each of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Limit

from carepress.model import AgeGroup, FieldKind, FieldWidth, Orientation, ResourceKind
from carepress.text.code_forms import is_icd10cm, is_rxnorm, is_snomed
from carepress.text.language import is_known
from carepress.text.visible import CONTROL_CHARACTERS, is_blank
from carepress.workspace.project import INTERFACE_LANGUAGE, canonical_code


def coded(is_valid: Callable[[str], object], expected: str) -> AfterValidator:
    """Return the validator of a text; `expected` says what to write, with an example."""

    def check(text: str) -> str:
        if not is_valid(text):
            raise ValueError(expected)
        return text

    return AfterValidator(check)


def matching(pattern: str, expected: str) -> AfterValidator:
    """Return the validator of a text that a regular expression matches as a whole."""
    return coded(re.compile(pattern).fullmatch, expected)


def _language_code(code: str) -> str:
    canonical = canonical_code(code)
    if code != canonical:
        raise ValueError(f"“{canonical}”, the one code of this language" if canonical else LANGUAGE)
    return code


def _visible(text: str) -> str:
    if is_blank(text):
        raise ValueError("a text; remove the key if there is none")
    if match := CONTROL_CHARACTERS.search(text):
        raise ValueError(f"no invisible character (here U+{ord(match[0]):04X})")
    return text


LANGUAGE = "the code of a language, such as en, fr or es_419"
LanguageCode = Annotated[str, AfterValidator(_language_code)]
_ID = "[a-z][a-z0-9-]*"
Id = Annotated[str, matching(_ID, "small letters a to z, digits and hyphens, such as side-effects")]
PlainText = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(_visible)]
# A chapter, a heading of a chapter, or a sheet.
IndexTarget = Annotated[
    str,
    matching(
        f"{_ID}(#{_ID})?|sheet:{_ID}", "a chapter, heading or sheet, such as soil, soil#worms or sheet:sowing-log"
    ),
]


# A chapter, or a section of it by its heading of level 2.
ChapterTarget = Annotated[
    str, matching(f"{_ID}(#{_ID})?", "a chapter or one of its headings, such as soil or soil#worms")
]


def _resource_address(address: str) -> str:
    # No letters of other scripts: readers must see where an address leads.
    web = r"(https://)?([a-z0-9-]+\.)+[a-z]{2,}(/[A-Za-z0-9._~/?=&%#-]*)?"
    if len(address) > 90 or not re.fullmatch(rf"{web}|\+?[0-9](?:[ ()-]{{0,2}}[0-9]){{1,15}}", address):
        raise ValueError("a web address such as www.example.org, or a telephone number")
    return address


ResourceAddress = Annotated[str, AfterValidator(_resource_address)]
CellText = Annotated[str, StringConstraints(strip_whitespace=True)]


def _calendar_date(text: str) -> str:
    date.fromisoformat(text if len(text) > len("2022-11") else f"{text}-01")
    return text


Reviewed = Annotated[
    str,
    matching(r"\d{4}-\d{2}(-\d{2})?", "a month or a day, such as 2025-01 or 2025-01-17"),
    AfterValidator(_calendar_date),
]
T = TypeVar("T")
# A list with at least one item.
Some = Annotated[list[T], Limit(min_length=1)]


class StrictModel(BaseModel):
    """A model that rejects unknown keys and values of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SourceUseEntry(StrictModel):
    """A source that a chapter or schedule is based on."""

    id: Id
    section: PlainText
    reviewed: Reviewed


class ChapterFile(StrictModel):
    """A chapter's front matter."""

    title: PlainText
    short: PlainText | None = None
    kind: Literal["chapter", "glossary", "index"] = "chapter"
    sources: list[SourceUseEntry] = []


class TermEntry(StrictModel):
    """A glossary entry, with its sources as in `EvidenceEntry`; `ours` if no source gives its meaning."""

    id: Id
    term: PlainText
    definition: PlainText
    sources: list[PlainText] = []
    ours: bool = False


class GlossaryFile(StrictModel):
    """A glossary."""

    terms: list[TermEntry]


class EvidenceEntry(StrictModel):
    """The evidence for a passage: its sources as “id: section”, what no source has, and where sources disagree."""

    at: PlainText
    sources: list[PlainText] = []
    ours: PlainText | None = None
    disagrees: PlainText | None = None


class EvidenceFile(StrictModel):
    """A file of evidence."""

    passages: list[EvidenceEntry]


class SourcedEntry(BaseModel):
    """The evidence in an entry of a file that has other keys, such as the glossary."""

    id: Id
    sources: list[PlainText] = []
    ours: bool = False


class ResourceEntry(StrictModel):
    """A resource: help from outside. Each of its sources is "ID: section"."""

    id: Id
    kind: ResourceKind
    name: PlainText
    text: PlainText
    address: ResourceAddress | None = None
    sources: Some[Annotated[str, matching(f"{_ID}: .+", "a source and its section, such as pdq-family: Risk groups")]]


class ResourceFile(StrictModel):
    """The resources of a book."""

    resources: Some[ResourceEntry]


class IndexEntry(StrictModel):
    """An entry of the index, and the chapters, headings and sheets that it leads to."""

    text: PlainText
    at: Some[IndexTarget]


class IndexFile(StrictModel):
    """An index."""

    entries: Some[IndexEntry]


class TableColumn(StrictModel):
    """A column of a table; a `tick` column has boxes to tick instead of texts."""

    label: PlainText
    tick: bool = False


class TableRow(StrictModel):
    """A row of a table: one cell for each column, which is empty in a column of boxes to tick.

    `exposures` are the treatments that it is about: a handout may be for a child who had some of them.
    """

    cells: Some[CellText | Some[PlainText]]
    exposures: list[Id] = []


class TableFile(StrictModel):
    """A table."""

    caption: PlainText
    columns: Annotated[list[TableColumn], Limit(min_length=2, max_length=12)]
    rows: Some[TableRow]

    def model_post_init(self, context: Any, /) -> None:
        if self.columns[0].tick:
            raise ValueError("texts in the first column, the headings of the rows: put boxes to tick into another")


# Lines to write on: a row or a field is that high.
Lines = Annotated[int, Limit(ge=1, le=6)]


class FieldEntry(StrictModel):
    """A field to fill in."""

    label: PlainText
    field: FieldKind = "text"
    width: FieldWidth = "full"
    lines: Lines = 1
    choices: list[PlainText] = []

    def model_post_init(self, context: Any, /) -> None:
        if bool(self.choices) != (self.field in ("choice", "checks")):
            raise ValueError("choices for “choice” and “checks” fields, and for no others")


# What one ring of a row goes around: a number or a word.
Choices = Annotated[list[PlainText], Limit(min_length=2, max_length=11)]


class SheetColumn(StrictModel):
    """A column of a sheet; `width` is relative to the other columns."""

    label: PlainText
    width: Annotated[float, Limit(gt=0, le=20)] = 1
    choices: Choices | None = None


class TableEntry(StrictModel):
    """A part of a sheet: a table to fill in."""

    kind: Literal["table"]
    title: PlainText | None = None
    columns: Annotated[list[SheetColumn], Limit(min_length=2, max_length=12)]
    rows: Annotated[int, Limit(ge=1, le=60)] | None = None
    row_labels: Some[PlainText] | None = None
    example: Some[PlainText] | None = None
    daily: bool = False
    lines: Lines = 1
    per_handout: bool = False

    def model_post_init(self, context: Any, /) -> None:
        if sum((self.rows is not None, self.row_labels is not None, self.daily, self.per_handout)) != 1:
            raise ValueError("one of rows, row_labels, daily and per_handout")
        if self.columns[0].choices and (self.row_labels or self.daily or self.per_handout):
            raise ValueError("labels, days or handouts in the first column: put the choices into another")
        if self.example and len(self.example) != len(self.columns):
            raise ValueError("an example for each column")
        for column, text in zip(self.columns, self.example or ()):
            if column.choices and text not in column.choices:
                raise ValueError(f"an example from the choices of “{column.label}”")


class GridRowEntry(StrictModel):
    """A row of a grid; `blank` rows have a label that the family writes."""

    label: PlainText
    note: PlainText | None = None
    choices: Choices | None = None
    example: PlainText | None = None
    lines: Lines = 1
    blank: Annotated[int, Limit(ge=1, le=20)] | None = None

    def model_post_init(self, context: Any, /) -> None:
        if self.choices and self.example and self.example not in self.choices:
            raise ValueError(f"an example from the choices of “{self.label}”")


class WeekGridEntry(StrictModel):
    """A part of a sheet: a table with a column for each day of a week."""

    kind: Literal["week-grid"]
    title: PlainText | None = None
    rows: Some[GridRowEntry]


class DateGridEntry(StrictModel):
    """A part of a sheet: a table with a column for each of some dates, which the family writes."""

    kind: Literal["date-grid"]
    title: PlainText | None = None
    date: PlainText
    dates: Annotated[int, Limit(ge=2, le=8)]
    rows: Some[GridRowEntry]


class FieldsEntry(StrictModel):
    """A part of a sheet: fields."""

    kind: Literal["fields"]
    title: PlainText | None = None
    fields: Some[FieldEntry]


class DrawingEntry(StrictModel):
    """A part of a sheet: a drawing to mark."""

    kind: Literal["drawing"]
    drawing: Id
    caption: PlainText | None = None


class NoteEntry(StrictModel):
    """A part of a sheet: a note."""

    kind: Literal["note"]
    text: PlainText


class CallEntry(StrictModel):
    """A part of a sheet: the telephone numbers and rules of the team."""

    kind: Literal["call"]


class SheetFile(StrictModel):
    """A sheet or form."""

    title: PlainText
    group: Literal["tracking", "form"]
    purpose: PlainText
    how: PlainText
    call: PlainText | None = None
    legend: PlainText | None = None
    orientation: Orientation = "portrait"
    in_book: bool = False
    parts: Some[
        Annotated[
            TableEntry | WeekGridEntry | DateGridEntry | FieldsEntry | DrawingEntry | NoteEntry | CallEntry,
            Limit(discriminator="kind"),
        ]
    ]


class PhaseEntry(StrictModel):
    """A phase of a schedule: a visit every `every` months, for `months` months."""

    label: PlainText
    every: Annotated[int, Limit(ge=1, le=60)]
    months: Annotated[int, Limit(ge=1, le=240)] | None = None
    before: bool = False
    note: PlainText | None = None

    def model_post_init(self, context: Any, /) -> None:
        if self.months and self.before:
            raise ValueError("months only for a dated phase: remove “months” or “before”")
        if self.months and self.months % self.every:
            raise ValueError("a multiple of “every”, to end each phase with a visit")


class ScheduleFile(StrictModel):
    """A schedule."""

    title: PlainText
    lead: PlainText
    since: PlainText
    visit: PlainText
    note: PlainText
    goes_on: PlainText
    call: PlainText
    sources: Some[SourceUseEntry]
    phases: Some[PhaseEntry]


class SourceEntry(StrictModel):
    """A document that the book is based on."""

    id: Id
    name: PlainText
    publisher: PlainText
    reviewed: PlainText


class PlaceholderEntry(StrictModel):
    """A placeholder, how many lines it leaves to write on, and whether a hospital may leave it empty."""

    label: PlainText
    lines: Annotated[int, Limit(ge=1, le=10)] = 1
    call: bool = False
    optional: bool = False
    needed: bool = False

    def model_post_init(self, context: Any, /) -> None:
        if self.needed and self.optional:
            raise ValueError("“needed” or “optional”, not both")
        if self.call and self.optional:
            raise ValueError("“call” or “optional”: every hospital has the telephone numbers of “call your team” boxes")


class FrontEntry(StrictModel):
    """The front matter of a book."""

    chapters: Some[Id]
    drawing: Id | None = None


class PartEntry(StrictModel):
    """A part of a book."""

    id: Id
    title: PlainText
    lead: PlainText
    chapters: Some[Id]
    sheets: list[Id] = []
    drawing: Id | None = None


class CodesEntry(StrictModel):
    """The codes by which an electronic record finds a handout."""

    icd10cm: list[Annotated[str, coded(is_icd10cm, "a code of ICD-10-CM with its point, such as C91.0")]] = []
    snomed: list[Annotated[str, coded(is_snomed, "a concept of SNOMED CT; its last digit checks the others")]] = []
    rxnorm: list[Annotated[str, coded(is_rxnorm, "a concept of RxNorm (RXCUI): up to 8 digits")]] = []


class HandoutEntry(StrictModel):
    """A handout: chapters, or sections of them, and sheets; `fill` are sheets that make its pages a multiple of 4."""

    id: Id
    title: PlainText
    promise: PlainText
    when: PlainText
    contents: Annotated[list[PlainText], Limit(max_length=3)] = []
    chapters: Some[ChapterTarget]
    sheets: list[Id] = []
    fill: list[Id] = []
    contexts: dict[str, Some[PlainText]] = {}
    color: Annotated[int, Limit(ge=1, le=8)] = 1
    drawing: Id | None = None
    ending: Id | None = None
    apart: bool = False
    codes: CodesEntry = CodesEntry()
    ages: list[AgeGroup] = []


class PacketEntry(StrictModel):
    """A packet: handouts and sheets that a family gets together."""

    id: Id
    name: PlainText
    handouts: list[Id] = []
    sheets: list[Id] = []

    def model_post_init(self, context: Any, /) -> None:
        if not self.handouts and not self.sheets:
            raise ValueError("at least one handout or sheet")


class BookFile(StrictModel):
    """A book, written in `lang`. `words` has its own text for messages of the interface."""

    id: Id
    lang: Annotated[LanguageCode, coded(is_known, LANGUAGE)] = INTERFACE_LANGUAGE
    identifier: Annotated[str, matching("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "a UUID, as uuidgen prints it")]
    title: PlainText
    subtitle: PlainText
    description: PlainText
    author: PlainText
    subjects: Some[PlainText]
    version: Annotated[PlainText, matching("[^<>&]{1,40}", "up to 40 characters without markup, such as 1.2")]
    revised: date
    review_due: date
    license: Annotated[
        PlainText, matching(r"([^<>&]|&(?!#?\w+;)){1,120}", "the name of a license, such as CC BY 4.0, without markup")
    ]
    license_url: Annotated[
        PlainText,
        matching('https?://[^\\s<>"]{1,300}', "a web address such as https://creativecommons.org/licenses/by/4.0/"),
    ]
    cover_drawing: Id | None = None
    sources: Some[SourceEntry]
    placeholders: dict[
        Annotated[str, matching("[a-z][a-z0-9_]*", "small letters a to z, digits and _, such as clinic_phone")],
        PlaceholderEntry,
    ] = {}
    required: list[Id] = []
    schedules: list[Id] = []
    front: FrontEntry | None = None
    parts: Some[PartEntry]
    handouts: list[HandoutEntry] = []
    packets: list[PacketEntry] = []
    fill: list[Id] = []
    words: dict[PlainText, PlainText] = {}
    contexts: dict[str, Some[PlainText]] = {}
