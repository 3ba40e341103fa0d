"""Build jobs, one for each file, and their results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carepress.model.editions import GENERIC
from carepress.model.problems import Problem


@dataclass(frozen=True, slots=True)
class Selection:
    """The handout that a file has: one of the book's by its `id`, or chapters and sheets to `pick`.

    `pick` are names of chapters and sections, and of sheets as sheet:ID; such a handout has a `title`, and an id that
    is made from it. With `exposures`, tables have only the rows about these treatments.
    """

    id: str
    pick: tuple[str, ...] = ()
    title: str = ""
    exposures: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of its files."""
        return "-for-".join(filter(None, (self.id, "+".join(self.exposures))))


@dataclass(frozen=True, slots=True)
class Job:
    """A file to build: a book in a language and an edition, by name.

    `lang`: of a paired edition, the language beside the source. `weeks`: the first days of the weeks of dated sheets.
    `profile`: the ICC profile of a press edition, or None for the default. `on`: the day on which the hospital's
    review must not be overdue, or None to skip that check. `selection`: the handout, or None for the whole book.
    `sheets`: the ids of those in an edition of sheets, or none for all. `packet`: the id of a packet, whose handouts
    and sheets are one file; in an edition of sheets, it has only its sheets.
    """

    book: Path
    lang: str
    edition: str
    out: Path
    paper: str | None = None
    release: bool = False
    hospital: str = GENERIC
    weeks: tuple[date, ...] = ()
    profile: Path | None = None
    on: date | None = None
    selection: Selection | None = None
    sheets: tuple[str, ...] = ()
    packet: str | None = None

    @property
    def handout(self) -> str | None:
        """The name of the handout, or None for the whole book."""
        return self.selection.name if self.selection else None

    @property
    def personal(self) -> bool:
        """Whether it is made for one family: a picked handout, rows about some treatments, or single sheets."""
        return bool(self.sheets or (self.selection and (self.selection.pick or self.selection.exposures)))

    @property
    def label(self) -> str:
        """What the file is, in messages."""
        packet = self.packet and f"packet {self.packet}"
        return " ".join(filter(None, (self.edition, packet, self.handout, *self.sheets, self.lang)))


@dataclass(frozen=True, slots=True)
class SignedBy:
    """A signature that was valid when a file was built."""

    lang: str
    role: str
    name: str
    date: date


@dataclass(frozen=True, slots=True)
class FileRecord:
    """The entry of a built file in the manifest.

    `path` is relative to the output folder, `sha256` and `bytes` are those of the file. `content` has the digest of
    the signed content by language; `segments` counts segments by their state.
    """

    path: str
    book: str
    urn: str
    langs: tuple[str, ...]
    edition: str
    hospital: str
    hospital_name: str
    paper: str | None
    weeks: tuple[date, ...]
    title: str
    subtitle: str
    description: str
    author: str
    subjects: tuple[str, ...]
    license: str
    license_url: str
    sha256: str
    bytes: int
    pages: int | None
    version: str
    revised: date
    review_due: date
    content: Mapping[str, str]
    signed: tuple[SignedBy, ...]
    segments: Mapping[str, int]
    handout: str | None = None  # its id, for a file that has only a handout of the book
    number: int | None = None  # of the handout, if it has one
    source: str | None = None  # the folder of the book in its project, if it is inside
    packet: str | None = None  # its id, for a file that has a packet
    personal: bool = False  # made for one family, or only given by a person who knows the family


@dataclass(frozen=True, slots=True)
class Result:
    """The result of a job: the file, or the error that stopped it."""

    job: Job
    path: Path | None
    pages: int | None = None
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()
    error: str | None = None
    record: FileRecord | None = None
    unchanged: bool = False  # already built from the same inputs
