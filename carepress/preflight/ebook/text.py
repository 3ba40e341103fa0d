"""Rules for documents: headings, tables, pictures, roles, text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from lxml.etree import _Element as Element

from carepress.preflight.ebook.epub_file import (
    SVG,
    TYPE,
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

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
MAX_COLUMNS = 4  # Kobo cuts off wider tables
# EPUB's structural semantics, and the role that says the same to screen readers (EPUB Type to ARIA Role 1.1).
# A link back (doc-backlink) needs no type, because no reading system uses one.
ROLES = {
    name: f"doc-{role or name}"
    for name, role in {
        **dict.fromkeys(
            "abstract acknowledgments afterword appendix bibliography biblioref chapter colophon conclusion"
            " cover credit credits dedication endnotes epigraph epilogue errata footnote foreword glossary glossref"
            " index introduction noteref notice pagebreak part preface prologue pullquote qna subtitle tip toc".split(),
            "",
        ),
        "page-list": "pagelist",
        "rearnotes": "endnotes",
        "help": "tip",
    }.items()
}
PAIRED = set(ROLES.values())
ACTIVE = (
    "script", "form", "input", "button", "select", "textarea", "iframe", "object", "embed", "video", "audio",
    "canvas", "base", "style", "frame", "dialog",
)  # fmt: skip


def is_cover(page: XmlFile) -> bool:
    """Tell whether a document is the cover."""
    return any("cover" in types(node) for node in page.marked if node.tag != XHTML + "a")


def headings(book: Ebook) -> Iterator[Violation]:
    """Find documents that do not have exactly one h1, skipped levels, and headings without text."""
    for page in book.documents:
        heads = list(page.all(*HEADINGS))
        levels = [int(node.tag[-1]) for node in heads]
        if levels.count(1) != 1 and not (is_cover(page) and not heads):
            yield page.violation(page.root, f"the document has {levels.count(1)} h1, not 1")
        elif levels[:1] not in ([], [1]):
            yield page.violation(heads[0], f"an h{levels[0]} comes before the h1")
        for before, after in pairwise(heads):
            if int(after.tag[-1]) > int(before.tag[-1]) + 1:
                message = f"{after.tag[-2:]} {quote(words(after))} follows {before.tag[-2:]}"
                yield page.violation(after, message, words(after), words(after))
        for node in heads:
            if not words(node):
                yield page.violation(node, f"the {node.tag[-2:]} has no text")


def titles(book: Ebook) -> Iterator[Violation]:
    """Find documents whose title is not the text of their h1."""
    for page in book.documents:
        title = " ".join(words(node) for node in page.all("title"))
        head = next(page.all("h1"), None)
        if not title or (head is not None and title != unnumbered(head)):
            yield page.violation(
                page.root, f"the title is {quote(title)}, the heading {quote('' if head is None else words(head))}"
            )


# --- Tables and pictures ---------------------------------------------------------------------


def tables(book: Ebook) -> Iterator[Violation]:
    """Find tables without caption or headings, with merged cells or too many columns, and layout tables."""
    for page in book.documents:
        for table in page.all("table"):
            yield from (page.violation(table, message) for message in _table_problems(table))


def _table_problems(table: Element) -> Iterator[str]:
    rows = list(table.iter(XHTML + "tr"))
    head = table.find(XHTML + "thead")
    caption = table.find(XHTML + "caption")
    if caption is None or not words(caption):
        yield "the table has no caption"
    columns = [] if head is None else list(head.iter(XHTML + "th"))
    if not columns or any(node.get("scope") != "col" or not words(node) for node in columns):
        yield "the table has no row of headings with text and scope"
    if any(node.get("scope") not in ("col", "row") for node in table.iter(XHTML + "th")):
        yield "a heading in the table has no scope"
    widths = {len(row) for row in rows}
    if len(widths) > 1 or any(
        node.get("colspan") or node.get("rowspan") for node in table.iter(XHTML + "td", XHTML + "th")
    ):
        yield "the rows of the table have different numbers of cells, or cells are merged"
    is_blocks = "wide" in (table.get("class") or "").split()  # in templates/styles/epub.css
    if max(widths, default=0) > MAX_COLUMNS and not is_blocks:
        yield f"the table has {max(widths)} columns, more than {MAX_COLUMNS}"
    inside = next(table.iterancestors(XHTML + "table"), None) is not None
    if table.get("role") or inside or len(rows) < 2:
        yield "the table is used for layout"


def images(book: Ebook) -> Iterator[Violation]:
    """Find pictures without a description, and pictures that are not in the file."""
    for page in book.documents:
        for node in page.all("img"):
            if not (node.get("alt") or "").strip():
                yield page.violation(node, f"the picture {node.get('src')} has no description")
            if is_external(node.get("src", "")) or book.target(page, node.get("src", ""))[0] not in book.files:
                yield page.violation(node, f"the picture {node.get('src')} is not in the file")


# --- Semantics -------------------------------------------------------------------------------


def roles(book: Ebook) -> Iterator[Violation]:
    """Find an epub:type without the matching role (EPUB Type to ARIA Role 1.1), and the reverse."""
    for page in book.documents:
        if is_cover(page) != any(node.get("role") == "doc-cover" for node in page.marked):
            yield page.violation(page.root, "the cover has no epub:type, or its picture no role")
        for node in page.marked:
            if any("landmarks" in types(up) for up in node.iterancestors(XHTML + "nav")):
                continue  # there the type is that of the target, not of the link
            expected = {ROLES[name] for name in types(node) if name in ROLES} - {"doc-cover"}
            actual = {name for name in (node.get("role") or "").split() if name in PAIRED} - {"doc-cover"}
            if actual != expected:
                pair = f"epub:type is “{node.get(TYPE) or ''}”, role “{node.get('role') or ''}”"
                yield page.violation(node, f"<{node.tag.rpartition('}')[2]}>: {pair}")


def active(book: Ebook) -> Iterator[Violation]:
    """Find scripts, forms, embedded media and external resources."""
    for page in book.documents:
        for node in page.root.iter("*"):
            name = node.tag.rpartition("}")[2]
            if name in ACTIVE or (name == "meta" and node.get("http-equiv")):
                yield page.violation(node, f"<{name}> is not allowed in an e-book")
            for key in node.attrib:
                if key == "style" or key.lower().startswith("on"):
                    yield page.violation(node, f"<{name}> has {key}")
            address = node.get("src") or (node.get("href") if name in ("link", "image", "use") else None)
            if address and is_external(address):
                yield page.violation(node, f"<{name}> loads {quote(address)}")


# --- Words -----------------------------------------------------------------------------------

WITH_WORDS = ("p", "li", "dt", "dd", "figcaption", "caption", "th", "strong", "em", "dfn", "cite", "a", "q")


def empty(book: Ebook) -> Iterator[Violation]:
    """Find elements without text, unless they contain lines to write on, a drawing, or are the target of a link."""
    for page in book.documents:
        for node in page.all(*WITH_WORDS):
            if not words(node) and not _has_other_content(node):
                yield page.violation(node, f"<{node.tag.removeprefix(XHTML)}> has no text")


def _has_other_content(node: Element) -> bool:
    if node.tag == XHTML + "a":
        return bool(node.get("id"))
    if any(inside.get("class") for inside in node.iterdescendants(XHTML + "span")):
        return True
    return next(node.iterdescendants(XHTML + "img", SVG + "svg"), None) is not None


LEFTOVER = re.compile(r"[{}]|%(?:\(\w|s\b)|&(?:#\d+|amp|lt|gt|quot|nbsp);|</?[A-Za-z]")
NOTHING = re.compile(r"\b(?:[Uu]ndefined|NaN|None)\b")


# Bytes without which a file can match neither; searching for them first is faster.
SIGNS = (b"{", b"}", b"%(", b"%s", b"&amp;", b"&lt;", b"ndefined", b"NaN", b"None")


def _suspects(book: Ebook) -> list[XmlFile]:
    return [page for page in book.documents if any(sign in book.files[page.path] for sign in SIGNS)]


def _untyped(book: Ebook, pattern: re.Pattern[str], text: str) -> list[str]:
    """Return what a pattern finds in a text outside what someone typed.

    What was typed without other words, such as “None” in a table, may be the whole text, but not a part of it.
    """
    if not pattern.search(text) or text in book.typed:
        return []
    for typed in sorted((typed for typed in book.typed if typed in text), key=len, reverse=True):
        if pattern.search(typed) and re.search(r"\w", pattern.sub("", typed)):
            text = text.replace(typed, " ")
    return pattern.findall(text)


def leftovers(book: Ebook) -> Iterator[Violation]:
    """Find unreplaced template syntax, entities and tags in the text."""
    for page in _suspects(book):
        for block, text in page.phrases:
            for found in _untyped(book, LEFTOVER, text)[:1]:
                yield page.violation(block, f"{quote(found)} is left over from a template, in {quote(text)}")
        # The many attributes of shapes are skipped: they are numbers.
        for node in (*page.root.iter(XHTML + "*"), *page.root.iter(SVG + "svg")):
            for key, value in node.attrib.items():
                flat = " ".join(value.split())
                if _untyped(book, LEFTOVER, flat) or _untyped(book, NOTHING, flat):
                    yield page.violation(node, f"{key.rpartition('}')[2]} is {quote(value)}")


def nothings(book: Ebook) -> Iterator[Violation]:
    """Find “None” and “undefined” as words that no one typed.

    In English “None” may be an answer to tick, also in the draft of a translation. A cell of a table may be such a word as
    often as that is typed.
    """
    left = dict(book.cells)
    for page in _suspects(book):
        for block, text in page.phrases:
            if NOTHING.fullmatch(text) and _is_cell(block):
                left[text] = left.get(text, 0) - 1
                if left[text] < 0:
                    yield page.violation(block, f"a cell of a table is {quote(text)}")
                continue
            for word in _untyped(book, NOTHING, text):
                if not (word == "None" and _has_english(block, word)):
                    yield page.violation(block, f"{quote(word)} in {quote(text)}")
                    break


def _is_cell(block: Element) -> bool:
    """Tell whether a block is a cell of a table of the book, or an item of a list in it."""
    return any(
        node.tag == XHTML + "tbody" and "data" in (node.getparent().get("class") or "").split()
        for node in block.iterancestors()
    )


def _has_english(block: Element, word: str) -> bool:
    """Tell whether a block is in English, or has a word in a passage that is."""
    around = next((node.get("lang") or "" for node in (block, *block.iterancestors()) if node.get("lang")), "")
    inside = (node for node in block.iterdescendants("{*}*") if (node.get("lang") or "").startswith("en"))
    return around.startswith("en") or any(word in words(node) for node in inside)


RUN_ON = re.compile(r"[.?!…:;](?<=[^\W\d_]{2}.)([¿¡«“]?)([^\W\d_]\w*)")
DOMAINS = {"com", "edu", "gov", "net", "org"}


def run_on(book: Ebook) -> Iterator[Violation]:
    """Find sentences without a space between them, except in names such as Cancer.Net."""
    for page in book.documents:
        for block, text in page.phrases:
            for match in RUN_ON.finditer(text):
                mark, after = match.groups()
                is_start = text[match.start() - 1].islower() and (mark or after[0].isupper())
                if is_start and after.casefold() not in DOMAINS:
                    near = text[max(match.start() - 20, 0) : match.end()]
                    fault = text[: match.end()].split()[-1]
                    yield page.violation(block, f"no space in {quote(near)}", text, fault)
