"""Judge every word of a small change: of pronouns, prepositions and the forms of verbs, too.

A rewording brings other prepositions and pronouns with it. Where little has changed since the review, «llámelos» for
«llámenos», «avisará» for «avisarán» or «al» for «del» are slips.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from carepress.checks.forms import lemmas
from carepress.checks.language import Language
from carepress.checks.learned import key
from carepress.checks.verbs import inflections, is_future, is_infinitive, is_verb, may_be_verb

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """Words that were replaced by others, or were lost or added."""

    old: str = ""
    new: str = ""


def slip_of(lost: Words, gained: Words, language: Language, are_alike: Callable[[str, str], bool]) -> Slip | None:
    """Return the slip that words which are no longer there, and those that came, make."""
    left, added = ([word for word in side if word not in language.free] for side in (lost, gained))
    for future, other in ((left, added), (added, left)):
        _drop_going(future, other, language)
    pairs = [*_pairs(left, added, language, are_alike)]
    changed = [pair for pair in pairs if not _agree(*pair, language)]
    if not (left or added) and len(pairs) == 1 and _differ_in_number(*pairs[0], language):
        changed = pairs
    if changed:
        return Slip(*changed[0])
    strict = [word for word in left if word in language.things or not _may_come(word, language)]
    strict += [word for word in added if not _may_come(word, language)]
    # A verb may come with a noun that replaced another: «copie», «saque copias».
    spare = sum(is_verb(word, language) and not is_verb(other, language) for word, other in pairs)
    is_spare = len(strict) <= spare and all(may_be_verb(word, language) for word in strict)
    if (strict and not is_spare) or (left and added):
        return Slip(*(" ".join(word.removeprefix("-") for word in side) for side in (left, added)))
    return None


def _pairs(
    left: list[str], added: list[str], language: Language, are_alike: Callable[[str, str], bool]
) -> Iterator[tuple[str, str]]:
    """Yield the words of which one is a form of the other, or means the same; remove them from both lists."""
    for word in [*left]:
        forms = [item for item in added if _are_forms(word, item, language)]
        others = forms or [item for item in added if _are_same(word, item, language) or are_alike(word, item)]
        if others:
            left.remove(word)
            added.remove(others[0])
            yield word, others[0]


def _drop_going(future: list[str], other: list[str], language: Language) -> None:
    """Remove the first word of «va a regar» from the words in whose place «regará» is in the other text."""
    for going in [word for word in other if word in language.tenses.going]:
        if any(
            is_future(word, language)
            and is_infinitive(infinitive, language)
            and _are_forms(word, infinitive, language)
            and _persons(word, language) == _persons(going, language)
            for word in future
            for infinitive in other
        ):
            other.remove(going)


def _persons(word: str, language: Language) -> set[str]:
    return {person for _verb, person, _tense in inflections(word, language)}


def _differ_in_number(word: str, other: str, language: Language) -> bool:
    """Tell whether two words are forms of one noun in different numbers: «la señal», «las señales»."""
    plural, shared = language.inflection.nouns, lemmas(word, language.code) & lemmas(other, language.code)
    is_noun = any(not item.endswith(language.gender.infinitives) for item in shared)
    return bool(plural) and is_noun and word.endswith(plural) != other.endswith(plural)


def _may_come(word: str, language: Language) -> bool:
    """Tell whether a word may be lost or added by itself."""
    return word.removeprefix("-") in language.loose


def _are_same(word: str, other: str, language: Language) -> bool:
    """Tell whether two words mean the same, or make the passive voice: «se usa», «es usado»."""
    passive = language.passive
    if passive and any(
        one in passive.reflexive and two in passive.auxiliaries for one, two in ((word, other), (other, word))
    ):
        return True
    return _name(word, language) == _name(other, language)


def _name(word: str, language: Language) -> str:
    word = word.removeprefix("-")
    if word in language.number_words:
        return f"{language.number_words[word]:g}"
    same = language.same.get(word) or language.same.get(key(word, language.code))
    return word if word in language.prepositions else same or word


def _are_forms(word: str, other: str, language: Language) -> bool:
    return not lemmas(word, language.code).isdisjoint(lemmas(other, language.code))


def _agree(word: str, other: str, language: Language) -> bool:
    """Tell whether two forms of a verb may be of the same person and tense; other words agree with any."""
    if not _are_forms(word, other, language):
        return True
    one, two = inflections(word, language), inflections(other, language)
    return not one or not two or not one.isdisjoint(two)
