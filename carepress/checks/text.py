"""The input of checks: a text and its translation, split into words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from carepress.text.inline import Blank, Inline, InlineError, Text, parse_inline, walk


@dataclass(frozen=True, slots=True)
class Pair:
    """A source segment and its translation; `path` and `line` are those of the catalog's entry."""

    source: str
    text: str
    lang: str
    kind: str
    path: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that a check found in one pair: what is wrong, and what to do."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word, number or unit. `key` is its form in tables: lower case, except for acronyms.

    `sentence` and `clause` count from 0. `opens` is true for the first word of a sentence, a
    quotation or a parenthesis: its capital letter does not make it a name.
    """

    text: str
    key: str
    start: int
    end: int
    sentence: int
    clause: int
    opens: bool


_TOKEN = re.compile(
    r"(?P<gap>\.\s?\.\s?\.|…)|(?P<end>[.!?]+(?=[\s»”’\")]|$))|(?P<break>[,;:()¿¡«»“”/–—]|\s-\s)"
    r"|(?P<word>\d+(?:[.,]\d+)*|%|°[CF]?|n't\b|'\w+|[^\W\d_]+?(?=n't\b)|[^\W\d_]+)"
)
# Dots that do not end a sentence: titles, initials and abbreviations.
_SHORT = re.compile(
    r"\b(?:Dr|Dra|Sr|Sra|Mr|Mrs|Ms|vs|p|ej|e\.g|i\.e|aprox|núm|tel|N|EE)\.|\b[A-Z]\.(?=\s?[A-Z]\.)|\b(?:UU|[A-Z])\.(?=\s[a-z])"
)

# Addresses are not words, but the name of a site is (Cancer.Net).
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*\w|[\w.+-]+@[\w.-]*\w")
_PRINTF = re.compile(r"%\(\w+\)[sd]")


def split_words(text: str, openings: frozenset[int] = frozenset()) -> tuple[Word, ...]:
    """Split a plain text into words. Possessive ’s and contracted n’t are words of their own.

    `openings` are places where a title may begin, such as the text of a link.
    """
    text = _ADDRESS.sub(lambda match: " " * len(match[0]), text.replace("’", "'"))
    masked = _SHORT.sub(lambda match: match[0].replace(".", "\u2024"), text)
    words: list[Word] = []
    sentence = clause = 0
    opens = True
    for match in _TOKEN.finditer(masked):
        if match["word"]:
            begins = opens or match.start() in openings
            words.append(Word(match[0], _key(match[0]), match.start(), match.end(), sentence, clause, begins))
            opens = False
        else:
            sentence += match["end"] is not None
            clause += 1
            opens = opens or _ends_in_stop(masked, match.end()) if match[0] == "(" else match[0] != ","
    return tuple(words)


def _ends_in_stop(text: str, start: int) -> bool:
    """Return whether a parenthesis holds a sentence, whose first word is capitalized without being a name."""
    return text[start:].partition(")")[0][-1:] in (".", "!", "?")


def _key(word: str) -> str:
    return word if len(word) > 1 and word.isupper() else word.lower()


class ParsedText:
    """One text of a pair, parsed and split into words once for all checks."""

    def __init__(self, text: str, lang: str) -> None:
        self.text = text
        self.lang = lang

    @cached_property
    def nodes(self) -> tuple[Inline, ...]:
        """The inline markup; none if the text does not parse, which the check `html` reports."""
        try:
            return parse_inline(self.text)
        except InlineError:
            return ()

    @cached_property
    def _flat(self) -> tuple[str, frozenset[int]]:
        """The words without markup, addresses and placeholders, and where marked words begin."""
        text, openings = "", set()
        for node in walk(self.nodes) if self.nodes else (Text(self.text),):
            if isinstance(node, Text):
                text += _PRINTF.sub(" ", node.text)
            elif isinstance(node, Blank):
                text += " "
            else:
                openings.add(len(text))
        return text, frozenset(openings)

    @property
    def plain(self) -> str:
        """The text without markup, addresses and placeholders."""
        return self._flat[0]

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of `plain`."""
        return split_words(*self._flat)

    @cached_property
    def sentences(self) -> int:
        """The number of sentences."""
        return self.words[-1].sentence + 1 if self.words else 0
