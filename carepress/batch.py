"""Jobs: each makes one file through the five stages; one that fails never stops the others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from datetime import date
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import Any

from carepress.cache import alone, replace_file
from carepress.inputs import Inputs, engine
from carepress.make import read_once
from carepress.model import EDITIONS, Edition, Job, Problem, PublishError, Result
from carepress.project import SOURCE_LANGUAGE, Project, check_language, check_published
from carepress.records import manifest_bytes, manifest_entries, output_cache, recall
from carepress.running import processes, run_all, run_job, unwritten


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
    inputs = Inputs(project)
    for name in names:
        wish = _wishes(inputs, job, name)
        for lang in langs:
            check_published(lang, wish["languages"], wish["path"])
        for lang in langs or wish["languages"]:
            for edition in editions or wish["editions"]:
                paper = job.paper or wish["papers"].get(edition)
                yield replace(job, hospital=name, lang=lang, edition=edition, paper=paper)


def _wishes(inputs: Inputs, job: Job, name: str) -> dict[str, Any]:
    """Return what a hospital's profile asks for. Its book and it are read when they have changed."""
    project, kept = inputs.project, output_cache(job.out)
    folder, known = project.hospital(name), project.languages(job.book)
    key = "hospital-" + inputs.digest(job.book, SOURCE_LANGUAGE, folder, *known)
    if found := kept.read(key):
        return dict(json.loads(found))
    from carepress.content.hospital import read_hospital

    hospital = read_hospital(folder, read_once(inputs, job.book), known)
    papers = {edition.name: paper.name for edition in EDITIONS.values() if (paper := hospital.paper_for(edition))}
    wish = {
        "path": hospital.path,
        "languages": hospital.languages,
        "editions": hospital.editions,
        "papers": papers,
    }
    kept.write(key, json.dumps(wish).encode())
    return wish


def _check_profile(profile: Path, editions: list[Edition]) -> None:
    """Raise PublishError, before anything is laid out, when a color profile cannot serve."""
    from carepress.pdf.profile import read_profile

    if not any(edition.finish == "press" for edition in editions):
        raise PublishError(profile, None, "a color profile is for the press edition alone", "add --edition press")
    read_profile(profile)


def made_before(project: Project, jobs: list[Job]) -> list[Result]:
    """Return the results of the jobs whose inputs have not changed since their files were made."""
    inputs = Inputs(project)
    return [result for job in jobs if (result := recall(inputs.job(job), job))]


def build_all(
    project: Project,
    jobs: list[Job],
    workers: int | None = None,
    before: Iterable[Result] = (),
    cluster: str | None = None,
) -> Iterator[Result]:
    """Run jobs side by side, here or on a cluster, and yield each result as it is ready; then write the manifest.

    Results that are there `before` are not made again, and yielded first.
    """
    results = []
    for result in chain(before, _run(project, jobs, workers, cluster)):
        results.append(result)
        yield result
    if jobs:
        output_cache(jobs[0].out).prune()
    if results:
        write_manifest(results[0].job.out, [result for result in results if result.path])


def _run(project: Project, jobs: list[Job], workers: int | None, address: str | None) -> Iterator[Result]:
    if jobs and address:
        from carepress.running.cluster import cluster

        with cluster(project, address) as place:
            yield from run_all(jobs, place)
    elif len(jobs) == 1:
        yield run_job(project, jobs[0])
    elif jobs:
        yield from run_all(jobs, processes(project, workers))


def compare_languages(results: Iterable[Result]) -> list[Problem]:
    """Return where e-books made in one run are not the same in a translation as in the source language."""
    made = {(r.job.book, r.job.hospital, r.job.edition, r.job.lang): r for r in results if r.path}
    problems: list[Problem] = []
    for (book, hospital, edition, lang), result in made.items():
        source = made.get((book, hospital, edition, SOURCE_LANGUAGE))
        if source and lang != SOURCE_LANGUAGE and EDITIONS[edition].medium == "epub":
            problems += _compare(result, source)
    return problems


def _compare(result: Result, source: Result) -> list[Problem]:
    """Return where an e-book is not the same as another; two that were compared before are as they were."""
    assert result.path is not None
    assert source.path is not None
    mine, other = result.path.read_bytes(), source.path.read_bytes()
    parts = (engine(), result.path.name, sha256(mine).hexdigest(), sha256(other).hexdigest())
    kept, key = output_cache(result.job.out), f"same-{sha256(repr(parts).encode()).hexdigest()}"
    if found := kept.read(key):
        return [Problem(*problem) for problem in json.loads(found)]
    from carepress.preflight.ebook import check_parity

    problems = check_parity(mine, other, result.path.name)
    kept.write(key, json.dumps([astuple(problem) for problem in problems]).encode())
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
            replace_file(path, manifest_bytes(entries))
    except OSError as error:
        raise PublishError(path, None, *unwritten(error)) from None


def _manifest(path: Path) -> dict[str, object]:
    try:
        return manifest_entries(path.read_bytes())
    except OSError:
        return {}
