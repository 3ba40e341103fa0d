"""Read schedules: when visits are due, counted from one day."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from carepress.content import schema
from carepress.content.sheets import SegmentFactory
from carepress.content.tomlfile import parse_toml, read_text
from carepress.model import Phase, Schedule, Segment, SourceUse
from carepress.text.inline import Text, parse_inline, placeholders

ReadUses = Callable[[SegmentFactory, list[schema.SourceUseEntry]], tuple[SourceUse, ...]]


def read_schedule(path: Path, display_path: str, lang: str, uses: ReadUses) -> Schedule:
    """Read a schedule; `uses` checks and reads its sources. Raises PublishError."""
    factory = SegmentFactory(read_text(path, display_path), display_path, lang)
    entry = parse_toml(factory.text, schema.ScheduleFile, display_path)
    _check_order(factory, entry.phases)
    return Schedule(
        id=path.stem,
        title=_plain(factory, entry.title, "schedule title", "title"),
        lead=factory.segment(entry.lead, "schedule introduction", "lead"),
        since=_plain(factory, entry.since, "name of the first day", "since"),
        visit=_plain(factory, entry.visit, "name of a visit", "visit"),
        note=_without_placeholders(factory, entry.note, "note", "note"),
        goes_on=factory.segment(entry.goes_on, "note", "goes_on"),
        call=_without_placeholders(factory, entry.call, "when to call", "call"),
        sources=uses(factory, entry.sources),
        phases=tuple(_phase(factory, phase, index) for index, phase in enumerate(entry.phases)),
    )


def _check_order(factory: SegmentFactory, phases: list[schema.PhaseEntry]) -> None:
    """Raise PublishError unless phases “before” come first, and only the last phase is open-ended."""
    dated = False
    for index, phase in enumerate(phases):
        place = ("phases", index)
        if phase.before and dated:
            raise factory.error((*place, "before"), "a “before” phase must come before all dated phases", "move it up")
        dated = dated or not phase.before
        if not phase.before and phase.months is None and index < len(phases) - 1:
            raise factory.error(place, "only the last phase can be open-ended", "add “months”")
    if not dated:
        raise factory.error(("phases",), "the schedule has no dated phase", "add one without “before”")


def _phase(factory: SegmentFactory, entry: schema.PhaseEntry, index: int) -> Phase:
    place = ("phases", index)
    return Phase(
        label=_plain(factory, entry.label, "phase of a schedule", *place, "label"),
        every=entry.every,
        months=entry.months,
        before=entry.before,
        note=factory.optional(entry.note, "note on a phase", *place, "note"),
    )


def _without_placeholders(factory: SegmentFactory, source: str, kind: str, place: str) -> Segment:
    """Return a segment. Raises PublishError for a placeholder: a calendar has no lines to write on."""
    segment = factory.segment(source, kind, place)
    if placeholders(parse_inline(segment.source)):
        raise factory.error((place,), "a placeholder in a text that also appears in calendars", "remove it")
    return segment


def _plain(factory: SegmentFactory, source: str, kind: str, *place: int | str) -> Segment:
    """Return a segment of plain text. Raises PublishError for markup, which a calendar cannot show."""
    segment = factory.segment(source, kind, *place)
    if not all(isinstance(node, Text) for node in parse_inline(segment.source)):
        raise factory.error(place, "markup in a text that also appears in calendars", "use plain text")
    return segment
