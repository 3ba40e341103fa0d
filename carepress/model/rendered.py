"""The data between rendering and writing: print books, XHTML documents, and the pages of the booklet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class RenderedSection:
    """A part of a print book that begins on a new page: the cover, a chapter, a sheet.

    Its HTML is one element. Only chapters are divided into `blocks`; all others are in `opening`.
    """

    name: str
    """Unique in the book, and the same in all its languages and editions."""
    opening: str
    """Everything before the blocks, start tag included."""
    blocks: tuple[str, ...] = ()
    """One or more whole elements each."""
    closing: str = ""
    """The end tag, if there are blocks."""
    resumed_tag: str = ""
    """The start tag on pages that continue the section from a later block."""
    setting: str = ""
    """How its lines are set, if not as usual: pages of one setting are never reused in another."""

    @property
    def html(self) -> str:
        """The whole section."""
        return "".join((self.opening, *self.blocks, self.closing))


@dataclass(frozen=True, slots=True)
class RenderedBook:
    """A print book as HTML, in the sections that are typeset and cached one by one."""

    lang: str
    """BCP 47."""
    direction: str
    """ltr or rtl."""
    metadata: str
    """The elements of the head that describe the book; they do not change its layout."""
    css: str
    """The style sheets that pages are typeset with, the same for many books."""
    binding_css: str
    """The accent colors of this edition and hospital: they replace those of `css` in typeset pages."""
    sections: tuple[RenderedSection, ...]
    sides: int = 0
    """Pages of a folded sheet of paper, if the style sheets print the total of pages, rounded up to a multiple of it.

    They print `counter(pages, total)`; the counter style is set when the book is typeset.
    """
    page_css: str = ""
    """Rules with text of this book, such as running heads. They follow `css`."""
    total: int = 0
    """The total that pages print, instead of that of their number; 0 for their number."""

    @property
    def styles(self) -> str:
        """All that pages are typeset with."""
        return self.css + self.page_css

    def document(self, css: str, body: str) -> str:
        """Return an HTML document with the head of the book."""
        return (
            f'<!DOCTYPE html>\n<html lang="{self.lang}" dir="{self.direction}">\n<head>\n{self.metadata}'
            f"<style>\n{css}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
        )

    @property
    def html(self) -> str:
        """The whole book as one document, in its final colors."""
        return self.document(self.styles + self.binding_css, "\n".join(section.html for section in self.sections))


@dataclass(frozen=True, slots=True)
class HandoutLayout:
    """How the pages of a handout are filled.

    On the back, lines for notes fill the page if it has `notes_on_back`. `fill` are the ids of the sheets that are
    added, `notes` is the number of pages of lines, and `words` the number of terms that are explained. `spacing` moves
    lines closer (-1) or apart (1); a `short` back has one line to write on in place of several. The imprint is on the
    back, or below the text if it is `imprint_inside`.
    """

    notes_on_back: bool = True
    fill: tuple[str, ...] = ()
    notes: int = 0
    spacing: int = 0
    words: int = 10
    short: bool = False
    imprint_inside: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """One XHTML file of an e-book. `kind` selects its template and, for `chapter`, its landmarks."""

    name: str
    kind: Literal["cover", "title", "imprint", "part", "chapter", "sheets", "back"]
    title: str
    xhtml: bytes


@dataclass(frozen=True, slots=True)
class EpubText:
    """All rendered text of an e-book; addresses are relative to the package document.

    `summary` is the accessibility summary (EPUB Accessibility 1.1, section 2.2.2), certified by `certifier` with
    `credential`. `direction` is the page progression, ltr or rtl.
    """

    documents: tuple[Document, ...]
    certifier: str
    credential: str
    direction: str
    summary: str
    nav: bytes
    ncx: bytes
    css: str


@dataclass(frozen=True, slots=True)
class PageStart:
    """The start of a printed page: the index of a word in a section, from 0. A drawing counts as a word."""

    page: int
    section: str
    word: int


@dataclass(frozen=True, slots=True)
class Pagination:
    """The pages of a printed booklet.

    `starts` has the start of each page; `words` the words of each section; `segments` the first page of each segment,
    by its “path:line”.
    """

    starts: tuple[PageStart, ...]
    words: Mapping[str, tuple[str, ...]]
    segments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Booklet:
    """What an e-book takes from the printed booklet: identifier, page numbers, and the cover as a JPEG file."""

    urn: str
    pagination: Pagination
    cover: bytes
