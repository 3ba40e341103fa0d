"""What a released PDF or EPUB was built from, whether it was altered, and whether it is the current one."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path

import pikepdf
from lxml import etree

from carepress.content import read_book
from carepress.localize import LocalizedBook, load_hospital, localize
from carepress.model import EDITIONS, GENERIC, PublishError
from carepress.signoff.digest import Passage, changes, passages
from carepress.signoff.signatures import read_marks
from carepress.signoff.state import overdue, read_label, sign_off
from carepress.text.safe_xml import parse_xml
from carepress.workspace.outputs import read_manifest
from carepress.workspace.project import Project

LARGEST = 50_000_000  # bytes of a package document
# What reading a ZIP file raises when some of its bytes are others.
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError)


@dataclass(frozen=True, slots=True)
class Label:
    """What a file tells of its origin. `digests` are those of its content, by language; `signed` who signed."""

    book: str
    version: str
    revised: str
    lang: str
    hospital: str
    edition: str
    draft: bool
    digests: dict[str, str]
    signed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of a file since it was built. `current` and `whole` are None where it cannot be known;
    `why` tells in words, and `changed` names passages.
    """

    label: Label
    current: bool | None
    why: str
    changed: tuple[Passage, ...]
    whole: bool | None


Read = Callable[[Path, str, str], LocalizedBook]  # of a book's folder, a hospital and a language


def verify(
    project: Project, paths: Iterable[Path], book_name: str | None, on: date, out: Path
) -> Iterator[Verified | PublishError]:
    """Yield what each file is; of one that Carepress has not made, or of which no label is left, a PublishError.

    Raises PublishError for faulty files of the project. What several files were built from is read once.
    """

    @cache
    def read(book_path: Path, hospital_id: str, lang: str) -> LocalizedBook:
        source = read_book(book_path)
        return localize(project, source, lang, load_hospital(project, source, hospital_id))

    for path in paths:
        try:
            data, label = read_file_label(path)
        except PublishError as error:
            yield error
            continue
        current, why, changed = _standing(project, read, label, book_name, on)
        yield Verified(label, current, why, changed, _whole(data, path, label, out))


# --- The label -------------------------------------------------------------------------------


def read_file_label(path: Path) -> tuple[bytes, Label]:
    """Return the bytes of a PDF or EPUB and its label. Raises PublishError for any other file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PublishError(path, None, f"cannot be read ({error.strerror})", "name a PDF or EPUB") from None
    words = _pdf_words(path) if data.startswith(b"%PDF-") else _epub_words(path)
    fields = read_label(words) if words else None
    if fields is None:
        hint = "look for the original; a file that another program has saved anew may have lost it"
        raise PublishError(path, None, "it does not tell what it was built from", hint)
    rows = dict(fields)
    try:
        label = Label(
            book=rows["book"],
            version=rows["version"],
            revised=rows["revised"],
            lang=rows["lang"],
            hospital=rows["hospital"],
            edition=rows["edition"],
            draft="draft" in rows,
            digests={key.removeprefix("content."): row for key, row in fields if key.startswith("content.")},
            signed=tuple(f"{row} ({key.removeprefix('signed.')})" for key, row in fields if key.startswith("signed.")),
        )
    except KeyError as error:
        raise PublishError(path, None, f"its label lacks the field {error}", "look for the original") from None
    return data, label


def _pdf_words(path: Path) -> str:

    try:
        with pikepdf.open(path) as pdf:
            return str(pdf.docinfo.get("/Keywords", ""))
    except pikepdf.PdfError:
        raise PublishError(path, None, "the PDF is broken", "get it again") from None


def _epub_words(path: Path) -> str:

    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("EPUB/content.opf").file_size > LARGEST:
                return ""
            package = parse_xml(archive.read("EPUB/content.opf"))
    except KeyError:
        return ""
    except (*DAMAGED, etree.XMLSyntaxError):
        raise PublishError(path, None, "it is neither a PDF nor an EPUB", "name a file that Carepress made") from None
    found = package.findall("{*}metadata/{*}meta[@property='dcterms:provenance']")
    return ", ".join(item.text or "" for item in found)


# --- Is it the current one? ------------------------------------------------------------------

Standing = tuple[bool | None, str, tuple["Passage", ...]]


def _standing(project: Project, read: Read, label: Label, book_name: str | None, on: date) -> Standing:
    """Return whether the text of today is that of the file, and still signed; why; and what has changed."""
    book_path = _book(project, label.book, book_name)
    if book_path is None:
        return None, f"there is no book “{label.book}” here", ()
    if label.hospital not in (GENERIC, *project.hospitals()):
        return None, f"there is no hospital “{label.hospital}” here", ()
    if label.lang not in project.languages(book_path):
        return None, f"the book is not here in “{label.lang}”", ()
    copy = read(book_path, label.hospital, label.lang)
    paired = label.edition in EDITIONS and EDITIONS[label.edition].paired
    signing = sign_off(project, copy.source, copy.book, copy.hospital, paired)
    if label.digests != signing.digests:
        return False, "the text has changed since", _changed(project, read, book_path, label, signing.digests)
    late = overdue(copy.book, copy.hospital, on) if copy.hospital else ()
    if problems := [*signing.missing, *late]:
        return False, "; ".join(problem.message for problem in problems), ()
    return (False, "it is a draft", ()) if label.draft else (True, "", ())


def _book(project: Project, book_id: str, name: str | None) -> Path | None:
    """Return the folder of a book with this id: that of the given name, or one in content/."""
    paths = (project.book(item) for item in ([name] if name else project.books()))
    return next((path for path in paths if read_book(path).id == book_id), None)


def _changed(
    project: Project, read: Read, book_path: Path, label: Label, now: Mapping[str, str]
) -> tuple[Passage, ...]:
    """Return what differs from the file's text, where a signature has kept what that was."""
    found: dict[Passage, None] = {}
    for lang, digest in label.digests.items():
        if label.hospital == GENERIC or lang not in now or now[lang] == digest:
            continue
        copy = read(book_path, label.hospital, lang)
        if then := read_marks(project.hospital(label.hospital), lang, digest):
            found |= dict.fromkeys(changes(passages(copy.book, copy.hospital), then))
    return tuple(found)


def _whole(data: bytes, path: Path, label: Label, out: Path) -> bool | None:
    """Return whether a file has the bytes that the manifest records for it; None when it records none."""
    digest = sha256(data).hexdigest()
    records = read_manifest(out).values()
    if any(record.sha256 == digest for record in records):
        return True
    same = (label.book, label.hospital, label.edition, label.digests, label.version)
    # Another paper, or sheets for other weeks, are other files of the same text.
    alike = [r for r in records if (r.book, r.hospital, r.edition, r.content, r.version) == same]
    return False if any(Path(record.path).name == path.name for record in alike) else None
