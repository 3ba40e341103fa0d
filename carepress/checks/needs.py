"""What a check needs of a language: a table, a dictionary or a property of its script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from carepress.checks.dictionary import read_dictionary
from carepress.checks.language import read_language, read_lexicon
from carepress.checks.script import script_of
from carepress.checks.spelling import has_dictionary
from carepress.text.language import language_script


@dataclass(frozen=True, slots=True)
class Need:
    """What a check needs: its name in messages, and whether a language has it."""

    name: str
    met: Callable[[str], bool]


NUMBER_ORDER = Need("number order", lambda lang: read_language(lang).kept_order)
NUMBER_WORDS = Need("number words", lambda lang: read_language(lang).has_number_words)
UNITS = Need("units", lambda lang: bool(read_language(lang).units.exact))
INTERVALS = Need("intervals", lambda lang: bool(read_language(lang).every.exact))
MONTHS = Need("months", lambda lang: bool(read_language(lang).months.exact))
LEXICON = Need("words with the same meaning", lambda lang: read_lexicon(lang) is not None)
NEGATIONS = Need("negations", lambda lang: bool(read_language(lang).negations))
JOINERS = Need("conjunctions", lambda lang: bool(read_language(lang).joiners))
REPEATS = Need("doubled words", lambda lang: read_language(lang).repeats is not None)
QUOTES = Need("quotation marks", lambda lang: bool(read_language(lang).quotes))
TENSES = Need("tenses", lambda lang: bool(read_language(lang).tenses.past))
DICTIONARY = Need("correct spellings", has_dictionary)
DRUGS = Need("drug names", lambda lang: language_script(lang) == "Latn")
SENTENCES = Need("sentence ends", lambda lang: script_of(lang).sentences)
TRANSLATIONS = Need("translations of words", lambda lang: read_dictionary(lang) is not None)
REGISTER = Need("forms of address", lambda lang: bool(read_language(lang).register.familiar))
GENDERS = Need("genders", lambda lang: bool(read_language(lang).gender.articles))
