"""publish.py planner"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from carepress.cli.options import book_option, current_project
from carepress.cli.paths import say
from carepress.planner.make import PAPERS, Delivery, Order, clear, make_planner

DEFAULT_OUT = Path("planner")  # not in build/, which publish.py shelf makes ready for a website


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that a plan and reminders share."""
    for option in (
        click.option(
            "--out",
            metavar="PLACE",
            type=click.Path(path_type=Path),
            default=DEFAULT_OUT,
            show_default=True,
            help="A folder, or the name of the PDF; the calendar goes beside it, ending in .ics.",
        ),
        click.option(
            "--paper",
            type=click.Choice(["a4", "letter"]),
            help="Page size. [default: a4, or the hospital's]",
        ),
        click.option(
            "--hospital",
            metavar="ID",
            help="Print a hospital's telephone numbers, and go by its own schedule if it has one.",
        ),
        click.option("--lang", metavar="CODE", default="en", show_default=True, help="A language, such as en or es."),
        book_option,
    ):
        command = option(command)
    return command


@click.command()
@click.option(
    "--ended",
    metavar="DATE",
    required=True,
    help="The day that treatment ended, or is to end, such as 2026-11-30.",
)
@click.option("--schedule", metavar="ID", help="A schedule of the book. [default: its first]")
@click.option(
    "--years",
    metavar="N",
    type=click.IntRange(1, 60),
    default=10,
    show_default=True,
    help="How many years the plan looks ahead.",
)
@click.option(
    "--from",
    "start",
    metavar="DATE",
    help="Leave out the visits before this day. The others keep their numbers.",
)
@plan_options
def planner(
    ended: str,
    schedule: str | None,
    years: int,
    start: str | None,
    book_name: str,
    lang: str,
    hospital: str | None,
    paper: str | None,
    out: Path,
) -> None:
    """Make one family's follow-up plan: a page with dates, and a calendar.

    They are planner/BOOK-plan-LANG.pdf and .ics. The dates are counted from the end of treatment; the
    clinic sets the real ones. Each run first removes the two files of the one before: no family finds the plan
    of another. Nothing else is kept: no list of what was made, no name, no date in a file's name.

    Exit status: 0 made, 1 not made, 2 wrong usage.
    """
    order = Order(book_name, lang, PAPERS[paper] if paper else None, out.absolute(), hospital)
    clear(current_project(), order, "plan")
    begin = _day("--from", start) if start else None
    tell(make_planner(current_project(), order, schedule, _day("--ended", ended), years, begin))


def _day(option: str, text: str) -> date:
    """Return a day. Raises click.UsageError, after what an earlier run has left was removed."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise click.UsageError(f"{option}: there is no such day: write year, month and day, as in 2026-11-30") from None


def tell(delivery: Delivery) -> None:
    """Print the files that were made, or what kept them from it."""
    for problem in delivery.problems:
        say(problem, err=True)
    for path in delivery.paths:
        say(f"made     {path}")
    if not delivery.paths:
        sys.exit(1)
