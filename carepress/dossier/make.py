"""Make the dossier of a book: a PDF to read and sign from, and a CSV file for a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carepress.content import read_book
from carepress.content.evidence import has_evidence, read_evidence
from carepress.dossier.csv_file import write_csv
from carepress.dossier.pages import DOSSIER_PAGE, TITLE, render_dossier
from carepress.dossier.passages import review_passages
from carepress.localize import load_hospital, localize
from carepress.model import A4, LETTER, Paper, Problem, PublishError
from carepress.pdf.page_facts import set_text
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import LayoutError, lay_out, write_pdf
from carepress.preflight.layout import check_layout
from carepress.preflight.pdf import check_pdf
from carepress.preflight.text import check_text
from carepress.signoff.state import sign_off
from carepress.workspace.files import atomic_write, write_error
from carepress.workspace.project import INTERFACE_LANGUAGE, Project, check_language, source_language

PAPERS = {paper.name: paper for paper in (A4, LETTER)}


@dataclass(frozen=True, slots=True)
class Dossier:
    """The files that were written, none if there is an error among the problems; and what they contain."""

    paths: tuple[Path, ...]
    pages: int
    passages: int
    problems: tuple[Problem, ...]


def make_dossier(
    project: Project, book_name: str, lang: str | None, hospital_id: str, paper: Paper | None, out: Path
) -> Dossier:
    """Write the dossier of a book in a language, or as it is written, for a hospital or `GENERIC`. Raises PublishError.

    The default `paper` is the hospital's, or A4. The bytes only depend on the sources.
    """
    folder = project.book(book_name)
    lang = lang or source_language(folder)
    check_language(lang, project.languages(folder))
    source = read_book(folder)
    localized = localize(project, source, lang, load_hospital(project, source, hospital_id))
    evidence = read_evidence(source) if has_evidence(source) else {}
    rows = list(review_passages(localized, evidence))
    places = dict.fromkeys(row.within for row in rows)  # in reading order, without what a hospital leaves out
    used = [evidence[place] for place in places if place in evidence]
    hospital = localized.hospital
    size = paper or (hospital.paper if hospital else A4)
    signing = sign_off(project, localized)
    base = out / hospital_id / lang / f"{source.id}-dossier-{lang}"
    html = render_dossier(project, localized, rows, used, signing, size)
    data, pages, problems = pdf_of(html, source.revised, f"{base.name}.pdf", TITLE)
    if any(problem.severity == "error" for problem in problems):
        return Dossier((), pages, len(rows), problems)
    paths = base.with_name(f"{base.name}.pdf"), base.with_name(f"{base.name}.csv")
    try:
        for path, content in zip(paths, (data, write_csv(rows, source.lang))):
            atomic_write(path, content)
    except OSError as error:
        raise PublishError(error.filename or base, None, *write_error(error, "--out")) from None
    return Dossier(paths, pages, len(rows), problems)


def pdf_of(html: str, revised: date, name: str, title: str) -> tuple[bytes, int, tuple[Problem, ...]]:
    """Return the PDF of a dossier, its number of pages and its problems. Raises PublishError."""
    try:
        document = lay_out(html)
        data = write_pdf(document, revised)
    except LayoutError as error:
        hint = "use another letter; if it is not a letter, fix the template or style sheet"
        raise PublishError(name, None, f"layout failed: {error}", hint) from None
    pages, problems = check_pdf(data, name, title, INTERFACE_LANGUAGE)
    boxes = page_boxes(document.pages)
    problems += [*check_layout(boxes, DOSSIER_PAGE), *check_text(data, map(set_text, boxes), name)]
    return data, pages, tuple(problems)
