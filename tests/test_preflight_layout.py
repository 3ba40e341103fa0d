"""Preflight of the layout: each fault is found, and a sound page passes."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from weasyprint.urls import URLFetcher

from carepress.model import EDITIONS, Problem, Segment
from carepress.pdf import write
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import lay_out
from carepress.preflight.layout import check_layout, once
from carepress.text.contrast import contrast
from carepress.text.fonts import font_css, font_folder
from support import GARDEN, copy_project, model, publish

BOOKLET = EDITIONS["booklet"]
CSS = (
    font_css(font_folder().as_uri() + "/")
    + "@page { size: 100mm 100mm; margin: 10mm }"
    + 'html { font: 12pt "Atkinson Hyperlegible"; color: #1f2933 } h2 { break-after: auto }'
)
FULL = '<p data-at="x.md:3">Words.</p>' * 6


def faults(body: str, css: str = "", edition: str = "booklet") -> list[Problem]:
    html = f'<html lang="en"><head><title>T</title><style>{CSS}{css}</style></head><body>{body}</body></html>'
    return check_layout(page_boxes(lay_out(html).pages), EDITIONS[edition])


def codes(body: str, css: str = "", edition: str = "booklet") -> list[str]:
    return [problem.code for problem in faults(body, css, edition)]


def test_sound_page() -> None:
    assert faults(FULL) == []


def test_problem_has_a_place() -> None:
    body = f'<section id="part-text"><h1 hidden="">Your soil</h1>{FULL}<p style="font-size:7pt"><span data-at="a/b.md:12">small</span></p></section>'
    (problem,) = faults(body)
    assert str(problem) == "a/b.md:12: page 1, “Your soil”: “small” is set in 7.0 pt: set it in 9 pt or more"
    assert problem.severity == "error"


def test_excess_is_not_looked_for_in_the_words_of_a_passage() -> None:
    message = "page {0}: “the tumor extends {0} mm past the edge” extends {0}.5 mm past the edge"
    found = [Problem("outside", "error", "the layout", None, message.format(page), "shorten it") for page in (5, 7)]
    _first, second = (problem.message for problem in once(found, model(GARDEN, "en")))
    assert second == message.format(7)
    (problem,) = once([replace(item, path="a.md", line=1) for item in found], model(GARDEN, "en"))
    assert problem.message == message.format(5).replace("5.5 mm", "7.5 mm")


def test_running_head_is_reported_once_with_the_place_of_its_title() -> None:
    message = "page {0}: “Know your…” extends {0}.5 mm past the edge"
    found = [Problem("outside", "error", "the layout", None, message.format(page), "shorten it") for page in (5, 7, 6)]
    (problem,) = once(found, model(GARDEN, "en"))
    assert problem.message == "page 5: “Know your…” extends 7.5 mm past the edge"
    assert problem.path.endswith("chapters/soil.md")
    assert problem.line == 2


def test_passages_on_one_line_of_a_table_are_reported_each() -> None:
    def problem(words: str, page: int) -> Problem:
        return Problem(
            "cell", "error", "tables/x.toml", 3, f"page {page}: “{words}” is wider than its cell", "shorten it"
        )

    cells = tuple(
        Segment(text, "tables/x.toml", 3, "table cell", text, "en") for text in ("Monday and more", "Tuesday")
    )
    found = [problem("Monday", 5), problem("and more", 5), problem("Tuesday", 5), problem("Tuesday", 9)]
    assert once(found, cells) == [found[0], found[2]]


def test_mark_without_its_letter() -> None:
    assert "mark" in codes(FULL + "<p><b>e</b>\u0301")
    assert "mark" not in codes(FULL + "<p><b>e\u0301</b>")


@pytest.mark.parametrize(
    ("size", "edition", "problems"),
    [(9, "booklet", 0), (8.9, "booklet", 1), (18, "large-print", 0), (17.5, "large-print", 1)],
)
def test_small_text(size: float, edition: str, problems: int) -> None:
    css = f"html {{ font-size: 18pt }} .x {{ font-size: {size}pt }}"
    assert codes(FULL + "<p class=x>x</p>", css, edition).count("text-size") == problems


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("color: #777", ["contrast"]),  # 4.48 to 1
        ("color: #767676", []),  # 4.54 to 1
        ("color: #fff; background: #1f5459", []),
        ("color: #1f2933; background: #1f5459", ["contrast"]),
    ],
)
def test_low_contrast(css: str, expected: list[str]) -> None:
    assert codes(f"{FULL}<p style='{css}'>x</p>") == expected


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast((1, 1, 1), (1, 1, 1)) == 1


@pytest.mark.parametrize(
    "body",
    [
        "<p style='white-space:nowrap'>A line that is by far too long for the page it is on</p>",
        "<p style='position:relative; left:-14mm'>x</p>",
        "<p style='position:absolute; top:95mm'>x<br>y</p>",
    ],
)
def test_text_outside_the_page(body: str) -> None:
    assert "outside" in codes(FULL + body)


def test_running_foot_outside_the_page() -> None:
    assert (
        codes(FULL, "@page { @bottom-left { content: 'a very long running foot'; white-space: nowrap; width: 5mm } }")
        == []
    )
    css = "@page { @bottom-right-corner { content: 'a very long foot'; white-space: nowrap } }"
    assert codes(FULL, css) == ["outside"]


def test_text_outside_its_cell() -> None:
    table = (
        "<table style='table-layout:fixed; width:30mm'><tr><td>short</td><td>Electroencephalography</td></tr></table>"
    )
    assert codes(FULL + table) == ["cell"]


DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 10' style='display:block; width:30mm; height:10mm'><rect width='30' height='10'/></svg>"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (f"{DRAWING}<p style='margin-top:-6mm'>Name</p>", "“Name” is over a drawing"),
        (f"<p>Name</p>{DRAWING.replace('display', 'margin-top:-10mm; display')}", "“Name” is over a drawing"),
        ("<p>First</p><p style='margin-top:-9mm'>Name</p>", "“Name” is over “First”"),
        (
            "<div style='background:#fff; height:9mm'>A box</div><p style='margin-top:-3mm'>Name</p>",
            "“Name” is over a colored box",
        ),
        ("<div style='background:#fff; height:9mm'>In the box</div><p>Below</p>", ""),
        (f"<div style='display:flex'><p>Beside</p>{DRAWING}</div>", ""),
        ("<p style='line-height:1'>In lines<br>that touch</p>", ""),
    ],
)
def test_text_over_another_box(body: str, expected: str) -> None:
    """Whichever comes first on the page."""
    found = [problem.message for problem in faults(FULL + body) if problem.code == "crowded"]
    assert [message.partition(": ")[2] for message in found] == ([expected] if expected else [])


def test_stranded_heading() -> None:
    page = '<div style="height:58mm">x</div>'
    assert codes(f"{page}<h2>Next</h2>{FULL}") == ["heading"]
    assert codes(f"{page}<p>Next</p>{FULL}") == []


def test_visually_hidden_text_is_ignored() -> None:
    hidden = "<p style='position:absolute; width:1px; height:1px; overflow:hidden; font-size:4pt'>caption</p>"
    assert faults(FULL + hidden) == []


@pytest.mark.parametrize(("width", "expected"), [("25.4mm", ["resolution"]), ("12mm", [])])
def test_image_resolution(width: str, expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(write, "_FontFetcher", URLFetcher)
    data = io.BytesIO()
    Image.new("RGB", (100, 100)).save(data, "PNG")
    source = "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()
    assert codes(f'{FULL}<img alt="x" style="width:{width}" src="{source}">') == expected


def test_build_with_a_fault_keeps_the_earlier_file(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    args = ("build", "--book", "tests/books/garden", "--lang", "es", "--edition", "booklet")
    assert publish(*args, root=root).returncode == 0
    made = root / "build" / "generic" / "es" / "garden-booklet-es.pdf"
    before = made.read_bytes()
    style = root / "templates" / "styles" / "print.css"
    style.write_text(style.read_text(encoding="utf-8") + ".part-run h2 { font-size: 6pt }", encoding="utf-8")
    done = publish(*args, root=root)
    assert done.returncode == 1
    line = next(line for line in done.stderr.splitlines() if "Abonar el cantero" in line)
    assert re.match(r"tests/books/garden/chapters/soil\.md:\d+: page \d+, “Conozca su tierra”: ", line)
    assert "is set in 6.0 pt: set it in 9 pt or more" in line
    assert made.read_bytes() == before
