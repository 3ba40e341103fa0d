"""Check that links and emphasis are on the words on which the source has them."""

from __future__ import annotations

from collections.abc import Iterator

from carepress.checks.alignment import Side
from carepress.checks.names import is_translated
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, Mark, ParsedText
from carepress.model import Severity


def check_marked_words(subject: Subject) -> Iterator[Finding]:
    """Find a link or emphasis on other words than those of the source.

    Its words must correspond to at least one word that the source marks in the same way. If the words of both sides
    correspond to words without the mark, it was moved; if only those of one side do, a translator decides.
    """
    if not subject.correspondences or subject.pair.source == subject.pair.text:
        return
    sources, targets = (_by_kind(side.marks) for side in (subject.source, subject.target))
    for key, marks in sources.items():
        others = targets.get(key, [])
        if len(others) == len(marks):  # else the checks of links and markup report it
            for at, mark in enumerate(marks):
                yield from _on_other_words(subject, mark, others, others[at])


def _by_kind(marks: tuple[Mark, ...]) -> dict[tuple[str, str], list[Mark]]:
    found: dict[tuple[str, str], list[Mark]] = {}
    for mark in marks:
        found.setdefault((mark.kind, mark.target), []).append(mark)
    return found


def _on_other_words(subject: Subject, mark: Mark, others: list[Mark], same: Mark) -> Iterator[Finding]:
    assert subject.correspondences
    source, target = subject.correspondences
    words = _words_in(subject.source, mark)
    inside = [_words_in(subject.target, other) for other in others]
    hits = frozenset(hit for at in words for hit in source.hits.get(at, ()))
    if any(hits & places or _is_same(subject, mark, other) for places, other in zip(inside, others)):
        return
    away = (_owned(source, words, target), _owned(target, _words_in(subject.target, same), source))
    if not any(away) and not _is_run_in(subject.source, mark):
        return
    what, text = _NAMES[mark.kind], subject.source.plain[mark.start : mark.end]
    now = subject.target.plain[same.start : same.end]
    severity: Severity = "error" if all(away) or _is_run_in(subject.source, mark) else "warning"
    yield Finding(
        f"the {what} on “{text}” is on “{now}” in the translation",
        f"move the {what} to the words for “{text}”",
        severity,
    )


_NAMES = {"link": "link", "strong": "bold", "emphasis": "italics"}


def _words_in(side: ParsedText, mark: Mark) -> frozenset[int]:
    return frozenset(at for at, word in enumerate(side.words) if mark.start <= word.start < mark.end)


def _owned(side: Side, words: frozenset[int], other: Side) -> bool:
    """Tell whether one of some words corresponds to a word to which no word but these corresponds."""
    return any(other.hits[hit] <= words for at in words for hit in side.hits.get(at, ()))


def _is_same(subject: Subject, mark: Mark, other: Mark) -> bool:
    """Tell whether two marks have the same words, a term and its translation, or are both run-in headings."""
    source, target = subject.source.plain[mark.start : mark.end], subject.target.plain[other.start : other.end]
    if source.casefold() == target.casefold() or is_translated(subject, source, target):
        return True
    return _is_run_in(subject.source, mark) and _is_run_in(subject.target, other)


ENDS = (".", ":", "?", "!")


def _is_run_in(side: ParsedText, mark: Mark) -> bool:
    """Tell whether a mark is on a run-in heading, such as “**Fever.** Call …”."""
    before = side.plain[: mark.start].rstrip("¿¡ ")
    return side.plain[: mark.end].endswith(ENDS) and (not before or before.endswith(ENDS))
