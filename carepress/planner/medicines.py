"""Medicine reminders: which medicine, at which times, on which days. Nothing here knows of doses.

What a family has written is printed and put into the calendar as it stands; it is never judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RULE_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # RFC 5545, 3.3.10

MOST_DAYS = 9


@dataclass(frozen=True, slots=True)
class Medicine:
    """What to be reminded of, from the day `first` to the day `until`, at each of `times`.

    On the weekdays `days` (0 is Monday); without them every so many days, counted from `first`.
    """

    name: str
    note: str
    times: tuple[time, ...]
    first: date
    until: date
    days: tuple[int, ...] = ()
    every: int = 1

    @property
    def is_weekly(self) -> bool:
        """Whether each week looks like the next."""
        return bool(self.days) or self.every == 1

    def is_given(self, weekday: int) -> bool:
        return not self.days or weekday in self.days

    def days_given(self) -> list[date]:
        """Return the days of one that is given every so many days, as many as a page has room for."""
        count = (self.until - self.first).days // self.every + 1
        return [self.first + timedelta(days=self.every * number) for number in range(min(count, MOST_DAYS))]

    @property
    def goes_on(self) -> bool:
        """Whether there are more days than `days_given` tells."""
        return (self.until - self.days_given()[-1]).days >= self.every


def first_day(medicine: Medicine) -> date | None:
    """Return the first day with a reminder, or None when there is no such day."""
    day = medicine.first
    while medicine.days and day.weekday() not in medicine.days:
        day += timedelta(days=1)
    return day if day <= medicine.until else None


def rule(medicine: Medicine, at: time) -> dict[str, object]:
    """Return the recurrence rule of the reminders at a time of day (RFC 5545, 3.3.10).

    Its end is local time as its beginning is: a reminder rings at the same time of day everywhere.
    """
    until = datetime.combine(medicine.until, at)
    if medicine.days:
        return {"FREQ": "WEEKLY", "UNTIL": until, "BYDAY": [RULE_DAYS[day] for day in medicine.days]}
    return {"FREQ": "DAILY", "UNTIL": until, "INTERVAL": medicine.every}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the week: a medicine at a time of day. `of` rows have that time, told by the first of them."""

    at: time
    medicine: Medicine
    of: int


def week_rows(medicines: tuple[Medicine, ...]) -> list[Row]:
    """Return the rows of the week in the order of the day; `of` is 0 but for the first at its time."""
    pairs = sorted(((at, index) for index, item in enumerate(medicines) for at in item.times))
    counts = {at: [other for other, _index in pairs].count(at) for at, _index in pairs}
    return [Row(at, medicines[index], counts.pop(at, 0)) for at, index in pairs]
