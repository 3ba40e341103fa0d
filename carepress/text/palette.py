"""The colors of carepress/model/colors.py as custom properties of style sheets."""

from __future__ import annotations

from collections.abc import Mapping

from carepress.model.colors import ACCENTS, COLORS, THEMES, Accent, spot_key


def print_colors() -> str:
    """Return the colors of the paper editions.

    Sections are typeset in the spot keys of the accents; between the marks “bind” are the defaults that replace
    them (carepress/pdf/accents.py), and that other style sheets may change.
    """
    fixed = {name: color.hex for name, color in COLORS.items()}
    keys = {name: "rgb({:g} {:g} {:g})".format(*spot_key(name)) for name in ACCENTS}
    defaults = {name: _default(accent) for name, accent in ACCENTS.items()}
    return f"{_rule(fixed | keys)}/*bind*/{_rule(defaults)}/*end*/\n"


def _default(accent: Accent) -> str:
    return f"var(--{accent.like})" if accent.like else COLORS[accent.color].hex


def theme_colors(name: str) -> str:
    """Return the colors of a page for a screen, light and dark."""
    theme = THEMES[name]
    return (
        ":root{color-scheme:light dark}\n"
        + _rule(theme.light)
        + f"@media (prefers-color-scheme: dark){{{_rule(theme.dark).strip()}}}\n"
    )


def _rule(properties: Mapping[str, str]) -> str:
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in properties.items()) + "}\n"
