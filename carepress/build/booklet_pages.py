"""The pages of a hospital's booklet on which changed passages are, for those who sign the changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from carepress.build.earlier_results import BOOKLET, paper_of
from carepress.build.pipeline import render_context, typeset_pages
from carepress.model import Job, PublishError
from carepress.pdf.section import pagination
from carepress.pdf.write import LayoutError
from carepress.signoff.approve import Changes, Review
from carepress.signoff.changes import TELEPHONE, Change
from carepress.workspace.project import Project


def booklet_pages(project: Project, review: Review, found: Changes, out: Path) -> Mapping[Change, tuple[int, ...]]:
    """Return the pages of each change in a draft of the booklet; none if it cannot be typeset.

    A passage of the book has the page on which it begins, a text of the hospital all pages on which it is.
    """
    localized, hospital = review.localized, review.hospital
    paper = hospital.paper_for(BOOKLET)
    folder, lang = Path(localized.source.folder), localized.book.lang
    job = Job(folder, lang, BOOKLET.name, out, paper.name if paper else None, hospital=hospital.id)
    job = replace(job, selection=localized.selection)
    context = replace(render_context(project, job, localized), draft=True, reason="sign-off")
    try:
        _rendered, sections, _problems = typeset_pages(job, context, BOOKLET, paper_of(BOOKLET, job.paper))
    except (LayoutError, PublishError):
        return {}
    begins = pagination(sections).segments
    texts = {
        section.first + index: facts.text.replace("\n", "")
        for section in sections
        for index, facts in enumerate(section.facts)
    }
    pages = {}
    for change in found.changed:
        page = begins.get(f"{change.path}:{change.line}")
        words = "".join(_printed(change).split())
        pages[change] = (page,) if page else tuple(number for number, text in texts.items() if words and words in text)
    return {change: numbers for change, numbers in pages.items() if numbers}


def _printed(change: Change) -> str:
    """Return what is printed of a change in the profile: of a telephone its number, of several lines the first."""
    if change.new is None or change.line is not None:
        return ""
    if change.text.startswith(TELEPHONE):
        return change.text.removeprefix(TELEPHONE)
    return change.new.partition(", ")[0] if change.text in ("address", "quotation") else change.new
