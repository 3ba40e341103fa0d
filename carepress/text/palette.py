"""Write the colors of carepress/model/colors.py as custom properties of style sheets."""

from __future__ import annotations

from collections.abc import Mapping

from carepress.model.colors import ACCENTS, COLORS, PART_COLORS, THEMES, Accent, spot_key


def print_colors() -> str:
    """Return the colors in which sections are typeset: those of the table, and the spot keys of the accents."""
    fixed = {name: color.hex for name, color in COLORS.items()}
    keys = {name: "rgb({:g} {:g} {:g})".format(*spot_key(name)) for name in ACCENTS}
    return _rule(fixed | keys) + "".join(map(_part_rules, range(1, PART_COLORS + 1)))


def _part_rules(number: int) -> str:
    """Return the rules of one color of a part: `--part` and `--part-tint`, in its section and in its page margins.

    Margin boxes inherit from their page, so each color has a named page. It forces no page break, because a part is
    one section; the styles of a cover and of sheets come later and name other pages.
    """
    name = f"part-{number}"
    return (
        f".color-{number}{{--part:var(--{name});--part-tint:var(--{name}-tint);page:{name}}}"
        f"@page {name}{{--part:var(--{name})}}\n"
    )


def accent_defaults() -> str:
    """Return the colors that replace the spot keys of accents; style sheets after this one may change them.

    carepress/pdf/accents.py explains the keys.
    """
    return _rule({name: _default(accent) for name, accent in ACCENTS.items()})


def _default(accent: Accent) -> str:
    return f"var(--{accent.like})" if accent.like else COLORS[accent.color].hex


def theme_colors(name: str) -> str:
    """Return the colors of a web page, light and dark; `name` is a key of `THEMES`."""
    theme = THEMES[name]
    return (
        ":root{color-scheme:light dark}\n"
        + _rule(theme.light)
        + f"@media (prefers-color-scheme: dark){{{_rule(theme.dark).strip()}}}\n"
    )


def _rule(properties: Mapping[str, str]) -> str:
    return ":root{" + ";".join(f"--{name}:{value}" for name, value in properties.items()) + "}\n"
