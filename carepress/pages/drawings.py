"""A drawing becomes inline SVG: class names become colors, labels become outlines."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from carepress.fonts import font_path
from carepress.inline import parse_inline, plain_text
from carepress.model import Drawing, Label, Segment
from carepress.pages.labels import CAP_HEIGHT, LEADING, load_face, outline, wrap

INK, PAPER, GRAY = "#1f2933", "#ffffff", "#55626b"
TINTS = {"1": "#f4ebdd", "2": "#e9b9a0", "3": "#2f6f73"}

_PEN = f'stroke="{INK}" stroke-linecap="round" stroke-linejoin="round"'
LOOKS = {
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
    return plain_text(parse_inline(segment.text))


def drawing_svg(drawing: Drawing, key: str) -> Markup:
    """Return a drawing as inline SVG. `key` makes its ids different from those of its other showings."""
    box = f"0 0 {drawing.width} {drawing.height}"
    shapes = re.sub(r'class="([a-z0-9]+)"', lambda found: LOOKS[found[1]], drawing.shapes)
    labels = "".join(_label(label) for label in drawing.labels)
    title, description = plain(drawing.title), plain(drawing.description)
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" role="img"'
        f' aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(description)}</desc>'
        # A sheet of white under the lines keeps them visible on a dark screen.
        f'<rect width="{drawing.width}" height="{drawing.height}" rx="8" fill="{PAPER}"></rect>'
        f"{shapes}{labels}</svg>"
    )


def _label(label: Label) -> str:
    face = load_face(font_path("bold" if label.strong else "regular"))
    lines = wrap(face, plain(label.text), label.size, label.width)
    leading = label.size * LEADING
    block = leading * (len(lines) - 1)
    top = (
        label.y
        - {
            "top": 0.0,
            "middle": block / 2 - label.size * CAP_HEIGHT / 2,
            "bottom": block,
        }[label.valign]
    )
    paths = (
        outline(face, line, label.size, label.x, top + leading * index, label.anchor)
        for index, line in enumerate(lines)
    )
    return f'<path fill="{INK}" d="{"".join(paths)}"></path>'
