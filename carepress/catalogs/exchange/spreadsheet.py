"""Catalogs as a table in a CSV file, for a spreadsheet."""

from __future__ import annotations

import csv
import io
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from carepress.catalogs.exchange.receive import Received
from carepress.catalogs.exchange.units import ExportedCatalog
from carepress.model import PublishError, State
from carepress.text.cells import BOM, FORMULA, guarded

# `exported` may be missing in a file that comes back, and so may `context`, `state` and `note`.
COLUMNS = ("id", "context", "source", "target", "state", "note", "exported")
_NEEDED = ("id", "source", "target")
_DELIMITERS = ",;\t"  # the last two are those of Excel in most of Europe and Latin America, and of “Unicode text”
_STATES: tuple[State, ...] = ("missing", "fuzzy", "translated")
_BETWEEN = "/"  # the language and the id of a unit


def write_spreadsheet(catalogs: Iterable[ExportedCatalog], lang: str) -> bytes:
    """Return catalogs as UTF-8 with a byte order mark, lines ending in CR and LF.

    Each id begins with the language. A cell that begins with an apostrophe or could be a formula has an apostrophe
    before it, which the import removes.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for catalog in catalogs:
        for unit in catalog.units:
            cells = (f"{lang}{_BETWEEN}{unit.id}", unit.context, unit.source, unit.target, unit.state, unit.remark)
            writer.writerow([_guarded(cell) for cell in (*cells, unit.stamp)])
    return (BOM + text.getvalue()).encode()


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith("'") else guarded(cell)


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith((*FORMULA, "'")) else cell


# --- Reading ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table by its columns, with its first line in the file."""

    line: int
    cells: Mapping[str, str]


def read_rows(data: bytes, display_path: str) -> tuple[Row, ...]:
    """Return the rows of a table that are not empty. Raises PublishError for a file that is no such table."""
    try:
        text = data.decode("utf-16" if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        hint = "save it as “CSV UTF-8” in Excel, or with the character set UTF-8 in LibreOffice"
        raise PublishError(display_path, line, "the file is not UTF-8", hint) from None
    delimiter = max(_DELIMITERS, key=text.partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, [_unguarded(cell) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "save the table again as CSV in the program that it comes from"
        raise PublishError(display_path, line, f"broken CSV: {error}", hint) from None
    names = [name.strip().lower() for name in rows[0][1]] if rows else []
    if missing := [name for name in _NEEDED if name not in names]:
        hint = f"the first row names the columns: {', '.join(COLUMNS)}"
        raise PublishError(display_path, 1, f"the table has no column “{missing[0]}”", hint)
    return tuple(Row(line, dict(zip(names, cells))) for line, cells in rows[1:] if any(map(str.strip, cells)))


def language_places(rows: Iterable[Row]) -> Iterator[tuple[str, int]]:
    """Yield the language of each row, with its line."""
    for row in rows:
        yield row.cells.get("id", "").partition(_BETWEEN)[0], row.line


def read_units(rows: Iterable[Row]) -> Iterator[Received]:
    """Yield what has come back; a row without its last cell was cut off with the file."""
    rows = tuple(rows)
    has_stamps = any("exported" in row.cells for row in rows)
    for row in rows:
        written = row.cells.get("state", "").strip().lower()
        state = next((state for state in _STATES if state == written), None)
        unreadable = None
        if written and state is None:
            unreadable = (f"unknown state “{written}”", f"write one of {', '.join(_STATES)}")
        if has_stamps and "exported" not in row.cells:
            unreadable = ("the row has no cell in the column “exported”", "save the table again: its end is missing")
        yield Received(
            row.cells.get("id", "").partition(_BETWEEN)[2],
            row.line,
            row.cells.get("source", ""),
            row.cells.get("target", ""),
            state,
            row.cells.get("note"),
            row.cells.get("exported") or None,
            unreadable,
        )
