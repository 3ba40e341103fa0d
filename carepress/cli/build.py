"""publish.py build"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import click

from carepress.build.executor import error_log
from carepress.build.jobs import BuildRequest, job_table, left_out
from carepress.build.run import build_all, compare_languages, unchanged_results
from carepress.build.storage import Storage, open_storage, upload
from carepress.cli.options import DAY, book_option, lang_option, out_option
from carepress.cli.paths import current_project, say
from carepress.model import EDITIONS, GENERIC, Job, Result
from carepress.model.counts import counted
from carepress.workspace.outputs import released_files


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
    help="Build the editions of a hospital from its profile in content/hospitals/ID; “all” builds those of every "
    "hospital. May be given more than once. [default: the generic editions]",
)
@click.option(
    "--paper",
    metavar="SIZE",
    help="Page size; for the print edition, the paper in the printer: "
    + "; ".join(
        f"{' or '.join(paper.name for paper in edition.papers)} ({edition.name})"
        for edition in EDITIONS.values()
        if edition.papers
    )
    + ". [default: the first]",
)
@click.option(
    "--handout",
    "handouts",
    metavar="ID",
    multiple=True,
    help="Build a handout, a thin booklet of one topic, instead of the book; “all” builds every handout. May be given "
    "more than once.",
)
@click.option(
    "--packet",
    "packets",
    metavar="ID",
    multiple=True,
    help="Build a packet, handouts and sheets in one PDF to print in one go, and as one e-book; “all” builds every "
    "packet. May be given more than once.",
)
@click.option("--files", "separate", is_flag=True, help="Build the handouts of --packet, and its sheets, as files.")
@click.option(
    "--pick",
    metavar="NAMES",
    help="Build a handout of your own: chapters, sections and sheets, separated by commas, such as "
    "chemotherapy,side-effects#tracking,sheet:pain.",
)
@click.option(
    "--exposures",
    metavar="NAMES",
    help="In handouts, print only the rows of tables about these treatments, separated by commas, such as "
    "cyclophosphamide,vincristine.",
)
@click.option(
    "--sheet",
    "sheets",
    metavar="ID",
    multiple=True,
    help="Build the sheets edition with this sheet alone. May be given more than once.",
)
@click.option("--title", metavar="TEXT", help="The title of the handout that --pick makes, in the language of --lang.")
@click.option(
    "--start",
    metavar="DATE",
    type=DAY,
    help="Build the tracking sheets with dates, for the weeks from this day, such as 2026-11-23.",
)
@click.option("--weeks", metavar="N", type=click.IntRange(1, 104), help="Number of weeks. [default: 1]")
@click.option(
    "--profile",
    metavar="FILE.icc",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The ICC profile of the print shop, for the press edition. [default: ISO Coated v2 300%]",
)
@out_option("The output: a folder, or remote storage such as s3://bucket/folder (docs/batch.md).", storage=True)
@click.option(
    "--jobs",
    metavar="N",
    type=click.IntRange(1, 64),
    help="How many files to build at the same time. [default: one per core]",
)
@click.option(
    "--cluster",
    metavar="ADDRESS",
    help="Build on a Dask cluster: the address of its scheduler, such as tcp://10.0.0.1:8786, or its file.",
)
@click.option("--force", is_flag=True, help="Rebuild everything, even files that are up to date.")
@click.option(
    "--release",
    is_flag=True,
    help="Refuse drafts: incomplete or outdated translations, and hospital editions that are not signed off or whose "
    "review is overdue. List what is missing.",
)
@click.option(
    "--on",
    metavar="DATE",
    type=DAY,
    help="Treat a hospital's edition as a draft if its review was due before this day. [default: today with "
    "--release, otherwise dates are ignored]",
)
@click.option("--debug", is_flag=True, help="Show the traceback of internal errors.")
def build(
    book_name: str,
    langs: tuple[str, ...],
    editions: tuple[str, ...],
    hospitals: tuple[str, ...],
    paper: str | None,
    handouts: tuple[str, ...],
    packets: tuple[str, ...],
    separate: bool,
    pick: str | None,
    title: str | None,
    exposures: str | None,
    sheets: tuple[str, ...],
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
    """Build the files of a book.

    The files are build/generic/LANG/BOOK-EDITION-LANG.pdf or .epub. A file that cannot be built leaves the earlier
    one in place and does not stop the others. A file is not rebuilt if its text, translation, templates and this
    program have not changed.

    With --hospital the files are build/ID/LANG/…, with the hospital's name, logo, numbers and rules, in the
    languages and editions that its profile lists: docs/hospitals.md.

    The bilingual edition prints the book's own language and that of --lang side by side. It takes as long as all other
    editions together and is built only on request: --edition bilingual --lang es builds
    build/generic/en+es/BOOK-bilingual-en+es.pdf.

    The sheets edition has only the sheets, one per page, to write on or to fill in on screen. With --start and
    --weeks it has the tracking sheets of each week, with dates.

    With --handout the files are build/generic/LANG/handouts/BOOK-HANDOUT-EDITION-LANG.pdf: handouts in the booklet,
    print and epub editions, or in those of --edition. --pick makes one of any chapters and sheets: docs/handouts.md.

    With --packet the files are build/generic/LANG/packets/BOOK-packet-ID-EDITION-LANG.pdf: the handouts and sheets of
    a packet, to read in the booklet edition and to print in the print edition, where each handout folds by itself, and
    one e-book.

    The print edition, also built only on request, is the booklet for your own printer: two pages on each side of
    A4 or Letter paper, to print double-sided, fold and staple. The press edition is for a print shop: PDF/X-4 with
    3 mm of bleed, all colors in printing inks. See docs/printing.md.

    If the translation of a passage is missing or outdated, the file is a draft: it prints the passage as it
    is written, and “draft” on the cover, at the foot of each page and in the file name. A hospital's edition is also a
    draft until its reviewers have signed it: publish.py approve. Files of a hospital whose text or signatures have
    changed since they were released are kept, renamed to …-void-CODE and listed.

    Exit status: 0 all files are built, 1 a file could not be built, 2 wrong usage.
    """
    weeks_from = _first_days(start, weeks)
    if (weeks_from or sheets) and editions not in ((), ("sheets",)):
        raise click.UsageError(f"{'--start' if weeks_from else '--sheet'} only applies to --edition sheets")
    title = " ".join((title or "").split())
    _check_handout_options(langs, handouts, pick, title, exposures, bool(weeks_from or sheets))
    _check_packet_options(packets, separate, bool(weeks_from or sheets or handouts or pick))
    hospitals = tuple(current_project().hospitals()) if "all" in hospitals else hospitals
    storage = open_storage(out) if isinstance(out, str) else None
    folder = storage.folder if storage else Path(out)
    request = BuildRequest(
        book=book_name,
        out=folder,
        langs=langs,
        editions=("sheets",) if weeks_from or sheets else editions,
        hospitals=hospitals,
        paper=paper,
        release=release,
        weeks=weeks_from,
        profile=profile and profile.absolute(),
        handouts=handouts,
        pick=_names(pick),
        title=title,
        exposures=_names(exposures),
        sheets=tuple(dict.fromkeys(sheets)),
        packets=packets,
        separate=separate,
    )
    table = job_table(current_project(), request)
    for name, missing in left_out(request, table):
        say(f"{name} leaves out {missing}")
    # The date only decides whether a file is a draft; apart from that, no byte depends on the clock.
    day = on.date() if on else date.today() if release else None
    table = [replace(job, on=day) if job.hospital != GENERIC else job for job in table]
    started = time.perf_counter()
    results = _watch(table, jobs, [] if force else unchanged_results(current_project(), table), cluster)
    # The same problem often affects several editions: print it once.
    problems = [line for result in results for line in (*map(str, result.problems), result.error) if line]
    problems += map(str, compare_languages(results))
    for line in dict.fromkeys(problems):
        say(line, err=True)
    if debug:
        for result in results:
            click.echo(_traceback(result), nl=False, err=True)
    _report_void_files(results)
    if len(results) > 1:
        click.echo(_summary(results, time.perf_counter() - started))
    if storage:
        _upload(storage, results, force)
    if any(result.path is None for result in results):
        sys.exit(1)


def _report_void_files(results: list[Result]) -> None:
    """Move the void files of hospitals out of the way and print their names."""
    built = {result.path for result in results}
    places = {(result.job.out, result.job.hospital) for result in results if result.job.hospital != GENERIC}
    if any(path not in built for place in places for path in released_files(*place)):
        from carepress.build.void_files import move_void_files

        for moved in move_void_files(current_project(), results):
            say(f"void       {_short(moved.before)}: {moved.why}; renamed to {moved.after.name}")


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in (text or "").split(",") if name.strip()))


def _check_handout_options(
    langs: tuple[str, ...],
    handouts: tuple[str, ...],
    pick: str | None,
    title: str,
    exposures: str | None,
    wants_sheets: bool,
) -> None:
    if pick is not None and not _names(pick):
        raise click.UsageError("--pick needs the names of chapters, sections or sheets")
    if pick is not None and not title:
        raise click.UsageError("--pick needs --title")
    if title and pick is None:
        raise click.UsageError("--title needs --pick")
    if title and len(langs) != 1:
        raise click.UsageError("--title needs one --lang, the language that it is in")
    if pick is not None and handouts:
        raise click.UsageError("--handout or --pick, not both")
    if exposures is not None and pick is None and not handouts:
        raise click.UsageError("--exposures needs --handout or --pick")
    if wants_sheets and (pick is not None or handouts):
        raise click.UsageError("--start and --sheet are for the sheets edition, --handout and --pick for handouts")


def _check_packet_options(packets: tuple[str, ...], separate: bool, others: bool) -> None:
    if packets and others:
        raise click.UsageError("--packet has its own handouts and sheets: omit --handout, --pick, --sheet and --start")
    if separate and not packets:
        raise click.UsageError("--files needs --packet")


def _first_days(start: datetime | None, weeks: int | None) -> tuple[date, ...]:
    if start is None:
        if weeks:
            raise click.UsageError("--weeks needs --start")
        return ()
    return tuple(start.date() + timedelta(weeks=number) for number in range(weeks or 1))


def _watch(table: list[Job], workers: int | None, before: list[Result], cluster: str | None) -> list[Result]:
    """Run the jobs that have no result yet; show a progress bar in a terminal and plain lines elsewhere."""
    results = []
    unchanged = {result.job for result in before}
    jobs = [job for job in table if job not in unchanged]
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
    hospital = f"{result.job.hospital} " if result.job.hospital != GENERIC else ""
    name = f"{hospital}{result.job.label}"
    if result.path is None:
        return f"failed     {name}"
    pages = f", {counted(result.pages, 'page', 'pages')}" if result.pages else ""
    if result.unchanged:
        return f"unchanged  {name}: {_short(result.path)}{pages}"
    return f"built      {name}: {_short(result.path)}{pages}, {result.seconds:.1f} s"


def _summary(results: list[Result], seconds: float) -> str:
    """Return how many files were built, are unchanged and failed, and how long it took."""
    failed = sum(result.path is None for result in results)
    unchanged = sum(result.unchanged for result in results)
    counts = ((len(results) - failed - unchanged, "built"), (unchanged, "unchanged"), (failed, "failed"))
    return ", ".join([*(f"{count} {status}" for count, status in counts if count), f"{seconds:.1f} s"])


def _traceback(result: Result) -> str:
    """Return the traceback of a job's internal error, or an empty string."""
    log = error_log(result.job)
    return log.read_text(encoding="utf-8-sig") if result.error and log.name in result.error else ""


def _upload(storage: Storage, results: list[Result], force: bool) -> None:
    """Upload the built files to remote storage."""
    built, sent = sum(result.path is not None for result in results), 0
    for url in upload(storage, results, force) if built else ():
        click.echo(f"uploaded   {url}")
        sent += 1
    click.echo(f"{sent} uploaded, {built - sent} up to date: {storage.url}")


def _short(path: Path) -> Path:
    """Return a path relative to the current folder if it is inside, otherwise absolute."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
