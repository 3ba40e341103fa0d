"""publish.py reminders"""

from __future__ import annotations

from pathlib import Path

import click

from carepress.cli.paths import current_project
from carepress.cli.planner import make_order, plan_options, report
from carepress.planner.make import make_reminders


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@plan_options
def reminders(
    file: Path, book_name: str, lang: str | None, hospital: str | None, paper: str | None, out: Path, keep: bool
) -> None:
    """Make medicine reminders: a weekly chart to hang up, and a calendar with alarms.

    FILE is a small TOML file that a parent or nurse has written; docs/planner.md shows one. Doses are not
    checked. The files are planner/BOOK-reminders-LANG.pdf and .ics. Once they are written, plans and reminders of
    earlier runs are removed from the folder, in every language. File names contain no medicine, and nothing else is
    stored.

    Exit status: 0 the files were written, 1 they were not, 2 wrong usage.
    """
    order = make_order(book_name, lang, hospital, paper, out, keep)
    report(make_reminders(current_project(), order, file.absolute()))
