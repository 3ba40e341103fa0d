"""Match each new sentence to the old one it was edited from, by similarity and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rapidfuzz import fuzz, process

# Similarity in percent, of letters in order: 2 × shared / total. Below ALIKE a proposal costs a translator
# more time than it saves; from NEARLY_SAME on, two texts need not share a whole word.
ALIKE, NEARLY_SAME = 65.0, 85.0
# How many of the most similar old sentences are considered for each new one.
SHORT_LIST = 5
# How many old sentences, those that share the most pairs of words, are compared letter by letter.
CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence to match: its source (with an older one that was translated), its files and its place."""

    texts: tuple[str, ...]
    files: frozenset[str] = frozenset()
    place: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """A pair of positions in the arguments; `exclusive` means that no other new sentence got `old`."""

    new: int
    old: int
    exclusive: bool


def match_sentences(new: Sequence[Sentence], gone: Sequence[Sentence], existing: Sequence[Sentence]) -> list[Match]:
    """Find for each new sentence the old one whose translation to propose.

    First each sentence in `gone` is assigned once, the most similar pair first, ties by distance in the book. The
    remaining new sentences get the most similar of all; `old` then indexes the concatenation of `gone` and `existing`.
    """
    index = _Index(gone)
    pairs = sorted(
        (-score, not sentence.files & gone[old].files, abs(sentence.place - gone[old].place), number, old)
        for number, sentence in enumerate(new)
        for old, score in index.most_similar(sentence)
    )
    heirs: dict[int, int] = {}
    taken: set[int] = set()
    for *_, number, old in pairs:
        if number not in heirs and old not in taken:
            heirs[number] = old
            taken.add(old)
    matches = [Match(number, old, True) for number, old in heirs.items()]
    if left := [number for number in range(len(new)) if number not in heirs]:
        index = _Index([*gone, *existing])
        for number in left:
            if similar := index.most_similar(new[number]):
                matches.append(Match(number, max(similar, key=lambda row: (row[1], -row[0]))[0], False))
    return sorted(matches, key=lambda match: match.new)


class _Index:
    """The texts of many sentences, indexed by their pairs of neighboring words."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        rows = [(text, number) for number, sentence in enumerate(sentences) for text in sentence.texts]
        self.texts = [text for text, _ in rows]
        self.owners = [number for _, number in rows]
        self.rows: dict[tuple[str, str], list[int]] = {}
        for row, text in enumerate(self.texts):
            for pair in set(_pairs(text)):
                self.rows.setdefault(pair, []).append(row)

    def most_similar(self, sentence: Sentence) -> list[tuple[int, float]]:
        """Return the positions of the most similar sentences, each with its similarity in percent.

        Compares all texts only if no text that shares pairs of words is nearly the same.
        """
        text = sentence.texts[0]
        shared = Counter(row for pair in set(_pairs(text)) for row in self.rows.get(pair, ()))
        scores = self._scores(text, {row: self.texts[row] for row, _count in shared.most_common(CANDIDATES)})
        if not scores or scores[0][1] < NEARLY_SAME:
            scores = self._scores(text, dict(enumerate(self.texts)))
        best: dict[int, float] = {}
        for row, score in scores:
            if score >= NEARLY_SAME or _share_a_word(text, self.texts[row]):
                best.setdefault(self.owners[row], score)
        return list(best.items())

    def _scores(self, text: str, choices: dict[int, str]) -> list[tuple[int, float]]:
        matches = process.extract(text, choices, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=SHORT_LIST)
        return [(row, score) for _text, score, row in matches]


def _pairs(text: str) -> list[tuple[str, str]]:
    words = ["", *text.casefold().split(), ""]
    return list(pairwise(words))


def _share_a_word(one: str, other: str) -> bool:
    return bool(set(one.casefold().split()) & set(other.casefold().split()))
