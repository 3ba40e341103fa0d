"""A chapter of which a few words have changed: only the pages around them are typeset anew.

Pages are kept as they are up to one that begins with a block, and again from one that begins with a block where the
new pages do too. Where a page ends is decided by what would have come next on it: a block, or a few that are not
parted, such as a heading and its paragraph. So the first blocks behind such a break are the same ones.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from carepress.pdf.section import BLOCK, Section, Slice, Span, digests

DECIDE = 4  # blocks behind a break that may have a say in it: no more than three are kept together by style sheets
OPENING = re.compile(r"\s*<section\b[^>]*>")
# As after any break that was not forced (CSS Fragmentation 3, 5.2).
RESUMED = "<style>.resumed, .resumed * { margin-break: discard }</style>"


@dataclass(frozen=True, slots=True)
class Patch:
    """Pages of a section `kept` that serve another: those before `head`, and those from `tail` on, from 0.

    Between them stand the blocks from `start` up to `stop`, the last of which only help to find the breaks; the
    block with which page `tail` begins is now `goes_on`.
    """

    kept: Section
    head: int
    tail: int
    start: int
    stop: int
    goes_on: int


def find_patch(html: str, kept: Section) -> Patch | None:
    """Return which pages of a section serve another of the same name, from the same page on."""
    new, old = digests(html), kept.blocks
    if not kept.spans or kept.problems or new == old:
        return None
    same = next((index for index, (a, b) in enumerate(zip(new, old)) if a != b), min(len(new), len(old)))
    rest = next((index for index, (a, b) in enumerate(zip(new[::-1], old[::-1])) if a != b), min(len(new), len(old)))
    rest = min(rest, len(new) - same, len(old) - same)
    heads = [
        page
        for page, span in enumerate(kept.spans)
        if page and span.fresh and span.first + DECIDE <= same and kept.starts[page] < len(kept.words)
    ]
    head = heads[-1] if heads else 0
    grown = len(new) - len(old)
    tails = [
        page
        for page, span in enumerate(kept.spans)
        if page > head and span.fresh and span.first >= len(old) - rest and kept.starts[page] < len(kept.words)
    ]
    tail = tails[0] if tails else kept.pages
    if (head, tail) == (0, kept.pages):
        return None
    start = kept.spans[head].first if head else 0
    stop = min(kept.spans[tail].last + 1, kept.spans[tail].first + DECIDE) + grown if tails else len(new)
    return Patch(kept, head, tail, start, stop, kept.spans[tail].first + grown if tails else len(new))


def excerpt(html: str, patch: Patch) -> str:
    """Return the HTML of the blocks that are typeset."""
    pieces = html.split(BLOCK)
    opening = OPENING.match(pieces[0])
    assert opening, "a section begins with its tag"
    end = "" if patch.stop == len(pieces) else "</section>"
    if not patch.start:
        return BLOCK.join(pieces[: patch.stop]) + end
    tag = re.sub(r'\sid="[^"]*"', "", opening[0]).replace('class="', 'class="resumed ', 1)
    return tag + BLOCK.join(pieces[patch.start : patch.stop]) + end


def fit(patch: Patch, spans: tuple[Span, ...]) -> int | None:
    """Return how many pages go between those that are kept, or None when what was typeset does not fit."""
    if not spans:
        return None
    if patch.tail == patch.kept.pages:
        return len(spans)
    count = patch.tail - patch.head
    if count >= len(spans):
        return None
    # A part that does not begin the section begins with its first block.
    goes_on = spans[count].fresh and spans[count].first + patch.start == patch.goes_on
    return count if goes_on else None


def join(patch: Patch, part: Section) -> Section:
    """Return the section of which some pages are kept and the others are the part's.

    The part has no words but those of its pages. What comes of it is not kept for others.
    """
    kept, head, tail = patch.kept, patch.head, patch.tail
    before, after = kept.starts[head] if head else 0, kept.starts[tail] if tail < kept.pages else len(kept.words)
    grown = before + len(part.words) - after  # words
    from_page, to_page = kept.first + head, kept.first + tail

    def is_kept(page: int) -> bool:
        return page < from_page or page >= to_page

    return replace(
        kept,
        slices=(*_cut(kept.slices, 0, head), *part.slices, *_cut(kept.slices, tail, kept.pages)),
        used=(*kept.used[:head], *part.used, *kept.used[tail:]),
        texts={font: {**kept.texts.get(font, {}), **part.texts.get(font, {})} for font in {**kept.texts, **part.texts}},
        anchors=dict(part.anchors) | {name: place for name, place in kept.anchors.items() if is_kept(place[0])},
        bookmarks=tuple(
            sorted((*(mark for mark in kept.bookmarks if is_kept(mark[2])), *part.bookmarks), key=lambda mark: mark[2])
        ),
        references=(*(item for item in kept.references if is_kept(item[0])), *part.references),
        starts=(
            *kept.starts[:head],
            *(start + before for start in part.starts),
            *(start + grown for start in kept.starts[tail:]),
        ),
        words=(*kept.words[:before], *part.words, *kept.words[after:]),
        segments={place: page for place, page in kept.segments.items() if is_kept(page)} | dict(part.segments),
        blocks=(),
        spans=(),
    )


def _cut(slices: tuple[Slice, ...], start: int, stop: int) -> list[Slice]:
    """Return the slices of these pages, from 0."""
    found, behind = [], 0
    for item in slices:
        first, last = max(start, behind), min(stop, behind + item.stop - item.start)
        if first < last:
            found.append(replace(item, start=item.start + first - behind, stop=item.start + last - behind))
        behind += item.stop - item.start
    return found
