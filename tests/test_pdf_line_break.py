"""A line that fits except for its trailing space is not broken after its first word."""

from __future__ import annotations

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


def test_line_is_not_broken_after_its_first_word() -> None:
    width = text_width(load_face(strong=False), WORDS, 12) + 0.5
    html = (
        f'<!DOCTYPE html><html lang="en"><title>t</title><style>{font_css(font_folder().as_uri() + "/")}'
        f'html{{font:12pt "Atkinson Hyperlegible"}} p{{width:{width}pt}}</style>'
        f'<p>{WORDS} <a href="#x">medicines sheet</a>.</p>'
    )
    printed = lines(lay_out(html).pages[0]._page_box)
    assert [line.strip() for line in printed] == [WORDS, "medicines sheet."]
