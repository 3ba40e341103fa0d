"""publish.py verify"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from carepress.cli.changes import changed_lines
from carepress.cli.options import DAY, book_option_with, current_project, out_option
from carepress.cli.paths import say
from carepress.model import GENERIC, PublishError
from carepress.signoff.verify import Verified
from carepress.signoff.verify import verify as look_up

CURRENT = {True: "yes", False: "no", None: "cannot be told"}
ALTERED = {
    True: "no: these are the bytes that were built",
    False: "yes: the manifest records other bytes",
    None: "cannot be told: the manifest does not have it",
}


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@book_option_with(help="The book to compare it with. [default: by the file, in content/]")
@click.option("--on", metavar="DATE", type=DAY, help="The day to ask for. [default: today]")
@out_option("Where the manifest is that tells which bytes were built.")
def verify(files: tuple[Path, ...], book_name: str | None, on: datetime | None, out: Path) -> None:
    """Tell what a PDF or EPUB was built from, who signed it, and whether it is the current one.

    Exit status: 0 all are current and not altered, 1 one is not, or that cannot be told, 2 wrong usage.
    """
    good = True
    day = on.date() if on else date.today()
    paths = [file.absolute() for file in files]
    for file, found in zip(files, look_up(current_project(), paths, book_name, day, out.resolve())):
        if isinstance(found, PublishError):
            say(found, err=True)
            good = False
            continue
        if len(files) > 1:
            click.echo(f"file:      {file}")
        say("\n".join([*_lines(found), *[""] * (len(files) > 1)]))
        good = good and bool(found.current and found.unchanged)
    if not good:
        sys.exit(1)


def _lines(found: Verified) -> Iterator[str]:
    label = found.label
    yield f"book:      {label.book}, version {label.version} of {label.revised}"
    yield f"hospital:  {'none' if label.hospital == GENERIC else label.hospital}"
    yield f"edition:   {label.edition}, {'+'.join(label.digests)}{', a draft' if label.draft else ''}"
    yield from (f"content:   {lang} {digest}" for lang, digest in label.digests.items())
    yield from (f"signed:    {words}" for words in label.signed)
    yield f"current:   {CURRENT[found.current]}{': ' if found.why else ''}{found.why}"
    yield from (f"  {line}" for line in changed_lines(found.changed))
    yield f"altered:   {ALTERED[found.unchanged]}"
