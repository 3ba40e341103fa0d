"""publish.py build"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from carepress.build.executor import error_log
from carepress.build.jobs import job_table
from carepress.build.run import build_all, compare_languages, unchanged_results
from carepress.build.storage import Storage, open_storage, upload
from carepress.cli.options import DAY, book_option, current_project, lang_option, out_option
from carepress.cli.paths import say
from carepress.model import EDITIONS, GENERIC, Job, Result


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
    "--hospital",
    "hospitals",
    metavar="ID",
    multiple=True,
    help="Make a hospital's own editions, after its profile in content/hospitals/ID; all for every hospital's. "
    "[default: no hospital's]",
)
@click.option(
    "--paper",
    metavar="SIZE",
    help="Page size; for print, the paper in the printer: "
    + "; ".join(
        f"{' or '.join(paper.name for paper in edition.papers)} ({edition.name})"
        for edition in EDITIONS.values()
        if edition.papers
    )
    + ". [default: the first]",
)
@click.option(
    "--start",
    metavar="DATE",
    type=DAY,
    help="Make the tracking sheets for the weeks from this day on, such as 2026-11-23, with their dates.",
)
@click.option("--weeks", metavar="N", type=click.IntRange(1, 104), help="How many weeks. [default: 1]")
@click.option(
    "--profile",
    metavar="FILE.icc",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The ICC profile of the press, from the print shop (press). [default: ISO Coated v2 300%]",
)
@out_option("Where the files go: a folder, or a storage, such as s3://bucket/folder (docs/batch.md).", storage=True)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 64),
    help="How many files to make at once. [default: one for each core]",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Make the files on a Dask cluster: the address of its scheduler, such as tcp://10.0.0.1:8786, or its file.",
)
@click.option("--force", is_flag=True, help="Make all again, also what would be the same.")
@click.option(
    "--release",
    is_flag=True,
    help="Refuse a language that is not translated whole and current, and a hospital's edition that is not signed "
    "off or is past its day of review; list what is missing.",
)
@click.option(
    "--on",
    metavar="DATE",
    type=DAY,
    help="A hospital's edition that must be reviewed before this day is a draft. [default: today with --release, "
    "otherwise no day]",
)
@click.option("--debug", is_flag=True, help="When the program itself is at fault, show where in it.")
def build(
    book_name: str,
    langs: tuple[str, ...],
    editions: tuple[str, ...],
    hospitals: tuple[str, ...],
    paper: str | None,
    start: datetime | None,
    weeks: int | None,
    profile: Path | None,
    out: Path | str,
    jobs: int | None,
    cluster: str | None,
    force: bool,
    release: bool,
    on: datetime | None,
    debug: bool,
) -> None:
    """Make the files of a book.

    They are build/generic/LANG/BOOK-EDITION-LANG.pdf or .epub. A file that cannot be made leaves the
    earlier one in place, and does not stop the others. One whose text, translation, templates and programs
    have not changed since it was made is left as it is.

    With --hospital they are build/ID/LANG/…, with the hospital's name, logo, numbers and rules, in the languages
    and editions that its profile names: docs/hospitals.md.

    The bilingual edition has English and the language of --lang side by side. It takes as long as all the
    others, so it is made only when asked for: --edition bilingual --lang es makes
    build/generic/en+es/BOOK-bilingual-en+es.pdf.

    The sheets edition has the sheets alone, a page each, to write on or to type in. With --start and --weeks
    it has the tracking sheets of each week, with their dates.

    The print edition is the booklet for your own printer, also made only when asked for: two pages to a side
    of A4 or Letter, to print on both sides, fold and staple. The press edition is for a print shop: PDF/X-4
    with 3 mm of bleed, every color in printing inks. docs/printing.md tells how.

    Where a translation lacks a passage or holds an old one, the file is a draft: the passage stands in
    English, and "draft" on the cover, at the foot of each page and in the file's name.

    A hospital's edition is a draft too until its reviewers have signed it: publish.py approve.

    Exit status: 0 all made, 1 something could not be made, 2 wrong usage.
    """
    days = _first_days(start, weeks)
    if days and editions not in ((), ("sheets",)):
        raise click.UsageError("--start is for --edition sheets alone")
    hospitals = tuple(current_project().hospitals()) if "all" in hospitals else hospitals
    storage = open_storage(out) if isinstance(out, str) else None
    folder = storage.folder if storage else Path(out)
    chosen = ("sheets",) if days else editions
    profile = profile and profile.absolute()
    table = job_table(current_project(), book_name, langs, chosen, paper, folder, release, days, profile, hospitals)
    # The clock only decides whether there is a file; what is in it depends on what was given alone.
    day = on.date() if on else date.today() if release else None
    table = [replace(job, on=day) if job.hospital != GENERIC else job for job in table]
    started = time.perf_counter()
    results = _watch(table, jobs, [] if force else unchanged_results(current_project(), table), cluster)
    # What keeps one edition from being made mostly keeps the others too: it is said once.
    troubles = [line for result in results for line in (*map(str, result.problems), result.error) if line]
    troubles += map(str, compare_languages(results))
    for line in dict.fromkeys(troubles):
        say(line, err=True)
    if debug:
        for result in results:
            click.echo(_traceback(result), nl=False, err=True)
    if len(results) > 1:
        click.echo(_summary(results, time.perf_counter() - started))
    if storage:
        _send(storage, results, force)
    if any(result.path is None for result in results):
        sys.exit(1)


def _first_days(start: datetime | None, weeks: int | None) -> tuple[date, ...]:
    if start is None:
        if weeks:
            raise click.UsageError("--weeks needs --start")
        return ()
    return tuple(start.date() + timedelta(weeks=number) for number in range(weeks or 1))


def _watch(table: list[Job], workers: int | None, before: list[Result], cluster: str | None) -> list[Result]:
    """Run the jobs that have no result yet; show a progress bar in a terminal and plain lines elsewhere."""
    results = []
    there = {result.job for result in before}
    jobs = [job for job in table if job not in there]
    running = build_all(current_project(), jobs, workers, before, cluster)
    if sys.stderr.isatty() and jobs:
        from rich.console import Console
        from rich.progress import track

        console = Console(stderr=True)
        for result in track(running, "Building", len(table), console=console):
            console.print(_line(result), highlight=False)
            results.append(result)
    else:
        for result in running:
            click.echo(_line(result))
            results.append(result)
    return results


def _line(result: Result) -> str:
    of = f"{result.job.hospital} " if result.job.hospital != GENERIC else ""
    what = f"{of}{result.job.edition} {result.job.lang}"
    if result.path is None:
        return f"failed   {what}"
    pages = f", {result.pages} pages" if result.pages else ""
    if result.unchanged:
        return f"same     {what}: {_shown(result.path)}{pages}"
    return f"made     {what}: {_shown(result.path)}{pages}, {result.seconds:.1f} s"


def _summary(results: list[Result], seconds: float) -> str:
    """Return how many files were made, are the same and failed, and how long it took."""
    failed = sum(result.path is None for result in results)
    same = sum(result.unchanged for result in results)
    counts = ((len(results) - failed - same, "made"), (same, "the same"), (failed, "failed"))
    return ", ".join([*(f"{count} {what}" for count, what in counts if count), f"{seconds:.1f} s"])


def _traceback(result: Result) -> str:
    """Return where in this program a job has gone wrong; nothing when it has not."""
    log = error_log(result.job)
    return log.read_text(encoding="utf-8") if result.error and log.name in result.error else ""


def _send(storage: Storage, results: list[Result], force: bool) -> None:
    """Put what was made on the storage."""
    made, sent = sum(result.path is not None for result in results), 0
    for url in upload(storage, results, force) if made else ():
        click.echo(f"sent     {url}")
        sent += 1
    click.echo(f"{sent} sent, {made - sent} there already: {storage.url}")


def _shown(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
