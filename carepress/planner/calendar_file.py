"""Calendar files for phones and computers (iCalendar, RFC 5545). Equal events give equal bytes."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event, vText

PRODUCT = "-//Carepress//Planner//EN"
EPOCH = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """An event: all day if `begin` is a date, at a local time if it is a datetime.

    `key` identifies the event; its UID is derived from it. `alarms` are offsets from `begin`, negative before it, each
    with the text to show.
    """

    key: str
    summary: str
    description: str
    category: str
    begin: date
    alarms: tuple[tuple[timedelta, str], ...]
    rule: Mapping[str, object] | None = None


def write_calendar(name: str, lang: str, identifier: str, revised: date, events: list[CalendarEvent]) -> bytes:
    """Return a calendar file. The UIDs of the events are derived from `identifier`, a UUID.

    `revised` is used in place of the clock, and makes a later edition of the same events replace the earlier one
    (RFC 5545, 3.8.7.4).
    """
    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    calendar.add("CALSCALE", "GREGORIAN")
    for label in ("NAME", "X-WR-CALNAME"):  # RFC 7986, 5.1, and the older extension
        calendar.add(label, vText(name))
    for event in events:
        calendar.add_component(_component(event, lang, uuid.UUID(identifier), revised))
    return bytes(calendar.to_ical())


def _component(event: CalendarEvent, lang: str, namespace: uuid.UUID, revised: date) -> Event:
    component, in_language = Event(), {"LANGUAGE": lang}
    stamp = datetime.combine(revised, time(), UTC)
    component.add("UID", str(uuid.uuid5(namespace, event.key)))
    component.add("DTSTAMP", stamp)
    component.add("LAST-MODIFIED", stamp)
    component.add("SEQUENCE", max(0, (revised - EPOCH).days))
    component.add("DTSTART", event.begin)
    component.add("DURATION", timedelta(minutes=10) if isinstance(event.begin, datetime) else timedelta(days=1))
    if event.rule:
        component.add("RRULE", dict(event.rule))
    component.add("SUMMARY", event.summary, parameters=in_language)
    component.add("DESCRIPTION", event.description, parameters=in_language)
    component.add("CATEGORIES", [event.category], parameters=in_language)
    component.add("TRANSP", "TRANSPARENT")
    component.add("CLASS", "PRIVATE")
    for offset, text in event.alarms:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("TRIGGER", offset)
        alarm.add("DESCRIPTION", text, parameters=in_language)
        component.add_component(alarm)
    return component
