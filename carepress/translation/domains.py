"""The two domains of a book's translation, the interface and the book, with their lists of terms and words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from carepress.catalogs.extract import Message, book_messages, interface_messages
from carepress.catalogs.po import INTERFACE, Key, catalog_path
from carepress.catalogs.terms import TERMS_FILE, read_terms
from carepress.content import read_book
from carepress.model import segments
from carepress.text.termbase import TermTranslation
from carepress.workspace.project import Project

WORDS_FILE = "words.txt"


@dataclass(frozen=True, slots=True)
class Domain:
    """The messages of one catalog, and the folder that holds this catalog in every language.

    The paths of the messages are relative to `base`. `kinds` maps each message of a book to the kind of its segment.
    """

    name: str
    base: Path
    locales: Path
    messages: tuple[Message, ...]
    kinds: dict[Key, str]

    def path(self, lang: str) -> Path:
        """Return the path of the catalog in a language."""
        return catalog_path(self.locales, lang, self.name)


def read_domains(project: Project, folder: Path) -> tuple[Domain, Domain]:
    """Return the domains of the interface and of the book in `folder`. Raises PublishError."""
    book = read_book(folder)
    kinds = {(segment.context, segment.source): segment.kind for segment in segments(book)}
    interface = tuple(interface_messages(project.templates))
    return (
        Domain(INTERFACE, project.templates.parent, project.interface_locales, interface, {}),
        Domain(book.id, folder.parent.parent, project.locales(folder), tuple(book_messages(book)), kinds),
    )


def local_terms(project: Project, locales: Path, lang: str) -> tuple[TermTranslation, ...]:
    """Return the terms in the folder of a language. Raises PublishError for a broken file."""
    path = locales / lang / TERMS_FILE
    return read_terms(path, project.shown(path), lang)


def local_words(project: Project, locales: Path, lang: str) -> frozenset[str]:
    """Return the accepted words of the project and of one book, one per line; a line that begins with # is a comment."""
    words: set[str] = set()
    for folder in {project.interface_locales, locales}:
        path = folder / lang / WORDS_FILE
        if path.is_file():
            lines = path.read_text(encoding="utf-8").splitlines()
            words.update(line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return frozenset(words)
