"""The data between the stages render and write: XHTML documents, and the pages of the booklet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Document:
    """One XHTML file of an e-book. `kind` selects its template and, for `chapter`, its landmarks."""

    name: str
    kind: Literal["cover", "title", "imprint", "part", "chapter", "sheet", "back"]
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
    """What an e-book takes from the printed booklet: its identifier, its page numbers and its cover, a JPEG."""

    urn: str
    pagination: Pagination
    cover: bytes
