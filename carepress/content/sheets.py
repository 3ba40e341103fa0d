"""Sheets, forms, tables and the glossary: TOML files become their typed forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from carepress.content import schema
from carepress.content.tomlfile import Location, locate, parse_toml, read_text
from carepress.model import (
    CardsPart,
    Cell,
    Column,
    Drawing,
    DrawingPart,
    Field,
    FieldsPart,
    NotePart,
    PublishError,
    Segment,
    Sheet,
    SheetPart,
    Table,
    TablePart,
    Term,
)
from carepress.text.inline import InlineError, parse_inline


@dataclass(frozen=True, slots=True)
class Words:
    """Makes segments of the texts of one TOML file, or of the front matter that begins on `first_line`."""

    text: str
    shown: str
    lang: str
    first_line: int = 1

    def segment(self, source: str, kind: str, *place: int | str) -> Segment:
        """Return the segment for the text at `place`. Raises PublishError for bad inline markup."""
        line = self.line(place)
        source = " ".join(source.split())
        try:
            parse_inline(source)
        except InlineError as error:
            raise PublishError(self.shown, line, *error.args) from None
        return Segment(source, self.shown, line, kind, source, self.lang)

    def optional(self, source: str | None, kind: str, *place: int | str) -> Segment | None:
        return None if source is None else self.segment(source, kind, *place)

    def fault(self, place: Location, message: str, hint: str) -> PublishError:
        return PublishError(self.shown, self.line(place), message, hint)

    def line(self, place: Location) -> int:
        return locate(self.text, place) + self.first_line - 1


def read_glossary(path: Path, shown: str, lang: str) -> dict[str, Term]:
    """Read `glossary.toml`, by id. Raises PublishError, for an id that stands twice too."""
    words = Words(read_text(path, shown), shown, lang)
    terms: dict[str, Term] = {}
    for index, entry in enumerate(parse_toml(words.text, schema.GlossaryFile, shown).terms):
        place = ("terms", index)
        if entry.id in terms:
            raise words.fault((*place, "id"), f"the term “{entry.id}” stands twice", "keep one of them")
        terms[entry.id] = Term(
            entry.id,
            words.segment(entry.term, "glossary term", *place, "term"),
            words.segment(entry.definition, "glossary definition", *place, "definition"),
        )
    return terms


def read_table(path: Path, shown: str, lang: str) -> Table:
    """Read a table. Raises PublishError when a row has not as many cells as there are columns."""
    words = Words(read_text(path, shown), shown, lang)
    entry = parse_toml(words.text, schema.TableFile, shown)
    rows = []
    for index, row in enumerate(entry.rows):
        place = ("rows", index, "cells")
        if len(row.cells) != len(entry.columns):
            raise words.fault(
                place,
                f"the row has {len(row.cells)} cells and the table {len(entry.columns)} columns",
                "give each column its cell",
            )
        texts = ([cell] if isinstance(cell, str) else cell for cell in row.cells)
        rows.append(tuple(Cell(tuple(words.segment(text, "table cell", *place) for text in cell)) for cell in texts))
    columns = tuple(
        words.segment(column.label, "table heading", "columns", index, "label")
        for index, column in enumerate(entry.columns)
    )
    return Table(path.stem, words.segment(entry.caption, "caption", "caption"), columns, tuple(rows))


def read_sheet(path: Path, shown: str, lang: str, drawings: Callable[[str], Drawing]) -> Sheet:
    """Read a sheet or form. Raises PublishError."""
    words = Words(read_text(path, shown), shown, lang)
    entry = parse_toml(words.text, schema.SheetFile, shown)
    return Sheet(
        id=path.stem,
        title=words.segment(entry.title, "sheet title", "title"),
        group=entry.group,
        purpose=words.segment(entry.purpose, "sheet purpose", "purpose"),
        how=words.segment(entry.how, "sheet instructions", "how"),
        call=words.optional(entry.call, "when to call", "call"),
        parts=tuple(_part(words, part, ("parts", index), drawings) for index, part in enumerate(entry.parts)),
    )


def _part(words: Words, part: object, place: Location, drawings: Callable[[str], Drawing]) -> SheetPart:
    match part:
        case schema.TablePart():
            columns = tuple(
                Column(words.segment(column.label, "column heading", *place, "columns", number), column.width)
                for number, column in enumerate(part.columns)
            )
            labels = tuple(
                words.segment(label, "row heading", *place, "row_labels", number)
                for number, label in enumerate(part.row_labels or ())
            )
            return TablePart(_title(words, part.title, place), columns, part.rows or len(labels), labels, part.daily)
        case schema.CardsPart():
            return CardsPart(_title(words, part.title, place), part.count, _fields(words, part.fields, place))
        case schema.FieldsPart():
            return FieldsPart(_title(words, part.title, place), _fields(words, part.fields, place))
        case schema.DrawingPart():
            try:
                drawing = drawings(part.drawing)
            except KeyError as error:
                raise words.fault((*place, "drawing"), f"there is no “{part.drawing}”", str(error.args[0])) from None
            return DrawingPart(drawing, words.optional(part.caption, "caption", *place, "caption"))
        case schema.NotePart():
            return NotePart(words.segment(part.text, "note", *place, "text"))
    raise AssertionError(part)


def _title(words: Words, title: str | None, place: Location) -> Segment | None:
    return words.optional(title, "sheet heading", *place, "title")


def _fields(words: Words, entries: list[schema.FieldEntry], place: Location) -> tuple[Field, ...]:
    return tuple(
        Field(
            label=words.segment(entry.label, "field label", *place, "fields", number),
            kind=entry.field,
            width=entry.width,
            lines=entry.lines,
            choices=tuple(words.segment(choice, "choice", *place, "fields", number) for choice in entry.choices),
        )
        for number, entry in enumerate(entries)
    )
