"""Run the checks on a book, its catalogs and the texts of a hospital.

Fuzzy, missing and obsolete entries are skipped: they are never published.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import polib

from carepress.catalogs.plurals import (
    HEADER,
    PRINTF,
    english_of,
    forms_of,
    lost_counts,
    plural_forms,
    shared_form,
)
from carepress.catalogs.po import INTERFACE, entry_state, header_line, key_of, read_po
from carepress.checks.register import is_familiar
from carepress.checks.seen import seen_codes, unneeded_codes
from carepress.checks.spelling import SPELLING, WORDS_FILE
from carepress.checks.subject import Subject
from carepress.checks.table import BOOK_CODES, CODES, check_book, check_pair, check_source, lacking
from carepress.checks.text import Pair, ParsedText
from carepress.content import read_book
from carepress.content.evidence import CODE as EVIDENCE
from carepress.content.evidence import check_evidence
from carepress.content.tomlfile import locate
from carepress.model import Hospital, Problem, segments
from carepress.model.unfinished import has_sample
from carepress.text.language import language_name, source_name
from carepress.text.plural_header import PluralForms
from carepress.translation.domains import (
    Domain,
    local_learned,
    local_terms,
    local_words,
    read_domains,
    to_translate,
    words_path,
)
from carepress.translation.language_data import LANGUAGE_DATA, check_language_data
from carepress.workspace.project import INTERFACE_LANGUAGE, Project, check_language, source_language

PLURAL_RULE = "plural-rule"
LEFT_OUT = "left-out"
LOOKED_AT = "looked-at"
ALL_CODES = (*CODES, PLURAL_RULE, LOOKED_AT, LANGUAGE_DATA, *BOOK_CODES, EVIDENCE)


def proofread(
    project: Project, book_name: str, langs: tuple[str, ...] = (), codes: tuple[str, ...] = ALL_CODES
) -> Iterator[Problem]:
    """Yield the problems in a book: in its source with its evidence, and in the catalogs of each language.

    Raises PublishError for a book, catalog or list of terms that cannot be read, and for an unknown language.
    """
    folder = project.book(book_name)
    available = project.languages(folder)
    domains = read_domains(project, folder)
    book = read_book(folder)
    for lang in langs or available:
        check_language(lang, available)
        if lang == book.source_lang:
            yield from check_book(book, codes)
        if LANGUAGE_DATA in codes:
            yield from check_language_data(lang)
        sources = {domain.source_lang: domain for domain in to_translate(project, folder, domains, lang)}
        for domain in sources.values():
            yield from _left_out(project, domain, lang, codes)
        for domain in domains:
            if lang == domain.source_lang:
                yield from _check_source(project, domain, codes)
            else:
                yield from check_catalog(project, domain, lang, codes)
        if lang == book.source_lang and EVIDENCE in codes:
            yield from check_evidence(book)


def _left_out(project: Project, domain: Domain, lang: str, codes: tuple[str, ...]) -> Iterator[Problem]:
    """Say once which tables a language lacks, and which checks need them; a source other than English has fewer."""
    missing = lacking(domain.source_lang, lang, codes)
    if not missing.tables:
        return
    name = language_name(lang)
    if domain.source_lang != INTERFACE_LANGUAGE:
        name = f"{name} from {source_name(domain.source_lang)}"
    rows = (("these checks are left out", missing.left_out), ("these find less", missing.reduced))
    hint = "; ".join(f"{what}: {', '.join(checks)}" for what, checks in rows if checks)
    message = f"{name} has no tables of {', '.join(missing.tables)}"
    yield Problem(LEFT_OUT, "warning", project.shown(domain.path(lang)), None, message, hint)


def check_catalog(project: Project, domain: Domain, lang: str, codes: tuple[str, ...]) -> Iterator[Problem]:
    """Yield the problems in one catalog; a language may have no interface catalog yet."""
    path = domain.path(lang)
    if not path.exists() and domain.name == INTERFACE:
        return
    display_path = project.shown(path)
    terms = local_terms(project, domain.locales, lang, domain.source_lang)
    words_file = words_path(domain, lang)
    words = local_words(project, words_file.parents[1], lang)
    learned = local_learned(project, domain.locales, lang)
    catalog = read_po(path, display_path)
    forms = forms_of(catalog)
    published = [entry for entry in catalog if not entry.obsolete and entry_state(entry) == "translated"]
    friendly = _familiar_files(published, lang)
    if PLURAL_RULE in codes and any(entry.msgid_plural for entry in published):
        yield from _check_plural_rule(forms, lang, path, display_path)
    for entry in published:
        if "placeholder" in codes:
            for lost in lost_counts(entry, forms):
                yield Problem("placeholder", "error", display_path, entry.linenum, lost.message, lost.hint)
        # What only joins texts, such as “%(label)s: %(value)s”, has the punctuation of each language.
        has_words = any(map(str.isalpha, PRINTF.sub("", entry.msgid)))
        wanted = codes if has_words else tuple({"placeholder"} & {*codes})
        subjects = [
            Subject(pair, terms, words, learned) for pair in _pairs(entry, forms, lang, domain, display_path, friendly)
        ]
        for subject in subjects:
            yield from _with_words_file(project, check_pair(subject, wanted), words_file)
        if LOOKED_AT in codes and entry.tcomment:
            yield from _unneeded(entry, subjects, codes)


def _pairs(
    entry: polib.POEntry, forms: PluralForms, lang: str, domain: Domain, path: str, friendly: frozenset[str]
) -> Iterator[Pair]:
    """Yield the pairs of an entry; those in `friendly` files address the reader as a friend."""
    kind = domain.kinds.get(key_of(entry), "interface")
    familiar = any(path in friendly for path, _line in entry.occurrences)
    for source, text in entry_texts(entry, forms):
        seen = seen_codes(entry.tcomment, source, text)
        context = entry.msgctxt or ""
        yield Pair(source, text, lang, kind, path, entry.linenum, domain.source_lang, context, seen, familiar)


def _unneeded(entry: polib.POEntry, subjects: list[Subject], codes: tuple[str, ...]) -> Iterator[Problem]:
    """Find comments “looked at” that answer no warning; those of checks that do not run are left as they are."""

    def warns(code: str, source: str, text: str) -> bool:
        return code not in codes or any(
            problem.severity == "warning"
            for subject in subjects
            if (subject.pair.source, subject.pair.text) == (source, text)
            for problem in check_pair(subject.unseen, (code,))
        )

    pair = subjects[0].pair
    for code in unneeded_codes(entry.tcomment, [(s.pair.source, s.pair.text) for s in subjects], warns):
        message = f"the comment “looked at: {code}” answers no warning of these texts"
        yield Problem(LOOKED_AT, "warning", pair.path, pair.line, message, "remove it", pair.source, pair.context)


def _familiar_files(entries: list[polib.POEntry], lang: str) -> frozenset[str]:
    """Return the chapters and other files whose translation addresses its reader as a friend."""
    texts: dict[str, list[str]] = defaultdict(list)
    for entry in entries:
        for path in {path for path, _line in entry.occurrences}:
            texts[path].append(entry.msgstr)
    return frozenset(path for path, found in texts.items() if is_familiar(found, lang))


def entry_texts(entry: polib.POEntry, forms: PluralForms) -> Iterator[tuple[str, str]]:
    """Yield the source and the translation of an entry, or of each of its plural forms."""
    if not entry.msgid_plural:
        yield entry.msgid, entry.msgstr
    for form, text in entry.msgstr_plural.items():
        yield english_of(entry, form, forms), text


def _check_plural_rule(forms: PluralForms, lang: str, path: Path, display_path: str) -> Iterator[Problem]:
    """Find a header that prints the same form for numbers that have two in the language."""
    if shared := shared_form(forms, lang):
        line = header_line(path.read_text(encoding="utf-8-sig"), HEADER)
        name = language_name(lang)
        message = f"the header has one plural form for {shared[0]} and {shared[1]}, but {name} has two"
        hint = f"write “{HEADER}: {plural_forms(lang)}” there, and translate each form"
        yield Problem(PLURAL_RULE, "warning", display_path, line, message, hint)


def _check_source(project: Project, domain: Domain, codes: tuple[str, ...]) -> Iterator[Problem]:
    lang = domain.source_lang
    words_file = words_path(domain, lang)
    words = local_words(project, words_file.parents[1], lang)
    # Samples are only checked by `fill-in`.
    messages = (message for message in reversed(domain.messages) if not has_sample(message.msgid))
    for message in {message.key: message for message in messages}.values():
        path = project.shown(domain.base / message.path)
        for text in filter(None, (message.msgid, message.plural)):
            problems = check_source(ParsedText(text, lang), path, message.line, words, codes)
            yield from _with_words_file(project, problems, words_file)


def _with_words_file(project: Project, problems: Iterable[Problem], path: Path) -> Iterator[Problem]:
    """Name in hints the file to which a word can be added; in full if its folder does not exist, either."""
    shown = project.shown(path) if path.parent.is_dir() else path.as_posix()
    for problem in problems:
        is_spelling = problem.code == SPELLING
        yield replace(problem, hint=problem.hint.replace(WORDS_FILE, shown)) if is_spelling else problem


# --- Hospitals -------------------------------------------------------------------------------


# Checks that are skipped for all of a hospital’s texts, and for those that are not rules.
OWN_WORDS = {SPELLING, "forbidden-term"}
VOCABULARY = {"meaning", "opposite", "word"}


def proofread_hospital(
    project: Project, folder: Path, book: str, hospital: Hospital, profile: str
) -> Iterator[Problem]:
    """Yield, as warnings, the problems in a hospital's own translations for the book in `folder`, with the id `book`.

    `profile` is the text of its hospital.toml, for the lines.

    Spelling is not checked: names of streets and people are in no dictionary. The vocabulary checks run only on
    rules and emergency text; elsewhere (front desks, bus stops) they raise false alarms. A hospital has its own words:
    only the book must keep to the terms of its list.
    """
    source = source_language(folder)
    for lang in hospital.languages if source in hospital.languages else ():
        if lang == source:
            continue
        terms = local_terms(project, project.locales(folder), lang, source)
        # The words that correspond in the book do so in a hospital’s texts, which no one compares with those of the book.
        learned = replace(local_learned(project, project.locales(folder), lang), texts={})
        for name, pair in _own_pairs(hospital, book, lang, source, profile):
            skipped = OWN_WORDS if pair.kind == "rule" else OWN_WORDS | VOCABULARY
            for problem in check_pair(Subject(pair, terms, learned=learned), set(CODES) - skipped):
                message = f"{name}: {problem.message}" if name else problem.message
                yield replace(problem, severity="warning", message=message)


def _own_pairs(hospital: Hospital, book: str, lang: str, source_lang: str, profile: str) -> Iterator[tuple[str, Pair]]:
    """Yield the translated texts of a hospital, each with its key in the profile (empty for pages)."""
    for page in hospital.pages:
        for s in segments(page.chapters[lang]):
            if s.has_words:
                yield "", Pair(s.source, s.text, lang, s.kind, s.path, s.line, source_lang)

    def pair(texts: Mapping[str, str], kind: str, *key: int | str) -> Pair:
        return Pair(
            texts[source_lang], texts[lang], lang, kind, hospital.path, locate(profile, (*key, lang)), source_lang
        )

    for name, texts in hospital.values.items():
        yield f"values.{name}", pair(texts, "rule", "books", book, "values", name)
    for item in hospital.resources:
        for key, named in (("name", item.name), ("text", item.text)):
            if named:
                own = Pair(
                    named[source_lang], named[lang], lang, f"resource {key}", hospital.path, item.line, source_lang
                )
                yield f"{key} of {item.id}", own
    if hospital.emergency:
        yield "emergency", pair(hospital.emergency, "rule", "emergency")
    for index, telephone in enumerate(hospital.telephones):
        yield f"label of {telephone.number}", pair(telephone.label, "telephone", "telephones", index, "label")
        if telephone.hours:
            yield f"hours of {telephone.number}", pair(telephone.hours, "telephone", "telephones", index, "hours")
    for index, row in enumerate(hospital.follow_up):
        yield f"label of follow_up {index + 1}", pair(row.label, "visit", "follow_up", index, "label")
