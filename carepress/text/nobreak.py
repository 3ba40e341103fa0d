"""Keep words together that a line break would part, in print: short compounds, telephone numbers, the last words.

Spaces become no-break spaces; the typeface has no no-break hyphen, so compounds are marked to be set on one line.
"""

from __future__ import annotations

import re

NBSP = "\u00a0"
SHORT_COMPOUND = 14  # letters: a longer compound may break after its hyphen, unless one part has only one letter
SHORT_CELL = 10  # letters: a compound no longer than this fits into any column
SHORT_END = 14  # letters, without the space: two last words shorter than this stay together
TITLE_TAIL = 10  # letters: the least on the last line of a title, if its words are not too long to be bound

# “cells T”, “vitamin K”: a capital alone after a word. I and A may be words.
SINGLE_LETTER = re.compile(r"(?<=\w) (?=[B-HJ-Z]\b(?![’']))")
# “38.1 °C”, “10 mg”: a number and its unit.
_UNITS = r"(?:°[CF]|%|[mµnk]?g|mcg|[mdµ]?[lL]|[kmc]?m|mm|mmol|I?U|h|a\.? ?m\.?|p\.? ?m\.?)(?!\w)"
UNIT = re.compile(rf"(?<=\d) (?={_UNITS})")
TELEPHONE = re.compile(r"(?<![\d,.])\+?\(?\d[\d()]*(?:[ ‑–-]\(?\d[\d()]*)+(?![\d,.]\d)")
TELEPHONE_DIGITS = 7
# A letter, or the marks and vowel signs on it, which are drawn wrong in a piece of their own: “एक-दूसरे”.
_LETTER = (
    "[\\w’\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963\u0966-\u0e4e"
    "\u0e50-\u0e59\u0e80-\u0eff\u1000-\u1049\u1050-\u109f\u135d-\u135f\u1780-\u17d3\u17dd]"
)
# “B-cell”; “10 000” with a thin space, where lines may break otherwise.
COMPOUND = re.compile(rf"\d+(?:\u2009[\w°%]+)+|{_LETTER}+(?:-{_LETTER}+)+")


def bind_units(text: str) -> str:
    """Return a text with a no-break space between each number and its unit."""
    return UNIT.sub(NBSP, text)


def bind_spaces(text: str, *, before: str = "", after: str = "", title: int = 0) -> str:
    """Return a text with no-break spaces between words that belong together.

    `before` and `after` are the rest of its paragraph; a title gets a last line of more than one short word, and `title`
    is the most letters that are bound for it.
    """
    text = SINGLE_LETTER.sub(NBSP, bind_units(TELEPHONE.sub(_bind_number, text)))
    whole = before + text + after
    bound = _bind_title(whole, title) if title else _bind_end(whole)
    return bound[len(before) : len(before) + len(text)]


def _bind_number(match: re.Match[str]) -> str:
    number = match[0]
    return number.replace(" ", NBSP) if sum(map(str.isdigit, number)) >= TELEPHONE_DIGITS else number


def _bind_end(text: str) -> str:
    """Bind the last two words if they are short: a line of one short word is lost below its paragraph."""
    head, space, last = text.rstrip().rpartition(" ")
    before = head.rpartition(" ")
    if not space or not before[1] or len(before[2]) + len(last) >= SHORT_END:
        return text
    return f"{head}{NBSP}{last}" + text[len(text.rstrip()) :]


def _bind_title(text: str, most: int) -> str:
    """Bind the last words of a title until they are long enough for a line, but leave a space to break at."""
    tail, rest = "", text
    while len(tail) < TITLE_TAIL:
        head, space, word = rest.rpartition(" ")
        longer = word + NBSP + tail if tail else word
        if not space or len(longer) > most:
            break
        tail, rest = longer, head
    return f"{rest} {tail}" if tail else text


def compounds(text: str) -> list[tuple[str, bool]]:
    """Return a text in pieces, and whether each must not break: a compound, as B-cell or Cytosar-U."""
    found: list[tuple[str, bool]] = []
    end = 0
    for match in COMPOUND.finditer(text):
        if len(match[0]) <= SHORT_COMPOUND or any(len(part) == 1 for part in match[0].split("-")):
            found += [(text[end : match.start()], False), (match[0], True)]
            end = match.end()
    return [piece for piece in (*found, (text[end:], False)) if piece[0]]


def fits_cell(compound: str) -> bool:
    """Tell whether a compound is short enough for a column of a table, as Cytosar-U is."""
    return "-" in compound and len(compound) <= SHORT_CELL
