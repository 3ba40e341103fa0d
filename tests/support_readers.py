"""Helpers for tests in e-book readers: the visible text of each document, and its navigation lists."""

from __future__ import annotations

import copy
from pathlib import Path

from conftest import build_once
from lxml import etree

from support import HANDBOOK, OPS, SVG, XHTML, Epub, flat, open_epub, page_words

OPF = "{http://www.idpf.org/2007/opf}"
# Search terms, as a family might type them.
SOUGHT = {
    "en": ("bone marrow", "chemotherapy", "Fever", "thermometer"),
    "es": ("médula", "niño", "Quimioterapia", "corazón", "células", "¿qué"),
}


def handbook_epub(shared: Path, lang: str) -> Epub:
    """Return the handbook as an e-book."""
    out = build_once(shared / "built-handbook", "--book", HANDBOOK)
    return open_epub(out / "generic" / lang / f"{HANDBOOK.name}-epub-{lang}.epub")


def squeezed(text: str) -> str:
    return "".join(text.split())


def shown_words(root: etree._Element, heads: bool = True) -> str:
    """Return the visible text without spaces; the text of drawings is outlines and left out.

    Without `heads`, the headings of tables are left out: on a phone, they are labels of the cells.
    """
    seen = copy.deepcopy(root)
    for head in () if heads else seen.iter(XHTML + "thead"):
        head[:] = []
    for drawing in seen.iter(SVG + "svg"):
        drawing[:] = []
    for hidden in seen.findall(".//*[@hidden]"):
        hidden.getparent().remove(hidden)
    return squeezed(page_words(seen))


def entries(book: Epub, kind: str) -> list[tuple[str, str]]:
    """Return a list of the navigation document as (address, words)."""
    navs = (node for node in book.nav.iter(XHTML + "nav") if node.get(OPS + "type") == kind)
    return [(link.get("href"), flat("".join(link.itertext()))) for nav in navs for link in nav.iter(XHTML + "a")]


def spine(book: Epub) -> list[str]:
    """Return the file names of an e-book in reading order."""
    names = {item.get("id"): item.get("href") for item in book.package.iter(OPF + "item")}
    return [names[item.get("idref")] for item in book.package.iter(OPF + "itemref")]


def files_with(book: Epub, words: str) -> set[str]:
    """Return the files that contain some words within one element, ignoring case."""
    return {
        f"text/{name}.xhtml"
        for name, root in book.pages.items()
        if any(words.lower() in text.lower() for text in root.find(XHTML + "body").itertext())
    }
