"""Judge every word of a small change: of pronouns, prepositions and the forms of verbs, too.

A rewording brings other prepositions and pronouns with it. Where little has changed since the review, «llámelos» for
«llámenos», «avisará» for «avisarán» or «al» for «del» are slips.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from carepress.checks.forms import lemmas
from carepress.checks.language import Language
from carepress.checks.verbs import inflections, is_verb, may_be_verb

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """Words that were replaced by others, or were lost or added."""

    old: str = ""
    new: str = ""


def slip_of(lost: Words, gained: Words, language: Language, are_alike: Callable[[str, str], bool]) -> Slip | None:
    """Return the slip that words which are no longer there, and those that came, make."""
    left, added = ([word for word in side if word not in language.free] for side in (lost, gained))
    spare = 0
    """How many verbs may come with a noun that replaced another verb: «copie», «saque copias»."""
    for word in [*left]:
        other = next((item for item in added if _are_forms(word, item, language)), None)
        if other is not None and not _agree(word, other, language):
            return Slip(word, other)
        other = other or next(
            (item for item in added if _are_same(word, item, language) or are_alike(word, item)), None
        )
        if other is not None:
            spare += is_verb(word, language) and not is_verb(other, language)
            left.remove(word)
            added.remove(other)
    strict = [word for word in left if word in language.things or not _may_come(word, language)]
    strict += [word for word in added if not _may_come(word, language)]
    if len(strict) > spare * all(may_be_verb(word, language) for word in strict) or (left and added):
        return Slip(*(" ".join(word.removeprefix("-") for word in side) for side in (left, added)))
    return None


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
    return word if word in language.prepositions else language.same.get(word, word)


def _are_forms(word: str, other: str, language: Language) -> bool:
    return not lemmas(word, language.code).isdisjoint(lemmas(other, language.code))


def _agree(word: str, other: str, language: Language) -> bool:
    """Tell whether two forms of a word may be of the same person and tense; one that shows neither agrees with any."""
    one, two = inflections(word, language), inflections(other, language)
    return not one or not two or not one.isdisjoint(two)
