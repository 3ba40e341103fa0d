"""A job, one file to make, and its result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from carepress.model.editions import GENERIC
from carepress.model.problems import Problem


@dataclass(frozen=True, slots=True)
class Job:
    """One file to make: a book in a language and an edition, by name.

    Of a paired edition, `lang` is the language beside the source. `weeks` are the first days of the weeks
    for which sheets are dated. `profile` is the ICC profile of the press; without it a press edition is made
    for the default one. `on` is the day on which a hospital's review must not be overdue; without it no day is.
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


@dataclass(frozen=True, slots=True)
class SignedBy:
    """A signature that was valid when a file was built."""

    lang: str
    role: str
    name: str
    date: date


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What the manifest says about a built file.

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


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a job: the file, or the trouble that stopped it."""

    job: Job
    path: Path | None
    pages: int | None = None
    seconds: float = 0.0
    problems: tuple[Problem, ...] = ()
    error: str | None = None
    record: FileRecord | None = None
    unchanged: bool = False  # built earlier from the same inputs
