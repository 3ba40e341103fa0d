"""Find out what a PDF or EPUB was built from, whether it was changed since, and whether it is current."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path

from carepress.model import PublishError
from carepress.signoff.changes import Change
from carepress.signoff.currency import Comparison
from carepress.signoff.file_label import FileLabel, read_file_label
from carepress.workspace.manifest import MANIFEST, read_manifest
from carepress.workspace.project import Project


@dataclass(frozen=True, slots=True)
class Verified:
    """The result for one file.

    `current` and `unchanged` are None if unknown. `why` explains `current`; `changed` lists passages.
    """

    label: FileLabel
    current: bool | None
    why: str
    changed: tuple[Change, ...]
    unchanged: bool | None


def verify(
    project: Project, paths: Iterable[Path], book_name: str | None, on: date, out: Path
) -> Iterator[Verified | PublishError]:
    """Yield the result for each file, or a PublishError for a file without a label.

    The sources of several files are read once. Raises PublishError for invalid files of the project.
    """
    comparison = Comparison(project, on, book_name)
    for path in paths:
        try:
            data, label = read_file_label(path)
        except PublishError as error:
            yield error
            continue
        found = comparison.currency(label)
        yield Verified(label, found.current, found.why, found.changed, _is_unchanged(data, path, label, out))


def _is_unchanged(data: bytes, path: Path, label: FileLabel, out: Path) -> bool | None:
    """Return whether a file has the bytes recorded in the manifest, or None if it has no record.

    The manifest is that of the build folder that the file is in, or else of `out`.
    """
    digest = sha256(data).hexdigest()
    records = read_manifest(next((place for place in path.parents if (place / MANIFEST).is_file()), out)).values()
    if any(record.sha256 == digest for record in records):
        return True
    content = (label.book, label.hospital, label.edition, label.digests, label.version)
    # Files for another paper, or for other weeks, have the same content and other names.
    candidates = [r for r in records if (r.book, r.hospital, r.edition, r.content, r.version) == content]
    return False if any(Path(record.path).name == path.name for record in candidates) else None
