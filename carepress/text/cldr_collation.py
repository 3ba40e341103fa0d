"""The Unicode Collation Algorithm (Unicode Technical Standard 10) with the tables of carepress/text/cldr.py.

The tables have the letters and signs of the typefaces that every installation has. Their order and index letters are
those of ICU: tests/test_collation.py compares them in each language. Other characters have only about the same place as
in ICU: “Ⅳ” is sorted as “IV”, signs are before digits, and letters of other scripts are last, by their codes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from unicodedata import category, combining, digit, normalize

from carepress.text.cldr import ROOT, SCRIPTS, LanguageRow, Weights, weights_of

FIRST_LETTERS = "aαа"  # of SCRIPTS
FIRST = b"\x2a"  # between digits and letters, where CLDR keeps a byte free: for scripts that are sorted first
SIGN = b"\x0f"  # begins the weight of a sign that has no row, such as an emoji: after the other ones, before digits
UNKNOWN = b"\xfe"  # begins the weight of a letter in another script: after all others, by its code
IGNORED = {"Cc", "Cf", "Me"}  # categories: control and format characters, and what encloses a letter
LONGEST = 4  # letters that are sorted as one, such as Hungarian “ddzs”


def table_key(text: str, row: LanguageRow) -> bytes:
    """Return a sort key: the letters of a text, its accents, its capitals, as ICU's without compression."""
    found = [*elements(text, weights_of(row.name))]
    accents = [weights.secondary for weights in found]
    cases = [_case(weights, row.upper_first) for weights in found]
    levels = (_letters(found, row), b"".join(reversed(accents) if row.backwards else accents), b"".join(cases))
    return b"\1".join(levels)


def elements(text: str, table: Mapping[str, tuple[Weights, ...]]) -> Iterator[Weights]:
    """Yield the weights of a text: of its longest parts that have some (UTS 10, step 2).

    A mark belongs to the letter before it, even if others are between them, as in Vietnamese “ậ”, which is “â” with a dot.
    """
    letters = [*normalize("NFD", text)]
    while letters:
        size = next((size for size in range(LONGEST, 1, -1) if "".join(letters[:size]) in table), 1)
        part, letters = "".join(letters[:size]), letters[size:]
        passed, last = 0, 0  # marks that are no part of it
        while passed < len(letters) and (order := combining(letters[passed])):
            if order > last and part + letters[passed] in table:
                part += letters.pop(passed)
            else:
                passed, last = passed + 1, order
        yield from table.get(part) or _unlisted(part, table)


def _unlisted(letter: str, table: Mapping[str, tuple[Weights, ...]]) -> Iterator[Weights]:
    """Yield the weights of a character that has no row: of the letters or digit that it is like, such as “IV” of “Ⅳ”."""
    if (alike := str(digit(letter, normalize("NFKD", letter)))) != letter:
        yield from elements(alike, table)
    elif (kind := category(letter)) not in IGNORED and not combining(letter):
        yield Weights((UNKNOWN if kind[0] in "LM" else SIGN) + ord(letter).to_bytes(3))


def _letters(found: list[Weights], row: LanguageRow) -> bytes:
    """Return the weights of letters, with those of the first scripts of a language before others."""
    first = {SCRIPTS.index(script) + 1: place for place, script in enumerate(row.scripts, 2)}
    places = ((weights.primary, first.get(_script(weights.primary))) for weights in found)
    return b"".join(FIRST + bytes([place]) + weight if place else weight for weight, place in places)


def _script(primary: bytes) -> int:
    """Return the script of a weight as its place in SCRIPTS, from 1; 0 is before the letters."""
    return bisect_right(_first_weights(), primary[:1])


@cache
def _first_weights() -> list[bytes]:
    return [*(weights_of(ROOT)[letter][0].primary[:1] for letter in FIRST_LETTERS), UNKNOWN]


def _case(weights: Weights, upper_first: bool) -> bytes:
    """Return the weight of a capital or small letter, whose highest two bits are set in capitals."""
    if not weights.tertiary:
        return b""
    bits = weights.tertiary[0]
    return bytes([bits ^ 0xC0 if upper_first else bits & 0x3F]) + weights.tertiary[1:]


def table_letter(text: str, row: LanguageRow) -> str:
    """Return the letter that a text is under in an index, or "" if it begins with none of the language or of English."""
    found = [*elements(text, weights_of(row.name))]
    letters = _letters(found, row)
    label = next((label for label in _labels(row) if label.has(letters)), None)
    script = next((_script(weights.primary) for weights in found if weights.primary), 0)
    return label.text if label and label.script == script else ""


@dataclass(frozen=True, slots=True)
class _Label:
    """A letter of an index. One of two letters, such as Maltese “Ie”, has only the words that begin with both."""

    weight: bytes
    script: int
    text: str
    is_compound: bool

    def has(self, letters: bytes) -> bool:
        return letters.startswith(self.weight) if self.is_compound else letters >= self.weight


@cache
def _labels(row: LanguageRow) -> list[_Label]:
    """Return the letters of an index, from the last one to the first."""
    found = ((text, [*elements(text, weights_of(row.name))]) for text in row.labels)
    labels = (
        _Label(_letters(weights, row), _script(weights[0].primary), text, sum(bool(w.primary) for w in weights) > 1)
        for text, weights in found
    )
    return sorted(labels, key=lambda label: label.weight, reverse=True)
