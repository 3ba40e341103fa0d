"""The page of a follow-up plan or of medicine reminders, and the text of their calendars."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import time

from babel import Locale
from babel.dates import format_interval, format_time, get_day_names
from jinja2 import Environment
from markupsafe import Markup

from carepress.model import A4, LETTER, Edition, Paper
from carepress.pages.environment import RenderContext, make_environment, untagged
from carepress.pages.render import print_page
from carepress.planner.medicines import Medicine, week_rows
from carepress.planner.visits import Plan
from carepress.text.inline import one_line

# The layout of such a page, in the form of an edition; it is not an edition of a book.
PLAN_PAGE = Edition("plan", "pdf", (A4, LETTER), ("base", "print", "planner"))
MARK = "carepress:family"  # among the keywords of a PDF for a family
MAX_DAY = 6  # letters of a weekday in the narrow columns of the reminders
MIN_ROW = 5.6  # mm: the least height of a row to write in by hand
MAX_ROW = 12.0  # mm

MessageFactory = Callable[..., str]


def render_plan(context: RenderContext, plan: Plan, paper: Paper, signed: bool, row: float = MIN_ROW) -> str:
    """Return the HTML of a follow-up plan, including style sheets, with rows of at least `row` mm.

    `signed` is true if the hospital's reviewers have signed its text.
    """
    environment = _environment(context)
    environment.globals |= {"plan": plan, "schedule": plan.schedule, "row": row, "signed": signed}
    return print_page("planner.html.j2", environment, PLAN_PAGE, paper, context.templates, context.direction)


def render_reminders(
    context: RenderContext, medicines: tuple[Medicine, ...], paper: Paper, row: float = MIN_ROW
) -> str:
    """Return the HTML of a week of medicine reminders, including style sheets, with rows of at least `row` mm."""
    environment = _environment(context)
    environment.filters |= {
        "clock": lambda at: _clock(at, context.locale),
        "period": lambda days: format_interval(days[0], days[1], "yMMMd", locale=context.locale),
    }
    days = weekdays(context.locale)
    environment.globals |= {
        "rows": week_rows(medicines),
        "row": row,
        "weekdays": days,
        "are_long": are_long(name for _day, name in days),
    }
    return print_page("reminders.html.j2", environment, PLAN_PAGE, paper, context.templates, context.direction)


def calendar_messages(context: RenderContext, plan: Plan | None = None) -> MessageFactory:
    """Return a function for the texts of a calendar: it calls a macro of templates/calendar.j2 with arguments."""
    environment = _environment(context)
    environment.globals["schedule"] = plan and plan.schedule
    module = environment.get_template("calendar.j2").module

    def render(name: str, *values: object) -> str:
        lines = untagged(Markup(getattr(module, name)(*values))).split("\n")
        return "\n".join(filter(None, (one_line(line) for line in lines)))

    return render


def _environment(context: RenderContext) -> Environment:
    environment = make_environment(context)
    environment.globals["values"] = defaultdict(str, context.values)
    environment.globals["family_mark"] = MARK
    return environment


def _clock(at: time, locale: Locale) -> str:
    # The font has no glyph for the narrow no-break space of Babel.
    return format_time(at, "short", locale=locale).replace("\u202f", "\u00a0")


def are_long(names: Iterable[str]) -> bool:
    """Return whether a name needs the wide columns of `long-days` in templates/styles/planner.css."""
    return max(map(len, names)) > MAX_DAY


def weekdays(locale: Locale) -> list[tuple[int, str]]:
    """Return the numbers (0 for Monday) and names of weekdays, from the first day of the locale's week.

    The names are abbreviated, or shorter if they are long («Ceturtd.»). Some languages shorten none («Jumatatu»).
    """
    widths = [get_day_names(width, context="stand-alone", locale=locale) for width in ("abbreviated", "short")]
    names = next((names for names in widths if not are_long(names.values())), widths[0])
    first = locale.first_week_day
    return [(day % 7, names[day % 7]) for day in range(first, first + 7)]
