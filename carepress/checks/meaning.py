"""Check the meaning of a sentence: opposites, caveats and words that must not be lost.

The lexicon of a language maps words of English and of that language to the same meaning. Where both texts have
equally many sentences, they are compared sentence by sentence: a word lost from one sentence is then not excused by
another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

from carepress.checks.forms import lemmas
from carepress.checks.language import Language
from carepress.checks.lexicon import Sense
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText, Word
from carepress.model import Severity

# --- The lexicon -----------------------------------------------------------------------------

# In this table a translation may name what the English refers to with a pronoun.
NAMING = "meaning"


def check_lexicon(code: str) -> Callable[[Subject], Iterator[Finding]]:
    """Return the check of one table of the lexicon."""

    def check(subject: Subject) -> Iterator[Finding]:
        if subject.lexicon and subject.pair.source != subject.pair.text:
            yield from _lost(subject, code)
            yield from _added(subject, code)

    return check


def _lost(subject: Subject, code: str) -> Iterator[Finding]:
    """Yield meanings of the English that the matching sentence of the translation lacks.

    Later sentences may use a pronoun for a thing already named, so in `meaning` only the first mention must be in
    the matching sentence.
    """
    bead_of, target_bead_of = subject.bead_of
    given = {(sense.meaning, target_bead_of[sense.sentence]) for sense in subject.target_answers}
    anywhere = {meaning for meaning, _sentence in given}
    named = {sense.meaning: sense.sentence for sense in reversed(subject.source_answers)}
    for sense in subject.source_asked.get(code, ()):
        if sense.phrase[0].isupper() and sense.phrase in subject.target.plain:
            continue  # titles of English publications are not translated
        free = code == NAMING and (not subject.aligned or named.get(sense.meaning, sense.sentence) < sense.sentence)
        if (sense.meaning in anywhere if free else (sense.meaning, bead_of[sense.sentence]) in given) or _is_matched(
            subject, sense, code, 0
        ):
            continue
        yield Finding(
            f"nothing in the translation says “{sense.phrase}”",
            "translate it, in words that say the same",
            _severity(subject, sense.meaning in anywhere),
            _is_vague(subject, sense, code, 0),
            (0,),
        )


def _added(subject: Subject, code: str) -> Iterator[Finding]:
    """Yield meanings of the translation that the English lacks, once each."""
    source_bead, bead_of = subject.bead_of
    apart = code != NAMING
    given = {(sense.meaning, source_bead[sense.sentence] if apart else 0) for sense in subject.source_answers}
    pronouns = {word.sentence for word in subject.source.words if word.key in subject.source_language.pronouns}
    anywhere = {sense.meaning for sense in subject.source_answers}
    asked = subject.target_asked.get(code, ())
    for sense in {(sense.meaning, bead_of[sense.sentence] if apart else 0): sense for sense in asked}.values():
        named = code == NAMING and (sense.sentence in pronouns if subject.aligned else pronouns)
        bead = bead_of[sense.sentence] if apart else 0
        if (sense.meaning, bead) not in given and not named and not _is_matched(subject, sense, code, 1):
            is_near = (NEAR.get(sense.meaning), bead) in given
            yield Finding(
                f"nothing in the English says “{sense.phrase}”",
                "remove it, or use words that say the same as the English",
                "warning" if is_near else _severity(subject, sense.meaning in anywhere),
                _is_vague(subject, sense, code, 1),
                (1,),
            )


def _is_vague(subject: Subject, sense: Sense, code: str, side: int) -> bool:
    """Tell whether a phrase says little, or names a time, an amount or a limit, as free translations do in other words."""
    if code != NAMING:
        return code in WORDED and sense.meaning not in BINDING
    word = subject.sides[side][0].words[sense.start].key
    if word in subject.sides[side][1].negations:
        return True  # the check of negations judges it
    return side == 0 and not lemmas(word, subject.pair.source_lang).isdisjoint(subject.source_language.vague)


WORDED = ("opposite", "caveat")
"""The tables whose meanings a free translation has in other words."""
BINDING = frozenset(
    "only only-added before before-added after until until-added unless never at-most at-most-added at-once choice must-added".split()
)
"""Those of their meanings without which an instruction is another one, in whatever words."""
NEAR = {"choice": "offered"}
"""Meanings that another one of the English comes near: “you can bring a toy” is «si quiere, traiga un juguete»."""


def _severity(subject: Subject, is_elsewhere: bool) -> Severity:
    """Return a doubt if the meaning is in another sentence, and the sentences may not be those that correspond."""
    return "warning" if is_elsewhere and not subject.aligned else "error"


def _is_matched(subject: Subject, sense: Sense, code: str, side: int) -> bool:
    """Tell whether a single word corresponds to one of the other text by the dictionary, though not by the lexicon."""
    word = subject.sides[side][0].words[sense.start]
    if sense.length > 1 or word.key in subject.sides[side][1].function or code == GENDERED:
        return False
    return word.start in subject.matched[side] if code in SYNONYMOUS else _is_translated(subject, word, side)


GENDERED = "gender"
"""The table in which a dictionary excuses nothing: it has «hija» for “child”."""
SYNONYMOUS = (NAMING, "caveat")
"""The tables in which synonyms count as the word itself; in others only its translations do."""


def _is_translated(subject: Subject, word: Word, side: int) -> bool:
    """Tell whether the sentences that correspond to a word's have a translation of it."""
    words = (subject.source.words, subject.target.words)
    for bead in subject.beads:
        if word.sentence in bead[side]:
            others = (other for other in words[1 - side] if other.sentence in bead[1 - side])
            pairs = ((other, word) if side else (word, other) for other in others)
            return any(subject.is_translation(first, second) for first, second in pairs)
    return False


# --- Order and lists -------------------------------------------------------------------------


def check_order(subject: Subject) -> Iterator[Finding]:
    """Find contrasted words that swapped places, or of which one replaced another.

    A contrast (“red … white”, “before … after”) keeps its order in a sentence, in every language that has
    a table of contrasts.
    """
    if not subject.lexicon or not subject.aligned:
        return
    asked = [sense for senses in subject.source_asked.values() for sense in senses]
    asked.sort(key=lambda sense: sense.start)
    given = subject.lexicon.target_names.find(subject.target.words)
    for number in range(subject.source.sentences):
        source = [sense for sense in asked if sense.sentence == number]
        target = [sense for sense in given if sense.sentence == number]
        meanings = {sense.meaning for sense in source}
        for contrast in (row for row in subject.lexicon.contrasts if not row.isdisjoint(meanings)):
            yield from _changed_places(_firsts(source, contrast), _firsts(target, contrast))
            yield from _doubled(source, target, contrast)


def _sentence(words: tuple[Word, ...], number: int) -> tuple[Word, ...]:
    return tuple(word for word in words if word.sentence == number)


def _firsts(senses: list[Sense], contrast: frozenset[str]) -> dict[str, Sense]:
    """Return the first occurrence of each meaning of a contrast in a sentence, in order."""
    first: dict[str, Sense] = {}
    for sense in senses:
        if sense.meaning in contrast:
            first.setdefault(sense.meaning, sense)
    return first


def _changed_places(source: dict[str, Sense], target: dict[str, Sense]) -> Iterator[Finding]:
    both = [meaning for meaning in source if meaning in target]
    if both != [meaning for meaning in target if meaning in source]:
        phrases = "” and “".join(source[meaning].phrase for meaning in both)
        yield Finding(f"“{phrases}” are swapped", "keep the order of the English")
    lost = [meaning for meaning in source if meaning not in target]
    new = [sense for meaning, sense in target.items() if meaning not in source]
    if lost and new:
        message = f"“{source[lost[0]].phrase}” has become “{new[0].phrase}”"
        pair = {lost[0], new[0].meaning}
        is_vague = not TIMES.isdisjoint(pair) and pair != TURNED
        yield Finding(message, "keep the meaning of the English", is_vague=is_vague, sides=() if is_vague else (0, 1))


TIMES = frozenset("before after during until start end".split())
"""Meanings that a free translation expresses by each other: “after” the treatment, «cuando termine»."""
TURNED = {"before", "after"}
"""Those of them that it does not."""


def _doubled(source_senses: list[Sense], target_senses: list[Sense], contrast: frozenset[str]) -> Iterator[Finding]:
    """Find «derecha … derecha» for “right … left”: one is missing, the other occurs twice."""
    if len({sense.meaning for sense in source_senses} & contrast) < 2:
        return
    source, target = (
        Counter(sense.meaning for sense in senses if sense.meaning in contrast)
        for senses in (source_senses, target_senses)
    )
    lost = [
        sense for sense in source_senses if source[sense.meaning] > target[sense.meaning] and sense.meaning in contrast
    ]
    extra = [
        sense for sense in target_senses if source[sense.meaning] and target[sense.meaning] > source[sense.meaning]
    ]
    if extra and any(not target[sense.meaning] or source.total() == target.total() for sense in lost):
        message = f"“{lost[0].phrase}” has become “{extra[-1].phrase}”"
        yield Finding(message, "keep the meaning of the English", sides=(0, 1))


def check_list(subject: Subject) -> Iterator[Finding]:
    """Find a list with fewer members than in English: “A, B, C and D” against «A, B y D»."""
    if not subject.aligned or subject.is_reworded:
        return  # where a text was reworded, a lost member shows in its words, and commas may be anywhere
    for number in range(subject.source.sentences):
        (source, english), (target, language) = subject.sides
        if _stops(source, number) != _stops(target, number):
            continue
        expected, actual = _longest_list(source, english, number), _longest_list(target, language, number)
        fewer = _parts(target, language, number) < _parts(source, english, number)
        if expected >= LISTED and actual < expected and fewer and (actual or _is_pair(target, language, number)):
            yield Finding(
                f"a list of {expected} in English has {actual or 2} in the translation", "look for the missing member"
            )


# The fewest members of a list that is checked: two, with a comma, are often something else.
LISTED = 3
# The most words in a member of a list; a clause between commas is longer.
MEMBER = 8


def _stops(side: ParsedText, number: int) -> int:
    """Count the colons and brackets in a sentence; where they differ, commas may separate other things than members."""
    words = _sentence(side.words, number)
    return sum(letter in ":;()" for letter in side.plain[words[0].start : words[-1].end + 1]) if words else 0


def _parts(side: ParsedText, language: Language, number: int) -> int:
    """Count the places where commas, “and” and “or” divide a sentence; both in one place count once."""
    words = _sentence(side.words, number)
    gaps = ((side.plain[before.end : word.start].strip(), word.key) for before, word in pairwise(words))
    return sum(gap != "" or key in language.joiners for gap, key in gaps)


def _is_pair(side: ParsedText, language: Language, number: int) -> bool:
    """Return whether a sentence joins exactly two things, so that no comma could separate a third."""
    words = _sentence(side.words, number)
    return sum(word.key in language.joiners for word in words) == 1 == _parts(side, language, number)


def _longest_list(side: ParsedText, language: Language, number: int) -> int:
    """Count the members of the longest list in a sentence: short parts between commas, then “and” or “or”."""
    words = _sentence(side.words, number)
    longest = commas = size = 0
    opened = bool(words) and words[0].key in language.subordinators
    for before, word in pairwise(words):
        gap = side.plain[before.end : word.start].strip()
        size += 1
        if gap == "," and opened:  # “If it hurts, stop and call.”: a clause is no member
            opened = False
            commas = size = 0
        elif gap not in ("", ","):
            commas = size = 0
        elif word.key in language.joiners and (gap or size <= MEMBER) and commas + bool(gap):
            longest = max(longest, commas + 1 + (not gap) + bool(gap))
            commas = size = 0
        elif gap:
            commas = commas + 1 if size <= MEMBER else 1
            size = 0
        elif word.key in language.list_openers:
            commas = size = 0
    return longest
