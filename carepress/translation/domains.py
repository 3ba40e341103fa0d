"""The two domains of a book's translation, the interface and the book, with their lists of terms and words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from carepress.catalogs.extract import Message, book_messages, interface_messages
from carepress.catalogs.po import INTERFACE, catalog_path
from carepress.catalogs.terms import TERMS_FILE, read_terms
from carepress.checks.learned import Learned, parse_learned
from carepress.checks.spelling import WORDS_FILE
from carepress.content import read_book
from carepress.content.tomlfile import read_text
from carepress.model import Key, segments
from carepress.text.termbase import TermTranslation
from carepress.translation.load import has_plain_interface, interface_path
from carepress.workspace.project import INTERFACE_LANGUAGE, Project, source_language

LEARNED_FILE = "learned.tsv"


@dataclass(frozen=True, slots=True)
class Domain:
    """The messages of one catalog, written in `source_lang`, and the folder that holds this catalog in every language.

    The paths of the messages are relative to `base`. `kinds` maps each message of a book to the kind of its segment.
    `path` returns the path of the catalog in a language.
    """

    name: str
    source_lang: str
    base: Path
    locales: Path
    messages: tuple[Message, ...]
    kinds: dict[Key, str]
    path: Callable[[str], Path]


def read_domains(project: Project, folder: Path) -> tuple[Domain, Domain]:
    """Return the domains of the interface and of the book in `folder`. Raises PublishError."""
    book = read_book(folder)
    kinds = {(segment.context, segment.source): segment.kind for segment in segments(book)}
    interface = tuple(interface_messages(project.templates))
    locales, shared = project.locales(folder), project.interface_locales
    own = partial(interface_path, project, books=(folder,))
    path = partial(catalog_path, locales, domain=book.id)
    return (
        Domain(INTERFACE, INTERFACE_LANGUAGE, project.templates.parent, shared, interface, {}, own),
        Domain(book.id, book.lang, folder.parent.parent, locales, tuple(book_messages(book)), kinds, path),
    )


def to_translate(project: Project, folder: Path, domains: Iterable[Domain], lang: str) -> tuple[Domain, ...]:
    """Return the domains that a language has catalogs of: none of what is written in it.

    An English book needs no catalog of the interface in its own language, even if that is en_GB.
    """
    needed = (domain for domain in domains if domain.source_lang != lang)
    if lang == source_language(folder) and has_plain_interface(project, lang, (folder,)):
        return ()
    return tuple(needed)


def local_terms(project: Project, locales: Path, lang: str, source_lang: str = "en") -> tuple[TermTranslation, ...]:
    """Return the terms in the folder of a language, for texts in `source_lang`. Raises PublishError for a broken file."""
    path = locales / lang / TERMS_FILE
    return read_terms(path, project.shown(path), lang, source_lang)


def words_path(domain: Domain, lang: str) -> Path:
    """Return the file of accepted words of a language, next to its catalog."""
    return domain.path(lang).parents[1] / WORDS_FILE


def local_words(project: Project, locales: Path, lang: str) -> frozenset[str]:
    """Return the accepted words of the project and of one book, one per line; a line that begins with # is a comment."""
    words: set[str] = set()
    for folder in {project.interface_locales, locales}:
        path = folder / lang / WORDS_FILE
        if path.is_file():
            lines = read_text(path, project.shown(path)).splitlines()
            words.update(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return frozenset(words)


def learned_path(locales: Path, lang: str) -> Path:
    """Return the file of the words that correspond in the translations of a book."""
    return locales / lang / LEARNED_FILE


def local_learned(project: Project, locales: Path, lang: str) -> Learned:
    """Return the words that correspond in the reviewed translations of the project and of one book."""
    return read_learned(
        project, (learned_path(folder, lang) for folder in sorted({project.interface_locales, locales}))
    )


def read_learned(project: Project, paths: Iterable[Path]) -> Learned:
    """Return what is in the files that exist."""
    return parse_learned("\n".join(read_text(path, project.shown(path)) for path in paths if path.is_file()))
