"""Books that many jobs read, kept in memory."""

from __future__ import annotations

from pathlib import Path

from carepress.content import read_book
from carepress.localize import LocalizedBook, load_hospital, localize, localized_handout, localized_packet
from carepress.model import GENERIC, Book, Job
from carepress.workspace.fingerprint import Inputs

BOOKS: dict[Path, tuple[bytes, Book]] = {}  # by folder: the digest of its files, and the book
# By folder, language and hospital: the digest of all that it is read from, and the whole book.
LOCALIZED: dict[tuple[Path, str, str], tuple[str, LocalizedBook]] = {}


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


def localize_once(inputs: Inputs, job: Job) -> LocalizedBook:
    """Return the book, handout or packet of a job, translated again only if what it is read from has changed.

    Raises PublishError.
    """
    project, name = inputs.project, (job.book, job.lang, job.hospital)
    hospital_folder = None if job.hospital == GENERIC else project.hospital(job.hospital)
    digest = inputs.digest(job.book, job.lang, hospital_folder)
    cached = LOCALIZED.get(name)
    if cached and cached[0] == digest:
        localized = cached[1]
    else:
        source = read_once(inputs, job.book)
        localized = localize(project, source, job.lang, load_hospital(project, source, job.hospital))
        if Inputs(project).digest(job.book, job.lang, hospital_folder) == digest:  # not saved while it was read
            LOCALIZED[name] = digest, localized
    if job.packet:
        return localized_packet(project, localized, job.packet, job.edition)
    return localized_handout(project, localized, job.selection) if job.selection else localized
