"""What CLDR knows about languages in Latin, Cyrillic and Greek letters: their letters, and in which order these are sorted.

`tests/support_cldr.py` writes the tables from ICU, so that a book in these scripts does not need it
(carepress/text/icu_library.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from carepress.text.language import language_script, locale_of

SCRIPTS = ("Latn", "Grek", "Cyrl")  # in the order of their weights
FOLDER = Path(__file__).parent
ROOT = "root"  # the order of languages without rules of their own


@dataclass(frozen=True, slots=True)
class LanguageRow:
    """A language in cldr-languages.tsv."""

    name: str
    scripts: tuple[str, ...]
    """The scripts that are sorted before all others."""
    upper_first: bool
    """“A” is before “a”."""
    backwards: bool
    """Accents are compared from the end of a text, as in Canadian French."""
    letters: str
    """Its small letters."""
    labels: tuple[str, ...]
    """The letters of an index, with those of English."""


@dataclass(frozen=True, slots=True, order=True)
class Weights:
    """A collation element: bytes that are compared with those of others, letters first, then accents, then case.

    No weight begins with another one (Unicode Technical Standard 10; CLDR's fractional weights). An empty one is ignored.
    """

    primary: bytes
    secondary: bytes = b"\5"
    tertiary: bytes = b"\5"


def has_table(lang: str) -> bool:
    """Tell whether a language is in a script of the tables."""
    return language_script(lang) in SCRIPTS


def language_row(lang: str) -> LanguageRow:
    """Return the row of a language in a script of the tables, or that of the root, which has no letters."""
    rows = _rows()
    return next(rows[name] for name in row_names(lang) if name in rows)


def row_names(lang: str) -> tuple[str, ...]:
    """Return the names that the row of a language may have: `sr_ME`, `sr_Latn`, `sr`, `root`."""
    base = locale_of(lang).language
    return lang, f"{base}_{language_script(lang)}", base, ROOT


@cache
def _rows() -> dict[str, LanguageRow]:
    rows = (line.split("\t") for line in _lines("cldr-languages.tsv"))
    return {
        name: LanguageRow(name, tuple(scripts.split()), "U" in flags, "B" in flags, letters, tuple(labels.split()))
        for name, scripts, flags, letters, labels in rows
    }


@cache
def weights_of(name: str) -> Mapping[str, tuple[Weights, ...]]:
    """Return the weights of letters and of groups of letters in NFD, by the name of a row: of the root's, and its own."""
    found = dict(weights_of(ROOT)) if name != ROOT else {}
    for line in _lines("cldr-weights.tsv"):
        lang, codes, elements = line.split("\t")
        if lang == name:
            found["".join(chr(int(code, 16)) for code in codes.split())] = tuple(map(_weights, elements.split()))
    return found


def _weights(element: str) -> Weights:
    return Weights(*map(bytes.fromhex, element.split(".")))


def _lines(file: str) -> Iterator[str]:
    lines = (FOLDER / file).read_text(encoding="utf-8").splitlines()
    return (line for line in lines if not line.startswith("#"))
