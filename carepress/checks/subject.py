"""The subject of a check: a pair of parsed texts with the tables of their languages."""

from __future__ import annotations

from functools import cached_property

from carepress.checks.language import Language, Lexicon, read_language, read_lexicon
from carepress.checks.lexicon import Phrases, Sense
from carepress.checks.text import Pair, ParsedText
from carepress.text.termbase import TermTranslation
from carepress.workspace.project import SOURCE_LANGUAGE


class Subject:
    """A pair, parsed once for all checks. The spelling check accepts `words`."""

    def __init__(
        self, pair: Pair, terms: tuple[TermTranslation, ...] = (), words: frozenset[str] = frozenset()
    ) -> None:
        self.pair = pair
        self.terms = terms
        self.words = words
        self.source = ParsedText(pair.source, SOURCE_LANGUAGE)
        self.target = ParsedText(pair.text, pair.lang)
        self.english = read_language(SOURCE_LANGUAGE)
        self.language = read_language(pair.lang)
        self.lexicon: Lexicon | None = read_lexicon(pair.lang)

    @property
    def sides(self) -> tuple[tuple[ParsedText, Language], tuple[ParsedText, Language]]:
        """The English and the translation, each with the tables of its language."""
        return (self.source, self.english), (self.target, self.language)

    @property
    def aligned(self) -> bool:
        """Whether both texts have the same number of sentences and can be compared one by one."""
        return self.source.sentences == self.target.sentences

    @cached_property
    def source_asked(self) -> dict[str, list[Sense]]:
        """The meanings that the English demands of the translation, by the code of the check."""
        return _asked(self.lexicon.source_demands if self.lexicon else {}, self.source)

    @cached_property
    def target_asked(self) -> dict[str, list[Sense]]:
        """The meanings that the translation demands of the English, by the code of the check."""
        return _asked(self.lexicon.target_demands if self.lexicon else {}, self.target)

    @cached_property
    def source_answers(self) -> list[Sense]:
        """The meanings that the English has."""
        return self.lexicon.source_answers.find_all(self.source.words) if self.lexicon else []

    @cached_property
    def target_answers(self) -> list[Sense]:
        """The meanings that the translation has."""
        return self.lexicon.target_answers.find_all(self.target.words) if self.lexicon else []


def _asked(demands: dict[str, Phrases], side: ParsedText) -> dict[str, list[Sense]]:
    return {code: phrases.find(side.words) for code, phrases in demands.items()}
