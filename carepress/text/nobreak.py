"""Keep words together that a line break would part, in print: short compounds, telephone numbers, the last words.

Spaces become no-break spaces; the typeface has no no-break hyphen, so compounds are marked to be set on one line.
"""

from __future__ import annotations

import re

NBSP = "\u00a0"
SHORT_COMPOUND = 14  # letters: a longer compound may break after its hyphen, unless one part has only one letter
SHORT_END = 14  # letters, without the space: two last words shorter than this stay together
TITLE_TAIL = (10, 24)  # the last line of a title has at least so many letters, but no more are bound to it

# “cells T”, “vitamin K”: a capital alone after a word. I and A may be words.
SINGLE_LETTER = re.compile(r"(?<=\w) (?=[B-HJ-Z]\b(?![’']))")
# “38.1 °C”, “10 mg”: a number and its unit.
UNIT = re.compile(r"(?<=\d) (?=(?:°[CF]|%|[mµk]?g|m?[lL]|[mc]m|h|a\.? ?m\.?|p\.? ?m\.?)(?!\w))")
TELEPHONE = re.compile(r"(?<![\d,.])\+?\(?\d[\d()]*(?:[ ‑–-]\(?\d[\d()]*)+(?![\d,.]\d)")
TELEPHONE_DIGITS = 7
COMPOUND = re.compile(r"[\w’]+(?:-[\w’]+)+|[^\s\uac00-\ud7a3]*[\uac00-\ud7a3]\S+")


def bind_spaces(text: str, *, before: str = "", after: str = "", title: bool = False) -> str:
    """Return a text with no-break spaces between words that belong together.

    `before` and `after` are the rest of its paragraph; a `title` gets a last line of more than one short word.
    """
    text = SINGLE_LETTER.sub(NBSP, UNIT.sub(NBSP, TELEPHONE.sub(_bind_number, text)))
    bind = _bind_title if title else _bind_end
    return bind(before + text + after)[len(before) : len(before) + len(text)]


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


def _bind_title(text: str) -> str:
    """Bind the last words of a title until they are long enough for a line, but leave a space to break at."""
    least, most = TITLE_TAIL
    tail, rest = "", text
    while len(tail) < least:
        head, space, word = rest.rpartition(" ")
        longer = word + NBSP + tail if tail else word
        if not space or len(longer) > most:
            break
        tail, rest = longer, head
    return f"{rest} {tail}" if tail else text


def compounds(text: str) -> list[tuple[str, bool]]:
    """Return a text in pieces, and whether each must not break: a compound, as B-cell or Cytosar-U, or a Korean word.

    Korean is divided between words, but layout programs may divide it after any syllable.
    """
    found: list[tuple[str, bool]] = []
    end = 0
    for match in COMPOUND.finditer(text):
        if len(match[0]) <= SHORT_COMPOUND or any(len(part) == 1 for part in match[0].split("-")):
            found += [(text[end : match.start()], False), (match[0], True)]
            end = match.end()
    return [piece for piece in (*found, (text[end:], False)) if piece[0]]
