"""Patches: new pages of a section between reused ones. See the invariant in `carepress.pdf.incremental`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from carepress.model import RenderedSection
from carepress.pdf.incremental.blocks import BOUNDARY, BlockSpan, PdfSlice, digest_pieces, split_pieces
from carepress.pdf.section import TypesetSection

LOOKAHEAD = 4  # blocks after a page break that may affect it: style sheets keep no more than three together
# As after any unforced break (CSS Fragmentation 3, 5.2).
RESUMED_CSS = ".resumed, .resumed * { margin-break: discard }\n"


@dataclass(frozen=True, slots=True)
class Patch:
    """The pages of a cached section that a new version of it reuses. Pages and pieces are numbered from 0."""

    cached: TypesetSection
    head: int
    """Pages before this one are reused."""
    tail: int
    """Pages from this one on are reused."""
    start: int
    """The first piece to typeset."""
    stop: int
    """The piece after the last one to typeset; the last few only determine the page break."""
    resume_at: int
    """The piece that the page `tail` starts with, in the new version."""


def find_patch(section: RenderedSection, numbers: Mapping[str, int], cached: TypesetSection) -> Patch | None:
    """Return a patch that reuses pages of a section of the same name and first page, or None if it has none to reuse.

    `numbers` are the target pages of links.
    """
    new = digest_pieces(section, numbers)
    if not cached.spans or cached.problems or new == cached.pieces:
        return None
    head, tail = _reusable_pages(new, cached)
    if (head, tail) == (0, cached.pages):
        return None
    start = cached.spans[head].first if head else 0
    if tail == cached.pages:
        return Patch(cached, head, tail, start, len(new), len(new))
    growth, span = len(new) - len(cached.pieces), cached.spans[tail]
    stop = min(span.last + 1, span.first + LOOKAHEAD) + growth
    return Patch(cached, head, tail, start, stop, resume_at=span.first + growth)


def _reusable_pages(new: tuple[str, ...], cached: TypesetSection) -> tuple[int, int]:
    """Return the head and the tail of a patch for these digests of pieces."""
    old, spans = cached.pieces, cached.spans
    same_start = _common_prefix(new, old)
    same_end = min(_common_prefix(new[::-1], old[::-1]), len(new) - same_start, len(old) - same_start)
    # The pages before which the section may be cut. Words must follow: lines to write on have none.
    cuts = [page for page, span in enumerate(spans) if span.starts_first and cached.starts[page] < len(cached.words)]
    head = max((page for page in cuts if page and spans[page].first + LOOKAHEAD <= same_start), default=0)
    tails = (page for page in cuts if page > head and spans[page].first >= len(old) - same_end)
    return head, next(tails, cached.pages)


def _common_prefix(new: Iterable[str], old: Iterable[str]) -> int:
    """Return the number of equal digests at the start of both."""
    count = 0
    for one, other in zip(new, old):
        if one != other:
            break
        count += 1
    return count


def excerpt(section: RenderedSection, patch: Patch) -> str:
    """Return the HTML of the pieces to typeset, as one section."""
    pieces = split_pieces(section)[patch.start : patch.stop]
    return (section.resumed_tag if patch.start else "") + BOUNDARY.join(pieces) + section.closing


def fit(patch: Patch, spans: tuple[BlockSpan, ...]) -> int | None:
    """Return how many typeset pages go between the reused ones, or None if they do not fit.

    `spans` are those of the typeset pages, counted from piece `patch.start`.
    """
    if not spans:
        return None
    if patch.tail == patch.cached.pages:
        return len(spans)
    count = patch.tail - patch.head
    if count >= len(spans):
        return None
    following = spans[count]
    fits = following.starts_first and following.first + patch.start == patch.resume_at
    return count if fits else None


def join(patch: Patch, part: TypesetSection) -> TypesetSection:
    """Return the section of the reused pages and those of `part`, which has only the words on its pages."""
    old, head, tail = patch.cached, patch.head, patch.tail
    before, after = old.starts[head] if head else 0, old.starts[tail] if tail < old.pages else len(old.words)
    growth = before + len(part.words) - after  # words
    first_new, first_tail = old.first + head, old.first + tail

    def is_reused(page: int) -> bool:
        return page < first_new or page >= first_tail

    fonts = {**old.texts, **part.texts}
    return replace(
        old,
        slices=(*_cut(old.slices, 0, head), *part.slices, *_cut(old.slices, tail, old.pages)),
        resources=(*old.resources[:head], *part.resources, *old.resources[tail:]),
        facts=(*old.facts[:head], *part.facts, *old.facts[tail:]),
        texts={font: {**old.texts.get(font, {}), **part.texts.get(font, {})} for font in fonts},
        anchors=dict(part.anchors) | {name: place for name, place in old.anchors.items() if is_reused(place[0])},
        bookmarks=tuple(
            sorted((*(mark for mark in old.bookmarks if is_reused(mark[2])), *part.bookmarks), key=lambda mark: mark[2])
        ),
        references=(*(item for item in old.references if is_reused(item[0])), *part.references),
        starts=(
            *old.starts[:head],
            *(start + before for start in part.starts),
            *(start + growth for start in old.starts[tail:]),
        ),
        words=(*old.words[:before], *part.words, *old.words[after:]),
        segments={place: page for place, page in old.segments.items() if is_reused(page)} | dict(part.segments),
        pieces=(),
        spans=(),
    )


def _cut(slices: tuple[PdfSlice, ...], start: int, stop: int) -> list[PdfSlice]:
    """Return the slices of the pages from `start` up to `stop`, from 0."""
    parts, offset = [], 0
    for item in slices:
        first, last = max(start, offset), min(stop, offset + item.stop - item.start)
        if first < last:
            parts.append(replace(item, start=item.start + first - offset, stop=item.start + last - offset))
        offset += item.stop - item.start
    return parts
