"""What the endings of a verb show, as far as the tables of a language have them: its infinitive, tense and person."""

from __future__ import annotations

from functools import lru_cache

from carepress.checks.forms import lemmas, plain
from carepress.checks.language import Language


def infinitives(word: str, language: Language) -> set[str]:
    """Return the infinitives of which a word is a form, if it is not one itself."""
    found = lemmas(word, language.code)
    return {item for item in found if item.endswith(language.gender.infinitives) and item != plain(word)}


def is_infinitive(word: str, language: Language) -> bool:
    """Tell whether a word is an infinitive, with or without pronouns: sembrar, sembrarse."""
    bare = [word, *(word.removesuffix(pronoun) for pronoun in language.enclitics if word.endswith(pronoun))]
    return any(plain(item).endswith(language.gender.infinitives) for item in bare)


def is_verb(word: str, language: Language) -> bool:
    """Tell whether a word can only be a verb."""
    endings = language.gender.infinitives
    return bool(endings) and all(item.endswith(endings) for item in lemmas(word, language.code))


def may_be_verb(word: str, language: Language) -> bool:
    """Tell whether a word may be a verb."""
    endings = language.gender.infinitives
    return bool(endings) and any(item.endswith(endings) for item in lemmas(word, language.code))


def is_past(word: str, language: Language) -> bool:
    """Tell whether a word is a verb of the past."""
    if word in language.tenses.past or (word.endswith(language.tenses.past_endings) and infinitives(word, language)):
        return True
    return any(
        plain(word.removesuffix(ending)) + infinitive in infinitives(word, language)
        for infinitive, endings in language.tenses.imperfect.items()
        for ending in endings
        if word.endswith(ending)
    )


def is_future(word: str, language: Language) -> bool:
    """Tell whether a word is a verb of the future."""
    tenses = language.tenses
    return word in tenses.future or (word.endswith(tenses.future_endings) and bool(infinitives(word, language)))


def are_going(words: tuple[str, ...], language: Language) -> bool:
    """Tell whether three words make a future: «van a sembrar»."""
    tenses = language.tenses
    return (
        len(words) == 3
        and words[0] in tenses.going
        and words[1] in tenses.before_infinitives
        and is_infinitive(words[2], language)
    )


def have_just(words: tuple[str, ...], language: Language) -> bool:
    """Tell whether three words make a past: «acaba de sembrar»."""
    tenses = language.tenses
    return len(words) == 3 and f"{words[0]} {words[1]}" in tenses.recent and is_infinitive(words[2], language)


def speaker(word: str, language: Language) -> tuple[frozenset[str], str]:
    """Return the verbs of which a word may be a form, and the ending of the person that it shows, if it shows one."""
    verbs = frozenset(item for item in lemmas(word, language.code) if item.endswith(language.gender.infinitives))
    ends = [end for own, ends in language.persons.items() if any(v.endswith(own) for v in verbs) for end in ends]
    return verbs, next((end for end in ends if word.endswith(end)), "")


Inflection = tuple[str, str, str]
"""An infinitive, and the person and the tense of a form of it."""


@lru_cache(maxsize=40000)
def inflections(word: str, language: Language) -> frozenset[Inflection]:
    """Return which person and tense of which verb a form may be; none for a word that may be no verb or shows neither."""
    table, verbs = language.inflection, lemmas(word, language.code)
    if not table.persons or not is_verb(word, language) or any(_is_impersonal(word, verb, language) for verb in verbs):
        return frozenset()
    person = next((name for name, endings in table.persons.items() if word.endswith(endings)), "")
    return frozenset((verb, person, _tense(word, verb, language)) for verb in verbs)


def _is_impersonal(word: str, verb: str, language: Language) -> bool:
    """Tell whether a word is an infinitive, a participle or a gerund."""
    rest = plain(word).removeprefix(verb[:-2])
    return plain(word) == verb or rest in language.inflection.impersonal.get(verb[-2:], ())


def _tense(word: str, verb: str, language: Language) -> str:
    if is_future(word, language):
        return "future"
    if is_past(word, language):
        return "past"
    if word in language.inflection.indicative:
        return ""
    moods = language.inflection.moods.items()
    return next((mood for mood, endings in moods if word.endswith(endings.get(verb[-2:], ()))), "")
