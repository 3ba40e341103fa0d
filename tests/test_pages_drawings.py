"""Drawings as SVG: titles, colors, and labels set as outlines."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import etree

from carepress.model import Drawing, Label, Segment
from carepress.pages.drawings import MARKS, STYLES, drawing_svg
from carepress.pages.labels import load_face, outline
from carepress.text.typefaces import find_typefaces, typeface_of
from support import SVG


def segment(text: str) -> Segment:
    return Segment(text, "x", 1, "k", text, "en")


LABEL = Label(segment("one two three"), 100, 50, "start", "top", 1, 14, False)
DRAWING = Drawing("d", 360, 90, '<path class="line" d="M0 0"></path>', (LABEL,), segment("T & < t"), segment("D."))


def draw(**changes: object) -> etree._Element:
    return etree.fromstring(drawing_svg(replace(DRAWING, **changes), "key"))


def vertical_extent(label: Label) -> tuple[float, float]:
    """Return the top and bottom of the outline of a label."""
    path = draw(labels=(label,), shapes="").findall(f"{SVG}g/{SVG}path")[0].get("d")
    ys = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)][1::2]
    return min(ys), max(ys)


def test_drawing_has_an_accessible_name() -> None:
    drawing = draw()
    assert (drawing.get("viewBox"), drawing.get("role")) == ("0 0 360 90", "img")
    assert (drawing.get("aria-labelledby"), drawing.get("aria-describedby")) == ("key-title", "key-desc")
    assert [(node.tag, node.get("id"), node.text) for node in drawing[:2]] == [
        (SVG + "title", "key-title", "T & < t"),
        (SVG + "desc", "key-desc", "D."),
    ]


@pytest.mark.parametrize("look", STYLES)
def test_classes_become_colors(look: str) -> None:
    path = draw(shapes=f'<path class="{look}" d="M0 0"></path>', labels=()).find(SVG + "path")
    assert path.get("class") is None
    assert path.get("fill")
    assert path.get("d") == "M0 0"


def test_labels_become_outlines() -> None:
    drawing = draw()
    assert [node.tag.removeprefix(SVG) for node in drawing] == ["title", "desc", "rect", "path", "g"]
    assert [(node.get("id"), len(node)) for node in drawing.iter(SVG + "g")] == [("key-labels", 1)]
    assert "two" not in etree.tostring(drawing).decode()


def test_labels_have_the_order_of_their_language() -> None:
    """Words from right to left in an Arabic label, from left to right in an English one; each word in its own direction."""

    def pictured(lang: str) -> str:
        text = replace(segment("قسطرة Port A"), lang=lang)
        return str(draw(labels=(replace(LABEL, text=text, width=None),), shapes="").find(f"{SVG}g/{SVG}path").get("d"))

    def alone(words: str, lang: str) -> str:
        face = load_face(False, find_typefaces("قسطرة", lang), typeface_of(lang))
        return outline(face, words, LABEL.size, LABEL.x, LABEL.y, "start")

    assert pictured("ar").startswith(alone("Port A", "ar"))
    assert pictured("en").startswith(alone("قسطرة", "en"))


def test_lines_are_17_units_apart_and_aligned() -> None:
    single = replace(LABEL, width=None, text=segment("H"))
    top, bottom = vertical_extent(single)
    three = replace(LABEL, text=segment("H H H"))
    assert vertical_extent(three) == pytest.approx((top, bottom + 34), abs=0.1)
    assert vertical_extent(replace(three, valign="bottom")) == pytest.approx((top - 34, bottom), abs=0.1)
    assert sum(vertical_extent(replace(three, valign="middle"))) / 2 == pytest.approx(LABEL.y, abs=0.2)


def test_ids_differ_between_copies_of_a_drawing() -> None:
    one, two = drawing_svg(DRAWING, "a-1"), drawing_svg(DRAWING, "a-2")
    assert set(re.findall(r' id="([^"]+)"', one)).isdisjoint(re.findall(r' id="([^"]+)"', two))


def placed(text: str, lang: str = "en", **changes: object) -> Label:
    return replace(LABEL, text=replace(segment(text), lang=lang), **changes)


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ([placed("one two three")], None),
        ([placed("Blutgerinnungsuntersuchungsergebnis", "de", x=270, width=80)], None),  # hyphenated
        ([placed("Blutgerinnungsuntersuchungsergebnis", "de", x=330, width=80)], "does not fit into the drawing"),
        ([placed("x" * 45, x=200, width=80)], "does not fit into the drawing"),  # would be moved far
        ([placed("m" * 60)], "does not fit into the drawing"),
        ([placed("one", width=None), placed("two", width=None, y=60)], "is over “one”, or too close to it"),
        ([placed("one", width=None), placed("two", width=None, y=64)], None),
    ],
)
def test_labels_that_do_not_fit(labels: list[Label], found: str | None) -> None:
    message = draw(labels=tuple(labels)).get("data-crowded")
    assert (message or "").endswith(found or "")
    assert (message is None) == (found is None)


def test_each_label_that_does_not_fit_is_marked() -> None:
    """Only the first was: a user who had corrected it found the next."""
    labels = (placed("m" * 60), placed("one", width=None, y=75), placed("two", width=None, y=79))
    first, second = draw(labels=labels).get("data-crowded").split(MARKS)
    assert first.endswith("does not fit into the drawing")
    assert second.endswith("the label “two” is over “one”, or too close to it")


BOX = '<rect class="{}" x="60" y="10" width="40" height="40"/>'


@pytest.mark.parametrize(
    ("shapes", "is_crossed"),
    [
        ("", False),
        *((BOX.format(name), True) for name in ("line", "lead", "dash", "ink", "paper", "tint2")),
        *((BOX.format(name), False) for name in ("thin", "flat1")),
        ('<g class="line"><path d="M70 0C70 40 80 40 80 60"/></g>', True),
        ('<path class="line" d="m60 60q5 -90 10 0z"/>', True),
        ('<path class="line" d="M0 10H360M0 40H360"/>', False),
        (BOX.format("line") + '<ellipse class="flat1" cx="75" cy="25" rx="80" ry="60"/>', False),  # hidden
        ('<ellipse class="flat1" cx="75" cy="25" rx="80" ry="60"/>' + BOX.format("line"), True),
        ('<rect class="tint1" x="2" y="2" width="300" height="60"/>', False),  # a label inside
    ],
)
def test_labels_over_lines(shapes: str, is_crossed: bool) -> None:
    """A label that crosses a line or an outline is named; texture, and what is hidden by a shape above it, is not."""
    label = placed("one two three", x=50, y=30, anchor="start", width=None)
    drawing = replace(DRAWING, labels=(label,), shapes=shapes)
    marks = (drawing_svg(drawing, "a-1", marks_lines=marked) for marked in (True, False))
    on_paper, in_e_book = ("is over a line of the drawing" in mark for mark in marks)
    assert (on_paper, in_e_book) == (is_crossed, False)
