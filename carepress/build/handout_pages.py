"""Fill the pages of a handout: their number must be a multiple of 4, which is a sheet of paper folded once.

A handout is rendered, typeset and counted until nothing is left to change: lines for notes on the back, sheets that the
handout may add, and pages for notes. If its pages have a fault, its lines are tried closer or wider, and with fewer
words that are explained.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from operator import itemgetter

from carepress.model import Book, Edition, HandoutLayout, Problem, RenderedBook
from carepress.pages.handout import note_pages
from carepress.pages.render import SIDES
from carepress.pdf.section import TypesetSection
from carepress.preflight.composition import check_composition
from carepress.workspace.cache import Cache
from carepress.workspace.fingerprint import build_fingerprint

TEXT, BACK = "part-text", "back-cover"  # names of sections
# Ways to set the text: the space between lines, and how many terms are explained. The first with the fewest defects is
# taken. With fewer words only the last pages change; wider lines are the last resort, because they often make a page
# more, which must then be filled.
WAYS = tuple((spacing, words) for spacing in (0, -1, 1) for words in (10, 7, 4))
SAVED = 120  # words on the last page of the text: it is possible to save a page with no more
MANY_NOTES = 3  # pages of lines: a sheet would be of more use
# Whether the back cover has lines for notes, whether it is short, and whether the imprint is below the text: the first
# that fits on one page.
BACKS = ((True, False, False), (False, False, False), (True, True, False), (False, True, False), (False, True, True))


@dataclass(frozen=True, slots=True)
class FittedHandout:
    """The typeset pages of a handout, and what its author should change."""

    rendered: RenderedBook
    sections: list[TypesetSection]
    problems: list[Problem]


Render = Callable[[HandoutLayout], RenderedBook]
Typeset = Callable[[RenderedBook], list[TypesetSection]]
_Found = tuple[RenderedBook, list[TypesetSection], HandoutLayout]


def fit_handout(book: Book, edition: Edition, render: Render, typeset: Typeset, cache: Cache) -> FittedHandout:
    """Return the pages of a handout. The cache remembers the layout that was found for the same text."""
    assert book.cut
    fill = tuple(sheet.id for sheet in book.cut.fill)
    everything = render(HandoutLayout(fill=fill, notes=SIDES - 1)).html  # also what the layout may leave out
    key = f"layout-{sha256((build_fingerprint() + everything).encode()).hexdigest()}"
    if entry := cache.read(key):
        row = json.loads(entry)
        layout = HandoutLayout(**{**row, "fill": tuple(row["fill"])})
        rendered = render(layout)
        sections = typeset(rendered)
    else:
        rendered, sections, layout = _search(edition, render, typeset, fill)
        cache.write(key, json.dumps(asdict(layout)).encode())
    return FittedHandout(rendered, sections, _problems(book, layout))


def _search(edition: Edition, render: Render, typeset: Typeset, fill: tuple[str, ...]) -> _Found:
    """Return the pages with the fewest defects, and their layout."""

    def pages_of(layout: HandoutLayout) -> tuple[RenderedBook, list[TypesetSection]]:
        rendered = render(layout)
        return rendered, typeset(rendered)

    layout = HandoutLayout()
    found: list[tuple[int, _Found]] = []
    for spacing, words in WAYS:
        settled, fill = _settled(replace(layout, spacing=spacing, words=words), pages_of, fill)
        defects = _defects(settled, edition)
        found.append((defects, settled))
        if defects == 0:
            break
        layout = settled[2]
    return min(found, key=itemgetter(0))[1]


def _settled(
    layout: HandoutLayout,
    pages_of: Callable[[HandoutLayout], tuple[RenderedBook, list[TypesetSection]]],
    fill: tuple[str, ...],
) -> tuple[_Found, tuple[str, ...]]:
    """Return the pages of a way to set the text, and the sheets that may fill others.

    Sheets, notes and lines are added until their number is a multiple of 4 and the back has one page.
    """
    while True:
        rendered, sections = pages_of(layout)
        pages = {section.name: section.pages for section in sections}
        added = [f"sheet-{name}" for name in layout.fill] + note_pages(layout)
        own = sum(pages.values()) - sum(pages[name] for name in added)
        fill = tuple(name for name in fill if pages.get(f"sheet-{name}", 1) == 1)
        back = (layout.notes_on_back, layout.short, layout.imprint_inside)
        if pages[BACK] > 1 and back != BACKS[-1]:
            notes_on_back, short, inside = BACKS[BACKS.index(back) + 1]
            better = replace(layout, notes_on_back=notes_on_back, short=short, imprint_inside=inside)
        else:
            better = _filled(layout, own, fill)
        if better == layout:
            return (rendered, sections, layout), fill
        layout = better


def _defects(found: _Found, edition: Edition) -> int:
    """Count what is wrong with the pages of the text: their composition, and a page too many that can be saved."""
    _rendered, sections, layout = found
    text = next((section for section in sections if section.name == TEXT), None)
    if text is None:  # a handout of sheets alone
        return 0
    added = len(layout.fill) + layout.notes
    too_many = added == SIDES - 1 and len(text.words) - text.starts[-1] <= SAVED
    return len(check_composition(text.facts, edition, edition.fill)) + too_many


def _filled(layout: HandoutLayout, own: int, fill: tuple[str, ...]) -> HandoutLayout:
    """Return a layout of `own` pages, with as many of the sheets that may be added, and pages for notes, as it needs."""
    missing = -own % SIDES
    sheets = fill[:missing]
    return replace(layout, fill=sheets, notes=missing - len(sheets))


def _problems(book: Book, layout: HandoutLayout) -> list[Problem]:
    """Return what its author should change: many pages are only filled with lines."""
    assert book.cut
    if layout.notes < MANY_NOTES:
        return []
    handout = book.cut.handout
    message = f"the handout “{handout.id}” has {layout.notes} pages of lines for notes"
    hint = "shorten its text by a page, or name more sheets in its “fill”"
    return [Problem("handout-pages", "warning", handout.title.path, handout.title.line, message, hint)]
