"""publish.py dossier"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from carepress.cli.options import LANGUAGE, book_option, out_option
from carepress.cli.paths import current_project, say
from carepress.dossier.make import PAPERS, make_dossier
from carepress.model import GENERIC
from carepress.model.counts import counted


@click.command()
@book_option
@click.option(
    "--lang", metavar="CODE", type=LANGUAGE, help="The language to review, such as es. [default: the book's own]"
)
@click.option(
    "--hospital", metavar="ID", default=GENERIC, help="A hospital in content/hospitals/. [default: the generic text]"
)
@click.option("--paper", type=click.Choice(list(PAPERS)), help="Page size, landscape. [default: the hospital's, or a4]")
@out_option("The build folder.")
def dossier(book_name: str, lang: str | None, hospital: str, paper: str | None, out: Path) -> None:
    """Make the dossier that reviewers sign from: every passage with its sources, as a PDF and a CSV file.

    Each passage has an id, its source text, its translation with --lang, its sources, what is in no source, and where
    sources disagree. The files are build/HOSPITAL/LANG/BOOK-dossier-LANG.pdf and .csv. docs/dossier.md explains them.

    Exit status: 0 the files were written, 1 they were not, 2 wrong usage.
    """
    result = make_dossier(
        current_project(), book_name, lang, hospital, PAPERS[paper] if paper else None, out.absolute()
    )
    for problem in result.problems:
        say(problem, err=True)
    for path in result.paths:
        say(f"wrote    {path}")
    if not result.paths:
        sys.exit(1)
    click.echo(f"{counted(result.passages, 'passage', 'passages')}, {counted(result.pages, 'page', 'pages')}")
