"""A book as a Sphinx project: the text of its chapters in reStructuredText, without drawings and sheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import indent

from measure import ROOT  # before carepress: it extends sys.path

from carepress.content import read_book
from carepress.model import (
    Block,
    Book,
    Box,
    Chapter,
    DefinitionList,
    Figure,
    Glossary,
    Heading,
    Index,
    ListBlock,
    Paragraph,
    ResourceList,
    Segment,
    Table,
    Term,
    WordsBox,
)
from carepress.text.inline import parse_inline, plain_text
from carepress.workspace.project import Project

UNDERLINES = "=-~^"


def write_project(book_name: str, folder: Path) -> Book:
    """Write the English book as a Sphinx project, and return it."""
    book = read_book(Project(ROOT).book(book_name))
    folder.mkdir(parents=True)
    names = [chapter.id for chapter in book.chapters()]
    contents = ".. toctree::\n\n" + "".join(f"   {name}\n" for name in names)
    _write(folder / "index.rst", [_heading(book.title, 0), contents])
    for chapter in book.chapters():
        _write(folder / f"{chapter.id}.rst", _chapter(chapter))
    (folder / "conf.py").write_text(f"project = {_words(book.title)!r}\n", encoding="utf-8")
    return book


def _write(path: Path, parts: Iterable[str]) -> None:
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield _heading(chapter.title, 0)
    for block in chapter.blocks:
        yield _block(block)


def _words(segment: Segment) -> str:
    return plain_text(parse_inline(segment.text))


def _text(segment: Segment) -> str:
    """Return the text of a segment, with reStructuredText markup escaped."""
    words = _words(segment)
    for mark in "\\*`|_":
        words = words.replace(mark, f"\\{mark}")
    return words


def _heading(segment: Segment, level: int) -> str:
    words = _text(segment)
    return f"{words}\n{UNDERLINES[level] * len(words)}"


def _blocks(blocks: Iterable[Block]) -> str:
    return "\n\n".join(_block(block) for block in blocks)


def _terms(terms: Iterable[Term]) -> str:
    return "\n\n".join(f"{_text(term.term)}\n{indent(_text(term.definition), '   ')}" for term in terms)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _heading(block.text, block.level - 1)
        case Paragraph():
            return _text(block.text)
        case ListBlock():
            mark = "#. " if block.ordered else "*  "
            return "\n\n".join(mark + indent(_blocks(item.blocks), "   ").lstrip() for item in block.items)
        case DefinitionList():
            items = (f"{_text(item.term)}\n{indent(_blocks(item.blocks), '   ')}" for item in block.items)
            return "\n\n".join(items)
        case Box():
            return f".. admonition:: {block.kind}\n\n{indent(_blocks(block.blocks), '   ')}"
        case WordsBox() | Glossary():
            return _terms(block.terms)
        case Index():
            return "\n\n".join("*  " + _text(entry.text) for entry in block.entries)
        case ResourceList():
            return "\n\n".join(f"{_text(one.name)}\n   {_text(one.text)}" for one in block.resources)
        case Figure():
            return _text(block.caption)
        case Table():
            rows = [[_text(column) for column in block.columns]]
            rows += [["; ".join(map(_text, cell.items)) for cell in row] for row in block.rows]
            lines = ("\n".join(f"{'  ' if place else '* '}- {cell}" for place, cell in enumerate(row)) for row in rows)
            return f".. list-table:: {_text(block.caption)}\n   :header-rows: 1\n\n{indent(chr(10).join(lines), '   ')}"
