"""Calculate the contrast of two colors (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

MIN_CONTRAST = 4.5  # to 1, for text of any size

Srgb = tuple[float, float, float]  # sRGB components, from 0 to 1
WHITE: Srgb = (1.0, 1.0, 1.0)


def contrast(one: Srgb, other: Srgb) -> float:
    """Return the contrast ratio of two colors, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: Srgb) -> float:
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def parse_hex(color: str) -> Srgb:
    """Return the components of a color written as `#rrggbb`."""
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue
