"""Check the boxes of a book in its source language: how much each may hold, and where a term may be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from carepress.model import Book, Box, Chapter, ListBlock, Problem, Severity, WordsBox

MIN_WORDS, MAX_WORDS = 2, 6


@dataclass(frozen=True, slots=True)
class ItemLimit:
    """How many list items a box may have, and what they are called in messages."""

    least: int
    most: int
    items: str
    severity: Severity = "error"

    @property
    def hint(self) -> str:
        """What to do about a box outside the limit."""
        return f"write {self.least} or {self.most}" if self.least > 1 else f"keep at most {self.most}"


LIMITS = {
    "summary": ItemLimit(1, 3, "points"),
    "next": ItemLimit(1, 2, "steps"),
    "ask": ItemLimit(3, 4, "questions", "warning"),
}


def check_box_length(book: Book) -> Iterator[Problem]:
    """Find boxes with too few or too many list items."""
    for chapter in book.chapters():
        for box in chapter.blocks:
            if not isinstance(box, Box) or box.kind not in LIMITS:
                continue
            limit = LIMITS[box.kind]
            count = sum(len(block.items) for block in box.blocks if isinstance(block, ListBlock))
            if not limit.least <= count <= limit.most:
                message = f"number of {limit.items} in the box “{box.kind}”: {count}"
                yield Problem("box-length", limit.severity, chapter.path, box.line, message, limit.hint)


def check_words_box(book: Book) -> Iterator[Problem]:
    """Find a second words box in a chapter, one that is too short or too long, and terms in more than one."""
    chapters: dict[str, Chapter] = {}  # the first chapter with each term in a words box
    for chapter in book.chapters():
        boxes = [block for block in chapter.blocks if isinstance(block, WordsBox)]
        for box in boxes:
            for message, hint in _words_findings(box, boxes[0], chapters):
                yield Problem("words-box", "error", chapter.path, box.line, message, hint)
            chapters |= {term.id: chapter for term in box.terms if term.id not in chapters}


def _words_findings(box: WordsBox, first: WordsBox, chapters: dict[str, Chapter]) -> Iterator[tuple[str, str]]:
    """Yield the message and hint of each problem of a words box; `first` is the first box of its chapter."""
    if box is not first:
        yield "the chapter has a second words box", f"move its terms into the first, on line {first.line}"
    if not MIN_WORDS <= len(box.terms) <= MAX_WORDS:
        yield f"number of terms in the words box: {len(box.terms)}", f"use {MIN_WORDS} to {MAX_WORDS}"
    seen: set[str] = set()
    for term in box.terms:
        if term.id in seen:
            yield f"duplicate term “{term.id}” in the words box", "remove one"
        elif term.id in chapters:
            place = chapters[term.id].path
            yield f"the term “{term.id}” is already in the words box of {place}", "remove it from one of the two"
        seen.add(term.id)
