"""Fill the pages of a handout: their number must be a multiple of 4, which is a sheet of paper folded once.

A handout is rendered, typeset and counted until nothing is left to change. What can change, in this order: lines for
notes on the back, closer lines, fewer words that are explained, sheets that the handout may add, and pages for notes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256

from carepress.model import Book, Figure, HandoutLayout, Problem, RenderedBook, Table, segments
from carepress.pages.handout import note_pages
from carepress.pdf.section import TypesetSection
from carepress.workspace.cache import Cache
from carepress.workspace.fingerprint import build_fingerprint

TEXT, BACK = "part-text", "back-cover"  # names of sections
# Ways to save a page if there is one too many: up to how many words on the last page of the text it can help, whether
# lines are closer, and how many terms are explained.
SHORTER = ((60, True, 10), (120, True, 6))
ALMOST_EMPTY = 45  # words on the last page of the text: it is better saved, whatever the number of pages
MAX_NOTES = 2  # pages of lines
SIDES = 4  # pages of a folded sheet of paper
# Whether the back cover has lines for notes, and whether it is short: the first that fits on one page.
BACKS = ((True, False), (False, False), (True, True), (False, True))
WORDS_PER_PAGE, FIGURE, ROW = 235, 0.45, 0.07  # of A5, to guess how many pages a text takes


@dataclass(frozen=True, slots=True)
class FittedHandout:
    """The typeset pages of a handout, and what its author should change."""

    rendered: RenderedBook
    sections: list[TypesetSection]
    problems: list[Problem]


Render = Callable[[HandoutLayout], RenderedBook]
Typeset = Callable[[RenderedBook], list[TypesetSection]]


def fit_handout(book: Book, render: Render, typeset: Typeset, cache: Cache) -> FittedHandout:
    """Return the pages of a handout. The cache remembers the layout that was found for the same text."""
    assert book.cut
    fill = tuple(sheet.id for sheet in book.cut.fill)
    layout = _guess(book, fill)
    key = f"layout-{sha256((build_fingerprint() + render(layout).html).encode()).hexdigest()}"
    if entry := cache.read(key):
        row = json.loads(entry)
        rendered = render(HandoutLayout(**{**row, "fill": tuple(row["fill"])}))
        sections = typeset(rendered)
    else:
        rendered, sections, layout = _search(layout, render, typeset, fill)
        cache.write(key, json.dumps(asdict(layout)).encode())
    return FittedHandout(rendered, sections, _problems(book, sections))


def _search(
    layout: HandoutLayout, render: Render, typeset: Typeset, fill: tuple[str, ...]
) -> tuple[RenderedBook, list[TypesetSection], HandoutLayout]:
    """Improve a layout until nothing is left to change; return it with its pages."""
    base, shorter = layout, list(SHORTER)
    loose_text = 0  # the pages of the text with the base layout
    while True:
        rendered = render(layout)
        sections = typeset(rendered)
        pages = {section.name: section.pages for section in sections}
        added = [f"sheet-{name}" for name in layout.fill] + note_pages(layout)
        own = sum(pages.values()) - sum(pages[name] for name in added)
        fill = tuple(name for name in fill if pages.get(f"sheet-{name}", 1) == 1)
        back = (layout.notes_on_back, layout.short)
        if pages[BACK] > 1 and back != BACKS[-1]:
            notes_on_back, short = BACKS[BACKS.index(back) + 1]
            better = replace(layout, notes_on_back=notes_on_back, short=short)
        elif (own % SIDES == 1 or _last_words(sections) <= ALMOST_EMPTY) and (
            ways := [way for way in shorter if _last_words(sections) <= way[0]]
        ):
            loose_text = loose_text or pages[TEXT]
            _most, tight, words = ways[0]
            shorter = ways[1:]
            better = _filled(replace(layout, tight=tight, words=words), own - 1, fill)
        elif layout.tight and pages[TEXT] == loose_text:  # no page was saved
            better = _filled(replace(layout, tight=base.tight, words=base.words), own, fill)
        else:
            better = _filled(layout, own, fill)
        if better == layout:
            return rendered, sections, layout
        layout = better


def _last_words(sections: list[TypesetSection]) -> int:
    """Return how many words are on the last page of the text."""
    (text,) = (section for section in sections if section.name == TEXT)
    return len(text.words) - text.starts[-1]


def _filled(layout: HandoutLayout, own: int, fill: tuple[str, ...]) -> HandoutLayout:
    """Return a layout of `own` pages, with as many of the sheets that may be added, and a page for notes, as it needs."""
    missing = -own % SIDES
    sheets = fill[:missing]
    return replace(layout, total=own + missing, fill=sheets, notes=min(missing - len(sheets), MAX_NOTES))


def _guess(book: Book, fill: tuple[str, ...]) -> HandoutLayout:
    """Return the layout that a handout probably has."""
    text = [block for chapter in book.chapters() for block in chapter.blocks]
    words = sum(len(segment.text.split()) for segment in segments(tuple(text)))
    rows = sum(len(block.rows) for block in text if isinstance(block, Table))
    figures = sum(isinstance(block, Figure) for block in text)
    own = 2 + round(words / WORDS_PER_PAGE + figures * FIGURE + rows * ROW + 0.5) + len(book.parts[0].sheets)
    return _filled(HandoutLayout(), own, fill)


def _problems(book: Book, sections: list[TypesetSection]) -> list[Problem]:
    """Return what keeps the pages from being a multiple of 4."""
    assert book.cut
    total = sum(section.pages for section in sections)
    if total % SIDES == 0:
        return []
    handout, more = book.cut.handout, total % SIDES
    message = f"the handout “{handout.id}” has {total} pages, which is not a multiple of {SIDES}"
    hint = f"shorten its text by {more} page{'s' if more > 1 else ''}, or name more sheets in its “fill”"
    return [Problem("handout-pages", "warning", handout.title.path, handout.title.line, message, hint)]
