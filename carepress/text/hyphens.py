"""Divide words with the hyphenation patterns of their language."""

from __future__ import annotations

import re
from functools import cache

from pyphen import Pyphen, language_fallback

from carepress.text.line_breaks import BREAK, SOFT_HYPHEN

SHORTEST = 10  # letters: shorter words are never divided
ENDS = 3  # letters: the fewest before and after a hyphen
UNBROKEN = re.compile(rf"[^\s{SOFT_HYPHEN}/?-]{{25,}}")  # lines end after these signs
STEP = re.compile(r".{10}(?=.{5})")
LETTERS = re.compile(r"[^\W\d_]+")


def hyphenated(word: str, lang: str) -> str:
    """Return a text with a soft hyphen wherever a long word of it may be divided."""
    patterns = _patterns(lang)
    if patterns is None or SOFT_HYPHEN in word:
        return word
    return LETTERS.sub(lambda match: _divided(match[0], patterns), word)


def breakable(run: str, lang: str) -> str:
    """Return a very long word or an address that can be broken: where it is hyphenated, or else anywhere."""
    return UNBROKEN.sub(lambda part: STEP.sub(rf"\g<0>{BREAK}", part[0]), hyphenated(run, lang))


def _divided(word: str, patterns: Pyphen) -> str:
    return patterns.inserted(word, SOFT_HYPHEN) if len(word) >= SHORTEST else word


@cache
def _patterns(lang: str) -> Pyphen | None:
    """Return the patterns of a language, or None if there are none."""
    name = language_fallback(lang.replace("-", "_"))
    return Pyphen(lang=name, left=ENDS, right=ENDS) if name else None
