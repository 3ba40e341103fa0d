"""How scripts write words, sentences, digits and punctuation, and how long a text of theirs is."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from carepress.text.language import language_script


@dataclass(frozen=True, slots=True)
class Script:
    """A script as the checks need it.

    `letter` is how many English letters one of its letters replaces, on average: a Chinese character replaces three.
    Without `words`, no spaces separate the words; without `sentences`, no mark ends a sentence.
    """

    letter: float = 1.0
    shortest: float = 0.66
    """The shortest share of the English that a translation has left, by `letter`."""
    joined: float = 0.93
    """The shortest share that is left where two sentences have become one; below it, one was lost."""
    words: bool = True
    sentences: bool = True
    questions: bool = True
    """Questions end with a mark of their own."""
    colons: tuple[str, ...] = ()
    """What else a text may end with before a list: “as follows” in Thai, a dash in Burmese, a sentence in Korean."""


# By ISO 15924. `letter` is measured on the sentences in tests/checks/languages/.
SCRIPTS = {
    "Arab": Script(1.3),
    "Armn": Script(questions=False),  # ՞ is inside the last word
    "Ethi": Script(1.6),
    "Hang": Script(2.2, colons=("다.", "요.")),
    "Hans": Script(3.6, 0.55, 0.75, words=False),
    "Hant": Script(3.6, 0.55, 0.75, words=False),
    "Hebr": Script(1.4),
    "Jpan": Script(2.4, 0.6, 0.8, words=False, questions=False),
    "Khmr": Script(words=False, questions=False),
    "Kore": Script(2.2, colons=("다.", "요.")),
    "Laoo": Script(1.15, words=False, sentences=False, questions=False, colons=("ດັ່ງນີ້", "ຕໍ່ໄປນີ້")),
    "Mymr": Script(words=False, questions=False, colons=tuple("-–—−")),
    "Thai": Script(1.15, words=False, sentences=False, questions=False, colons=("ดังนี้", "ต่อไปนี้", "ได้แก่")),
    "Tibt": Script(words=False, questions=False),
}
_ALPHABET = Script()


@cache
def script_of(lang: str) -> Script:
    """Return the script of a language."""
    return SCRIPTS.get(language_script(lang), _ALPHABET)


# --- Letters ---------------------------------------------------------------------------------


# Vowel signs and other marks, which `\w` does not match, and the joiners between letters.
MARKS = (
    "".join(chr(code) for code in range(0x300, 0xAC00) if unicodedata.category(chr(code))[0] == "M") + "\u200c\u200d"
)
LETTERS = rf"[^\W\d_](?:[^\W\d_]|[{MARKS}])*"
# Letters of scripts that set a word apart from the digits after it: B12 is a name. In 每天2次, 2 is a number.
ALPHABET = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0370-\u052f\u1e00-\u1fff"


def length(text: str, script: Script) -> float:
    """Return the length of a text in letters of English."""
    return sum(script.letter if ord(letter) > LATIN and letter.isalpha() else 1 for letter in text)


def width(text: str) -> int:
    """Return the width of a text in Latin letters: a Chinese character is as wide as two, a vowel sign adds nothing."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else unicodedata.category(letter) not in ("Mn", "Me", "Cf")
        for letter in text
    )


LATIN = 0x24F


# --- Digits and punctuation ------------------------------------------------------------------


def _plain(code: int) -> str:
    letter = chr(code)
    digit = unicodedata.decimal(letter, None)
    return str(digit) if digit is not None else unicodedata.normalize("NFKC", letter)


# One letter for one letter, so that places in the text stay the same. Full-width ends of a sentence stay as they are:
# no space has to follow them.
_NORMAL = {
    **{code: _plain(code) for code in range(0x660, 0xAA00) if unicodedata.category(chr(code)) == "Nd"},
    **{code: _plain(code) for code in range(0xFF01, 0xFF5F) if chr(code) not in "！．？"},
    ord("٪"): "%",
    ord("’"): "'",
}


def normal(text: str) -> str:
    """Return a text with European digits, percent signs and half-width letters; no letter changes its place."""
    return text.translate(_NORMAL)


# Vowel points of Arabic and Hebrew, which may be left out, and the line that lengthens an Arabic word.
_POINTS = re.compile("[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u0652\u0670\u0640]")


def without_points(text: str) -> str:
    """Return a text without the vowel points that Arabic and Hebrew may leave out."""
    return _POINTS.sub("", text)


PERIODS = ".。．｡।॥۔።။།༎៕។։"
QUESTIONS = "?？؟⸮፧\u037e"
EXCLAMATIONS = "!！"
# Marks of the same class: a text that ends with “.” in English may end with any of the first in its own script.
CLASSES = {
    ".": PERIODS,
    "?": QUESTIONS,
    "!": EXCLAMATIONS,
    ":": ":：፡፥፦៖",
    ";": ";；؛፤",
    ",": ",，、،፣၊",
    "…": "…⋯",
}
_CLASS = {mark: name for name, marks in CLASSES.items() for mark in marks}
# These end a sentence even if no space follows.
ENDS = "".join(mark for mark in PERIODS + QUESTIONS + EXCLAMATIONS if mark not in ".?!")
BREAKS = "".join(CLASSES[","] + CLASSES[";"] + CLASSES[":"])


def mark_class(mark: str) -> str:
    """Return the class of a punctuation mark, as its European form, or an empty text for other letters."""
    return _CLASS.get(mark, "")
