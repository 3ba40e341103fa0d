"""The shapes of a book's TOML files. docs/writing.md shows each of them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Limit

from carepress.model import FieldKind, FieldWidth

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


def _calendar_date(text: str) -> str:
    date.fromisoformat(text if len(text) > len("2022-11") else f"{text}-01")
    return text


Reviewed = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}(-\d{2})?$"), AfterValidator(_calendar_date)]
Item = TypeVar("Item")
# Strict files give lists; "at least one" is said once here.
Some = Annotated[list[Item], Limit(min_length=1)]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceUse(Shape):
    id: Id
    section: Words
    reviewed: Reviewed


class ChapterFile(Shape):
    """A chapter's front matter."""

    title: Words
    short: Words | None = None
    kind: Literal["chapter", "glossary"] = "chapter"
    sources: list[SourceUse] = []


class TermEntry(Shape):
    id: Id
    term: Words
    definition: Words


class GlossaryFile(Shape):
    """A glossary."""

    terms: list[TermEntry]


class TableColumn(Shape):
    label: Words


class TableRow(Shape):
    cells: Some[Words | Some[Words]]


class TableFile(Shape):
    """A table."""

    caption: Words
    columns: Annotated[list[TableColumn], Limit(min_length=2, max_length=4)]
    rows: Some[TableRow]


class FieldEntry(Shape):
    label: Words
    field: FieldKind = "text"
    width: FieldWidth = "full"
    lines: Annotated[int, Limit(ge=1, le=20)] = 1
    choices: list[Words] = []

    def model_post_init(self, context: Any, /) -> None:
        if bool(self.choices) != (self.field in ("choice", "checks")):
            raise ValueError("choices for the fields “choice” and “checks”, and for no other")


class SheetColumn(Shape):
    label: Words
    width: Annotated[float, Limit(gt=0, le=20)] = 1


class TablePart(Shape):
    kind: Literal["table"]
    title: Words | None = None
    columns: Annotated[list[SheetColumn], Limit(min_length=2, max_length=6)]
    rows: Annotated[int, Limit(ge=1, le=60)] | None = None
    row_labels: Some[Words] | None = None
    daily: bool = False

    def model_post_init(self, context: Any, /) -> None:
        if self.daily and self.rows is None:
            raise ValueError("daily needs rows")
        if (self.rows is None) == (self.row_labels is None):
            raise ValueError("either rows or row_labels")


class CardsPart(Shape):
    kind: Literal["cards"]
    title: Words | None = None
    count: Annotated[int, Limit(ge=1, le=20)]
    fields: Some[FieldEntry]


class FieldsPart(Shape):
    kind: Literal["fields"]
    title: Words | None = None
    fields: Some[FieldEntry]


class DrawingPart(Shape):
    kind: Literal["drawing"]
    drawing: Id
    caption: Words | None = None


class NotePart(Shape):
    kind: Literal["note"]
    text: Words


class SheetFile(Shape):
    """A sheet or form."""

    title: Words
    group: Literal["tracking", "form"]
    purpose: Words
    how: Words
    call: Words | None = None
    parts: Some[Annotated[TablePart | CardsPart | FieldsPart | DrawingPart | NotePart, Limit(discriminator="kind")]]


class PhaseEntry(Shape):
    label: Words
    every: Annotated[int, Limit(ge=1, le=60)]
    months: Annotated[int, Limit(ge=1, le=240)] | None = None
    before: bool = False
    note: Words | None = None

    def model_post_init(self, context: Any, /) -> None:
        if self.months and self.before:
            raise ValueError("months for a phase that has dates: take out “months” or “before”")
        if self.months and self.months % self.every:
            raise ValueError("months that “every” divides, so that each phase ends with a visit")


class ScheduleFile(Shape):
    """A schedule."""

    title: Words
    lead: Words
    since: Words
    visit: Words
    note: Words
    goes_on: Words
    call: Words
    sources: Some[SourceUse]
    phases: Some[PhaseEntry]


class SourceEntry(Shape):
    id: Id
    name: Words
    publisher: Words
    reviewed: Words


class PlaceholderEntry(Shape):
    label: Words
    lines: Annotated[int, Limit(ge=1, le=10)] = 1
    call: bool = False


class FrontEntry(Shape):
    chapters: Some[Id]


class PartEntry(Shape):
    id: Id
    title: Words
    lead: Words
    chapters: Some[Id]
    sheets: list[Id] = []


class BookFile(Shape):
    """A book."""

    id: Id
    identifier: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    title: Words
    subtitle: Words
    description: Words
    author: Words
    subjects: Some[Words]
    version: Words
    revised: date
    review_due: date
    license: Words
    license_url: Words
    cover_drawing: Id | None = None
    sources: Some[SourceEntry]
    placeholders: dict[Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")], PlaceholderEntry] = {}
    required: list[Id] = []
    schedules: list[Id] = []
    front: FrontEntry | None = None
    parts: Some[PartEntry]
