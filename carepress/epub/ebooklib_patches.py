"""Every override of EbookLib, and every use of a private part of it.

Written for EbookLib 0.20, which pyproject.toml pins. `tests/test_ebooklib_patches.py` checks that each target still
exists with the same signature, and that no other module uses a private part.

EbookLib 0.20 parses documents as HTML 4, which silently breaks drawings, builds a navigation of its own, and puts
the time and a random identifier into every file. These classes write our bytes, the same in every call.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

from ebooklib import epub
from lxml import etree

from carepress.model import Document

WRITTEN_FOR = "0.20"

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
# The earliest time of a ZIP file; the date of the content is in the package document.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class XhtmlDocument(epub.EpubHtml):  # type: ignore[misc]
    """A content document that keeps its bytes. Overrides `get_content`, which would parse them as HTML 4."""

    def __init__(self, document: Document) -> None:
        self.xhtml = document.xhtml
        super().__init__(
            uid=document.name,
            file_name=f"text/{document.name}.xhtml",
            media_type="application/xhtml+xml",
            title=document.title,
            content=self.xhtml,
        )
        self.properties = ["svg"] if b"<svg" in document.xhtml else []

    def get_content(self, default: object = None) -> bytes:
        return self.xhtml


class NavDocument(epub.EpubNav):  # type: ignore[misc]
    """The navigation document, which keeps its bytes. Overrides `get_content`, which would parse them."""

    def __init__(self, xhtml: bytes) -> None:
        super().__init__(uid="nav", file_name="nav.xhtml")
        self.content = xhtml

    def get_content(self, default: object = None) -> bytes:
        return bytes(self.content)


def write_package(package: epub.EpubBook, ncx: bytes, lang: str, revised: date) -> bytes:
    """Return a package as an EPUB file, with this NCX and with `revised` as the time of modification."""
    return _PackageWriter(package, ncx, lang, revised).to_bytes()


class _PackageWriter(epub.EpubWriter):  # type: ignore[misc]
    """Writes a package to memory.

    Overrides `_get_nav` and `_get_ncx`, which would build both from EbookLib's own table of contents, and
    `_write_opf_file`, which would write no language and a prefix and durations that nothing uses.
    """

    def __init__(self, package: epub.EpubBook, ncx: bytes, lang: str, revised: date) -> None:
        modified = datetime(revised.year, revised.month, revised.day)
        super().__init__("", package, {"mtime": modified, "epub3_pages": False, "raise_exceptions": True})
        self.ncx, self.lang = ncx, lang

    def _get_nav(self, item: Any) -> bytes:
        return bytes(item.content)

    def _get_ncx(self) -> bytes:
        return self.ncx

    def _write_opf_file(self, root: etree._Element) -> None:
        root.set(XML_LANG, self.lang)
        root.attrib.pop("prefix", None)
        manifest = root.find("manifest")
        assert manifest is not None
        for item in manifest:
            item.attrib.pop("duration", None)
        super()._write_opf_file(root)

    def to_bytes(self) -> bytes:
        """Return the file. Replaces `write`, which suppresses every OSError and stores the time in the ZIP file."""
        self.process()
        data = io.BytesIO()
        with _TimelessZipFile(data, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as self.out:
            self.out.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
            self._write_container()
            self._write_opf()
            self._write_items()
        return data.getvalue()


class _TimelessZipFile(zipfile.ZipFile):
    """A ZIP file whose members have a fixed time, fixed permissions and a fixed system."""

    def writestr(
        self, name: Any, data: Any, compress_type: int | None = None, compresslevel: int | None = None
    ) -> None:
        member = zipfile.ZipInfo(name if isinstance(name, str) else name.filename, ZIP_TIME)
        member.external_attr, member.create_system = 0o100644 << 16, 3
        method = self.compression if compress_type is None else compress_type
        super().writestr(member, data, method, compresslevel or 9)
