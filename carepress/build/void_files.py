"""Move files of a hospital that are no longer valid out of the way of families.

A build of one edition leaves those of others in place, under the names of released files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from carepress.model import GENERIC, PublishError, Result
from carepress.signoff.currency import Comparison
from carepress.signoff.file_label import read_file_label
from carepress.workspace.files import write_error
from carepress.workspace.manifest import remove_from_manifest
from carepress.workspace.outputs import released_files
from carepress.workspace.project import Project

DIGITS = 8  # of the file's digest in its new name, so that it never replaces an earlier void file


@dataclass(frozen=True, slots=True)
class Moved:
    """A void file: where it was, where it is, and why it is void."""

    before: Path
    after: Path
    why: str


def move_void_files(project: Project, results: Iterable[Result]) -> Iterator[Moved]:
    """Rename each void file of the hospitals that were built, and yield it.

    Files of books that the project does not know, and files without a label, stay. Raises PublishError for a file that
    cannot be renamed.
    """
    results = tuple(results)
    built = {result.path for result in results if result.path}
    groups = {(r.job.out, r.job.hospital, r.job.book, r.job.on): r.job for r in results if r.job.hospital != GENERIC}
    for job in groups.values():
        comparison = Comparison(project, job.on, str(job.book))
        for path in released_files(job.out, job.hospital):
            if path not in built and (why := _void(comparison, path)):
                yield _move(job.out, path, why)


def _void(comparison: Comparison, path: Path) -> str | None:
    """Return why a file is void, or None if it is valid or this is unknown."""
    try:
        found = comparison.currency(read_file_label(path)[1])
    except PublishError:
        return None
    return found.why if found.current is False else None


def _move(out: Path, path: Path, why: str) -> Moved:
    try:
        digest = sha256(path.read_bytes()).hexdigest()[:DIGITS]
        after = path.with_stem(f"{path.stem}-void-{digest}")
        os.replace(path, after)
    except OSError as error:
        raise PublishError(path, None, *write_error(error)) from None
    remove_from_manifest(out, path.relative_to(out).as_posix())
    return Moved(path, after, why)
