"""publish.py reminders"""

from __future__ import annotations

from pathlib import Path

import click

from carepress.cli.options import current_project
from carepress.cli.planner import plan_options, tell
from carepress.planner.make import PAPERS, Order, make_reminders


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@plan_options
def reminders(file: Path, book_name: str, lang: str, hospital: str | None, paper: str | None, out: Path) -> None:
    """Make medicine reminders: a week to hang up, and a calendar that rings.

    FILE is a small TOML file that a parent or nurse has written; docs/planner.md shows one. The program knows
    no doses and checks none. It makes planner/BOOK-reminders-LANG.pdf and .ics, after it has removed
    those of the run before; their names tell no medicine. Nothing else is kept.

    Exit status: 0 made, 1 not made, 2 wrong usage.
    """
    order = Order(book_name, lang, PAPERS[paper] if paper else None, out.absolute(), hospital)
    tell(make_reminders(current_project(), order, file.absolute()))
