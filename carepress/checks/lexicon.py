"""Phrases with their meanings, and the search for them in a text."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from carepress.checks.text import Word, split_words


@dataclass(frozen=True, slots=True)
class Sense:
    """A phrase found in a text: its meaning and its place."""

    meaning: str
    start: int
    length: int
    sentence: int
    phrase: str


Phrase = tuple[str, ...]
Row = tuple[Phrase, int, bool, str]
"""The words of a phrase after the first, how many words it has, whether it ends its clause, and its meaning."""
CLAUSE_END = "|"


@dataclass(slots=True)
class Phrases:
    """Phrases of one language, indexed by their first word, which finds all of them in one pass.

    A word of a phrase may end in "*" (any word with this beginning); "#" matches any number. "|" after the last word is the
    end of a clause.
    """

    exact: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    prefixes: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    cached: dict[str, tuple[Row, ...]] = field(default_factory=dict)

    def add(self, text: str, meaning: str) -> None:
        """Add a phrase with its meaning; an empty text adds nothing."""
        phrase = _phrase(text)
        if not phrase:
            return
        first, ends = phrase[0], phrase[-1] == CLAUSE_END
        rest = phrase[1 : len(phrase) - ends]
        (self.prefixes if first.endswith("*") else self.exact)[first.rstrip("*")].append(
            (rest, len(rest) + 1, ends, meaning)
        )

    def add_all(self, texts: Iterable[str], meaning: str) -> None:
        """Add phrases of one meaning."""
        for text in texts:
            self.add(text, meaning)

    def find(self, words: tuple[Word, ...]) -> list[Sense]:
        """Return the senses without overlaps: the leftmost, and of these the longest."""
        senses: list[Sense] = []
        at = 0
        while at < len(words):
            rows = self._beginning_with(words[at].key)
            candidates = rows and _senses(rows, words, at)
            if not candidates:
                at += 1
                continue
            longest = max(sense.length for sense in candidates)
            senses += (sense for sense in candidates if sense.length == longest and sense.meaning)
            at += longest
        return senses

    def find_all(self, words: tuple[Word, ...]) -> list[Sense]:
        """Return all senses, also those of words inside a longer phrase.

        A phrase with the meaning "!meaning" removes that meaning from the words inside it.
        """
        rows = (self._beginning_with(word.key) for word in words)
        senses = [sense for at, found in enumerate(rows) if found for sense in _senses(found, words, at)]
        excluded = {
            (sense.meaning[1:], sense.start + step)
            for sense in senses
            if sense.meaning.startswith("!")
            for step in range(sense.length)
        }
        return [s for s in senses if not s.meaning.startswith("!") and (s.meaning, s.start) not in excluded]

    def _beginning_with(self, key: str) -> tuple[Row, ...]:
        """Return the phrases that may begin with a word, and keep them, since a book repeats its words."""
        found = self.cached.get(key)
        if found is None:
            rows = [*self.exact.get(key, ()), *(self.exact.get("#", ()) if key[0].isdigit() else ())]
            for length in range(2, len(key) + 1):
                rows += self.prefixes.get(key[:length], ())
            found = self.cached[key] = tuple(rows)
        return found


def _senses(rows: tuple[Row, ...], words: tuple[Word, ...], at: int) -> list[Sense]:
    """Return the phrases of some rows that begin with a word, within its sentence."""
    senses = []
    first = words[at]
    for rest, size, ends, meaning in rows:
        after = at + size
        if after > len(words) or not all(_fits(want, words[n].key) for n, want in enumerate(rest, at + 1)):
            continue
        last, following = words[after - 1], words[after : after + 1]
        if first.sentence == last.sentence and not (ends and following and following[0].clause == last.clause):
            text = " ".join(word.text for word in words[at:after])
            senses.append(Sense(meaning, at, size, first.sentence, text))
    return senses


def _fits(want: str, key: str) -> bool:
    return want == key or (want[-1] == "*" and key.startswith(want[:-1])) or (want == "#" and key[0].isdigit())


def _keys(text: str) -> list[str]:
    return [word.key for word in split_words(text)]


def _phrase(text: str) -> Phrase:
    words: list[str] = []
    for piece in text.split():
        if piece in ("#", "*", CLAUSE_END):
            words.append(piece)
            continue
        bare = piece.rstrip("*")
        cut = [bare] if bare.isascii() and bare.isalpha() and bare.islower() else _keys(bare)
        if piece.endswith("*"):
            cut[-1] += "*"
        words += cut
    return tuple(words)
