"""Each fault of layout is found on a page that has it, and a sound page is passed."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import pytest
from PIL import Image

from carepress.model import EDITIONS, Problem
from carepress.pdf import write
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import lay_out
from carepress.preflight.layout import check_layout
from carepress.text.contrast import contrast
from carepress.text.fonts import font_css, font_folder
from support import copy_project, publish

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


def test_a_sound_page() -> None:
    assert faults(FULL) == []


def test_the_place_is_told() -> None:
    body = f'<section id="soil">{FULL}<p style="font-size:7pt"><span data-at="a/b.md:12">small</span></p></section>'
    (problem,) = faults(body)
    assert str(problem) == "a/b.md:12: page 1, “soil”: “small” is set in 7.0 pt: set it in 9 pt or more"
    assert problem.severity == "error"


@pytest.mark.parametrize(
    ("size", "edition", "found"), [(9, "booklet", 0), (8.9, "booklet", 1), (17.5, "large-print", 6)]
)
def test_small_text(size: float, edition: str, found: int) -> None:
    body = FULL if edition == "large-print" else FULL + "<p class=x>x</p>"
    css = "" if edition == "large-print" else f".x {{ font-size: {size}pt }}"
    assert codes(body, css, edition).count("text-size") == (found > 0)


@pytest.mark.parametrize(
    ("css", "found"),
    [
        ("color: #777", ["contrast"]),  # 4.48 to 1
        ("color: #767676", []),  # 4.54 to 1
        ("color: #fff; background: #1f5459", []),
        ("color: #1f2933; background: #1f5459", ["contrast"]),
    ],
)
def test_pale_text(css: str, found: list[str]) -> None:
    assert codes(f"{FULL}<p style='{css}'>x</p>") == found


def test_contrast_is_that_of_wcag() -> None:
    assert contrast((0, 0, 0), (1, 1, 1)) == pytest.approx(21)
    assert contrast((1, 1, 1), (1, 1, 1)) == 1


@pytest.mark.parametrize(
    "body",
    [
        "<p style='white-space:nowrap'>A line that is by far too long for the page it stands on</p>",
        "<p style='position:relative; left:-14mm'>x</p>",
        "<p style='position:absolute; top:95mm'>x<br>y</p>",
    ],
)
def test_text_outside_of_the_page(body: str) -> None:
    assert "outside" in codes(FULL + body)


def test_a_running_head_outside_of_the_page() -> None:
    assert (
        codes(FULL, "@page { @bottom-left { content: 'a very long running foot'; white-space: nowrap; width: 5mm } }")
        == []
    )
    css = "@page { @bottom-right-corner { content: 'a very long foot'; white-space: nowrap } }"
    assert codes(FULL, css) == ["outside"]


def test_text_outside_of_its_cell() -> None:
    table = (
        "<table style='table-layout:fixed; width:30mm'><tr><td>short</td><td>Electroencephalography</td></tr></table>"
    )
    assert codes(FULL + table) == ["cell"]


def test_a_stranded_heading() -> None:
    page = '<div style="height:58mm">x</div>'
    assert codes(f"{page}<h2>Next</h2>{FULL}") == ["heading"]
    assert codes(f"{page}<p>Next</p>{FULL}") == []


def test_an_almost_empty_page() -> None:
    (problem,) = faults(FULL + "<p style='break-before:page'>x</p>")
    assert problem.code == "page-empty"
    assert problem.severity == "warning"


def test_what_is_for_screen_readers_alone_is_passed() -> None:
    unseen = "<p style='position:absolute; width:1px; height:1px; overflow:hidden; font-size:4pt'>caption</p>"
    assert faults(FULL + unseen) == []


@pytest.mark.parametrize(("width", "found"), [("25.4mm", ["resolution"]), ("12mm", [])])
def test_coarse_pictures(width: str, found: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    from weasyprint.urls import URLFetcher

    monkeypatch.setattr(write, "_FontFetcher", URLFetcher)
    data = io.BytesIO()
    Image.new("RGB", (100, 100)).save(data, "PNG")
    source = "data:image/png;base64," + base64.b64encode(data.getvalue()).decode()
    assert codes(f'{FULL}<img alt="x" style="width:{width}" src="{source}">') == found


def test_a_build_with_a_fault_leaves_the_earlier_file(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    args = ("build", "--book", "tests/books/garden", "--lang", "es", "--edition", "booklet")
    assert publish(*args, root=root).returncode == 0
    made = root / "build" / "generic" / "es" / "garden-booklet-es.pdf"
    before = made.read_bytes()
    style = root / "templates" / "styles" / "print.css"
    style.write_text(style.read_text(encoding="utf-8") + ".chapter h2 { font-size: 6pt }", encoding="utf-8")
    done = publish(*args, root=root)
    assert done.returncode == 1
    line = next(line for line in done.stderr.splitlines() if "Abonar el cantero" in line)
    assert re.match(r"tests/books/garden/chapters/soil\.md:\d+: page \d+, “soil”: ", line)
    assert "is set in 6.0 pt: set it in 9 pt or more" in line
    assert made.read_bytes() == before
