"""The sections of a print handout: cover, text, sheets, notes, back cover."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jinja2 import Environment

from carepress.model import Block, Book, Chapter, Handout, HandoutLayout, Part, RenderedSection, Sheet
from carepress.pages.drawings import plain


def handout_sections(
    environment: Environment,
    head: Callable[[Chapter, Part], str],
    block: Callable[[Block, Chapter], str],
    sheet: Callable[[Sheet, Part], str],
) -> Iterator[RenderedSection]:
    """Yield the sections of the handout that the book was cut to.

    `head` renders the title of a chapter, `block` a block of it, `sheet` a sheet.
    """
    book, layout = environment.globals["book"], environment.globals["layout"]
    assert isinstance(book, Book)
    assert isinstance(layout, HandoutLayout)
    assert book.cut
    macros: Any = environment.get_template("handout.j2").module
    (part,) = book.parts
    yield RenderedSection("cover", str(macros.cover()))
    blocks = []
    for item in part.chapters:
        titled = is_titled(item, book.cut.handout)
        blocks.append(head(item, part) if titled else str(macros.chapter_start(item)))
        blocks += [block(content, item) for content in item.blocks]
    blocks += [str(macros.imprint_below())] if blocks and layout.imprint_inside else []
    blocks += [str(macros.ending())] if book.cut.handout.ending else []
    if blocks:
        tags = str(macros.text_tag()), str(macros.text_tag(resumed=True))
        opening = f"{tags[0]}\n{macros.quotation()}"
        setting = f"spacing {layout.spacing}" if layout.spacing else ""
        yield RenderedSection("part-text", opening, tuple(blocks), "</section>", tags[1], setting)
    added = (item for item in book.cut.fill if item.id in layout.fill)
    for page in (*part.sheets, *added):
        yield RenderedSection(f"sheet-{page.id}", str(sheet(page, part)))
    for name in note_pages(layout):
        yield RenderedSection(name, str(macros.notes(name)))
    yield RenderedSection("back-cover", str(macros.back_cover()))


def note_pages(layout: HandoutLayout) -> list[str]:
    """Return the names of the sections for notes."""
    return [f"notes-{number}" for number in range(1, layout.notes + 1)]


def is_titled(chapter: Chapter, handout: Handout) -> bool:
    """Tell whether a handout prints the title of a chapter: one that it has whole, under another title than its own."""
    return f"chapter:{chapter.id}" in handout.chapters and plain(chapter.title) != plain(handout.title)
