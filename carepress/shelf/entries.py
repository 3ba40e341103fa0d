"""The files on the shelf: those of the manifest that are unchanged and current, grouped into volumes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from hashlib import sha256
from pathlib import Path, PurePosixPath

from carepress.model import EDITIONS, GENERIC, FileRecord, Problem, PublishError
from carepress.model.counts import counted
from carepress.signoff.currency import Comparison
from carepress.signoff.file_label import read_file_label
from carepress.text.language import language_tag
from carepress.workspace.manifest import MANIFEST, UNREADABLE, parse_manifest, row_to_record
from carepress.workspace.project import Project

# In the order of the page. The catalogs for e-readers list only those for families.
FAMILY_EDITIONS = ("epub", "booklet", "large-print", "sheets", "bilingual")
STAFF_EDITIONS = ("print", "press")
MEDIA_TYPES = {"pdf": "application/pdf", "epub": "application/epub+zip"}


@dataclass(frozen=True, slots=True)
class ShelfFile(FileRecord):
    """A file on the shelf. `hospital_name` is never empty."""

    @property
    def lang(self) -> str:
        """The language of its title."""
        return self.langs[-1]

    @property
    def format(self) -> str:
        """The file name extension: pdf or epub."""
        return PurePosixPath(self.path).suffix[1:]

    @property
    def media_type(self) -> str:
        """The media type (RFC 6838)."""
        return MEDIA_TYPES[self.format]


@dataclass(frozen=True, slots=True)
class Volume:
    """The editions of a book in one language for one hospital, in the order of the page; `head` has the title."""

    lang: str
    head: ShelfFile
    family: tuple[ShelfFile, ...]
    staff: tuple[ShelfFile, ...]

    @property
    def hospital(self) -> str:
        """The id of the hospital, or “generic”."""
        return self.head.hospital

    @property
    def anchor(self) -> str:
        """Its id on the page."""
        return anchor(self.lang, self.head.hospital, self.head.book, self.head.handout, self.head.packet)


def anchor(lang: str, hospital: str, book: str, handout: str | None = None, packet: str | None = None) -> str:
    """Return the id that a book, handout or packet in a language has on the page; the ids in it have no points.

    If it is not on the page, the page leads to the block of the language, which is the first part of the id.
    """
    own = ("packet", packet) if packet else (handout,) if handout else ()
    return ".".join((language_tag(lang), hospital, book, *own))


def read_entries(
    project: Project, out: Path, display_path: str, on: date, book: str | None
) -> tuple[list[ShelfFile], list[Problem]]:
    """Return the files to list on a day, and a problem for each other file; drafts of listed files have one together.

    Raises PublishError without a manifest.
    """
    place = f"{display_path}/manifest.json"
    try:
        rows = parse_manifest((out / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise PublishError(place, None, "nothing has been built there", "run publish.py build first") from None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        raise PublishError(place, None, "not a manifest", "remove it and run publish.py build") from None
    entries, problems = [], []
    for path, row in sorted(rows.items()):
        result = _entry(out, path, row, f"{display_path}/{path}")
        problems.append(result) if isinstance(result, Problem) else entries.append(result)
    folders = tuple(sorted({entry.source for entry in entries if entry.source}))
    comparison = Comparison(project, on, book, folders)
    stale = {entry.path: _stale(comparison, out / entry.path, f"{display_path}/{entry.path}") for entry in entries}
    problems += filter(None, stale.values())
    listed = [entry for entry in entries if stale[entry.path] is None]
    return listed, _without_old_drafts(problems, {f"{display_path}/{entry.path}" for entry in listed}, place)


def _without_old_drafts(problems: list[Problem], listed: Collection[str], place: str) -> list[Problem]:
    """Return the problems with one for all drafts of which the released file is listed."""
    rest = [
        item for item in problems if item.code != "shelf-draft" or "".join(item.path.rsplit("-draft", 1)) not in listed
    ]
    if count := len(problems) - len(rest):
        message = f"left out: {counted(count, 'draft', 'drafts')} of files that are listed"
        rest.append(Problem("shelf-draft", "warning", place, None, message, "delete what is no longer needed"))
    return rest


def _stale(comparison: Comparison, path: Path, display_path: str) -> Problem | None:
    """Return the reason to leave out a file that is not current, or of which this is unknown."""
    try:
        found = comparison.currency(read_file_label(path)[1])
    except PublishError as error:
        message = f"left out: it is unknown whether the file is current ({error.message})"
        return Problem("shelf-unknown", "error", display_path, None, message, "correct this, or build the file again")
    if found.current is None:
        message = f"left out: it is unknown whether the file is current: {found.why}"
        return Problem("shelf-unknown", "error", display_path, None, message, "correct this, or remove it")
    if not found.current:
        message = f"left out: the file is not current: {found.why}"
        return Problem("shelf-void", "error", display_path, None, message, "remove it, or sign and build it again")
    return None


def _entry(out: Path, path: str, row: object, display_path: str) -> ShelfFile | Problem:
    """Return a file of the manifest, or the reason to leave it out."""
    try:
        data = (out / path).read_bytes()
    except OSError:
        return Problem(
            "shelf-gone",
            "warning",
            display_path,
            None,
            "left out: the file no longer exists",
            "build it again to show it",
        )
    if PurePosixPath(path).stem.endswith("-draft"):
        hint = "publish.py build --release lists what is missing"
        return Problem("shelf-draft", "warning", display_path, None, "left out: the file is a draft", hint)
    if not isinstance(row, Mapping) or sha256(data).hexdigest() != row.get("sha256"):
        message = "left out: the file has changed since it was built"
        return Problem("shelf-changed", "error", display_path, None, message, "build it again")
    try:
        record = row_to_record(path, row)
    except UNREADABLE:
        message = "left out: built by an earlier version of Carepress"
        return Problem("shelf-old", "warning", display_path, None, message, "build it again")
    if record.personal:
        message = "left out: it is made for one family, or only given in person"
        return Problem("shelf-personal", "warning", display_path, None, message, "print it for the family")
    values = {item.name: getattr(record, item.name) for item in fields(record)}
    entry = ShelfFile(**{**values, "hospital_name": record.hospital_name or record.hospital})
    if entry.edition not in EDITIONS or entry.format not in MEDIA_TYPES:
        return Problem(
            "shelf-old",
            "warning",
            display_path,
            None,
            "left out: not an edition that this version knows",
            "build it again",
        )
    return entry


def book_folders(project: Project, entries: Iterable[ShelfFile]) -> tuple[Path, ...]:
    """Return the folders of the books on the shelf, those that are in the project."""
    folders = {project.root / entry.source for entry in entries if entry.source}
    return tuple(sorted(folder for folder in folders if (folder / "book.toml").is_file()))


def volumes(entries: Iterable[ShelfFile], sources: Collection[str]) -> dict[str, list[Volume]]:
    """Return the volumes of each language, those of hospitals before the generic ones.

    The languages that the books are written in, `sources`, come first. A file in two languages is listed under both.
    """
    groups: dict[tuple[str, str, str, str | None, str | None], list[ShelfFile]] = {}
    for entry in entries:
        for lang in entry.langs:
            groups.setdefault((lang, entry.hospital, entry.book, entry.handout, entry.packet), []).append(entry)
    shelf: dict[str, list[Volume]] = {}
    for (lang, *_names), group in groups.items():
        # A group of only bilingual files has no title in its first language.
        if heads := [entry for entry in group if entry.lang == lang]:
            head = max(heads, key=lambda entry: (entry.langs == (lang,), entry.revised, entry.version))
            shelf.setdefault(lang, []).append(
                Volume(lang, head, _row(group, FAMILY_EDITIONS), _row(group, STAFF_EDITIONS))
            )
    for row in shelf.values():
        row.sort(key=_place)
    return {lang: shelf[lang] for lang in sorted(shelf, key=lambda lang: (lang not in sources, lang))}


def _place(volume: Volume) -> tuple[object, ...]:
    """Return the key that sorts volumes: hospitals, then handouts by their numbers, books, and packets."""
    head = volume.head
    return (
        volume.hospital == GENERIC,
        head.hospital_name,
        not head.number,
        head.number or 0,
        head.packet or "",
        head.title,
    )


def _row(group: list[ShelfFile], order: tuple[str, ...]) -> tuple[ShelfFile, ...]:
    listed = [entry for entry in group if entry.edition in order]
    return tuple(sorted(listed, key=lambda entry: (order.index(entry.edition), entry.path)))
