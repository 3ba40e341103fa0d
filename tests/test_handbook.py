"""The first handbook: its chapters are complete, and safety-critical text is in both languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from carepress.model import Box, Drawing, Glossary, Index, Table, chapter_places, segments
from carepress.text.inline import link_targets, parse_inline
from support import HANDBOOK, LANGS, ROOT, Epub, Pdf, flat, interface, model, open_epub, open_pdf, plain

BOOK = model(HANDBOOK, "en")
CHAPTERS = [c for c in BOOK.chapters() if not any(isinstance(block, Glossary | Index) for block in c.blocks)]
# The boxes that a chapter lacks, and why.
WITHOUT = {
    "find-fast": {"summary", "next", "ask"},  # one table to look things up
    "the-way": {"summary"},  # the drawing comes first
    "grandparents": {"summary", "next"},  # pages to give away
    "school": {"next"},  # pages to give away
    "teenagers": {"summary", "next"},  # pages to give away
    "if-treatment-does-not-work": {"next"},  # no tasks for these parents
    "questions": {"summary", "next", "ask"},  # all of it is questions
    "resources": {"next", "ask"},  # all of it is help
}
DRUGS = "Oncovin Vincasar Cytoxan Neosar Adriamycin Cerubidine Cytosar-U VePesid Toposar Arranon Blincyto".split()
GENERICS = {
    "en": "vincristine cyclophosphamide doxorubicin daunorubicin methotrexate cytarabine etoposide prednisone "
    "dexamethasone nelarabine blinatumomab",
    "es": "vincristina ciclofosfamida doxorrubicina|doxorubicina daunorubicina|daunorrubicina metotrexato citarabina "
    "etopósido prednisona dexametasona nelarabina blinatumomab",
}
FIGURES = "75% 92% 77% 90% 810 1,000 400 50,000 60% 0808 800 40 40 1990 www.survivorshipguidelines.org".split()
SHEETS = (
    "pain nausea-eating temperature diarrhea rash-skin mouth tiredness-mood side-effects-general medicines "
    "blood-counts next-visit appointment-log call-card our-team caregiver-plan treatment-summary care-plan health-record "
    "handouts-given"
).split()


@pytest.fixture(scope="module", params=LANGS)
def book_text(request: pytest.FixtureRequest, handbook_out: Path) -> tuple[str, str]:
    """Return a language and the whole text of its booklet and e-book."""
    lang = request.param
    pdf: Pdf = open_pdf(handbook_out / "generic" / lang / f"childhood-all-booklet-{lang}.pdf")
    epub: Epub = open_epub(handbook_out / "generic" / lang / f"childhood-all-epub-{lang}.epub")
    return lang, " ".join([*pdf.texts, "|||", epub.text])


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.id)
def test_chapter_starts_with_summary_and_ends_with_steps_and_questions(chapter) -> None:
    kinds = [block.kind if isinstance(block, Box) else None for block in chapter.blocks]
    without = WITHOUT.get(chapter.id, set())
    first = [kind for kind in ("summary",) if kind not in without]
    last = [kind for kind in ("next", "ask") if kind not in without]
    assert kinds[: len(first)] == first
    assert kinds[len(kinds) - len(last) :] == last
    assert [kind for kind in kinds if kind in {"summary", "next", "ask"}] == first + last, "each once"
    assert all(len(box.blocks[0].items) >= 3 for box in chapter.blocks if isinstance(box, Box) and box.kind == "ask")
    assert chapter.sources, "the chapter has sources"


def test_first_pages_say_what_to_do_in_an_emergency() -> None:
    """What to do first in an emergency, then a row for each symptom, with the hospital's own words."""
    first = BOOK.front[0]
    assert first.id == "find-fast"
    (call,) = (block for block in first.blocks if isinstance(block, Box))
    assert call.kind == "call"
    assert "{emergency}" in " ".join(segment.source for segment in segments(call))
    (table,) = (block for block in first.blocks if isinstance(block, Table))
    cells = " ".join(segment.source for segment in segments(table))
    own = {item.id for item in BOOK.placeholders if item.id.startswith("line_")} | {"fever_rule"}
    assert {name for name in own if f"{{{name}}}" not in cells} == set()


def test_part_order() -> None:
    assert [part.title.source for part in BOOK.parts] == [
        "The first days",
        "Tests and results",
        "Treatment",
        "Your family",
        "When treatment ends",
        "Only if you need it",
        "Questions, help, words",
        "Sheets and forms",
    ]
    assert [sheet.id for sheet in BOOK.sheets()] == SHEETS


def test_glossary_has_fifty_terms_and_word_boxes_are_short() -> None:
    glossary = next(block for c in BOOK.chapters() for block in c.blocks if isinstance(block, Glossary))
    assert len(glossary.terms) >= 50


def test_sheets_explain_why_how_and_when() -> None:
    assert [sheet.id for sheet in BOOK.sheets() if not (sheet.purpose and sheet.how and sheet.call)] == [
        "call-card"  # it has nothing else
    ]


def test_quotes_are_typographic() -> None:
    assert [segment.source for segment in segments(BOOK) if re.search(r"['\"]|  ", segment.source)] == []


def test_critical_values_and_drugs_appear_in_both_languages(book_text: tuple[str, str]) -> None:
    lang, text = book_text
    pdf, epub = text.split("|||")
    for words in (pdf, epub):
        assert [figure for figure in FIGURES if figure not in words] == []
        assert [drug for drug in DRUGS if drug not in words] == []
        low = words.casefold()
        assert [name for name in GENERICS[lang].split() if not any(one in low for one in name.split("|"))] == []


def test_colophon_states_review_status(book_text: tuple[str, str]) -> None:
    lang, text = book_text
    pdf, epub = map(flat, text.split("|||"))
    for words in (pdf, epub):
        for statement in {
            "en": ("Not yet reviewed by clinicians", "This is a new text", "does not take the place of your care team"),
            "es": (
                "Ningún médico ni otro profesional de la salud lo ha revisado todavía",
                "Este texto es nuevo",
                "No reemplaza a su equipo médico",
            ),
        }[lang]:
            assert statement in words
        assert ("January 17, 2028" if lang == "en" else "17 de enero de 2028") in words
        assert ("November 2022" if lang == "en" else "noviembre de 2022") in words


def drawings(node: object) -> Iterator[str]:
    """Yield the ids of the drawings in a part of the model."""
    if isinstance(node, Drawing):
        yield node.id
    elif isinstance(node, tuple):
        yield from (name for item in node for name in drawings(item))
    elif is_dataclass(node):
        yield from (name for field in fields(node) for name in drawings(getattr(node, field.name)))


def test_every_file_is_used() -> None:
    """Each file is in the book, or it is a drawing that docs/drawing.md offers for covers and handouts."""
    blocks = [block for chapter in BOOK.chapters() for block in chapter.blocks]
    drawn = set(drawings(BOOK))
    offered = (ROOT / "docs" / "drawing.md").read_text().partition("Drawings to choose: ")[2]
    spare = set(re.findall(r"`((?:cover|spot)-[\w-]+)`", offered))
    assert spare
    assert drawn & spare == set()
    used = {
        "chapters": {chapter.id for chapter in BOOK.chapters()},
        "sheets": set(SHEETS),
        "schedules": {schedule.id for schedule in BOOK.schedules},
        "drawings": drawn | spare,
        "tables": {block.id for block in blocks if isinstance(block, Table)},
        "evidence": {chapter.id for chapter in BOOK.chapters() if list(chapter_places(chapter))} | {"sheets"},
    }
    assert {name: {path.stem for path in (HANDBOOK / name).iterdir()} for name in used} == used
    files = {"book.toml", "glossary.toml", "index.toml", "resources.toml"}
    assert {path.name for path in HANDBOOK.iterdir()} == files | set(used)


def test_every_sheet_is_referenced_in_a_chapter() -> None:
    targets = {target for item in segments(BOOK) for target in link_targets(parse_inline(item.source))}
    assert {f"sheet:{name}" for name in SHEETS} - targets == {"sheet:handouts-given"}  # it comes with handouts


def test_numbers_match_in_both_languages() -> None:
    def numbers(text: str) -> Counter[str]:
        return Counter(re.findall(r"\d+(?:[.,]\d+)*", text))

    pairs = zip(segments(BOOK), segments(model(HANDBOOK, "es")))
    odd = [(plain(one), plain(other)) for one, other in pairs if numbers(plain(one)) != numbers(plain(other))]
    assert odd == []


def test_booklet_page_count(handbook_out: Path) -> None:
    for lang in LANGS:
        assert 100 <= len(open_pdf(handbook_out / "generic" / lang / f"childhood-all-booklet-{lang}.pdf").texts) <= 300


@pytest.mark.parametrize("lang", LANGS)
def test_text_refers_to_imprint_for_reviewers(lang: str) -> None:
    """A claim that the text is unreviewed would be false in a signed edition; the imprint states the review status."""
    welcome = next(chapter for chapter in model(HANDBOOK, lang).chapters() if chapter.id == "welcome")
    title = re.compile(rf"[“«]{interface(lang)['About this handbook']}\.?[”»]")
    assert len([s for s in segments(welcome) if title.search(plain(s))]) == 1
    assert "not yet reviewed" not in " ".join(s.source for s in segments(welcome))
