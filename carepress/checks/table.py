"""The table of all checks: codes and functions.

Codes are stable: reports, tests/checks/ and docs/checks.md use them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from carepress.checks import (
    boxes,
    drugs,
    exchange,
    gender,
    joints,
    marks,
    meaning,
    names,
    needs,
    negation,
    numbers,
    register,
    sentences,
    spelling,
    structure,
    tense,
    typography,
    words,
)
from carepress.checks.language import is_english, read_language
from carepress.checks.needs import Need
from carepress.checks.seen import seen_comment
from carepress.checks.subject import Subject
from carepress.checks.text import Finding, ParsedText
from carepress.model import Book, Problem
from carepress.model.unfinished import FILL_IN_CODE, unfinished


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a pair. A `slow` check needs a dictionary that takes seconds to load, one `by_chapter` the whole catalog.

    In a language without what a check `needs`, it is left out; without what it `wants`, it does less. A `vague` check runs
    only on pairs in which no other check has found anything. A finding of one that depends on the `wording` is a doubt in a
    text that was reworded since the review, unless something was lost and something else added.
    """

    code: str
    run: Callable[[Subject], Iterator[Finding]]
    slow: bool = False
    by_chapter: bool = False
    needs: Need | None = None
    wants: Need | None = None
    vague: bool = False
    wording: bool = False


@dataclass(frozen=True, slots=True)
class TextCheck:
    """A check of a single text, for the source."""

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
    Check("marked-words", marks.check_marked_words, needs=needs.TRANSLATIONS),
    Check("phone", structure.check_phone),
    Check("web-address", structure.check_web_address),
    # Numbers.
    Check("number", numbers.check_number),
    Check("number-order", numbers.check_number_order, needs=needs.NUMBER_ORDER),
    Check("number-word", numbers.check_number_word, needs=needs.NUMBER_WORDS),
    Check("range", numbers.check_range),
    Check("unit", numbers.check_unit, wants=needs.UNITS),
    Check("interval", numbers.check_interval, needs=needs.INTERVALS),
    Check("date", numbers.check_date, needs=needs.MONTHS),
    Check("ordinal", meaning.check_lexicon("ordinal"), needs=needs.LEXICON),
    # Meaning.
    Check("negation", negation.check_negation, needs=needs.NEGATIONS),
    Check("opposite", words.check_opposite, needs=needs.LEXICON, wording=True),
    Check("tense", tense.check_tense, needs=needs.TENSES),
    Check("order", meaning.check_order, needs=needs.LEXICON, wording=True),
    Check("exchange", exchange.check_exchange, needs=needs.LEXICON),
    Check("caveat", meaning.check_lexicon("caveat"), needs=needs.LEXICON, wording=True),
    Check("meaning", meaning.check_lexicon("meaning"), needs=needs.LEXICON, wording=True),
    Check("and-or", joints.check_and_or, needs=needs.JOINERS),
    Check("list", meaning.check_list, needs=needs.JOINERS),
    Check("sentence", sentences.check_sentence),
    # Names and terms.
    Check("name", names.check_name, needs=needs.LEXICON),
    Check("name-translation", meaning.check_lexicon("name"), needs=needs.LEXICON),
    Check("drug", drugs.check_drug, wants=needs.DRUGS),
    Check("brand", drugs.check_brand),
    Check("term", names.check_term),
    Check("forbidden-term", names.check_forbidden_term),
    # The language of the translation.
    Check("gender", gender.check_gender, needs=needs.GENDERS),
    Check("register", register.check_register, by_chapter=True, needs=needs.REGISTER),
    # Typography and spelling.
    Check("same-as-source", typography.check_same_as_source),
    Check("repeated-word", typography.check_repeated_word, needs=needs.REPEATS),
    Check("end-punctuation", typography.check_end_punctuation),
    Check("question-marks", typography.check_question_marks),
    Check("quotes", typography.check_quotes, wants=needs.QUOTES),
    Check("spaces", typography.check_spaces),
    Check("length", typography.check_length, wants=needs.SENTENCES),
    Check(spelling.SPELLING, spelling.check_spelling, slow=True, needs=needs.DICTIONARY),
    Check("word", words.check_word, vague=True),
)  # fmt: skip

TEXT_CHECKS = (
    TextCheck("repeated-word", lambda side, _accepted: typography.repeated_words_of_source(side)),
    TextCheck("quotes", lambda side, _accepted: typography.unbalanced(side, read_language(side.lang).quotes)),
    TextCheck("spaces", lambda side, _accepted: typography.unusual_spaces(side, read_language(side.lang))),
    TextCheck(spelling.SPELLING, spelling.misspelled, slow=True),
)

BOOK_CHECKS = (
    BookCheck(FILL_IN_CODE, unfinished),
    BookCheck("box-length", boxes.check_box_length),
    BookCheck("words-box", boxes.check_words_box),
)

CODES = tuple(check.code for check in CHECKS)
BOOK_CODES = tuple(check.code for check in BOOK_CHECKS)


def check_pair(subject: Subject, codes: Iterable[str] = CODES) -> Iterator[Problem]:
    """Run checks on one pair; yield their findings as problems at the line of the entry."""
    wanted = set(codes)
    pair = subject.pair
    found = False
    for check in CHECKS:
        if check.code in wanted and _is_met(check.needs, pair.source_lang, pair.lang) and not (check.vague and found):
            findings = list(check.run(subject))
            is_replaced = {0, 1} <= {side for finding in findings for side in finding.sides}
            for finding in findings:
                is_doubt = subject.is_reworded and (check.wording or finding.is_vague) and not is_replaced
                if is_doubt and subject.is_rewritten and finding.is_vague:
                    continue
                severity = "warning" if is_doubt else finding.severity
                if severity == "warning" and check.code in pair.seen:
                    continue
                found = True
                message, hint = (_named(text, subject.source_name) for text in (finding.message, finding.hint))
                if severity == "warning" and pair.path.endswith(".po"):
                    hint += f"; if it is right, add the comment “# {seen_comment(check.code, pair)}” to the entry"
                yield Problem(check.code, severity, pair.path, pair.line, message, hint, pair.source, pair.context)


def _named(text: str, language: str) -> str:
    """Return a finding with the name of the source language: the checks write “English”; quotations stay."""
    return text if language == "English" else re.sub(r"(“[^”]*”)|\bEnglish\b", lambda m: m[1] or language, text)


def _is_met(need: Need | None, source_lang: str, lang: str) -> bool:
    """Tell whether two languages have what a check needs. Only English is compared by the meaning of words."""
    if need is None or is_english(source_lang):
        return need is None or need.met(lang)
    return need is not needs.LEXICON and need.met(lang) and need.met(source_lang)


@dataclass(frozen=True, slots=True)
class Lacking:
    """The tables that a language lacks, the checks that are left out for it, and those that find less."""

    tables: tuple[str, ...]
    left_out: tuple[str, ...]
    reduced: tuple[str, ...]


def lacking(source_lang: str, lang: str, codes: Iterable[str] = CODES) -> Lacking:
    """Return what translations between two languages lack for some checks."""

    def lacks(need: Need | None) -> bool:
        return not _is_met(need, source_lang, lang)

    checks = [check for check in CHECKS if check.code in set(codes)]
    unmet = {need.name: None for check in checks for need in (check.needs, check.wants) if need and lacks(need)}
    left_out = tuple(check.code for check in checks if lacks(check.needs))
    reduced = tuple(check.code for check in checks if lacks(check.wants))
    return Lacking(tuple(unmet), left_out, reduced)


def check_source(
    side: ParsedText, path: str, line: int | None, accepted: frozenset[str], codes: Iterable[str]
) -> Iterator[Problem]:
    """Run the checks for a single text on a segment of the source; `accepted` words are not spelling mistakes."""
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
