"""Check the words of a sentence: each must correspond to one of the source, and each word of the source to one of it.

A dictionary, synonyms, a common origin or the reviewed translations of the book relate two words. Whatever is left over
was swapped, lost or added, or the translation is free: a translator decides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from carepress.checks.dictionary import Dictionary, read_dictionary, target
from carepress.checks.forms import lemmas
from carepress.checks.language import Language
from carepress.checks.learned import key
from carepress.checks.matching import CODE_LENGTH, SHORTEST, Unit, content_codes, grammar_words
from carepress.checks.meaning import check_lexicon
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word


def check_word(subject: Subject) -> Iterator[Finding]:
    """Find words that were swapped, lost or added, in translations of texts that were learned from.

    Of a new text too little is known: a third of its sentences has a word that no dictionary relates to the other text.
    """
    known = subject.learned.left_over(subject.pair.source)
    if known is None:
        return
    sides = tuple((text, language, Counter(words)) for (text, language), words in zip(subject.sides, known))
    units = [unit for unit in subject.units if unit.source and unit.target]
    found = [tuple(_new(words, *side) for words, side in zip(unit.unpaired, sides)) for unit in units]
    if sum(map(len, chain(*found))) > SLIP or sum(len(added) for _lost, added in found) > 1:
        return
    change = _change(subject)
    if change.is_rewording:
        return
    if not any(chain(*found)) and max(len(change.lost), len(change.added)) == 1:
        yield _grammar_finding(change)
    for unit, (lost, added) in zip(units, found):
        new = next((word for word in added if word in unit.added and (lost or _is_known_target(subject, word))), None)
        old = next((word for word in lost if new or _is_known(subject, word)), None)
        if old and new:
            message, hint = f"“{old.text}” has become “{new.text}”", "compare the meaning of the sentences"
        elif new:
            message, hint = f"nothing in the English corresponds to “{new.text}”", "remove or correct it"
        elif old:
            message, hint = f"nothing in the translation corresponds to “{old.text}”", "translate it"
        else:
            continue
        yield Finding(f"{message} in “{_quoted(subject, new, unit)}”", hint, "warning")


@dataclass(frozen=True, slots=True)
class _Change:
    """What has changed since the review: the words of grammar lost and added, and the numbers of content words."""

    lost: list[str]
    added: list[str]
    lost_content: int
    added_content: int

    @property
    def size(self) -> int:
        return len(self.lost) + len(self.added) + self.lost_content + self.added_content

    @property
    def is_rewording(self) -> bool:
        """Whether so much was replaced that it is no slip of a word."""
        replaced = min(len(self.lost) + self.lost_content, len(self.added) + self.added_content)
        return replaced > 1


def _change(subject: Subject) -> _Change:
    """Return what has changed since the review, compared with the reviewed translation that is most like this one."""
    words, language = subject.target.words, subject.language
    changes = []
    for codes, *earlier in sorted(subject.learned.words(subject.pair.source)):
        before, after = (Counter(_split(item)) for item in (codes.strip("-"), content_codes(words, language)))
        counts = (before - after).total(), (after - before).total()
        own = grammar_words(words, language)
        lost, added = _only(earlier, own, language.code), _only(own, earlier, language.code)
        changes.append(_Change(lost, added, *counts))
    return min(changes, key=lambda change: change.size, default=_Change([], [], 0, 0))


def _grammar_finding(change: _Change) -> Finding:
    """Return what to say of one word of grammar that has been lost, added or exchanged: “until”, “not”, “may”."""
    old, new = (next(iter(words), "") for words in (change.lost, change.added))
    message = f"“{old}” has become “{new}”" if old and new else f"“{new}” is new" if new else f"“{old}” is missing"
    return Finding(f"{message}, compared with the reviewed translation", "compare the meaning of the texts", "warning")


def _split(codes: str) -> list[str]:
    return [codes[at : at + CODE_LENGTH] for at in range(0, len(codes), CODE_LENGTH)]


def _only(words: Iterable[str], others: Iterable[str], lang: str) -> list[str]:
    """Return the words that others lack; all forms of a word are the same."""
    left, found = Counter(key(word, lang) for word in others), []
    for word in words:
        name = key(word, lang)
        if left[name]:
            left[name] -= 1
        else:
            found.append(word)
    return found


SLIP = 2
"""The most words that a slip loses or adds. A text with more of them was reworded."""


def _new(words: tuple[Word, ...], text: ParsedText, language: Language, known: Counter[str]) -> list[Word]:
    """Return the words that say something and were not left over at the review; removes the others from `known`."""
    found = []
    for word in words:
        name = key(word.key, text.lang)
        if known[name]:
            known[name] -= 1
        elif lemmas(word.key, text.lang).isdisjoint(language.light):
            found.append(word)
    return found


def _quoted(subject: Subject, word: Word | None, unit: Unit) -> str:
    """Return the sentence of a word of the translation, or of a unit, as it is written; shortened around the word."""
    at = word or unit.target[0]
    words = [other for other in subject.target.words if other.sentence == at.sentence]
    place = words.index(at)
    first, last = max(0, place - BEFORE) if len(words) > QUOTED else 0, place + QUOTED - BEFORE
    part = words[first:last] if len(words) > QUOTED else words
    text = subject.target.plain[part[0].start : part[-1].end]
    return ("… " if part[0] != words[0] else "") + text + (" …" if part[-1] != words[-1] else "")


# The most words of a quotation, and those before the word in question.
QUOTED, BEFORE = 10, 4


def check_opposite(subject: Subject) -> Iterator[Finding]:
    """Find words that have become their opposites."""
    found = list(check_lexicon("opposite")(subject))
    yield from found
    dictionary = read_dictionary(subject.pair.lang) if subject.lexicon else None
    if found or not dictionary:
        return
    for unit in subject.units:
        for word in unit.target:
            if old := _opposite(dictionary, unit, word, subject):
                message = f"“{old.text}” has become its opposite “{word.text}”"
                certain = (old in unit.lost and word in unit.added) or bool(_undenied(old.key, subject.source_language))
                yield Finding(message, "keep the meaning of the English", "error" if certain else "warning")
                break


def _is_known(subject: Subject, word: Word) -> bool:
    dictionary = read_dictionary(subject.pair.lang)
    if dictionary and subject.lexicon and dictionary.translations(word.key):
        return True
    return key(word.key, subject.pair.source_lang) in subject.learned.pairs


def _is_known_target(subject: Subject, word: Word) -> bool:
    dictionary = read_dictionary(subject.pair.lang)
    if dictionary and subject.lexicon and dictionary.has(word.key):
        return True
    return key(word.key, subject.pair.lang) in subject.learned.targets


# --- Opposites -------------------------------------------------------------------------------


def _opposite(dictionary: Dictionary, unit: Unit, word: Word, subject: Subject) -> Word | None:
    """Return the word of the source whose opposite a word of the translation is."""
    other = target(word.key, dictionary.lang)
    left = [old for old in unit.source if old.start not in unit.sure[0]] if word.start not in unit.sure[1] else []
    known = subject.learned.left_over(subject.pair.source)
    if known and key(word.key, subject.pair.lang) in known[1]:
        return None
    left = [old for old in left if not known or key(old.key, subject.pair.source_lang) not in known[0]]
    for old in left:
        if not dictionary.opposites(old.key).isdisjoint(other.words):
            return old
    if _negates(unit, subject):
        return None
    for old in unit.source:
        bases = _undenied(old.key, subject.source_language)
        if any(not other.words.isdisjoint(dictionary.translations(base)) for base in bases) and not any(
            dictionary.meaning(old.key).fits(target(item.key, dictionary.lang)) for item in unit.target
        ):
            return old
    bases = [base for base in _undenied(word.key, subject.language) if dictionary.has(base)]
    return next((old for old in left for base in bases if _means(dictionary, old, base)), None)


def _means(dictionary: Dictionary, old: Word, word: str) -> bool:
    return dictionary.meaning(old.key, synonyms=False).fits(target(word, dictionary.lang))


def _undenied(word: str, language: Language) -> list[str]:
    """Return what remains of a word without a prefix or ending that denies: treated, of “untreated”."""
    bases = [word.removeprefix(start) for start in language.denying_prefixes if word.startswith(start)]
    bases += [word.removesuffix(end) for end in language.denying_endings if word.endswith(end)]
    return [base for base in bases if len(base) >= SHORTEST]


def _negates(unit: Unit, subject: Subject) -> bool:
    """Tell whether either side says “not”, with which the opposite may be meant."""
    numbers = {word.sentence for word in (*unit.source, *unit.target)}
    return any(
        word.sentence in numbers and word.key in language.negations
        for side, language in subject.sides
        for word in side.words
    )
