"""The subject of a check: a pair of parsed texts with the tables of their languages."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from carepress.checks.alignment import Bead, Side, beads, correspondences
from carepress.checks.dictionary import read_dictionary, target
from carepress.checks.language import Language, Lexicon, is_english, read_language, read_lexicon
from carepress.checks.learned import NOTHING, Learned
from carepress.checks.lexicon import Phrases, Sense
from carepress.checks.matching import Matcher, Unit
from carepress.checks.review import Changes, changes_since
from carepress.checks.text import Pair, ParsedText, Word
from carepress.text.language import source_name
from carepress.text.termbase import TermTranslation


class Subject:
    """A pair, parsed once for all checks. The spelling check accepts `words`; `learned` are words that may translate others."""

    def __init__(
        self,
        pair: Pair,
        terms: tuple[TermTranslation, ...] = (),
        words: frozenset[str] = frozenset(),
        learned: Learned = NOTHING,
    ) -> None:
        self.pair = pair
        self.learned = learned
        self.terms = terms
        self.words = words
        self.source = ParsedText(pair.source, pair.source_lang)
        self.target = ParsedText(pair.text, pair.lang)
        self.source_language = read_language(pair.source_lang)
        self.language = read_language(pair.lang)
        self.lexicon: Lexicon | None = read_lexicon(pair.lang) if is_english(pair.source_lang) else None

    @property
    def unseen(self) -> Subject:
        """The same as if no warning had been looked at."""
        return Subject(replace(self.pair, seen=frozenset()), self.terms, self.words, self.learned)

    @cached_property
    def changes(self) -> Changes | None:
        """What has changed since the review, compared with the most similar reviewed translation; None if there is none."""
        reviewed = sorted(self.learned.reviewed(self.pair.source))
        found = (changes_since(words, self.target, self.language) for words in reviewed)
        return min(found, key=lambda changes: changes.size, default=None)

    @property
    def is_reworded(self) -> bool:
        """Whether more has changed since the review than a slip changes, or nothing but the ends of sentences."""
        changes = self.changes
        return changes is not None and (changes.is_repunctuated or (changes.places > 0 and not changes.is_slip))

    @property
    def is_rewritten(self) -> bool:
        """Whether so much has changed since the review that a single word says little."""
        return self.is_reworded and self.changes is not None and self.changes.is_rewritten

    @property
    def sides(self) -> tuple[tuple[ParsedText, Language], tuple[ParsedText, Language]]:
        """The source and the translation, each with the tables of its language."""
        return (self.source, self.source_language), (self.target, self.language)

    @property
    def source_name(self) -> str:
        """The English name of the source language."""
        return source_name(self.pair.source_lang)

    @cached_property
    def aligned(self) -> bool:
        """Whether both texts have the same number of sentences and can be compared one by one."""
        return (
            self.target.script.sentences
            and self.source.sentences == self.target.sentences
            and not (self.source.sentences > 1 and self._shifted)
        )

    @cached_property
    def correspondences(self) -> tuple[Side, Side] | None:
        """The words of both texts that correspond; None for a language without a dictionary."""
        if not self.lexicon:
            return None
        senses = (self.source_answers, self.target_answers)
        languages = (self.source_language, self.language)
        return correspondences((self.source, self.target), languages, senses, self.learned.within(self.pair.source))

    @cached_property
    def units(self) -> tuple[Unit, ...]:
        """The sentences that correspond, with their words; none where no spaces separate words."""
        if self.pair.source == self.pair.text or not (self.source.script.words and self.target.script.words):
            return ()
        dictionary = read_dictionary(self.pair.lang) if self.lexicon else None
        matcher = Matcher((self.source_language, self.language), dictionary, self.learned)
        sides = (self.source, self.target)
        return tuple(
            matcher.unit(*(tuple(w for w in side.words if w.sentence in numbers) for side, numbers in zip(sides, bead)))
            for bead in self.beads
        )

    @cached_property
    def matched(self) -> tuple[frozenset[int], frozenset[int]]:
        """The places of the words of each text that correspond to any of the other."""
        return tuple(frozenset[int]().union(*(unit.matched[side] for unit in self.units)) for side in (0, 1))  # type: ignore[return-value]

    def is_translation(self, word: Word, other: Word) -> bool:
        """Tell whether a word of the translation is in the dictionary as one of a word of the source, or is the same."""
        dictionary = read_dictionary(self.pair.lang)
        if word.key == other.key or not dictionary:
            return word.key == other.key
        links = self.lexicon.links if self.lexicon else {}
        return other.key in links.get(word.key, ()) or not target(other.key, dictionary.lang).words.isdisjoint(
            dictionary.translations(word.key)
        )

    @cached_property
    def beads(self) -> tuple[Bead, ...]:
        """The sentences of both texts that say the same; all in one bead for a language without a dictionary."""
        if self.aligned:
            return tuple(((number,), (number,)) for number in range(self.source.sentences))
        if not self.correspondences or not self.target.script.sentences:
            return ((tuple(range(self.source.sentences)), tuple(range(self.target.sentences))),)
        return beads(*self.correspondences)

    @cached_property
    def bead_of(self) -> tuple[dict[int, int], dict[int, int]]:
        """The number of the bead to which each sentence of each text belongs."""
        return tuple({number: at for at, bead in enumerate(self.beads) for number in bead[side]} for side in (0, 1))  # type: ignore[return-value]

    @cached_property
    def _shifted(self) -> bool:
        """Whether a sentence was split and another joined, so that equal numbers do not correspond.

        Sentences in another order are not shifted: that is a mistake, which comparing them by number finds.
        """
        if not self.correspondences:
            return False
        source, target = self.correspondences
        places: list[tuple[float | None, float | None]]
        places = [(float(number), target.place(number, source)) for number in range(len(target.sentences))]
        places += [(source.place(number, target), float(number)) for number in range(len(source.sentences))]
        clear = sorted((first, second) for first, second in places if first is not None and second is not None)
        in_order = all(first[1] <= second[1] for first, second in pairwise(clear))
        return in_order and any(abs(second - first) >= 1 for first, second in clear)

    @cached_property
    def source_asked(self) -> dict[str, list[Sense]]:
        """The meanings that the source demands of the translation, by the code of the check."""
        return _asked(self.lexicon.source_demands if self.lexicon else {}, self.source)

    @cached_property
    def target_asked(self) -> dict[str, list[Sense]]:
        """The meanings that the translation demands of the source, by the code of the check."""
        return _asked(self.lexicon.target_demands if self.lexicon else {}, self.target)

    @cached_property
    def source_answers(self) -> list[Sense]:
        """The meanings that the source has."""
        return self.lexicon.source_answers.find_all(self.source.words) if self.lexicon else []

    @cached_property
    def target_answers(self) -> list[Sense]:
        """The meanings that the translation has."""
        return self.lexicon.target_answers.find_all(self.target.words) if self.lexicon else []


def _asked(demands: dict[str, Phrases], side: ParsedText) -> dict[str, list[Sense]]:
    return {code: phrases.find(side.words) for code, phrases in demands.items()}
