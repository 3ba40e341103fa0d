"""Check negation: no “not” may be lost or added.

Denied clauses are counted in the sentences that correspond. An idiom (“free of” = «sin») negates in one language only, so
each idiom that occurs in both texts lets the counts differ by one. What the counts do not show, the denied words do: the
words that a negation of the source denies must correspond to denied words of the translation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from carepress.checks.alignment import Bead, Side
from carepress.checks.dictionary import read_dictionary
from carepress.checks.forms import plain, read_forms
from carepress.checks.judgment import are_paired
from carepress.checks.language import Language
from carepress.checks.learned import key
from carepress.checks.lexicon import Sense
from carepress.checks.matching import is_content
from carepress.checks.review import token_of
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word, split_words
from carepress.checks.verbs import may_be_verb
from carepress.model import Severity


def check_negation(subject: Subject) -> Iterator[Finding]:
    """Find a lost or added negation, once in the sentences that correspond."""
    unsupported = _unsupported(subject.target, subject.language)
    for bead in subject.beads:
        words = tuple(_words(side, numbers) for side, numbers in zip((subject.source, subject.target), bead))
        alone = next((word for word in words[1] if word in unsupported), None)
        if alone:
            yield Finding(f"“{alone.text}” needs another negation before its verb", "look for a lost “not”")
        elif all(words):
            yield from _miscounted(subject, *words) or _undenied(subject, bead)


def _words(side: ParsedText, numbers: tuple[int, ...]) -> tuple[Word, ...]:
    return tuple(word for word in side.words if word.sentence in numbers)


# --- Counts ----------------------------------------------------------------------------------


def _miscounted(
    subject: Subject, source_words: tuple[Word, ...], target_words: tuple[Word, ...]
) -> tuple[Finding, ...]:
    source, target = _count(source_words, subject.source_language), _count(target_words, subject.language)
    slack = _slack(source_words, target_words, subject)
    # Without the idioms of both languages, a difference may be right.
    severity: Severity = "error" if subject.lexicon else "warning"
    if min(source) > max(target) + slack[0]:
        word = _first(source_words, subject.source_language)
        return (
            Finding(
                f"the English has a negation that the translation lacks: “{word}”", "look for a lost “not”", severity
            ),
        )
    if min(target) > max(source) + slack[1]:
        word = _first(target_words, subject.language)
        added = min(target) - max(source) - slack[1]
        free = sum(_is_free(subject, word, target_words) for word in _negations(target_words, subject.language))
        if subject.is_reworded and free >= added:
            return ()
        return (
            Finding(
                f"the translation has a negation that the English lacks: “{word}”",
                "look for an extra “not”",
                "warning" if subject.is_reworded else severity,
            ),
        )
    return ()


def _is_free(subject: Subject, negation: Word, words: tuple[Word, ...]) -> bool:
    """Tell whether a negation says something in other words: its clause says nothing of the source, or denies an opposite."""
    language = subject.language
    clause = [word for word in words if word.clause == negation.clause]
    after = clause[clause.index(negation) + 1 :][:DENIED_FIRST]
    first = next((word for word in after if not _is_grammar(word, language)), None)
    if first and _is_opposite(subject, first):
        return True
    is_action = first and _may_be_action(first, language)
    content = (word for word in clause if is_content(word, language))
    is_alone = clause == [negation]  # «con comida, no» denies what is before it
    return not (is_action or is_alone or any(word.start in subject.matched[1] for word in content))


def _may_be_action(word: Word, language: Language) -> bool:
    """Tell whether a word may be a verb that says something, as one may of which the forms are not known."""
    forms = read_forms(language.code)
    is_known = forms is not None and bool(forms.find(plain(word.key)))
    return (may_be_verb(word.key, language) or not is_known) and not token_of(word.key, language).is_light


def _is_opposite(subject: Subject, word: Word) -> bool:
    """Tell whether a word that is denied is the opposite of one in the reviewed translation or the source, and itself in neither.

    A rewording may say something by denying its opposite: «sigue», «no termina».
    """
    language, dictionary = subject.language, read_dictionary(subject.pair.lang) if subject.lexicon else None
    new = token_of(word.key, language)
    reviewed = {other.key for old in subject.learned.reviewed(subject.pair.source) for other in split_words(old)}
    earlier = [token_of(other, language) for other in reviewed]
    source = [other for other in subject.source.words if is_content(other, subject.source_language)]
    if any(new.name == old.name for old in earlier) or any(subject.is_translation(old, word) for old in source):
        return False
    if any(are_paired(old, new, language.reversals + language.polarities) for old in earlier):
        return True
    if new.is_light or not dictionary:
        return False
    return any(dictionary.are_opposites(old.forms, new.forms) for old in earlier if old.is_content) or any(
        not dictionary.opposites(old.key).isdisjoint(new.forms) for old in source
    )


def _is_grammar(word: Word, language: Language) -> bool:
    return any(name in language.loose or name in language.weak for name in (word.key, key(word.key, language.code)))


def _count(words: tuple[Word, ...], language: Language) -> tuple[int, int]:
    """Count negated clauses; return the least and the greatest possible count.

    A concordant negation adds nothing: «no … nunca». A coordinated one may be a negation of its own:
    “neither … nor”, «no … ni» for “do not wait, and do not give …”, «no sabe y nadie dice».
    """
    count = coordinated_count = 0
    last: Word | None = None
    joints = [word.start for word in words if word.key in language.both]
    for word in _negations(words, language):
        agreeing = word.key in language.concordant_negations and last and last.clause == word.clause
        joined = bool(agreeing and last and any(last.start < start < word.start for start in joints))
        concordant = agreeing and not joined
        coordinated = joined or (word.key in language.coordinated_negations and last and last.sentence == word.sentence)
        count += not (concordant or coordinated)
        coordinated_count += bool(coordinated)
        last = word
    return count, count + coordinated_count


def _negations(words: tuple[Word, ...], language: Language) -> tuple[Word, ...]:
    ignored = {sense.start + step for sense in language.ignored_negations.find(words) for step in range(sense.length)}
    return tuple(word for at, word in enumerate(words) if word.key in language.negations and at not in ignored)


def _slack(source: tuple[Word, ...], target: tuple[Word, ...], subject: Subject) -> tuple[int, int]:
    """Return how many negations idioms may remove from the translation, and how many they may add to it."""
    if not subject.lexicon:
        return 0, 0
    english = subject.lexicon.source_idioms.find_all(source)
    other = Counter(sense.meaning for sense in subject.lexicon.target_idioms.find_all(target))
    shared = {sense.meaning: sense for sense in english if other[sense.meaning]}
    plain = [sense for sense in shared.values() if not _negates(sense, source, subject.source_language)]
    count = Counter(sense.meaning for sense in english)
    added = sum(min(count[sense.meaning], other[sense.meaning]) for sense in plain)
    return len(shared) - len(plain), added


def _negates(sense: Sense, words: tuple[Word, ...], language: Language) -> bool:
    return any(word.key in language.negations for word in words[sense.start : sense.start + sense.length])


def _first(words: tuple[Word, ...], language: Language) -> str:
    """Return the first negation with the words after it."""
    word = _negations(words, language)[0]
    after = words[words.index(word) :]
    return " ".join(item.text for item in after[:SHOWN] if item.sentence == word.sentence).replace(" n't", "n’t")


SHOWN = 5

# --- Concord ---------------------------------------------------------------------------------


def _unsupported(side: ParsedText, language: Language) -> frozenset[Word]:
    """Return the words that deny only after another negation, and have none: «tiene nada» has lost its «no».

    Before the verb they deny by themselves: «nadie sabe», «a nadie le duele».
    """
    found: set[Word] = set()
    for number in range(side.sentences if language.concord.supported else 0):
        words = _words(side, (number,))
        ignored = {s.start + step for s in language.ignored_negations.find(words) for step in range(s.length)}
        for at, word in enumerate(words):
            if word.key in language.concord.supported and at not in ignored and not _is_supported(words, at, language):
                found.add(word)
    return frozenset(found)


def _is_supported(words: tuple[Word, ...], at: int, language: Language) -> bool:
    """Tell whether a word is after a negation, or first in its clause; of two «ni», the first needs no support."""
    concord, word = language.concord, words[at]
    joint = next((place for place in range(at - 2, 0, -1) if words[place].key in concord.separators), 0)
    if any(before.key in concord.supports for before in words[joint:at]):
        return True
    if word.key in language.coordinated_negations:
        after = [item.key for item in words[at + 1 :]]
        if word.key in after:
            return True
        if words[0].clause != word.clause and concord.adverbs.intersection(after[:2]):
            return False  # «…, ni siquiera después»
    for before in reversed(words[:at]):
        if before.clause != word.clause or before.key in concord.openers:
            return True
        if before.key not in concord.leaders and not before.key[0].isdigit():
            return False
    return True


# --- Denied words ----------------------------------------------------------------------------

# The words before and after a negation within which it may deny another word, and within which it denies one first of all.
DENIED_BEFORE, DENIED_AFTER, DENIED_FIRST = 3, 9, 4


@dataclass(frozen=True, slots=True)
class _Denial:
    """A negation by its place, the words within its reach, and the first of those that corresponds to something."""

    at: int
    reach: frozenset[int]
    head: int | None


def _undenied(subject: Subject, bead: Bead) -> Iterator[Finding]:
    """Find a negation whose words the translation does not deny, although it has as many negations.

    A negation of the translation that denies none of the source's words may take its place: «no las tiene».
    """
    if not subject.correspondences:
        return
    (source, target), words = subject.correspondences, subject.source.words
    denials = _denials(subject.source, subject.source_language, source, bead[0])
    others = _denials(subject.target, subject.language, target, bead[1])
    lost = [(denial, head) for denial in denials if (head := _not_denied(denial, others, source, target)) is not None]
    spare = sum(_is_spare(other, denials, target, source) for other in others)
    explained = _explained(subject, bead)
    for denial, head in lost[spare:]:
        if denial.at not in explained:
            text = " ".join(word.text for word in words[denial.at : (denial.head or denial.at) + 1]).replace(
                " n't", "n’t"
            )
            message = f"“{text}” denies what “{subject.target.words[head].text}” does not deny"
            yield Finding(message, "look for a lost “not”", "warning")


def _denials(side: ParsedText, language: Language, hits: Side, numbers: tuple[int, ...]) -> list[_Denial]:
    words, negations = side.words, set(_negations(_words(side, numbers), language))
    after_verb = language.concord.supported or language.negations
    denials = []
    for at, word in enumerate(words):
        if word in negations:
            before = DENIED_BEFORE if word.key in after_verb else 0
            near = range(max(0, at - before), min(len(words), at + DENIED_AFTER + 1))
            reach = [place for place in near if words[place].sentence == word.sentence]
            first = [place for place in reach if at < place <= at + DENIED_FIRST and words[place].clause == word.clause]
            head = next((head for head in first if head in hits.hits and head in hits.content), None)
            denials.append(_Denial(at, frozenset(reach), head))
    return denials


def _not_denied(denial: _Denial, others: list[_Denial], side: Side, other_side: Side) -> int | None:
    """Return a word that corresponds to denied ones only, if no such word is denied."""
    hits = {hit for hit in _head_hits(denial, side) if _is_own(hit, denial, other_side)}
    return min(hits) if hits and not any(hits & other.reach for other in others) else None


def _head_hits(denial: _Denial, side: Side) -> frozenset[int]:
    return side.hits[denial.head] if denial.head is not None else frozenset()


def _is_own(hit: int, denial: _Denial, side: Side) -> bool:
    return hit in side.content and side.hits[hit] == {denial.head}


def _is_spare(denial: _Denial, others: list[_Denial], side: Side, other_side: Side) -> bool:
    """Tell whether a negation denies nothing in particular: no other denies the same, no word of it is undenied."""
    hits = _head_hits(denial, side)
    return not any(hits & other.reach for other in others) and _not_denied(denial, others, side, other_side) is None


def _explained(subject: Subject, bead: Bead) -> frozenset[int]:
    """Return the words of the source in idioms whose translation has no negation, or another."""
    assert subject.lexicon is not None
    given = {sense.meaning for sense in subject.lexicon.target_idioms.find_all(_words(subject.target, bead[1]))}
    senses = subject.lexicon.source_idioms.find_all(subject.source.words)
    return frozenset(sense.start + step for sense in senses if sense.meaning in given for step in range(sense.length))
