"""The command line. Heavy modules are imported by the commands that need them."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from carepress import __version__
from carepress.batch import Project, build_all, job_table
from carepress.model import EDITIONS, Job, PublishError, Result

ROOT = Path(__file__).resolve().parent.parent


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="carepress")
def cli() -> None:
    """Make booklets and e-books of a handbook, in every language it has a catalog for.

    \b
    publish.py build                       everything: all languages, all editions
    publish.py build --lang es             Spanish only
    publish.py catalogs update             after the English text has changed
    """


@cli.command()
@click.option(
    "--book",
    "book_name",
    metavar="ID",
    default="childhood-all",
    show_default=True,
    help="A book in content/, or any folder with a book.toml.",
)
@click.option(
    "--lang",
    "langs",
    metavar="CODE",
    multiple=True,
    help="A language, such as en or es. May be given more than once. [default: all]",
)
@click.option(
    "--edition",
    "editions",
    metavar="NAME",
    multiple=True,
    help=f"One of: {', '.join(EDITIONS)}. May be given more than once. [default: all]",
)
@click.option("--paper", metavar="SIZE", help="Page size: a5 or half-letter. [default: a5]")
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
def build(
    book_name: str, langs: tuple[str, ...], editions: tuple[str, ...], paper: str | None, out: Path, jobs: int | None
) -> None:
    """Make the files of a book.

    They are build/generic/LANG/BOOK-EDITION-LANG.pdf or .epub. A file that cannot be made leaves the
    earlier one in place, and does not stop the others.

    Exit status: 0 all made, 1 something could not be made, 2 wrong usage.
    """
    project = Project(ROOT)
    table = job_table(project, book_name, langs, editions, paper, out)
    results = _watch(project, table, jobs)
    for result in results:
        for problem in result.problems:
            click.echo(str(problem), err=True)
        if result.error:
            click.echo(result.error, err=True)
    if any(result.path is None for result in results):
        sys.exit(1)


def _watch(project: Project, table: list[Job], workers: int | None) -> list[Result]:
    """Run the jobs; show a progress bar in a terminal and plain lines elsewhere."""
    results = []
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import track

        console = Console(stderr=True)
        for result in track(build_all(project, table, workers), "Building", len(table), console=console):
            console.print(_line(result), highlight=False)
            results.append(result)
    else:
        for result in build_all(project, table, workers):
            click.echo(_line(result))
            results.append(result)
    return results


def _line(result: Result) -> str:
    what = f"{result.job.edition} {result.job.lang}"
    if result.path is None:
        return f"failed   {what}"
    pages = f", {result.pages} pages" if result.pages else ""
    return f"made     {what}: {result.path}{pages}, {result.seconds:.1f} s"


@cli.group()
def catalogs() -> None:
    """Keep the translators' catalogs in locales/ true to the text."""


@catalogs.command("update")
@click.option(
    "--book",
    "book_name",
    metavar="ID",
    default="childhood-all",
    show_default=True,
    help="A book in content/, or any folder with a book.toml.",
)
@click.option(
    "--lang",
    "langs",
    metavar="CODE",
    multiple=True,
    help="A language to update or to begin. [default: those there are]",
)
def update(book_name: str, langs: tuple[str, ...]) -> None:
    """Bring all catalogs to the English text: nothing translated is lost, and a second run changes nothing."""
    from carepress.batch import update_catalogs

    for path, count, missing in update_catalogs(Project(ROOT), book_name, langs):
        state = "complete" if not missing else f"{missing} to translate"
        click.echo(f"{path}: {count} messages, {state}")


@cli.command()
@click.option(
    "--book",
    "book_name",
    metavar="ID",
    default="childhood-all",
    show_default=True,
    help="A book in content/, or any folder with a book.toml.",
)
@click.option("--lang", "langs", metavar="CODE", multiple=True, help="A language. [default: all]")
def reading(book_name: str, langs: tuple[str, ...]) -> None:
    """Tell how easy each chapter reads: words, and the reading level in each language."""
    from carepress.batch import reading_table

    for line in reading_table(Project(ROOT), book_name, langs):
        click.echo(line)


@cli.command("contact-sheet")
@click.argument("pdf", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--pages", metavar="LIST", help="Pages, such as 1-8,12. [default: all]")
@click.option("--columns", type=click.IntRange(1, 40), default=8, show_default=True, help="Pages side by side.")
@click.option(
    "--width", type=click.IntRange(40, 2000), default=220, show_default=True, help="Width of a page in pixels."
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The picture. [default: beside the PDF]",
)
def contact_sheet(pdf: Path, pages: str | None, columns: int, width: int, out: Path | None) -> None:
    """Make one PNG picture of many pages of a PDF."""
    from carepress.batch import replace_file
    from carepress.pdf.contact import contact_sheet as make_sheet

    out = out or pdf.with_suffix(".png")
    replace_file(out, make_sheet(pdf, _page_list(pages) if pages else None, columns, width))
    click.echo(out)


def _page_list(text: str) -> list[int]:
    """Turn 1-3,7 into [1, 2, 3, 7]. Raises click.UsageError."""
    pages: list[int] = []
    for piece in text.split(","):
        first, _, last = piece.partition("-")
        if not first.strip().isdigit() or (last and not last.strip().isdigit()):
            raise click.UsageError(f"“{piece}” is not a page or a range of pages, such as 1-8")
        pages.extend(range(int(first), int(last or first) + 1))
    return pages


def main() -> None:
    """Run the command; a user's mistake is one line and an exit status, never a traceback."""
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except PublishError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
