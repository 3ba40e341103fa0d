"""Update catalogs after an edit of the source text, add languages, report their status, accept cosmetic edits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import polib

from carepress.catalogs.cosmetic import Accepted, Approval, OpenCatalog, accept_all, accept_named
from carepress.catalogs.extract import template_catalog
from carepress.catalogs.merge import merge
from carepress.catalogs.notes import Notes, read_pages, warnings
from carepress.catalogs.po import (
    Catalog,
    complete_headers,
    entry_state,
    key_of,
    language_code,
    new_catalog,
    read_po,
    write_po,
)
from carepress.catalogs.status import DomainEntries, Status, language_status
from carepress.catalogs.terms import TERMS_FILE, blank_terms, index_terms
from carepress.model import Key, Problem, PublishError
from carepress.text.language import check_known, language_name
from carepress.text.typefaces import check_script
from carepress.translation.domains import Domain, local_terms, read_domains, to_translate
from carepress.translation.load import has_plain_interface
from carepress.workspace.files import all_or_none, atomic_write
from carepress.workspace.outputs import pages_path
from carepress.workspace.project import Project, check_language, is_project, source_language

PageMaps = dict[str, Mapping[Key, tuple[int, ...]]]  # for each catalog, the printed pages of its messages


def catalogs_of(project: Project, folder: Path, domains: tuple[Domain, Domain], lang: str) -> tuple[Domain, ...]:
    """Return the domains of a language whose catalogs may be written: that of an installed program's interface may not."""
    package = project.interface_locales
    return tuple(
        domain
        for domain in to_translate(project, folder, domains, lang)
        if project.has_interface or not domain.path(lang).is_relative_to(package)
    )


def _target_languages(project: Project, book_name: str, langs: tuple[str, ...]) -> list[str]:
    """Return the requested languages, or all that have catalogs. Raises PublishError for an unknown code.

    If a book is not written in English, its own language has the interface's catalog.
    """
    folder = project.book(book_name)
    source = source_language(folder)
    no_catalog = source if has_plain_interface(project, source, (folder,)) else None
    if not langs:
        return [lang for lang in project.languages(folder) if lang != no_catalog]
    codes = [language_code(lang) for lang in langs]
    if no_catalog in codes:
        raise PublishError(source, None, "the book is written in this language", "name another language")
    return codes


def available_languages(project: Project, book_name: str, langs: tuple[str, ...]) -> list[str]:
    """Return the requested languages, or all. Raises PublishError for one that the book does not have."""
    available = _target_languages(project, book_name, ())
    for lang in (codes := _target_languages(project, book_name, langs)):
        check_language(lang, available)
    return codes


# --- Updating --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Updated:
    """A summary of an updated catalog, in messages; `warned` are proposals with a dangerous difference."""

    path: str
    messages: int
    fuzzy: int
    missing: int
    warned: int


def update_catalogs(project: Project, book_name: str, langs: tuple[str, ...], pages: bool = False) -> Iterator[Updated]:
    """Extract both domains and merge them into every language; yield a summary of each catalog.

    With `pages`, each entry names its printed page in the last build. Raises PublishError.
    """
    folder = project.book(book_name)
    domains = read_domains(project, folder)
    book = domains[1]
    targets = _target_languages(project, book_name, langs)
    printed: PageMaps = {}
    if pages:
        path = pages_path(project.root / "build", book.name, book.source_lang)
        printed = {book.name: read_pages(path, project.shown(path), book.messages, book.source_lang)}
    for domain in domains:
        template = template_catalog(iter(domain.messages), new_catalog(domain.name, None, domain.source_lang))
        if domain is book or project.has_interface:
            write_po(template, domain.locales / f"{domain.name}.pot")
        others = _interface_languages(domain) if domain is not book and project.has_interface and not langs else set()
        for lang in sorted({*targets, *others}):
            if lang in others or domain in catalogs_of(project, folder, domains, lang):
                yield _update(project, domain, lang, template, printed)


def _interface_languages(interface: Domain) -> set[str]:
    """Return the languages that have a catalog of the interface, whatever books are translated into them."""
    return {path.parent.parent.name for path in interface.locales.glob(f"*/LC_MESSAGES/{interface.name}.po")}


def _update(project: Project, domain: Domain, lang: str, template: polib.POFile, printed: PageMaps) -> Updated:
    check_known(lang)
    path = domain.path(lang)
    display_path = project.shown(path)
    catalog = read_po(path, display_path) if path.exists() else _create_catalog(domain.name, lang, domain.source_lang)
    # Use the terms next to the catalog: the interface then has the same terms whichever book is updated.
    index = index_terms(local_terms(project, domain.locales, lang, domain.source_lang))
    merge(template, catalog, Notes(index, printed.get(domain.name), domain.source_lang))
    complete_headers(catalog, domain.name, lang, domain.source_lang)
    write_po(catalog, path)
    entries = [entry for entry in catalog if not entry.obsolete]
    states = Counter(map(entry_state, entries))
    warned = sum(bool(warnings(entry, domain.source_lang)) for entry in entries)
    return Updated(display_path, len(entries), states["fuzzy"], states["missing"], warned)


def _create_catalog(name: str, lang: str, source_lang: str) -> Catalog:
    catalog = new_catalog(name, lang, source_lang)
    catalog.head = (
        f"# {language_name(lang)} translation of “{name}”.",
        "# docs/translating.md explains how to work on it; your own comments begin with # and a space.",
        "#",
    )
    return catalog


def add_language(project: Project, book_name: str, code: str) -> Iterator[str]:
    """Add a language: its catalogs, ready for Poedit, and an empty list of terms; yield the path of each new file.

    The interface catalog may already exist, from another book. Raises PublishError if the book's catalog exists,
    for an unknown language code, for a language whose script no typeface has. After an OSError, no file is left.
    """
    (lang,) = _target_languages(project, book_name, (code,))
    check_script(lang)
    domains = read_domains(project, project.book(book_name))
    domain = domains[1]
    path, terms = domain.path(lang), domain.locales / lang / TERMS_FILE
    if lang == domain.source_lang:
        raise PublishError(lang, None, "the book is written in this language", "name another language")
    if path.exists():
        raise PublishError(
            project.shown(path),
            None,
            "this language already exists",
            f"update it with: publish.py catalogs update --lang {lang}",
        )
    _check_can_add(project, book_name)
    paths = [*(item.path(lang) for item in domains), terms]
    new = [path for path in paths if not path.exists()]
    templates = [item.locales / f"{item.name}.pot" for item in domains]
    with all_or_none([*paths, *templates]):
        list(update_catalogs(project, book_name, (lang,)))
        if not terms.exists():
            atomic_write(terms, blank_terms(language_name(lang), lang, domain.source_lang).encode())
    yield from (project.shown(path) for path in new if path.exists())


def _check_can_add(project: Project, book_name: str) -> None:
    """Raise PublishError if there is no folder for the catalogs of a new language."""
    folder = project.book(book_name)
    if project.locales(folder) == project.shared_locales and not is_project(project.root):
        hint = "create a folder locales/ in the book, or run the command in a project"
        raise PublishError(folder, None, "there is no folder for the catalogs", hint)


# --- Status ----------------------------------------------------------------------------------


def catalog_status(project: Project, book_name: str, langs: tuple[str, ...]) -> Iterator[Status]:
    """Yield the status of each language against the current text. Raises PublishError without a catalog."""
    folder = project.book(book_name)
    every = read_domains(project, folder)
    for lang in available_languages(project, book_name, langs):
        domains = to_translate(project, folder, every, lang)
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


# --- Edits of the source that change no meaning ----------------------------------------------


def accept_cosmetic(
    project: Project, book_name: str, lang: str, selectors: tuple[str, ...], approval: Approval
) -> tuple[list[Accepted], list[Problem]]:
    """Accept edits of the source as cosmetic: the selected ones or, without selectors, all that qualify.

    A selector is the beginning of a message, or the path:line of its source text or of its entry. Returns the
    accepted edits and, without selectors, a problem for each refused one. Raises PublishError, and writes nothing,
    if a selector matches no edited sentence or an edit is not cosmetic.
    """
    (lang,) = available_languages(project, book_name, (lang,))
    folder = project.book(book_name)
    domains = catalogs_of(project, folder, read_domains(project, folder), lang)
    catalogs = [
        OpenCatalog(domain.messages, _read(project, domain, lang), project.shown(domain.path(lang)), domain.source_lang)
        for domain in domains
    ]
    results = (accept_named(catalogs, selectors, approval), []) if selectors else accept_all(catalogs, approval)
    for domain, opened in zip(domains, catalogs):
        write_po(opened.catalog, domain.path(lang))
    return results
