"""Render drawings as inline SVG: class names become attributes, labels become outlines."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from markupsafe import Markup, escape

from carepress.model import Drawing, Label, Segment
from carepress.model.colors import COLORS
from carepress.pages.labels import CAP_HEIGHT, LEADING, Face, Line, load_face, outline, wrap
from carepress.text.inline import strip_markup
from carepress.text.typefaces import find_typefaces, typeface_of

INK, PAPER, GRAY, SEA = (COLORS[name].hex for name in ("ink", "paper", "gray", "sea"))
TINTS = {number: COLORS[name].hex for number, name in (("1", "cream"), ("2", "peach"), ("3", "sea"))}
# Units: a label that does not fit is made no smaller than this, and moved no nearer to the edge.
MIN_SIZE, EDGE = 10.0, 2.0

_PEN = f'stroke="{INK}" stroke-linecap="round" stroke-linejoin="round"'
STYLES = {
    "line": f'fill="none" stroke-width="1.6" {_PEN}',
    "thin": f'fill="none" stroke-width="0.9" {_PEN}',
    "lead": f'fill="none" stroke="{GRAY}" stroke-width="0.9" stroke-linecap="round"',
    "dash": f'fill="none" stroke-width="1.2" stroke-dasharray="4 3" {_PEN}',
    "ink": f'fill="{INK}"',
    "paper": f'fill="{PAPER}" stroke-width="1.6" {_PEN}',
    **{f"tint{n}": f'fill="{color}" stroke-width="1.6" {_PEN}' for n, color in TINTS.items()},
    **{f"flat{n}": f'fill="{color}"' for n, color in TINTS.items()},
}


def plain(segment: Segment) -> str:
    """Return a segment's words without markup."""
    return strip_markup(segment.text)


def drawing_svg(
    drawing: Drawing, key: str, *, second: Drawing | None = None, min_size: float = 0.0, ground: bool = True
) -> Markup:
    """Return a drawing as inline SVG. `key` makes its ids unique when a drawing appears more than once.

    A drawing without `ground` shows the color behind it.

    `second` is the same drawing in another language, whose labels are below those of the first. No label is smaller
    than `min_size` units.
    """
    shapes = _styled(drawing.shapes)
    pairs = zip_longest(drawing.labels, second.labels if second else ())
    labels = [set_label(label, other, drawing, min_size) for label, other in pairs]
    top, bottom = _height(drawing, labels if second else [])
    box = f"0 {top} {drawing.width} {bottom - top}"
    offset = f'y="{top}" ' if top else ""
    versions = (drawing, second) if second else (drawing,)
    title = " / ".join(dict.fromkeys(plain(item.title) for item in versions))
    description = " ".join(dict.fromkeys(plain(item.description) for item in versions))
    # A white background keeps the lines visible on a dark screen.
    rect = f'<rect {offset}width="{drawing.width}" height="{bottom - top}" rx="8" fill="{PAPER}"></rect>'
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img"'
        f' aria-labelledby="{key}-title" aria-describedby="{key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(description)}</desc>'
        f"{rect if ground else ''}{shapes}{_labels_svg(labels, key)}</svg>"
    )


def ornament_svg(drawing: Drawing) -> Markup:
    """Return a drawing without labels as inline SVG that screen readers pass over."""
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width} {drawing.height}" aria-hidden="true">'
        f"{_styled(drawing.shapes)}</svg>"
    )


def _styled(shapes: str) -> str:
    """Return shapes with attributes in place of classes."""
    return re.sub(r'class="([a-z0-9]+)"', lambda match: STYLES[match[1]], shapes)


def set_label(label: Label, second: Label | None, drawing: Drawing, min_size: float = 0.0) -> tuple[Line, ...]:
    """Break a label into lines inside the drawing; the text of `second` is below the first.

    If a label does not fit, it is made smaller, then wrapped, then moved. `min_size` is in units of the drawing.
    """
    lines: tuple[Line, ...] = ()
    for size, width in _trials(label, drawing, max(MIN_SIZE, min_size)):
        lines = _lines(label, second, size, width)
        # Labels in two languages may make the drawing higher.
        if all(_is_inside(line, drawing, any_height=second is not None) for line in lines):
            return lines
    return _moved_inside(lines, drawing)


def _moved_inside(lines: tuple[Line, ...], drawing: Drawing) -> tuple[Line, ...]:
    """Move lines together to the left or to the right, back inside the edge that they cross."""
    extents = [line.extent() for line in lines]
    excess_left = EDGE - min(left for left, _right in extents)
    excess_right = max(right for _left, right in extents) - (drawing.width - EDGE)
    step = max(excess_left, 0.0) or -max(excess_right, 0.0)
    return tuple(replace(line, x=line.x + step) for line in lines)


def _height(drawing: Drawing, labels: list[tuple[Line, ...]]) -> tuple[int, int]:
    """Return the top and bottom of a drawing, extended by `labels` that cross its edges, in units from its top."""
    lines = [line for label in labels for line in label]
    top = min((line.top() - EDGE for line in lines), default=0.0)
    bottom = max((line.bottom() + EDGE for line in lines), default=0.0)
    return min(0, math.floor(top)), max(drawing.height, math.ceil(bottom))


def _trials(label: Label, drawing: Drawing, min_size: float) -> Iterator[tuple[float, float | None]]:
    """Yield sizes and widths to try, the best first; a width of None does not wrap."""
    size = max(label.size, min_size)
    before, after = label.x - EDGE, drawing.width - EDGE - label.x
    room = {"start": after, "middle": 2 * min(before, after), "end": before}[label.anchor]
    sizes = [size - step / 2 for step in range(int(2 * (size - min_size)) + 1)]
    if label.width is None:
        yield from ((size, None) for size in sizes)
    else:
        yield size, label.width
    yield from ((size, min(room, label.width or room)) for size in sizes)


def _lines(label: Label, second: Label | None, size: float, width: float | None) -> tuple[Line, ...]:
    """Return the lines of a label at its place, set in this size and wrapped at this width."""
    words = plain(label.text)
    face = _face(label)
    texts = [(face, text, False) for text in wrap(face, words, size, width)]
    if second and (others := plain(second.text)) != words:
        face = _face(second)
        texts += [(face, text, True) for text in wrap(face, others, size, width)]
    leading = size * LEADING
    block = leading * (len(texts) - 1)
    top = label.y - {"top": 0.0, "middle": block / 2 - size * CAP_HEIGHT / 2, "bottom": block}[label.valign]
    return tuple(
        Line(face, text, size, label.x, top + leading * index, label.anchor, is_second)
        for index, (face, text, is_second) in enumerate(texts)
    )


def _face(label: Label) -> Face:
    """Return the face of a label. Raises PublishError for a letter that no typeface has."""
    lang = label.text.lang
    return load_face(label.strong, find_typefaces(plain(label.text), lang), typeface_of(lang))


def _is_inside(line: Line, drawing: Drawing, any_height: bool) -> bool:
    left, right = line.extent()
    if left < 0 or right > drawing.width:
        return False
    return any_height or (line.top() >= 0 and line.bottom() <= drawing.height)


def _labels_svg(labels: list[tuple[Line, ...]], key: str) -> str:
    """Return the outlines of all labels. Preflight recognizes them by the id of their group."""
    return f'<g id="{key}-labels">{"".join(map(_label_svg, labels))}</g>' if labels else ""


def _label_svg(lines: tuple[Line, ...]) -> str:
    """Return the outlines of a label: a path for each of its languages."""
    paths: dict[str, str] = {}
    for line in lines:
        color = SEA if line.second else INK
        data = outline(line.face, line.text, line.size, line.x, line.y, line.anchor)
        paths[color] = paths.get(color, "") + data
    return "".join(f'<path fill="{color}" d="{data}"></path>' for color, data in paths.items())
