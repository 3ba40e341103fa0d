"""Find the handout that a job asks for: one of the book's, or chapters and sheets that were picked for one family."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from carepress.content.handouts import chapter_names
from carepress.handouts.cut import cut
from carepress.model import Book, Handout, PublishError, Segment, Selection, Table

SHEET = "sheet:"


def find_handout(book: Book, selection: Selection) -> Handout:
    """Return the handout of a selection, in the language of the book.

    Raises PublishError for a handout, chapter, section or sheet that the book does not have, and for treatments that
    the tables of the handout do not have.
    """
    found = _picked(book, selection) if selection.pick else _of_book(book, selection.id)
    if selection.exposures:
        _check_exposures(cut(book, found), selection.exposures)
    return found


def _of_book(book: Book, name: str) -> Handout:
    found = next((item for item in book.handouts if item.id == name), None)
    if found is None:
        known = ", ".join(item.id for item in book.handouts) or "(none)"
        raise PublishError(name, None, "unknown handout", f"use one of {known}, or all")
    return found


def _check_exposures(small: Book, exposures: tuple[str, ...]) -> None:
    """Raise PublishError for a treatment that the handout does not name, and for a table without a row about any."""
    named = [table for table in tables(small) if table.exposures]
    known = sorted({name for table in named for row in table.exposures for name in row})
    for name in exposures:
        if name not in known:
            hint = f"use one of {', '.join(known)}" if known else "build it without --exposures"
            raise PublishError(name, None, "no table of this handout has this treatment", hint)
    for table in named:
        if not any(not row or set(row) & set(exposures) for row in table.exposures):
            ours = sorted({name for row in table.exposures for name in row})
            message = f"no row of the table “{table.caption.text}” is about {', '.join(exposures)}"
            raise PublishError(small.title.text, None, message, f"name one of {', '.join(ours)} too, or print all rows")


def tables(book: Book) -> Iterator[Table]:
    """Yield the tables of a book, in order."""
    for chapter in book.chapters():
        yield from (block for block in chapter.blocks if isinstance(block, Table))


def with_sheets(book: Book, names: tuple[str, ...], dated: bool) -> Book:
    """Return a book with these sheets alone, or with all; with `dated`, with all that track something.

    Raises PublishError for one that it does not have, and if no sheet is left to print or, with `dated`, to date.
    """
    known = {sheet.id: sheet.group == "tracking" for sheet in book.sheets()}
    for name in names:
        if name not in known:
            raise PublishError(name, None, "unknown sheet", f"use one of {', '.join(known)}")
    kept = [name for name, tracking in known.items() if (name in names if names else tracking or not dated)]
    if not any(known[name] or not dated for name in kept):
        message, hint = (
            ("no tracking sheets", "omit --start") if known and dated else ("no sheets", "omit --edition sheets")
        )
        raise PublishError(", ".join(names) or (book.handout or book).id, None, message, hint)
    parts = (replace(part, sheets=tuple(sheet for sheet in part.sheets if sheet.id in kept)) for part in book.parts)
    return replace(book, parts=tuple(parts))


def _picked(book: Book, selection: Selection) -> Handout:
    known = chapter_names(book)
    pickable = [chapter.id for chapter in book.chapters() if chapter.id in known]
    pickable += [f"{SHEET}{sheet.id}" for sheet in book.sheets()]
    for name in selection.pick:
        if name not in known and name not in pickable:
            hint = f"use one of {', '.join(pickable)}, or CHAPTER#HEADING for a heading of level 2"
            raise PublishError(name, None, "there is no such chapter or sheet to pick", hint)
    chapters = [f"chapter:{name}" for name in selection.pick if not name.startswith(SHEET)]
    sheets = [name.removeprefix(SHEET) for name in selection.pick if name.startswith(SHEET)]
    state = "source" if book.is_source else "translated"
    title = Segment(selection.title, "--title", 1, "handout title", selection.title, book.lang, state)  # type: ignore[arg-type]
    fill = dict.fromkeys(name for item in book.handouts for name in item.fill)
    return Handout(
        selection.id,
        None,
        title,
        None,
        None,
        (),
        tuple(chapters),
        tuple(sheets),
        tuple(n for n in fill if n not in sheets),
    )
