"""Contrast of two colors (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

MIN_CONTRAST = 4.5  # to 1, for text of any size

Color = tuple[float, float, float]  # sRGB components, from 0 to 1
WHITE: Color = (1.0, 1.0, 1.0)


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colors, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Color) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def parse_hex(color: str) -> Color:
    """Return the color that `#rrggbb` names."""
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue
