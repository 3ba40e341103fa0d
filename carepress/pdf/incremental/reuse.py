"""Revisions: new pages of a section between reused ones. See the invariant in `carepress.pdf.incremental`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from carepress.model import RenderedSection
from carepress.pdf.incremental.blocks import BOUNDARY, BlockSpan, PdfSlice, digest_pieces, split_pieces
from carepress.pdf.section import TypesetSection

LOOKAHEAD = 5  # blocks after a page break that may affect it: style sheets keep no more than four together
# Fewer pages between two changes are typeset again: the page after each change is laid out to find its break.
MIN_RUN = 2
# As after any unforced break (CSS Fragmentation 3, 5.2).
RESUMED_CSS = ".resumed, .resumed * { margin-break: discard }\n"
RUNNING_HEADS = re.compile(r'data-head="[^"]*" data-short="[^"]*"')  # of a chapter head (templates/chapter.j2)
NO_HEADS = 'data-head="" data-short=""'


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive pages of a cached section that a new version of it reuses. Pages are numbered from 0."""

    start: int
    stop: int
    """The page after the last."""
    growth: int
    """How many pieces the new version has before these pages, more than the cached one."""


@dataclass(frozen=True, slots=True)
class Patch:
    """The pages of a cached section that new ones replace. Pages and pieces are numbered from 0."""

    head: int
    """The first page to replace."""
    tail: int
    """The page after the last."""
    start: int
    """The first piece to typeset."""
    stop: int
    """The piece after the last one to typeset; the last few only determine the page break."""
    resume_at: int
    """The piece that the page `tail` starts with, in the new version."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A new version of a cached section: the pages of `runs` are reused, and those of `patches` typeset."""

    cached: TypesetSection
    pieces: tuple[str, ...]
    """Digests of the pieces of the new version."""
    runs: tuple[Run, ...]
    patches: tuple[Patch, ...]


def find_revision(
    section: RenderedSection, numbers: Mapping[str, int], cached: TypesetSection, unfit: Collection[int] = ()
) -> Revision | None:
    """Return a revision of a section of the same name and first page, or None if it has no pages to reuse.

    `numbers` are the target pages of links. No reused pages begin with one of the pages `unfit`.
    """
    new = digest_pieces(section, numbers)
    if not cached.spans or cached.problems or new == cached.pieces:
        return None
    runs = tuple(run for run in _runs(new, cached) if run.start not in unfit)
    return Revision(cached, new, runs, tuple(_patches(runs, cached, len(new)))) if runs else None


def _runs(new: tuple[str, ...], cached: TypesetSection) -> Iterator[Run]:
    """Yield the pages to reuse for these digests of pieces."""
    old, spans = cached.pieces, cached.spans
    # The pages before which the section may be cut. Words must follow: lines to write on have none.
    cuts = [page for page, span in enumerate(spans) if span.starts_first and cached.starts[page] < len(cached.words)]
    for same in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        end = same.a + same.size
        at_start, at_end = same.a == same.b == 0, (end, same.b + same.size) == (len(old), len(new))
        # Without its opening, a section cannot begin with a page that is not its first one.
        starts = (page for page in cuts if page and spans[page].first >= same.a)
        start = 0 if at_start else next(starts, cached.pages)
        stops = (page for page in cuts if page > start and spans[page].first + LOOKAHEAD <= end)
        stop = cached.pages if at_end else max(stops, default=start)
        if stop - start >= (1 if at_start or at_end else MIN_RUN):
            yield Run(start, stop, same.b - same.a)


def _patches(runs: tuple[Run, ...], cached: TypesetSection, pieces: int) -> Iterator[Patch]:
    """Yield the patches between runs; the new version has this number of pieces."""
    spans = cached.spans
    before = Run(0, 0, 0)
    for run in runs:
        if run.start > before.stop:
            span = spans[run.start]
            stop = min(span.last + 1, span.first + LOOKAHEAD) + run.growth
            yield Patch(before.stop, run.start, _start(before, spans), stop, span.first + run.growth)
        before = run
    if before.stop < cached.pages:
        yield Patch(before.stop, cached.pages, _start(before, spans), pieces, pieces)


def _start(run: Run, spans: tuple[BlockSpan, ...]) -> int:
    """Return the piece of the new version with which the page after a run starts."""
    return spans[run.stop].first + run.growth if run.stop else 0


def excerpt(section: RenderedSection, patch: Patch) -> str:
    """Return the HTML of the pieces to typeset, as one section."""
    pieces = split_pieces(section)[patch.start : patch.stop]
    return (section.resumed_tag if patch.start else "") + BOUNDARY.join(pieces) + section.closing


def running_heads(section: RenderedSection, patch: Patch) -> str:
    """Return the attributes of the last chapter head before a patch, which has the running heads."""
    heads = RUNNING_HEADS.findall("".join(split_pieces(section)[: patch.start]))
    return heads[-1] if heads else NO_HEADS


def fit(patch: Patch, spans: tuple[BlockSpan, ...], is_last: bool) -> int | None:
    """Return how many typeset pages go between the reused ones, or None if they do not fit.

    `spans` are those of the typeset pages, counted from piece `patch.start`. After the last patch of a revision that
    ends with it, no reused page follows.
    """
    if not spans:
        return None
    if is_last:
        return len(spans)
    count = patch.tail - patch.head
    if count >= len(spans):
        return None
    following = spans[count]
    fits = following.starts_first and following.first + patch.start == patch.resume_at
    return count if fits else None


# --- The pages of a revision -----------------------------------------------------------------


def join(revision: Revision, parts: tuple[TypesetSection, ...]) -> TypesetSection:
    """Return the section of the reused pages and those of `parts`, one for each patch.

    The parts have only the words on their pages, and the spans of their pages with the pieces of the new version.
    """
    old = revision.cached
    new = {patch.head: part for patch, part in zip(revision.patches, parts)}
    reused = {run.start: _pages(old, run) for run in revision.runs}
    section, *others = (item for _page, item in sorted((new | reused).items(), key=lambda row: row[0]))
    for other in others:
        section = _appended(section, other)
    return replace(section, pieces=revision.pieces)


def _pages(section: TypesetSection, run: Run) -> TypesetSection:
    """Return some pages of a section as one of its own, with all its fonts."""
    start, stop = run.start, run.stop
    ends = (*section.starts, len(section.words))
    first, last = ends[start] if start else 0, ends[stop]
    pages = range(section.first + start, section.first + stop)
    return replace(
        section,
        slices=_cut(section.slices, start, stop),
        first=pages.start,
        resources=section.resources[start:stop],
        facts=section.facts[start:stop],
        spans=tuple(span.shifted(run.growth) for span in section.spans[start:stop]),
        anchors={name: place for name, place in section.anchors.items() if place[0] in pages},
        bookmarks=tuple(mark for mark in section.bookmarks if mark[2] in pages),
        references=tuple(item for item in section.references if item[0] in pages),
        starts=tuple(word - first for word in section.starts[start:stop]),
        words=section.words[first:last],
        chapters={name: word - first for name, word in section.chapters.items() if first <= word < last},
        segments={
            place: found
            for place, numbers in section.segments.items()
            if (found := tuple(number for number in numbers if number in pages))
        },
    )


def _appended(section: TypesetSection, other: TypesetSection) -> TypesetSection:
    """Return a section with the pages of another after its own."""
    words = len(section.words)
    fonts = {**section.texts, **other.texts}
    places = {**section.segments, **other.segments}
    return replace(
        section,
        slices=(*section.slices, *other.slices),
        resources=(*section.resources, *other.resources),
        facts=(*section.facts, *other.facts),
        spans=(*section.spans, *other.spans),
        texts={font: {**section.texts.get(font, {}), **other.texts.get(font, {})} for font in fonts},
        anchors={**other.anchors, **section.anchors},
        bookmarks=(*section.bookmarks, *other.bookmarks),
        references=(*section.references, *other.references),
        starts=(*section.starts, *(word + words for word in other.starts)),
        words=(*section.words, *other.words),
        chapters={**section.chapters, **{name: word + words for name, word in other.chapters.items()}},
        segments={place: (*section.segments.get(place, ()), *other.segments.get(place, ())) for place in places},
    )


def _cut(slices: tuple[PdfSlice, ...], start: int, stop: int) -> tuple[PdfSlice, ...]:
    """Return the slices of the pages from `start` up to `stop`, from 0."""
    parts, offset = [], 0
    for item in slices:
        first, last = max(start, offset), min(stop, offset + item.stop - item.start)
        if first < last:
            parts.append(replace(item, start=item.start + first - offset, stop=item.start + last - offset))
        offset += item.stop - item.start
    return tuple(parts)
