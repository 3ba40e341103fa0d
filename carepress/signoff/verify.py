"""Find out what a PDF or EPUB was built from, whether it was changed since, and whether it is current."""

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
from carepress.localize import LocalizedBook, load_hospital, localize, localized_handout
from carepress.model import EDITIONS, GENERIC, PublishError, Selection
from carepress.signoff.digest import SignedPassage, changes, passages
from carepress.signoff.signatures import read_digests
from carepress.signoff.state import overdue, read_label, sign_off
from carepress.text.safe_xml import parse_xml
from carepress.workspace.manifest import read_manifest
from carepress.workspace.project import Project

MAX_BYTES = 50_000_000  # of a package document
# Raised for a damaged ZIP file.
DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError)


@dataclass(frozen=True, slots=True)
class FileLabel:
    """The origin of a file: `digests` of its content by language, and who `signed` it."""

    book: str
    version: str
    revised: str
    lang: str
    hospital: str
    edition: str
    draft: bool
    digests: dict[str, str]
    signed: tuple[str, ...]
    selection: Selection | None = None


@dataclass(frozen=True, slots=True)
class Verified:
    """The result for one file.

    `current` and `unchanged` are None if unknown. `why` explains `current`; `changed` lists passages.
    """

    label: FileLabel
    current: bool | None
    why: str
    changed: tuple[SignedPassage, ...]
    unchanged: bool | None


Read = Callable[[Path, str, str], LocalizedBook]  # of a book's folder, a hospital and a language


def verify(
    project: Project, paths: Iterable[Path], book_name: str | None, on: date, out: Path
) -> Iterator[Verified | PublishError]:
    """Yield the result for each file, or a PublishError for a file without a label.

    The sources of several files are read once. Raises PublishError for invalid files of the project.
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
        current, why, changed = _currency(project, read, label, book_name, on)
        yield Verified(label, current, why, changed, _is_unchanged(data, path, label, out))


# --- The label -------------------------------------------------------------------------------


def read_file_label(path: Path) -> tuple[bytes, FileLabel]:
    """Return the bytes of a PDF or EPUB and its label. Raises PublishError for any other file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PublishError(path, None, f"cannot be read ({error.strerror})", "name a PDF or EPUB") from None
    keywords = _pdf_keywords(path) if data.startswith(b"%PDF-") else _epub_keywords(path)
    fields = read_label(keywords) if keywords else None
    if fields is None:
        hint = "look for the original; a file saved by another program may have lost its label"
        raise PublishError(path, None, "the file has no Carepress label", hint)
    rows = dict(fields)
    try:
        label = FileLabel(
            book=rows["book"],
            version=rows["version"],
            revised=rows["revised"],
            lang=rows["lang"],
            hospital=rows["hospital"],
            edition=rows["edition"],
            draft="draft" in rows,
            digests={key.removeprefix("content."): row for key, row in fields if key.startswith("content.")},
            selection=_selection(rows),
            signed=tuple(f"{row} ({key.removeprefix('signed.')})" for key, row in fields if key.startswith("signed.")),
        )
    except KeyError as error:
        raise PublishError(path, None, f"the label lacks the field {error}", "look for the original") from None
    return data, label


def _selection(rows: Mapping[str, str]) -> Selection | None:
    """Return the handout that a label names, or None for a whole book."""
    if "handout" not in rows:
        return None
    pick = tuple(name for name in rows.get("pick", "").split(",") if name)
    exposures = tuple(name for name in rows.get("exposures", "").split(",") if name)
    return Selection(rows["handout"], pick, rows.get("title", ""), exposures)


def _pdf_keywords(path: Path) -> str:
    try:
        with pikepdf.open(path) as pdf:
            return str(pdf.docinfo.get("/Keywords", ""))
    except pikepdf.PdfError:
        raise PublishError(path, None, "the PDF is damaged", "get another copy") from None


def _epub_keywords(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("EPUB/content.opf").file_size > MAX_BYTES:
                return ""
            package = parse_xml(archive.read("EPUB/content.opf"))
    except KeyError:
        return ""
    except (*DAMAGED, etree.XMLSyntaxError):
        raise PublishError(path, None, "neither a PDF nor an EPUB", "name a file that Carepress built") from None
    elements = package.findall("{*}metadata/{*}meta[@property='dcterms:provenance']")
    return ", ".join(element.text or "" for element in elements)


# --- Comparison with the project ------------------------------------------------------------------

Currency = tuple[bool | None, str, tuple["SignedPassage", ...]]


def _currency(project: Project, read: Read, label: FileLabel, book_name: str | None, on: date) -> Currency:
    """Return whether the file has the current text and valid signatures, why, and the passages that changed."""
    book_path = _book(project, label.book, book_name)
    if book_path is None:
        return None, f"this project has no book “{label.book}”", ()
    if label.hospital not in (GENERIC, *project.hospitals()):
        return None, f"this project has no hospital “{label.hospital}”", ()
    if label.lang not in project.languages(book_path):
        return None, f"the book has no language “{label.lang}” in this project", ()
    localized = read(book_path, label.hospital, label.lang)
    if label.selection:
        try:
            localized = localized_handout(project, localized, label.selection)
        except PublishError:
            return None, f"the book has no handout “{label.selection.id}” in this project", ()
    paired = label.edition in EDITIONS and EDITIONS[label.edition].paired
    signing = sign_off(project, localized, paired)
    if label.digests != signing.digests:
        return False, "the text has changed since", _changed(project, read, book_path, label, signing.digests)
    late = overdue(localized.book, localized.hospital, on) if localized.hospital else ()
    if problems := [*signing.missing, *late]:
        return False, "; ".join(problem.message for problem in problems), ()
    return (False, "it is a draft", ()) if label.draft else (True, "", ())


def _book(project: Project, book_id: str, name: str | None) -> Path | None:
    """Return the folder of the book with this id: the named one, or one in content/."""
    paths = (project.book(item) for item in ([name] if name else project.books()))
    return next((path for path in paths if read_book(path).id == book_id), None)


def _changed(
    project: Project, read: Read, book_path: Path, label: FileLabel, now: Mapping[str, str]
) -> tuple[SignedPassage, ...]:
    """Return the passages that differ from the file's text, if a signature recorded their digests."""
    changed: dict[SignedPassage, None] = {}
    for lang, digest in label.digests.items():
        if label.hospital == GENERIC or lang not in now or now[lang] == digest:
            continue
        localized = read(book_path, label.hospital, lang)
        if then := read_digests(project.hospital(label.hospital), lang, digest):
            if label.selection:
                localized = localized_handout(project, localized, label.selection)
            changed |= dict.fromkeys(changes(passages(localized.book, localized.hospital), then))
    return tuple(changed)


def _is_unchanged(data: bytes, path: Path, label: FileLabel, out: Path) -> bool | None:
    """Return whether a file has the bytes recorded in the manifest, or None if it has no record."""
    digest = sha256(data).hexdigest()
    records = read_manifest(out).values()
    if any(record.sha256 == digest for record in records):
        return True
    content = (label.book, label.hospital, label.edition, label.digests, label.version)
    # Files for another paper, or for other weeks, have the same content and other names.
    candidates = [r for r in records if (r.book, r.hospital, r.edition, r.content, r.version) == content]
    return False if any(Path(record.path).name == path.name for record in candidates) else None
