"""Cut a book to a handout: its chapters or sections, their closing boxes merged, and its sheets."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import partial

from carepress.content.book import link_names
from carepress.model import (
    Block,
    Book,
    Box,
    Chapter,
    Elsewhere,
    Glossary,
    Handout,
    HandoutCut,
    Heading,
    ListBlock,
    Part,
    Sheet,
    Table,
    Term,
    WordsBox,
    map_blocks,
    segments,
)
from carepress.text.inline import link_targets, parse_inline, placeholders

MAX_WORDS = 10  # glossary terms in the box at the end of a handout
CLOSING: tuple[str, ...] = ("next", "ask")  # boxes that are merged at the end of a handout


def cut(book: Book, handout: Handout, exposures: tuple[str, ...] = ()) -> Book:
    """Return a book with the chapters and sheets of a handout alone.

    With `exposures`, tables that name treatments have only the rows about these, and those that name none.

    Front matter, glossary and index are left out, and chapters have no numbers. The boxes on what to do and what to
    ask are merged at the end of the last chapter, before the words that the text uses. Links do not change: those
    that lead out of the handout are listed in `Book.cut.elsewhere`.
    """
    chapters = tuple(_chapters(map_blocks(book, partial(_about, exposures=exposures)), handout))
    sheets = {sheet.id: sheet for sheet in book.sheets()}
    own_sheets = tuple(sheets[name] for name in handout.sheets if name in sheets)
    if chapters:
        chapters = (*chapters[:-1], _with_closing(book, chapters, handout))
    title, lead = handout.title, handout.promise or book.subtitle
    part = Part(handout.id, handout.number or 1, title, lead, chapters, own_sheets)
    fill = tuple(sheets[name] for name in handout.fill if name in sheets)
    used = {use.source for chapter in chapters for use in chapter.sources}
    small = replace(
        book,
        identifier=str(uuid.uuid5(uuid.UUID(book.identifier), " ".join(("handout", handout.id, *exposures)))),
        title=title,
        subtitle=lead,
        description=lead,
        sources=tuple(source for source in book.sources if source.id in used) or book.sources,
        cover=handout.drawing or book.cover,
        front=(),
        front_drawing=None,
        parts=(part,),
        required=(),
        schedules=(),
        handouts=(),
        packets=(),
    )
    named = _placeholders((part, fill))
    places = tuple(item for item in book.placeholders if not item.optional or item.id in named)
    total = sum(not item.apart for item in book.handouts)
    elsewhere = tuple(_elsewhere(book, small, fill, handout))
    return replace(small, placeholders=places, cut=HandoutCut(handout, book.title, total, fill, elsewhere, exposures))


def _about(block: Block, exposures: Collection[str]) -> Block:
    """Return a table with the rows about some treatments; any other block as it is."""
    if not exposures or not isinstance(block, Table) or not block.exposures:
        return block
    rows = [(row, names) for row, names in zip(block.rows, block.exposures) if not names or set(names) & set(exposures)]
    return replace(block, rows=tuple(row for row, _names in rows), exposures=tuple(names for _row, names in rows))


def _is_empty(block: Block) -> bool:
    return isinstance(block, Table) and not block.rows


# --- Chapters --------------------------------------------------------------------------------


def _chapters(book: Book, handout: Handout) -> Iterator[Chapter]:
    """Yield the chapters of a handout; sections of one chapter are together, in the order of the chapter."""
    selected: dict[str, set[str]] = {}
    for target in handout.chapters:
        name, _, heading = target.removeprefix("chapter:").partition("#")
        selected.setdefault(name, set()).add(heading)
    chapters = {chapter.id: chapter for chapter in book.chapters()}
    for name, headings in selected.items():
        chapter = chapters.get(name)
        if chapter is None:
            continue
        blocks = chapter.blocks if "" in headings else tuple(_sections(chapter, headings))
        left = tuple(block for block in blocks if not _is_closing(block) and not _is_empty(block))
        yield replace(chapter, number=None, blocks=left)


def _sections(chapter: Chapter, headings: set[str]) -> Iterator[Block]:
    """Yield the blocks of the sections with these headings of level 2, without boxes that close the chapter."""
    inside = False
    for block in chapter.blocks:
        if isinstance(block, Heading) and block.level == 2:
            inside = block.id in headings
        if inside:
            yield block


def _is_closing(block: Block) -> bool:
    return isinstance(block, WordsBox | Glossary) or (isinstance(block, Box) and block.kind in CLOSING)


# --- The end of the text ---------------------------------------------------------------------


def _with_closing(book: Book, chapters: tuple[Chapter, ...], handout: Handout) -> Chapter:
    """Return the last chapter of a handout with the closing boxes of all chapters that it has whole."""
    whole = {target.removeprefix("chapter:") for target in handout.chapters}
    sources = [chapter for chapter in book.chapters() if chapter.id in whole]
    order = {chapter.id: number for number, chapter in enumerate(chapters)}
    sources.sort(key=lambda chapter: order[chapter.id])
    boxes = (_merged(kind, (b for c in sources for b in c.blocks if isinstance(b, Box))) for kind in CLOSING)
    closing: tuple[Block, ...] = tuple(box for box in boxes if box.blocks)
    terms = tuple(_terms(book, sources, (chapters, closing)))
    words = (WordsBox(terms),) if terms else ()
    return replace(chapters[-1], blocks=(*chapters[-1].blocks, *closing, *words))


def _merged(kind: str, boxes: Iterable[Box]) -> Box:
    """Return one box with the content of all boxes of a kind; their lists become one, without repetitions."""
    blocks = [block for box in boxes if box.kind == kind for block in box.blocks]
    lists = [block for block in blocks if isinstance(block, ListBlock)]
    texts = {
        tuple(s.source for s in segments(item)): item for block in reversed(lists) for item in reversed(block.items)
    }
    items = tuple(reversed(texts.values()))
    merged = (ListBlock(all(block.ordered for block in lists), items),) if lists else ()
    others = tuple(block for block in blocks if not isinstance(block, ListBlock))
    return Box("next" if kind == "next" else "ask", (*others, *merged))


def _terms(book: Book, chapters: list[Chapter], text: object) -> Iterator[Term]:
    """Yield the terms to explain: those in the boxes of the chapters, then others that the text links to."""
    boxes = [block for chapter in book.chapters() for block in chapter.blocks if isinstance(block, WordsBox | Glossary)]
    known = {term.id: term for block in boxes for term in block.terms}
    linked = [target.removeprefix("term:") for target in _targets(text) if target.startswith("term:")]
    boxed = [term.id for chapter in chapters for b in chapter.blocks if isinstance(b, WordsBox) for term in b.terms]
    names = dict.fromkeys(name for name in (*boxed, *linked) if name in known)
    yield from (known[name] for name in list(names)[:MAX_WORDS])


# --- Links and placeholders ------------------------------------------------------------------


def _targets(node: object) -> dict[str, None]:
    """Return the targets of the links in a text, in order."""
    return {target: None for segment in segments(node) for target in link_targets(parse_inline(segment.source))}


def _placeholders(node: object) -> set[str]:
    return {name for segment in segments(node) for name in placeholders(parse_inline(segment.source))}


def _elsewhere(book: Book, small: Book, fill: tuple[Sheet, ...], own: Handout) -> Iterator[Elsewhere]:
    """Yield where a family finds each target that the handout links to and does not have."""
    names = link_names(small)
    for target in _targets((small.parts, fill)):
        if target in names or not target.startswith(("chapter:", "sheet:")):
            continue
        if target.startswith("sheet:"):
            yield Elsewhere(target, "sheet")
        elif handout := _handout_with(book, target, own):
            yield Elsewhere(target, "handout", handout.number)
        else:
            yield Elsewhere(target, "book")


def _handout_with(book: Book, target: str, own: Handout) -> Handout | None:
    """Return the handout with a chapter or section: one that has all of it, or else one that has a part of it."""
    others = [handout for handout in book.handouts if handout.id != own.id]
    chapter = target.partition("#")[0]
    all_of_it = (handout for handout in others if chapter in handout.chapters or target in handout.chapters)
    part_of_it = (h for h in others if any(name.partition("#")[0] == chapter for name in h.chapters))
    return next(all_of_it, None) or (next(part_of_it, None) if target == chapter else None)
