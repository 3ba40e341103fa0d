"""The job table: one job for each file that a command line asks for."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from carepress.model import EDITIONS, Edition, Job, PublishError
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import SOURCE_LANGUAGE, Project, check_language, check_published


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
    """Return the jobs that a command line asks for.

    Languages, editions and paper that are not given come from each hospital's profile, or from the book.
    Raises PublishError for an unknown name, a faulty profile, and a bilingual edition of one language.
    """
    book = project.book(book_name)
    known = project.languages(book)
    for lang in langs:
        check_language(lang, known)
    for edition in editions:
        if edition not in EDITIONS:
            raise PublishError(edition, None, "unknown edition", f"use one of {', '.join(EDITIONS)}")
    chosen = [EDITIONS[name] for name in editions] or [edition for edition in EDITIONS.values() if edition.default]
    papers = {row.name for edition in chosen for row in edition.papers}
    if paper and paper not in papers:
        hint = f"use one of {', '.join(sorted(papers))}" if papers else "omit --paper"
        raise PublishError(paper, None, "unknown page size", hint)
    if profile:
        _check_profile(profile, chosen)
    job = Job(book, "", "", out.resolve(), paper, release, weeks=weeks, profile=profile and profile.resolve())
    if hospitals:
        jobs = list(_hospital_jobs(project, job, hospitals, langs, editions))
    else:
        jobs = [replace(job, lang=lang, edition=edition.name) for lang in langs or known for edition in chosen]
    jobs = [job for job in jobs if not (EDITIONS[job.edition].paired and job.lang == SOURCE_LANGUAGE)]
    if not jobs:
        raise PublishError(
            chosen[0].name, None, "the edition needs two languages", "name the second one, for example --lang es"
        )
    return jobs


def _hospital_jobs(
    project: Project, job: Job, names: tuple[str, ...], langs: tuple[str, ...], editions: tuple[str, ...]
) -> Iterator[Job]:
    """Yield the jobs of these hospitals. Raises PublishError for a faulty profile."""
    inputs = Inputs(project)
    for name in names:
        defaults = _profile_defaults(inputs, job, name)
        for lang in langs:
            check_published(lang, defaults["languages"], defaults["path"])
        for lang in langs or defaults["languages"]:
            for edition in editions or defaults["editions"]:
                paper = job.paper or defaults["papers"].get(edition)
                yield replace(job, hospital=name, lang=lang, edition=edition, paper=paper)


def _profile_defaults(inputs: Inputs, job: Job, name: str) -> dict[str, Any]:
    """Return the languages, editions and papers of a hospital's profile, from the cache if nothing has changed."""
    project, cache = inputs.project, output_cache(job.out)
    folder, known = project.hospital(name), project.languages(job.book)
    key = "hospital-" + inputs.digest(job.book, SOURCE_LANGUAGE, folder, *known)
    if cached := cache.read(key):
        return dict(json.loads(cached))
    from carepress.build.sources import read_once
    from carepress.hospital.reader import read_hospital

    hospital = read_hospital(folder, read_once(inputs, job.book), known)
    papers = {edition.name: paper.name for edition in EDITIONS.values() if (paper := hospital.paper_for(edition))}
    defaults = {
        "path": hospital.path,
        "languages": hospital.languages,
        "editions": hospital.editions,
        "papers": papers,
    }
    cache.write(key, json.dumps(defaults).encode())
    return defaults


def _check_profile(profile: Path, editions: list[Edition]) -> None:
    """Check a color profile before anything is laid out. Raises PublishError if it cannot be used."""
    from carepress.pdf.press.profile import read_profile

    if not any(edition.finish == "press" for edition in editions):
        raise PublishError(profile, None, "only the press edition uses a color profile", "add --edition press")
    read_profile(profile)
