"""What a file is made from, as a digest: two builds with the same inputs make the same bytes."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

from carepress.model import GENERIC, Job
from carepress.workspace.project import Project

# Libraries that leave their mark in a file. Their metadata folders, NAME-VERSION.dist-info, tell the versions.
LIBRARIES = {
    "babel", "ebooklib", "fontpkg_atkinson_hyperlegible", "fonttools", "jinja2", "lxml", "markdown_it_py", "pikepdf",
    "pillow", "polib", "pydyf", "pyphen", "pypdfium2", "segno", "tinycss2", "tinyhtml5", "uharfbuzz", "weasyprint",
}  # fmt: skip
# Those of the system that break lines and shape letters, with what tells their version.
SYSTEM_LIBRARIES = (("libpango-1.0.so.0", "pango_version_string"), ("libharfbuzz.so.0", "hb_version_string"))

# Folders that an installed package has and a checkout does not: inputs of a job, not a part of the engine.
RESOURCES = {"templates", "locales"}


class Inputs:
    """The inputs of a project as they are now: each folder is read once, and what changes later is not seen."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.files = cache(_files)
        self.folder_digest = cache(self._folder_digest)

    def folders(self, book: Path, lang: str, hospital: Path | None) -> Mapping[str, Path]:
        """Return the folders that a book in a language is made from, by what each is for."""
        name = f"{lang}/LC_MESSAGES"
        found = {
            "book": book,
            "catalogs": self.project.locales(book) / name,
            "interface": self.project.interface_locales / name,
            "templates": self.project.templates,
        }
        return {**found, "hospital": hospital} if hospital else found

    def digest(self, book: Path, lang: str, hospital: Path | None, *more: object) -> str:
        """Return the digest of everything that the files of a book in a language depend on, and of `more`.

        That is the book, its catalog and that of the interface, the templates, the hospital's folder if there is
        one, the engine, and the libraries. Where the folders lie makes no difference.
        """
        total = sha256(engine().encode())
        for part in (book.name, lang, hospital and hospital.name, *more):
            total.update(f"{part}\0".encode())
        for role, folder in self.folders(book, lang, hospital).items():
            total.update(f"{role}\0".encode() + self.folder_digest(folder))
        return total.hexdigest()

    def job(self, job: Job) -> str:
        """Return the digest of a job: two with the same one make the same file of the same name."""
        hospital = None if job.hospital == GENERIC else self.project.hospital(job.hospital)
        profile = None
        if job.profile:
            with suppress(OSError):
                profile = sha256(job.profile.read_bytes()).hexdigest()
        weeks = ",".join(day.isoformat() for day in job.weeks)
        asked = (job.edition, job.paper, weeks, profile, job.release, job.on)
        return self.digest(job.book, job.lang, hospital, "job", *asked)

    def _folder_digest(self, folder: Path) -> bytes:
        total = sha256()
        for name, data in self.files(folder).items():
            total.update(f"{name}\0{len(data)}\0".encode() + data)
        return total.digest()


def _files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their names in it. A book's own catalogs are folders of their own."""
    own = folder / "locales" if (folder / "book.toml").is_file() else None
    paths = sorted(path for path in _walk(folder) if own not in path.parents)
    return {path.relative_to(folder).as_posix(): _read(path) for path in paths}


def _read(path: Path) -> bytes:
    """Return what is in a file. One that cannot be read is as empty: if it is needed, the job tells."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts:
            yield path


@cache
def engine() -> str:
    """Return the digest of the engine itself, and the versions of Python and its libraries."""
    own = Path(__file__).parents[1]
    total = sha256(sys.version.encode())
    for path in sorted(_walk(own)):
        if path.relative_to(own).parts[0] in RESOURCES:
            continue
        total.update(path.relative_to(own).as_posix().encode() + b"\0" + path.read_bytes())
    found = {
        path.name for place in sys.path for path in Path(place).glob("*.dist-info") if _library(path.name) in LIBRARIES
    }
    return " ".join([total.hexdigest(), *sorted(found), *_system()])


def _system() -> Iterator[str]:
    for library, function in SYSTEM_LIBRARIES:
        with suppress(OSError, AttributeError):
            version = getattr(ctypes.CDLL(library), function)
            version.restype = ctypes.c_char_p
            yield f"{library}-{version().decode()}"


def _library(folder: str) -> str:
    return folder.partition("-")[0].lower()
