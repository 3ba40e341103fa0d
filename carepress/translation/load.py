"""Load a book and the interface in one language, and list what blocks its release."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from carepress.catalogs.extract import interface_messages
from carepress.catalogs.gate import book_problems, interface_problems, no_interface
from carepress.catalogs.plurals import PRINTF
from carepress.catalogs.po import INTERFACE, catalog_path
from carepress.catalogs.translate import read_interface, translate_book
from carepress.model import Book, Interface, Key, Problem, PublishError
from carepress.text.language_file import bind_languages
from carepress.workspace.project import INTERFACE_LANGUAGE, Project


def translate(project: Project, source: Book, lang: str) -> tuple[Book, Interface]:
    """Return a book and the interface strings in a language. Raises PublishError for a bad catalog."""
    folder = Path(source.folder)
    book = source
    if lang != source.source_lang:
        path = catalog_path(project.locales(folder), lang, source.id)
        book = translate_book(source, path, project.shown(path), lang)
    return book, with_own_words(project, translate_interface(project, lang, (folder,)), book)


def interface_path(project: Project, lang: str, books: Iterable[Path]) -> Path:
    """Return the catalog of the interface in a language: that of a book, else the project's or the installed program's.

    If none exists, this is the path of the one to create.
    """
    folders = [*(project.locales(book) for book in books), project.interface_locales]
    paths = [catalog_path(folder, lang, INTERFACE) for folder in folders]
    found = next((path for path in paths if path.is_file()), None)
    return found or paths[-1 if project.has_interface else 0]


def has_plain_interface(project: Project, lang: str, books: Iterable[Path]) -> bool:
    """Tell whether a language needs no catalog of the interface: English, and its variants that have none."""
    return lang.partition("_")[0] == INTERFACE_LANGUAGE and not interface_path(project, lang, books).is_file()


def translate_interface(project: Project, lang: str, books: Iterable[Path] = ()) -> Interface:
    """Return the strings of the templates in a language; a book may bring the catalog of its own.

    Without any catalog, all strings are missing. The project's descriptions of languages are used from now on. Raises
    PublishError for a bad catalog.
    """
    bind_languages(project.language_file, project.shown)
    books = tuple(books)
    if lang == INTERFACE_LANGUAGE or has_plain_interface(project, lang, books):
        return Interface()
    path, messages = interface_path(project, lang, books), tuple(interface_messages(project.templates))
    if not path.is_file():
        return Interface(missing=tuple(dict.fromkeys(message.key for message in messages)))
    return read_interface(path, project.shown(path), messages)


def with_own_words(project: Project, interface: Interface, book: Book) -> Interface:
    """Return the interface with a book's own words, in the language of the book.

    Raises PublishError for words that do not fit a message.
    """
    if not book.words:
        return interface
    messages = {message.msgid: message for message in interface_messages(project.templates)}
    for word in book.words:
        place = word.text.path, word.text.line
        if (message := messages.get(word.message)) is None:
            close = get_close_matches(word.message, messages, 1, 0.5)
            hint = f"did you mean “{close[0]}”?" if close else "locales/interface.pot lists them"
            raise PublishError(*place, f"the interface has no message “{word.message}”", hint)
        if message.plural:
            raise PublishError(*place, f"“{word.message}” depends on a number", "remove it: the catalogs translate it")
        wanted, found = (sorted(PRINTF.findall(text)) for text in (word.message, word.text.text))
        if wanted != found:
            difference = min({*wanted} ^ {*found}, default=wanted[0] if wanted else "")
            message_text = f"the text for “{word.message}” in {book.lang} differs in the placeholder “{difference}”"
            raise PublishError(*place, message_text, "keep each placeholder, once")
    own = {word.message: word.text.text for word in book.words}

    def lookup(key: Key, plural: str | None, count: int) -> str:
        return own.get(key[1]) or interface.lookup(key, plural, count)

    return Interface(lookup, tuple(key for key in interface.missing if key[1] not in own))


def release_problems(project: Project, book: Book, interface: Interface) -> tuple[Problem, ...]:
    """Return the missing and fuzzy translations that make this book a draft in its language."""
    folder = Path(book.folder)
    catalog = catalog_path(project.locales(folder), book.lang, book.id)
    return (
        *book_problems(book, catalog, project.shown(catalog)),
        *missing_words(project, interface, book.lang, folder),
    )


def missing_words(project: Project, interface: Interface, lang: str, folder: Path) -> tuple[Problem, ...]:
    """Return the strings of the interface that are missing in a language of the book in `folder`.

    The strings of the print desk are for staff, and appear in no book.
    """
    path = interface_path(project, lang, (folder,))
    if interface.missing and not path.is_file():
        return (no_interface(project.shown(path), lang, len(interface.missing)),)
    if not interface.missing:
        return ()
    desk = project.templates / "desk"
    printed = {message.key for message in interface_messages(project.templates, without=desk)}
    return tuple(interface_problems(tuple(key for key in interface.missing if key in printed), project.shown(path)))
