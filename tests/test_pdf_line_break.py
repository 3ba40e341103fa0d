"""Lines are broken between words, and tables are fitted to the parts of lines that are not divided."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import polib
import pytest
from support_languages import CATALOGS
from weasyprint.text.line_break import get_log_attrs

from carepress.pages.labels import load_face, text_width
from carepress.pdf.write import lay_out
from carepress.text.cldr import has_table
from carepress.text.fonts import font_css, font_folder
from carepress.text.inline import strip_markup
from carepress.text.line_breaks import line_pieces
from support import ROOT

WORDS = "Ask for the names of the drugs on the"


def lines(box: object) -> list[str]:
    if type(box).__name__ == "LineBox":
        return ["".join(texts(box))]
    return [line for child in getattr(box, "children", ()) for line in lines(child)]


def texts(box: object) -> list[str]:
    if type(box).__name__ == "TextBox":
        return [box.text]
    return [text for child in getattr(box, "children", ()) for text in texts(child)]


def printed(width: float, html: str) -> list[str]:
    """Return the lines of a paragraph of 12 pt; `width` is in pt."""
    page = lay_out(
        f'<!DOCTYPE html><html lang="en"><title>t</title><style>{font_css(font_folder().as_uri() + "/")}'
        f'html{{font:12pt "Atkinson Hyperlegible"}} p{{width:{width}pt}} .whole{{white-space:nowrap}}</style>'
        f"<p>{html}</p>"
    ).pages[0]
    return [line.strip() for line in lines(page._page_box)]


def test_line_is_not_broken_after_its_first_word() -> None:
    width = text_width(load_face(strong=False), WORDS, 12) + 0.5
    assert printed(width, f'{WORDS} <a href="#x">medicines sheet</a>.') == [WORDS, "medicines sheet."]


@pytest.mark.parametrize("wider", [0.5, 2, 10, 30])
def test_line_before_words_that_are_kept_together(wider: float) -> None:
    width = text_width(load_face(strong=False), f"{WORDS} CAR", 12) + wider
    html = f'<span>{WORDS} CAR\u00a0<span class="whole">T-cells</span> at home</span>'
    assert printed(width, html) == [WORDS, "CAR\u00a0T-cells at home"]


@pytest.mark.parametrize(
    ("lang", "text", "pieces"),
    [
        ("es", "la «casa» (en inglés)", ["la", "«casa» (en", "inglés)"]),
        ("es", "8:00 AK / JM, 3-4 días", ["8:00", "AK /", "JM,", "3-4", "días"]),
        ("fr", "Que faire\u00a0? Rien", ["Que", "faire\u00a0?", "Rien"]),
        ("en", "1–4 mg/day of anti-thymocyte", ["1–", "4", "mg/", "day", "of", "anti-", "thymocyte"]),
        ("en", "home–school note — now", ["home–", "school", "note", "—", "now"]),
        ("en", "take -5 or a\u200bb, ad\u00adverse", ["take", "-5", "or", "a", "b,", "ad\u00ad", "verse"]),
        ("zh-Hans", "菜园。1.2米", ["菜", "园。", "1.2", "米"]),
        ("th", "หนูกินข้าว", ["หนู", "กิน", "ข้าว"]),
    ],
)
def test_parts_of_lines(lang: str, text: str, pieces: list[str]) -> None:
    assert line_pieces(text, lang) == pieces


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_parts_of_lines_are_those_of_pango(path: Path) -> None:
    """Otherwise a table would be fitted to other words than those of its lines."""
    catalog = polib.pofile(str(path))
    has_rule = has_table(catalog.metadata["Language"])
    texts = {strip_markup(text) for entry in catalog for text in (entry.msgid, has_rule * entry.msgstr)}
    lines = sorted({line for text in texts for line in text.splitlines() if line.strip()})
    assert [line_pieces(line, "en") for line in lines] == [by_pango(line) for line in lines]


def by_pango(line: str) -> list[str]:
    ends = [place for place, at in enumerate(get_log_attrs(line, "en")) if at.is_line_break and 0 < place < len(line)]
    return [line[start:end].strip(" ") for start, end in pairwise([0, *ends, len(line)])]
