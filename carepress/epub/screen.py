"""Fit a book to a screen: leave out what only a pen can use, from a book in one language to the same book."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import replace

from carepress.model import Block, Book, Cell, Chapter, Glossary, Segment, Table, Term, WordsBox, map_segments
from carepress.model.document import PLACEHOLDER


def fit_to_screen(book: Book, filled: Container[str], unfilled: str) -> Book:
    """Return a book without lines to write on, boxes to tick and words boxes.

    A placeholder that is not one of those `filled` becomes the words `unfilled`, but a table loses a column that has
    nothing else. The words of a words box are at the end of its chapter: carepress/epub/documents.py.
    """

    def chapters(old: tuple[Chapter, ...]) -> tuple[Chapter, ...]:
        return tuple(replace(item, blocks=tuple(_blocks(item.blocks, filled))) for item in old)

    def fill(segment: Segment) -> Segment:
        text = PLACEHOLDER.sub(lambda match: match[0] if match[1] in filled else unfilled, segment.text)
        return segment if text == segment.text else replace(segment, text=text)

    parts = tuple(replace(part, chapters=chapters(part.chapters)) for part in book.parts)
    return map_segments(replace(book, front=chapters(book.front), parts=parts), fill)


def box_terms(chapter: Chapter) -> tuple[str, ...]:
    """Return the ids of the glossary words in the words boxes of a chapter."""
    return tuple(term.id for block in chapter.blocks if isinstance(block, WordsBox) for term in block.terms)


def terms_of(chapter: Chapter) -> Iterator[Term]:
    """Yield the glossary words that a chapter explains, in the glossary or in words boxes."""
    for block in chapter.blocks:
        if isinstance(block, Glossary | WordsBox):
            yield from block.terms


def _blocks(blocks: tuple[Block, ...], filled: Container[str]) -> list[Block]:
    return [
        _without_empty_columns(block, filled) if isinstance(block, Table) else block
        for block in blocks
        if not isinstance(block, WordsBox)
    ]


def _without_empty_columns(table: Table, filled: Container[str]) -> Table:
    kept = [
        index for index in range(len(table.columns)) if not all(_is_empty(row[index], filled) for row in table.rows)
    ]
    return replace(
        table,
        columns=tuple(table.columns[index] for index in kept),
        rows=tuple(tuple(row[index] for index in kept) for row in table.rows),
    )


def _is_empty(cell: Cell, filled: Container[str]) -> bool:
    """Tell whether a cell is a box to tick, or a line to write on."""
    names = [PLACEHOLDER.fullmatch(item.text.strip()) for item in cell.items]
    return all(name is not None and name[1] not in filled for name in names)
