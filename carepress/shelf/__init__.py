"""The shelf: a download page and OPDS catalogs for the files of a build folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carepress.model import Problem
from carepress.shelf import opds1, opds2
from carepress.shelf.covers import write_cover
from carepress.shelf.entries import read_entries, volumes
from carepress.shelf.feeds import Addresses, Root, make_root
from carepress.shelf.page import render_page
from carepress.shelf.words import shelf_words
from carepress.workspace.files import atomic_write
from carepress.workspace.project import Project


@dataclass(frozen=True, slots=True)
class Shelf:
    """The result: the page, if any file can be listed, the root catalogs, and a problem for each omitted file."""

    files: int
    page: Path | None
    catalogs: tuple[Path, ...]
    problems: tuple[Problem, ...]


def make_shelf(
    project: Project, out: Path, display_path: str, on: date, book: str | None = None, address: str = ""
) -> Shelf:
    """Write index.html, opds.xml, opds.json and the folder shelf/ into a build folder.

    `address` is the URL of the folder, ending in a slash. Without it, catalogs have relative links, which work wherever
    the folder is. Without any current file, the page and catalogs of an earlier shelf are removed. Raises PublishError.
    """
    entries, problems = read_entries(project, out, display_path, on, book)
    if not entries:
        (out / "index.html").unlink(missing_ok=True)
        _clear(out, ())
        return Shelf(0, None, (), tuple(problems))
    shelf = volumes(entries)
    words = {lang: shelf_words(project, lang) for lang in shelf}
    listed = {
        entry.path: entry for row in shelf.values() for volume in row for entry in (*volume.family, *volume.staff)
    }
    covers = {path: write_cover(out, entry) for path, entry in listed.items()}
    root = make_root(words, shelf, covers)
    written = {picture.path for cover in covers.values() for picture in (cover.large, cover.small)}
    written |= _write_catalogs(out, root, address)
    page = out / "index.html"
    atomic_write(page, render_page(project.templates, words, shelf, covers, root, address).encode())
    _clear(out, written)
    catalogs = tuple(out / name for name in ("opds.xml", "opds.json") if root)
    return Shelf(len(listed), page, catalogs, tuple(problems))


def _write_catalogs(out: Path, root: Root | None, address: str) -> set[str]:
    """Write the catalogs of both versions; return their paths."""
    if root is None:
        return set()
    written = {}
    for suffix, kind in (("xml", opds1), ("json", opds2)):
        written[f"{root.path}.{suffix}"] = kind.navigation_feed(root, Addresses(address))
        for feed in root.feeds:
            written[f"{feed.path}.{suffix}"] = kind.acquisition_feed(feed, root, Addresses(address))
    for path, data in written.items():
        atomic_write(out / path, data)
    return set(written)


def _clear(out: Path, written: Iterable[str]) -> None:
    """Remove catalogs and covers of deleted files: an old catalog would offer an old text."""
    current = {out / path for path in written}
    for path in (out / "opds.xml", out / "opds.json", *(out / "shelf").glob("*.*")):
        if path not in current and path.suffix in (".jpg", ".xml", ".json"):
            path.unlink(missing_ok=True)
