"""The shelf: a download page and OPDS catalogs for the files of a build folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carepress.content import read_book
from carepress.model import Problem
from carepress.pages.drawings import plain
from carepress.shelf import opds1, opds2
from carepress.shelf.covers import keep_cover, write_cover
from carepress.shelf.entries import ShelfFile, Volume, anchor, book_folders, read_entries, volumes
from carepress.shelf.feeds import Addresses, Root, empty_root, make_root
from carepress.shelf.page import render_page
from carepress.shelf.words import ShelfWords, shelf_words
from carepress.workspace.files import atomic_write
from carepress.workspace.manifest import MANIFEST
from carepress.workspace.project import Project, source_language

__all__ = ["OPDS2", "Catalogs", "Shelf", "anchor", "make_shelf", "opds1_type", "read_catalogs"]


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
    words, shelf = _grouped(project, entries)
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


def _grouped(project: Project, entries: Collection[ShelfFile]) -> tuple[dict[str, ShelfWords], dict[str, list[Volume]]]:
    """Return the words of each language, and the volumes in it."""
    folders = book_folders(project, entries)
    shelf = volumes(entries, {source_language(folder) for folder in folders})
    return {lang: shelf_words(project, lang, folders) for lang in shelf}, shelf


OPDS2 = opds2.OPDS


def opds1_type(path: str) -> str:
    """Return the media type of an OPDS 1.2 catalog."""
    return opds1.NAVIGATION if path == "opds.xml" else opds1.ACQUISITION


@dataclass(frozen=True, slots=True)
class Catalogs:
    """Catalogs for a server: `feeds` and `files`, books and covers, by their paths below the root catalog."""

    feeds: Mapping[str, bytes]
    files: Mapping[str, Path]


def read_catalogs(
    project: Project, out: Path, display_path: str, on: date, book: str, hospitals: Collection[str], covers_in: Path
) -> Catalogs:
    """Return the catalogs of what a build folder has for families of some hospitals; write only covers, to `covers_in`.

    Without any current file, or any file, the root catalog is empty. Raises PublishError.
    """
    is_built = (out / MANIFEST).is_file()
    found = read_entries(project, out, display_path, on, book)[0] if is_built else []
    entries = [item for item in found if item.hospital in hospitals]
    words, shelf = _grouped(project, entries)
    listed = {entry.path: entry for row in shelf.values() for volume in row for entry in volume.family}
    covers = {path: keep_cover(out, entry, covers_in) for path, entry in listed.items()}
    root = make_root(words, shelf, covers)
    if root is None:
        titles = (shelf_words(project, lang, [Path(book)]).title for lang in project.languages(Path(book)))
        return Catalogs(_catalogs(empty_root(titles, plain(read_book(Path(book)).author)), ""), {})
    files = {path: out / path for path in listed}
    for path, cover in covers.items():
        files |= {one.path: covers_in / listed[path].sha256 / one.path for one in (cover.large, cover.small)}
    return Catalogs(_catalogs(root, ""), files)


def _write_catalogs(out: Path, root: Root | None, address: str) -> set[str]:
    """Write the catalogs of both versions; return their paths."""
    written = _catalogs(root, address) if root else {}
    for path, data in written.items():
        atomic_write(out / path, data)
    return set(written)


def _catalogs(root: Root, address: str) -> dict[str, bytes]:
    """Return the catalogs of both versions by their paths."""
    made = {}
    for suffix, kind in (("xml", opds1), ("json", opds2)):
        made[f"{root.path}.{suffix}"] = kind.navigation_feed(root, Addresses(address))
        for feed in root.feeds:
            made[f"{feed.path}.{suffix}"] = kind.acquisition_feed(feed, root, Addresses(address))
    return made


def _clear(out: Path, written: Iterable[str]) -> None:
    """Remove catalogs and covers of deleted files: an old catalog would offer an old text."""
    current = {out / path for path in written}
    for path in (out / "opds.xml", out / "opds.json", *(out / "shelf").glob("*.*")):
        if path not in current and path.suffix in (".jpg", ".xml", ".json"):
            path.unlink(missing_ok=True)
