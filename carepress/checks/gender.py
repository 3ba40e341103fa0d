"""Check the gender of the translation's nouns: where it changes the sense, and where an article does not agree.

«La cura» is a cure, «el cura» a priest. The tables of a language say which English words go with each.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from carepress.checks.dictionary import read_dictionary
from carepress.checks.forms import plain
from carepress.checks.language import Gender
from carepress.checks.meaning import check_lexicon
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, Word

_people = check_lexicon("gender")

# The kind of a text that describes a drawing, whose child is a girl or a boy.
DRAWING = "drawing"
# Shorter words show no gender by their endings.
ENDED = 4


def check_gender(subject: Subject) -> Iterator[Finding]:
    """Find nouns whose gender gives them another sense than the source, and articles that do not agree."""
    gender = subject.language.gender
    if subject.lexicon:
        if not subject.pair.kind.startswith(DRAWING):
            yield from (replace(finding, severity="warning") for finding in _people(subject))
        yield from _changed_senses(subject, gender)
    for article, noun in pairwise(subject.target.words):
        if noun.start == article.end + 1 and noun.text.islower() and _disagrees(article, noun, gender, subject):
            yield Finding(f"“{article.text} {noun.text}” does not agree in gender", "correct the article or the noun")


def _changed_senses(subject: Subject, gender: Gender) -> Iterator[Finding]:
    """Find nouns with a determiner of one gender, where the source has only words for the sense of the other."""
    words = subject.target.words
    for before, noun in zip((None, *words), words):
        senses = gender.senses.get(noun.key)
        if not senses:
            continue
        chosen = _gender_of(before, noun, gender)
        given = {name for name, phrases in senses.items() if phrases.find(subject.source.words)}
        if chosen in senses and chosen not in given and given:
            right = next(iter(given))
            text = f"{before.text} {noun.text}" if before and chosen else noun.text
            sense = senses[right].find(subject.source.words)[0].phrase
            yield Finding(f"“{text}” does not mean “{sense}”", f"use “{noun.key}” in the gender and form that does")


def _gender_of(before: Word | None, noun: Word, gender: Gender) -> str:
    """Return the gender that a determiner before a noun shows, or an empty text without one."""
    if before is None or before.clause != noun.clause:
        return ""
    names = (name for name, words in gender.determiners.items() if before.key in words)
    return next(names, "")


def _disagrees(article: Word, noun: Word, gender: Gender, subject: Subject) -> bool:
    own = next((name for name, words in gender.articles.items() if article.key in words), None)
    known = (
        noun.key in gender.senses or noun.key in subject.language.function or noun.key in subject.language.number_words
    )
    if own is None or known or len(noun.key) < ENDED:
        return False
    others = [name for name, endings in gender.endings.items() if name != own and noun.key.endswith(endings)]
    agreeing = noun.key.endswith(gender.endings.get(own, ())) or noun.key.endswith(gender.both_endings)
    if not others or agreeing or noun.key in gender.both:
        return False
    return article.key not in gender.pronouns or not _is_verb(noun, gender, subject)


def _is_verb(word: Word, gender: Gender, subject: Subject) -> bool:
    """Tell whether a word after what may be a pronoun is a verb of the dictionary: «la quiero»."""
    dictionary = read_dictionary(subject.pair.lang)
    stem = plain(word.key).rstrip("o")
    return any(stem + ending in dictionary.known for ending in gender.infinitives) if dictionary else False
