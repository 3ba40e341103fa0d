"""Accent colors: sections are typeset in spot keys, which binding replaces by the colors of the book.

Hospitals and editions with different colors can thus share typeset sections. carepress/model/colors.py has the
accents and their keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from carepress.model.colors import ACCENTS, COLORS, spot_key
from carepress.pdf.write import LayoutError

DEFINED = re.compile(rf"--({'|'.join(ACCENTS)})\s*:\s*([^;}}]+?)\s*[;}}]")
HEX = re.compile(r"#[0-9a-fA-F]{6}")


def accent_colors(css: str) -> dict[str, str]:
    """Return the color of each accent that a style sheet defines, as #rrggbb. Raises LayoutError for any other value."""
    defined = dict(DEFINED.findall(css))  # the last definition of a name wins
    return {name: _color(name, defined) for name in ACCENTS if name in defined}


def _color(name: str, defined: Mapping[str, str]) -> str:
    if name in COLORS:
        return COLORS[name].hex
    value = defined.get(name, "not defined")
    if value.startswith("var(--"):
        others = {other: text for other, text in defined.items() if other != name}  # ends cycles
        return _color(value.removeprefix("var(--").removesuffix(")"), others)
    if not HEX.fullmatch(value):
        raise LayoutError(f"the style sheets give no color as #rrggbb for --{name}: it is {value}")
    return value


def key_colors(css: str) -> dict[bytes, bytes]:
    """Return the spot key of each accent that a style sheet defines, and its color, as operands of “rg” and “RG”."""
    return {operands(spot_key(name)): operands(bytes.fromhex(color[1:])) for name, color in accent_colors(css).items()}


def operands(color: Iterable[float]) -> bytes:
    """Return red, green and blue, each from 0 to 255, as WeasyPrint writes them."""
    return b" ".join(f"{part / 255:f}".rstrip("0").rstrip(".").encode() for part in color)


def paint(content: bytes, colors: Mapping[bytes, bytes]) -> bytes:
    """Return a content stream with the spot keys replaced; `colors` is a result of `key_colors`."""
    if not colors:
        return content
    keys = b"|".join(map(re.escape, colors))
    return re.sub(rb"^(" + keys + rb")(?= (?:rg|RG)$)", lambda match: colors[match[1]], content, flags=re.M)
