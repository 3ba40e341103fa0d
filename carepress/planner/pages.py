"""The follow-up plan and the medicine reminders: their page, and the words of their calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import time

from babel import Locale
from babel.dates import format_interval, format_time, get_day_names
from jinja2 import Environment
from markupsafe import Markup

from carepress.model import A4, LETTER, Edition, Paper
from carepress.pages.environment import RenderContext, make_environment
from carepress.pages.render import print_page
from carepress.planner.medicines import Medicine, week_rows
from carepress.planner.visits import Plan

# How such a page looks: like an edition, but it is made of a family's dates and not of a book.
PLAN_PAGE = Edition("plan", "pdf", (A4, LETTER), ("base", "print", "planner"))
# mm: the least height of a row that a hand can write in, and what looks calm.
LOWEST, HIGHEST = 5.6, 12.0

MessageFactory = Callable[..., str]


def render_plan(context: RenderContext, plan: Plan, paper: Paper, row: float = LOWEST) -> str:
    """Return the HTML of a follow-up plan, style sheets included; its rows are `row` mm high or more."""
    environment = _environment(context)
    environment.globals |= {"plan": plan, "schedule": plan.schedule, "row": row}
    return print_page("planner.html.j2", environment, PLAN_PAGE, paper, context.templates, context.direction)


def render_reminders(context: RenderContext, medicines: tuple[Medicine, ...], paper: Paper, row: float = LOWEST) -> str:
    """Return the HTML of the week of medicine reminders, style sheets included; its rows as of a plan."""
    environment = _environment(context)
    environment.filters |= {
        "clock": lambda at: _clock(at, context.locale),
        "period": lambda days: format_interval(days[0], days[1], "yMMMd", locale=context.locale),
    }
    environment.globals |= {"rows": week_rows(medicines), "row": row, "weekdays": weekdays(context.locale)}
    return print_page("reminders.html.j2", environment, PLAN_PAGE, paper, context.templates, context.direction)


def calendar_words(context: RenderContext, plan: Plan | None = None) -> MessageFactory:
    """Return what says the words of a calendar: a macro of templates/calendar.j2 by name, with its arguments."""
    environment = _environment(context)
    environment.globals["schedule"] = plan and plan.schedule
    module = environment.get_template("calendar.j2").module

    def say(name: str, *values: object) -> str:
        lines = Markup(getattr(module, name)(*values)).unescape().split("\n")
        return "\n".join(filter(None, (" ".join(line.split()) for line in lines)))

    return say


def _environment(context: RenderContext) -> Environment:
    environment = make_environment(context)
    environment.globals["values"] = defaultdict(str, context.values)
    return environment


def _clock(at: time, locale: Locale) -> str:
    # Babel's narrow space is no letter of the font.
    return format_time(at, "short", locale=locale).replace("\u202f", "\u00a0")


def weekdays(locale: Locale) -> list[tuple[int, str]]:
    """Return the days of a week, 0 for Monday, from the one that it begins with there."""
    names = get_day_names("abbreviated", context="stand-alone", locale=locale)
    first = locale.first_week_day
    return [(day % 7, names[day % 7]) for day in range(first, first + 7)]
