"""Arrange the blocks of a typeset section: a drawing that does not fit on a page gives way to the text after it.

The arrangement only depends on the pages of the section in its own order, so a cache does not change it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from carepress.model import RenderedSection
from carepress.pdf.page_facts import PageFacts
from carepress.pdf.section import TypesetSection

FULL = 0.85  # share of a page: no drawing moves to fill a page that has more
LEAST = 0.2  # share of a page: the number of words that fit on a page is not estimated from fewer
FIGURE = re.compile(r'\s*<figure[^>]* class="drawing"')
# Blocks that a figure may follow instead of preceding them.
TEXT = re.compile(r'\s*<((p|ul|ol|h2|h3)[ >]|div class="box (key|next|dated)")')
HEADING = re.compile(r"\s*<h[23][ >]")
TAG = re.compile(r"<[^>]*>")
ANNOUNCES = re.compile(r":\s*(</\w+>\s*)*$")  # the end of a paragraph that belongs to the block after it


def can_improve(section: TypesetSection) -> bool:
    """Tell whether `improve` may have something to do. Needs no spans, so it holds for patched sections."""
    pairs = zip(section.facts, section.facts[1:])
    return any(_leaves_gap(page, following) for page, following in pairs)


def improve(source: RenderedSection, section: TypesetSection) -> RenderedSection | None:
    """Return a section with a drawing moved to fill its pages better, or None.

    `section` has the pages of `source`.
    """
    if not section.spans:
        return None
    counts = [after - start for start, after in zip(section.starts, (*section.starts[1:], len(section.words)))]
    # A page without drawings shows best how many words fit on one.
    capacity = max(words / max(page.reach, LEAST) for page, words in zip(section.facts, counts))
    for page, following, span in zip(section.facts, section.facts[1:], section.spans[1:]):
        if _leaves_gap(page, following) and span.starts_first:
            figure = span.first - 1  # the opening is piece 0
            blocks = source.blocks
            room = capacity * (1 - page.reach)
            if FIGURE.match(blocks[figure]) and (after := _text_after(blocks, figure, room)):
                moved = (*blocks[:figure], *blocks[figure + 1 : after], blocks[figure], *blocks[after:])
                return replace(source, blocks=moved)
    return None


def gaps(section: TypesetSection) -> float:
    """Return the empty space before drawings in a section, in pages."""
    pairs = zip(section.facts, section.facts[1:])
    return sum(1 - page.reach for page, following in pairs if _leaves_gap(page, following))


def _leaves_gap(page: PageFacts, following: PageFacts) -> bool:
    return page.reach < FULL and following.opens_with_drawing


def _text_after(blocks: tuple[str, ...], figure: int, room: float) -> int:
    """Return the end of the text that follows a figure and can precede it, or 0.

    The text has `room` words or a few more, if there are so many before the next table, drawing, chapter or call box.
    """
    words, found = 0, 0
    for end in range(figure + 1, len(blocks)):
        block = blocks[end]
        if words >= room or not TEXT.match(block):
            break
        words += len(TAG.sub(" ", block).split())
        if not HEADING.match(block) and not ANNOUNCES.search(block.strip()):
            found = end + 1
    return found
