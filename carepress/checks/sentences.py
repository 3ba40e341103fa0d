"""Check the sentences of an entry: none may be added, lost, doubled or moved.

A sentence whose words correspond to nothing in the other text, or to nothing that belongs to it alone, was probably
added or lost. An explanation for readers of the language is one too: a translator decides.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from math import log

from carepress.checks.alignment import Bead, Side, agreement
from carepress.checks.matching import is_content
from carepress.checks.review import BREAKS
from carepress.checks.script import length
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText
from carepress.model import Severity


def check_sentence(subject: Subject) -> Iterator[Finding]:
    """Find sentences that were added, lost, doubled or moved."""
    if not subject.target.script.sentences or subject.pair.source == subject.pair.text:
        return
    doubled = list(_doubled(subject))
    yield from doubled
    sides = subject.correspondences
    if doubled or sides is None:
        yield from _by_length(subject) if not doubled else ()
        return
    source, target = sides
    found = False
    growth = len(subject.target.plain) / max(1, len(subject.source.plain))
    for number in _without_match(target, source, growth > LONG):
        if _is_reviewed(subject, number):
            continue
        found = True
        words = _quoted(subject.target, number)
        severity = _severity(target, source, number)
        yield Finding(f"nothing in the English corresponds to “{words}”", "remove the sentence", severity)
    # A sentence that replaced another is one slip: the message about the new one is enough.
    for number in () if found else _without_match(source, target, growth < SHORT):
        found = True
        words = _quoted(subject.source, number)
        severity = _severity(source, target, number)
        yield Finding(f"nothing in the translation corresponds to “{words}”", "translate the sentence", severity)
    if not found:
        yield from _moved(subject)


# --- Doubled sentences -----------------------------------------------------------------------

# Shorter sentences may be repeated: “No. No.”
REPEATED = 3


def _doubled(subject: Subject) -> Iterator[Finding]:
    """Find a sentence that occurs more often than any sentence of the source."""
    source, target = (Counter(_sentences(side).values()) for side in (subject.source, subject.target))
    most = max(source.values(), default=1)
    for words, count in target.items():
        if len(words) >= REPEATED and count > most:
            yield Finding(f"the sentence “{_cut(words)}” occurs {count} times", "remove the repetition")


def _sentences(side: ParsedText) -> dict[int, tuple[str, ...]]:
    """Return the words of each sentence."""
    sentences: dict[int, tuple[str, ...]] = {}
    for word in side.words:
        sentences[word.sentence] = (*sentences.get(word.sentence, ()), word.text)
    return sentences


def _quoted(side: ParsedText, number: int) -> str:
    return _cut(_sentences(side)[number])


def _cut(words: tuple[str, ...]) -> str:
    return " ".join(words[:QUOTED]) + (" …" if len(words) > QUOTED else "")


QUOTED = 8

# --- Added and lost sentences ----------------------------------------------------------------

# The lengths, as multiples of the source's, above or below which a text may have one sentence more or less.
LONG, SHORT = 1.15, 1.05
# The words from which a sentence is judged by itself; a shorter one only if its text has more sentences.
JUDGED = 3
# The greatest share of words with a correspondence in a sentence that has none of its own.
CHANCE = 0.6
# The same where a text has more sentences than the other.
CHANCE_IF_MORE = 0.75
# The same for a sentence with one word of its own, and the words from which it is judged.
CHANCE_BUT_ONE, JUDGED_BUT_ONE = 0.4, 5


def _without_match(side: Side, other: Side, longer: bool) -> Iterator[int]:
    """Yield the sentences of a side that correspond to nothing in the other, which may be `longer` than translations are.

    Every text has words such as “child” in many sentences, so that chance gives most sentences some correspondence. A
    word counts as a sentence's own if no other sentence of its text has a word for the same.
    """
    more = longer and len(side.sentences) > len(other.sentences)
    for number in range(len(side.sentences)):
        matched, words = side.coverage(number)
        own = side.own(number, other)
        if len(side.sentences) == 1:
            lacks = words > JUDGED and not matched
        elif own == 0:
            few = matched <= (CHANCE_IF_MORE if more else CHANCE) * words
            lacks = (words >= JUDGED and few) or (more and words > 0 and not matched)
        else:
            lacks = own == 1 and words >= JUDGED_BUT_ONE and matched <= (CHANCE if more else CHANCE_BUT_ONE) * words
        if lacks:
            yield number


def _is_reviewed(subject: Subject, number: int) -> bool:
    """Tell whether a sentence was reworded: a reviewed translation with as many sentences has most of its words."""
    if not subject.changes or not subject.changes.places:
        return False
    keys = {word.key for word in subject.target.words if word.sentence == number and is_content(word, subject.language)}
    for reviewed in subject.learned.reviewed(subject.pair.source):
        words = reviewed.split()
        if words.count(BREAKS[1]) + 1 >= subject.target.sentences and 2 * len(keys.intersection(words)) > len(keys):
            return True
    return False


# The words from which a sentence without a match is certainly one, and the greatest share of them that correspond.
CERTAIN, CERTAIN_SHARE = 5, 0.5


def _severity(side: Side, other: Side, number: int) -> Severity:
    """Return an error for a long sentence without any words of its own, in a text with more sentences."""
    matched, words = side.coverage(number)
    more = len(side.sentences) > len(other.sentences)
    certain = more and words >= CERTAIN and matched <= CERTAIN_SHARE * words and not side.own(number, other)
    return "error" if certain else "warning"


# --- Lengths, for languages without a dictionary ---------------------------------------------

# How far sentences that correspond may differ from the length that is expected, and from where a joined one is too long,
# as logarithms.
FITTING, TOO_LONG = 0.5, 0.55
LEADS_TO_QUOTE, ENDS_BEFORE_QUOTE = re.compile("[:：,，]\\s*[“«「]"), re.compile("[.。।?!]\\s*[“«「]")


def _by_length(subject: Subject) -> Iterator[Finding]:
    """Find the one sentence without which the lengths of all others fit, if no two can be one sentence of the other text.

    Gale and Church align sentences by their lengths; here only the numbers of sentences that differ by one are judged.
    """
    source, target = (_lengths(side) for side in (subject.source, subject.target))
    if abs(len(source) - len(target)) != 1 or min(len(source), len(target)) < 1:
        return
    more, fewer = (target, source) if len(target) > len(source) else (source, target)
    texts = (subject.target, subject.source) if more is target else (subject.source, subject.target)
    fits = [_misfit([*more[:at], *more[at + 1 :]], fewer) for at in range(len(more))]
    joined = [_misfit([*more[:at], more[at] + more[at + 1], *more[at + 2 :]], fewer) for at in range(len(more) - 1)]
    if min(fits) <= FITTING and min(joined) >= TOO_LONG:
        number = fits.index(min(fits))
        if _leads_to_quote(texts[0], number) and LEADS_TO_QUOTE.search(texts[1].plain):
            return  # in Korean, “Ask: “When?”” is two sentences
        if more is target:
            words = _quoted(subject.target, number)
            yield Finding(f"nothing in the English is as long as “{words}”", "look for an added sentence", "warning")
        else:
            words = _quoted(subject.source, number)
            yield Finding(f"nothing in the translation is as long as “{words}”", "look for a lost sentence", "warning")


def _leads_to_quote(side: ParsedText, number: int) -> bool:
    sentence = list(_sentences(side))[number]
    end = max(word.end for word in side.words if word.sentence == sentence)
    return ENDS_BEFORE_QUOTE.match(side.plain, end) is not None


def _lengths(side: ParsedText) -> list[float]:
    """Return the length of each sentence in letters of English."""
    return [length(" ".join(words), side.script) for words in _sentences(side).values()]


def _misfit(first: list[float], second: list[float]) -> float:
    """Return by how much the lengths of sentences differ at most, as a logarithm."""
    return max(abs(log(one / max(1.0, other))) for one, other in zip(first, second))


# --- Moved sentences -------------------------------------------------------------------------


# How much better sentences must correspond in the reverse order, and from where it is certain.
MOVED, SURELY_MOVED = 0.4, 2.0


def _moved(subject: Subject) -> Iterator[Finding]:
    """Find neighboring sentences of the translation that correspond to sentences in the reverse order."""
    assert subject.correspondences
    for first, second in pairwise(_neighbors(subject.beads)):
        straight = agreement(first, *subject.correspondences) + agreement(second, *subject.correspondences)
        crossed = sum(
            agreement(bead, *subject.correspondences) for bead in ((first[0], second[1]), (second[0], first[1]))
        )
        if crossed - straight >= MOVED:
            before, after = (_quoted(subject.target, bead[1][0]) for bead in (first, second))
            severity: Severity = "error" if crossed - straight >= SURELY_MOVED else "warning"
            yield Finding(f"“{before}” comes before “{after}”", "keep the order of the English sentences", severity)
    yield from _moved_parts(subject)


def _moved_parts(subject: Subject) -> Iterator[Finding]:
    """Find two sentences for one of the source whose parts they translate in the reverse order."""
    assert subject.correspondences
    source, target = subject.correspondences
    for numbers, others in subject.beads:
        for first, second in pairwise(others if len(numbers) < len(others) else ()):
            places = [target.own_places(number, source) for number in (first, second)]
            if min(map(len, places)) >= PARTS and min(places[0]) > max(places[1]):
                before, after = (_quoted(subject.target, number) for number in (first, second))
                message = f"“{before}” comes before “{after}”"
                yield Finding(message, "keep the order of the English", "warning", is_vague=True)


PARTS = 2
"""The words of its own that show the place of a part."""


def _neighbors(beads: tuple[Bead, ...]) -> Iterator[Bead]:
    """Yield the beads that have sentences of both texts; two of each are compared one by one."""
    for source, target in beads:
        if len(source) == len(target):
            yield from (((first,), (second,)) for first, second in zip(source, target))
        elif source and target:
            yield source, target
