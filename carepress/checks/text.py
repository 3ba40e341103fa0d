"""The input of checks: a text and its translation, split into words."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from carepress.checks.script import BREAKS, ENDS, LETTERS, MARKS, Script, normal, script_of, without_points
from carepress.model import Severity
from carepress.text.inline import Blank, Inline, InlineError, Link, Text, parse_inline


@dataclass(frozen=True, slots=True)
class Pair:
    """A segment in `source_lang` and its translation.

    `path`, `line` and `context` (msgctxt) are those of the catalog's entry. The codes in `seen` were looked at by a
    translator, who left both texts as they are: their warnings are not repeated. A `familiar` text is in a chapter that
    addresses its reader as a friend: tú in Spanish.
    """

    source: str
    text: str
    lang: str
    kind: str
    path: str
    line: int | None
    source_lang: str = "en"
    context: str = ""
    seen: frozenset[str] = frozenset()
    familiar: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem that a check found in one pair: what is wrong, and what to do.

    A check that is certain of most of its findings marks its doubts as warnings. One that `is_vague` says little of a text that
    was written again. `sides` are the texts in which something has no counterpart: 0 for the source, 1 for the translation.
    """

    message: str
    hint: str
    severity: Severity = "error"
    is_vague: bool = False
    sides: tuple[int, ...] = ()


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
    rf"(?P<gap>\.\s?\.\s?\.|…)|(?P<end>[.!?]+(?=[\s»”'\")]|$)|[{ENDS}]+)"
    rf"|(?P<break>[{BREAKS}()[\]¿¡«»“”„/–—~〜·「」『』《》〈〉【】]|\s-\s)"
    rf"|(?P<word>\b[ap]\u2024\s?m\b\u2024?|\d+(?:[.,٫٬]\d+)*|%|°[CF]?|℃|℉|n't\b|'(?:\w|[{MARKS}])+|[^\W\d_]+?(?=n't\b)|{LETTERS})"
)
# Dots that do not end a sentence: titles, initials and abbreviations, and those before a small letter.
_SHORT = re.compile(
    r"\b[ap]\.(?=\s?m\.)|(?:(?<=\b[ap]\.)|(?<=\b[ap]\.\s))m\.(?!\s[A-Z])|"
    r"\b(?:Dr|Dra|Sr|Sra|Mr|Mrs|Ms|vs|p|ej|e\.g|i\.e|aprox|núm|tel|N|EE)\.|\b[A-Z]\.(?=\s?[A-Z]\.)|\b(?:UU|[A-Z])\.(?=\s[a-z])"
    r"|\.(?=\s[a-zß-öø-ÿα-ωа-џ])"
)

# Addresses are not words, but the name of a site is (Cancer.Net). Other scripts write letters next to them.
_ADDRESS = re.compile(r"(?a:(?:https?://|www\.)[!-~]*\w|[\w.+-]+@[\w.-]*\w)")
_PRINTF = re.compile(r"%\(\w+\)[sd]")


def split_words(text: str, openings: frozenset[int] = frozenset()) -> tuple[Word, ...]:
    """Split a plain text into words. Possessive ’s and contracted n’t are words of their own.

    `openings` are places where a title may begin, such as the text of a link.
    """
    text = _ADDRESS.sub(lambda match: " " * len(match[0]), normal(text))
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
    return word if len(word) > 1 and word.isupper() else without_points(word.lower())


@dataclass(frozen=True, slots=True)
class Mark:
    """A link, bold or italics with the place of its words in the plain text; `target` is empty unless it is a link."""

    kind: str
    target: str
    start: int
    end: int


class ParsedText:
    """One text of a pair, parsed and split into words once for all checks."""

    def __init__(self, text: str, lang: str) -> None:
        self.text = unicodedata.normalize("NFC", text)
        self.lang = lang

    @property
    def script(self) -> Script:
        """How the language writes words, sentences and letters."""
        return script_of(self.lang)

    @cached_property
    def nodes(self) -> tuple[Inline, ...]:
        """The inline markup; none if the text does not parse, which the check `html` reports."""
        try:
            return parse_inline(self.text)
        except InlineError:
            return ()

    @cached_property
    def _flat(self) -> tuple[str, tuple[Mark, ...]]:
        """The words without markup, addresses and placeholders, and the marks."""
        marks: list[Mark] = []
        text = _flatten(self.nodes or (Text(self.text),), "", marks)
        return text, tuple(sorted(marks, key=lambda mark: (mark.start, -mark.end)))

    @property
    def plain(self) -> str:
        """The text without markup, addresses and placeholders."""
        return self._flat[0]

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The links and emphasis, in order."""
        return self._flat[1]

    @cached_property
    def normal(self) -> str:
        """`plain` with European digits and half-width letters, each in the same place."""
        return normal(self.plain)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of `plain`."""
        return split_words(self.plain, frozenset(mark.start for mark in self.marks))

    @cached_property
    def sentences(self) -> int:
        """The number of sentences."""
        return self.words[-1].sentence + 1 if self.words else 0


def _flatten(nodes: tuple[Inline, ...], text: str, marks: list[Mark]) -> str:
    """Return a text with the words of the nodes, and add their marks to a list."""
    for node in nodes:
        if isinstance(node, Text):
            text += _PRINTF.sub(" ", node.text)
        elif isinstance(node, Blank):
            text += " "
        else:
            start = len(text)
            text = _flatten(node.children, text, marks)
            target = node.target if isinstance(node, Link) else ""
            marks.append(Mark(type(node).__name__.lower(), target, start, len(text)))
    return text
