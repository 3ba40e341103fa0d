"""Load a book and the interface in one language, and list what blocks its release."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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

# Templates, and folders of templates. Those of the print desk and of the shelf are in no file for families.
_PAGES_FOR_STAFF = ("desk", "shelf")
_EBOOK = ("epub",)
_HANDOUT = ("handout.j2",)
_PLANS = ("calendar.j2", "plan-parts.j2", "planner.html.j2", "reminders.html.j2")
_BOOK = ("bilingual.j2", "booklet.j2", "links.j2", "pairs.j2", "sheets.html.j2", "sheets.j2")


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
    """Return the missing and fuzzy translations that make this book a draft in its language.

    Those that only an e-book has are not among them.
    """
    words = missing_words(project, interface, book.lang, book, ebook=False)
    return (*_missing_text(project, book), *words)


def plan_problems(project: Project, book: Book, interface: Interface) -> tuple[Problem, ...]:
    """Return the missing and fuzzy translations that make a plan or reminders with the text of this book a draft."""
    unprinted = (*_PAGES_FOR_STAFF, *_EBOOK, *_HANDOUT, *_BOOK)
    return (*_missing_text(project, book), *_missing_words(project, interface, book.lang, Path(book.folder), unprinted))


def _missing_text(project: Project, book: Book) -> Iterator[Problem]:
    catalog = catalog_path(project.locales(Path(book.folder)), book.lang, book.id)
    return book_problems(book, catalog, project.shown(catalog))


def missing_words(project: Project, interface: Interface, lang: str, book: Book, ebook: bool) -> tuple[Problem, ...]:
    """Return the strings of the interface that are missing in a book or handout in a language, or in its e-book."""
    handout = () if book.handout else _HANDOUT
    unprinted = (*_PAGES_FOR_STAFF, *_PLANS, *handout, *(() if ebook else _EBOOK))
    return _missing_words(project, interface, lang, Path(book.folder), unprinted)


def _missing_words(
    project: Project, interface: Interface, lang: str, folder: Path, unprinted: tuple[str, ...]
) -> tuple[Problem, ...]:
    path = interface_path(project, lang, (folder,))
    if interface.missing and not path.is_file():
        return (no_interface(project.shown(path), lang, len(interface.missing)),)
    if not interface.missing:
        return ()
    printed = {message.key for message in interface_messages(project.templates, unprinted)}
    return tuple(interface_problems(tuple(key for key in interface.missing if key in printed), project.shown(path)))
