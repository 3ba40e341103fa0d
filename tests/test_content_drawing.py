from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from carepress.content.drawing import CLASSES, GEOMETRY, SHAPES, read_drawing
from carepress.content.svg import with_straight_arcs
from carepress.model import Drawing
from carepress.pages import drawings
from support import GARDEN, HANDBOOK, ROOT

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 50"><title>t</title><desc>d</desc>'


def read(tmp_path: Path, body: str) -> Drawing:
    path = tmp_path / "x.svg"
    path.write_text(f"{HEAD}{body}</svg>", encoding="utf-8")
    return read_drawing(path, "x.svg", "en")


def test_read_drawing() -> None:
    drawing = read_drawing(GARDEN / "drawings" / "bed.svg", "bed.svg", "en")
    assert (drawing.id, drawing.width, drawing.height) == ("bed", 360, 180)
    assert (drawing.title.line, drawing.title.source) == (2, "A garden bed, cut open")
    rows = [(item.text.source, item.anchor, item.valign, item.width, item.size, item.strong) for item in drawing.labels]
    assert rows == [
        ("Spring bed", "middle", "top", None, 14, True),
        ("Straw", "start", "top", 110, 14, False),
        ("Compost, two fingers deep", "start", "middle", 110, 14, False),
        ("Last year’s soil", "start", "bottom", 110, 12, False),
        ("1", "start", "top", None, 14, False),
    ]


def test_only_shapes_are_copied(tmp_path: Path) -> None:
    body = (
        "<!-- no --><?no no?>"
        '<g class="line" transform="translate(1 2)"><path d="M0 0\n  L1 1"/><g><circle cx="1" cy="2" r="3"/></g></g>'
        '<text x="1" y="2">no</text>'
    )
    assert read(tmp_path, body).shapes == (
        '<g class="line" transform="translate(1 2)"><path d="M0 0 L1 1"></path>'
        '<g><circle cx="1" cy="2" r="3"></circle></g></g>'
    )


def test_labels_in_groups_are_found(tmp_path: Path) -> None:
    drawing = read(tmp_path, '<g class="ink"><text x="1" y="2"> a\n b </text></g>')
    assert [item.text.source for item in drawing.labels] == ["a b"]
    assert drawing.shapes == '<g class="ink"></g>'


def test_shapes_are_escaped(tmp_path: Path) -> None:
    drawing = read(tmp_path, '<path class="ink" d="&quot;&lt;&amp;&gt;"/>')
    assert etree.fromstring(drawing.shapes).get("d") == '"<&>'


@pytest.mark.parametrize("look", sorted(CLASSES))
def test_every_class_is_styled_and_documented(look: str) -> None:
    assert look in drawings.STYLES
    assert f"`{look}`" in (ROOT / "docs" / "drawing.md").read_text(encoding="utf-8")


def test_active_and_external_content_is_rejected() -> None:
    assert SHAPES.isdisjoint({"script", "image", "use", "a", "foreignObject", "style", "animate", "set"})
    assert GEOMETRY.isdisjoint({"style", "href", "onclick", "onload", "id", "fill", "stroke", "filter", "mask"})


@pytest.mark.parametrize(
    "path", [*GARDEN.glob("drawings/*.svg"), *HANDBOOK.glob("drawings/*.svg")], ids=lambda p: p.stem
)
def test_every_drawing_is_valid(path: Path) -> None:
    drawing = read_drawing(path, path.name, "en")
    is_spot = path.stem.startswith("spot-")
    assert drawing.width == (160 if is_spot else 360)
    assert not (is_spot and drawing.labels)
    assert drawing.description.source.endswith(".")
    for label in drawing.labels:
        assert 0 <= label.x <= drawing.width
        assert 0 < label.y <= drawing.height


@pytest.mark.parametrize(
    ("path", "drawn"),
    [
        ("M0 0A0 0 0 0 1 8 9", "M0 0L8 9"),
        ("M0 0a0 2 0 0 1 8 9z", "M0 0l8 9z"),
        ("M0 0A1 1 0 0 1 2 2 0 0 0 00 8-9L1 1", "M0 0A1 1 0 0 1 2 2L8 -9L1 1"),
        ("M0 0A1,1,0,01.5.5", "M0 0A1 1 0 0 1 .5 .5"),
        ("M0 0L1 1", "M0 0L1 1"),
    ],
)
def test_arc_without_radius_is_a_line(path: str, drawn: str) -> None:
    assert with_straight_arcs(path) == drawn
