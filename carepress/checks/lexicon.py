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


@dataclass(slots=True)
class Phrases:
    """Phrases of one language, filed under their first word so that one pass finds them.

    A word of a phrase may end in "*" (any word with this beginning); "#" matches any number.
    """

    exact: dict[str, list[tuple[Phrase, str]]] = field(default_factory=lambda: defaultdict(list))
    begun: dict[str, list[tuple[Phrase, str]]] = field(default_factory=lambda: defaultdict(list))
    filed: dict[str, tuple[tuple[Phrase, str], ...]] = field(default_factory=dict)

    def add(self, text: str, meaning: str) -> None:
        phrase = _phrase(text)
        if not phrase:
            return
        first = phrase[0]
        (self.begun if first.endswith("*") else self.exact)[first.rstrip("*")].append((phrase, meaning))

    def add_all(self, texts: Iterable[str], meaning: str) -> None:
        for text in texts:
            self.add(text, meaning)

    def find(self, words: tuple[Word, ...]) -> list[Sense]:
        """Return the senses without overlaps: the leftmost, and of these the longest."""
        found: list[Sense] = []
        at = 0
        while at < len(words):
            here = self._senses(words, at)
            if not here:
                at += 1
                continue
            longest = max(sense.length for sense in here)
            found += (sense for sense in here if sense.length == longest and sense.meaning)
            at += longest
        return found

    def find_all(self, words: tuple[Word, ...]) -> list[Sense]:
        """Return all senses, also those of words inside a longer phrase.

        A phrase filed under "!meaning" takes that meaning from the words inside it.
        """
        found = [sense for at in range(len(words)) for sense in self._senses(words, at)]
        barred = {
            (sense.meaning[1:], sense.start + step)
            for sense in found
            if sense.meaning.startswith("!")
            for step in range(sense.length)
        }
        return [s for s in found if not s.meaning.startswith("!") and (s.meaning, s.start) not in barred]

    def _senses(self, words: tuple[Word, ...], at: int) -> list[Sense]:
        senses = []
        for phrase, meaning in self._filed(words[at].key):
            part = words[at : at + len(phrase)]
            if len(part) == len(phrase) and _matches(phrase, part):
                shown = " ".join(word.text for word in part)
                senses.append(Sense(meaning, at, len(phrase), words[at].sentence, shown))
        return senses

    def _filed(self, key: str) -> tuple[tuple[Phrase, str], ...]:
        """Return the phrases that a word may begin, cached: a book repeats its words."""
        if key not in self.filed:
            rows = [*self.exact.get(key, ()), *(self.exact.get("#", ()) if key[0].isdigit() else ())]
            for length in range(2, len(key) + 1):
                rows += self.begun.get(key[:length], ())
            self.filed[key] = tuple(rows)
        return self.filed[key]


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
        if piece in ("#", "*"):
            words.append(piece)
            continue
        cut = [word.key for word in split_words(piece.rstrip("*"))]
        if piece.endswith("*"):
            cut[-1] += "*"
        words += cut
    return tuple(words)
