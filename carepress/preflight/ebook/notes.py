"""Rules for notes. Some readers hide notes, so a note only repeats the glossary and never contains a warning.

A note is at the end of its document. The word in the text links to it (noteref); the note links back (doc-backlink)
and to the glossary, which has the same definition.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from carepress.preflight.ebook.epub_file import XHTML, Ebook, Violation, XmlFile, types, words

KINDS, ROLES = {"footnote", "endnote", "rearnote", "note"}, {"doc-footnote", "doc-endnote"}
INSIDE = {XHTML + name for name in ("p", "a", "dfn", "strong", "em", "span", "bdi", "abbr", "cite", "sub", "sup", "br")}
FORBIDDEN_CLASSES = {"box", "call", "call-line", "telephones", "blank", "rule", "value", "label", "draft-mark"}
# Symbols of units are the same in every language.
UNIT = re.compile(
    r"\d+(?:[.,]\d+)*\s?(?:°|º|[%‰]|(?:[kmµμ]?g|mcg|[mdcµμ]?[lL]|[mc]m|kg/m²|I?U|UI|mmol|mol|[cm]?Gy|mSv|[CF]|kcal|mmHg|bpm)(?![^\W\d_]))"
)
LONG_NUMBER = re.compile(r"\d(?:[\s().-]{0,2}\d){6,}")


def _notes(page: XmlFile) -> list[Element]:
    """Return the notes: by type, by role, or as the target of a noteref."""
    marked = [node for node in page.marked if KINDS & set(types(node)) or node.get("role") in ROLES]
    targets = (page.ids.get((link.get("href") or "").lstrip("#")) for link in _note_links(page))
    return list(dict.fromkeys([*marked, *(node for node in targets if node is not None)]))


def _note_links(page: XmlFile) -> list[Element]:
    """Return the links to notes."""
    return [node for node in page.marked if "noteref" in types(node) or node.get("role") == "doc-noteref"]


def warnings(book: Ebook) -> Iterator[Violation]:
    """Find notes with more than a definition, such as a warning, a dose or a telephone number."""
    for page in book.documents:
        for note in _notes(page):
            for message, fault in _warnings(note):
                yield page.violation(note, f"the note {_id(note)} {message}", words(note), fault)


def _id(note: Element) -> str:
    return f"“{note.get('id') or 'without an id'}”"


def _warnings(note: Element) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a note, and the words of it that are wrong if there are any."""
    other = sorted({node.tag.rpartition("}")[2] for node in note.iterdescendants("*") if node.tag not in INSIDE})
    if other:
        yield f"has more than text: {', '.join(other)}", ""
    classes = {name for node in note.iter("*") for name in (node.get("class") or "").split()} & FORBIDDEN_CLASSES
    if classes:
        yield f"has the class {', '.join(sorted(classes))}", ""
    if any("box" in (node.get("class") or "").split() for node in note.iterancestors("*")):
        yield "is in a box", ""
    if calls := [node for node in note.iter(XHTML + "a") if (node.get("href") or "").startswith("tel:")]:
        yield "has a telephone number", words(calls[0])
    text = words(note)
    if number := UNIT.search(text) or LONG_NUMBER.search(text):
        yield f"has a number that must not be hidden: {number[0]}", number[0]


def note_links(book: Ebook) -> Iterator[Violation]:
    """Find notes without a link to or from them, and notes that differ from the glossary."""
    for page in book.documents:
        notes, links = _notes(page), _note_links(page)
        for link in links:
            if not (link.get("href") or "").startswith("#") or page.ids.get(link.get("href", "")[1:]) not in notes:
                yield page.violation(link, f"the note of {words(link)} is not in this document")
        for note in notes:
            links_to_note = [link for link in links if link.get("href") == f"#{note.get('id')}"]
            yield from (
                page.violation(note, f"the note {_id(note)} {problem}")
                for problem in _note_link_problems(book, page, note, links_to_note)
            )


def _note_link_problems(book: Ebook, page: XmlFile, note: Element, links_to_note: list[Element]) -> Iterator[str]:
    if not links_to_note:
        yield "has no link to it"
    links = list(note.iter(XHTML + "a"))
    backs = [node for node in links if node.get("role") == "doc-backlink"]
    if not backs or any(page.ids.get((node.get("href") or "#")[1:]) not in links_to_note for node in backs):
        yield "has no link back to its word"
    if not any("glossterm" in types(node) for other in book.documents for node in other.marked):
        return
    targets = {node: entry for node in links if (entry := _glossary_entry(book, page, node)) is not None}
    if not targets:
        yield "has no link to the glossary"
        return
    if len(targets) + len(backs) < len(links):
        yield "has other links than those back and to the glossary"
    entry = next(iter(targets.values()))
    content = rest = words(note)
    # The longest first: a short term may be a word of the others.
    for text in sorted((*entry, *(words(node) for node in links)), key=len, reverse=True):
        if text not in content:
            yield f"lacks text of the glossary: {text}"
        rest = rest.replace(text, " ", 1)
    if any(letter.isalnum() for letter in rest):
        yield f"has text that the glossary does not have: {' '.join(rest.split())}"
    if any(words(node) not in entry[0] for node in note.iter(XHTML + "strong")):
        yield "emphasizes words, as a warning does"


def _glossary_entry(book: Ebook, page: XmlFile, link: Element) -> tuple[str, str] | None:
    """Return the term and the definition of the glossary that a link leads to."""
    path, key = book.target(page, link.get("href") or "")
    term = book.by_path[path].ids.get(key) if path in book.by_path else None
    if term is None or "glossterm" not in types(term):
        return None
    definition = term.getnext()
    return words(term), "" if definition is None else words(definition)
