"""Check the tense of a sentence: what was is not what will be.

Auxiliaries show the tense of English, words and endings that of the translation. Only what is plain is compared: a
sentence of one tense, against a translation that has only the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from carepress.checks.forms import lemmas, plain
from carepress.checks.language import Language
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word

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
    tenses, words = language.tenses, [word for word in side.words if word.sentence in numbers]
    found = {}
    for word in words:
        if word.key in tenses.open:
            found[OPEN] = word
        if word.key in tenses.past or _is_past(word.key, language):
            found["past"] = word
        if word.key in tenses.future or _is_future(word.key, language):
            found["future"] = word
    for before, word, after in zip(words, words[1:], words[2:]):
        if before.key in tenses.going and word.key in tenses.before_infinitives and _is_infinitive(after.key, language):
            found["future"] = before
    return found


def _is_past(word: str, language: Language) -> bool:
    if word.endswith(language.tenses.past_endings) and _infinitives(word, language):
        return True
    return any(
        plain(word.removesuffix(ending)) + infinitive in _infinitives(word, language)
        for infinitive, endings in language.tenses.imperfect.items()
        for ending in endings
        if word.endswith(ending)
    )


def _is_future(word: str, language: Language) -> bool:
    return word.endswith(language.tenses.future_endings) and bool(_infinitives(word, language))


def _is_infinitive(word: str, language: Language) -> bool:
    """Tell whether a word is an infinitive, with or without pronouns: sembrar, sembrarse."""
    bare = [word, *(word.removesuffix(pronoun) for pronoun in language.enclitics if word.endswith(pronoun))]
    return any(plain(item).endswith(language.gender.infinitives) for item in bare)


def _infinitives(word: str, language: Language) -> set[str]:
    """Return the infinitives of which a word is a form, if it is not one itself."""
    found = lemmas(word, language.code)
    return {item for item in found if item.endswith(language.gender.infinitives) and item != plain(word)}
