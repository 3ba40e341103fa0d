"""Read the label of a PDF or EPUB: what it was built from, and who signed it."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pikepdf
from lxml import etree

from carepress.model import PublishError, Selection
from carepress.signoff.state import read_label
from carepress.text.safe_xml import parse_xml

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
    packet: str | None = None


def read_file_label(path: Path) -> tuple[bytes, FileLabel]:
    """Return the bytes of a PDF or EPUB and its label. Raises PublishError for any other file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PublishError(path, None, f"cannot be read ({error.strerror})", "name a PDF or EPUB") from None
    keywords = (_pdf_keywords if data.startswith(b"%PDF-") else _epub_keywords)(path, data)
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
            packet=rows.get("packet"),
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


def _pdf_keywords(path: Path, data: bytes) -> str:
    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return str(pdf.docinfo.get("/Keywords", ""))
    except pikepdf.PasswordError:
        hint = "look for the original, which has none"
        raise PublishError(path, None, "the PDF is protected by a password", hint) from None
    except pikepdf.PdfError:
        raise PublishError(path, None, "the PDF is damaged", "get another copy") from None


def _epub_keywords(path: Path, data: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            if archive.getinfo("EPUB/content.opf").file_size > MAX_BYTES:
                return ""
            package = parse_xml(archive.read("EPUB/content.opf"))
    except KeyError:
        return ""
    except (*DAMAGED, etree.XMLSyntaxError):
        raise PublishError(path, None, "neither a PDF nor an EPUB", "name a file that Carepress built") from None
    elements = package.findall("{*}metadata/{*}meta[@property='dcterms:provenance']")
    return ", ".join(element.text or "" for element in elements)
