"""Check the tense of a sentence: what was is not what will be.

Auxiliaries show the tense of English, endings that of the translation. Only what is plain is compared: a sentence of one
tense alone, against a translation that has another.
"""

from __future__ import annotations

from collections.abc import Iterator

from carepress.checks.forms import lemmas
from carepress.checks.language import Language
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, Word

HINTS = {
    "past": "write it as something that has been",
    "future": "write it as something that is still to come",
}


def check_tense(subject: Subject) -> Iterator[Finding]:
    """Find a past that has become a future, or the reverse."""
    if not subject.source_language.tenses.past or not subject.language.tenses.past_endings:
        return
    for bead in subject.beads:
        source, target = (
            {tense: word for word in side.words if word.sentence in numbers for tense in _tenses(word, language)}
            for (side, language), numbers in zip(subject.sides, bead)
        )
        for tense, other in (("past", "future"), ("future", "past")):
            if tense in source and not {other, "open"} & source.keys() and other in target and tense not in target:
                yield Finding(
                    f"“{target[other].text}” is in the {other}, “{source[tense].text}” in the {tense}",
                    HINTS[tense],
                    "warning",
                )


def _tenses(word: Word, language: Language) -> Iterator[str]:
    tenses = language.tenses
    if word.key in tenses.open:
        yield "open"
    if word.key in tenses.past or _is_form(word.key, tenses.past_endings, language):
        yield "past"
    if word.key in tenses.future or _is_form(word.key, tenses.future_endings, language):
        yield "future"


def _is_form(word: str, endings: tuple[str, ...], language: Language) -> bool:
    """Tell whether a word is a verb with one of the endings: its dictionary form is another word, an infinitive."""
    if not word.endswith(endings):
        return False
    return any(item.endswith(language.gender.infinitives) and item != word for item in lemmas(word, language.code))
