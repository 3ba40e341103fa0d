"""The pages of the dossier."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from carepress.dossier.passages import ReviewPassage
from carepress.localize import LocalizedBook
from carepress.model import A4, LETTER, Edition, Evidence, Paper, SourceUse
from carepress.pages.environment import RenderContext, make_environment
from carepress.pages.render import print_page
from carepress.signoff.state import Signing
from carepress.text.language import language_name, language_tag, source_name, text_direction
from carepress.workspace.project import INTERFACE_LANGUAGE, Project

# The layout of the dossier, in the form of an edition; it is not an edition of a book.
DOSSIER_PAGE = Edition("dossier", "pdf", (A4, LETTER), ("base", "print", "dossier"), smallest=7.5)
TITLE = "Review dossier"
CLINICAL = "clinical reviewer"


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Consecutive passages of one place; `continued` if the place has passages before them."""

    place: str
    within: str
    evidence: Evidence | None
    own: bool
    continued: bool
    rows: tuple[ReviewPassage, ...]


@dataclass(frozen=True, slots=True)
class Division:
    """A chapter, or the rest of a kind, with its passages."""

    title: str
    places: tuple[PlaceGroup, ...]


def render_dossier(
    project: Project,
    localized: LocalizedBook,
    rows: Sequence[ReviewPassage],
    evidence: Sequence[Evidence],
    signing: Signing,
    paper: Paper,
) -> str:
    """Return the HTML of a dossier with its style sheets, on landscape paper. Its own words are English."""
    book, hospital, lang = localized.source, localized.hospital, localized.book.lang
    # The pages are English; a text in another language is marked with it.
    context = RenderContext(replace(book, lang=INTERFACE_LANGUAGE), project.templates, hospital=hospital)
    environment = make_environment(context)
    environment.globals |= {
        "title": TITLE,
        "content_code": signing.digests[lang],
        "valid_signatures": signing.signatures,
        "missing_signatures": signing.missing,
        "clinician_signed": any(item.role == CLINICAL for item in signing.signatures),
        "untranslated": sum(row.state in ("missing", "fuzzy") for row in rows),
        "translated": lang != book.lang,
        "source_language": source_name(book.lang),
        "in_source": _language_attributes(book.lang),
        "lang_code": lang,
        "in_translation": _language_attributes(lang),
        "text_language": language_name(lang),
        "hospital_name": hospital and (hospital.name.get(book.lang) or hospital.name[lang]),
        "disagreements": [item for item in evidence if item.disagrees],
        "ours": [item for item in evidence if item.ours],
        "unsourced": list(dict.fromkeys(row.within for row in rows if _lacks_evidence(row))),
        "uses": _uses(localized, evidence),
        "divisions": _divisions(rows),
    }
    landscape = Paper(paper.name, paper.height, paper.width)
    return print_page("dossier.html.j2", environment, DOSSIER_PAGE, landscape, project.templates, context.direction)


def _language_attributes(lang: str) -> Markup:
    """Return the attributes of an element with text in another language than the pages."""
    if lang == INTERFACE_LANGUAGE:
        return Markup()
    return Markup(' lang="{}" dir="{}"').format(language_tag(lang), text_direction(lang))


def _lacks_evidence(row: ReviewPassage) -> bool:
    """Tell whether a passage needs evidence and has none: titles of parts, sources and placeholders need none."""
    return not (row.own or row.evidence or row.within.startswith(("book", "part:")))


def _uses(localized: LocalizedBook, evidence: Iterable[Evidence]) -> dict[str, list[SourceUse]]:
    """Return the sections that the book uses of each source, without repetitions."""
    chapters = (chapter.sources for chapter in localized.source.chapters())
    schedules = (schedule.sources for schedule in localized.source.schedules)
    uses: dict[str, list[SourceUse]] = {source.id: [] for source in localized.source.sources}
    seen = set()
    for use in (use for group in (*chapters, *schedules, *(item.sources for item in evidence)) for use in group):
        key = (use.source, use.section, use.reviewed)
        if key not in seen:
            seen.add(key)
            uses[use.source].append(use)
    return uses


def _divisions(rows: Iterable[ReviewPassage]) -> list[Division]:
    return [Division(title, tuple(_places(group))) for title, group in groupby(rows, key=lambda row: row.group)]


def _places(rows: Iterable[ReviewPassage]) -> Iterable[PlaceGroup]:
    seen: set[str] = set()
    for (place, within), group in groupby(rows, key=lambda row: (row.place, row.within)):
        items = tuple(group)
        yield PlaceGroup(place, within, items[0].evidence, items[0].own, place in seen, items)
        seen.add(place)
