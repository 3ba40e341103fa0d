"""Check the tense of a sentence: what was is not what will be.

Auxiliaries show the tense of English, words and endings that of the translation. Only what is plain is compared: a
sentence of one tense, against a translation that has only the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from carepress.checks.language import Language
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word
from carepress.checks.verbs import are_going, is_future, is_past

HINTS = {
    "past": "write it as something that has been",
    "future": "write it as something that is still to come",
}
OPEN = "open"


def check_tense(subject: Subject) -> Iterator[Finding]:
    """Find a past that has become a future, or the reverse."""
    for bead in subject.beads:
        source, target = (_tenses(*side, numbers) for side, numbers in zip(subject.sides, bead))
        for tense, other in (("past", "future"), ("future", "past")):
            is_plain = tense in source and source.keys().isdisjoint({other, OPEN})
            if is_plain and other in target and target.keys().isdisjoint({tense, OPEN}):
                message = f"“{target[other].text}” is in the {other}, “{source[tense].text}” in the {tense}"
                yield Finding(message, HINTS[tense], "warning")


def _tenses(side: ParsedText, language: Language, numbers: tuple[int, ...]) -> dict[str, Word]:
    """Return the tenses of some sentences, each with a word that shows it."""
    words = [word for word in side.words if word.sentence in numbers]
    found = {}
    for word in words:
        if word.key in language.tenses.open:
            found[OPEN] = word
        if is_past(word.key, language):
            found["past"] = word
        if is_future(word.key, language):
            found["future"] = word
    for three in zip(words, words[1:], words[2:]):
        if are_going(tuple(word.key for word in three), language):
            found["future"] = three[0]
    return found
