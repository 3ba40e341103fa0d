"""Project paths: the top-level folders, the books, the hospitals, and the languages of a book.

A project is a folder with books in content/, profiles in content/hospitals/, or publish.py. Templates and the
interface's catalogs come from the project if it has them, otherwise from the package.
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
    """Return the root of the innermost project that contains `folder`, or None outside any project."""
    return next((path for path in (folder, *folder.parents) if is_project(path)), None)


def is_project(folder: Path) -> bool:
    """Return whether a folder is the root of a project."""
    content = folder / "content"
    evidence = (folder / "publish.py").is_file(), (content / "hospitals").is_dir(), *content.glob("*/book.toml")
    return any(evidence)


@cache
def packaged() -> Path:
    """Return the folder with the templates/ and locales/ of this program: the installed package, or a checkout."""
    package = Path(__file__).resolve().parents[1]
    return package if (package / "templates").is_dir() else package.parent


@dataclass(frozen=True, slots=True)
class Project:
    """The folders of a project.

    `resources` is the folder with templates/ and locales/; without it, each of them is looked up.
    """

    root: Path
    resources: Path | None = None

    @property
    def templates(self) -> Path:
        """The folder of templates and style sheets."""
        return self._resource("templates", "booklet.j2")

    @property
    def interface_locales(self) -> Path:
        """The folder with the catalogs of the interface."""
        return self._resource("locales", "interface.pot")

    @property
    def has_interface(self) -> bool:
        """Whether this project has the interface's catalogs; otherwise they are in the package."""
        return self.interface_locales == self.shared_locales

    @property
    def shared_locales(self) -> Path:
        """The folder with the catalogs of books that have no locales/ of their own."""
        return self.root / "locales"

    def _resource(self, name: str, sample: str) -> Path:
        """Return a folder of resources: the project's if it contains the sample file, otherwise the package's."""
        if self.resources:
            return self.resources / name
        folder = self.root / name
        return folder if (folder / sample).is_file() else packaged() / name

    def book(self, name: str) -> Path:
        """Return the folder of a book, by its id in content/ or by the path of a folder with a book.toml.

        Raises PublishError for an unknown book.
        """
        if folder := self.find_book(name):
            return folder
        hint = f"use one of {', '.join(self.books()) or '(none)'}, or the path of a folder with a book.toml"
        raise PublishError(name, None, "unknown book", hint)

    def find_book(self, name: str) -> Path | None:
        """Return the folder of a book as `book` does, or None for an unknown book."""
        folders = (self.root / "content" / name, Path(name))
        return next((folder.resolve() for folder in folders if (folder / "book.toml").is_file()), None)

    def books(self) -> list[str]:
        """Return the ids of the books in content/."""
        return sorted(path.parent.name for path in (self.root / "content").glob("*/book.toml"))

    def hospital(self, name: str) -> Path:
        """Return the folder of a hospital's profile, by its id. Raises PublishError for an unknown hospital."""
        if name not in self.hospitals():
            existing = ", ".join(self.hospitals()) or "(none)"
            hint = f"use one of {existing}, or create it with: publish.py hospital new {name}"
            raise PublishError(name, None, "unknown hospital", hint)
        return self.hospital_folder / name

    @property
    def hospital_folder(self) -> Path:
        """The folder with the profiles of hospitals."""
        return self.root / "content" / "hospitals"

    def hospitals(self) -> list[str]:
        """Return the ids of the hospitals that have a profile."""
        return sorted(path.parent.name for path in self.hospital_folder.glob("*/hospital.toml"))

    def locales(self, book: Path) -> Path:
        """Return the folder of a book's catalogs: its own locales/ if it has one, otherwise the project's."""
        folder = book / "locales"
        return folder if folder.is_dir() else self.shared_locales

    def shown(self, path: Path) -> str:
        """Return a path for messages: relative to the project if it is inside, otherwise absolute."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()

    def languages(self, book: Path) -> list[str]:
        """Return the languages of a book: the source language, then those with a catalog of the book (es, es_419).

        A language in shared locales may belong to another book. A language in the book's own locales always counts:
        if its catalog is missing, that is an error, reported when the catalog is read.
        """
        catalog, is_shared = f"{_id(book)}.po", self.locales(book) == self.shared_locales
        folders = self.locales(book).glob("*/LC_MESSAGES")
        langs = {folder.parent.name for folder in folders if not is_shared or (folder / catalog).is_file()}
        return [SOURCE_LANGUAGE, *sorted(langs - {SOURCE_LANGUAGE})]


def check_language(lang: str, languages: Sequence[str]) -> None:
    """Raise PublishError for a language that is not one of a book's."""
    if lang not in languages:
        existing = ", ".join(languages) or "(none)"
        hint = f"use one of {existing}, or add it with: publish.py catalogs add {lang}"
        raise PublishError(lang, None, "the book does not have this language", hint)


def check_published(lang: str, languages: Sequence[str], profile: str) -> None:
    """Raise PublishError for a language that is not one of a hospital's. Messages refer to its `profile`."""
    if lang not in languages:
        hint = f"use one of {', '.join(languages)}, or add “{lang}” to languages"
        raise PublishError(profile, None, f"the hospital does not publish in “{lang}”", hint)


def _id(book: Path) -> str:
    """Return the id in a book's book.toml, or else its folder's name; errors are reported when the book is read."""
    try:
        return str(tomllib.loads((book / "book.toml").read_text(encoding="utf-8"))["id"])
    except (OSError, ValueError, KeyError):
        return book.name
