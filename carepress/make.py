"""One job through the five stages: 1 read, 2 translate, 3 render, 4 write, 5 prove."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from carepress.cache import replace_file
from carepress.inputs import Inputs, engine
from carepress.model import (
    EDITIONS,
    GENERIC,
    HALF,
    Book,
    Booklet,
    Edition,
    Finish,
    Hospital,
    Job,
    PageStart,
    Pagination,
    Paper,
    Problem,
    Provenance,
    Reason,
    Result,
)
from carepress.project import SOURCE_LANGUAGE, Project
from carepress.records import keep_record, output_cache

if TYPE_CHECKING:
    from carepress.catalogs.translate import Interface
    from carepress.content.sign_off import Signing
    from carepress.pages.render import Renderer
    from carepress.pdf.section import Section


def build_one(project: Project, job: Job) -> Result:
    """Make one file: 1 read, 2 translate, 3 render, 4 write, 5 prove. Raises PublishError."""
    from carepress.content.adapt import apply_hospital
    from carepress.content.sign_off import label, overdue, sign_off

    started, inputs = time.perf_counter(), Inputs(project)
    key = inputs.job(job)
    source = read_once(inputs, job.book)
    hospital = _hospital(project, job, source)
    book, interface = translate(project, source, job.lang)
    if hospital:
        book = apply_hospital(book, hospital)
    untranslated = blockers(project, book, interface)
    signing = sign_off(project, source, book, hospital, EDITIONS[job.edition].paired)
    late = overdue(book, hospital, job.on) if hospital and job.on else ()
    faults = (*untranslated, *signing.missing, *late)
    if job.release and faults:
        return Result(job, None, problems=faults)
    reason: Reason = "translation" if untranslated or not faults else "sign-off" if signing.missing else "review"
    provenance = Provenance(signing.digests, signing.signatures, label(job, book, signing, bool(faults)))
    renderer = replace(_renderer(project, job, interface, hospital, bool(faults)), reason=reason, provenance=provenance)
    make = _make_epub if EDITIONS[job.edition].medium == "epub" else _make_pdf
    path = output_path(job, book.id, draft=bool(faults))
    made = make(project, job, book, renderer, path)
    if any(problem.severity == "error" for problem in made.problems):
        return Result(job, None, problems=tuple(made.problems))
    files = {path: made.data}
    if made.places and not hospital and book.lang == SOURCE_LANGUAGE:
        places = json.dumps({"segments": made.places}, indent=0) + "\n"
        files[pages_path(job.out, book.id)] = places.encode()
    for name, data in files.items():
        replace_file(name, data)
    seconds = time.perf_counter() - started
    facts = _facts(job, book, hospital, made, signing)
    result = Result(job, path, made.pages, seconds, tuple(made.problems), facts=facts)
    # Something saved meanwhile may be in the file, or may not: then there is no telling what it was made from.
    if Inputs(project).job(job) == key:
        keep_record(key, result, files)
    return result


BOOKS: dict[Path, tuple[bytes, Book]] = {}


def read_once(inputs: Inputs, folder: Path) -> Book:
    """Return a book in its source language. It is read once in a process, as long as its files are the same.

    Raises PublishError for a fault in them.
    """
    from carepress.content import read_book

    known, digest = BOOKS.get(folder), inputs.folder_digest(folder)
    if known and known[0] == digest:
        return known[1]
    book = read_book(folder)
    if Inputs(inputs.project).folder_digest(folder) == digest:  # not if it was saved meanwhile
        BOOKS[folder] = digest, book
    return book


def _hospital(project: Project, job: Job, source: Book) -> Hospital | None:
    """Return the profile of the hospital that the job is for. Raises PublishError for a faulty one."""
    from carepress.content.hospital import read_hospital

    if job.hospital == GENERIC:
        return None
    return read_hospital(project.hospital(job.hospital), source, project.languages(job.book))


def _renderer(project: Project, job: Job, interface: Interface, hospital: Hospital | None, draft: bool) -> Renderer:
    from carepress.content.adapt import values
    from carepress.pages.render import Renderer

    langs = (SOURCE_LANGUAGE, job.lang) if EDITIONS[job.edition].paired else (job.lang,)
    return Renderer(
        project.templates,
        interface.gettext,
        interface.ngettext,
        values(hospital, *langs) if hospital else {},
        draft,
        job.weeks,
        hospital,
    )


@dataclass(frozen=True, slots=True)
class Made:
    """A file before it is written: its bytes, what preflight found, and on which page each segment is."""

    data: bytes
    problems: list[Problem]
    pages: int | None = None
    places: Mapping[str, int] = field(default_factory=dict)


def pages_path(out: Path, book_id: str) -> Path:
    """Return where the booklet's build tells on which page each segment stands, for translators."""
    return out / GENERIC / SOURCE_LANGUAGE / f"{book_id}-pages.json"


def blockers(project: Project, book: Book, interface: Interface) -> tuple[Problem, ...]:
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
    from carepress.catalogs.po import catalog_path
    from carepress.catalogs.translate import translate_book

    if lang == SOURCE_LANGUAGE:
        return book, translate_interface(project, lang)
    path = catalog_path(project.locales(Path(book.folder)), lang, book.id)
    return translate_book(book, path, project.shown(path), lang), translate_interface(project, lang)


def translate_interface(project: Project, lang: str) -> Interface:
    """Return the strings of the templates in a language. Raises PublishError for a bad catalog."""
    from carepress.catalogs.extract import interface_messages
    from carepress.catalogs.po import INTERFACE, catalog_path
    from carepress.catalogs.translate import read_interface, source_interface

    if lang == SOURCE_LANGUAGE:
        return source_interface()
    path = catalog_path(project.interface_locales, lang, INTERFACE)
    return read_interface(path, project.shown(path), interface_messages(project.templates))


def _make_pdf(project: Project, job: Job, book: Book, renderer: Renderer, path: Path) -> Made:
    from carepress.pages.bilingual import render_bilingual
    from carepress.pages.drawings import plain
    from carepress.pages.render import render_pdf
    from carepress.pdf.section import pagination
    from carepress.preflight.files import check_pdf

    edition = EDITIONS[job.edition]
    paper = _paper(edition, job.paper)
    if edition.paired:
        lang, html = SOURCE_LANGUAGE, render_bilingual(book, SOURCE_LANGUAGE, edition, paper, renderer)
    else:
        lang, html = job.lang, render_pdf(book, edition, edition.page(paper), renderer)
    places: Mapping[str, int] = {}
    if edition.fillable:
        data, faults = _make_forms(html, edition, book)
    else:
        sections = _typeset(job, edition, html)
        faults = [problem for section in sections for problem in section.problems]
        data, more = FINISHERS[edition.finish](html, sections, book, job, paper, path.name)
        faults += more
        if edition.name == BOOKLET.name:
            places = pagination(sections).segments
            _keep_booklet(project, job, book, html, sections, paper)
    folded = edition.finish == "press"
    pages, problems = check_pdf(data, path.name, plain(book.title), lang.replace("_", "-"), folded)
    return Made(data, [*faults, *problems], pages, places)


def _typeset(job: Job, edition: Edition, html: str) -> list[Section]:
    """Return the pages of a book. Those that it shares with other editions and hospitals are typeset once."""
    from carepress.pdf.typeset import typeset
    from carepress.preflight.layout import check_layout

    def check(pages: list[Any], first: int) -> list[Problem]:
        return check_layout(pages, edition, first)

    return typeset(html, check, output_cache(job.out), f"{engine()} {edition.smallest}")


def _make_forms(html: str, edition: Edition, book: Book) -> tuple[bytes, list[Problem]]:
    """Return a file of sheets to type in, and the faults of its layout."""
    from carepress.pdf.write import lay_out, write_pdf
    from carepress.preflight.layout import check_layout

    document = lay_out(html)
    faults = check_layout((page._page_box for page in document.pages), edition)
    return write_pdf(document, book.revised), faults


def _accessible(html: str, sections: list[Section], book: Book, _job: Job, _paper: Paper, _name: str) -> Finished:
    from carepress.pdf.bind import bind

    return bind(html, sections, book.revised), []


def _imposed(html: str, sections: list[Section], book: Book, job: Job, paper: Paper, _name: str) -> Finished:
    from carepress.pages.environment import text_direction
    from carepress.pdf.bind import bind
    from carepress.pdf.impose import impose

    binding: Literal["left", "right"] = "right" if text_direction(job.lang) == "rtl" else "left"
    return impose(bind(html, sections, book.revised), paper, binding, EDITIONS[job.edition].stitch), []


def _press(html: str, sections: list[Section], book: Book, job: Job, paper: Paper, name: str) -> Finished:
    from carepress.pdf.bind import bind
    from carepress.pdf.press import make_press
    from carepress.pdf.press_scan import BLEED, check_press
    from carepress.pdf.profile import read_profile

    profile = read_profile(job.profile)
    pages = bind(html, sections, book.revised, "pdf/x-4", BLEED)
    data = make_press(pages, profile, book.urn, book.revised)
    return data, check_press(data, name, paper, profile)


# How pages become a file: its bytes, and what preflight of that kind of file found.
Finished = tuple[bytes, list[Problem]]
FINISHERS: Mapping[Finish, Callable[..., Finished]] = {
    "accessible": _accessible,
    "imposed": _imposed,
    "press": _press,
}


def _make_epub(project: Project, job: Job, book: Book, renderer: Renderer, path: Path) -> Made:
    from carepress.epub import write_epub
    from carepress.pages.ebook import render_epub
    from carepress.preflight.ebook import check_epub

    booklet = _booklet(project, job, book, renderer)
    text = render_epub(book, EDITIONS[job.edition], renderer, booklet.pagination)
    data = write_epub(book, text, booklet, renderer.provenance.label if renderer.provenance else "")
    return Made(data, check_epub(data, path.name), len(booklet.pagination.starts))


# --- the booklet that an e-book goes with ----------------------------------------------------

BOOKLET = EDITIONS["booklet"]


def _booklet(project: Project, job: Job, book: Book, renderer: Renderer) -> Booklet:
    """Return the pages and cover of the booklet of the same inputs. What of it was not typeset is so now."""
    from carepress.pages.render import render_pdf
    from carepress.pdf.cover import cover_image

    paper = _paper(BOOKLET, job.paper)
    kept = output_cache(job.out).read(_booklet_key(project, job, paper))
    if not kept:
        html = render_pdf(book, BOOKLET, paper, renderer)
        kept = _keep_booklet(project, job, book, html, _typeset(job, BOOKLET, html), paper)
    entry = json.loads(kept)
    return Booklet(
        book.printed_urn(BOOKLET.name, paper.name),
        Pagination(
            starts=tuple(PageStart(*start) for start in entry["starts"]),
            words={name: tuple(text.split(" ")) if text else () for name, text in entry["words"].items()},
            segments=entry["segments"],
        ),
        cover_image(b64decode(entry["cover"])),
    )


def _keep_booklet(project: Project, job: Job, book: Book, html: str, sections: list[Section], paper: Paper) -> bytes:
    """Keep the pages and the cover of a typeset booklet for its e-book; return what is kept."""
    from dataclasses import astuple

    from carepress.pdf.bind import bind
    from carepress.pdf.section import pagination

    pages = pagination(sections)
    entry = {
        "starts": [astuple(start) for start in pages.starts],
        "words": {name: " ".join(words) for name, words in pages.words.items()},
        "segments": pages.segments,
        "cover": b64encode(bind(html, sections[:1], book.revised)).decode(),
    }
    data = json.dumps(entry).encode()
    output_cache(job.out).write(_booklet_key(project, job, paper), data)
    return data


def booklet_entry(project: Project, job: Job) -> Path:
    """Return the file of the cache where the pages and cover of a job's booklet are, once it was typeset."""
    return output_cache(job.out).folder / _booklet_key(project, job, _paper(BOOKLET, job.paper))


def _booklet_key(project: Project, job: Job, paper: Paper) -> str:
    hospital = None if job.hospital == GENERIC else project.hospital(job.hospital)
    # What is released is no draft, whatever the day.
    day = None if job.release else job.on
    return Inputs(project).digest(job.book, job.lang, hospital, BOOKLET.name, paper.name, day)


def _paper(edition: Edition, name: str | None) -> Paper:
    """Return the paper of that name, else the half of it, else the edition's first."""
    half = next((half.name for whole, half in HALF.items() if whole.name == name), None)
    return next((paper for paper in edition.papers if paper.name in (name, half)), edition.papers[0])


def output_path(job: Job, book_id: str, draft: bool) -> Path:
    """Return where a job's file goes. A draft says so in its name, and never takes a finished file's place."""
    edition = EDITIONS[job.edition]
    lang = f"{SOURCE_LANGUAGE}+{job.lang}" if edition.paired else job.lang
    dated = f"-{job.weeks[0].isoformat()}" if job.weeks else ""
    name = f"{book_id}-{job.edition}-{lang}{dated}{'-draft' if draft else ''}.{edition.medium}"
    return job.out / job.hospital / lang / name


def _facts(job: Job, book: Book, hospital: Hospital | None, made: Made, signing: Signing) -> dict[str, object]:
    """Return what the manifest tells of a file beside its path; carepress/shelf/entries.py reads it."""
    from collections import Counter

    from carepress.content.sign_off import review_due
    from carepress.model import segments
    from carepress.pages.drawings import plain

    states = Counter(segment.state for segment in segments(book))
    edition = EDITIONS[job.edition]
    return {
        "book": book.id,
        "urn": book.urn,
        "langs": [SOURCE_LANGUAGE, job.lang] if edition.paired else [job.lang],
        "edition": job.edition,
        "hospital": job.hospital,
        "hospital_name": hospital.name[job.lang] if hospital else "",
        "paper": _paper(edition, job.paper).name if edition.papers else None,
        "weeks": [day.isoformat() for day in job.weeks],
        "title": plain(book.title),
        "subtitle": plain(book.subtitle),
        "description": plain(book.description),
        "author": plain(book.author),
        "subjects": [plain(subject) for subject in book.subjects],
        "license": book.license,
        "license_url": book.license_url,
        "sha256": sha256(made.data).hexdigest(),
        "bytes": len(made.data),
        "pages": made.pages,
        "version": book.version,
        "revised": book.revised.isoformat(),
        "review_due": review_due(book, hospital).isoformat(),
        "content": dict(signing.digests),
        "signed": [
            {"lang": item.lang, "role": item.role, "name": item.name, "date": item.date.isoformat()}
            for item in signing.signatures
        ],
        "segments": dict(sorted(states.items())),
    }
