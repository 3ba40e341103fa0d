"""The job table: one job for each requested file."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from carepress.model import EDITIONS, HANDOUT_EDITIONS, PACKET_EDITIONS, Book, Edition, Job, PublishError, Selection
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import Project, check_language, check_published, source_language

ALL = "all"  # every handout, or every packet

SHEETS = "sheets"  # the edition


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """The files to build: every edition in every language, for every hospital or, without any, the generic ones.

    `handouts` are ids, or “all”: then the files are handouts instead of the book; `pick` and `title` make one of the
    chapters and sheets that are picked. `packets` are ids, or “all”: each is one file, or with `separate` one for each
    of its handouts, and one for its sheets. `book` is an id or the path of a folder. Empty `langs`, `editions` and `paper` are taken from each hospital's
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
    packets: tuple[str, ...] = ()
    separate: bool = False


@dataclass(frozen=True, slots=True)
class Extracts:
    """What can be built besides the book: the ids of its handouts, and of its packets with those of their handouts.

    Each has whether it has sheets.
    """

    handouts: Mapping[str, bool]
    packets: Mapping[str, tuple[tuple[str, ...], bool]]

    @classmethod
    def of(cls, book: Book) -> Extracts:
        """Return those of a book, as a hospital publishes it."""
        packets = {item.id: (item.handouts, bool(item.sheets)) for item in book.packets}
        return cls({item.id: bool(item.sheets) for item in book.handouts}, packets)


def job_table(project: Project, request: BuildRequest) -> list[Job]:
    """Return the jobs of a request.

    Raises PublishError for an unknown name, an invalid profile, and a bilingual edition of one language.
    """
    book = project.book(request.book)
    languages = project.languages(book)
    for lang in request.langs:
        check_language(lang, languages)
    chosen = _editions(request.editions, _default_editions(request))
    if request.packets and not request.separate:
        _check_joined(chosen)
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
        extracts = _book_extracts(project, job) if request.handouts or request.packets else Extracts({}, {})
        _check_names(request, extracts.handouts, extracts.packets)
        names = [edition.name for edition in chosen]
        jobs = [made for lang in langs for made in _jobs(replace(job, lang=lang), request, extracts, names)]
    source = source_language(book)
    jobs = [job for job in jobs if not (EDITIONS[job.edition].paired and job.lang == source)]
    if not jobs:
        if chosen[0].fillable:
            what = "packet" if request.packets else "handout"
            raise PublishError(chosen[0].name, None, f"no {what} has sheets", "name other editions")
        hint = "name the second one, for example --lang es"
        raise PublishError(chosen[0].name, None, "the edition needs two languages", hint)
    built = [
        EDITIONS[name] for name in dict.fromkeys(job.edition for job in jobs)
    ]  # of a hospital, those of its profile
    _check_paper(request.paper, built)
    if request.profile:
        _check_profile(request.profile, built)
    return jobs


def _default_editions(request: BuildRequest) -> tuple[str, ...]:
    """Return the editions of a request that names none; an empty tuple for those of a book."""
    if request.packets and not request.separate:
        return PACKET_EDITIONS
    return HANDOUT_EDITIONS if request.handouts or request.pick or request.packets else ()


def _check_joined(editions: Iterable[Edition]) -> None:
    """Raise PublishError for an edition of which several files cannot be one."""
    for edition in editions:
        if not edition.joins:
            known = ", ".join(item.name for item in EDITIONS.values() if item.joins)
            hint = f"add --files, or use one of {known}"
            raise PublishError(edition.name, None, "a packet is not one file of this edition", hint)


def _jobs(job: Job, request: BuildRequest, extracts: Extracts, editions: Iterable[str]) -> Iterator[Job]:
    """Yield the jobs of a request in one language, for one hospital."""
    if request.packets:
        yield from _packet_jobs(job, request, extracts, tuple(editions))
        return
    for selection in _selections(request, extracts.handouts):
        for edition in editions:
            if not _is_skipped(request, edition, selection, extracts.handouts):
                yield replace(job, edition=edition, selection=selection)


def _packet_jobs(job: Job, request: BuildRequest, extracts: Extracts, editions: tuple[str, ...]) -> Iterator[Job]:
    """Yield the jobs of packets: one for each, or for each of its handouts, without repetitions, and for its sheets."""
    names = [name for name in extracts.packets if ALL in request.packets or name in request.packets]
    for name in names if not request.separate else ():
        for edition in editions:
            if extracts.packets[name][1] or not EDITIONS[edition].fillable:
                yield replace(job, edition=edition, packet=name)
    if request.separate:
        handouts = dict.fromkeys(handout for name in names for handout in extracts.packets[name][0])
        for handout in handouts:
            for edition in editions:
                if extracts.handouts[handout] or not EDITIONS[edition].fillable:
                    yield replace(job, edition=edition, selection=Selection(handout))
        for name in names:
            if extracts.packets[name][1]:
                yield replace(job, edition=SHEETS, packet=name)


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


def _check_names(request: BuildRequest, handouts: Collection[str], packets: Collection[str]) -> None:
    """Raise PublishError for a handout or packet that neither the book nor any of the hospitals has."""
    for what, names, known in (("handout", request.handouts, handouts), ("packet", request.packets, packets)):
        for name in names:
            if name not in (ALL, *known):
                hint = f"use one of {', '.join(known)}, or {ALL}" if known else f"the book has none: add [[{what}s]]"
                raise PublishError(name, None, f"unknown {what}", hint)


def left_out(request: BuildRequest, jobs: Iterable[Job]) -> list[tuple[str, str]]:
    """Return the hospitals that leave out a handout or packet of a request, each with what it leaves out."""
    made = {(job.hospital, f"the handout {job.selection.id}") for job in jobs if job.selection}
    made |= {(job.hospital, f"the packet {job.packet}") for job in jobs if job.packet}
    names = [f"the handout {name}" for name in request.handouts if name != ALL]
    names += [f"the packet {name}" for name in request.packets if name != ALL and not request.separate]
    return [(hospital, name) for hospital in request.hospitals for name in names if (hospital, name) not in made]


def _is_skipped(request: BuildRequest, edition: str, selection: Selection | None, handouts: Mapping[str, bool]) -> bool:
    """Tell whether a file is one of all handouts that would have no page: the sheets of a handout without any."""
    return (
        selection is not None and EDITIONS[edition].fillable and ALL in request.handouts and not handouts[selection.id]
    )


def _book_extracts(project: Project, job: Job) -> Extracts:
    """Return the handouts and packets of a book, from the cache if it has not changed."""
    inputs, cache = Inputs(project), output_cache(job.out)
    key = "extracts-" + inputs.digest(job.book, source_language(job.book), None)
    if cached := cache.read(key):
        return Extracts(**json.loads(cached))
    from carepress.build.book_cache import read_once

    extracts = Extracts.of(read_once(inputs, job.book))
    cache.write(key, json.dumps(asdict(extracts)).encode())
    return extracts


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
    of = {name: Extracts(**defaults["extracts"]) for name, defaults in profiles.items()}
    handouts = dict.fromkeys(handout for extracts in of.values() for handout in extracts.handouts)
    _check_names(request, handouts, dict.fromkeys(packet for extracts in of.values() for packet in extracts.packets))
    for name, defaults in profiles.items():
        for lang in request.langs:
            check_published(lang, defaults["languages"], defaults["path"])
        for lang in request.langs or defaults["languages"]:
            editions = request.editions or _default_editions(request) or defaults["editions"]
            for made in _jobs(replace(job, hospital=name, lang=lang), request, of[name], editions):
                yield replace(made, paper=job.paper or defaults["papers"].get(made.edition))


def _profile_defaults(inputs: Inputs, job: Job, name: str) -> dict[str, Any]:
    """Return the languages, editions, papers, handouts and packets of a hospital's profile, from the cache if nothing has changed."""
    project, cache = inputs.project, output_cache(job.out)
    folder, languages = project.hospital(name), project.languages(job.book)
    key = "hospital-" + inputs.digest(job.book, source_language(job.book), folder, *languages)
    if cached := cache.read(key):
        return dict(json.loads(cached))
    from carepress.build.book_cache import read_once
    from carepress.hospital.adapt import with_own_pages
    from carepress.hospital.reader import read_hospital

    book = read_once(inputs, job.book)
    hospital = read_hospital(folder, book, languages)
    papers = {edition.name: paper.name for edition in EDITIONS.values() if (paper := hospital.paper_for(edition))}
    defaults = {
        "path": hospital.path,
        "languages": hospital.languages,
        "editions": hospital.editions,
        "papers": papers,
        "extracts": asdict(Extracts.of(with_own_pages(replace(book, lang=hospital.languages[0]), hospital))),
    }
    cache.write(key, json.dumps(defaults).encode())
    return defaults


def _check_profile(profile: Path, editions: list[Edition]) -> None:
    """Check a color profile before anything is laid out. Raises PublishError if it cannot be used."""
    from carepress.pdf.press.profile import read_profile

    if not any(edition.finish == "press" for edition in editions):
        raise PublishError(profile, None, "only the press edition uses a color profile", "add --edition press")
    read_profile(profile)
