"""Read the handouts of a book, and check each name in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from carepress.content import schema
from carepress.content.sheets import SegmentFactory
from carepress.model import (
    OIDS,
    Block,
    Book,
    Code,
    Drawing,
    Glossary,
    Handout,
    Heading,
    Index,
    Part,
    Sheet,
    SheetPart,
    TablePart,
)

OWN_NAMES = {"all"}  # of the command line, which no handout may have as its id


def read_handouts(
    factory: SegmentFactory, entry: schema.BookFile, book: Book, drawings: Callable[..., Drawing]
) -> tuple[Handout, ...]:
    """Return the handouts of a book in their order.

    Raises PublishError for an id that is there twice, and for a chapter, heading, sheet or drawing that does not exist.
    """
    names, sheets = chapter_names(book), {sheet.id for sheet in book.sheets()}
    for number, name in enumerate(entry.fill):
        if name not in sheets:
            raise factory.error(("fill", number), f"there is no sheet “{name}”", "correct the name, or remove it")
    seen: set[str] = set()
    handouts = []
    for index, item in enumerate(entry.handouts):
        place = ("handouts", index)
        if item.id in seen | OWN_NAMES:
            what = "duplicate handout" if item.id in seen else "reserved name"
            raise factory.error((*place, "id"), f"{what} “{item.id}”", "choose another id")
        seen.add(item.id)
        for key, known, listed in (
            ("chapters", names, item.chapters),
            ("sheets", sheets, item.sheets),
            ("fill", sheets, item.fill),
        ):
            _check_names(factory, (*place, key), listed, known)
        for system in OIDS:
            _check_once(factory, (*place, "codes", system), "code", getattr(item.codes, system))
        _check_once(factory, (*place, "ages"), "age", item.ages)
        handouts.append(_handout(factory, item, place, [*item.fill, *entry.fill], drawings))
    return numbered(tuple(handouts))


def _check_names(factory: SegmentFactory, place: tuple[int | str, ...], listed: list[str], known: set[str]) -> None:
    for number, name in enumerate(listed):
        if name in listed[:number]:
            raise factory.error((*place, number), f"duplicate “{name}”", "list it once")
        if name not in known:
            what = "section" if "#" in name else str(place[-1]).removesuffix("s") if place[-1] != "fill" else "sheet"
            hint = "name a heading of level 2 by its id" if what == "section" else "correct the name, or remove it"
            raise factory.error((*place, number), f"there is no {what} “{name}”", hint)


def _check_once(factory: SegmentFactory, place: tuple[int | str, ...], what: str, values: Sequence[str]) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            raise factory.error((*place, number), f"duplicate {what} “{value}”", "list it once")


def _handout(
    factory: SegmentFactory,
    item: schema.HandoutEntry,
    place: tuple[str, int],
    fill: list[str],
    drawings: Callable[..., Drawing],
) -> Handout:
    return Handout(
        id=item.id,
        number=None,
        title=factory.segment(item.title, "handout title", *place, "title"),
        promise=factory.segment(item.promise, "handout promise", *place, "promise"),
        when=factory.segment(item.when, "when a handout is given", *place, "when"),
        contents=tuple(
            factory.segment(text, "in this handout", *place, "contents", number)
            for number, text in enumerate(item.contents)
        ),
        chapters=tuple(f"chapter:{name}" for name in item.chapters),
        sheets=tuple(item.sheets),
        fill=tuple(dict.fromkeys(name for name in fill if name not in item.sheets)),
        color=item.color,
        drawing=drawings(item.drawing, *place, "drawing") if item.drawing else None,
        ending=drawings(item.ending, *place, "ending") if item.ending else None,
        apart=item.apart,
        codes=tuple(Code(system, value) for system in OIDS for value in getattr(item.codes, system)),
        ages=tuple(item.ages),
    )


def chapter_names(book: Book) -> set[str]:
    """Return the chapters and the sections that a handout may name: all but those of the glossary and the index."""
    chapters = [chapter for chapter in book.chapters() if not any(map(_is_list, chapter.blocks))]
    sections = {
        f"{chapter.id}#{block.id}"
        for chapter in chapters
        for block in chapter.blocks
        if isinstance(block, Heading) and block.level == 2
    }
    return sections | {chapter.id for chapter in chapters}


def _is_list(block: Block) -> bool:
    return isinstance(block, Glossary | Index)


def numbered(handouts: tuple[Handout, ...]) -> tuple[Handout, ...]:
    """Return handouts with their numbers, from 1; those that are given apart have none."""
    numbers = iter(range(1, len(handouts) + 1))
    return tuple(replace(item, number=None if item.apart else next(numbers)) for item in handouts)


def with_handout_rows(book: Book) -> Book:
    """Return a book whose sheets have a row for each handout, where they ask for that; those given apart are left out."""
    titles = tuple(item.title for item in book.handouts if not item.apart)

    def part(old: SheetPart) -> SheetPart:
        if not isinstance(old, TablePart) or not old.per_handout:
            return old
        return replace(old, rows=len(titles), row_labels=titles)

    def sheets(old: Part) -> Iterator[Sheet]:
        for sheet in old.sheets:
            parts = tuple(map(part, sheet.parts))
            yield replace(sheet, parts=parts) if parts != sheet.parts else sheet

    return replace(book, parts=tuple(replace(item, sheets=tuple(sheets(item))) for item in book.parts))
