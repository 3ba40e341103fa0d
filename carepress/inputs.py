"""What a file is made from, as a digest: two builds with the same inputs make the same bytes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from carepress.project import Project

# Libraries that leave their mark in a file. Their metadata folders, NAME-VERSION.dist-info, tell the versions.
LIBRARIES = {
    "babel", "ebooklib", "fontpkg_atkinson_hyperlegible", "fonttools", "jinja2", "lxml", "markdown_it_py", "pikepdf",
    "pillow", "polib", "pydyf", "pyphen", "pypdfium2", "segno", "tinycss2", "tinyhtml5", "uharfbuzz", "weasyprint",
}  # fmt: skip


def digest(project: Project, book: Path, lang: str, hospital: Path | None, *more: object) -> str:
    """Return the digest of everything that the files of a book in a language depend on, and of `more`.

    That is the book, its catalog and that of the interface, the templates, the hospital's folder if there is one,
    the engine, and the libraries.
    """
    name = f"{lang}/LC_MESSAGES"
    folders = [book, project.templates, project.locales(book) / name, project.interface_locales / name]
    files = _files([*folders, hospital] if hospital else folders)
    total = sha256(_engine().encode())
    for part in (book.name, lang, *more):
        total.update(f"{part}\0".encode())
    for path, data in sorted({project.shown(path): path.read_bytes() for path in files}.items()):
        total.update(f"{path}\0{len(data)}\0".encode() + data)
    return total.hexdigest()


def _files(folders: Iterable[Path]) -> Iterator[Path]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file() and not path.name.startswith(".") and "__pycache__" not in path.parts:
                yield path


@cache
def _engine() -> str:
    """Return the digest of the engine itself, and the versions of Python and its libraries."""
    own = Path(__file__).parent
    total = sha256(sys.version.encode())
    for path in sorted(_files([own])):
        total.update(path.relative_to(own).as_posix().encode() + b"\0" + path.read_bytes())
    found = {
        path.name for place in sys.path for path in Path(place).glob("*.dist-info") if _library(path.name) in LIBRARIES
    }
    return total.hexdigest() + " ".join(sorted(found))


def _library(folder: str) -> str:
    return folder.partition("-")[0].lower()
