"""Fill the pages of a handout: their number must be a multiple of 4, which is a sheet of paper folded once.

A handout is rendered, typeset and counted until nothing is left to change: lines for notes on the back, sheets that the
handout may add, and pages for notes. If its pages have a fault, its lines are tried closer or wider, and with fewer
words that are explained.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cache as cache_calls
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
WORDS = "-box-words"  # the end of the id of the words that are explained
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
# Takes the total that pages print, or 0 for that of their number.
Typeset = Callable[[RenderedBook, int], list[TypesetSection]]
_Found = tuple[RenderedBook, list[TypesetSection], HandoutLayout]


def fit_handout(book: Book, edition: Edition, render: Render, typeset: Typeset, cache: Cache) -> FittedHandout:
    """Return the pages of a handout. The cache remembers the layout that was found for the same text."""
    assert book.cut
    fill = tuple(sheet.id for sheet in book.cut.fill)
    render = cache_calls(render)
    everything = render(HandoutLayout(fill=fill, notes=SIDES - 1))  # also what the layout may leave out
    # The editions that share pages have other metadata and accents.
    own = everything.lang, everything.direction, everything.sides
    parts = build_fingerprint(), edition.pages_of or edition.name, own, everything.styles, everything.sections
    key = f"layout-{sha256(repr(parts).encode()).hexdigest()}"
    if entry := cache.read(key):
        row = json.loads(entry)
        layout = HandoutLayout(**{**row, "fill": tuple(row["fill"])})
        rendered = render(layout)
        sections = typeset(rendered, 0)
    else:
        rendered, sections, layout = _search(edition, render, typeset, fill)
        cache.write(key, json.dumps(asdict(layout)).encode())
    return FittedHandout(rendered, sections, _problems(book, layout))


def _search(edition: Edition, render: Render, typeset: Typeset, fill: tuple[str, ...]) -> _Found:
    """Return the pages with the fewest defects, and their layout.

    The ways to set the text are tried without the pages that are added, and with the total that is likely to be right:
    then no page is typeset again for its total.
    """
    layout, sections = _with_back(render, typeset)
    total = _rounded(sections)
    if total - _count(sections) == SIDES - 1:
        total -= SIDES  # tighter text saves the first of four pages
    tried: dict[tuple[int, int], tuple[int, HandoutLayout]] = {}
    for spacing, words in _promising_first(decided := set[int]()):
        layout = replace(layout, spacing=spacing, words=words)
        if tried:
            sections = typeset(render(layout), total)
        defects = _defects(sections, _rounded(sections) - _count(sections), edition)
        if defects == 0:
            found = _settled(layout, render, typeset, fill)
            _rendered, sections, settled = found
            defects = _defects(sections, len(settled.fill) + settled.notes, edition)
            if defects == 0:
                return found
        if _has_early_defect(sections, edition):
            decided.add(spacing)
        tried[spacing, words] = defects, layout
    _defects_of_best, layout = min((tried[way] for way in WAYS), key=itemgetter(0))
    return _settled(layout, render, typeset, fill)


def _promising_first(decided: Collection[int]) -> Iterator[tuple[int, int]]:
    """Yield the ways to set the text; last those whose space between lines is in `decided` when it is their turn."""
    later = []
    for way in WAYS:
        if way[0] in decided:
            later.append(way)
        else:
            yield way
    yield from later


def _has_early_defect(sections: list[TypesetSection], edition: Edition) -> bool:
    """Tell whether a page has a defect that fewer words cannot change: two or more pages before them."""
    text = _text(sections)
    if text is None:
        return False
    words = min((page for name, (page, _x, _y) in text.anchors.items() if name.endswith(WORDS)), default=text.last)
    facts = text.facts[: words - text.first]
    problems, of_last = (check_composition(pages, edition, edition.fill) for pages in (facts, facts[-1:]))
    return len(problems) > len(of_last)


def _with_back(render: Render, typeset: Typeset) -> tuple[HandoutLayout, list[TypesetSection]]:
    """Return the first layout whose back has one page, or else the last, and its pages; nothing fills them."""
    layout, sections, total = HandoutLayout(), list[TypesetSection](), 0
    for notes_on_back, short, inside in BACKS:
        layout = replace(layout, notes_on_back=notes_on_back, short=short, imprint_inside=inside)
        sections = typeset(render(layout), total)
        too_many = _pages(sections)[BACK] - 1
        if too_many == 0:
            break
        total = total or _rounded(sections, too_many)
    return layout, sections


def _settled(layout: HandoutLayout, render: Render, typeset: Typeset, fill: tuple[str, ...]) -> _Found:
    """Return pages whose number is a multiple of 4: sheets, and pages for notes, are added to those of a layout."""
    sizes: dict[str, int] = {}  # in pages; a sheet that was not yet typeset has one
    while True:
        rendered = render(layout)
        sections = typeset(rendered, 0)
        pages = _pages(sections)
        added = [f"sheet-{name}" for name in layout.fill] + note_pages(layout)
        own = sum(pages.values()) - sum(pages[name] for name in added)
        sizes = {name: pages[f"sheet-{name}"] for name in layout.fill} | sizes
        better = _filled(layout, -own % SIDES, {name: sizes.get(name, 1) for name in fill})
        if better == layout:
            return rendered, sections, layout
        layout = better


def _pages(sections: list[TypesetSection]) -> dict[str, int]:
    return {section.name: section.pages for section in sections}


def _count(sections: list[TypesetSection]) -> int:
    return sum(section.pages for section in sections)


def _rounded(sections: list[TypesetSection], without: int = 0) -> int:
    """Return the number of pages, some of them left out, with those that must be added."""
    return -(-(_count(sections) - without) // SIDES) * SIDES


def _defects(sections: list[TypesetSection], added: int, edition: Edition) -> int:
    """Count what is wrong with the pages of the text: their composition, and a page too many that can be saved.

    `added` is the number of pages that fill the handout.
    """
    text = _text(sections)
    if text is None:
        return 0
    return len(check_composition(text.facts, edition, edition.fill)) + _has_page_too_many(sections, added)


def _has_page_too_many(sections: list[TypesetSection], added: int) -> bool:
    """Tell whether the last page of the text has so few words that it can be saved, and is the first of four."""
    text = _text(sections)
    return text is not None and added == SIDES - 1 and len(text.words) - text.starts[-1] <= SAVED


def _text(sections: list[TypesetSection]) -> TypesetSection | None:
    """Return the pages of the text; a handout of sheets alone has none."""
    return next((section for section in sections if section.name == TEXT), None)


def _filled(layout: HandoutLayout, missing: int, fill: Mapping[str, int]) -> HandoutLayout:
    """Return a layout with the first of the sheets that fit on the pages that it lacks, and pages for notes.

    `fill` maps the sheets that may be added to their number of pages.
    """
    sheets = []
    for name, pages in fill.items():
        if pages <= missing:
            sheets.append(name)
            missing -= pages
    return replace(layout, fill=tuple(sheets), notes=missing)


def _problems(book: Book, layout: HandoutLayout) -> list[Problem]:
    """Return what its author should change: many pages are only filled with lines."""
    assert book.cut
    if layout.notes < MANY_NOTES:
        return []
    handout = book.cut.handout
    message = f"the handout “{handout.id}” has {layout.notes} pages of lines for notes"
    hint = "shorten its text by a page, or name more sheets in its “fill”"
    return [Problem("handout-pages", "warning", handout.title.path, handout.title.line, message, hint)]
