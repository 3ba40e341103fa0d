"""What passes between the stages that render and write: XHTML documents and the pages of the booklet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Document:
    """One XHTML file of an e-book. `kind` names its template and, for `chapter`, sets landmarks."""

    name: str
    kind: Literal["cover", "title", "imprint", "part", "chapter", "sheet", "back"]
    title: str
    xhtml: bytes


@dataclass(frozen=True, slots=True)
class EpubText:
    """All rendered text of an e-book; addresses are relative to the package document.

    `summary` is the accessibility summary (EPUB Accessibility 1.1, section 2.2.2); `certifier` vouches for it,
    with `credential`. Pages turn in `direction`, ltr or rtl.
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
    """Where a printed page begins: at a word of a section, counted from 0. A drawing is a word."""

    page: int
    section: str
    word: int


@dataclass(frozen=True, slots=True)
class Pagination:
    """The pages of a printed booklet: where each begins, the words of each section, and on which page each
    segment first stands, by its “path:line”.
    """

    starts: tuple[PageStart, ...]
    words: Mapping[str, tuple[str, ...]]
    segments: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Booklet:
    """What an e-book has of the printed booklet: its identifier, its page numbers, its cover as a JPEG."""

    urn: str
    pagination: Pagination
    cover: bytes
