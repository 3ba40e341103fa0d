"""Which sentences of a translation correspond to which sentences of its source.

Words correspond if the dictionary, the lexicon or their spelling relates them; numbers if they are equal. A sentence
whose words correspond to nothing was added, or was lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from carepress.checks.dictionary import read_dictionary
from carepress.checks.language import Language
from carepress.checks.learned import Learned
from carepress.checks.lexicon import Sense
from carepress.checks.matching import Matcher, is_content
from carepress.checks.text import ParsedText, Word


@dataclass(frozen=True, slots=True)
class Side:
    """One text by what corresponds: for each word that may, its sentence and the words of the other text."""

    sentences: tuple[tuple[int, ...], ...]
    """The words of each sentence that may correspond to something, by their places in the text."""
    hits: dict[int, frozenset[int]]
    content: frozenset[int]
    """The words that are not grammar, by their places."""

    def coverage(self, number: int) -> tuple[int, int]:
        """Return how many words of a sentence correspond to anything, and of how many."""
        words = self.sentences[number]
        return sum(at in self.hits for at in words), len(words)

    def own(self, number: int, other: Side) -> int:
        """Return how many words of a sentence correspond to a word to which no other sentence corresponds."""
        words = frozenset(self.sentences[number])
        return sum(any(other.hits[hit] <= words for hit in self.hits.get(at, ())) for at in words)

    def own_places(self, number: int, other: Side) -> list[int]:
        """Return the words of the other text to which only words of one sentence correspond; words of grammar do not count."""
        words = frozenset(self.sentences[number])
        return [hit for at in words & self.content for hit in self.hits.get(at, ()) if other.hits[hit] <= words]

    def place(self, number: int, other: Side) -> float | None:
        """Return the sentence of the other text to which most of a sentence's own words belong, if that is clear."""
        sentence_of = {at: index for index, words in enumerate(other.sentences) for at in words}
        places = [sentence_of[hit] for hit in self.own_places(number, other) if hit in sentence_of]
        middle = median(places) if len(places) >= PLACED else None
        return middle if middle is not None and places.count(round(middle)) * 3 >= len(places) * 2 else None


PLACED = 2
"""The words of its own by which a sentence has a place."""


def correspondences(
    texts: tuple[ParsedText, ParsedText],
    languages: tuple[Language, Language],
    senses: tuple[list[Sense], list[Sense]],
    learned: Learned,
) -> tuple[Side, Side] | None:
    """Return both sides of a pair, or None for a language without a dictionary; `senses` are those of the lexicon."""
    dictionary = read_dictionary(texts[1].lang)
    if not dictionary:
        return None
    hits: Hits = (defaultdict(set), defaultdict(set))
    _by_meaning(senses, hits)
    source, translated = (
        {at: word for at, word in enumerate(text.words) if is_content(word, language) or _is_figure(word)}
        for text, language in zip(texts, languages)
    )
    for first, found in Matcher(languages, dictionary, learned).links(source, translated).items():
        hits[0][first] |= found
        for second in found:
            hits[1][second].add(first)
    known = {at for at, word in source.items() if dictionary.translations(word.key)}
    known_target = {at for at, word in translated.items() if dictionary.has(word.key)}
    return _side(texts[0], hits[0], known, source), _side(texts[1], hits[1], known_target, translated)


Hits = tuple[dict[int, set[int]], dict[int, set[int]]]


def _is_figure(word: Word) -> bool:
    """Tell whether a word is a number in digits or an acronym."""
    return word.text[0].isdigit() or word.text.isupper()


def _by_meaning(senses: tuple[list[Sense], list[Sense]], hits: Hits) -> None:
    """Add the correspondences of the lexicon's phrases, to the first word of each."""
    places: tuple[dict[str, set[int]], dict[str, set[int]]] = (defaultdict(set), defaultdict(set))
    for side in (0, 1):
        for sense in senses[side]:
            places[side][sense.meaning].add(sense.start)
    for meaning in places[0].keys() & places[1].keys():
        for side in (0, 1):
            for at in places[side][meaning]:
                hits[side][at] |= places[1 - side][meaning]


def _side(text: ParsedText, hits: dict[int, set[int]], known: Iterable[int], content: Iterable[int]) -> Side:
    sentences: list[list[int]] = [[] for _ in range(text.sentences)]
    for at in sorted({*hits, *known}):
        sentences[text.words[at].sentence].append(at)
    return Side(tuple(map(tuple, sentences)), {at: frozenset(found) for at, found in hits.items()}, frozenset(content))


# --- Beads -----------------------------------------------------------------------------------

Bead = tuple[tuple[int, ...], tuple[int, ...]]
"""Sentences of the source and those of the translation that say the same; one of them may be empty."""

# How many sentences of each text may form a bead, and what it costs more than one of each.
_SHAPES = {(1, 1): 0.0, (1, 2): 0.5, (2, 1): 0.5, (1, 3): 1.0, (3, 1): 1.0, (2, 2): 1.0, (1, 0): 1.5, (0, 1): 1.5}
_UNMATCHED = 0.3


def beads(source: Side, target: Side) -> tuple[Bead, ...]:
    """Return the sentences of two texts that correspond, in the order of the translation.

    As in the alignment by Gale and Church, one sentence may be two in the other text, or none; but what they say
    counts, not how long they are. Sentences that changed places are not followed.
    """
    counts = len(source.sentences), len(target.sentences)
    best: dict[tuple[int, int], tuple[float, tuple[Bead, ...]]] = {(0, 0): (0.0, ())}
    for first in range(counts[0] + 1):
        for second in range(counts[1] + 1):
            found = []
            for (height, width), cost in _SHAPES.items():
                before = best.get((first - height, second - width))
                if before:
                    bead = tuple(range(first - height, first)), tuple(range(second - width, second))
                    score = before[0] + agreement(bead, source, target) - cost
                    found.append((score, (*before[1], bead)))
            if found:
                best[first, second] = max(found)
    return best[counts][1]


def agreement(bead: Bead, source: Side, target: Side) -> float:
    """Return how well the words of a bead correspond; a word that corresponds to many counts less."""
    words = tuple(
        frozenset(at for number in numbers for at in side.sentences[number])
        for numbers, side in zip(bead, (source, target))
    )
    total = 0.0
    for own, others, side in ((words[0], words[1], source), (words[1], words[0], target)):
        for at in own:
            hits = side.hits.get(at, frozenset())
            total += 1 / len(hits) if hits & others else -_UNMATCHED
    return total
