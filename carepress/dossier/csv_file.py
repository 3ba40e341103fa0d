"""The dossier as a CSV file (RFC 4180), for a spreadsheet: one row for each passage."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

from carepress.dossier.passages import ReviewPassage
from carepress.text.cells import BOM, guarded
from carepress.text.language import source_name

OWN = "the hospital's own"

# Columns in order; docs/dossier.md explains them. The heading of the source is the name of its language.
COLUMNS: dict[str, Callable[[ReviewPassage], str]] = {
    "id": lambda passage: passage.id,
    "group": lambda passage: passage.group,
    "within": lambda passage: passage.within,
    "kind": lambda passage: passage.kind,
    "box": lambda passage: passage.box,
    "source": lambda passage: passage.source,
    "translation": lambda passage: passage.translation or "",
    "state": lambda passage: passage.state,
    "sources": lambda passage: sources_text(passage),
    "reviewed": lambda passage: "; ".join(
        dict.fromkeys(use.reviewed for use in (passage.evidence.sources if passage.evidence else ()))
    ),
    "ours": lambda passage: passage.evidence.ours if passage.evidence else "",
    "disagrees": lambda passage: passage.evidence.disagrees if passage.evidence else "",
    "file": lambda passage: passage.path,
    "line": lambda passage: str(passage.line or ""),
}


def write_csv(rows: Iterable[ReviewPassage], source_lang: str) -> bytes:
    """Return passages as UTF-8 with a byte order mark, lines ending in CR and LF."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(source_name(source_lang).lower() if name == "source" else name for name in COLUMNS)
    writer.writerows([guarded(cell(row)) for cell in COLUMNS.values()] for row in rows)
    return (BOM + text.getvalue()).encode()


def sources_text(passage: ReviewPassage) -> str:
    """Return the sources of a passage with their sections, as the evidence has them."""
    if passage.own:
        return OWN
    uses = passage.evidence.sources if passage.evidence else ()
    return "; ".join(f"{use.source}: {use.section}" for use in uses)
