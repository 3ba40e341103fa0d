"""When visits are due: a schedule counted from one day, in exact calendar arithmetic.

Nothing here knows whose plan it is.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from carepress.model import Phase, PublishError, Schedule

FIRST, LAST = date(1950, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Visit:
    """The visit `number`, from 1: `months` after the day that the plan is counted from, around `day`."""

    number: int
    months: int
    day: date
    phase: Phase


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule with dates. `before` are the phases that lie before the day `ended`, unless they are long past."""

    schedule: Schedule
    ended: date
    before: tuple[Phase, ...]
    visits: tuple[Visit, ...]

    def by_phase(self) -> list[tuple[Phase, list[Visit]]]:
        """Return the visits of each phase that has any."""
        phases = [phase for phase in self.schedule.phases if not phase.before]
        groups = [(phase, [visit for visit in self.visits if visit.phase is phase]) for phase in phases]
        return [group for group in groups if group[1]]


def make_plan(schedule: Schedule, ended: date, years: int, start: date | None = None) -> Plan:
    """Return the visits of the first `years` years after `ended`, or those of them from the day `start` on.

    Raises PublishError for a day that no plan is made for, and when no visit is left.
    """
    if not FIRST <= ended <= LAST:
        raise PublishError("--ended", None, "no plan is made for that year", "give the day as YEAR-MONTH-DAY")
    visits = tuple(visit for visit in _visits(schedule, ended, 12 * years) if start is None or visit.day >= start)
    if not visits:
        raise PublishError("--from", None, "no visit is left on the plan", "give an earlier day, or more --years")
    before = () if start else tuple(phase for phase in schedule.phases if phase.before)
    return Plan(schedule, ended, before, visits)


def _visits(schedule: Schedule, ended: date, horizon: int) -> list[Visit]:
    visits: list[Visit] = []
    begin = 0
    for phase in schedule.phases:
        if phase.before:
            continue
        end = horizon if phase.months is None else begin + phase.months
        for months in range(begin + phase.every, min(end, horizon) + 1, phase.every):
            visits.append(Visit(len(visits) + 1, months, add_months(ended, months), phase))
        begin = end
    return visits


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the last of that month where it has no such day.

    Always counted from the first day: August 31 gives November 30, then February 28, then May 31.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
