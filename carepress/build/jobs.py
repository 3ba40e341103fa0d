"""The job table: one job for each requested file."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from carepress.model import EDITIONS, HANDOUT_EDITIONS, Edition, Job, PublishError, Selection
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import SOURCE_LANGUAGE, Project, check_language, check_published

ALL = "all"  # every handout


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """The files to build: every edition in every language, for every hospital or, without any, the generic ones.

    `handouts` are ids, or “all”: then the files are handouts instead of the book; `pick` and `title` make one of the
    chapters and sheets that are picked. `book` is an id or the path of a folder. Empty `langs`, `editions` and `paper` are taken from each hospital's
    profile, or from the book. `weeks` lists the first days of the weeks of tracking sheets; `profile` is the ICC file
    of the press edition.
    """

    book: str
    out: Path
    langs: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    hospitals: tuple[str, ...] = ()
    paper: str | None = None
    release: bool = False
    weeks: tuple[date, ...] = ()
    profile: Path | None = None
    handouts: tuple[str, ...] = ()
    pick: tuple[str, ...] = ()
    title: str = ""
    exposures: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()


def job_table(project: Project, request: BuildRequest) -> list[Job]:
    """Return the jobs of a request.

    Raises PublishError for an unknown name, an invalid profile, and a bilingual edition of one language.
    """
    book = project.book(request.book)
    languages = project.languages(book)
    for lang in request.langs:
        check_language(lang, languages)
    wants_handouts = bool(request.handouts or request.pick)
    chosen = _editions(request.editions, HANDOUT_EDITIONS if wants_handouts else ())
    _check_paper(request.paper, chosen)
    if request.profile:
        _check_profile(request.profile, chosen)
    profile = request.profile and request.profile.resolve()
    job = Job(
        book,
        "",
        "",
        request.out.resolve(),
        request.paper,
        request.release,
        weeks=request.weeks,
        profile=profile,
        sheets=request.sheets,
    )
    if request.hospitals:
        jobs = list(_hospital_jobs(project, job, request))
    else:
        langs = request.langs or languages
        handouts = _book_handouts(project, job) if request.handouts else {}
        _check_handouts(request, handouts)
        selections = _selections(request, handouts)
        jobs = [
            replace(job, lang=lang, edition=edition.name, selection=selection)
            for lang in langs
            for selection in selections
            for edition in chosen
            if not _is_skipped(request, edition.name, selection, handouts)
        ]
    jobs = [job for job in jobs if not (EDITIONS[job.edition].paired and job.lang == SOURCE_LANGUAGE)]
    if not jobs:
        if chosen[0].fillable:
            raise PublishError(chosen[0].name, None, "no handout has sheets", "name other editions")
        hint = "name the second one, for example --lang es"
        raise PublishError(chosen[0].name, None, "the edition needs two languages", hint)
    return jobs


def _selections(request: BuildRequest, handouts: Mapping[str, bool]) -> list[Selection | None]:
    """Return those of the `handouts` that a request names, or None for the whole book.

    Raises PublishError for a title that cannot be printed.
    """
    if request.pick:
        from carepress.build.picks import check_title, picked_id

        check_title(request.title)
        return [Selection(picked_id(request.pick, request.title), request.pick, request.title, request.exposures)]
    if not request.handouts:
        return [None]
    chosen = handouts if ALL in request.handouts else dict.fromkeys(request.handouts)
    return [Selection(name, exposures=request.exposures) for name in chosen if name in handouts]


def _check_handouts(request: BuildRequest, known: Collection[str]) -> None:
    """Raise PublishError for a handout that neither the book nor any of the hospitals has."""
    for name in request.handouts:
        if name not in (ALL, *known):
            hint = f"use one of {', '.join(known)}, or {ALL}" if known else "the book has none: add [[handouts]]"
            raise PublishError(name, None, "unknown handout", hint)


def left_out(request: BuildRequest, jobs: Iterable[Job]) -> list[tuple[str, str]]:
    """Return the hospitals that leave out a handout of a request, each with that handout."""
    made = {(job.hospital, job.selection.id) for job in jobs if job.selection}
    names = [name for name in request.handouts if name != ALL]
    return [(hospital, name) for hospital in request.hospitals for name in names if (hospital, name) not in made]


def _is_skipped(request: BuildRequest, edition: str, selection: Selection | None, handouts: Mapping[str, bool]) -> bool:
    """Tell whether a file is one of all handouts that would have no page: the sheets of a handout without any."""
    return (
        selection is not None and EDITIONS[edition].fillable and ALL in request.handouts and not handouts[selection.id]
    )


def _book_handouts(project: Project, job: Job) -> dict[str, bool]:
    """Return the ids of a book's handouts, and whether they have sheets, from the cache if the book has not changed."""
    inputs, cache = Inputs(project), output_cache(job.out)
    key = "handouts-" + inputs.digest(job.book, SOURCE_LANGUAGE, None)
    if cached := cache.read(key):
        return dict(json.loads(cached))
    from carepress.build.book_cache import read_once

    handouts = {handout.id: bool(handout.sheets) for handout in read_once(inputs, job.book).handouts}
    cache.write(key, json.dumps(handouts).encode())
    return handouts


def _editions(names: tuple[str, ...], default: tuple[str, ...] = ()) -> list[Edition]:
    """Return the editions of these names, without names the default ones. Raises PublishError for an unknown one."""
    names = names or default
    for name in names:
        if name not in EDITIONS:
            raise PublishError(name, None, "unknown edition", f"use one of {', '.join(EDITIONS)}")
    return [EDITIONS[name] for name in names] or [edition for edition in EDITIONS.values() if edition.default]


def _check_paper(paper: str | None, editions: list[Edition]) -> None:
    """Raise PublishError for a paper that none of the editions has."""
    papers = {row.name for edition in editions for row in edition.papers}
    if paper and paper not in papers:
        hint = f"use one of {', '.join(sorted(papers))}" if papers else "omit --paper"
        raise PublishError(paper, None, "unknown page size", hint)


def _hospital_jobs(project: Project, job: Job, request: BuildRequest) -> Iterator[Job]:
    """Yield the jobs of the requested hospitals. Raises PublishError for an invalid profile."""
    inputs = Inputs(project)
    profiles = {name: _profile_defaults(inputs, job, name) for name in request.hospitals}
    _check_handouts(request, dict.fromkeys(handout for profile in profiles.values() for handout in profile["handouts"]))
    for name, defaults in profiles.items():
        for lang in request.langs:
            check_published(lang, defaults["languages"], defaults["path"])
        for lang in request.langs or defaults["languages"]:
            for selection in _selections(request, defaults["handouts"]):
                editions = HANDOUT_EDITIONS if selection else defaults["editions"]
                for edition in request.editions or editions:
                    if _is_skipped(request, edition, selection, defaults["handouts"]):
                        continue
                    paper = job.paper or defaults["papers"].get(edition)
                    yield replace(job, hospital=name, lang=lang, edition=edition, paper=paper, selection=selection)


def _profile_defaults(inputs: Inputs, job: Job, name: str) -> dict[str, Any]:
    """Return the languages, editions, papers and handouts of a hospital's profile, from the cache if nothing has changed."""
    project, cache = inputs.project, output_cache(job.out)
    folder, languages = project.hospital(name), project.languages(job.book)
    key = "hospital-" + inputs.digest(job.book, SOURCE_LANGUAGE, folder, *languages)
    if cached := cache.read(key):
        return dict(json.loads(cached))
    from carepress.build.book_cache import read_once
    from carepress.hospital.adapt import hospital_handouts
    from carepress.hospital.reader import read_hospital

    book = read_once(inputs, job.book)
    hospital = read_hospital(folder, book, languages)
    papers = {edition.name: paper.name for edition in EDITIONS.values() if (paper := hospital.paper_for(edition))}
    defaults = {
        "path": hospital.path,
        "languages": hospital.languages,
        "editions": hospital.editions,
        "papers": papers,
        "handouts": {handout.id: bool(handout.sheets) for handout in hospital_handouts(book, hospital)},
    }
    cache.write(key, json.dumps(defaults).encode())
    return defaults


def _check_profile(profile: Path, editions: list[Edition]) -> None:
    """Check a color profile before anything is laid out. Raises PublishError if it cannot be used."""
    from carepress.pdf.press.profile import read_profile

    if not any(edition.finish == "press" for edition in editions):
        raise PublishError(profile, None, "only the press edition uses a color profile", "add --edition press")
    read_profile(profile)
