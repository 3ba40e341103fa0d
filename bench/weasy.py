"""WeasyPrint on its own: write the HTML of an edition, and time the command that converts it to PDF."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

from measure import ROOT, run, seconds

from carepress.content import read_book
from carepress.hospital.adapt import apply_hospital, values
from carepress.hospital.reader import read_hospital
from carepress.model import EDITIONS
from carepress.pages.bilingual import render_bilingual
from carepress.pages.environment import RenderContext
from carepress.pages.render import render_book, render_sheets
from carepress.translation.load import translate
from carepress.workspace.project import Project

FONTS = ROOT / "carepress" / "pdf" / "fonts.conf"


def write_html(path: Path, book_name: str, name: str, lang: str, hospital_id: str = "", root: Path = ROOT) -> Path:
    """Write the HTML of an edition in a language to `path`, and return `path`.

    As in a build, a hospital's edition is a draft, since it has no signatures.
    """
    project, edition = Project(root), EDITIONS[name]
    folder = project.book(book_name)
    source = read_book(folder)
    book, interface = translate(project, source, lang)
    context = RenderContext(book, project.templates, interface)
    paper = edition.papers[0]
    if hospital_id:
        hospital = read_hospital(project.hospital(hospital_id), source, project.languages(folder))
        book, paper, words = (
            apply_hospital(book, hospital),
            hospital.paper_for(edition) or paper,
            values(hospital, lang),
        )
        context = replace(context, book=book, values=words, draft=True, hospital=hospital, reason="sign-off")
    if edition.paired:
        html = render_bilingual(context, edition, paper).html
    elif edition.fillable:
        html = render_sheets(context, edition, paper)
    else:
        html = render_book(context, edition, edition.page(paper)).html
    path.write_text(html, encoding="utf-8")
    return path


def by_weasyprint(html: Path) -> float:
    """Return the seconds of the plain command `weasyprint`: no tags, no PDF/A, no checks."""
    command = (sys.executable, "-m", "weasyprint", "--quiet", html, html.with_suffix(".pdf"))
    return seconds(lambda: run(*command, FONTCONFIG_FILE=str(FONTS)))
