from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import etree

from carepress.model import Drawing, Label, Segment
from carepress.pages.drawings import STYLES, drawing_svg
from support import SVG


def segment(text: str) -> Segment:
    return Segment(text, "x", 1, "k", text, "en")


LABEL = Label(segment("one two three"), 100, 50, "start", "top", 1, 14, False)
DRAWING = Drawing("d", 360, 90, '<path class="line" d="M0 0"></path>', (LABEL,), segment("T & < t"), segment("D."))


def draw(**changes: object) -> etree._Element:
    return etree.fromstring(drawing_svg(replace(DRAWING, **changes), "key"))


def heights(label: Label) -> tuple[float, float]:
    """Return how far up and down the outline of a label reaches."""
    path = draw(labels=(label,), shapes="").findall(f"{SVG}g/{SVG}path")[0].get("d")
    down = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)][1::2]
    return min(down), max(down)


def test_a_drawing_says_what_it_is() -> None:
    drawing = draw()
    assert (drawing.get("viewBox"), drawing.get("role")) == ("0 0 360 90", "img")
    assert drawing.get("aria-labelledby") == "key-title key-desc"
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


def test_lines_stand_17_units_apart_and_keep_to_their_place() -> None:
    single = replace(LABEL, width=None, text=segment("H"))
    top, bottom = heights(single)
    three = replace(LABEL, text=segment("H H H"))
    assert heights(three) == pytest.approx((top, bottom + 34), abs=0.1)
    assert heights(replace(three, valign="bottom")) == pytest.approx((top - 34, bottom), abs=0.1)
    assert sum(heights(replace(three, valign="middle"))) / 2 == pytest.approx(LABEL.y, abs=0.2)


def test_every_book_showing_has_its_own_ids() -> None:
    one, two = drawing_svg(DRAWING, "a-1"), drawing_svg(DRAWING, "a-2")
    assert set(re.findall(r' id="([^"]+)"', one)).isdisjoint(re.findall(r' id="([^"]+)"', two))
