"""Check “and” and “or”: what the source joins with one, the translation may not join with the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from carepress.checks.alignment import Bead, Side
from carepress.checks.language import Language
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText

# Letters that «hijo» and «hija», «trabajador» and «trabajadora» share: “or” joins the genders of one noun.
GENDERLESS = 3
# The words next to a conjunction among which the joined ones are looked for, and the words between two joined ones.
NEAR, JOINED = 4, 6


@dataclass(frozen=True, slots=True)
class _Joint:
    """A conjunction: “and” or “or”, and its place."""

    kind: str
    at: int


def check_and_or(subject: Subject) -> Iterator[Finding]:
    """Find “and” for “or” or the reverse: between the same words, or one lost from a sentence and the other added."""
    if not subject.language.both:
        return
    for bead in subject.beads:
        source, target = (_joints(*side, numbers) for side, numbers in zip(subject.sides, bead))
        changed = [joint for joint in target if _joins_otherwise(joint, source, subject, bead)]
        if changed:
            is_doubt = subject.is_reworded
            yield from (_finding(joint.kind, _around(subject.target, joint.at), is_doubt) for joint in changed)
        elif subject.aligned:
            before, after = (Counter(joint.kind for joint in joints) for joints in (source, target))
            for kind in sorted(after - before) if before - after else ():
                first = next(joint for joint in target if joint.kind == kind)
                yield _finding(kind, _around(subject.target, first.at), subject.is_reworded)


def _finding(kind: str, words: str, is_doubt: bool) -> Finding:
    other = "and" if kind == "or" else "or"
    return Finding(
        f"an “{other}” of the English has become an “{kind}” in “{words}”",
        f"use “{other}” where the English does",
        "warning" if is_doubt else "error",
    )


def _joints(side: ParsedText, language: Language, numbers: tuple[int, ...]) -> list[_Joint]:
    """Return the conjunctions of some sentences, except “or” between the genders of one noun: «hijo o hija»."""
    words = side.words
    ignored = {sense.start for sense in language.ignored_joiners.find(words)}
    found = []
    for at in range(1, len(words) - 1):
        word, before, after = words[at], words[at - 1], words[at + 1]
        if at in ignored or word.text == "U" or word.sentence not in numbers or after.sentence != word.sentence:
            continue
        if word.key in language.both:
            found.append(_Joint("and", at))
        elif word.key in language.either and before.key[:GENDERLESS] != after.key[:GENDERLESS]:
            found.append(_Joint("or", at))
    return found


def _joins_otherwise(joint: _Joint, others: list[_Joint], subject: Subject, bead: Bead) -> bool:
    """Tell whether the source joins the words before and after a conjunction with nothing but the other one."""
    words = subject.target.words[joint.at - 1 : joint.at + 2]
    if not subject.correspondences or len({word.clause for word in words}) > 1:
        return False
    source, target = subject.correspondences
    before, after = (_joined(target, source, joint.at, step, bead) for step in (-1, 1))
    spans = [(first, last) for first in before for last in after if 0 < last - first <= JOINED]
    first, last = min(spans, key=lambda span: span[1] - span[0], default=(0, 0))
    kinds = {other.kind for other in others if first < other.at < last}
    return bool(kinds) and joint.kind not in kinds


def _joined(side: Side, other: Side, at: int, step: int, bead: Bead) -> frozenset[int]:
    """Return the words of the source that correspond to the nearest word beside a conjunction."""
    here = frozenset(place for number in bead[0] for place in other.sentences[number])
    for place in range(at + step, at + step * (NEAR + 1), step):
        if place in side.content and (hits := side.hits.get(place, frozenset()) & here):
            return hits
    return frozenset()


def _around(side: ParsedText, at: int) -> str:
    return " ".join(word.text for word in side.words[max(0, at - 2) : at + 3])
