"""One job through the five stages: 1 read, 2 translate, 3 render, 4 write, 5 prove."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, field, replace
from functools import partial
from hashlib import sha256
from itertools import chain
from pathlib import Path, PurePath
from typing import Any, Literal

from carepress.build.book_cache import localize_once
from carepress.build.earlier_results import BOOKLET, booklet_key, find_result, paper_of, store_result
from carepress.build.handout_pages import fit_handout
from carepress.build.places import at_interface_entry, check_letters, with_entries, with_places
from carepress.catalogs.gate import interface_alone
from carepress.content.packets import with_given_rows
from carepress.epub.documents import render_epub
from carepress.epub.package import write_epub
from carepress.handouts.packets import cut_to_packet, part_edition
from carepress.handouts.select import with_sheets
from carepress.hospital.adapt import EXTENSION, printed_texts, values
from carepress.localize import LocalizedBook
from carepress.model import (
    EDITIONS,
    HALF,
    Book,
    Booklet,
    Edition,
    FileRecord,
    Finish,
    Job,
    PageStart,
    Pagination,
    Paper,
    Problem,
    Provenance,
    PublishError,
    Reason,
    RenderedBook,
    Result,
    segments,
)
from carepress.pages.bilingual import render_bilingual
from carepress.pages.drawings import plain
from carepress.pages.environment import RenderContext
from carepress.pages.render import render_book, render_head, render_sheets
from carepress.pdf.bind import bind
from carepress.pdf.cover import cover_image
from carepress.pdf.impose import impose
from carepress.pdf.join import JoinedFile, join_accessible, join_printable
from carepress.pdf.page_facts import set_text
from carepress.pdf.press.pdfx import make_press
from carepress.pdf.press.profile import read_profile
from carepress.pdf.section import TypesetSection, pagination
from carepress.pdf.typeset import typeset
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import lay_out, write_pdf, write_shell
from carepress.preflight.composition import LAST, check_composition
from carepress.preflight.ebook import check_epub
from carepress.preflight.layout import FITTING, check_layout, once
from carepress.preflight.pdf import check_pdf
from carepress.preflight.press import BLEED, check_press
from carepress.preflight.text import check_text
from carepress.preflight.words import check_ebook_passages, check_inside, check_passages, typed_cells, typed_texts
from carepress.signoff.state import Signing, blockers, label, review_due, sign_off, signed_by
from carepress.text.language import language_tag, text_direction
from carepress.text.typefaces import unknown_letter
from carepress.workspace.files import atomic_write
from carepress.workspace.fingerprint import Inputs, build_fingerprint
from carepress.workspace.outputs import output_cache, output_path, pages_path
from carepress.workspace.project import Project


def build_one(project: Project, job: Job) -> Result:
    """Build one file: 1 read, 2 translate, 3 render, 4 write, 5 prove. Raises PublishError."""
    started, inputs = time.perf_counter(), Inputs(project)
    key = inputs.job_digest(job)
    localized = localize_once(inputs, job)
    book, hospital = localized.book, localized.hospital
    for part in localized.parts or (localized,):
        check_letters(project, part.book, EDITIONS[job.edition].paired)
    signing = sign_off(project, localized, EDITIONS[job.edition].paired)
    # A generic edition states when its review is due, and is built after that day, too.
    blocking = blockers(EDITIONS[job.edition], localized, signing, job.on if hospital else None)
    if job.release and blocking:
        return Result(job, None, problems=tuple(chain.from_iterable(blocking.values())))
    draft = bool(blocking)
    reason: Reason = next(iter(blocking), "translation")
    provenance = Provenance(signing.digests, signing.signatures, label(job, book, signing, draft))
    context = replace(render_context(project, job, localized), draft=draft, reason=reason, provenance=provenance)
    if unprinted := tuple(_unprinted_names(project, job, signing)):
        return Result(job, None, problems=unprinted)
    build = partial(_build_packet, localized, inputs) if job.packet else _build_file
    path = output_path(job, book, draft=draft)
    try:
        built = build(project, job, context, path)
    except PublishError as error:
        raise at_interface_entry(project, book, error) from None
    texts = tuple(part.book for part in localized.parts or (localized,))
    built = replace(built, problems=with_entries(project, texts, once(built.problems, texts)))
    unfit = [problem for problem in built.problems if problem.code in FITTING]
    if unfit and not job.release:
        if not draft:
            draft, provenance = True, replace(provenance, label=label(job, book, signing, True))
            context = replace(context, draft=True, reason="layout", provenance=provenance)
            path = output_path(job, book, draft=True)
        misfits = frozenset(f"{problem.path}:{problem.line}" for problem in unfit)
        built = build(project, job, replace(context, unfit=misfits), path)
        others = (problem for problem in built.problems if problem.code not in FITTING)
        built = replace(built, problems=[*_as_warnings(unfit), *others])
    reasons = [*interface_alone(blocking.get("translation", ())), *_as_warnings(blocking.get("fill-in", ()))]
    built = replace(built, problems=[*with_places(localized, built.problems), *reasons])
    if any(problem.severity == "error" for problem in built.problems):
        return Result(job, None, problems=tuple(built.problems))
    files = {path: built.data}
    if built.places and not hospital and not job.selection and not job.packet and book.is_source:
        places = json.dumps({"segments": built.places}, indent=0) + "\n"
        files[pages_path(job.out, book.id, book.source_lang)] = places.encode()
    for name, data in files.items():
        atomic_write(name, data)
    seconds = time.perf_counter() - started
    record = _file_record(project, job, path, localized, built, signing)
    result = Result(job, path, built.pages, seconds, tuple(built.problems), record=record)
    # If an input changed during the build, the file may hold either version: do not cache the result.
    if Inputs(project).job_digest(job) == key:
        store_result(key, result, files)
        for entry, data in built.parts.items():
            output_cache(job.out).write(entry, data)
    return result


def _as_warnings(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield what makes a draft as warnings: only a release is refused."""
    return (replace(problem, severity="warning") for problem in problems)


def _unprinted_names(project: Project, job: Job, signing: Signing) -> Iterator[Problem]:
    """Yield a problem for each signature that a PDF cannot print; e-books leave it to the reader's typeface."""
    for signature in signing.signatures if EDITIONS[job.edition].medium == "pdf" else ():
        if unknown := unknown_letter(signature.name, job.lang):
            path = project.shown(project.hospital(job.hospital)) + "/approvals.toml"
            message = f"the imprint names “{signature.name}”: {unknown[0]}"
            hint = f"{unknown[1]}, build the e-book, or have the person sign again in Latin letters"
            yield Problem("signer-letters", "error", path, None, message, hint)


def render_context(project: Project, job: Job, localized: LocalizedBook) -> RenderContext:
    """Return the context of the pages of a job, without what its signatures decide."""
    hospital, interface = localized.hospital, localized.interface
    langs = (localized.book.source_lang, job.lang) if EDITIONS[job.edition].paired else (job.lang,)
    extensions = (localized.source_interface.gettext(EXTENSION), interface.gettext(EXTENSION))[-len(langs) :]
    return RenderContext(
        localized.book,
        project.templates,
        interface,
        values(hospital, *langs, extension=extensions) if hospital else {},
        weeks=job.weeks,
        hospital=hospital,
        value_langs=langs,
        source_words=localized.source_interface,
    )


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """A file before it is written.

    `places` maps the segments of a booklet to their printed pages. `parts` are cache entries for the parts of a packet.
    """

    data: bytes
    problems: list[Problem]
    pages: int | None = None
    places: Mapping[str, int] = field(default_factory=dict)
    parts: Mapping[str, bytes] = field(default_factory=dict)


def _build_file(project: Project, job: Job, context: RenderContext, path: Path) -> BuiltFile:
    if EDITIONS[job.edition].medium == "epub":
        return _build_epub(project, job, context, path)
    return _build_pdf(project, job, context, path)


def _build_packet(
    localized: LocalizedBook, inputs: Inputs, project: Project, job: Job, context: RenderContext, path: Path
) -> BuiltFile:
    """Build each part of a packet, and join them; an e-book has them as parts of one text. They are drafts together."""
    edition, lang = EDITIONS[job.edition], context.book.lang
    if edition.medium == "epub":
        return _build_packet_epub(localized, job, context, path)
    folds, files, problems, entries = edition.finish == "imposed", [], list[Problem](), dict[str, bytes]()
    for part in localized.parts:
        part_job = packet_part(job, part)
        built = _build_part(part, inputs, project, part_job, context, path)
        loose = EDITIONS[part_job.edition].fillable
        data = _folded(built.data, job, paper_of(edition, job.paper)) if folds and not loose else built.data
        files.append(JoinedFile(data, None if loose else plain(part.book.title), loose=loose))
        problems += built.problems
        entries |= built.parts
    shell = write_shell(render_head(context).document("", ""), context.book.revised, {}, "pdf/a-2a")
    data = (join_printable if folds else join_accessible)(shell, files)
    pages, pdf_problems = check_pdf(data, path.name, plain(context.book.title), language_tag(lang))
    return BuiltFile(data, [*dict.fromkeys([*problems, *pdf_problems])], pages, parts=entries)


def packet_part(job: Job, part: LocalizedBook) -> Job:
    """Return the job of a part of a packet: a handout as pages in reading order, or sheets on the paper in the printer."""
    assert part.selection
    edition = part_edition(EDITIONS[job.edition], part.selection)
    paper = paper_of(EDITIONS[job.edition], job.paper).name
    if edition.fillable:
        paper = next((sheet.name for sheet, half in HALF.items() if half.name == paper), paper)
    elif edition.finish == "imposed":
        paper, edition = edition.page(paper_of(edition, job.paper)).name, EDITIONS[edition.pages_of]
    return replace(job, packet=None, selection=part.selection, edition=edition.name, paper=paper)


def _build_part(
    part: LocalizedBook, inputs: Inputs, project: Project, job: Job, context: RenderContext, path: Path
) -> BuiltFile:
    """Return a part of a packet: the file of that handout if it was built, that of an earlier packet, or a new one.

    Only files without problems are used again.
    """
    loose = EDITIONS[job.edition].fillable
    digest = inputs.job_digest(job)
    if not (loose or context.draft) and (made := find_result(digest, job)) and made.path and not made.problems:
        return BuiltFile(made.path.read_bytes(), [])
    # Sheets have the rows of their packet.
    rows = tuple(part.book.sheets()) if loose else ()
    entry = f"part-{sha256(repr((digest, rows, context.draft, context.reason)).encode()).hexdigest()}"
    if not context.unfit and (data := output_cache(job.out).read(entry)):
        return BuiltFile(data, [])
    signing = sign_off(project, part, EDITIONS[job.edition].paired)
    provenance = Provenance(signing.digests, signing.signatures, label(job, part.book, signing, context.draft))
    own = replace(
        render_context(project, job, part),
        draft=context.draft,
        reason=context.reason,
        provenance=provenance,
        unfit=context.unfit,
    )
    built = _build_pdf(project, job, own, path, shared=False)
    return built if built.problems or context.unfit else replace(built, parts={entry: built.data})


def _build_pdf(project: Project, job: Job, context: RenderContext, path: Path, shared: bool = True) -> BuiltFile:
    """Build a PDF; if it is a `shared` booklet, its e-book gets its pages from the cache."""
    book, edition = context.book, EDITIONS[job.edition]
    paper = paper_of(edition, job.paper)
    lang = book.source_lang if edition.paired else job.lang
    places: Mapping[str, int] = {}
    if edition.fillable:
        context = replace(context, book=with_sheets(book, job.sheets, dated=bool(job.weeks)))
        html = render_sheets(context, edition, paper)
        data, problems = _build_forms(html, edition, book, path.name)
    else:
        rendered, sections, problems = typeset_pages(job, context, edition, paper)
        data, finish_problems = FINISHERS[edition.finish](rendered, sections, book, job, paper, path.name)
        problems, html = [*problems, *finish_problems], rendered.html
        if edition.name == BOOKLET.name and shared:
            places = pagination(sections).segments
            _store_booklet(project, job, book, rendered, sections, paper)
    folded = edition.finish == "press"
    pages, pdf_problems = check_pdf(data, path.name, plain(book.title), language_tag(lang), folded)
    problems = [*problems, *check_passages(context.book, edition, html), *pdf_problems]
    return BuiltFile(data, problems, pages, places)


def _render(context: RenderContext, edition: Edition, paper: Paper) -> RenderedBook:
    if edition.paired:
        return render_bilingual(context, edition, paper)
    return render_book(context, edition, edition.page(paper))


def typeset_pages(
    job: Job, context: RenderContext, edition: Edition, paper: Paper
) -> tuple[RenderedBook, list[TypesetSection], list[Problem]]:
    """Return a rendered book, its typeset sections and their problems; the pages of a handout are filled."""
    if context.book.cut:
        fitted = fit_handout(
            context.book,
            edition,
            lambda layout: _render(replace(context, layout=layout), edition, paper),
            lambda rendered, total: _typeset(job, edition, replace(rendered, total=total)),
            output_cache(job.out),
        )
        rendered, sections, problems = fitted.rendered, fitted.sections, fitted.problems
    else:
        rendered, problems = _render(context, edition, paper), []
        sections = _typeset(job, edition, rendered)
    problems = [*problems, *(problem for section in sections for problem in section.problems)]
    return rendered, sections, [*problems, *_composition(context, sections, edition)]


def _composition(context: RenderContext, sections: list[TypesetSection], edition: Edition) -> Iterator[Problem]:
    """Yield the problems of composition that the user can solve.

    A hospital can solve those of its own pages, but where a page ends depends on the book.
    """
    title, hospital = context.book.title, context.hospital
    pages = (facts for section in sections for facts in section.facts)
    for item in check_composition(pages, edition, edition.fill if context.book.cut else LAST):
        if hospital is None:
            yield item if item.line else replace(item, path=title.path, line=title.line)
        elif item.code != "page-fill" and PurePath(item.path).is_relative_to(PurePath(hospital.path).parent):
            yield item


def _typeset(job: Job, edition: Edition, rendered: RenderedBook) -> list[TypesetSection]:
    """Return the sections of a book. Sections that editions and hospitals share are typeset once."""

    def check(pages: list[Any], first: int) -> list[Problem]:
        return check_layout(pages, edition, first)

    return typeset(rendered, check, output_cache(job.out), f"{build_fingerprint()} {edition.smallest}")


def _build_forms(html: str, edition: Edition, book: Book, name: str) -> tuple[bytes, list[Problem]]:
    """Return the PDF of fillable sheets, and the problems of its layout."""
    document = lay_out(html)
    problems = check_layout(page_boxes(document.pages), edition)
    data = write_pdf(document, book.revised)
    texts = map(set_text, page_boxes(document.pages))
    return data, [*problems, *check_text(data, texts, name), *check_inside(data, name)]


def _accessible(
    rendered: RenderedBook, sections: list[TypesetSection], book: Book, _job: Job, _paper: Paper, name: str
) -> Finished:
    data = bind(rendered, sections, book.revised)
    texts = (facts.text for section in sections for facts in section.facts)
    return data, [*check_text(data, texts, name), *check_inside(data, name)]


def _imposed(
    rendered: RenderedBook, sections: list[TypesetSection], book: Book, job: Job, paper: Paper, name: str
) -> Finished:
    data, problems = _accessible(rendered, sections, book, job, paper, name)
    return _folded(data, job, paper), problems


def _folded(data: bytes, job: Job, paper: Paper) -> bytes:
    """Return pages in reading order as sheets of paper to fold."""
    binding: Literal["left", "right"] = "right" if text_direction(job.lang) == "rtl" else "left"
    return impose(data, paper, binding, EDITIONS[job.edition].stitch)


def _press(
    rendered: RenderedBook, sections: list[TypesetSection], book: Book, job: Job, paper: Paper, name: str
) -> Finished:
    profile = read_profile(job.profile)
    pages = bind(rendered, sections, book.revised, "pdf/x-4", BLEED)
    data = make_press(pages, profile, book.urn, book.revised)
    return data, [*check_press(data, name, paper, profile), *check_inside(data, name)]


# The bytes of a file, and the problems that the preflight of that kind of file found.
Finished = tuple[bytes, list[Problem]]
FINISHERS: Mapping[Finish, Callable[..., Finished]] = {
    "accessible": _accessible,
    "imposed": _imposed,
    "press": _press,
}


def _build_packet_epub(localized: LocalizedBook, job: Job, context: RenderContext, path: Path) -> BuiltFile:
    """Build the e-book of a packet. No booklet has its pages: only its cover is typeset."""
    packet, whole = localized.packet, localized.whole
    assert packet
    book = with_given_rows(cut_to_packet(whole, packet), whole.handouts, packet.handouts)
    context = replace(context, book=book)
    cover, sections = typeset_cover(job, replace(context, book=replace(book, parts=book.parts[:1])))
    data = bind(cover, sections, book.revised)
    return _write_epub(job, context, Booklet("", Pagination((), {}, {}), cover_image(data)), path)


def typeset_cover(job: Job, context: RenderContext) -> tuple[RenderedBook, list[TypesetSection]]:
    """Return a booklet without the pages after its cover, and the cover, typeset."""
    rendered = _render(context, BOOKLET, paper_of(BOOKLET, job.paper))
    cover = replace(rendered, sections=rendered.sections[:1])
    return cover, _typeset(job, BOOKLET, cover)


def _build_epub(project: Project, job: Job, context: RenderContext, path: Path) -> BuiltFile:
    return _write_epub(job, context, _booklet(project, job, context), path)


def _write_epub(job: Job, context: RenderContext, booklet: Booklet, path: Path) -> BuiltFile:
    text = render_epub(context, EDITIONS[job.edition], booklet.pagination)
    data = write_epub(context.book, text, booklet, context.provenance.label if context.provenance else "")
    pages = (document.xhtml.decode() for document in text.documents)
    problems = check_ebook_passages(context.book, EDITIONS[job.edition], pages)
    own = printed_texts(context.hospital, context.book.lang) if context.hospital else ()
    signers = ((item.name, item.role) for item in (context.provenance.signatures if context.provenance else ()))
    typed = typed_texts(context.book, context.values, chain(own, chain.from_iterable(signers)))
    problems += check_epub(data, path.name, typed, typed_cells(context.book, context.values))
    return BuiltFile(data, problems, len(booklet.pagination.starts))


# --- the booklet whose pages an e-book refers to ----------------------------------------------------


def _booklet(project: Project, job: Job, context: RenderContext) -> Booklet:
    """Return the matching booklet's page map and cover, typesetting it first if it is not cached."""
    book, paper = context.book, paper_of(BOOKLET, job.paper)
    cached = output_cache(job.out).read(booklet_key(project, job, paper))
    if not cached:
        rendered, sections, _problems = typeset_pages(job, context, BOOKLET, paper)
        cached = _store_booklet(project, job, book, rendered, sections, paper)
    entry = json.loads(cached)
    return Booklet(
        book.printed_urn(BOOKLET.name, paper.name),
        Pagination(
            starts=tuple(PageStart(*start) for start in entry["starts"]),
            words={name: tuple(text.split(" ")) if text else () for name, text in entry["words"].items()},
            segments=entry["segments"],
        ),
        cover_image(b64decode(entry["cover"])),
    )


def _store_booklet(
    project: Project, job: Job, book: Book, rendered: RenderedBook, sections: list[TypesetSection], paper: Paper
) -> bytes:
    """Store the page map and the cover of a typeset booklet for its e-book; return the cache entry."""
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
    project: Project,
    job: Job,
    path: Path,
    localized: LocalizedBook,
    built: BuiltFile,
    signing: Signing,
) -> FileRecord:
    """Return the record of a built file for the manifest."""
    book, hospital, texts = localized.book, localized.hospital, [part.book for part in localized.parts]
    edition = EDITIONS[job.edition]
    return FileRecord(
        path=path.relative_to(job.out).as_posix(),
        book=book.id,
        urn=book.urn,
        langs=(book.source_lang, job.lang) if edition.paired else (job.lang,),
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
        sha256=sha256(built.data).hexdigest(),
        bytes=len(built.data),
        pages=built.pages,
        version=book.version,
        revised=book.revised,
        review_due=review_due(book, hospital),
        content=dict(signing.digests),
        signed=signed_by(signing),
        segments=dict(sorted(Counter(segment.state for segment in segments((book, *texts))).items())),
        handout=job.handout,
        number=book.handout.number if book.handout else None,
        packet=job.packet,
        source=project.shown(job.book) if job.book.is_relative_to(project.root) else None,
        personal=job.personal or (book.handout is not None and book.handout.apart),
    )
