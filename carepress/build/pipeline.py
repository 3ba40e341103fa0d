"""One job through the five stages: 1 read, 2 translate, 3 render, 4 write, 5 prove."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import astuple, dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from carepress.build.records import BOOKLET, booklet_key, keep_record, paper_of
from carepress.build.sources import read_once
from carepress.epub.documents import render_epub
from carepress.epub.package import write_epub
from carepress.hospital.adapt import values
from carepress.localize import LocalizedBook, load_hospital, localize
from carepress.model import (
    EDITIONS,
    Book,
    Booklet,
    Edition,
    FileRecord,
    Finish,
    Hospital,
    Job,
    PageStart,
    Pagination,
    Paper,
    Problem,
    Provenance,
    Reason,
    RenderedBook,
    Result,
    segments,
)
from carepress.pages.bilingual import render_bilingual
from carepress.pages.drawings import plain
from carepress.pages.environment import RenderContext
from carepress.pages.render import render_book, render_sheets
from carepress.pdf.bind import bind
from carepress.pdf.cover import cover_image
from carepress.pdf.impose import impose
from carepress.pdf.press.pdfx import make_press
from carepress.pdf.press.profile import read_profile
from carepress.pdf.section import TypesetSection, pagination
from carepress.pdf.typeset import typeset
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import lay_out, write_pdf
from carepress.preflight.ebook import check_epub
from carepress.preflight.layout import check_layout
from carepress.preflight.pdf import check_pdf
from carepress.preflight.press import BLEED, check_press
from carepress.signoff.state import Signing, label, overdue, review_due, sign_off, signed_by
from carepress.text.language import language_tag, text_direction
from carepress.workspace.files import atomic_write
from carepress.workspace.fingerprint import Inputs, engine
from carepress.workspace.outputs import output_cache, output_path, pages_path
from carepress.workspace.project import SOURCE_LANGUAGE, Project


def build_one(project: Project, job: Job) -> Result:
    """Build one file: 1 read, 2 translate, 3 render, 4 write, 5 prove. Raises PublishError."""
    started, inputs = time.perf_counter(), Inputs(project)
    key = inputs.job(job)
    source = read_once(inputs, job.book)
    hospital = load_hospital(project, source, job.hospital)
    localized = localize(project, source, job.lang, hospital)
    book, untranslated = localized.book, localized.untranslated
    signing = sign_off(project, source, book, hospital, EDITIONS[job.edition].paired)
    late = overdue(book, hospital, job.on) if hospital and job.on else ()
    faults = (*untranslated, *signing.missing, *late)
    if job.release and faults:
        return Result(job, None, problems=faults)
    reason: Reason = "translation" if untranslated or not faults else "sign-off" if signing.missing else "review"
    provenance = Provenance(signing.digests, signing.signatures, label(job, book, signing, bool(faults)))
    context = replace(
        _render_context(project, job, localized), draft=bool(faults), reason=reason, provenance=provenance
    )
    make = _make_epub if EDITIONS[job.edition].medium == "epub" else _make_pdf
    path = output_path(job, book.id, draft=bool(faults))
    made = make(project, job, context, path)
    if any(problem.severity == "error" for problem in made.problems):
        return Result(job, None, problems=tuple(made.problems))
    files = {path: made.data}
    if made.places and not hospital and book.lang == SOURCE_LANGUAGE:
        places = json.dumps({"segments": made.places}, indent=0) + "\n"
        files[pages_path(job.out, book.id)] = places.encode()
    for name, data in files.items():
        atomic_write(name, data)
    seconds = time.perf_counter() - started
    record = _file_record(job, path, book, hospital, made, signing)
    result = Result(job, path, made.pages, seconds, tuple(made.problems), record=record)
    # If an input changed during the build, the file may hold either version: do not cache the result.
    if Inputs(project).job(job) == key:
        keep_record(key, result, files)
    return result


def _render_context(project: Project, job: Job, localized: LocalizedBook) -> RenderContext:
    hospital, interface = localized.hospital, localized.interface
    langs = (SOURCE_LANGUAGE, job.lang) if EDITIONS[job.edition].paired else (job.lang,)
    return RenderContext(
        localized.book,
        project.templates,
        interface.gettext,
        interface.ngettext,
        values(hospital, *langs) if hospital else {},
        weeks=job.weeks,
        hospital=hospital,
    )


@dataclass(frozen=True, slots=True)
class Made:
    """A file before it is written: its bytes, what preflight found, and on which page each segment is."""

    data: bytes
    problems: list[Problem]
    pages: int | None = None
    places: Mapping[str, int] = field(default_factory=dict)


def _make_pdf(project: Project, job: Job, context: RenderContext, path: Path) -> Made:
    book, edition = context.book, EDITIONS[job.edition]
    paper = paper_of(edition, job.paper)
    lang = SOURCE_LANGUAGE if edition.paired else job.lang
    places: Mapping[str, int] = {}
    if edition.fillable:
        data, faults = _make_forms(render_sheets(context, edition, paper), edition, book)
    else:
        rendered = _render(context, edition, paper)
        sections = _typeset(job, edition, rendered)
        faults = [problem for section in sections for problem in section.problems]
        data, more = FINISHERS[edition.finish](rendered, sections, book, job, paper, path.name)
        faults += more
        if edition.name == BOOKLET.name:
            places = pagination(sections).segments
            _keep_booklet(project, job, book, rendered, sections, paper)
    folded = edition.finish == "press"
    pages, problems = check_pdf(data, path.name, plain(book.title), language_tag(lang), folded)
    return Made(data, [*faults, *problems], pages, places)


def _render(context: RenderContext, edition: Edition, paper: Paper) -> RenderedBook:
    if edition.paired:
        return render_bilingual(context, SOURCE_LANGUAGE, edition, paper)
    return render_book(context, edition, edition.page(paper))


def _typeset(job: Job, edition: Edition, rendered: RenderedBook) -> list[TypesetSection]:
    """Return the pages of a book. Those that it shares with other editions and hospitals are typeset once."""

    def check(pages: list[Any], first: int) -> list[Problem]:
        return check_layout(pages, edition, first)

    return typeset(rendered, check, output_cache(job.out), f"{engine()} {edition.smallest}")


def _make_forms(html: str, edition: Edition, book: Book) -> tuple[bytes, list[Problem]]:
    """Return a file of sheets to type in, and the faults of its layout."""
    document = lay_out(html)
    faults = check_layout(page_boxes(document.pages), edition)
    return write_pdf(document, book.revised), faults


def _accessible(
    rendered: RenderedBook, sections: list[TypesetSection], book: Book, _job: Job, _paper: Paper, _name: str
) -> Finished:
    return bind(rendered, sections, book.revised), []


def _imposed(
    rendered: RenderedBook, sections: list[TypesetSection], book: Book, job: Job, paper: Paper, _name: str
) -> Finished:
    binding: Literal["left", "right"] = "right" if text_direction(job.lang) == "rtl" else "left"
    return impose(bind(rendered, sections, book.revised), paper, binding, EDITIONS[job.edition].stitch), []


def _press(
    rendered: RenderedBook, sections: list[TypesetSection], book: Book, job: Job, paper: Paper, name: str
) -> Finished:
    profile = read_profile(job.profile)
    pages = bind(rendered, sections, book.revised, "pdf/x-4", BLEED)
    data = make_press(pages, profile, book.urn, book.revised)
    return data, check_press(data, name, paper, profile)


# How pages become a file: its bytes, and what preflight of that kind of file found.
Finished = tuple[bytes, list[Problem]]
FINISHERS: Mapping[Finish, Callable[..., Finished]] = {
    "accessible": _accessible,
    "imposed": _imposed,
    "press": _press,
}


def _make_epub(project: Project, job: Job, context: RenderContext, path: Path) -> Made:
    booklet = _booklet(project, job, context)
    text = render_epub(context, EDITIONS[job.edition], booklet.pagination)
    data = write_epub(context.book, text, booklet, context.provenance.label if context.provenance else "")
    return Made(data, check_epub(data, path.name), len(booklet.pagination.starts))


# --- the booklet that an e-book goes with ----------------------------------------------------


def _booklet(project: Project, job: Job, context: RenderContext) -> Booklet:
    """Return the matching booklet's page map and cover, typesetting it first if it is not cached."""
    book, paper = context.book, paper_of(BOOKLET, job.paper)
    kept = output_cache(job.out).read(booklet_key(project, job, paper))
    if not kept:
        rendered = render_book(context, BOOKLET, paper)
        kept = _keep_booklet(project, job, book, rendered, _typeset(job, BOOKLET, rendered), paper)
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


def _keep_booklet(
    project: Project, job: Job, book: Book, rendered: RenderedBook, sections: list[TypesetSection], paper: Paper
) -> bytes:
    """Keep the pages and the cover of a typeset booklet for its e-book; return what is kept."""
    pages = pagination(sections)
    entry = {
        "starts": [astuple(start) for start in pages.starts],
        "words": {name: " ".join(words) for name, words in pages.words.items()},
        "segments": pages.segments,
        "cover": b64encode(bind(rendered, sections[:1], book.revised)).decode(),
    }
    data = json.dumps(entry).encode()
    output_cache(job.out).write(booklet_key(project, job, paper), data)
    return data


def _file_record(
    job: Job, path: Path, book: Book, hospital: Hospital | None, made: Made, signing: Signing
) -> FileRecord:
    """Return what the manifest says about a built file."""
    edition = EDITIONS[job.edition]
    return FileRecord(
        path=path.relative_to(job.out).as_posix(),
        book=book.id,
        urn=book.urn,
        langs=(SOURCE_LANGUAGE, job.lang) if edition.paired else (job.lang,),
        edition=job.edition,
        hospital=job.hospital,
        hospital_name=hospital.name[job.lang] if hospital else "",
        paper=paper_of(edition, job.paper).name if edition.papers else None,
        weeks=job.weeks,
        title=plain(book.title),
        subtitle=plain(book.subtitle),
        description=plain(book.description),
        author=plain(book.author),
        subjects=tuple(map(plain, book.subjects)),
        license=book.license,
        license_url=book.license_url,
        sha256=sha256(made.data).hexdigest(),
        bytes=len(made.data),
        pages=made.pages,
        version=book.version,
        revised=book.revised,
        review_due=review_due(book, hospital),
        content=dict(signing.digests),
        signed=signed_by(signing),
        segments=dict(sorted(Counter(segment.state for segment in segments(book)).items())),
    )
