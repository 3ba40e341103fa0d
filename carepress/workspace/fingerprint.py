"""Digests of everything that a file is built from: two builds with equal digests produce equal bytes."""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from carepress.model import GENERIC, Job
from carepress.workspace.files import walk
from carepress.workspace.project import Project, source_language

# Libraries that influence the bytes of a file. The names of their metadata folders, NAME-VERSION.dist-info, have the
# versions.
LIBRARIES = {
    "babel", "ebooklib", "fontpkg_atkinson_hyperlegible", "fonttools", "jinja2", "lxml", "markdown_it_py", "pikepdf",
    "pillow", "polib", "pydyf", "pyicu_wheels", "pyphen", "pypdfium2", "segno", "tinycss2", "tinyhtml5", "uharfbuzz", "weasyprint",
}  # fmt: skip
FONT_PACKAGES = ("fontpkg_", "justmytype_intl_", "manimgx_fonts", "pylopdf_fonts_")  # of carepress/text/typefaces.py
# System libraries that break lines and shape letters, with the functions that return their versions.
SYSTEM_LIBRARIES = (("libpango-1.0.so.0", "pango_version_string"), ("libharfbuzz.so.0", "hb_version_string"))

# Folders that an installed package has and a checkout does not: they are inputs of a job, not code.
RESOURCES = {"templates", "locales"}
# Folders of a book that its files do not depend on: its catalogs are inputs of their own, and evidence is never printed.
NOT_BUILT = {"locales", "evidence"}

SETTLED = 3_000_000_000  # ns; the times of files are as coarse as 2 s on some file systems
# The digest of a file, by its path, and the state that it had before it was read.
_known: dict[Path, tuple[tuple[int, ...], bytes]] = {}


class Inputs:
    """The inputs of a project at one moment: each folder is read once, and later changes are ignored."""

    def __init__(self, project: Project) -> None:
        self.project = project
        # Not functools.cache of a method: that is a reference cycle, which would keep the contents of all files in
        # memory until the next complete garbage collection.
        self._files: dict[Path, dict[str, bytes]] = {}
        self._digests: dict[Path, bytes] = {}
        self._languages: dict[tuple[Path, str], dict[str, bytes]] = {}

    def files(self, folder: Path) -> dict[str, bytes]:
        """Return the contents of a folder's files, by relative path."""
        if folder not in self._files:
            self._files[folder] = _files(folder)
        return self._files[folder]

    def folder_digest(self, folder: Path) -> bytes:
        """Return the digest of a folder's files."""
        if folder not in self._digests:
            if folder in self._files:
                digests = {name: sha256(data).digest() for name, data in self._files[folder].items()}
            else:
                digests = {path.relative_to(folder).as_posix(): file_digest(path) for path in _paths(folder)}
            total = sha256()
            for name, digest in digests.items():
                total.update(f"{name}\0".encode() + digest)
            self._digests[folder] = total.digest()
        return self._digests[folder]

    def folders(self, book: Path, lang: str, hospital: Path | None) -> Mapping[str, Path]:
        """Return the folders that a book in a language is built from, by their roles."""
        name = f"{lang}/LC_MESSAGES"
        folders = {
            "book": book,
            "catalogs": self.project.locales(book) / name,
            "interface": self.project.interface_locales / name,
            "templates": self.project.templates,
        }
        return {**folders, "hospital": hospital} if hospital else folders

    def language_files(self, book: Path, lang: str) -> dict[str, bytes]:
        """Return the contents of the files that describe a language and that of the book, by path in locales/."""
        if (book, lang) not in self._languages:
            paths = map(self.project.language_file, dict.fromkeys((lang, source_language(book))))
            found = {f"{path.parent.name}/{path.name}": _read(path) for path in paths if path.is_file()}
            self._languages[book, lang] = found
        return self._languages[book, lang]

    def digest(self, book: Path, lang: str, hospital: Path | None, *extra: object) -> str:
        """Return the digest of all inputs of a book in a language, and of `extra`, in hexadecimal.

        The inputs are the book, its catalog, the interface's catalog, language.toml, the templates, the hospital's
        folder if there is one, the code of this program, and its libraries. Paths do not influence the digest.
        """
        total = sha256(build_fingerprint().encode())
        for part in (book.name, lang, hospital and hospital.name, *extra):
            total.update(f"{part}\0".encode())
        for role, folder in self.folders(book, lang, hospital).items():
            total.update(f"{role}\0".encode() + self.folder_digest(folder))
        for name, data in self.language_files(book, lang).items():
            total.update(f"{name}\0{len(data)}\0".encode() + data)
        return total.hexdigest()

    def job_digest(self, job: Job) -> str:
        """Return the digest of a job. Jobs with equal digests build files with equal bytes and names."""
        hospital = None if job.hospital == GENERIC else self.project.hospital(job.hospital)
        profile = None
        if job.profile:
            with suppress(OSError):
                profile = sha256(job.profile.read_bytes()).hexdigest()
        weeks = ",".join(day.isoformat() for day in job.weeks)
        options = (job.edition, job.paper, weeks, profile, job.release, job.on, job.selection, job.sheets, job.packet)
        return self.digest(job.book, job.lang, hospital, "job", *options)


def _paths(folder: Path) -> list[Path]:
    """Return the files of a folder. `NOT_BUILT` is left out of a book's folder."""
    own = len(folder.parts)
    left_out = NOT_BUILT if (folder / "book.toml").is_file() else ()
    return sorted(path for path in walk(folder) if path.parts[own] not in left_out)


def _files(folder: Path) -> dict[str, bytes]:
    """Return the contents of a folder's files, by relative path."""
    return {path.relative_to(folder).as_posix(): _read(path) for path in _paths(folder)}


def file_digest(path: Path) -> bytes:
    """Return the digest of a file, which is read again only if its size, inode or one of its times has changed.

    A file that was changed in the last seconds is always read: a second change may leave its times as they are.
    """
    try:
        status = path.stat()
    except OSError:
        return sha256(b"").digest()
    state = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino, status.st_dev)
    known = _known.get(path)
    if known and known[0] == state:
        return known[1]
    now = time.time_ns()
    try:
        digest = sha256(path.read_bytes()).digest()
    except OSError:  # perhaps readable next time
        return sha256(b"").digest()
    if all(changed < now - SETTLED for changed in state[:2]):
        _known[path] = state, digest
    return digest


def _read(path: Path) -> bytes:
    """Return the content of a file. An unreadable file counts as empty; the job reports it if it needs it."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


@cache
def build_fingerprint() -> str:
    """Return the digest of Python's version and this program's code, and the versions of the libraries."""
    package = Path(__file__).parents[1]
    total = sha256(sys.version.encode())
    for path in sorted(walk(package)):
        if path.relative_to(package).parts[0] in RESOURCES:
            continue
        total.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    folders = (path.name for entry in sys.path for path in Path(entry).glob("*.dist-info"))
    libraries = {name for name in folders if _library(name) in LIBRARIES or _library(name).startswith(FONT_PACKAGES)}
    return " ".join([total.hexdigest(), *sorted(libraries), *_system_libraries()])


def _system_libraries() -> Iterator[str]:
    """Yield the names and versions of the system libraries."""
    for library, function in SYSTEM_LIBRARIES:
        with suppress(OSError, AttributeError):
            version = getattr(ctypes.CDLL(library), function)
            version.restype = ctypes.c_char_p
            yield f"{library}-{version().decode()}"


def _library(folder: str) -> str:
    return folder.partition("-")[0].lower()
