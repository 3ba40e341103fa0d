"""The translator's and the writer's desk: catalogs kept true to the text, and what can be told of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib

from carepress.catalogs.cosmetic import Accepted, Approval, CatalogDesk, accept_all, accept_named
from carepress.catalogs.extract import Message, book_messages, interface_messages, template_catalog
from carepress.catalogs.merge import merge
from carepress.catalogs.notes import Notes, read_pages, warnings
from carepress.catalogs.po import (
    INTERFACE,
    Catalog,
    Key,
    catalog_path,
    complete_headers,
    entry_state,
    key_of,
    language_code,
    new_catalog,
    parse_language,
    read_po,
    write_po,
)
from carepress.catalogs.status import DomainEntries, Status, language_status
from carepress.catalogs.terms import TERMS_FILE, blank_terms, index_terms, read_terms
from carepress.content import read_book
from carepress.model import Problem, PublishError, segments
from carepress.translation.load import translate
from carepress.translation.readability import chapter_sentences, count_words, score
from carepress.workspace.outputs import pages_path
from carepress.workspace.project import SOURCE_LANGUAGE, Project, check_language, is_project

Printed = dict[str, Mapping[Key, tuple[int, ...]]]  # of each catalog, the printed pages of its messages


@dataclass(frozen=True, slots=True)
class Domain:
    """The messages of one catalog, with the folder of all its languages."""

    name: str
    locales: Path
    messages: tuple[Message, ...]

    def path(self, lang: str) -> Path:
        return catalog_path(self.locales, lang, self.name)


def read_domains(project: Project, book_name: str) -> tuple[Domain, Domain]:
    """Return what there is to translate, the interface and the book. Raises PublishError."""

    folder = project.book(book_name)
    book = read_book(folder)
    return (
        Domain(INTERFACE, project.interface_locales, tuple(interface_messages(project.templates))),
        Domain(book.id, project.locales(folder), tuple(book_messages(book))),
    )


def _own_domains(project: Project, interface: Domain, book: Domain) -> tuple[Domain, ...]:
    """Return the domains whose catalogs may be written: an installed package keeps its interface as it is."""
    return (interface, book) if project.has_interface else (book,)


def _target_languages(project: Project, book_name: str, langs: tuple[str, ...]) -> list[str]:
    """Return the languages asked for, or all that have catalogs. Raises PublishError for an unknown code."""

    if not langs:
        return [lang for lang in project.languages(project.book(book_name)) if lang != SOURCE_LANGUAGE]
    codes = [language_code(lang) for lang in langs]
    if SOURCE_LANGUAGE in codes:
        raise PublishError(SOURCE_LANGUAGE, None, "the book is written in this language", "name another language")
    return codes


def _known_languages(project: Project, book_name: str, langs: tuple[str, ...]) -> list[str]:
    """Return the languages asked for, or all. Raises PublishError for one that the book does not have."""
    known = _target_languages(project, book_name, ())
    for lang in (codes := _target_languages(project, book_name, langs)):
        check_language(lang, known)
    return codes


# --- Keeping catalogs ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Updated:
    """A catalog after an update, in messages; `warned` are proposals with a dangerous difference."""

    path: str
    messages: int
    fuzzy: int
    missing: int
    warned: int


def update_catalogs(project: Project, book_name: str, langs: tuple[str, ...], pages: bool = False) -> Iterator[Updated]:
    """Extract both domains and merge them into every language; yield each catalog that was kept.

    With `pages`, each entry is told its printed page in the last build. Raises PublishError.
    """

    interface, book = read_domains(project, book_name)
    targets = _target_languages(project, book_name, langs)
    printed: Printed = {}
    if pages:
        path = pages_path(project.root / "build", book.name)
        printed = {book.name: read_pages(path, project.shown(path), book.messages)}
    for domain in _own_domains(project, interface, book):
        template = template_catalog(iter(domain.messages), new_catalog(domain.name, None))
        write_po(template, domain.locales / f"{domain.name}.pot")
        for lang in targets:
            yield _update(project, domain, lang, template, printed)


def _update(project: Project, domain: Domain, lang: str, template: polib.POFile, printed: Printed) -> Updated:

    parse_language(lang)
    path = domain.path(lang)
    shown = project.shown(path)
    catalog = read_po(path, shown) if path.exists() else _begin_catalog(domain.name, lang)
    # Terms stand beside their catalog: the interface has the same ones whichever book is updated.
    terms = domain.locales / lang / TERMS_FILE
    index = index_terms(read_terms(terms, project.shown(terms), lang))
    merge(template, catalog, Notes(index, printed.get(domain.name)))
    complete_headers(catalog, domain.name, lang)
    write_po(catalog, path)
    entries = [entry for entry in catalog if not entry.obsolete]
    states = Counter(map(entry_state, entries))
    warned = sum(bool(warnings(entry)) for entry in entries)
    return Updated(shown, len(entries), states["fuzzy"], states["missing"], warned)


def _begin_catalog(name: str, lang: str) -> Catalog:

    catalog = new_catalog(name, lang)
    catalog.head = (
        f"# {parse_language(lang).english_name} translation of “{name}”.",
        "# docs/translating.md tells how to work on it; your own comments begin with # and a space.",
        "#",
    )
    return catalog


def add_language(project: Project, book_name: str, code: str) -> Iterator[str]:
    """Begin a language: its catalogs, ready for Poedit, and an empty list of terms; yield each path.

    The interface may be there already, from another book. Raises PublishError when the book's catalog is,
    and for a code that names no language.
    """

    (lang,) = _target_languages(project, book_name, (code,))
    _interface, domain = read_domains(project, book_name)
    path = domain.path(lang)
    if path.exists():
        raise PublishError(
            project.shown(path),
            None,
            "this language is there already",
            f"bring it to the text with: publish.py catalogs update --lang {lang}",
        )
    _check_can_add(project, book_name, lang)
    for updated in update_catalogs(project, book_name, (lang,)):
        yield updated.path
    terms = domain.locales / lang / TERMS_FILE
    if not terms.exists():
        terms.write_text(blank_terms(str(parse_language(lang).english_name), lang), encoding="utf-8")
    yield project.shown(terms)


def _check_can_add(project: Project, book_name: str, lang: str) -> None:
    """Raise PublishError where a language of a book has no place, or its pages no words in it."""
    folder = project.book(book_name)
    if project.locales(folder) == project.shared_locales and not is_project(project.root):
        hint = "make a folder locales/ in the book, or run the command in a project"
        raise PublishError(folder, None, "there is no folder for its catalogs", hint)
    catalog = catalog_path(project.interface_locales, lang, INTERFACE)
    if not project.has_interface and not catalog.is_file():
        hint = "copy templates/ and locales/ of Carepress into the project, and run the command again"
        raise PublishError(lang, None, "the installed Carepress has no interface in this language", hint)


# --- Telling how far they are ----------------------------------------------------------------


def catalog_status(project: Project, book_name: str, langs: tuple[str, ...]) -> Iterator[Status]:
    """Yield how far each language is, compared with the text of today. Raises PublishError without a catalog."""

    domains = read_domains(project, book_name)
    for lang in _known_languages(project, book_name, langs):
        catalogs = (_read(project, domain, lang) for domain in domains)
        yield language_status(
            lang,
            tuple(
                DomainEntries(domain.messages, {key_of(entry): entry for entry in catalog if not entry.obsolete})
                for domain, catalog in zip(domains, catalogs)
            ),
        )


def _read(project: Project, domain: Domain, lang: str) -> Catalog:

    path = domain.path(lang)
    return read_po(path, project.shown(path))


# --- English edits that change no meaning ----------------------------------------------------


def accept_cosmetic(
    project: Project, book_name: str, lang: str, selectors: tuple[str, ...], approval: Approval
) -> tuple[list[Accepted], list[Problem]]:
    """Make the translations of edited sentences valid again; without selectors, of all that may be.

    A selector is the beginning of a message, or the place of its English or of its entry as path:line.
    Returns what was accepted and, without selectors, what had to be refused. Raises PublishError when a
    selector names nothing that waits, or an edit that changes more than its looks; then nothing is written.
    """

    (lang,) = _known_languages(project, book_name, (lang,))
    domains = _own_domains(project, *read_domains(project, book_name))
    desks = [
        CatalogDesk(domain.messages, _read(project, domain, lang), project.shown(domain.path(lang)))
        for domain in domains
    ]
    found = (accept_named(desks, selectors, approval), []) if selectors else accept_all(desks, approval)
    for domain, desk in zip(domains, desks):
        write_po(desk.catalog, domain.path(lang))
    return found


def reading_table(project: Project, book_name: str, langs: tuple[str, ...]) -> Iterator[str]:
    """Yield lines that tell how easy each chapter reads, and how many words each language has."""

    folder = project.book(book_name)
    source = read_book(folder)
    for lang in langs or project.languages(folder):
        book, _interface = translate(project, source, lang)
        yield f"{lang}: {count_words(segments((book.front, book.parts)))} words"
        for chapter in book.chapters():
            found = score(chapter_sentences(chapter), lang)
            scores = {"grade": found.grade, "SMOG": found.smog, "Szigriszt": found.ease, "Huerta": found.huerta}
            shown = "  ".join(f"{name} {value:.1f}" for name, value in scores.items() if value is not None)
            yield f"  {chapter.id:30} {found.words:5} words  {found.words_per_sentence:4.1f} a sentence  {shown}"
