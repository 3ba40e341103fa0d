"""The manifest of an output folder, manifest.json: its one writer and its one reader."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

from carepress.model import FileRecord, PublishError, SignedBy
from carepress.workspace.files import atomic_write, file_lock, write_error
from carepress.workspace.outputs import output_cache

MANIFEST = "manifest.json"
Rows = Mapping[str, object]  # of a manifest, by the path of the file


def record_to_row(record: FileRecord) -> dict[str, object]:
    """Return a record as JSON types, without its path."""
    return {entry.name: _to_json(getattr(record, entry.name)) for entry in fields(record) if entry.name != "path"}


def _to_json(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case tuple():
            return [_to_json(item) for item in value]
        case SignedBy():
            return {entry.name: _to_json(getattr(value, entry.name)) for entry in fields(value)}
        case Mapping():
            return dict(value)
    return value


def row_to_record(path: str, row: Mapping[str, Any]) -> FileRecord:
    """Return the record in a row of a manifest.

    Raises one of `UNREADABLE` for a damaged row, or one of another version.
    """
    texts = {name: str(row[name]) for name in TEXTS}
    return FileRecord(
        path=path,
        langs=tuple(map(str, row["langs"])),
        weeks=tuple(map(date.fromisoformat, row["weeks"])),
        subjects=tuple(map(str, row["subjects"])),
        hospital_name=str(row.get("hospital_name") or ""),
        bytes=int(row["bytes"]),
        pages=row["pages"],
        paper=row["paper"],
        revised=date.fromisoformat(row["revised"]),
        review_due=date.fromisoformat(row["review_due"]),
        content=dict(row["content"]),
        signed=tuple(
            SignedBy(str(item["lang"]), str(item["role"]), str(item["name"]), date.fromisoformat(item["date"]))
            for item in row["signed"]
        ),
        segments=dict(row["segments"]),
        handout=row.get("handout"),
        number=row.get("number"),
        source=row.get("source"),
        packet=row.get("packet"),
        personal=bool(row.get("personal")),
        **texts,
    )


TEXTS = "book urn edition hospital title subtitle description author license license_url sha256 version".split()
UNREADABLE = (KeyError, TypeError, ValueError, AttributeError)


def parse_manifest(data: bytes) -> dict[str, object]:
    """Return the rows of a manifest. Raises one of `UNREADABLE` or RecursionError for a damaged one."""
    rows = json.loads(data)["files"]
    if not isinstance(rows, dict):
        raise TypeError("not a table of files")
    return rows


def manifest_bytes(rows: Rows) -> bytes:
    """Return a manifest as UTF-8 JSON, sorted by path."""
    return (json.dumps({"files": dict(sorted(rows.items()))}, indent=2, ensure_ascii=False) + "\n").encode()


def manifest_rows(data: bytes) -> dict[str, object]:
    """Return the rows of a manifest; none if it is damaged."""
    try:
        return parse_manifest(data)
    except (*UNREADABLE, RecursionError):
        return {}


def read_manifest(out: Path) -> dict[str, FileRecord]:
    """Return the readable records of an output folder's manifest, by path; none without a manifest."""
    try:
        rows = manifest_rows((out / MANIFEST).read_bytes())
    except OSError:
        return {}
    records = {}
    for path, row in rows.items():
        try:
            records[path] = row_to_record(path, row)  # type: ignore[arg-type]
        except UNREADABLE:
            continue
    return records


def write_manifest(out: Path, records: Iterable[FileRecord]) -> None:
    """Add records to the manifest. Rows of other files are kept, including those that concurrent runs add.

    Raises PublishError if the manifest cannot be written.
    """
    added = {record.path: record_to_row(record) for record in records}
    _change(out, lambda rows: rows | added)


def remove_from_manifest(out: Path, path: str) -> None:
    """Remove the row of a file. Raises PublishError if the manifest cannot be written."""
    if (out / MANIFEST).exists():
        _change(out, lambda rows: {name: row for name, row in rows.items() if name != path})


def _change(out: Path, change: Callable[[dict[str, object]], dict[str, object]]) -> None:
    path = out / MANIFEST
    try:
        with file_lock(output_cache(out).folder / "manifest.lock"):
            rows = manifest_rows(path.read_bytes()) if path.exists() else {}
            atomic_write(path, manifest_bytes(change(rows)))
    except OSError as error:
        raise PublishError(path, None, *write_error(error)) from None
