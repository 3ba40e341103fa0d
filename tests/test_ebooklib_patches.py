"""The parts of EbookLib that we override or call still exist; an upgrade may change them."""

from __future__ import annotations

import ast
import inspect
import io
import zipfile
from datetime import date
from importlib.metadata import version
from typing import Any

import pytest
from ebooklib import epub

from carepress.epub import ebooklib_patches as patches
from carepress.model import Document
from support import ROOT

# The parameters of each method that is overridden or called.
SIGNATURES = {
    (epub.EpubHtml, "get_content"): "self default",
    (epub.EpubNav, "get_content"): "self default",
    (epub.EpubWriter, "_get_nav"): "self item",
    (epub.EpubWriter, "_get_ncx"): "self",
    (epub.EpubWriter, "_write_opf_file"): "self root",
    (epub.EpubWriter, "_write_container"): "self",
    (epub.EpubWriter, "_write_opf"): "self",
    (epub.EpubWriter, "_write_items"): "self",
    (epub.EpubWriter, "process"): "self",
}
XHTML = b'<html xmlns="http://www.w3.org/1999/xhtml"><body><svg><linearGradient/></svg></body></html>'


def test_patches_match_installed_version() -> None:
    assert version("ebooklib") == patches.WRITTEN_FOR, "read carepress/epub/ebooklib_patches.py for the new version"


@pytest.mark.parametrize(("owner", "name"), SIGNATURES, ids=lambda part: getattr(part, "__name__", part))
def test_target_has_expected_signature(owner: Any, name: str) -> None:
    assert list(inspect.signature(getattr(owner, name)).parameters) == SIGNATURES[owner, name].split()


def test_options_exist() -> None:
    """`mtime` has no default; a test below checks that it is used."""
    assert epub.EpubWriter.DEFAULT_OPTIONS.keys() >= {"epub3_pages", "raise_exceptions"}


def test_overrides_are_used() -> None:
    """A package has our bytes, language and time, and no other times or prefixes."""
    document = Document("chapter", "chapter", "Chapter", XHTML)
    package = epub.EpubBook()
    package.set_identifier("urn:uuid:00000000-0000-0000-0000-000000000000")
    package.set_title("Title")
    package.add_item(patches.XhtmlDocument(document))
    package.add_item(patches.NavDocument(b"<nav/>"))
    package.add_item(epub.EpubNcx())
    package.spine = ["chapter", "nav"]
    data = patches.write_package(package, b"<ncx/>", "es", date(2026, 1, 2))
    assert data == patches.write_package(package, b"<ncx/>", "es", date(2026, 1, 2))
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.namelist()[:2] == ["mimetype", "META-INF/container.xml"]
        assert file.read("EPUB/text/chapter.xhtml") == XHTML
        assert (file.read("EPUB/nav.xhtml"), file.read("EPUB/toc.ncx")) == (b"<nav/>", b"<ncx/>")
        opf = file.read("EPUB/content.opf").decode()
        assert {(item.date_time, item.create_system, item.external_attr) for item in file.infolist()} == {
            (patches.ZIP_TIME, 3, 0o100644 << 16)
        }
    assert 'xml:lang="es"' in opf
    assert "2026-01-02T00:00:00Z" in opf
    assert " prefix=" not in opf
    assert " duration=" not in opf


def test_only_patches_module_extends_classes() -> None:
    extended = set()
    for path in (ROOT / "carepress").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any("epub." in ast.unparse(base) for base in node.bases):
                extended.add(path.name)
    assert extended == {"ebooklib_patches.py"}
