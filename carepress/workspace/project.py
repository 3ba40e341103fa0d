"""Project paths: the top-level folders, the books, the hospitals, and the languages of a book.

A project is a folder with books in content/, profiles in content/hospitals/, or publish.py. Templates and the
interface's catalogs come from the project if it has them, otherwise from the package.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from carepress.model import PublishError
from carepress.workspace.files import unicode_path

# The messages of the interface, this program's own messages, the preview and the dossier are written in English. The
# language of a book is another matter: see `source_language`.
INTERFACE_LANGUAGE = "en"
LANGUAGE_CODE = re.compile(r"([a-z]{2,3})(?:[_-]([a-z]{4}))?(?:[_-]([a-z]{2}|\d{3}))?", re.IGNORECASE)
# Codes that CLDR's aliases lack, and those that name another language there: Twi, Bihari.
_ALIASES = {"no": "nb", "cmn": "zh", "tw": "tw", "bh": "bh"}
_TRADITIONAL = frozenset({"TW", "HK", "MO"})
DEFAULT_BOOK = "childhood-all"
HOSPITAL_ID = re.compile(r"(?=.{1,40}$)[a-z][a-z0-9]*(-[a-z0-9]+)*")
HOSPITAL_ID_HINT = "use lowercase letters, digits and hyphens, 40 at most, for example riverbend or st-mary"


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

    def language_file(self, lang: str) -> Path:
        """Return the path of the file that corrects or describes a language, next to its catalog of the interface."""
        return self.interface_locales / lang / "language.toml"

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
            if self.hospital_folder / name in self.stray_hospitals():
                raise PublishError(name, None, "invalid hospital id", f"rename the folder: {HOSPITAL_ID_HINT}")
            raise PublishError(name, None, "unknown hospital", hint)
        return self.hospital_folder / name

    @property
    def hospital_folder(self) -> Path:
        """The folder with the profiles of hospitals."""
        return self.root / "content" / "hospitals"

    def hospitals(self) -> list[str]:
        """Return the ids of the hospitals that have a profile."""
        return [folder.name for folder in self._profiles() if HOSPITAL_ID.fullmatch(folder.name)]

    def stray_hospitals(self) -> list[Path]:
        """Return the folders with a profile whose name is no id, such as “riverbend copy”. No command reads them."""
        return [folder for folder in self._profiles() if not HOSPITAL_ID.fullmatch(folder.name)]

    def _profiles(self) -> list[Path]:
        return sorted(path.parent for path in self.hospital_folder.glob("*/hospital.toml"))

    def locales(self, book: Path) -> Path:
        """Return the folder of a book's catalogs: its own locales/ if it has one, otherwise the project's."""
        folder = book / "locales"
        return folder if folder.is_dir() else self.shared_locales

    def shown(self, path: Path) -> str:
        """Return a path for messages: relative to the project if it is inside, otherwise absolute."""
        return unicode_path(path.relative_to(self.root) if path.is_relative_to(self.root) else path)

    def languages(self, book: Path) -> list[str]:
        """Return the languages of a book: the one it is written in, then those with a catalog of the book (es, es_419).

        A language in shared locales may belong to another book. A language in the book's own locales always counts:
        if its catalog is missing, that is an error, reported when the catalog is read.
        """
        catalog, is_shared = f"{_header(book).get('id', book.name)}.po", self.locales(book) == self.shared_locales
        folders = self.locales(book).glob("*/LC_MESSAGES")
        names = {folder.parent.name for folder in folders if not is_shared or (folder / catalog).is_file()}
        source = source_language(book)
        return [source, *sorted(filter(_is_language, names - {source}))]

    def stray_languages(self, book: Path) -> list[Path]:
        """Return the folders of catalogs whose name is no language code, such as “es copy” or zh_CN. No command reads them."""
        folders = sorted(path.parent for path in self.locales(book).glob("*/LC_MESSAGES"))
        return [folder for folder in folders if not _is_language(folder.name)]


# The codes of two letters that have another one: an unchanged build need not load the data of CLDR for the others.
_CHANGED = frozenset(("in", "iw", "ji", "jw", "mo", "no", "sh", "tl", "zh"))


def canonical_code(code: str) -> str | None:
    """Return the one code that a language has here, however it is written: es_419, pt_BR, zh_Hans. None for no code.

    Old codes have the new one (iw is he), and a script that is usual is left out (sr_Cyrl is sr). Chinese has its script
    and no region.
    """
    parts = LANGUAGE_CODE.fullmatch(code)
    if parts is None:
        return None
    if len(code) == 2 and code.islower() and code not in _CHANGED:
        return code
    from babel.core import get_global  # late: it takes a third of the time of a build in which nothing has changed

    language, script, region = parts[1].lower(), (parts[2] or "").title(), (parts[3] or "").upper()
    alias = _ALIASES.get(language) or str(get_global("language_aliases").get(language, language))
    language, _, written = alias.partition("_")
    script = script or written
    if language == "zh":
        return f"zh_{script or ('Hant' if region in _TRADITIONAL else 'Hans')}"
    usual = str(get_global("likely_subtags").get(f"{language}_{region}" if region else language, ""))
    if not region or not usual:
        usual = str(get_global("likely_subtags").get(language, ""))
    if script and f"_{script}_" in f"{usual}_":
        script = ""
    return "_".join(filter(None, (language, script, region)))


def _is_language(folder: str) -> bool:
    """Tell whether the name of a folder of catalogs is the code of a language, as `canonical_code` writes it."""
    return canonical_code(folder) == folder


def check_language(lang: str, languages: Sequence[str]) -> None:
    """Raise PublishError for a language that is not one of a book's."""
    if lang not in languages:
        existing = ", ".join(languages) or "(none)"
        hint = f"use one of {existing}"
        hint += f", or add it with: publish.py catalogs add {lang}" if canonical_code(lang) else ""
        raise PublishError(lang, None, "the book does not have this language", hint)


def check_published(lang: str, languages: Sequence[str], profile: str) -> None:
    """Raise PublishError for a language that is not one of a hospital's. Messages refer to its `profile`."""
    if lang not in languages:
        hint = f"use one of {', '.join(languages)}, or add “{lang}” to languages"
        raise PublishError(profile, None, f"the hospital does not publish in “{lang}”", hint)


def source_language(book: Path) -> str:
    """Return the language that a book is written in: `lang` in its book.toml."""
    return str(_header(book).get("lang", INTERFACE_LANGUAGE))


def _header(book: Path) -> Mapping[str, Any]:
    """Return the content of a book's book.toml, empty if it is broken: errors are reported when the book is read."""
    try:
        return _parsed((book / "book.toml").read_text(encoding="utf-8-sig"))
    except (OSError, ValueError):
        return {}


@lru_cache(maxsize=8)
def _parsed(text: str) -> Mapping[str, Any]:
    return tomllib.loads(text)
