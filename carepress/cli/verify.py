"""publish.py verify"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from carepress.cli.changes import changed_lines
from carepress.cli.options import DAY, book_option_with, out_option
from carepress.cli.paths import current_project, say
from carepress.model import GENERIC, PublishError
from carepress.signoff.verify import Verified
from carepress.signoff.verify import verify as verify_files

CURRENT = {True: "yes", False: "no", None: "unknown"}
ALTERED = {
    True: "no: these are the bytes that were built",
    False: "yes: the manifest records other bytes",
    None: "unknown: the manifest does not list this file",
}


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@book_option_with(help="The book to compare with. [default: the one in content/ that the file names]")
@click.option("--on", metavar="DATE", type=DAY, help="Check on this day. [default: today]")
@out_option("The build folder that has the manifest. With this option, no other manifest counts.")
@click.pass_context
def verify(
    context: click.Context, files: tuple[Path, ...], book_name: str | None, on: datetime | None, out: Path
) -> None:
    """Show what a PDF or EPUB was built from, who signed it, and whether it is current.

    Exit status: 0 all are current and unaltered, 1 one is not, or this is unknown, 2 wrong usage.
    """
    valid = True
    day = on.date() if on else date.today()
    paths = [file.absolute() for file in files]
    only = context.get_parameter_source("out") is not ParameterSource.DEFAULT
    for file, result in zip(files, verify_files(current_project(), paths, book_name, day, out.resolve(), only)):
        if isinstance(result, PublishError):
            say(result, err=True)
            valid = False
            continue
        if len(files) > 1:
            click.echo(f"file:      {file}")
        say("\n".join([*_lines(result), *[""] * (len(files) > 1)]))
        valid = valid and bool(result.current and result.unchanged)
    if not valid:
        sys.exit(1)


def _lines(result: Verified) -> Iterator[str]:
    label = result.label
    yield f"book:      {label.book}, version {label.version} of {label.revised}"
    yield f"hospital:  {'none' if label.hospital == GENERIC else label.hospital}"
    yield f"edition:   {label.edition}, {'+'.join(label.digests)}{', a draft' if label.draft else ''}"
    yield from (f"content:   {lang} {digest}" for lang, digest in label.digests.items())
    yield from (f"signed:    {signature}" for signature in label.signed)
    yield f"current:   {CURRENT[result.current]}{': ' if result.why else ''}{result.why}"
    yield from (f"  {line}" for line in changed_lines(result.changed))
    beside = f"; according to {result.beside}, which is not in your build folder" if result.beside else ""
    yield f"altered:   {ALTERED[result.unchanged]}{beside}"
