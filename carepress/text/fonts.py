"""The typeface of Latin letters, Atkinson Hyperlegible, from a PyPI package; carepress/text/typefaces.py has the others.

System fonts are never used: all machines must produce the same pages.
"""

from __future__ import annotations

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

FAMILY = "Atkinson Hyperlegible"
FACES = {
    "regular": ("AtkinsonHyperlegible-Regular.ttf", "normal", "400"),
    "italic": ("AtkinsonHyperlegible-Italic.ttf", "italic", "400"),
    "bold": ("AtkinsonHyperlegible-Bold.ttf", "normal", "700"),
    "bold-italic": ("AtkinsonHyperlegible-BoldItalic.ttf", "italic", "700"),
}
CP1252 = frozenset(map(ord, bytes(range(ord(" "), 256)).decode("cp1252", "ignore")))  # western European languages


@cache
def font_folder() -> Path:
    """Return the folder with the font files."""
    spec = find_spec("fontpkg_atkinson_hyperlegible")
    assert spec, "the lock file installs the font package"
    assert spec.origin
    return Path(spec.origin).parent / "files"


def font_path(face: str) -> Path:
    """Return the font file of a face, a key of `FACES`."""
    return font_folder() / FACES[face][0]


def font_css(base: str) -> str:
    """Return the @font-face rules for files under the address `base`, which ends in a slash."""
    return "".join(
        f'@font-face{{font-family:"{FAMILY}";font-style:{style};font-weight:{weight};src:url("{base}{name}")}}\n'
        for name, style, weight in FACES.values()
    )


@cache
def letters() -> frozenset[int]:
    """Return the code points that every face of the family has."""
    faces = []
    for face in FACES:
        with TTFont(font_path(face), lazy=True) as font:
            faces.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*faces)


@cache
def ebook_font(face: str, characters: frozenset[int]) -> bytes:
    """Return a subset of a face with the letters of cp1252 and those of `characters`.

    The e-books of a language share it: few of them have other letters.
    """
    return subset_font(font_path(face), {*CP1252, *characters})


def subset_font(source: Path | bytes, characters: set[int], flavor: str | None = None) -> bytes:
    """Return a subset of a font with these code points, as TrueType or `woff2`, with its name and license."""
    font = TTFont(io.BytesIO(source) if isinstance(source, bytes) else source, recalcTimestamp=False)
    options = Options(name_IDs=["*"], hinting=False, notdef_outline=True)
    options.drop_tables += ["meta"]  # the languages it was designed for; cannot be subset
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = flavor
    data = io.BytesIO()
    font.save(data, reorderTables=True)
    return data.getvalue()
