"""publish.py status"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from carepress.cli.changes import changed_lines
from carepress.cli.options import DAY, book_option, out_option
from carepress.cli.paths import current_project, current_translator, say
from carepress.signoff.status import StatusReport
from carepress.signoff.status import status as edition_status


@click.command()
@book_option
@click.option(
    "--hospital", "names", metavar="ID", multiple=True, help="May be given more than once. [default: every hospital]"
)
@click.option("--on", metavar="DATE", type=DAY, help="Show the status on this day. [default: today]")
@click.option(
    "--within",
    metavar="DAYS",
    type=click.IntRange(0),
    default=60,
    show_default=True,
    help="Report an edition as expiring if its review is due within this many days.",
)
@out_option("The build folder.")
def status(book_name: str, names: tuple[str, ...], on: datetime | None, within: int, out: Path) -> None:
    """Show which hospital editions are current, expiring, outdated, void or drafts, and why.

    An expiring edition is still current. An edition is outdated if it is signed, but its built file is older. The exit
    status does not depend on whether files were built at all.

    Exit status: 0 all are current or expiring, 1 one is outdated, void, a draft or overdue for review, 2 wrong usage.
    """
    day = on.date() if on else date.today()
    reports = list(edition_status(current_project(), book_name, names, day, within, out.resolve()))
    _show(reports) if sys.stdout.isatty() else say("\n".join(_lines(reports)))
    if not all(row.current for report in reports for row in report.rows):
        sys.exit(1)


def _lines(reports: list[StatusReport]) -> Iterator[str]:
    for report in reports:
        for row in report.rows:
            yield f"{row.hospital} {row.lang} {row.edition}: {row.state}; {row.file}"
        yield from (f"  {line}" for line in changed_lines(report.changed))


def _show(reports: list[StatusReport]) -> None:
    """Print a table for a terminal."""
    translate = current_translator().translate
    table = Table("hospital", "language", "edition", "state", "file")
    for report in reports:
        for row in report.rows:
            color = "red" if not row.current else "yellow" if row.state.startswith("expiring") else "green"
            table.add_row(row.hospital, row.lang, row.edition, f"[{color}]{escape(row.state)}[/]", escape(row.file))
        for line in changed_lines(report.changed):
            table.add_row("", "", "", escape(translate(line)), "")
    Console().print(table)
