"""A drawing that does not fit on a page gives way to the text after it; a part ends in its drawing if there is room."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from support_pages import recorded_pages
from weasyprint import Document

from carepress.model import RenderedBook, RenderedSection
from carepress.pdf.bind import bind
from carepress.pdf.section import TypesetSection
from carepress.pdf.typeset import typeset
from carepress.pdf.write import lay_out
from carepress.text.fonts import font_css, font_folder
from carepress.workspace.cache import Cache

CSS = (
    font_css(font_folder().as_uri() + "/")
    + "@page { size: 100mm 100mm; margin: 10mm } section { break-before: page }"
    + 'html { font: 12pt/16pt "Atkinson Hyperlegible" } p, figure, h2 { margin: 0; font-size: 12pt }'
    + "figure { break-inside: avoid } figure svg { display: block; width: 40mm; height: 40mm }"
    + ".tailpiece { position: relative; height: 0 }"
    + ".tailpiece svg { position: absolute; top: 5mm; width: 40mm; height: 40mm; display: block }"
)
NUMBERS = "a::after { content: target-counter(attr(href), page) } a[data-page]::after { content: attr(data-page) }"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" {}><path d="M0 0h8v8z"/></svg>'
FIGURE = f'<figure class="drawing">{SVG.format("")}</figure>'
HIDDEN = SVG.format('aria-hidden="true"')
TAILPIECE = f'<div class="tailpiece">{HIDDEN}</div>'
LINES = "".join("<p>Water the beds.</p>" for _ in range(9))  # of the 14 lines of a page
HEADING = '<h2 id="beds">Beds</h2>'


def book(*blocks: str) -> RenderedBook:
    section = RenderedSection("soil", '<section id="soil"><p>Soil</p>', blocks, "</section>", "<section>")
    last = RenderedSection("back", '<section id="back"><p>End</p></section>')
    return RenderedBook("en", "ltr", "<title>Beds</title>", CSS, "", (section, last))


def pages(rendered: RenderedBook, folder: Path) -> TypesetSection:
    return typeset(rendered, lambda _pages, _first: [], Cache(folder), "1")[0]


def words_before_drawing(section: TypesetSection) -> int:
    return section.words.index("\N{OBJECT REPLACEMENT CHARACTER}")


@pytest.mark.parametrize(
    ("after", "passed"),
    [
        (["<p>Sow them.</p>", "<p>Wait.</p>"], "Sow them. Wait."),
        (["<p>You need:</p>", "<ul><li>seed</li></ul>", HEADING], "You need: seed"),
        (["<p>You need:</p>", HEADING], ""),
        ([HEADING, "<p>Sow them.</p>"], "Beds Sow them."),
        ([HEADING], ""),
        (['<div class="box"><p>Call.</p></div>'], ""),
        ([FIGURE], ""),
    ],
)
def test_drawing_gives_way_to_text(after: list[str], passed: str, tmp_path: Path) -> None:
    section = pages(book(LINES, FIGURE, *after), tmp_path)
    assert words_before_drawing(section) == 1 + 27 + len(passed.split())


def test_drawing_stays_if_it_would_leave_a_larger_gap(tmp_path: Path) -> None:
    tall = FIGURE.replace("<svg", '<svg style="height: 76mm"')
    six_lines = "<p>" + "Water the beds in the evening, when it is cool. " * 6 + "</p>"
    section = pages(book(LINES, tall, six_lines), tmp_path)
    assert words_before_drawing(section) == 1 + 27


def test_drawing_that_fits_stays(tmp_path: Path) -> None:
    assert words_before_drawing(pages(book(FIGURE, LINES, "<p>Sow them.</p>"), tmp_path)) == 1


def test_order_does_not_depend_on_the_cache(tmp_path: Path) -> None:
    """A revision of an arranged section is arranged like one that is typeset whole."""
    text = [f"<p>{number} Water the beds.</p>" for number in range(40)]
    before = book(*text[:36], *text[:2], FIGURE, *text)
    after = book(*text[:36], "<p>More.</p>", *text[:5], FIGURE, *text)
    pages(before, tmp_path / "warm")
    warm, cold = pages(after, tmp_path / "warm"), pages(after, tmp_path / "cold")
    assert (warm.words, warm.starts) == (cold.words, cold.starts)
    assert pages(after, tmp_path / "warm").words == cold.words


def test_revision_of_an_arranged_section_reuses_pages_and_is_the_same_file(tmp_path: Path) -> None:
    """As with another hospital: its telephone number changes one page, and the drawing gives way as before."""
    text = [f"<p>{number} Water the beds.</p>" for number in range(80)]
    before = book(*text[:20], FIGURE, *text[20:])
    after = book(*text[:20], FIGURE, *text[20:70], "<p>70 Water the pots.</p>", *text[71:])
    assert words_before_drawing(pages(before, tmp_path / "warm")) > 90
    with recorded_pages() as made:
        warm = pages(after, tmp_path / "warm")
    assert 0 < sum(made) < warm.pages
    cold = pages(after, tmp_path / "cold")
    assert warm.words == cold.words
    day = date(2026, 1, 2)
    assert bind(after, [warm], day) == bind(after, [cold], day)


def test_arrangement_is_found_once_for_all_totals_that_pages_print(tmp_path: Path) -> None:
    text = [f"<p>{number} Water the beds.</p>" for number in range(40)]
    short, long = (replace(book(*text[:22], FIGURE, *text[22:]), sides=4, total=total) for total in (8, 12))
    before = pages(short, tmp_path / "warm")
    with recorded_pages() as made:
        warm = pages(long, tmp_path / "warm")
    assert sum(made) == warm.pages + 1  # and the back
    cold = pages(long, tmp_path / "cold")
    assert before.words == warm.words == cold.words
    assert words_before_drawing(warm) > 1 + 22 * 4
    day = date(2026, 1, 2)
    assert bind(long, [warm], day) == bind(long, [cold], day)


def test_sections_behind_moved_drawings_wait_until_it_is_known_where_they_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page number of the last section changes, and in its own order the first one has a page more again."""
    link = '<p><a class="page" href="#end">The end</a></p>'
    text = [f"<p>{number} Water the beds.</p>" for number in range(16)]
    end = RenderedSection("end", '<section id="end"><p>End</p></section>')
    rendered = book(link, *text[:8], FIGURE, *text[8:])
    rendered = replace(rendered, css=CSS + NUMBERS, sections=(rendered.sections[0], end))
    documents: list[str] = []

    def watched(html: str, css: str) -> Document:
        documents.append(html)
        return lay_out(html, css)

    monkeypatch.setattr("carepress.pdf.typeset.lay_out", watched)
    sections = typeset(rendered, lambda _pages, _first: [], Cache(tmp_path), "1")
    assert [(section.first, section.pages) for section in sections] == [(1, 2), (3, 1)]
    # Both sections; the first one with its drawing moved; twice the same with the other number; the last one.
    assert ['id="end"' in html for html in documents] == [True, False, False, False, True]


@pytest.mark.parametrize(("lines", "reach"), [(2, 0.84), (9, 0.71)])
def test_tailpiece_fills_a_page_or_is_left_out(lines: int, reach: float, tmp_path: Path) -> None:
    section = pages(book(*["<p>Water the beds.</p>"] * lines, TAILPIECE), tmp_path)
    assert section.pages == 1
    assert section.facts[0].reach == pytest.approx(reach, abs=0.08)
