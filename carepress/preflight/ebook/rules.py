"""The rules for an e-book, one per row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from carepress.model import Problem, Severity
from carepress.preflight import REPORT
from carepress.preflight.ebook import drawings, navigation, notes, package, style, text
from carepress.preflight.ebook.epub_file import BrokenBookError, Ebook, Violation, open_ebook

Place = tuple[str, int | None]  # a file and a line

TEMPLATE = "fix the template"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for an e-book: `find` yields its violations, which become problems with this code and hint."""

    code: str
    severity: Severity
    hint: str
    find: Callable[[Ebook], Iterator[Violation]]


RULES = (
    Rule("epub-manifest", "error", REPORT, package.manifest),
    Rule("epub-properties", "error", REPORT, package.properties),
    Rule("epub-language", "error", "set lang, xml:lang and dir on every document", package.language),
    Rule("epub-size", "warning", "keep the file under 5 MB and the fonts of a typeface under 300 kB", package.size),
    Rule("epub-cover", "error", "make it a JPEG or PNG of less than 4 megapixels", package.cover),
    Rule("epub-font", "error", "use letters that a typeface of carepress/text/typefaces.py has", package.fonts),
    Rule("epub-id", "error", "give each element a unique id", package.ids),
    Rule("epub-heading", "error", "use one h1 per document, and skip no level", text.headings),
    Rule("epub-title", "error", "give the document the title of its h1", text.titles),
    Rule("epub-table", "error", "add a caption and headings with scope; use at most 4 columns", text.tables),
    Rule("epub-image", "error", "describe the picture in alt", text.images),
    Rule("epub-role", "error", "give epub:type and role in pairs", text.roles),
    Rule("epub-active", "error", "remove it; use lines to write on instead of a form", text.active),
    Rule("epub-empty", "error", "remove it, or add text", text.empty),
    Rule("epub-leftover", "error", TEMPLATE, text.leftovers),
    Rule("epub-nothing", "warning", TEMPLATE, text.nothings),
    Rule("epub-run-on", "warning", "put a space between the sentences", text.run_on),
    Rule("epub-svg-name", "error", "spell the name as SVG does, including capital letters", drawings.names),
    Rule("epub-svg-words", "error", "give it role=img, a title and a description", drawings.alternatives),
    Rule(
        "epub-svg-label", "error", "use shorter words, give it data-width, or move it; docs/drawing.md", drawings.labels
    ),
    Rule("epub-svg-box", "error", "write four whole numbers", drawings.boxes),
    Rule("epub-svg-safe", "error", "draw it with paths and simple shapes", drawings.safe),
    Rule("epub-svg-contrast", "error", "make it darker", drawings.contrasts),
    Rule("epub-note", "error", "put it into the text: some readers hide notes", notes.warnings),
    Rule(
        "epub-note-way",
        "error",
        "link to the note, back to the word, and to the same text in the glossary",
        notes.note_links,
    ),
    Rule(
        "epub-color", "error", "use currentColor, or a color of lines that is seen on white and on black", style.colors
    ),
    Rule("epub-style", "error", "use em, rem or %, and leave settings to the reader", style.sizes),
    Rule("epub-address", "error", "include it in the file", style.addresses),
    Rule("epub-contents", "error", TEMPLATE, navigation.contents),
    Rule("epub-hidden-list", "error", "add hidden and aria-label", navigation.hidden_lists),
    Rule("epub-page-list", "error", TEMPLATE, navigation.page_list),
    Rule("epub-ncx", "error", "make it the same as nav.xhtml", navigation.older_contents),
    Rule("epub-link", "error", "fix the link", navigation.links),
    Rule("epub-telephone", "error", "make the link dial the number in its text", navigation.telephones),
)


def check_epub(
    data: bytes, name: str, typed: Mapping[str, Place | None] | None = None, cells: Mapping[str, int] | None = None
) -> list[Problem]:
    """Return the problems of an EPUB file; `name` is its name in messages.

    `typed` are the texts that people wrote, with their file and line if these are known: a problem of such a text is
    reported there, because no one can correct the EPUB file itself. `cells` is how often each is a cell of a table.
    """
    typed = typed or {}
    try:
        book = open_ebook(data, tuple(typed), cells)
    except BrokenBookError as error:
        path, line, message = error.args
        return [Problem("epub-container", "error", _path_in(name, path), line, message, REPORT)]
    problems = (
        Problem(rule.code, rule.severity, *_place(name, item, typed), item.message, rule.hint)
        for rule in RULES
        for item in rule.find(book)
    )
    return list(dict.fromkeys(problems))


def _place(name: str, item: Violation, typed: Mapping[str, Place | None]) -> Place:
    """Return the place of the longest typed text with the fault of a violation, or else that in the EPUB file."""
    if item.in_source:
        return item.path, item.line
    faulty = (text for text in typed if item.fault in text) if item.fault else ()
    places = {
        text: place
        for text in faulty
        if (place := typed[text]) and _has_words(item.text, text) and _has_words(text, item.fault)
    }
    return places[max(places, key=len)] if places else (_path_in(name, item.path), item.line)


def _has_words(text: str, part: str) -> bool:
    """Tell whether a text has a part that neither begins nor ends inside a word."""
    return re.search(rf"(?!\B\w){re.escape(part)}(?<!\w\B)", text) is not None


def _path_in(name: str, path: str) -> str:
    return f"{name}/{path}" if path else name
