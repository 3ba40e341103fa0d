"""Where things are: the folders of the top level, and the languages that a book has.

A project is a folder with books in content/, profiles in content/hospitals/, or publish.py. Templates and the
interface's catalogs are its own if it has them; otherwise they are those that come with the package.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from carepress.model import PublishError

SOURCE_LANGUAGE = "en"


def find_root(folder: Path) -> Path | None:
    """Return the project that `folder` is in, the nearest one first; None outside any project."""
    return next((place for place in (folder, *folder.parents) if is_project(place)), None)


def is_project(folder: Path) -> bool:
    """Return whether a folder is the root of a project."""
    content = folder / "content"
    marks = (folder / "publish.py").is_file(), (content / "hospitals").is_dir(), *content.glob("*/book.toml")
    return any(marks)


@cache
def packaged() -> Path:
    """Return the folder with the templates/ and locales/ of this program: the package, or a checkout."""
    package = Path(__file__).resolve().parents[1]
    return package if (package / "templates").is_dir() else package.parent


@dataclass(frozen=True, slots=True)
class Project:
    """Where things are: the folders of the top level.

    `resources` is the folder with templates/ and locales/; without it each of the two is looked up.
    """

    root: Path
    resources: Path | None = None

    @property
    def templates(self) -> Path:
        return self._resource("templates", "booklet.j2")

    @property
    def interface_locales(self) -> Path:
        return self._resource("locales", "interface.pot")

    @property
    def has_interface(self) -> bool:
        """Whether the interface is translated in this project, not in the installed package."""
        return self.interface_locales == self.shared_locales

    @property
    def shared_locales(self) -> Path:
        """The folder with the catalogs of books that bring none."""
        return self.root / "locales"

    def _resource(self, name: str, sample: str) -> Path:
        """Return a folder of resources: the project's own when it has a whole one, known by a sample file."""
        if self.resources:
            return self.resources / name
        own = self.root / name
        return own if (own / sample).is_file() else packaged() / name

    def book(self, name: str) -> Path:
        """Return the folder of a book: an id in content/, or the path of a folder with a book.toml."""
        if folder := self.find_book(name):
            return folder
        raise PublishError(
            name,
            None,
            "there is no such book",
            f"one of {', '.join(self.books()) or '(none)'}, or a folder with a book.toml",
        )

    def find_book(self, name: str) -> Path | None:
        """Return the folder of a book as `book` does, None when there is no such book."""
        folders = (self.root / "content" / name, Path(name))
        return next((folder.resolve() for folder in folders if (folder / "book.toml").is_file()), None)

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
        return own if own.is_dir() else self.shared_locales

    def shown(self, path: Path) -> str:
        """Return a path as errors name it: from the project's folder where it is inside."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def languages(self, book: Path) -> list[str]:
        """Return the languages of a book: its own, then those that have a catalog of it (es, es_419).

        Where the interface is, a folder may be there for another book; in a book's own locales, one whose
        catalog is missing is a mistake to be told.
        """
        catalog, own = f"{_id(book)}.po", self.locales(book) != self.shared_locales
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
