"""Jobs: each makes one file through the five stages; one that fails never stops the others."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from carepress.model import EDITIONS, Book, Edition, Finish, Job, Paper, Problem, PublishError, Result
from carepress.project import SOURCE_LANGUAGE, Project

if TYPE_CHECKING:
    from weasyprint import Document

    from carepress.catalogs.translate import Interface


def job_table(
    project: Project,
    book_name: str,
    langs: tuple[str, ...],
    editions: tuple[str, ...],
    paper: str | None,
    out: Path,
    release: bool = False,
    profile: Path | None = None,
) -> list[Job]:
    """Return the jobs that a command line asks for. Raises PublishError for an unknown name."""
    book = project.book(book_name)
    known = project.languages(book)
    for lang in langs:
        if lang not in known:
            raise PublishError(
                lang,
                None,
                "the book has no such language",
                f"one of {', '.join(known)}; begin another with: publish.py catalogs update --lang {lang}",
            )
    for edition in editions:
        if edition not in EDITIONS:
            raise PublishError(edition, None, "there is no such edition", f"one of {', '.join(EDITIONS)}")
    chosen = [EDITIONS[name] for name in editions] or [edition for edition in EDITIONS.values() if edition.default]
    papers = {row.name for edition in chosen for row in edition.papers}
    if paper and paper not in papers:
        there = f"one of {', '.join(sorted(papers))}" if papers else "leave --paper out"
        raise PublishError(paper, None, "there is no such page size", there)
    if profile:
        _check_profile(profile, chosen)
    jobs = [
        Job(book, lang, edition.name, out.resolve(), paper, release, profile=profile and profile.resolve())
        for lang in langs or known
        for edition in chosen
        if not (edition.paired and lang == SOURCE_LANGUAGE)
    ]
    if not jobs:
        raise PublishError(chosen[0].name, None, "two languages are needed", "name the second, such as --lang es")
    return jobs


def _check_profile(profile: Path, editions: list[Edition]) -> None:
    """Raise PublishError, before anything is laid out, when a color profile cannot serve."""
    from carepress.pdf.profile import read_profile

    if not any(edition.finish == "press" for edition in editions):
        raise PublishError(profile, None, "a color profile is for the press edition alone", "add --edition press")
    read_profile(profile)


def build_all(project: Project, jobs: list[Job], workers: int | None = None) -> Iterator[Result]:
    """Run jobs side by side and yield each result as it is ready; then write the manifest."""
    made = []
    if len(jobs) == 1:
        made.append(run_job(project, jobs[0]))
        yield made[0]
    else:
        with ProcessPoolExecutor(min(workers or os.cpu_count() or 1, len(jobs))) as pool:
            for future in as_completed([pool.submit(run_job, project, job) for job in jobs]):
                made.append(future.result())
                yield made[-1]
    if jobs:
        write_manifest(jobs[0].out, [result for result in made if result.path])


def run_job(project: Project, job: Job) -> Result:
    """Run one job; trouble of the user's becomes part of the result."""
    from carepress.pdf.write import LayoutError

    try:
        return build_one(project, job)
    except PublishError as error:
        return Result(job, None, error=str(error))
    except LayoutError as error:
        hint = "use letters that Atkinson Hyperlegible has; if it is not a letter, mend the template or style sheet"
        return Result(job, None, error=f"{project.shown(job.book)}: the pages cannot be made: {error}: {hint}")
    except OSError as error:
        return Result(
            job, None, error=f"{error.filename}: cannot be written ({error.strerror}): check the folder and its rights"
        )


def build_one(project: Project, job: Job) -> Result:
    """Make one file: 1 read, 2 translate, 3 render, 4 write, 5 prove. Raises PublishError."""
    from carepress.content import read_book

    started = time.perf_counter()
    source = read_book(job.book)
    book, interface = translate(project, source, job.lang)
    blockers = _blockers(project, book, interface)
    if job.release and blockers:
        return Result(job, None, problems=blockers)
    make = _make_epub if EDITIONS[job.edition].medium == "epub" else _make_pdf
    path = output_path(job, book.id, draft=bool(blockers))
    made = make(project, job, book, interface, path)
    if any(problem.severity == "error" for problem in made.problems):
        return Result(job, None, problems=tuple(made.problems))
    replace_file(path, made.data)
    if job.edition == "booklet" and book.lang == SOURCE_LANGUAGE:
        replace_file(pages_path(job.out, book.id), (json.dumps({"segments": made.places}, indent=0) + "\n").encode())
    seconds = time.perf_counter() - started
    return Result(job, path, made.pages, seconds, tuple(made.problems), facts=_facts(book, made.data, made.pages))


@dataclass(frozen=True, slots=True)
class Made:
    """A file before it is written: its bytes, what preflight found, and on which page each segment is."""

    data: bytes
    problems: list[Problem]
    pages: int | None = None
    places: Mapping[str, int] = field(default_factory=dict)


def pages_path(out: Path, book_id: str) -> Path:
    """Return where the booklet's build tells on which page each segment stands, for translators."""
    return out / "generic" / SOURCE_LANGUAGE / f"{book_id}-pages.json"


def _blockers(project: Project, book: Book, interface: Interface) -> tuple[Problem, ...]:
    """Return what makes this book in this language a draft."""
    if book.lang == SOURCE_LANGUAGE:
        return ()
    from carepress.catalogs.gate import blocking, interface_blocking
    from carepress.catalogs.po import INTERFACE, catalog_path

    path = catalog_path(project.locales(Path(book.folder)), book.lang, book.id)
    ours = catalog_path(project.interface_locales, book.lang, INTERFACE)
    return (
        *blocking(book, path, project.shown(path)),
        *interface_blocking(interface.missing, project.shown(ours)),
    )


def translate(project: Project, book: Book, lang: str) -> tuple[Book, Interface]:
    """Return a book and the interface strings in a language. Raises PublishError for a bad catalog."""
    from carepress.catalogs.po import INTERFACE, catalog_path
    from carepress.catalogs.translate import read_interface, source_interface, translate_book

    if lang == SOURCE_LANGUAGE:
        return book, source_interface()
    path = catalog_path(project.locales(Path(book.folder)), lang, book.id)
    ours = catalog_path(project.interface_locales, lang, INTERFACE)
    return translate_book(book, path, project.shown(path), lang), read_interface(ours, project.shown(ours))


def _make_pdf(project: Project, job: Job, book: Book, interface: Interface, path: Path) -> Made:
    from carepress.pages.bilingual import render_bilingual
    from carepress.pages.drawings import plain
    from carepress.pages.render import Renderer, render_pdf
    from carepress.pdf.write import lay_out, segment_pages
    from carepress.preflight import check_pdf

    edition = EDITIONS[job.edition]
    renderer = Renderer(
        project.templates, interface.gettext, interface.ngettext, {}, draft=path.stem.endswith("-draft")
    )
    paper = _paper(edition, job.paper)
    if edition.paired:
        lang, html = SOURCE_LANGUAGE, render_bilingual(book, SOURCE_LANGUAGE, edition, paper, renderer)
    else:
        lang, html = job.lang, render_pdf(book, edition, paper, renderer)
    document = lay_out(html)
    data, own = FINISHERS[edition.finish](document, book, job, paper, path.name)
    pages, problems = check_pdf(data, path.name, plain(book.title), lang.replace("_", "-"))
    return Made(data, problems + own, pages, segment_pages(document))


def _accessible(document: Document, book: Book, _job: Job, _paper: Paper, _name: str) -> Finished:
    from carepress.pdf.write import write_pdf

    return write_pdf(document, book.revised), []


def _press(document: Document, book: Book, job: Job, paper: Paper, name: str) -> Finished:
    from carepress.pdf.press import make_press
    from carepress.pdf.press_scan import check_press
    from carepress.pdf.profile import read_profile
    from carepress.pdf.write import write_pdfx

    profile = read_profile(job.profile)
    data = make_press(write_pdfx(document, book.revised), profile, book.urn, book.revised)
    return data, check_press(data, name, paper, profile)


# How laid out pages become a file: its bytes, and what preflight of that kind of file found.
Finished = tuple[bytes, list[Problem]]
FINISHERS: Mapping[Finish, Callable[..., Finished]] = {"accessible": _accessible, "press": _press}


def _make_epub(project: Project, job: Job, book: Book, interface: Interface, path: Path) -> Made:
    from carepress.epub import write_epub
    from carepress.pages.render import Renderer, render_cover, render_epub
    from carepress.pdf.cover import cover_image
    from carepress.pdf.write import lay_out, write_pdf
    from carepress.preflight import check_epub

    renderer = Renderer(
        project.templates, interface.gettext, interface.ngettext, {}, draft=path.stem.endswith("-draft")
    )
    booklet = EDITIONS["booklet"]
    cover = lay_out(render_cover(book, booklet, booklet.papers[0], renderer))
    text = render_epub(book, EDITIONS[job.edition], renderer)
    data = write_epub(book, text, cover_image(write_pdf(cover, book.revised)))
    return Made(data, check_epub(data, path.name))


def _paper(edition: Edition, name: str | None) -> Paper:
    return next((paper for paper in edition.papers if paper.name == name), edition.papers[0])


def output_path(job: Job, book_id: str, draft: bool) -> Path:
    """Return where a job's file goes. A draft says so in its name, and never takes a finished file's place."""
    edition = EDITIONS[job.edition]
    lang = f"{SOURCE_LANGUAGE}+{job.lang}" if edition.paired else job.lang
    name = f"{book_id}-{job.edition}-{lang}{'-draft' if draft else ''}.{edition.medium}"
    return job.out / job.hospital / lang / name


def _facts(book: Book, data: bytes, pages: int | None) -> dict[str, object]:
    """Return what the manifest tells of a file beside its path."""
    from collections import Counter

    from carepress.model import segments

    states = Counter(segment.state for segment in segments(book))
    return {
        "sha256": sha256(data).hexdigest(),
        "bytes": len(data),
        "pages": pages,
        "version": book.version,
        "revised": book.revised.isoformat(),
        "segments": dict(sorted(states.items())),
    }


def write_manifest(out: Path, results: list[Result]) -> None:
    """Record what was made in build/manifest.json; files of other runs keep their entries."""
    path = out / "manifest.json"
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError):
        entries = {}
    for result in results:
        assert result.path is not None
        entries[result.path.relative_to(out).as_posix()] = result.facts
    if entries:
        text = json.dumps({"files": dict(sorted(entries.items()))}, indent=2, ensure_ascii=False)
        replace_file(path, (text + "\n").encode())


def replace_file(path: Path, data: bytes) -> None:
    """Write a file beside `path` and move it there, so that no reader ever meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
