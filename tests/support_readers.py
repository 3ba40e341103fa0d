"""What readers of the e-books are asked for: the words of each document, the lists that lead to them."""

from __future__ import annotations

import copy
from pathlib import Path

from conftest import build_once
from lxml import etree

from support import HANDBOOK, OPS, SVG, XHTML, Epub, flat, open_epub, page_words

OPF = "{http://www.idpf.org/2007/opf}"
# Looked for in the book, as a family might type them.
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


def shown_words(root: etree._Element) -> str:
    """Return the words that are seen, without spaces; those of a drawing are outlines."""
    seen = copy.deepcopy(root)
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
    """Return the names of the files of an e-book, in the order of reading."""
    names = {item.get("id"): item.get("href") for item in book.package.iter(OPF + "item")}
    return [names[item.get("idref")] for item in book.package.iter(OPF + "itemref")]


def files_with(book: Epub, words: str) -> set[str]:
    """Return which files of the text have some words within one element, in small letters or capitals."""
    return {
        f"text/{name}.xhtml"
        for name, root in book.pages.items()
        if any(words.lower() in text.lower() for text in root.find(XHTML + "body").itertext())
    }
