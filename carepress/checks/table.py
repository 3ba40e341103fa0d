"""The table of all checks: codes and functions.

Codes are stable: reports, tests/checks/ and docs/checks.md use them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from carepress.checks import boxes, meaning, names, numbers, spelling, structure, typography
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText
from carepress.model import Book, Problem, Severity


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a pair. A `slow` check needs a dictionary that takes seconds to load."""

    code: str
    run: Callable[[Subject], Iterator[Finding]]
    severity: Severity = "error"
    slow: bool = False


@dataclass(frozen=True, slots=True)
class TextCheck:
    """A check of a single text, for the English."""

    code: str
    run: Callable[[ParsedText, frozenset[str]], Iterator[Finding]]
    slow: bool = False


@dataclass(frozen=True, slots=True)
class BookCheck:
    """A check of the structure of a book, in its source language."""

    code: str
    run: Callable[[Book], Iterator[Problem]]


CHECKS = (
    # Structure: what would stop the build or show on the page.
    Check("html", structure.check_html),
    Check("placeholder", structure.check_placeholder),
    Check("link", structure.check_link),
    Check("markup", structure.check_markup),
    Check("phone", structure.check_phone),
    Check("web-address", structure.check_web_address),
    # Numbers.
    Check("number", numbers.check_number),
    Check("number-order", numbers.check_number_order),
    Check("number-word", numbers.check_number_word),
    Check("range", numbers.check_range),
    Check("unit", numbers.check_unit),
    Check("interval", numbers.check_interval),
    Check("date", numbers.check_date),
    Check("ordinal", meaning.check_lexicon("ordinal")),
    # Meaning.
    Check("negation", meaning.check_negation),
    Check("opposite", meaning.check_lexicon("opposite")),
    Check("order", meaning.check_order),
    Check("caveat", meaning.check_lexicon("caveat")),
    Check("meaning", meaning.check_lexicon("meaning")),
    Check("list", meaning.check_list),
    # Names and terms.
    Check("name", names.check_name),
    Check("name-translation", meaning.check_lexicon("name")),
    Check("drug", names.check_drug),
    Check("term", names.check_term),
    Check("forbidden-term", names.check_forbidden_term),
    # Typography and spelling.
    Check("same-as-source", typography.check_same_as_source),
    Check("repeated-word", typography.check_repeated_word),
    Check("end-punctuation", typography.check_end_punctuation),
    Check("question-marks", typography.check_question_marks),
    Check("quotes", typography.check_quotes),
    Check("spaces", typography.check_spaces),
    Check("length", typography.check_length),
    Check("spelling", spelling.check_spelling, slow=True),
)  # fmt: skip

TEXT_CHECKS = (
    TextCheck("repeated-word", lambda side, _accepted: typography.repeated_words(side)),
    TextCheck("quotes", lambda side, _accepted: typography.unbalanced(side)),
    TextCheck("spaces", lambda side, _accepted: typography.unusual_spaces(side)),
    TextCheck("spelling", spelling.misspelled, slow=True),
)

BOOK_CHECKS = (
    BookCheck("box-length", boxes.check_box_length),
    BookCheck("words-box", boxes.check_words_box),
)

CODES = tuple(check.code for check in CHECKS)
BOOK_CODES = tuple(check.code for check in BOOK_CHECKS)


def check_pair(subject: Subject, codes: Iterable[str] = CODES) -> Iterator[Problem]:
    """Run checks on one pair; yield their findings as problems at the line of the entry."""
    wanted = set(codes)
    pair = subject.pair
    for check in CHECKS:
        if check.code in wanted:
            for finding in check.run(subject):
                yield Problem(check.code, check.severity, pair.path, pair.line, finding.message, finding.hint)


def check_source(
    side: ParsedText, path: str, line: int | None, accepted: frozenset[str], codes: Iterable[str]
) -> Iterator[Problem]:
    """Run the checks for a single text on an English segment; `accepted` words are not spelling mistakes."""
    wanted = set(codes)
    for check in TEXT_CHECKS:
        if check.code in wanted:
            for finding in check.run(side, accepted):
                yield Problem(check.code, "error", path, line, finding.message, finding.hint)


def check_book(book: Book, codes: Iterable[str] = BOOK_CODES) -> Iterator[Problem]:
    """Run the checks of a book's structure."""
    wanted = set(codes)
    for check in BOOK_CHECKS:
        if check.code in wanted:
            yield from check.run(book)
