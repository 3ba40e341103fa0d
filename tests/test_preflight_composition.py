"""Preflight of the composition: empty pages, divided boxes, stranded headings, short last lines and type sizes."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from carepress.model import EDITIONS, Edition, Problem
from carepress.pdf.page_facts import facts_from_json, page_facts
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import lay_out
from carepress.preflight.composition import LAST, check_composition
from carepress.text.fonts import font_css, font_folder

CSS = (
    font_css(font_folder().as_uri() + "/")
    + "@page { size: 100mm 100mm; margin: 10mm } @page sheet { margin: 10mm } .sheet { page: sheet }"
    + 'html { font: 12pt/16pt "Atkinson Hyperlegible" } h2 { font-size: 12pt; break-after: auto }'
    + 'i::after { content: ": " }'
    + "p, h2, ul { margin: 0; orphans: 1; widows: 1 }"
)
BOOKLET = replace(EDITIONS["booklet"], type_sizes=(12.0, 9.0))
LINE = '<p data-at="x.md:3">Words on a line of a page.</p>'
FULL = LINE * 12  # of the 13 lines of a page


def problems(body: str, last: float = BOOKLET.fill, edition: Edition = BOOKLET) -> list[Problem]:
    html = f'<html lang="en"><head><title>T</title><style>{CSS}</style></head><body>{body}</body></html>'
    return check_composition(map(page_facts, page_boxes(lay_out(html).pages)), edition, last)


def codes(body: str) -> list[str]:
    return [problem.code for problem in problems(body)]


def test_full_page() -> None:
    assert problems(FULL) == []


@pytest.mark.parametrize(("lines", "expected"), [(7, ["page-fill"]), (9, []), (1, ["page-fill"])])
def test_page_must_be_filled(lines: int, expected: list[str]) -> None:
    assert codes(LINE * lines) == expected


@pytest.mark.parametrize(("lines", "codes"), [(3, []), (2, ["page-fill"])])
def test_last_page_of_a_part_has_a_limit_of_its_own(lines: int, codes: list[str]) -> None:
    body = f'<section id="soil">{FULL}<div style="break-before:page">{LINE * lines}</div></section>'
    assert [problem.code for problem in problems(body, last=LAST)] == codes
    gap = f'<section id="soil">{LINE * 7}<div style="break-before:page">{FULL}</div></section>'
    assert [problem.code for problem in problems(gap, last=LAST)] == ["page-fill"]


def test_edition_may_divide_a_box() -> None:
    body = LINE * 12 + f'<section class="ask">{"<p>Who waters the beds?</p>" * 3}</section>' + LINE * 10
    assert problems(body, edition=replace(BOOKLET, divisible=("ask",))) == []


def test_message_says_where_and_what_to_change() -> None:
    head = '<div style="display:none"><h1>Your soil</h1></div>'
    (problem,) = problems(
        f'<section id="part-text">{head}{FULL}<div style="break-before:page">{LINE * 3}</div></section>'
    )
    assert str(problem) == (
        "x.md:3: page 2, “Your soil”: words reach 21% of the page: cut about 3 lines before it, or add 6"
    )
    assert problem.severity == "warning"


def test_gap_names_what_follows() -> None:
    body = f'<section id="soil">{LINE}<div style="break-before:page">{FULL}</div></section>'
    (problem,) = problems(body)
    assert "let “Words on a line of a page.”, which begins the next page, break" in problem.hint


def test_lines_to_write_on_do_not_fill_a_page_of_text() -> None:
    rules = '<div style="height:8mm; border-bottom:1pt solid black"></div>' * 8
    assert codes(LINE + rules) == ["page-fill"]
    assert codes(f'<section class="sheet">{LINE}{rules}</section>') == []


def test_drawing_fills_a_page() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" style="width:55mm; display:block"><path d="M0 0"/></svg>'
    assert codes(LINE + svg) == []


def test_divided_box() -> None:
    box = f'<section class="ask">{"<p>Who waters the beds?</p>" * 3}</section>'
    assert codes(LINE * 8 + box) == []
    assert codes(LINE * 12 + box + LINE * 10) == ["box-divided", "box-divided"]
    assert codes(LINE * 12 + box.replace("ask", "call") + LINE * 10) == []


@pytest.mark.parametrize(("lines", "expected"), [(12, ["table-head"]), (11, [])])
def test_head_of_a_table_needs_a_row_below_it(lines: int, expected: list[str]) -> None:
    """What is positioned absolutely in a table has a row of no height, which is all that fits below the head."""
    caption = '<caption style="position:absolute">Beds</caption>'
    rows = "<tr><td>Beans and peas</td></tr>" * 3
    table = f"<table>{caption}<thead><tr><th>What</th></tr></thead><tbody>{rows}</tbody></table>"
    styles = "<style>table { border-spacing: 0 } th, td { padding: 0; height: 16pt } tr { break-inside: avoid }</style>"
    assert codes(f"{styles}{LINE * lines}{table}{LINE * 9}") == expected


def test_generated_text_does_not_make_a_box_divided() -> None:
    assert codes(LINE * 9 + '<div class="words"><p><i>Bed</i>soil</p></div>') == []


@pytest.mark.parametrize(("before", "expected"), [(11, ["heading-stranded"]), (10, ["heading-stranded"]), (9, [])])
def test_heading_keeps_three_lines(before: int, expected: list[str]) -> None:
    body = f'<section id="soil">{LINE * before}<h2>Beds</h2>{LINE * 12}</section>'
    assert codes(body) == expected


def test_last_heading_of_a_section() -> None:
    assert codes(f'<section id="a">{LINE * 11}<h2>Beds</h2>{LINE}</section>') == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Water the young plants in the evening or the night of <br>day.", ["short-line"]),
        ("Water the young plants in the evening or the night of <br>the day.", []),
        ("Water the young plants in the evening without any <br>interruption.", []),
    ],
)
def test_last_line_of_one_word(text: str, expected: list[str]) -> None:
    assert codes(f"{FULL[: len(LINE) * 9]}<p>{text}</p>") == expected


def test_type_size() -> None:
    (problem,) = problems(f'{FULL}<p style="font-size:11pt">Small</p>')
    assert "“Small” is set in 11 pt: use one of the sizes 12, 9" in str(problem)


def test_covers_are_not_measured() -> None:
    assert codes(f'<style>@page cover {{ margin: 10mm }}</style><div style="page:cover">{LINE}</div>') == []


def test_facts_survive_json() -> None:
    html = f"<html><head><title>T</title><style>{CSS}</style></head><body>{FULL}<h2>Beds</h2></body></html>"
    (facts,) = map(page_facts, page_boxes(lay_out(html).pages))
    assert facts.heading
    assert facts_from_json(json.loads(json.dumps(asdict(facts)))) == facts
