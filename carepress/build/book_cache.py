"""Books that many jobs read, kept in memory."""

from __future__ import annotations

from pathlib import Path

from carepress.content import read_book
from carepress.model import Book
from carepress.workspace.fingerprint import Inputs

BOOKS: dict[Path, tuple[bytes, Book]] = {}  # by folder: the digest of its files, and the book


def read_once(inputs: Inputs, folder: Path) -> Book:
    """Return a book in its source language, read again only if its files have changed. Raises PublishError."""
    digest = inputs.folder_digest(folder)
    cached = BOOKS.get(folder)
    if cached and cached[0] == digest:
        return cached[1]
    book = read_book(folder)
    if Inputs(inputs.project).folder_digest(folder) == digest:  # not saved while it was read
        BOOKS[folder] = digest, book
    return book
