"""Whether a built file has the current text, valid signatures and a review that is not overdue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from carepress.content import read_book
from carepress.localize import LocalizedBook, load_hospital, localize, localized_handout, localized_packet
from carepress.model import EDITIONS, GENERIC, Book, PublishError
from carepress.signoff.changes import Change, changes
from carepress.signoff.digest import passages
from carepress.signoff.file_label import FileLabel
from carepress.signoff.signatures import read_content
from carepress.signoff.state import blockers, blockers_text, sign_off
from carepress.signoff.void import changed_passages, packet_changes
from carepress.workspace.project import Project


@dataclass(frozen=True, slots=True)
class Currency:
    """Whether a file is `current`, or None if this is unknown; `why` not, and the passages that `changed`."""

    current: bool | None
    why: str = ""
    changed: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares files with a project on a day, and reads the sources of several files once.

    Without a day, no review is overdue. `book` names the book, `folders` are those that a book may be in besides
    content/.
    """

    project: Project
    on: date | None
    book: str | None = None
    folders: tuple[str, ...] = ()
    _books: dict[Path, Book] = field(default_factory=dict)
    _localized: dict[tuple[Path, str, str], LocalizedBook] = field(default_factory=dict)

    def currency(self, label: FileLabel) -> Currency:
        """Return the currency of a file. Raises PublishError for invalid files of the project."""
        path = self._folder(label.book)
        if path is None:
            return Currency(None, f"this project has no book “{label.book}” in content/: use --book")
        if label.hospital not in (GENERIC, *self.project.hospitals()):
            return Currency(None, f"this project has no hospital “{label.hospital}”")
        if label.lang not in self.project.languages(path):
            return Currency(None, f"the book has no language “{label.lang}” in this project")
        localized = self._read(path, label.hospital, label.lang)
        if label.selection:
            try:
                localized = localized_handout(self.project, localized, label.selection)
            except PublishError:
                return Currency(None, f"the book has no handout “{label.selection.id}” in this project")
        if label.packet:
            try:
                localized = localized_packet(self.project, localized, label.packet, label.edition)
            except PublishError:
                return Currency(None, f"the book has no packet “{label.packet}” in this project")
        edition = EDITIONS.get(label.edition)
        signing = sign_off(self.project, localized, bool(edition and edition.paired))
        if label.digests != signing.digests:
            changed = self._changed(path, label, signing.digests)
            if label.packet and localized.hospital:
                changed = tuple(dict.fromkeys(packet_changes(self.project, localized, localized.hospital)))
            return Currency(False, "the text has changed since", changed)
        if blocking := blockers(edition, localized, signing, self.on):
            return Currency(False, blockers_text(blocking))
        return Currency(False, "it is a draft") if label.draft else Currency(True)

    def _book(self, path: Path) -> Book:
        if path not in self._books:
            self._books[path] = read_book(path)
        return self._books[path]

    def _folder(self, book_id: str) -> Path | None:
        """Return the folder of the book with this id: the named one, or one in content/ or of `folders`."""
        if self.book:
            paths = [self.project.book(self.book)]
        else:
            others = (self.project.root / name for name in self.folders)
            paths = [*map(self.project.book, self.project.books()), *(p for p in others if (p / "book.toml").is_file())]
        return next((path for path in paths if self._book(path).id == book_id), None)

    def _read(self, path: Path, hospital_id: str, lang: str) -> LocalizedBook:
        key = path, hospital_id, lang
        if key not in self._localized:
            source = self._book(path)
            hospital = load_hospital(self.project, source, hospital_id)
            self._localized[key] = localize(self.project, source, lang, hospital)
        return self._localized[key]

    def _changed(self, path: Path, label: FileLabel, now: Mapping[str, str]) -> tuple[Change, ...]:
        """Return the passages that differ from the file's text, if that was signed."""
        changed: dict[Change, None] = {}
        for lang, digest in label.digests.items():
            if label.hospital == GENERIC or label.packet or lang not in now or now[lang] == digest:
                continue
            localized = self._read(path, label.hospital, lang)
            if then := read_content(self.project.hospital(label.hospital), lang, digest):
                if label.selection:
                    localized = localized_handout(self.project, localized, label.selection)
                assert localized.hospital
                now_signed = passages(localized.book, localized.hospital)
                changed |= dict.fromkeys(changes(now_signed, then, localized.hospital.path))
            elif label.selection:  # signed as a part of the book
                small = localized_handout(self.project, localized, label.selection)
                assert small.hospital
                changed |= dict.fromkeys(changed_passages(self.project, small, small.hospital))
        return tuple(changed)
