"""Rules for navigation: table of contents, landmarks, page list, links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml.etree import _Element as Element

from carepress.preflight.ebook.epub_file import (
    NCX,
    XHTML,
    Ebook,
    Violation,
    XmlFile,
    is_external,
    quote,
    types,
    unnumbered,
    words,
)

MAX_LEVELS = 2  # of the contents
ContentsEntry = tuple[str, str, str]  # text, path, id


def lists(book: Ebook, kind: str) -> list[Element]:
    """Return the lists of a kind in the navigation document: toc, landmarks or page-list."""
    return [node for node in book.nav.all("nav") if kind in types(node)]


def entries(book: Ebook, page: XmlFile, node: Element) -> list[ContentsEntry]:
    """Return the links in a list, in order."""
    return [(words(link), *book.target(page, link.get("href", ""))) for link in node.iter(XHTML + "a")]


def contents(book: Ebook) -> Iterator[Violation]:
    """Find omissions and mistakes in the table of contents."""
    tables = lists(book, "toc")
    if len(tables) != 1:
        yield book.nav.violation(book.nav.root, f"there are {len(tables)} tables of contents, not 1")
        return
    toc = tables[0]
    rows = entries(book, book.nav, toc)
    depth = max((sum(1 for _ in node.iterancestors(XHTML + "ol")) for node in toc.iter(XHTML + "a")), default=0)
    if not 1 <= depth <= MAX_LEVELS:
        yield book.nav.violation(toc, f"the contents have {depth} levels, not 1 to {MAX_LEVELS}")
    order = [page.path for page in book.pages]
    places = [order.index(path) for _words, path, _id in rows if path in order]
    if places != sorted(places):
        yield book.nav.violation(toc, "the contents are not in the order of the book")
    for link, (_words, path, key) in zip(toc.iter(XHTML + "a"), rows, strict=True):
        head = None if key else next(iter(book.by_path[path].all("h1")), None) if path in book.by_path else None
        if head is not None and unnumbered(head) != unnumbered(link):
            message = f"the contents have {quote(unnumbered(link))}, the page {quote(unnumbered(head))}"
            yield book.nav.violation(toc, message)
    yield from _unlisted(book, {path for _words, path, _id in rows})


def _unlisted(book: Ebook, listed: set[str]) -> Iterator[Violation]:
    """Find documents of the body that neither contents nor landmarks link to."""
    marks = [
        (mark, link) for node in lists(book, "landmarks") for link in node.iter(XHTML + "a") for mark in types(link)
    ]
    paths = {mark: book.target(book.nav, link.get("href", ""))[0] for mark, link in marks}
    order = [page.path for page in book.pages]
    body = order.index(paths["bodymatter"]) if paths.get("bodymatter") in order else 0
    for page in book.pages[body:]:
        if page.path not in listed | set(paths.values()):
            yield Violation(page.path, None, "neither the contents nor the landmarks link to this document")


def hidden_lists(book: Ebook) -> Iterator[Violation]:
    """Find landmarks and page lists that are visible, unnamed or missing."""
    if not lists(book, "landmarks"):
        yield book.nav.violation(book.nav.root, "there are no landmarks")
    for node in (*lists(book, "landmarks"), *lists(book, "page-list")):
        kind = " ".join(types(node))
        if node.get("hidden") is None:
            yield book.nav.violation(node, f"the list {kind} is not hidden")
        heads = [book.nav.ids.get(key) for key in (node.get("aria-labelledby") or "").split()]
        if not (node.get("aria-label") or "").strip() and not any(words(head) for head in heads if head is not None):
            yield book.nav.violation(node, f"the list {kind} has no name")


# --- Pages of the print booklet --------------------------------------------------------------


def is_page_marker(node: Element) -> bool:
    """Tell whether a node marks where a printed page begins."""
    return "pagebreak" in types(node) or node.get("role") == "doc-pagebreak"


def _label(node: Element) -> str:
    """Return the number of a page marker, without a word such as “page” in its label."""
    label = node.get("aria-label") or node.get("title") or words(node)
    return "".join(re.findall(r"\d+", label)) or label.strip()


def page_list(book: Ebook) -> Iterator[Violation]:
    """Find differences between the page markers and the page list, and page numbers out of order."""
    markers = _page_markers(book)
    page_lists = lists(book, "page-list")
    if len(page_lists) > 1 or (markers and not page_lists):
        yield book.nav.violation(
            book.nav.root, f"there are {len(markers)} page markers and {len(page_lists)} page lists"
        )
        return
    rows = [row for node in page_lists for row in entries(book, book.nav, node)]
    node = page_lists[0] if page_lists else book.nav.root
    for label, path, key in [row for row in markers if row not in rows]:
        yield Violation(path, None, f"the page marker {quote(label or key)} is not in the page list")
    for label, _path, _key in [row for row in rows if row not in markers]:
        yield book.nav.violation(node, f"the page list has {quote(label)}, which has no page marker")
    yield from (book.nav.violation(node, message) for message in _page_order(markers, rows))
    yield from _page_facts(book, bool(rows))


def _page_markers(book: Ebook) -> list[ContentsEntry]:
    nodes = ((page, node) for page in book.pages for node in page.marked if is_page_marker(node))
    return [(_label(node), page.path, node.get("id", "")) for page, node in nodes]


def _page_order(markers: list[ContentsEntry], rows: list[ContentsEntry]) -> Iterator[str]:
    if sorted(rows) == sorted(markers) and rows != markers:
        yield "the page list is not in the order of the book"
    numbers = [int(label) for label, _path, _key in markers if label.isdecimal()]
    if any(after <= before for before, after in pairwise(numbers)):
        yield "the page numbers do not increase"


def _page_facts(book: Ebook, has_pages: bool) -> Iterator[Violation]:
    """Find page metadata that the book lacks, or that it has without page markers."""
    metas = list(book.package.root.iter("{*}meta"))
    declared = {node.get("property", "").rpartition(":")[2] for node in metas} | {
        (node.text or "").strip() for node in metas
    }
    for name in ("pageBreakSource", "pageNavigation", "pageBreakMarkers"):
        if (name in declared) != has_pages:
            message = f"the metadata has no {name}" if has_pages else f"{name} is set for a book without pages"
            yield book.package.violation(book.package.root, message)


# --- Older readers ---------------------------------------------------------------------------


def older_contents(book: Ebook) -> Iterator[Violation]:
    """Find differences between the NCX, for older readers, and the navigation document."""
    root = book.ncx.root
    for kind, group, target in (("toc", "navMap", "navPoint"), ("page-list", "pageList", "pageTarget")):
        expected = [row for node in lists(book, kind) for row in entries(book, book.nav, node)]
        actual = [_point(book, node) for node in root.iterfind(f"{NCX}{group}//{NCX}{target}")]
        if actual != expected:
            other = next((row for row in actual if row not in expected), None) or next(iter(expected), ("", "", ""))
            message = f"{group} is not the {kind} of nav.xhtml: {len(actual)} and {len(expected)} entries"
            yield book.ncx.violation(root, f"{message}, {quote(other[0])} differs")
    pages = [int(label) for label in _numbers(book)]
    for name, count in (
        ("totalPageCount", len(list(root.iter(NCX + "pageTarget")))),
        ("maxPageNumber", max(pages, default=0)),
    ):
        node = root.find(f".//{NCX}meta[@name='dtb:{name}']")
        if node is None or node.get("content") != str(count):
            yield book.ncx.violation(root if node is None else node, f"dtb:{name} is not {count}")


def _numbers(book: Ebook) -> list[str]:
    labels = [words(node) for group in lists(book, "page-list") for node in group.iter(XHTML + "a")]
    return [label for label in labels if label.isdecimal()]


def _point(book: Ebook, node: Element) -> ContentsEntry:
    label, content = node.find(f"{NCX}navLabel"), node.find(f"{NCX}content")
    href = "" if content is None else content.get("src", "")
    return ("" if label is None else words(label), *book.target(book.ncx, href))


# --- Links -----------------------------------------------------------------------------------


def links(book: Ebook) -> Iterator[Violation]:
    """Find broken links, links that are not https, and links without text."""
    for page in (*book.documents, book.ncx, book.package):
        for node in page.root.iter("{*}a", "{*}area", f"{NCX}content", "{*}reference"):
            href = node.get("href") or node.get("src")
            if href is None:
                continue
            if node.tag == XHTML + "a" and not words(node):
                yield page.violation(node, f"the link to {href} has no text")
            yield from _target_problems(book, page, node, href)


def _target_problems(book: Ebook, page: XmlFile, node: Element, href: str) -> Iterator[Violation]:
    if is_external(href):
        if not re.match(r"https://[^/\s]|tel:|mailto:", href):
            yield page.violation(node, f"the link to {href} is not https")
        return
    path, key = book.target(page, href)
    if path not in book.files or not href:
        yield page.violation(node, f"the link leads to {quote(href)}, which does not exist")
    elif key and key not in (book.by_path[path].ids if path in book.by_path else ()):
        yield page.violation(node, f"the link leads to the id “{key}” of {path}, which does not exist")


def telephones(book: Ebook) -> Iterator[Violation]:
    """Find tel: links to another number than the one in the text, except for the country code."""
    for page in book.documents:
        for node in page.all("a"):
            if not (node.get("href") or "").startswith("tel:"):
                continue
            dialed = re.sub(r"[^\d]", "", node.get("href", ""))
            read = re.sub(r"[^\d]", "", words(node))
            abroad = "+" in node.get("href", "") and dialed.endswith(read) and len(dialed) - len(read) <= 3
            if not read or (dialed != read and not abroad):
                yield page.violation(
                    node, f"the link dials {dialed or 'nothing'}, but its text is {quote(words(node))}"
                )
