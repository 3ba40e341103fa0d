"""Name the entry of a catalog in what is reported about a translation: its author cannot correct the source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache, partial
from pathlib import Path, PurePath

from carepress.catalogs.po import catalog_path, key_of, read_po, texts_of
from carepress.localize import LocalizedBook
from carepress.model import Book, Key, Problem, PublishError, Segment, segments
from carepress.preflight.layout import FITTING, LAYOUT, is_quoted, passage_of
from carepress.text.typefaces import missing_typeface, unknown_letter
from carepress.translation.load import interface_path
from carepress.workspace.project import Project

ABOUT_TEXT = FITTING | {"label-line"}
_Places = Mapping[Key, tuple[str, int]]  # path and line, by msgctxt and msgid


def check_letters(project: Project, book: Book, paired: bool) -> None:
    """Raise PublishError for the first letter of a book that no installed typeface has; `paired` has its source too."""
    if missing := missing_typeface(book.lang):
        raise PublishError(book.lang, None, *missing)
    for segment in segments(book):
        if paired and (unknown := unknown_letter(segment.source, book.source_lang)):
            raise PublishError(segment.path, segment.line, f"{unknown[0]}, in {book.source_lang}", unknown[1])
        if unknown := unknown_letter(segment.text, book.lang):
            places = _entry_places(project, book) if _is_in_catalog(book, segment) else {}
            place = places.get((segment.context, segment.source), (segment.path, segment.line))
            raise PublishError(*place, f"{unknown[0]}, in {book.lang}", unknown[1])


def at_interface_entry(project: Project, book: Book, error: PublishError) -> PublishError:
    """Return an error about a letter of the interface with the place of its entry, and any other error as it is."""
    path = interface_path(project, book.lang, (Path(book.folder),))
    if error.line is not None or not path.is_file():
        return error
    for entry in read_po(path, project.shown(path)):
        for unknown in (unknown_letter(text, book.lang) for text in texts_of(entry) if not entry.obsolete):
            if unknown and unknown[0] == error.message:
                return PublishError(project.shown(path), entry.linenum, *unknown)
    return error


def with_places(localized: LocalizedBook, problems: Iterable[Problem]) -> list[Problem]:
    """Give what has no place in the source, such as a cover or a back, that of the profile or of the book's title."""
    title, hospital = localized.book.title, localized.hospital
    place = {"path": hospital.path, "line": None} if hospital else {"path": title.path, "line": title.line}
    return [replace(problem, **place) if problem.path == LAYOUT else problem for problem in problems]


def with_entries(project: Project, books: tuple[Book, ...], problems: Iterable[Problem]) -> list[Problem]:
    """Add to each problem of a translated passage where its translation is."""
    places = cache(partial(_entry_places, project, books[0]))  # the catalog is read once, and only if it is needed
    return [_with_entry(places, books, problem) for problem in problems]


def _with_entry(places: Callable[[], _Places], books: tuple[Book, ...], problem: Problem) -> Problem:
    passage = passage_of(problem, books) if problem.code in ABOUT_TEXT and problem.line else None
    if passage is None or not (is_quoted(problem, passage) and _is_in_catalog(books[0], passage)):
        return problem
    place = places().get((passage.context, passage.source))
    return replace(problem, hint=f"{problem.hint}; the translation is at {place[0]}:{place[1]}") if place else problem


def _is_in_catalog(book: Book, segment: Segment) -> bool:
    """Tell whether a passage is printed from the catalog of the book: a hospital's own pages have another folder."""
    folder = Path(book.folder)
    return segment.state == "translated" and PurePath(segment.path).is_relative_to(
        f"{folder.parent.name}/{folder.name}"
    )


def _entry_places(project: Project, book: Book) -> _Places:
    """Return the path and the line of each entry of the book's catalog, if there is one."""
    path = catalog_path(project.locales(Path(book.folder)), book.lang, book.id)
    shown = project.shown(path)
    entries = (entry for entry in (read_po(path, shown) if path.is_file() else ()) if not entry.obsolete)
    return {key_of(entry): (shown, entry.linenum) for entry in entries if entry.linenum}
