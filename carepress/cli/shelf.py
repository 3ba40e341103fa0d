"""publish.py shelf"""

from __future__ import annotations

import re
import sys
from datetime import date, datetime
from pathlib import Path

import click

from carepress.cli.options import DAY, book_option_with, out_option
from carepress.cli.paths import current_project, say
from carepress.model import PublishError
from carepress.model.counts import counted
from carepress.shelf import make_shelf


def _address(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str:
    """Return a web address with a slash at its end. Raises click.BadParameter."""
    if value and not re.fullmatch(r"https?://[^\s?#]+", value):
        raise click.BadParameter(f"invalid web address “{value}”: use the form https://example.org/handbooks/")
    return f"{value.rstrip('/')}/" if value else ""


@click.command()
@out_option("The build folder; the page and the catalogs are written there too.")
@click.option(
    "--address",
    metavar="URL",
    callback=_address,
    help="The address of the folder on the web, such as https://example.org/handbooks/. The catalogs then contain "
    "absolute addresses, which a few reading apps require. [default: relative addresses]",
)
@book_option_with(
    help="The book of the files. [default: the books in content/, and those that were built from this project]"
)
@click.option("--on", metavar="DATE", type=DAY, help="List what is current on this day. [default: today]")
def shelf(out: Path, address: str, book_name: str | None, on: datetime | None) -> None:
    """Make a download page, and catalogs for e-readers.

    DIR/index.html shows every edition in every language, with its cover. It needs no network and no script.
    DIR/opds.xml (OPDS 1.2) and DIR/opds.json (OPDS 2.0) are catalogs that reading apps can subscribe to. Copy the
    complete folder to a web server or a USB stick; covers and parts of the catalogs are in DIR/shelf.

    Only current files are listed. A file is left out and reported if it is missing, was changed after it was built or
    is a draft, if its text or a number has changed since, a signature is missing or its review is overdue, or if the
    project does not have its book or hospital. So is what is not for everyone: handouts and sheets for one family, and
    handouts given apart.

    Exit status: 0 no errors, 1 no file to list, or a file was changed or is not current, 2 wrong usage.
    """
    result = make_shelf(
        current_project(), out, out.absolute().as_posix(), on.date() if on else date.today(), book_name, address
    )
    for problem in result.problems:
        say(problem, err=True)
    if result.page is None:
        manifest = out.absolute() / "manifest.json"
        raise PublishError(manifest, None, "none of the built files can be listed", "run publish.py build")
    click.echo(f"wrote    {result.page}: {counted(result.files, 'file', 'files')} to download")
    for path in result.catalogs:
        click.echo(f"wrote    {path}")
    if any(problem.severity == "error" for problem in result.problems):
        sys.exit(1)
