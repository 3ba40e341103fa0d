"""A line that fits except for its trailing space is not broken after its first word."""

from __future__ import annotations

import pytest

from carepress.pages.labels import load_face, text_width
from carepress.pdf.write import lay_out
from carepress.text.fonts import font_css, font_folder

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
