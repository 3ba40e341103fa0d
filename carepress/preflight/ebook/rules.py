"""The rules for an e-book, one per row: code, severity, hint and function."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from carepress.model import Problem, Severity
from carepress.preflight.ebook import drawings, navigation, notes, package, style, text
from carepress.preflight.ebook.epub_file import BrokenBookError, Ebook, Violation, open_ebook

REPORT = "report this as a bug in Carepress"
TEMPLATE = "correct the template"


@dataclass(frozen=True, slots=True)
class Rule:
    code: str
    severity: Severity
    hint: str
    find: Callable[[Ebook], Iterator[Violation]]


RULES = (
    Rule("epub-manifest", "error", REPORT, package.manifest),
    Rule("epub-properties", "error", REPORT, package.properties),
    Rule("epub-language", "error", "set lang, xml:lang and dir on every document", package.language),
    Rule("epub-size", "warning", "keep the file under 5 MB and its fonts under 100 kB", package.size),
    Rule("epub-cover", "error", "make it a JPEG or PNG of less than 4 megapixels", package.cover),
    Rule("epub-font", "error", "use letters that Atkinson Hyperlegible has", package.fonts),
    Rule("epub-id", "error", "give each element an id of its own", package.ids),
    Rule("epub-heading", "error", "one h1 a document, and no level left out", text.headings),
    Rule("epub-title", "error", "give the document the title of its h1", text.titles),
    Rule("epub-table", "error", "a caption, headings with scope, at most 4 columns", text.tables),
    Rule("epub-image", "error", "describe the picture in words", text.images),
    Rule("epub-role", "error", "give epub:type and role in pairs", text.roles),
    Rule("epub-active", "error", "print something to write on instead", text.active),
    Rule("epub-empty", "error", "leave it out", text.empty),
    Rule("epub-leftover", "error", TEMPLATE, text.leftovers),
    Rule("epub-nothing", "warning", TEMPLATE, text.nothings),
    Rule("epub-run-on", "warning", "put a space between the sentences", text.run_on),
    Rule("epub-svg-name", "error", "write SVG's names with their own capital letters", drawings.names),
    Rule("epub-svg-words", "error", "give it role=img, a title and a description", drawings.alternatives),
    Rule("epub-svg-box", "error", "write four whole numbers", drawings.boxes),
    Rule("epub-svg-safe", "error", "draw it with paths and simple shapes", drawings.safe),
    Rule("epub-svg-contrast", "error", "make it darker", drawings.contrasts),
    Rule("epub-note", "error", "put it into the text: some readers hide notes", notes.warnings),
    Rule("epub-note-way", "error", "lead to the note, back, and on to the same words in the glossary", notes.ways),
    Rule("epub-color", "error", "use currentColor, inherit or transparent", style.colors),
    Rule("epub-style", "error", "use em, rem or %, and leave settings to the reader", style.sizes),
    Rule("epub-address", "error", "put it into the file", style.addresses),
    Rule("epub-contents", "error", TEMPLATE, navigation.contents),
    Rule("epub-hidden-list", "error", "hide it, and give it a name", navigation.hidden_lists),
    Rule("epub-page-list", "error", TEMPLATE, navigation.page_list),
    Rule("epub-ncx", "error", "make it the same as nav.xhtml", navigation.older_contents),
    Rule("epub-link", "error", "correct the link", navigation.links),
    Rule("epub-telephone", "error", "let people read the number that is called", navigation.telephones),
)


def check_epub(data: bytes, name: str) -> list[Problem]:
    """Return the problems of an EPUB file; `name` is its name in messages."""
    try:
        book = open_ebook(data)
    except BrokenBookError as error:
        path, line, message = error.args
        return [Problem("epub-container", "error", _place(name, path), line, message, REPORT)]
    return [
        Problem(rule.code, rule.severity, _place(name, found.path), found.line, found.message, rule.hint)
        for rule in RULES
        for found in dict.fromkeys(rule.find(book))
    ]


def _place(name: str, path: str) -> str:
    return f"{name}/{path}" if path else name
