"""Where things are: the folders of the top level, and the languages that a book has."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from carepress.model import PublishError

SOURCE_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Project:
    """Where things are: the folders of the top level."""

    root: Path

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def interface_locales(self) -> Path:
        return self.root / "locales"

    def book(self, name: str) -> Path:
        """Return the folder of a book: an id in content/, or the path of a folder with a book.toml."""
        for folder in (self.root / "content" / name, Path(name)):
            if (folder / "book.toml").is_file():
                return folder.resolve()
        raise PublishError(
            name,
            None,
            "there is no such book",
            f"one of {', '.join(self.books()) or '(none)'}, or a folder with a book.toml",
        )

    def books(self) -> list[str]:
        return sorted(path.parent.name for path in (self.root / "content").glob("*/book.toml"))

    def hospital(self, name: str) -> Path:
        """Return the folder of a hospital's profile, by its id."""
        if name not in self.hospitals():
            there = f"one of {', '.join(self.hospitals()) or '(none)'}"
            hint = f"{there}; begin another with: publish.py hospital new {name}"
            raise PublishError(name, None, "there is no such hospital", hint)
        return self.hospital_folder / name

    @property
    def hospital_folder(self) -> Path:
        return self.root / "content" / "hospitals"

    def hospitals(self) -> list[str]:
        return sorted(path.parent.name for path in self.hospital_folder.glob("*/hospital.toml"))

    def locales(self, book: Path) -> Path:
        """Return where a book's catalogs are: with the book when it brings its own."""
        own = book / "locales"
        return own if own.is_dir() else self.interface_locales

    def shown(self, path: Path) -> str:
        """Return a path as errors name it: from the project's folder where it is inside."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def languages(self, book: Path) -> list[str]:
        """Return the languages of a book: its own, then those that have a catalog of it (es, es_419).

        Where the interface is, a folder may be there for another book; in a book's own locales, one whose
        catalog is missing is a mistake to be told.
        """
        catalog, own = f"{_id(book)}.po", self.locales(book) != self.interface_locales
        found = sorted(
            path.parent.name for path in self.locales(book).glob("*/LC_MESSAGES") if own or (path / catalog).is_file()
        )
        return [SOURCE_LANGUAGE, *(lang for lang in found if lang != SOURCE_LANGUAGE)]


def check_language(lang: str, known: Sequence[str]) -> None:
    """Raise PublishError for a language that is not among those of a book."""
    if lang not in known:
        there = f"one of {', '.join(known) or '(none)'}"
        hint = f"{there}; begin another with: publish.py catalogs add {lang}"
        raise PublishError(lang, None, "the book has no such language", hint)


def check_published(lang: str, languages: Sequence[str], profile: str) -> None:
    """Raise PublishError for a language that is not among those of a hospital, whose `profile` it names."""
    if lang not in languages:
        hint = f"one of {', '.join(languages)}, or add “{lang}” to languages"
        raise PublishError(profile, None, f"the hospital does not publish in “{lang}”", hint)


def _id(book: Path) -> str:
    """Return the id that a book gives itself; what is wrong with its file is told when it is read."""
    try:
        return str(tomllib.loads((book / "book.toml").read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, KeyError):
        return book.name
