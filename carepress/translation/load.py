"""Load a book and the interface in one language, and list what blocks its release."""

from __future__ import annotations

from pathlib import Path

from carepress.catalogs.extract import interface_messages
from carepress.catalogs.gate import book_problems, interface_problems
from carepress.catalogs.po import INTERFACE, catalog_path
from carepress.catalogs.translate import Interface, read_interface, source_interface, translate_book
from carepress.model import Book, Problem
from carepress.workspace.project import SOURCE_LANGUAGE, Project


def translate(project: Project, source: Book, lang: str) -> tuple[Book, Interface]:
    """Return a book and the interface strings in a language. Raises PublishError for a bad catalog."""
    if lang == SOURCE_LANGUAGE:
        return source, translate_interface(project, lang)
    path = catalog_path(project.locales(Path(source.folder)), lang, source.id)
    return translate_book(source, path, project.shown(path), lang), translate_interface(project, lang)


def translate_interface(project: Project, lang: str) -> Interface:
    """Return the strings of the templates in a language. Raises PublishError for a bad catalog."""
    if lang == SOURCE_LANGUAGE:
        return source_interface()
    path = catalog_path(project.interface_locales, lang, INTERFACE)
    return read_interface(path, project.shown(path), interface_messages(project.templates))


def release_problems(project: Project, book: Book, interface: Interface) -> tuple[Problem, ...]:
    """Return the missing and fuzzy translations that make this book a draft in its language."""
    if book.lang == SOURCE_LANGUAGE:
        return ()
    book_catalog = catalog_path(project.locales(Path(book.folder)), book.lang, book.id)
    interface_catalog = catalog_path(project.interface_locales, book.lang, INTERFACE)
    return (
        *book_problems(book, book_catalog, project.shown(book_catalog)),
        *interface_problems(interface.missing, project.shown(interface_catalog)),
    )
