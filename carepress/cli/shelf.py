"""publish.py shelf"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from carepress.cli.options import current_project, out_option
from carepress.cli.paths import say
from carepress.model import PublishError
from carepress.shelf import make_shelf


def _address(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str:
    """Return an address that ends in a slash. Raises click.BadParameter."""
    if value and not re.fullmatch(r"https?://[^\s?#]+", value):
        raise click.BadParameter(f"“{value}” is not a web address, such as https://example.org/handbooks/")
    return f"{value.rstrip('/')}/" if value else ""


@click.command()
@out_option("The build folder: what is made of it goes there too.")
@click.option(
    "--address",
    metavar="URL",
    callback=_address,
    help="Where the folder will be on the web, such as https://example.org/handbooks/. The catalogs then name "
    "files by their whole addresses, as a few reading apps want. [default: by the way to them]",
)
def shelf(out: Path, address: str) -> None:
    """Make a page with everything to download, and catalogs for e-readers.

    DIR/index.html shows every edition in every language, with its cover. It needs no network and no script.
    DIR/opds.xml (OPDS 1.2) and DIR/opds.json (OPDS 2.0) are catalogs that reading apps can follow. Put the
    whole folder on a web server, or on a USB stick; covers and parts of the catalogs are in DIR/shelf.

    Only what was built is shown, as it was built. A file that is gone, was changed since, or is a draft is
    left out, and named.

    Exit status: 0 all well, 1 nothing to show or a file was changed, 2 wrong usage.
    """
    made = make_shelf(current_project(), out, out.absolute().as_posix(), address)
    for problem in made.problems:
        say(problem, err=True)
    if made.page is None:
        place = out.absolute() / "manifest.json"
        raise PublishError(place, None, "nothing of it can stand on the shelf", "run publish.py build")
    click.echo(f"made     {made.page}: {made.files} file{'' if made.files == 1 else 's'} to download")
    for path in made.catalogs:
        click.echo(f"made     {path}")
    if any(problem.severity == "error" for problem in made.problems):
        sys.exit(1)
