"""Which old sentence a new one was made from: an indexed search, by likeness and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

# Likeness in percent, of letters in order: 2 × shared / total. Below the first a proposal costs a
# translator more time than it saves; from the second on, two texts need not share a whole word.
ALIKE, NEARLY_SAME = 65.0, 85.0
# How many of the likest old sentences are looked at for each new one.
SHORT_LIST = 5
# How many that share most pairs of words are compared letter by letter.
SHARED = 20


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to match: its English (with an older one that was translated), its files and its place."""

    texts: tuple[str, ...]
    files: frozenset[str] = frozenset()
    place: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """`new` and `old` are positions in what was given; `exclusive` tells that `new` has inherited `old`."""

    new: int
    old: int
    exclusive: bool


def match_sentences(new: Sequence[Sentence], gone: Sequence[Sentence], kept: Sequence[Sentence]) -> list[Match]:
    """Find for each new sentence the old one that its translation should begin from.

    First sentences that are `gone` are given away, each once, the likest pair first and among equals the
    nearest in the book. Whatever is left takes the likest of all, `gone` and `kept`, which are numbered on.
    """
    index = _Index(gone)
    pairs = sorted(
        (-score, not sentence.files & gone[old].files, abs(sentence.place - gone[old].place), number, old)
        for number, sentence in enumerate(new)
        for old, score in index.likest(sentence)
    )
    heirs: dict[int, int] = {}
    taken: set[int] = set()
    for *_, number, old in pairs:
        if number not in heirs and old not in taken:
            heirs[number] = old
            taken.add(old)
    matches = [Match(number, old, True) for number, old in heirs.items()]
    if left := [number for number in range(len(new)) if number not in heirs]:
        index = _Index([*gone, *kept])
        for number in left:
            if found := index.likest(new[number]):
                matches.append(Match(number, max(found, key=lambda row: (row[1], -row[0]))[0], False))
    return sorted(matches, key=lambda match: match.new)


class _Index:
    """The texts of many sentences, to be found by the pairs of neighboring words that they share."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        rows = [(text, number) for number, sentence in enumerate(sentences) for text in sentence.texts]
        self.texts = [text for text, _ in rows]
        self.owners = [number for _, number in rows]
        self.rows: dict[tuple[str, str], list[int]] = {}
        for row, text in enumerate(self.texts):
            for pair in set(_pairs(text)):
                self.rows.setdefault(pair, []).append(row)

    def likest(self, sentence: Sentence) -> list[tuple[int, float]]:
        """Return the positions of the likest sentences, each with its likeness in percent.

        All texts are compared only when none that shares pairs of words is nearly the same.
        """
        text = sentence.texts[0]
        shared = Counter(row for pair in set(_pairs(text)) for row in self.rows.get(pair, ()))
        found = self._scores(text, {row: self.texts[row] for row, _count in shared.most_common(SHARED)})
        if not found or found[0][1] < NEARLY_SAME:
            found = self._scores(text, dict(enumerate(self.texts)))
        best: dict[int, float] = {}
        for row, score in found:
            if score >= NEARLY_SAME or _share_a_word(text, self.texts[row]):
                best.setdefault(self.owners[row], score)
        return list(best.items())

    def _scores(self, text: str, choices: dict[int, str]) -> list[tuple[int, float]]:
        found = process.extract(text, choices, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=SHORT_LIST)
        return [(row, score) for _text, score, row in found]


def _pairs(text: str) -> list[tuple[str, str]]:
    words = ["", *text.casefold().split(), ""]
    return list(pairwise(words))


def _share_a_word(one: str, other: str) -> bool:
    return bool(set(one.casefold().split()) & set(other.casefold().split()))
