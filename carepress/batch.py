"""Jobs: each makes one file through the five stages; one that fails never stops the others."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, ProcessPoolExecutor, wait
from dataclasses import replace
from datetime import date
from pathlib import Path

from carepress.cache import alone, replace_file
from carepress.make import build_one
from carepress.model import EDITIONS, Edition, Job, Problem, PublishError, Result
from carepress.project import SOURCE_LANGUAGE, Project, check_language


def job_table(
    project: Project,
    book_name: str,
    langs: tuple[str, ...],
    editions: tuple[str, ...],
    paper: str | None,
    out: Path,
    release: bool = False,
    weeks: tuple[date, ...] = (),
    profile: Path | None = None,
    hospitals: tuple[str, ...] = (),
) -> list[Job]:
    """Return the jobs that a command line asks for. Raises PublishError for an unknown name.

    What is not asked for is as the hospital's profile says: its languages, its editions, its paper.
    """
    book = project.book(book_name)
    known = project.languages(book)
    for lang in langs:
        check_language(lang, known)
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
    job = Job(book, "", "", out.resolve(), paper, release, weeks=weeks, profile=profile and profile.resolve())
    if hospitals:
        jobs = list(_hospital_jobs(project, job, hospitals, langs, editions))
    else:
        jobs = [replace(job, lang=lang, edition=edition.name) for lang in langs or known for edition in chosen]
    jobs = [job for job in jobs if not (EDITIONS[job.edition].paired and job.lang == SOURCE_LANGUAGE)]
    if not jobs:
        raise PublishError(chosen[0].name, None, "two languages are needed", "name the second, such as --lang es")
    return jobs


def _hospital_jobs(
    project: Project, job: Job, names: tuple[str, ...], langs: tuple[str, ...], editions: tuple[str, ...]
) -> Iterator[Job]:
    """Yield the jobs of these hospitals. Raises PublishError for a faulty profile."""
    from carepress.content import read_book
    from carepress.content.hospital import read_hospital

    book, known = read_book(job.book), project.languages(job.book)
    for name in names:
        hospital = read_hospital(project.hospital(name), book, known)
        for lang in langs:
            if lang not in hospital.languages:
                hint = f"one of {', '.join(hospital.languages)}, or add “{lang}” to languages"
                raise PublishError(hospital.path, None, f"the hospital does not publish in “{lang}”", hint)
        for lang in langs or hospital.languages:
            for edition in editions or hospital.editions:
                own = hospital.paper_for(EDITIONS[edition])
                paper = job.paper or (own.name if own else None)
                yield replace(job, hospital=name, lang=lang, edition=edition, paper=paper)


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
        try:
            with ProcessPoolExecutor(min(workers or os.cpu_count() or 1, len(jobs))) as pool:
                for result in _run_all(project, jobs, pool):
                    made.append(result)
                    yield result
        except BrokenExecutor:
            write_manifest(jobs[0].out, [result for result in made if result.path])
            hint = "if memory was short, build with --jobs 1"
            raise PublishError(jobs[0].out, None, "the system ended a part of the build", hint) from None
    if jobs:
        write_manifest(jobs[0].out, [result for result in made if result.path])


def _run_all(project: Project, jobs: list[Job], pool: Executor) -> Iterator[Result]:
    """Run jobs and yield their results. An e-book waits for the booklet whose page numbers it has."""
    waiting = {job: first for job in jobs if (first := _booklet_of(job)) in jobs}
    running = {pool.submit(run_job, project, job): job for job in jobs if job not in waiting}
    while running:
        done, _still = wait(running, return_when=FIRST_COMPLETED)
        for future in done:
            finished = running.pop(future)
            for job in [job for job, first in waiting.items() if first == finished]:
                del waiting[job]
                running[pool.submit(run_job, project, job)] = job
            yield future.result()


def _booklet_of(job: Job) -> Job | None:
    return replace(job, edition="booklet") if EDITIONS[job.edition].medium == "epub" else None


def run_job(project: Project, job: Job) -> Result:
    """Run one job; trouble of the user's becomes part of the result."""
    from carepress.pdf.write import LayoutError

    try:
        return build_one(project, job)
    except PublishError as error:
        return Result(job, None, error=str(error))
    except LayoutError as error:
        hint = "use letters that Atkinson Hyperlegible has; if it is not a letter, mend the template or style sheet"
        fault = PublishError(project.shown(job.book), None, f"the pages cannot be made: {error}", hint)
        return Result(job, None, error=str(fault))
    except OSError as error:
        return Result(job, None, error=str(PublishError(error.filename or job.out, None, *_unwritten(error))))


def compare_languages(results: Iterable[Result]) -> list[Problem]:
    """Return where e-books made in one run are not the same in a translation as in the source language."""
    made = {(job.book, job.hospital, job.edition, job.lang): path for job, path in ((r.job, r.path) for r in results)}
    problems: list[Problem] = []
    for (book, hospital, edition, lang), path in made.items():
        source = made.get((book, hospital, edition, SOURCE_LANGUAGE))
        if path and source and lang != SOURCE_LANGUAGE and EDITIONS[edition].medium == "epub":
            from carepress.preflight.ebook import check_parity

            problems += check_parity(path.read_bytes(), source.read_bytes(), path.name)
    return problems


def write_manifest(out: Path, results: list[Result]) -> None:
    """Record what was made in build/manifest.json; files of other runs keep their entries, also of one at this moment.

    Raises PublishError when it cannot be written.
    """
    if not results:
        return
    path = out / "manifest.json"
    try:
        with alone(path):
            entries = _manifest(path)
            for result in results:
                assert result.path is not None
                entries[result.path.relative_to(out).as_posix()] = result.facts
            text = json.dumps({"files": dict(sorted(entries.items()))}, indent=2, ensure_ascii=False)
            replace_file(path, (text + "\n").encode())
    except OSError as error:
        raise PublishError(path, None, *_unwritten(error)) from None


def _manifest(path: Path) -> dict[str, object]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["files"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return {}


def _unwritten(error: OSError) -> tuple[str, str]:
    return f"cannot be written ({error.strerror})", "check the folder, its rights and the space on the disk"
