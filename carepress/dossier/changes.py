"""The PDF of what has changed since a text was signed: each passage as it was signed beside the new one, with its page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path

from markupsafe import Markup, escape

from carepress.dossier.make import pdf_of
from carepress.dossier.pages import DOSSIER_PAGE
from carepress.model import Paper, PublishError
from carepress.pages.environment import RenderContext, make_environment
from carepress.pages.render import print_page
from carepress.signoff.approve import Changes, Review
from carepress.signoff.changes import Change
from carepress.text.language import language_tag, text_direction
from carepress.workspace.files import atomic_write
from carepress.workspace.project import INTERFACE_LANGUAGE, Project

TITLE = "Changes since the text was signed"


def write_changes(
    project: Project, review: Review, found: Changes, pages: Mapping[Change, tuple[int, ...]], out: Path
) -> tuple[Path, ...]:
    """Write the PDF of changes and return its path. Raises PublishError for what cannot be laid out."""
    localized, hospital = review.localized, review.hospital
    book, lang = localized.source, localized.book.lang
    part = f"-{review.handout}" if review.handout else ""
    path = out / hospital.id / lang / f"{book.id}{part}-changes-{lang}.pdf"
    context = RenderContext(replace(book, lang=INTERFACE_LANGUAGE), project.templates, hospital=hospital)
    environment = make_environment(context)
    environment.globals |= {
        "title": TITLE,
        "found": found,
        "rows": [(change, pages.get(change, ()), *marked(change.old, change.new)) for change in found.changed],
        "handout": review.handout,
        "digest": review.digest,
        "text_lang": language_tag(lang),
        "text_direction": text_direction(lang),
        "lang_code": lang,
    }
    landscape = Paper(hospital.paper.name, hospital.paper.height, hospital.paper.width)
    html = print_page("changes.html.j2", environment, DOSSIER_PAGE, landscape, project.templates, "ltr")
    data, _pages, problems = pdf_of(html, book.revised, path.name, TITLE)
    for problem in problems:
        if problem.severity == "error":
            raise PublishError(problem.path, problem.line, problem.message, problem.hint)
    atomic_write(path, data)
    return (path,)


def marked(old: str | None, new: str | None) -> tuple[Markup, Markup]:
    """Return two texts as HTML, with the words that differ in bold."""
    if old is None or new is None:
        return Markup(escape(old or "")), Markup(escape(new or ""))
    before, now = old.split(" "), new.split(" ")
    sides: tuple[list[Markup], list[Markup]] = ([], [])
    for operation, *bounds in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        pieces = before[bounds[0] : bounds[1]], now[bounds[2] : bounds[3]]
        for side, piece in zip(sides, pieces):
            text = escape(" ".join(piece))
            side += [text if operation == "equal" else Markup("<strong>{}</strong>").format(text)] if piece else []
    first, second = (Markup(" ").join(side) for side in sides)
    return first, second
