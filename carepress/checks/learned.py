"""Words that correspond in the reviewed translations of a book, though no dictionary says so.

`publish.py catalogs learn` writes them to locales/LANG/learned.tsv: an English word in its dictionary form, then words of
the translations. A line that begins with a period has the digest of a text, then the words that its translation lacks,
the words that the translation has more, the pairs of words that correspond in this text only, and the words of the
translation in order (checks.review). A “|” separates several translations.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from carepress.checks.forms import lemmas, plain, read_forms

STEM = 6
"""The letters of a word that are compared in a language without a table of forms."""


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """The pairs of words, by the word of the source, and what is right in single texts, by their digests."""

    pairs: Mapping[str, frozenset[str]]
    texts: Mapping[str, Text]

    def left_over(self, source: str) -> LeftOver | None:
        """Return the words left over in a text and its reviewed translation, or None if none was learned from."""
        text = self.texts.get(digest(source))
        return text.left_over if text else None

    def reviewed(self, source: str) -> frozenset[str]:
        """Return the words of each reviewed translation of a text, as in `Text`."""
        text = self.texts.get(digest(source))
        return text.reviewed if text else frozenset()

    def within(self, source: str) -> Learned:
        """Return what was learned, with the pairs that are right in one text only."""
        text = self.texts.get(digest(source))
        if not text or not text.pairs:
            return self
        pairs = dict(self.pairs)
        for first, second in text.pairs:
            pairs[first] = pairs.get(first, frozenset()) | {second}
        return Learned(pairs, self.texts)


LeftOver = tuple[Counter[str], Counter[str]]
"""The words of a text, and of its translation, that correspond to nothing, and how often each."""
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Text:
    """What is right in one text: words that are left over, pairs that correspond, and the words of translations."""

    left_over: LeftOver = (Counter(), Counter())
    pairs: Pairs = frozenset()
    reviewed: frozenset[str] = frozenset()
    """The words of each translation, in order (`checks.review.review_of`)."""

    def __or__(self, other: Text) -> Text:
        lost, added = (one | two for one, two in zip(self.left_over, other.left_over))
        return Text((lost, added), self.pairs | other.pairs, self.reviewed | other.reviewed)


def learned_of(pairs: Iterable[tuple[str, str]], texts: Iterable[tuple[str, Text]]) -> Learned:
    """Return what pairs of words teach, and texts by their digests; a text may have several translations."""
    found: dict[str, set[str]] = defaultdict(set)
    for first, second in pairs:
        found[first].add(second)
    known: dict[str, Text] = {}
    for name, text in texts:
        known[name] = known.get(name, Text()) | text
    return Learned({word: frozenset(items) for word, items in found.items()}, known)


NOTHING = learned_of((), ())


@lru_cache(maxsize=40000)
def key(word: str, lang: str) -> str:
    """Return the form by which a word is compared: its shortest dictionary form, or how it begins."""
    return min(lemmas(word, lang), key=lambda item: (len(item), item)) if read_forms(lang) else plain(word)[:STEM]


def digest(source: str) -> str:
    """Return the digest of a source text."""
    return sha256(source.encode()).hexdigest()[:6]


# --- The file --------------------------------------------------------------------------------

HEAD = "# Written by publish.py catalogs learn from reviewed translations.\n"


def parse_learned(text: str) -> Learned:
    """Return the content of a file."""
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    pairs = ((word, item) for word, *items in rows if word[0] != "." for item in items)
    texts = ((word[1:], _text(items)) for word, *items in rows if word[0] == ".")
    return learned_of(pairs, texts)


def _text(fields: list[str]) -> Text:
    lost, added, pairs, words = (*fields, "", "", "", "")[:4]
    return Text(
        (Counter(lost.split()), Counter(added.split())),
        frozenset((a, b) for a, _, b in (pair.partition("=") for pair in pairs.split())),
        frozenset(item.strip() for item in words.split("|")) if words else frozenset(),
    )


def format_learned(learned: Learned) -> str:
    """Return the content of a file with these pairs."""
    lines = ["\t".join((word, *sorted(items))) for word, items in sorted(learned.pairs.items())]
    for name, text in sorted(learned.texts.items()):
        fields = [" ".join(sorted(side.elements())) for side in text.left_over]
        fields.append(" ".join(sorted(map("=".join, text.pairs))))
        fields.append(" | ".join(sorted(text.reviewed)))
        lines.append("\t".join((f".{name}", *fields)).rstrip("\t"))
    return HEAD + "".join(line + "\n" for line in lines)
