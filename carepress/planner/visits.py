"""Dates of follow-up visits: a schedule counted from one day, in exact calendar arithmetic.

Nothing here identifies a patient.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from carepress.model import Phase, PublishError, Schedule

FIRST, LAST = date(1950, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True, slots=True)
class Visit:
    """Visit `number`, counted from 1, due around `day`: `months` after the day that the plan is counted from."""

    number: int
    months: int
    day: date
    phase: Phase


@dataclass(frozen=True, slots=True)
class Plan:
    """A schedule with dates.

    `before` lists the phases before the day `ended`; it is empty for a plan that starts later.
    """

    schedule: Schedule
    ended: date
    before: tuple[Phase, ...]
    visits: tuple[Visit, ...]

    def by_phase(self) -> list[tuple[Phase, list[Visit]]]:
        """Return the phases after `ended` that have visits, with these visits."""
        phases = [phase for phase in self.schedule.phases if not phase.before]
        groups = [(phase, [visit for visit in self.visits if visit.phase is phase]) for phase in phases]
        return [group for group in groups if group[1]]


def make_plan(schedule: Schedule, ended: date, years: int, start: date | None = None) -> Plan:
    """Return the plan for the first `years` years after `ended`, without the visits before `start`.

    Raises PublishError for a day outside the supported range, and if no visit is left.
    """
    if not FIRST <= ended <= LAST:
        raise PublishError(
            "--ended", None, f"the year must be between {FIRST.year} and {LAST.year}", "give the day as YYYY-MM-DD"
        )
    visits = tuple(visit for visit in _visits(schedule, ended, 12 * years) if start is None or visit.day >= start)
    if not visits:
        raise PublishError("--from", None, "the plan has no visits left", "give an earlier day, or more --years")
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
    """Return the same day of the month a number of months later, or the last day of a shorter month.

    Always count from the original day: August 31 gives November 30, then February 28, then May 31.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
