"""Read the TOML files of sheets, forms, tables, the glossary, the index and the resources."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from carepress.content import schema
from carepress.content.slips import override_slip
from carepress.content.tomlfile import Location, locate, parse_toml, read_text
from carepress.model import (
    CallPart,
    Cell,
    Column,
    Drawing,
    DrawingPart,
    Field,
    FieldsPart,
    GridPart,
    GridRow,
    Index,
    IndexEntry,
    NotePart,
    PublishError,
    Resource,
    Segment,
    Sheet,
    SheetPart,
    Table,
    TablePart,
    Term,
)
from carepress.model.counts import counted
from carepress.text.inline import InlineError, one_line, parse_inline, plain_text
from carepress.text.visible import is_blank

DAYS = 7  # rows of a daily table: those of a week


@dataclass(frozen=True, slots=True)
class SegmentFactory:
    """Makes segments from one TOML file, or from front matter that begins on `first_line` of a chapter."""

    text: str
    display_path: str
    lang: str
    first_line: int = 1

    def segment(self, source: str, kind: str, *place: int | str) -> Segment:
        """Return the segment for the text at `place`. Raises PublishError for bad inline markup."""
        line = self.line(place)
        source = one_line(source)
        try:
            words = plain_text(parse_inline(source))
        except InlineError as error:
            raise PublishError(self.display_path, line, *error.args) from None
        if override := override_slip(source):
            raise PublishError(self.display_path, line, *override)
        if source and is_blank(words):
            raise PublishError(self.display_path, line, f"empty {kind}", "write its text, or remove the key")
        return Segment(source, self.display_path, line, kind, source, self.lang)

    def optional(self, source: str | None, kind: str, *place: int | str) -> Segment | None:
        """Return the segment for an optional text, or None without one."""
        return None if source is None else self.segment(source, kind, *place)

    def error(self, place: Location, message: str, hint: str) -> PublishError:
        """Return an error at the line of `place`."""
        return PublishError(self.display_path, self.line(place), message, hint)

    def line(self, place: Location) -> int:
        """Return the line of `place` in the file, from 1."""
        return locate(self.text, place) + self.first_line - 1


def read_glossary(path: Path, display_path: str, lang: str) -> dict[str, Term]:
    """Read `glossary.toml`; return its terms by id. Raises PublishError, also for a duplicate id."""
    factory = SegmentFactory(read_text(path, display_path), display_path, lang)
    terms: dict[str, Term] = {}
    for index, entry in enumerate(parse_toml(factory.text, schema.GlossaryFile, display_path).terms):
        place = ("terms", index)
        if entry.id in terms:
            raise factory.error((*place, "id"), f"duplicate term “{entry.id}”", "remove one")
        terms[entry.id] = Term(
            entry.id,
            factory.segment(entry.term, "glossary term", *place, "term"),
            factory.segment(entry.definition, "glossary definition", *place, "definition"),
        )
    return terms


def read_index(path: Path, display_path: str, lang: str) -> tuple[Index, dict[str, PublishError]]:
    """Read `index.toml`; return the index, and for each target the error to raise if the book does not have it.

    Raises PublishError, also for an entry or a target of an entry that is there twice.
    """
    factory = SegmentFactory(read_text(path, display_path), display_path, lang)
    entries: dict[str, IndexEntry] = {}
    errors: dict[str, PublishError] = {}
    for index, entry in enumerate(parse_toml(factory.text, schema.IndexFile, display_path).entries):
        place = ("entries", index)
        targets = []
        for number, name in enumerate(entry.at):
            target = name if name.startswith("sheet:") else f"chapter:{name}"
            message, hint = f"the index leads to “{name}”, which does not exist", "correct the name, or remove it"
            error = factory.error((*place, "at", number), message, hint)
            if target in targets:
                raise factory.error((*place, "at", number), f"duplicate “{name}”", "list it once")
            targets.append(target)
            errors.setdefault(target, error)
        segment = factory.segment(entry.text, "index entry", *place, "text")
        if segment.source in entries:
            raise factory.error((*place, "text"), f"duplicate index entry “{segment.source}”", "make it one entry")
        entries[segment.source] = IndexEntry(segment, tuple(targets))
    return Index(tuple(entries.values())), errors


def read_resources(path: Path, display_path: str, lang: str, sources: set[str]) -> tuple[Resource, ...]:
    """Read `resources.toml`. Raises PublishError, also for an id that is there twice and an unknown source."""
    factory = SegmentFactory(read_text(path, display_path), display_path, lang)
    resources: dict[str, Resource] = {}
    for index, entry in enumerate(parse_toml(factory.text, schema.ResourceFile, display_path).resources):
        place = ("resources", index)
        if entry.id in resources:
            raise factory.error((*place, "id"), f"duplicate resource “{entry.id}”", "remove one")
        for number, use in enumerate(entry.sources):
            if (source := use.partition(":")[0]) not in sources:
                message, hint = f"unknown source “{source}”", "add it to book.toml, or correct the id"
                raise factory.error((*place, "sources", number), message, hint)
        resources[entry.id] = Resource(
            entry.id,
            entry.kind,
            factory.segment(entry.name, "resource name", *place, "name"),
            factory.segment(entry.text, "resource text", *place, "text"),
            entry.address,
            tuple(entry.sources),
        )
    return tuple(resources.values())


def read_table(path: Path, display_path: str, lang: str) -> Table:
    """Read a table. Raises PublishError, also for a row with more or fewer cells than columns."""
    factory = SegmentFactory(read_text(path, display_path), display_path, lang)
    entry = parse_toml(factory.text, schema.TableFile, display_path)
    rows = []
    for index, row in enumerate(entry.rows):
        place = ("rows", index, "cells")
        if len(row.cells) != len(entry.columns):
            raise factory.error(
                place,
                f"the row has {counted(len(row.cells), 'cell', 'cells')}, but the table has {counted(len(entry.columns), 'column', 'columns')}",
                "write one cell for each column",
            )
        rows.append(
            tuple(
                Cell(tuple(factory.segment(text, "table cell", *place) for text in _cell(factory, cell, column, place)))
                for cell, column in zip(row.cells, entry.columns)
            )
        )
    columns = tuple(
        factory.segment(column.label, "table heading", "columns", index, "label")
        for index, column in enumerate(entry.columns)
    )
    exposures = tuple(tuple(row.exposures) for row in entry.rows)
    caption = factory.segment(entry.caption, "caption", "caption")
    return Table(path.stem, caption, columns, tuple(rows), exposures if any(exposures) else ())


def _cell(factory: SegmentFactory, cell: str | list[str], column: schema.TableColumn, place: Location) -> list[str]:
    """Return the texts of a table cell: none for a box to tick. Raises PublishError."""
    if column.tick and cell:
        raise factory.error(place, f"a text in the column “{column.label}” of boxes to tick", 'write ""')
    if not column.tick and not cell:
        raise factory.error(place, f"empty cell in the column “{column.label}”", "write a text, or give it tick = true")
    return [] if column.tick else [cell] if isinstance(cell, str) else cell


def read_sheet(path: Path, display_path: str, lang: str, drawings: Callable[[str], Drawing]) -> Sheet:
    """Read a sheet or form. Raises PublishError."""
    factory = SegmentFactory(read_text(path, display_path), display_path, lang)
    entry = parse_toml(factory.text, schema.SheetFile, display_path)
    return Sheet(
        id=path.stem,
        title=factory.segment(entry.title, "sheet title", "title"),
        group=entry.group,
        purpose=factory.segment(entry.purpose, "sheet purpose", "purpose"),
        how=factory.segment(entry.how, "sheet instructions", "how"),
        call=factory.optional(entry.call, "when to call", "call"),
        legend=factory.optional(entry.legend, "legend", "legend"),
        parts=tuple(_part(factory, part, ("parts", index), drawings) for index, part in enumerate(entry.parts)),
        orientation=entry.orientation,
        in_book=entry.in_book,
    )


def _part(factory: SegmentFactory, part: object, place: Location, drawings: Callable[[str], Drawing]) -> SheetPart:
    match part:
        case schema.TableEntry():
            return _table_part(factory, part, place)
        case schema.WeekGridEntry():
            return _grid(factory, part, place)
        case schema.DateGridEntry():
            grid = _grid(factory, part, place)
            return replace(grid, dates=part.dates, date=factory.segment(part.date, "column heading", *place, "date"))
        case schema.FieldsEntry():
            return FieldsPart(_title(factory, part.title, place), _fields(factory, part.fields, place))
        case schema.DrawingEntry():
            try:
                drawing = drawings(part.drawing)
            except KeyError as error:
                raise factory.error((*place, "drawing"), f"there is no “{part.drawing}”", str(error.args[0])) from None
            return DrawingPart(drawing, factory.optional(part.caption, "caption", *place, "caption"))
        case schema.NoteEntry():
            return NotePart(factory.segment(part.text, "note", *place, "text"))
        case schema.CallEntry():
            return CallPart()
    raise AssertionError(part)


def _table_part(factory: SegmentFactory, part: schema.TableEntry, place: Location) -> TablePart:
    columns = tuple(
        Column(
            factory.segment(column.label, "column heading", *place, "columns", number),
            column.width,
            _choices(factory, column.choices, *place, "columns", number),
        )
        for number, column in enumerate(part.columns)
    )
    labels = tuple(
        factory.segment(label, "row heading", *place, "row_labels", number)
        for number, label in enumerate(part.row_labels or ())
    )
    example = tuple(
        factory.segment(text, "example", *place, "example", number) for number, text in enumerate(part.example or ())
    )
    rows = part.rows or len(labels) or DAYS
    return TablePart(
        _title(factory, part.title, place), columns, rows, labels, example, part.daily, part.lines, part.per_handout
    )


def _grid(factory: SegmentFactory, part: schema.WeekGridEntry | schema.DateGridEntry, place: Location) -> GridPart:
    """Return a grid of a week."""
    rows = tuple(
        GridRow(
            label=factory.segment(row.label, "row heading", *place, "rows", number, "label"),
            note=factory.optional(row.note, "row note", *place, "rows", number, "note"),
            choices=_choices(factory, row.choices, *place, "rows", number, "choices"),
            example=factory.optional(row.example, "example", *place, "rows", number, "example"),
            lines=row.lines,
            blank=row.blank or 0,
        )
        for number, row in enumerate(part.rows)
    )
    return GridPart(_title(factory, part.title, place), rows)


def _choices(factory: SegmentFactory, choices: list[str] | None, *place: int | str) -> tuple[Segment, ...]:
    return tuple(factory.segment(choice, "choice", *place) for choice in choices or ())


def _title(factory: SegmentFactory, title: str | None, place: Location) -> Segment | None:
    return factory.optional(title, "sheet heading", *place, "title")


def _fields(factory: SegmentFactory, entries: list[schema.FieldEntry], place: Location) -> tuple[Field, ...]:
    return tuple(
        Field(
            label=factory.segment(entry.label, "field label", *place, "fields", number),
            kind=entry.field,
            width=entry.width,
            lines=entry.lines,
            choices=_choices(factory, entry.choices, *place, "fields", number),
        )
        for number, entry in enumerate(entries)
    )
