"""Which words of a sentence correspond to which words of its translation, and which are left over.

Words correspond if the dictionary, a common origin or the reviewed translations of the book relate them; synonyms do if
the word of the translation has no better counterpart. Words of grammar may correspond to others, but are never left over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from carepress.checks.dictionary import Dictionary, Target, target
from carepress.checks.forms import lemmas, plain
from carepress.checks.language import Language
from carepress.checks.learned import Learned, key
from carepress.checks.text import Word

SHORTEST = 4
"""Shorter words are mostly grammar."""


Places = tuple[frozenset[int], frozenset[int]]
Words = tuple[Word, ...]
Links = dict[int, set[int]]
"""The words that correspond to each word, by their places."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Sentences that correspond: the content words of each side, those left over, and the places of all others."""

    source: Words
    target: Words
    lost: Words
    added: Words
    matched: Places
    sure: Places
    """The same without synonyms."""
    unpaired: tuple[Words, Words]
    """The content words of each side that are left over if a word corresponds to only one other."""


@dataclass(frozen=True, slots=True)
class Matcher:
    """What relates the words of two languages; `dictionary` is None where there is none."""

    languages: tuple[Language, Language]
    dictionary: Dictionary | None
    learned: Learned

    def unit(self, source: Words, translated: Words) -> Unit:
        """Compare the words of sentences."""
        content = [
            tuple(word for word in words if is_content(word, language))
            for words, language in zip((source, translated), self.languages)
        ]
        links = self.links(*({word.start: word for word in words} for words in (source, translated)))
        sure = _places(links)
        self._add_synonyms(content[0], translated, links, sure[1])
        matched = _places(links)
        lost, added = (tuple(w for w in words if w.start not in found) for words, found in zip(content, matched))
        pairs = _pairs(links, *([word.start for word in words] for words in content))
        unpaired = tuple(tuple(w for w in words if w.start not in found) for words, found in zip(content, pairs))
        return Unit(content[0], content[1], lost, added, matched, sure, unpaired)  # type: ignore[arg-type]

    def links(self, source: Mapping[int, Word], translated: Mapping[int, Word], *, synonyms: bool = False) -> Links:
        """Return the words that correspond, without synonyms unless they are wanted, by the numbers that the caller gives."""
        lang = self.languages[1].code
        others = [(at, word, key(word.key, lang), target(word.key, lang)) for at, word in translated.items()]
        links: Links = {}
        for at, word in source.items():
            learned = self.learned.pairs.get(key(word.key, self.languages[0].code), frozenset())
            meaning = self.dictionary.meaning(word.key, synonyms=synonyms) if self.dictionary else None
            hits = {
                place
                for place, other, other_key, form in others
                if other.key == word.key
                or other_key in learned
                or (meaning.fits(form) if meaning else _begins_like(word, form))
            }
            if hits:
                links[at] = hits
        return links

    def _add_synonyms(self, source: Words, translated: Words, links: Links, found: frozenset[int]) -> None:
        """Add synonyms for the words of the translation that are not `found` without.

        A word of many meanings, such as “take” or «dar», has too many synonyms.
        """
        forms = ((word, target(word.key, self.languages[1].code)) for word in translated if word.start not in found)
        left = [(word, form) for word, form in forms if self._is_specific(word, 1)]
        if not self.dictionary or not left:
            return
        for word in source:
            if not self._is_specific(word, 0):
                continue
            meaning = self.dictionary.meaning(word.key)
            near = self.dictionary.synonyms(self.learned.pairs.get(key(word.key, self.languages[0].code), ()))
            hits = {o.start for o, form in left if meaning.fits(form) or not near.isdisjoint(form.words)}
            if hits:
                links.setdefault(word.start, set()).update(hits)

    def _is_specific(self, word: Word, side: int) -> bool:
        language = self.languages[side]
        return word.key not in language.function and lemmas(word.key, language.code).isdisjoint(language.light)


def _begins_like(word: Word, other: Target) -> bool:
    return any(item[:SHORTEST] == plain(word.key)[:SHORTEST] for item in other.words)


def _places(links: Links) -> Places:
    return frozenset(links), frozenset().union(*links.values())


def _pairs(links: Links, source: Iterable[int], translated: Iterable[int]) -> tuple[dict[int, int], dict[int, int]]:
    """Pair as many words of the source as possible, then of the translation, each with one other (augmenting paths)."""
    back: Links = defaultdict(set)
    for first, hits in links.items():
        for second in hits:
            back[second].add(first)
    pairs: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for word in source:
        _pair(word, links, pairs, set())
    for word in translated:
        if word not in pairs[1]:
            _pair(word, back, (pairs[1], pairs[0]), set())
    return pairs


def partnered(links: Links, order: Iterable[int]) -> frozenset[int]:
    """Return the words of the translation that get a partner of their own; the first in `order` choose first."""
    return frozenset(_pairs(links, (), order)[1])


def _pair(word: int, links: Links, pairs: tuple[dict[int, int], dict[int, int]], tried: set[int]) -> bool:
    """Pair a word; words that were paired may get other partners."""
    for other in sorted(links.get(word, ())):
        if other not in tried:
            tried.add(other)
            if other not in pairs[1] or _pair(pairs[1][other], links, pairs, tried):
                pairs[0][word], pairs[1][other] = other, word
                return True
    return False


def is_content(word: Word, language: Language) -> bool:
    """Tell whether a word is neither grammar nor a number."""
    return is_content_key(word.key, language)


def is_content_key(word: str, language: Language) -> bool:
    """Tell the same of the key of a word."""
    return (
        len(word) >= SHORTEST
        and word[0].isalpha()
        and word not in language.function
        and word not in language.number_words
        and word not in language.number_hints
    )
