"""Every color of the project, by name: those of print, of drawings, and of the two web pages.

Style sheets use these colors as custom properties (carepress/text/palette.py); no other file defines a color.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Inks = tuple[float, float, float, float]  # cyan, magenta, yellow and black, each from 0 to 1


@dataclass(frozen=True, slots=True)
class Color:
    """An sRGB color as #rrggbb, its use, and its inks if the press edition uses it."""

    hex: str
    use: str
    inks: Inks | None = None


# Inks: text and lines use only black, so that slightly misregistered plates do not blur them; small text is solid,
# because halftone dots would roughen it. The other colors use at most three inks, in multiples of 1 %, and with the
# default profile look as they do on a screen.
COLORS: Mapping[str, Color] = {
    "ink": Color("#1f2933", "text, lines of drawings", (0, 0, 0, 1)),
    "soft": Color("#3d4a52", "small text beside the main text", (0, 0, 0, 1)),
    "gray": Color("#55626b", "running heads, lines to write on", (0, 0, 0, 0.80)),
    "hairline": Color("#8a949a", "lines of tables", (0, 0, 0, 0.55)),
    "paper": Color("#ffffff", "the ground of drawings and logos", (0, 0, 0, 0)),
    "teal": Color("#1f5459", "the main accent: titles, boxes", (0.70, 0, 0.25, 0.70)),
    "rust": Color("#9a4526", "the second accent: calls, chapter numbers", (0, 0.75, 0.90, 0.45)),
    "cream": Color("#f4ebdd", "tint 1 of drawings", (0.05, 0.07, 0.15, 0)),
    "peach": Color("#e9b9a0", "tint 2 of drawings", (0.08, 0.33, 0.37, 0)),
    "sea": Color("#2f6f73", "tint 3 of drawings", (0.65, 0, 0.25, 0.55)),
    "black": Color("#000000", "text and lines of large print, QR codes"),
    "deep-teal": Color("#0d3b40", "the main accent of large print"),
    "deep-rust": Color("#7a2e12", "the second accent of large print"),
    "mat": Color("#c9ced2", "the ground of a contact sheet"),
    "part-1": Color("#20606a", "teal: the band and the folio of a part", (0.71, 0, 0.19, 0.64)),
    "part-2": Color("#7c5413", "ochre: the band and the folio of a part", (0, 0.48, 1.00, 0.60)),
    "part-3": Color("#3f6135", "green: the band and the folio of a part", (0.59, 0, 0.80, 0.65)),
    "part-4": Color("#8c3b55", "raspberry: the band and the folio of a part", (0, 0.80, 0.15, 0.54)),
    "part-5": Color("#37598c", "blue: the band and the folio of a part", (0.81, 0.54, 0, 0.32)),
    "part-6": Color("#68497f", "plum: the band and the folio of a part", (0.61, 0.75, 0, 0.29)),
    "part-7": Color("#4a5661", "slate: the band and the folio of a part", (0.36, 0.14, 0, 0.75)),
    "part-8": Color("#6f4c3e", "cocoa: the band and the folio of a part", (0, 0.49, 0.52, 0.70)),
    "part-1-tint": Color("#e2eaec", "the ground of a summary in that part", (0.06, 0, 0.01, 0.09)),
    "part-2-tint": Color("#eee9e0", "the ground of a summary in that part", (0, 0.03, 0.08, 0.09)),
    "part-3-tint": Color("#e6eae5", "the ground of a summary in that part", (0.03, 0, 0.06, 0.10)),
    "part-4-tint": Color("#f0e6e9", "the ground of a summary in that part", (0, 0.07, 0.02, 0.08)),
    "part-5-tint": Color("#e5e9f0", "the ground of a summary in that part", (0.07, 0.04, 0, 0.06)),
    "part-6-tint": Color("#ebe7ee", "the ground of a summary in that part", (0.03, 0.06, 0, 0.07)),
    "part-7-tint": Color("#e7e9ea", "the ground of a summary in that part", (0.04, 0, 0.01, 0.10)),
    "part-8-tint": Color("#ece8e6", "the ground of a summary in that part", (0, 0.02, 0.02, 0.11)),
}
PART_COLORS = 8  # a part or a handout has one of these: its class is color-1 to color-8


# --- accents ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accent:
    """A custom property whose color a hospital or an edition may change.

    By default it is the color of another accent, `like`, or else the color named `color`.
    """

    color: str
    like: str = ""


ACCENTS: Mapping[str, Accent] = {
    "main": Accent("teal"),
    "second": Accent("rust"),
    "main-small": Accent("teal", like="main"),  # in text under 12 pt
    "second-small": Accent("rust", like="second"),
    "main-dark": Accent("deep-teal"),  # in large print
    "second-dark": Accent("deep-rust"),
}
SPOTS = 16  # steps between two 8-bit values; each accent has its own


def spot_key(name: str) -> tuple[float, float, float]:
    """Return the color in which sections are typeset for an accent: red, green and blue, each from 0 to 255.

    Red is between two 8-bit values, at a step that no other accent has, so the key differs from every #rrggbb and
    from all other keys. It looks like the accent's default color, so contrast checks remain valid.
    """
    step = list(ACCENTS).index(name) + 1
    assert step < SPOTS
    red, green, blue = bytes.fromhex(COLORS[ACCENTS[name].color].hex[1:])
    assert red < 255
    return red + step / SPOTS, green, blue


# --- screens ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Theme:
    """The color properties of a web page, and those that differ in dark mode."""

    light: Mapping[str, str]
    dark: Mapping[str, str]


INK, PAPER, TEAL, RUST, PEACH = (COLORS[name].hex for name in ("ink", "paper", "teal", "rust", "peach"))

THEMES: Mapping[str, Theme] = {
    "shelf": Theme(
        light={
            "ground": "#faf6ef",
            "band": "#f3e9d9",
            "card": PAPER,
            "ink": INK,
            "soft": "#4d5a63",
            "line": "#e2d8c6",
            "teal": TEAL,
            "deep": "#17444a",
            "on": PAPER,
            "rust": RUST,
            "peach": "#e9b79d",
            "shade": "#3b2a1a26",
            "frame": "#2b353b",
        },
        dark={
            "ground": "#13191d",
            "band": "#192329",
            "card": "#1d262c",
            "ink": "#e8ebea",
            "soft": "#b3bdc1",
            "line": "#324048",
            "teal": "#8fd0d2",
            "deep": "#b3e2e3",
            "on": "#10262a",
            "rust": "#f0b096",
            "peach": "#8a5238",
            "shade": "#00000080",
            "frame": "#55646d",
        },
    ),
    "preview": Theme(
        light={
            "ground": "#f7f6f2",
            "sheet": PAPER,
            "ink": INK,
            "soft": COLORS["gray"].hex,
            "line": "#dcdcd5",
            "edge": "#7d888e",
            "teal": TEAL,
            "teal-tint": "#e6efee",
            "rust": RUST,
            "rust-tint": "#f8ece5",
            "on": PAPER,
            "shade": f"{INK}26",
            "paper": PAPER,
            "spot": "#f2c3a7",
            "fresh": PEACH,
            "fresh-ink": INK,
        },
        dark={
            "ground": "#12171b",
            "sheet": "#1a2126",
            "ink": "#e4e8e9",
            "soft": "#a7b2b8",
            "line": "#2f3a41",
            "edge": "#7f8c93",
            "teal": "#8cc9cb",
            "teal-tint": "#1d3335",
            "rust": "#efab8d",
            "rust-tint": "#3a2519",
            "on": "#12171b",
            "shade": "#00000080",
        },
    ),
}
