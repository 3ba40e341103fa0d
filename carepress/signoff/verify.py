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

    `current` and `unchanged` are None if unknown. `why` explains `current`; `changed` lists passages. `beside` is the
    manifest that `unchanged` relies on if it is not that of the build folder: anyone could have written it.
    """

    label: FileLabel
    current: bool | None
    why: str
    changed: tuple[Change, ...]
    unchanged: bool | None
    beside: Path | None = None


def verify(
    project: Project, paths: Iterable[Path], book_name: str | None, on: date, out: Path, only: bool = False
) -> Iterator[Verified | PublishError]:
    """Yield the result for each file, or a PublishError for a file without a label.

    `out` is the build folder; a file that it does not list may be listed in a build folder that it is in, unless `only`
    the manifest of `out` counts. The sources of several files are read once. Raises PublishError for invalid files of the
    project.
    """
    comparison = Comparison(project, on, book_name)
    for path in paths:
        try:
            data, label = read_file_label(path)
        except PublishError as error:
            yield error
            continue
        found = comparison.currency(label)
        digest, beside = sha256(data).hexdigest(), None
        unchanged = _is_unchanged(digest, path, label, out)
        if unchanged is None and not only and (folder := _other_folder(path, out)):
            beside, unchanged = folder / MANIFEST, read_manifest(folder)[_path_in(folder, path)].sha256 == digest
        yield Verified(label, found.current, found.why, found.changed, unchanged, beside)


def _other_folder(path: Path, out: Path) -> Path | None:
    """Return the nearest folder around a file, other than `out`, whose manifest lists the file at its path."""
    folders = (folder for folder in path.parents if folder.resolve() != out)
    return next((folder for folder in folders if _path_in(folder, path) in read_manifest(folder)), None)


def _path_in(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def _is_unchanged(digest: str, path: Path, label: FileLabel, out: Path) -> bool | None:
    """Return whether a file has the bytes recorded in the manifest of `out`, or None if it has no record there."""
    records = read_manifest(out).values()
    if any(record.sha256 == digest for record in records):
        return True
    content = (label.book, label.hospital, label.edition, label.digests, label.version)
    # Files for another paper, or for other weeks, have the same content and other names.
    candidates = [r for r in records if (r.book, r.hospital, r.edition, r.content, r.version) == content]
    return False if any(Path(record.path).name == path.name for record in candidates) else None
