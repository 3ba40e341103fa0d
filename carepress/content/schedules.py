"""Schedules: when visits are due after the day that a plan is counted from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from carepress.content import schema
from carepress.content.sheets import Words
from carepress.content.tomlfile import parse_toml, read_text
from carepress.inline import Text, parse_inline
from carepress.model import Phase, Schedule, Segment, SourceUse

Uses = Callable[[Words, list[schema.SourceUse]], tuple[SourceUse, ...]]


def read_schedule(path: Path, shown: str, lang: str, uses: Uses) -> Schedule:
    """Read a schedule; `uses` checks and reads its sources. Raises PublishError."""
    words = Words(read_text(path, shown), shown, lang)
    entry = parse_toml(words.text, schema.ScheduleFile, shown)
    return Schedule(
        id=path.stem,
        title=_plain(words, entry.title, "schedule title", "title"),
        lead=words.segment(entry.lead, "schedule introduction", "lead"),
        since=_plain(words, entry.since, "name of the first day", "since"),
        visit=_plain(words, entry.visit, "name of a visit", "visit"),
        note=words.segment(entry.note, "note", "note"),
        goes_on=words.segment(entry.goes_on, "note", "goes_on"),
        call=words.segment(entry.call, "when to call", "call"),
        sources=uses(words, entry.sources),
        phases=tuple(_phase(words, phase, index) for index, phase in enumerate(entry.phases)),
    )


def _phase(words: Words, entry: schema.PhaseEntry, index: int) -> Phase:
    place = ("phases", index)
    return Phase(
        label=_plain(words, entry.label, "phase of a schedule", *place, "label"),
        every=entry.every,
        months=entry.months,
        before=entry.before,
        note=words.optional(entry.note, "note on a phase", *place, "note"),
    )


def _plain(words: Words, source: str, kind: str, *place: int | str) -> Segment:
    """Return a segment of plain words. Raises PublishError for markup, which a calendar cannot show."""
    segment = words.segment(source, kind, *place)
    if not all(isinstance(node, Text) for node in parse_inline(segment.source)):
        raise words.fault(place, "markup in a text that calendars show too", "use plain words")
    return segment
