"""How sentences vary: their lengths, how they open, and how many are in the passive voice.

The passive voice is an estimate: a form of “be” with a participle after it, from the tables of the language
(carepress/checks/languages/). “The drug is first mixed with water” counts; “she is tired” does not.
"""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass

from carepress.checks.language import Passive, read_language
from carepress.checks.script import LETTERS, script_of

WORD = re.compile(rf"{LETTERS}(?:[’'-]{LETTERS})*")


@dataclass(frozen=True, slots=True)
class SentenceStyle:
    """How the sentences of one text vary.

    `spread` is the standard deviation of their lengths, in words or letters, and `longest` the longest of them. `pointing` and
    `passive` are shares from 0 to 1: of sentences that open with “It”, “This” or “They”, and of those in the passive
    voice; None in a language without a table.
    """

    spread: float
    longest: int
    pointing: float | None
    passive: float | None


def sentence_style(sentences: list[str], lang: str) -> SentenceStyle:
    """Return how sentences vary; 0 without sentences."""
    split = [words for words in (words_or_letters(sentence, lang) for sentence in sentences) if words]
    lengths = [len(words) for words in split]
    language = read_language(lang)
    openers, passive = language.openers, language.passive
    return SentenceStyle(
        spread=statistics.pstdev(lengths) if lengths else 0.0,
        longest=max(lengths, default=0),
        pointing=_share([words[0] in openers for words in split]) if openers else None,
        passive=_share([is_passive(words, passive) for words in split]) if passive else None,
    )


def split_words(sentence: str) -> list[str]:
    """Return the words of a sentence in lower case, without numbers."""
    return [word.replace("’", "'").casefold() for word in WORD.findall(sentence)]


def words_or_letters(sentence: str, lang: str) -> list[str]:
    """Return the words of a sentence, or its letters in a script that writes no spaces between words."""
    return split_words(sentence) if script_of(lang).words else [letter for letter in sentence if letter.isalpha()]


def is_passive(words: list[str], table: Passive) -> bool:
    """Estimate whether a sentence is in the passive voice: an auxiliary, and a participle within two words."""
    for index, word in enumerate(words):
        if word in table.auxiliaries:
            next_words = words[index + 1 : index + 3]
            # After “a”, a participle is an adjective: “is a mixed picture”.
            reach = next_words[:1] if next_words and next_words[0] in table.before else next_words
            if any(table.is_participle(item) for item in reach):
                return True
    return False


def _share(found: list[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
