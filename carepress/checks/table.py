"""All checks, each a row: its code, what it finds, and the function that finds it.

Codes are stable: they stand in reports, in tests/checks/ and in docs/checks.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from carepress.checks import meaning, names, numbers, spelling, structure, typography
from carepress.checks.subject import Subject
from carepress.checks.text import Fault, Side
from carepress.model import Problem, Severity


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a pair. `slow` ones need a dictionary that takes seconds to read."""

    code: str
    finds: str
    run: Callable[[Subject], Iterator[Fault]]
    severity: Severity = "error"
    slow: bool = False


@dataclass(frozen=True, slots=True)
class TextCheck:
    """A check of one text alone, for the English."""

    code: str
    run: Callable[[Side, frozenset[str]], Iterator[Fault]]
    slow: bool = False


CHECKS = (
    # What would stop the build or be seen on the page.
    Check("html", "HTML, entities and scripts in a translation", structure.check_html),
    Check("placeholder", "placeholders lost, renamed or added", structure.check_placeholder),
    Check("link", "links that lead elsewhere", structure.check_link),
    Check("markup", "bold and italics lost or added, marks that mark nothing", structure.check_markup),
    Check("phone", "telephone numbers that differ", structure.check_phone),
    Check("web-address", "web and e-mail addresses that differ", structure.check_web_address),
    # Numbers.
    Check("number", "numbers that differ in value", numbers.check_number),
    Check("number-order", "numbers that changed places", numbers.check_number_order),
    Check("number-word", "numbers in words that differ", numbers.check_number_word),
    Check("range", "ranges and shares turned round", numbers.check_range),
    Check("unit", "units, doses and ages: 250 mg and 250 g, 12 months and 12 years", numbers.check_unit),
    Check("interval", "how often: every 3 months, twice a day", numbers.check_interval),
    Check("date", "dates that differ", numbers.check_date),
    Check("ordinal", "first, second, third", meaning.check_lexicon("ordinal")),
    # What is said.
    Check("negation", "a lost or added “not”", meaning.check_negation),
    Check("opposite", "before and after, more and less, left and right", meaning.check_lexicon("opposite")),
    Check("order", "contrasted words that changed places", meaning.check_order),
    Check("caveat", "a lost “may”, “usually”, “some”", meaning.check_lexicon("caveat")),
    Check("meaning", "words that must not be lost: symptoms, organs, treatments, people, actions", meaning.check_lexicon("meaning")),
    Check("list", "a list that has lost a member", meaning.check_list),
    # What has one right name.
    Check("name", "names and acronyms lost or changed", names.check_name),
    Check("name-translation", "names that have a translation of their own", meaning.check_lexicon("name")),
    Check("drug", "drugs lost or changed", names.check_drug),
    Check("term", "glossary terms that have another translation", names.check_term),
    Check("forbidden-term", "words that this translation does not use", names.check_forbidden_term),
    # How it is written.
    Check("same-as-source", "what was left in English", typography.check_same_as_source),
    Check("repeated-word", "a word written twice", typography.check_repeated_word),
    Check("end-punctuation", "a text that ends in another stop", typography.check_end_punctuation),
    Check("question-marks", "¿ ? and ¡ ! that do not pair, questions that ask nothing", typography.check_question_marks),
    Check("quotes", "quotation marks and brackets", typography.check_quotes),
    Check("spaces", "double and unusual spaces, invisible characters, mixed scripts", typography.check_spaces),
    Check("length", "what the layout cannot hold, and what has lost a part", typography.check_length),
    Check("spelling", "words that no dictionary knows", spelling.check_spelling, slow=True),
)  # fmt: skip

TEXT_CHECKS = (
    TextCheck("repeated-word", lambda side, _own: typography.repeated_words(side)),
    TextCheck("quotes", lambda side, _own: typography.unbalanced(side)),
    TextCheck("spaces", lambda side, _own: typography.odd_spaces(side)),
    TextCheck("spelling", spelling.misspelled, slow=True),
)

CODES = tuple(check.code for check in CHECKS)


def check_pair(subject: Subject, codes: Iterable[str] = CODES) -> Iterator[Problem]:
    """Run checks over one pair; yield what they find as problems at the entry's place."""
    wanted = set(codes)
    pair = subject.pair
    for check in CHECKS:
        if check.code in wanted:
            for fault in check.run(subject):
                yield Problem(check.code, check.severity, pair.path, pair.line, fault.message, fault.hint)


def check_source(
    side: Side, path: str, line: int | None, own: frozenset[str], codes: Iterable[str]
) -> Iterator[Problem]:
    """Run the checks of one text over an English segment."""
    wanted = set(codes)
    for check in TEXT_CHECKS:
        if check.code in wanted:
            for fault in check.run(side, own):
                yield Problem(check.code, "error", path, line, fault.message, fault.hint)
