"""publish.py planner"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from carepress.cli.options import LANGUAGE, book_option
from carepress.cli.paths import current_project, say
from carepress.planner.make import PAPERS, Delivery, Order, make_planner
from carepress.workspace.project import source_language

DEFAULT_OUT = Path("planner")  # not in build/, which publish.py shelf prepares for a website


def plan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that the commands planner and reminders share."""
    for option in (
        click.option(
            "--out",
            metavar="PATH",
            type=click.Path(path_type=Path),
            default=DEFAULT_OUT,
            show_default=True,
            help="A folder, or the name of the PDF; the calendar is written next to it as .ics.",
        ),
        click.option(
            "--keep",
            is_flag=True,
            help="Keep the files of earlier runs, for the same family. [default: remove them]",
        ),
        click.option(
            "--paper",
            type=click.Choice(["a4", "letter"]),
            help="Page size. [default: the hospital's, or a4]",
        ),
        click.option(
            "--hospital",
            metavar="ID",
            help="Use the telephone numbers of a hospital, and its own schedule if it has one.",
        ),
        click.option("--lang", metavar="CODE", type=LANGUAGE, help="A language, such as es. [default: the book's own]"),
        book_option,
    ):
        command = option(command)
    return command


def make_order(
    book_name: str, lang: str | None, hospital: str | None, paper: str | None, out: Path, keep: bool
) -> Order:
    """Return what these options ask for."""
    lang = lang or source_language(current_project().book(book_name))
    return Order(book_name, lang, PAPERS[paper] if paper else None, out.absolute(), hospital, keep)


@click.command()
@click.option(
    "--ended",
    metavar="DATE",
    required=True,
    help="The day on which treatment ended or will end, such as 2026-11-30.",
)
@click.option("--schedule", metavar="ID", help="A schedule of the book. [default: the first]")
@click.option(
    "--years",
    metavar="N",
    type=click.IntRange(1, 60),
    default=10,
    show_default=True,
    help="How many years the plan covers.",
)
@click.option(
    "--from",
    "start",
    metavar="DATE",
    help="Omit visits before this day. The others keep their numbers.",
)
@plan_options
def planner(
    ended: str,
    schedule: str | None,
    years: int,
    start: str | None,
    book_name: str,
    lang: str | None,
    hospital: str | None,
    paper: str | None,
    out: Path,
    keep: bool,
) -> None:
    """Make one family's follow-up plan: a page with dates, and a calendar.

    The files are planner/BOOK-plan-LANG.pdf and .ics. Dates are counted from the end of treatment; the clinic
    sets the actual ones. Once the files are written, plans and reminders of earlier runs are removed from the folder,
    in every language: no family finds the plan of another. Nothing else is stored: no list of plans, no name, no date
    in a file name.

    Exit status: 0 the files were written, 1 they were not, 2 wrong usage.
    """
    order = make_order(book_name, lang, hospital, paper, out, keep)
    begin = _day("--from", start) if start else None
    report(make_planner(current_project(), order, schedule, _day("--ended", ended), years, begin))


def _day(option: str, text: str) -> date:
    """Parse a date. Raises click.UsageError, which does not repeat it: terminal output may be kept in a log."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise click.UsageError(f"{option}: invalid date: use YYYY-MM-DD, such as 2026-11-30") from None


def report(delivery: Delivery) -> None:
    """Print the problems and the files that were written; exit with status 1 if there are none."""
    for problem in delivery.problems:
        say(problem, err=True)
    for path in delivery.paths:
        say(f"wrote    {path}")
    if not delivery.paths:
        sys.exit(1)
