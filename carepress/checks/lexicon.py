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
CLAUSE_END = "|"


@dataclass(slots=True)
class Phrases:
    """Phrases of one language, indexed by their first word, which finds all of them in one pass.

    A word of a phrase may end in "*" (any word with this beginning); "#" matches any number. "|" after the last word is the
    end of a clause.
    """

    exact: dict[str, list[tuple[Phrase, str]]] = field(default_factory=lambda: defaultdict(list))
    prefixes: dict[str, list[tuple[Phrase, str]]] = field(default_factory=lambda: defaultdict(list))
    cached: dict[str, tuple[tuple[Phrase, str], ...]] = field(default_factory=dict)

    def add(self, text: str, meaning: str) -> None:
        """Add a phrase with its meaning; an empty text adds nothing."""
        phrase = _phrase(text)
        if not phrase:
            return
        first = phrase[0]
        (self.prefixes if first.endswith("*") else self.exact)[first.rstrip("*")].append((phrase, meaning))

    def add_all(self, texts: Iterable[str], meaning: str) -> None:
        """Add phrases of one meaning."""
        for text in texts:
            self.add(text, meaning)

    def find(self, words: tuple[Word, ...]) -> list[Sense]:
        """Return the senses without overlaps: the leftmost, and of these the longest."""
        senses: list[Sense] = []
        at = 0
        while at < len(words):
            candidates = self._begins(words[at].key) and self._senses(words, at)
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
        starts = [at for at, word in enumerate(words) if self._begins(word.key)]
        senses = [sense for at in starts for sense in self._senses(words, at)]
        excluded = {
            (sense.meaning[1:], sense.start + step)
            for sense in senses
            if sense.meaning.startswith("!")
            for step in range(sense.length)
        }
        return [s for s in senses if not s.meaning.startswith("!") and (s.meaning, s.start) not in excluded]

    def _senses(self, words: tuple[Word, ...], at: int) -> list[Sense]:
        senses = []
        for phrase, meaning in self._beginning_with(words[at].key):
            size = len(phrase) - (phrase[-1] == CLAUSE_END)
            part = words[at : at + size]
            ended = (
                size == len(phrase)
                or words[at + size : at + size + 1] == ()
                or words[at + size].clause != part[-1].clause
            )
            if len(part) == size and ended and _matches(phrase, part):
                text = " ".join(word.text for word in part)
                senses.append(Sense(meaning, at, size, words[at].sentence, text))
        return senses

    def _begins(self, key: str) -> tuple[tuple[Phrase, str], ...]:
        """Return the same as `_beginning_with`, faster for a word that was seen before."""
        found = self.cached.get(key)
        return self._beginning_with(key) if found is None else found

    def _beginning_with(self, key: str) -> tuple[tuple[Phrase, str], ...]:
        """Return the phrases that may begin with a word. Cached, since a book repeats its words."""
        if key not in self.cached:
            rows = [*self.exact.get(key, ()), *(self.exact.get("#", ()) if key[0].isdigit() else ())]
            for length in range(2, len(key) + 1):
                rows += self.prefixes.get(key[:length], ())
            self.cached[key] = tuple(rows)
        return self.cached[key]


def _matches(phrase: Phrase, part: tuple[Word, ...]) -> bool:
    """Return whether words match a phrase, within one sentence."""
    return part[0].sentence == part[-1].sentence and all(_fits(want, word.key) for want, word in zip(phrase, part))


def _fits(want: str, key: str) -> bool:
    if want == "#":
        return key[0].isdigit()
    return key.startswith(want[:-1]) if want.endswith("*") else key == want


def _phrase(text: str) -> Phrase:
    words: list[str] = []
    for piece in text.split():
        if piece in ("#", "*", CLAUSE_END):
            words.append(piece)
            continue
        cut = [word.key for word in split_words(piece.rstrip("*"))]
        if piece.endswith("*"):
            cut[-1] += "*"
        words += cut
    return tuple(words)
