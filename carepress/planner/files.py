"""Write the two files for a family and remove those of earlier runs, so that no family gets the files of another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pikepdf

from carepress.model import PublishError
from carepress.planner.calendar_file import PRODUCT
from carepress.planner.pages import MARK
from carepress.workspace.files import atomic_write, write_error
from carepress.workspace.pdf_file import open_pdf

SUFFIXES = (".pdf", ".ics")
NAME = re.compile(r".+-(plan|reminders)-[A-Za-z]{2,3}(_[A-Za-z0-9]+)*(-draft)?")  # of files without a name of their own


def output(target: Path, suffix: str, draft: bool) -> Path:
    """Return the path of a file; `target` has no extension."""
    return target.with_name(f"{target.name}{'-draft' if draft else ''}{suffix}")


def write_files(target: Path, draft: bool, pdf: bytes, calendar: bytes, keep: bool) -> tuple[Path, ...]:
    """Write the PDF and the calendar, then remove the files of earlier runs; return the paths.

    Either both files are replaced or none. `keep` leaves earlier files of other names. Raises PublishError.
    """
    paths = tuple(output(target, suffix, draft) for suffix in SUFFIXES)
    before = paths[0].read_bytes() if paths[0].is_file() else None
    with _reported(paths[0]):
        atomic_write(paths[0], pdf)
    try:
        with _reported(paths[1]):
            atomic_write(paths[1], calendar)
    except PublishError:
        with suppress(OSError):
            paths[0].unlink() if before is None else atomic_write(paths[0], before)
        raise
    for path in sorted(_earlier(target, keep) - set(paths)):
        with _reported(path):
            path.unlink(missing_ok=True)
    return paths


def _earlier(target: Path, keep: bool) -> set[Path]:
    """Return the files of earlier runs: those of the same name, and those that the program named itself."""
    same = {output(target, suffix, draft) for suffix in SUFFIXES for draft in (False, True)}
    if keep:
        return same
    named = (path for path in target.parent.iterdir() if path.suffix in SUFFIXES and NAME.fullmatch(path.stem))
    return same | {path for path in named if _is_ours(path)}


def _is_ours(path: Path) -> bool:
    """Return whether this program wrote a file for a family; other files may have such names too."""
    if path.suffix == ".ics":
        with suppress(OSError):
            return PRODUCT.encode() in path.read_bytes()
        return False
    if path.with_suffix(".ics").is_file() and _is_ours(path.with_suffix(".ics")):
        return True
    try:
        with open_pdf(path) as pdf:
            return MARK in str(pdf.docinfo.get("/Keywords", ""))
    except (OSError, pikepdf.PdfError, pikepdf.PasswordError):
        return False


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """Turn an OSError into a PublishError."""
    try:
        yield
    except OSError as error:
        raise PublishError(path, None, *write_error(error, "--out")) from None
