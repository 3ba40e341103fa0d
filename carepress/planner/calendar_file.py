"""Calendar files for telephones and computers (iCalendar, RFC 5545). Same entries, same bytes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event, vText

PRODUCT = "-//Carepress//Planner//EN"
EPOCH = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a calendar: a whole day, or a time of day wherever one is.

    `key` says which entry it is; from it comes an identifier that stays the same. `alarms` are how long after
    the beginning (mostly before it, then less than nothing) something is said, and what.
    """

    key: str
    summary: str
    description: str
    category: str
    begin: date
    alarms: tuple[tuple[timedelta, str], ...]
    rule: Mapping[str, object] | None = None


def write_calendar(name: str, lang: str, identifier: str, revised: date, entries: list[Entry]) -> bytes:
    """Return a calendar file. `identifier` is the UUID that those of the entries are made from.

    `revised` stands for the clock, and makes a later edition of the same entries replace the earlier one
    (RFC 5545, 3.8.7.4).
    """

    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("CALSCALE", "GREGORIAN")
    for label in ("NAME", "X-WR-CALNAME"):  # RFC 7986, 5.1, and what programs have read before it
        calendar.add(label, vText(name))
    for entry in entries:
        calendar.add_component(_event(entry, lang, uuid.UUID(identifier), revised))
    return bytes(calendar.to_ical())


def _event(entry: Entry, lang: str, space: uuid.UUID, revised: date) -> Event:

    event, said = Event(), {"LANGUAGE": lang}
    stamp = datetime.combine(revised, time(), UTC)
    event.add("UID", str(uuid.uuid5(space, entry.key)))
    event.add("DTSTAMP", stamp)
    event.add("LAST-MODIFIED", stamp)
    event.add("SEQUENCE", max(0, (revised - EPOCH).days))
    event.add("DTSTART", entry.begin)
    event.add("DURATION", timedelta(minutes=10) if isinstance(entry.begin, datetime) else timedelta(days=1))
    if entry.rule:
        event.add("RRULE", dict(entry.rule))
    event.add("SUMMARY", entry.summary, parameters=said)
    event.add("DESCRIPTION", entry.description, parameters=said)
    event.add("CATEGORIES", [entry.category], parameters=said)
    event.add("TRANSP", "TRANSPARENT")
    event.add("CLASS", "PRIVATE")
    for after, text in entry.alarms:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("TRIGGER", after)
        alarm.add("DESCRIPTION", text, parameters=said)
        event.add_component(alarm)
    return event
