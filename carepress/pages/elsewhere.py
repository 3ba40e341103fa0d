"""Links that lead out of the printed pages: plain text, with words on where a family finds their target."""

from __future__ import annotations

from collections.abc import Mapping

from carepress.model import Book, Medium, WordsBox

# The messages of templates/links.j2, by what has the target.
IN_HANDOUT = "%(words)s (handout %(number)s)"
IN_OWN_HANDOUT = "%(words)s (a handout of its own)"
ON_SHEET = "%(words)s (a sheet: ask your team)"
IN_BOOK = "%(words)s (in the handbook)"
NOWHERE = ""  # the words alone

MESSAGES = (IN_HANDOUT, IN_OWN_HANDOUT, ON_SHEET, IN_BOOK)


def messages_elsewhere(book: Book, medium: Medium) -> Mapping[str, tuple[str, int | None]]:
    """Return the message and the number of a handout for each target that a book links to and does not print.

    Printed books leave out sheets that come as sheets of their own, which the part with the sheets lists; e-books have
    them.
    """
    if book.cut is None:
        left_out = (sheet.id for sheet in book.sheets() if medium == "pdf" and not sheet.in_book)
        return {f"sheet:{name}": (NOWHERE, None) for name in left_out}
    messages = {"sheet": ON_SHEET, "book": IN_BOOK, "handout": IN_HANDOUT}
    return {
        item.target: (
            IN_OWN_HANDOUT if item.kind == "handout" and item.number is None else messages[item.kind],
            item.number,
        )
        for item in book.cut.elsewhere
    }


def explained_terms(book: Book, words: int) -> frozenset[str] | None:
    """Return the terms that a handout explains, at most `words`, or None for a book, which has them all."""
    if book.cut is None:
        return None
    boxes = (block for chapter in book.chapters() for block in chapter.blocks if isinstance(block, WordsBox))
    return frozenset(term.id for box in boxes for term in box.terms[:words])
