"""Labels in drawings, set as outlines."""

from __future__ import annotations

import re

import pytest

from carepress.pages.labels import load_face, outline, text_width, wrap

FACE = load_face(strong=False)


def extent(path: str) -> tuple[float, float, float, float]:
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
    return min(numbers[::2]), min(numbers[1::2]), max(numbers[::2]), max(numbers[1::2])


def test_width_grows_with_text_and_size() -> None:
    assert 0 < text_width(FACE, "bone", 14) < text_width(FACE, "bone marrow", 14) < text_width(FACE, "bone marrow", 18)


@pytest.mark.parametrize(("anchor", "left", "right"), [("start", 100, 196), ("middle", 52, 148), ("end", 4, 100)])
def test_anchor(anchor: str, left: float, right: float) -> None:
    width = text_width(FACE, "bone marrow", 14)
    box = extent(outline(FACE, "bone marrow", 14, 100, 50, anchor))
    assert box[0] == pytest.approx({"start": 100, "middle": 100 - width / 2, "end": 100 - width}[anchor], abs=2)
    assert box[2] - box[0] == pytest.approx(width, abs=3)
    assert 38 < box[1] < 42 < 49 < box[3] < 51, "the baseline is y = 50"


@pytest.mark.parametrize("text", ["Fluid around the spinal cord (CSF)", "Médula ósea esponjosa", "a", ""])
@pytest.mark.parametrize("width", [40.0, 90.0, 300.0])
def test_wrap_keeps_all_words_and_fits(text: str, width: float) -> None:
    lines = wrap(FACE, text, 14, width)
    assert " ".join(lines) == text
    assert [line for line in lines if " " in line and text_width(FACE, line, 14) > width] == []


def test_outlines_share_a_baseline_and_scale_with_size() -> None:
    boxes = [extent(outline(FACE, "H", size, 10, 50, "start")) for size in (7, 14, 28)]
    assert [bottom for _left, _top, _right, bottom in boxes] == pytest.approx([50] * 3, abs=0.02)
    heights = [50 - top for _left, top, _right, _bottom in boxes]
    assert heights[1:] == pytest.approx([2 * heights[0], 4 * heights[0]], rel=0.02)


def test_wrap_fills_each_line() -> None:
    whole = text_width(FACE, "one two", 14)
    assert wrap(FACE, "one two three", 14, whole + 0.1) == ["one two", "three"]
    assert wrap(FACE, "one two three", 14, whole - 0.1) == ["one", "two", "three"]


def test_label_without_a_width_is_one_line() -> None:
    assert wrap(FACE, "one two three", 14, None) == ["one two three"]
