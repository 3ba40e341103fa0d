"""Render drawings as inline SVG: class names become attributes, labels become outlines."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import zip_longest

from markupsafe import Markup, escape

from carepress.model import Drawing, Label, Segment
from carepress.model.colors import COLORS
from carepress.pages.labels import CAP_HEIGHT, LEADING, Face, Line, load_face, outline, wrap
from carepress.pages.strokes import crosses_line
from carepress.text.inline import strip_markup
from carepress.text.language import text_direction
from carepress.text.nobreak import bind_units
from carepress.text.typefaces import find_typefaces, typeface_of

INK, PAPER, GRAY, SEA = (COLORS[name].hex for name in ("ink", "paper", "gray", "sea"))
TINTS = {number: COLORS[name].hex for number, name in (("1", "cream"), ("2", "peach"), ("3", "sea"))}
# Units: a label that does not fit is made no smaller than this, and moved no nearer to the edge.
MIN_SIZE, EDGE = 10.0, 2.0
GAP = 1.0  # units: the least distance between two labels
TOUCH, X_HEIGHT = 0.5, 0.5  # units that a label may reach into a line; em, the height of its small letters
MARKS = "\u2028"  # between the messages in a mark for preflight: no text has a line separator
QUOTED = 40  # letters of a label in a message
FARTHEST = 12.0  # units: a label that is moved farther would be over the picture

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


@lru_cache(maxsize=512)  # the pages of a handout are rendered again and again until they are full
def drawing_svg(
    drawing: Drawing,
    key: str,
    *,
    second: Drawing | None = None,
    min_size: float = 0.0,
    ground: bool = True,
    marks_lines: bool = False,
) -> Markup:
    """Return a drawing as inline SVG. `key` makes its ids unique when a drawing appears more than once.

    A drawing without `ground` shows the color behind it.

    `second` is the same drawing in another language, whose labels are below those of the first. No label is smaller
    than `min_size` units. With `marks_lines`, the mark for preflight names a label that is over a line.
    """
    shapes = _styled(drawing.shapes)
    pairs = zip_longest(drawing.labels, second.labels if second else ())
    labels = [set_label(label, other, drawing, min_size) for label, other in pairs]
    top, bottom = _height(drawing, labels if second else [])
    marks = {"crowded": crowded_labels(labels, drawing, second)}
    marks["crossed"] = crossed_labels(labels, drawing) if marks_lines and not marks["crowded"] else []
    # For preflight.
    mark = "".join(f' data-{name}="{escape(MARKS.join(found))}"' for name, found in marks.items() if found)
    box = f"0 {top} {drawing.width} {bottom - top}"
    offset = f'y="{top}" ' if top else ""
    versions = (drawing, second) if second else (drawing,)
    title = " / ".join(dict.fromkeys(plain(item.title) for item in versions))
    description = " ".join(dict.fromkeys(plain(item.description) for item in versions))
    # A white background keeps the lines visible on a dark screen.
    rect = f'<rect {offset}width="{drawing.width}" height="{bottom - top}" rx="8" fill="{PAPER}"></rect>'
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img"'
        f' aria-labelledby="{key}-title" aria-describedby="{key}-desc"{mark}>'
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

    If a label does not fit, it is made smaller, then wrapped, then moved, then hyphenated. `min_size` is in units of the
    drawing.
    """
    lines: tuple[Line, ...] = ()
    smallest, widest = max(MIN_SIZE, min_size), drawing.width - 2 * EDGE
    for size, width in _trials(label, drawing, smallest):
        lines = _lines(label, second, size, width)
        if _fits(lines, drawing, second):
            return lines
    moved = (
        _moved_inside(lines, drawing),
        _moved_inside(_lines(label, second, smallest, widest), drawing),
        _lines(label, second, smallest, _room(label, drawing), hyphens=True),
    )
    return next((lines for lines in moved if _fits(lines, drawing, second) and _is_near(lines, label)), moved[0])


def crowded_labels(labels: Sequence[tuple[Line, ...]], drawing: Drawing, second: Drawing | None) -> list[str]:
    """Return which labels are not inside the drawing or are over another, as “file:line: message”."""
    found = []
    for index, (label, lines) in enumerate(zip(drawing.labels, labels)):
        under = (other for other in labels[:index] if any(_overlap(one, two) for one in lines for two in other))
        if not _fits(lines, drawing, second) or not _is_near(lines, label):
            found.append(_named(label, lines) + "does not fit into the drawing")
        elif other := next(under, None):
            found.append(_named(label, lines) + f"is over “{_beginning(other)}”, or too close to it")
    return found


def crossed_labels(labels: Sequence[tuple[Line, ...]], drawing: Drawing) -> list[str]:
    """Return which labels are over a line of the drawing, as “file:line: message”."""
    pairs = zip(drawing.labels, labels)
    return [
        _named(label, lines) + "is over a line of the drawing"
        for label, lines in pairs
        if any(_crosses(line, drawing) for line in lines)
    ]


def _crosses(line: Line, drawing: Drawing) -> bool:
    left, right = line.extent()
    # Only small letters count: long ones may touch a line.
    return crosses_line(drawing.shapes, left + TOUCH, line.y - X_HEIGHT * line.size, right - TOUCH, line.y)


def _named(label: Label, lines: tuple[Line, ...]) -> str:
    return f"{label.text.path}:{label.text.line}: the label “{_beginning(lines)}” "


def _beginning(lines: tuple[Line, ...]) -> str:
    text = " ".join(line.text for line in lines)
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"


def _fits(lines: tuple[Line, ...], drawing: Drawing, second: object) -> bool:
    # Labels in two languages may make the drawing higher.
    return all(_is_inside(line, drawing, any_height=second is not None) for line in lines)


def _is_near(lines: tuple[Line, ...], label: Label) -> bool:
    return abs(lines[0].x - label.x) <= FARTHEST


def _overlap(one: Line, two: Line) -> bool:
    """Tell whether two lines are one over the other, or nearer than the least distance."""
    (left, right), (start, end) = one.extent(), two.extent()
    beside = max(left, start) - min(right, end)
    below = max(one.top(), two.top()) - min(one.bottom(), two.bottom())
    return max(beside, below) < GAP


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
    sizes = [size - step / 2 for step in range(int(2 * (size - min_size)) + 1)]
    if label.width is None:
        yield from ((size, None) for size in sizes)
    else:
        yield size, label.width
    yield from ((size, _room(label, drawing)) for size in sizes)


def _room(label: Label, drawing: Drawing) -> float:
    """Return the width of the lines of a label that are inside the drawing."""
    before, after = label.x - EDGE, drawing.width - EDGE - label.x
    room = {"start": after, "middle": 2 * min(before, after), "end": before}[label.anchor]
    return min(room, label.width or room)


def _lines(
    label: Label, second: Label | None, size: float, width: float | None, hyphens: bool = False
) -> tuple[Line, ...]:
    """Return the lines of a label at its place, set in this size and wrapped at this width."""
    words = bind_units(plain(label.text))
    face = _face(label)
    texts = [(face, text, False) for text in wrap(face, words, size, width, label.text.lang if hyphens else "")]
    if second and (others := bind_units(plain(second.text))) != words:
        face = _face(second)
        lang = second.text.lang if hyphens else ""
        texts += [(face, text, True) for text in wrap(face, others, size, width, lang)]
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
    return load_face(label.strong, find_typefaces(plain(label.text), lang), typeface_of(lang), text_direction(lang))


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
