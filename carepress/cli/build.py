"""publish.py build"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from carepress.batch import build_all, job_table
from carepress.cli.options import PROJECT, book_option, lang_option
from carepress.model import EDITIONS, Job, Result


@click.command()
@book_option
@lang_option("all")
@click.option(
    "--edition",
    "editions",
    metavar="NAME",
    multiple=True,
    help=f"One of: {', '.join(EDITIONS)}. May be given more than once. "
    f"[default: all but {', '.join(edition.name for edition in EDITIONS.values() if not edition.default)}]",
)
@click.option(
    "--paper",
    metavar="SIZE",
    help="Page size: "
    + "; ".join(
        f"{' or '.join(paper.name for paper in edition.papers)} ({edition.name})"
        for edition in EDITIONS.values()
        if edition.papers
    )
    + ". [default: the first]",
)
@click.option(
    "--profile",
    metavar="FILE.icc",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The ICC profile of the press, from the print shop (press). "
    "[default: ISO Coated v2 300%, of the Debian package scribus-data]",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build"),
    show_default=True,
    help="Where the files go.",
)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 64),
    help="How many files to make at once. [default: one for each core]",
)
@click.option(
    "--release",
    is_flag=True,
    help="Refuse a language that is not translated whole and current, and list what is missing.",
)
def build(
    book_name: str,
    langs: tuple[str, ...],
    editions: tuple[str, ...],
    paper: str | None,
    profile: Path | None,
    out: Path,
    jobs: int | None,
    release: bool,
) -> None:
    """Make the files of a book.

    They are build/generic/LANG/BOOK-EDITION-LANG.pdf or .epub. A file that cannot be made leaves the
    earlier one in place, and does not stop the others.

    The bilingual edition has English and the language of --lang side by side. It takes as long as all the
    others, so it is made only when asked for: --edition bilingual --lang es makes
    build/generic/en+es/BOOK-bilingual-en+es.pdf.

    The press edition is for a print shop: PDF/X-4 with 3 mm of bleed, every color in printing inks.

    Where a translation lacks a passage or holds an old one, the file is a draft: the passage stands in
    English, and "draft" on the cover, at the foot of each page and in the file's name.

    Exit status: 0 all made, 1 something could not be made, 2 wrong usage.
    """
    results = _watch(job_table(PROJECT, book_name, langs, editions, paper, out, release, profile), jobs)
    for result in results:
        for problem in result.problems:
            click.echo(str(problem), err=True)
        if result.error:
            click.echo(result.error, err=True)
    if any(result.path is None for result in results):
        sys.exit(1)


def _watch(table: list[Job], workers: int | None) -> list[Result]:
    """Run the jobs; show a progress bar in a terminal and plain lines elsewhere."""
    results = []
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import track

        console = Console(stderr=True)
        for result in track(build_all(PROJECT, table, workers), "Building", len(table), console=console):
            console.print(_line(result), highlight=False)
            results.append(result)
    else:
        for result in build_all(PROJECT, table, workers):
            click.echo(_line(result))
            results.append(result)
    return results


def _line(result: Result) -> str:
    what = f"{result.job.edition} {result.job.lang}"
    if result.path is None:
        return f"failed   {what}"
    pages = f", {result.pages} pages" if result.pages else ""
    return f"made     {what}: {_shown(result.path)}{pages}, {result.seconds:.1f} s"


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
