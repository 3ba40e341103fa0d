"""Preflight of the words: each passage of a book is on a page, and inside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from carepress.pdf.pagination import find_words
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import lay_out
from carepress.preflight.words import check_inside
from carepress.text.fonts import font_css, font_folder
from support import copy_project, publish

STYLE = font_css(font_folder().as_uri() + "/") + 'html { font: 12pt "Atkinson Hyperlegible" } @page { size: 90mm 60mm }'
GARDEN = ("build", "--book", "tests/books/garden", "--lang", "en")


def document(body: str, css: str = "") -> str:
    return f"<html lang='en'><head><title>T</title><style>{STYLE}{css}</style></head><body>{body}</body></html>"


def lost(body: str, css: str = "") -> list[str]:
    """Return the texts of a section that are on no page."""
    pages = page_boxes(lay_out(document(f"<section>{body}</section>", css)).pages)
    root = next(box.element for box in pages[0].descendants() if box.element_tag == "section")
    return [f"{text.at} {text.text}" for text in find_words(pages, root).lost]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Words.</p><table><tr><td>one</td><td>two</td></tr></table>",
        "<p>Läng­liche Wörter, efficient offices</p>",
        "<p>Twice</p><p>Twice</p>",
        "<table><thead><tr><th>Head</th></tr></thead><tbody>" + "<tr><td>x</td></tr>" * 30 + "</tbody></table>",
        "<p>first<span class='slash'> / </span>second</p>",
    ],
)
def test_everything_is_on_the_pages(body: str) -> None:
    assert lost(body, ".slash { display: none }") == []


def test_text_that_is_not_on_the_pages() -> None:
    body = "<p>Words <b>in</b> a line.</p><table><tr><td>1</td><td data-at='a.toml:3'>2 mg</td></tr></table>"
    assert lost(body, "td + td { display: none }") == ["a.toml:3 2mg"]


def test_equal_text_elsewhere_does_not_hide_a_loss() -> None:
    assert lost("<p>no</p><ul><li>no</li><li class='x'>no</li></ul>", ".x { display: none }") == [" no"]


@pytest.mark.parametrize(("css", "found"), [("", 0), ("p { position: relative; left: 60mm }", 1)])
def test_text_outside_the_page_of_a_file(css: str, found: int) -> None:
    data = lay_out(document("<p>Some words at the edge</p>", css)).write_pdf()
    problems = check_inside(data, "x.pdf")
    assert [problem.code for problem in problems] == ["outside"] * found


@pytest.mark.parametrize(
    ("edition", "shown"), [pytest.param("booklet", "Radish", marks=pytest.mark.slow), ("epub", "1 cm")]
)
def test_passage_that_a_template_drops(edition: str, shown: str, tmp_path: Path) -> None:
    """A draft is made with a warning; a release is refused."""
    root = copy_project(tmp_path)
    template = root / "templates" / "blocks.j2"
    text, cell = template.read_text(encoding="utf-8"), 'text(cell["items"][0])'
    template.write_text(text.replace(cell, f"{cell} if cell['items'][0].text != '1 cm'"), encoding="utf-8")
    done = publish(*GARDEN, "--edition", edition, root=root)
    assert done.returncode == 0
    place = "tests/books/garden/tables/depths.toml:11"
    assert f"{place}: a text of this line, such as “{shown}”, is missing in the edition {edition}" in done.stderr
    assert publish(*GARDEN, "--edition", edition, "--release", root=root).returncode == 1
