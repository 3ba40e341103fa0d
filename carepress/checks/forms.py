"""The dictionary forms of words: “feet” is a form of “foot”, «pide» of «pedir».

The forms are languages/LANG-forms.tsv, made by tests/languages/dictionary.py: a line for each way to inflect, with the
ending of the dictionary form, the endings of all forms, and the stems. Words are compared without accents, except ñ.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from carepress.checks.language import read_language

FOLDER = Path(__file__).parent / "languages"


@lru_cache(maxsize=20000)
def plain(word: str) -> str:
    """Return a word in small letters without accents; ñ is a letter of its own."""
    letters = unicodedata.normalize("NFD", word.casefold()).replace("n\N{COMBINING TILDE}", "ñ")
    return "".join(c for c in letters if not unicodedata.combining(c))


@dataclass(frozen=True, slots=True, eq=False)
class Forms:
    """The ways to inflect, by the endings of forms: the ending of the dictionary form, and the stems."""

    by_ending: dict[str, tuple[tuple[str, frozenset[str]], ...]]
    longest: int
    """The letters of the longest ending."""

    def find(self, word: str) -> frozenset[str]:
        """Return the dictionary forms of a plain word."""
        found = set()
        for at in range(max(0, len(word) - self.longest), len(word) + 1):
            for ending, stems in self.by_ending.get(word[at:], ()):
                if word[:at] in stems:
                    found.add(word[:at] + ending)
        return frozenset(found)


@cache
def read_forms(lang: str) -> Forms | None:
    """Return the forms of a language, or None where there is no table of them."""
    path = FOLDER / f"{lang.partition('_')[0]}-forms.tsv"
    if not path.is_file():
        return None
    found: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    for ending, endings, stems in rows(path):
        row = (ending, frozenset("" if stem == "-" else stem for stem in stems.split(" ")))
        for form in endings.split(" "):
            found["" if form == "-" else form].append(row)
    return Forms({ending: tuple(items) for ending, items in found.items()}, max(map(len, found)))


def rows(path: Path) -> Iterator[list[str]]:
    """Yield the fields of each line of a table that is not a comment."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines if not line.startswith("#"))


@lru_cache(maxsize=40000)
def lemmas(word: str, lang: str) -> frozenset[str]:
    """Return the dictionary forms that a word may have; the word itself if none is known."""
    word = plain(word)
    forms = read_forms(lang)
    if forms is None:
        return frozenset((word,))
    return forms.find(word) or _of_parts(word, forms, lang) or frozenset((word,))


def _of_parts(word: str, forms: Forms, lang: str) -> frozenset[str]:
    """Return the dictionary forms of a word without its attached pronoun or the ending of an adverb or diminutive."""
    language = read_language(lang)
    for ending, instead in (*((ending, "") for ending in language.enclitics), *language.derivations):
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST:
            found = forms.find(word.removesuffix(ending) + instead)
            if found:
                return found
    return frozenset()


SHORTEST = 3
"""The fewest letters of a word without its ending."""
