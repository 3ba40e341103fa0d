"""Medicine reminders: which medicine, at which times, on which days. Doses are not interpreted.

What a family writes is printed and exported verbatim, without judgment.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
RULE_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # RFC 5545, 3.3.10

MAX_DAYS = 9  # that fit on a page


@dataclass(frozen=True, slots=True)
class Medicine:
    """A reminder at each of `times`, from the day `first` to the day `until`.

    It is due on the weekdays in `days` (0 is Monday); without them, every `every` days counted from `first`.
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
        """Whether every week is the same."""
        return bool(self.days) or self.every == 1

    def is_given(self, weekday: int) -> bool:
        """Return whether a weekly medicine is due on a weekday, 0 for Monday."""
        return not self.days or weekday in self.days

    def days_given(self) -> list[date]:
        """Return the days of a medicine given every `every` days, at most `MAX_DAYS`."""
        count = (self.until - self.first).days // self.every + 1
        return [self.first + timedelta(days=self.every * number) for number in range(min(count, MAX_DAYS))]

    @property
    def goes_on(self) -> bool:
        """Whether there are more days than `days_given` returns."""
        return (self.until - self.days_given()[-1]).days >= self.every


def first_day(medicine: Medicine) -> date | None:
    """Return the first day with a reminder, or None if there is none."""
    day = medicine.first
    while medicine.days and day.weekday() not in medicine.days:
        day += timedelta(days=1)
    return day if day <= medicine.until else None


def rule(medicine: Medicine, at: time) -> dict[str, object]:
    """Return the recurrence rule of the reminders at a time of day (RFC 5545, 3.3.10).

    UNTIL is local time, as DTSTART is: a reminder rings at the same time of day in every time zone.
    """
    until = datetime.combine(medicine.until, at)
    if medicine.days:
        return {"FREQ": "WEEKLY", "UNTIL": until, "BYDAY": [RULE_DAYS[day] for day in medicine.days]}
    return {"FREQ": "DAILY", "UNTIL": until, "INTERVAL": medicine.every}


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A row of the week: a medicine at a time of day.

    `of` is the number of rows at that time in the first of them, 0 in the others.
    """

    at: time
    medicine: Medicine
    of: int


def week_rows(medicines: tuple[Medicine, ...]) -> list[WeekRow]:
    """Return the rows of the week, in order of time."""
    pairs = sorted(((at, index) for index, item in enumerate(medicines) for at in item.times))
    counts = {at: [other for other, _index in pairs].count(at) for at, _index in pairs}
    return [WeekRow(at, medicines[index], counts.pop(at, 0)) for at, index in pairs]
