"""The lines of a drawing as straight pieces, and whether one of them crosses an area, such as that of a label."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from fontTools.misc.bezierTools import cubicPointAtT, quadraticPointAtT
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from fontTools.svgLib.path.shapes import PathBuilder
from lxml import etree

# The classes with an outline that a reader sees as a line. `thin` is texture; without an outline, nothing is crossed.
LINES = {"line", "thin", "lead", "dash"}
OUTLINED = LINES - {"thin"} | {"ink", "paper", "tint1", "tint2", "tint3"}
STEPS = 8  # of a curve
CURVES = {"curveTo": cubicPointAtT, "qCurveTo": quadraticPointAtT}


class Piece(NamedTuple):
    """A straight piece of a line, in units of the drawing."""

    x1: float
    y1: float
    x2: float
    y2: float

    def crosses(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Tell whether a part of the piece is inside an area (Liang and Barsky's clipping)."""
        start, end = 0.0, 1.0
        for step, before, after in (
            (self.x2 - self.x1, self.x1 - left, right - self.x1),
            (self.y2 - self.y1, self.y1 - top, bottom - self.y1),
        ):
            if not step:
                if before < 0 or after < 0:
                    return False
                continue
            near, far = sorted((-before / step, after / step))
            start, end = max(start, near), min(end, far)
        return start < end


def _straight(path: RecordingPen) -> Iterator[Piece]:
    """Yield the straight pieces of a path; curves are divided."""
    x, y = start = (0.0, 0.0)
    for name, points in path.value:
        ends = [start] if name == "closePath" else points[-1:]
        if name == "moveTo":
            start = points[0]
            ends = []
            x, y = start
        elif name in CURVES:
            ends = [CURVES[name]((x, y), *points, step / STEPS) for step in range(1, STEPS + 1)]
        for end in ends:
            yield Piece(x, y, *end)
            x, y = end


class Shape(NamedTuple):
    """A shape of a drawing: its outline in straight pieces, and how it is painted."""

    pieces: tuple[Piece, ...]
    is_outlined: bool
    is_filled: bool

    def surrounds(self, x: float, y: float) -> bool:
        """Tell whether a point is inside: a ray from it to the right crosses the outline an odd number of times."""
        return sum((a.y1 > y) != (a.y2 > y) and x < _x_at(a, y) for a in self.pieces) % 2 == 1


def _x_at(piece: Piece, y: float) -> float:
    return piece.x1 + (y - piece.y1) * (piece.x2 - piece.x1) / (piece.y2 - piece.y1)


@lru_cache(maxsize=4096)  # the pages of a handout are rendered again and again until they are full
def crosses_line(shapes: str, left: float, top: float, right: float, bottom: float) -> bool:
    """Tell whether a line or an outline of the shapes of a drawing is visible in an area.

    A filled shape that has all of the area inside hides the shapes before it.
    """
    for shape in reversed(read_shapes(shapes)):
        if shape.is_outlined and any(piece.crosses(left, top, right, bottom) for piece in shape.pieces):
            return True
        if shape.is_filled and all(shape.surrounds(x, y) for x in (left, right) for y in (top, bottom)):
            return False
    return False


@lru_cache(maxsize=256)  # every edition and hospital has the same drawings
def read_shapes(shapes: str) -> tuple[Shape, ...]:
    """Return the shapes of a drawing in the order of painting. Shapes with a transformation are left out."""
    root = etree.fromstring(f'<svg xmlns="http://www.w3.org/2000/svg">{shapes}</svg>')
    return tuple(shape for child in root for shape in _shapes(child, ""))


def _shapes(element: Any, outer: str) -> Iterator[Shape]:
    if element.get("transform"):
        return
    style = element.get("class", outer)
    for child in element.iterchildren(tag=etree.Element):
        yield from _shapes(child, style)
    builder, pen = PathBuilder(), RecordingPen()
    builder.add_path_from_element(element)
    for path in builder.paths:
        parse_path(path, pen)
    if pen.value:
        yield Shape(tuple(_straight(pen)), style in OUTLINED, style not in LINES)
