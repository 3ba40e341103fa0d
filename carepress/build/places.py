"""Name the entry of a catalog in what is reported about a translation: its author cannot correct the source."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePath

from carepress.catalogs.po import catalog_path, key_of, read_po, texts_of
from carepress.localize import LocalizedBook
from carepress.model import Book, Problem, PublishError, Segment, segments
from carepress.preflight.layout import FITTING, LAYOUT, is_quoted, passage_of
from carepress.text.typefaces import missing_typeface, unknown_letter
from carepress.translation.load import interface_path
from carepress.workspace.project import Project

ABOUT_TEXT = FITTING | {"label-line"}


def check_letters(project: Project, book: Book, paired: bool) -> None:
    """Raise PublishError for the first letter of a book that no installed typeface has; `paired` has its source too."""
    if missing := missing_typeface(book.lang):
        raise PublishError(book.lang, None, *missing)
    for segment in segments(book):
        if paired and (unknown := unknown_letter(segment.source, book.source_lang)):
            raise PublishError(segment.path, segment.line, f"{unknown[0]}, in {book.source_lang}", unknown[1])
        if unknown := unknown_letter(segment.text, book.lang):
            place = _entry_place(project, book, segment) or (segment.path, segment.line)
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
    return [_with_entry(project, books, problem) for problem in problems]


def _with_entry(project: Project, books: tuple[Book, ...], problem: Problem) -> Problem:
    passage = passage_of(problem, books) if problem.code in ABOUT_TEXT and problem.line else None
    place = _entry_place(project, books[0], passage) if passage and is_quoted(problem, passage) else None
    if place is None:
        return problem
    return replace(problem, hint=f"{problem.hint}; the translation is at {place[0]}:{place[1]}")


def _entry_place(project: Project, book: Book, segment: Segment) -> tuple[str, int] | None:
    """Return the path and the line of a passage's entry, if it is printed from the catalog of the book."""
    folder = Path(book.folder)
    path = catalog_path(project.locales(folder), book.lang, book.id)
    is_own_page = not PurePath(segment.path).is_relative_to(f"{folder.parent.name}/{folder.name}")  # of a hospital
    if is_own_page or segment.state != "translated" or not path.is_file():
        return None
    shown = project.shown(path)
    entries = (entry for entry in read_po(path, shown) if not entry.obsolete)
    line = next((entry.linenum for entry in entries if key_of(entry) == (segment.context, segment.source)), None)
    return (shown, line) if line else None
