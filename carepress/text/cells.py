"""Cells of CSV files that spreadsheets open (RFC 4180)."""

from __future__ import annotations

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # without it, Excel does not read a CSV file as UTF-8
# A spreadsheet evaluates a cell that begins with one of these as a formula (CWE-1236).
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """Return a cell with an apostrophe before what a spreadsheet would evaluate."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
