"""The passages of a book: each text at its place, in reading order.

A place is a chapter (its title, and what comes before its first heading), `chapter#heading`, one of the parts of
`CHAPTER_PARTS`, or `kind:id` for whatever else has an id: `glossary:anemia`, `sheet:pain`, `table:drugs`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from carepress.model.document import (
    Book,
    Box,
    Chapter,
    Drawing,
    Glossary,
    Handout,
    Heading,
    Index,
    Part,
    Resource,
    Schedule,
    Segment,
    Sheet,
    Table,
    Term,
    WordsBox,
)

BOOK_PLACE = "book"  # the title, the description, and the rest of book.toml
# Parts of a chapter that are places of their own, as chapter#part; no heading may have such an id.
CHAPTER_PARTS = ("next", "ask", "words")
# Nodes with an id that are places of their own; a glossary entry is one wherever it is printed.
NAMED = {
    Part: "part",
    Sheet: "sheet",
    Schedule: "schedule",
    Handout: "handout",
    Table: "table",
    Drawing: "drawing",
    Resource: "resource",
    Term: "glossary",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of a book. `number` counts the texts of its `place` from 1.

    `within` is the place that shows it: that of a chapter's section for a table or drawing, otherwise its own. `box`
    is the kind of the box that it is in, such as “call”.
    """

    place: str
    number: int
    within: str
    segment: Segment
    box: str = ""

    @property
    def id(self) -> str:
        """The id of the passage, such as soil#feeding.2."""
        return f"{self.place}.{self.number}"


def passages(book: Book) -> Iterator[Passage]:
    """Yield every text of a book once, in reading order.

    A drawing or table that is shown again is left out, and so are the glossary entries of “words to know” boxes.
    """
    counts: Counter[str] = Counter()
    walk = _Walk(book)
    for place, within, segment in walk.node(book, BOOK_PLACE, BOOK_PLACE):
        counts[place] += 1
        yield Passage(place, counts[place], within, segment, walk.box)


def chapter_places(chapter: Chapter) -> dict[str, int]:
    """Return the places of a chapter that have texts of their own, each with its first line; not titles."""
    places: dict[str, int] = {}
    for place, block in _by_place(chapter):
        for found, _within, segment in _Walk(None).node(block, place, place):
            if found == place:
                places.setdefault(place, segment.line)
    return places


Located = tuple[str, str, Segment]  # place, within, text


class _Walk:
    """Walks a book once; remembers the named nodes that it has seen."""

    def __init__(self, book: Book | None) -> None:
        chapters = book.chapters() if book else ()
        glossaries = (block for chapter in chapters for block in chapter.blocks if isinstance(block, Glossary))
        self.listed = {term.id for glossary in glossaries for term in glossary.terms}
        self.seen: set[str] = set()
        self.box = ""  # the kind of the box around the last text

    def node(self, node: object, place: str, within: str) -> Iterator[Located]:
        """Yield the texts of a node that is not a segment of its own, such as a field of the book."""
        if isinstance(node, Segment):
            yield place, within, node
        elif isinstance(node, Index):
            return  # it leads to passages and is none
        elif isinstance(node, tuple):
            for item in node:
                yield from self.node(item, place, within)
        elif isinstance(node, Chapter):
            yield from self.chapter(node)
        elif isinstance(node, WordsBox):
            yield from self.node(tuple(term for term in node.terms if term.id not in self.listed), place, within)
        elif type(node) in NAMED:
            yield from self.named(node, within)
        elif isinstance(node, Box):
            self.box = node.kind
            yield from self.fields(node, place, within)
            self.box = ""
        elif is_dataclass(node):
            yield from self.fields(node, place, within)

    def fields(self, node: object, place: str, within: str) -> Iterator[Located]:
        assert is_dataclass(node)
        for entry in fields(node):
            yield from self.node(getattr(node, entry.name), place, within)

    def named(self, node: object, within: str) -> Iterator[Located]:
        place = f"{NAMED[type(node)]}:{getattr(node, 'id', '')}"
        if place not in self.seen:
            self.seen.add(place)
            shown = isinstance(node, Table | Drawing)
            yield from self.fields(node, place, within if shown else place)

    def chapter(self, chapter: Chapter) -> Iterator[Located]:
        titles = (chapter.title,) if chapter.short == chapter.title else (chapter.title, chapter.short)
        yield from self.node(titles, chapter.id, chapter.id)
        for place, block in _by_place(chapter):
            yield from self.node(block, place, place)


def _by_place(chapter: Chapter) -> Iterator[tuple[str, object]]:
    """Yield each block of a chapter with its place."""
    place = chapter.id
    for block in chapter.blocks:
        match block:
            case Heading(id=name):
                place = f"{chapter.id}#{name}"
                yield place, block
            case Box(kind="next" | "ask" as kind):
                yield f"{chapter.id}#{kind}", block
            case WordsBox():
                yield f"{chapter.id}#words", block
            case _:
                yield place, block
