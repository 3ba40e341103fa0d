"""The output folder: names of files, and the cache."""

from __future__ import annotations

from pathlib import Path

from carepress.model import EDITIONS, GENERIC, Job
from carepress.workspace.cache import Cache
from carepress.workspace.project import SOURCE_LANGUAGE

HANDOUTS = "handouts"  # the folder of the handouts in a language
SUFFIXES = (".pdf", ".epub")


def output_cache(out: Path) -> Cache:
    """Return the cache of an output folder."""
    return Cache(out / ".cache")


def output_path(job: Job, book_id: str, draft: bool) -> Path:
    """Return the path of a job's file. A draft has a different name and never replaces a finished file."""
    edition = EDITIONS[job.edition]
    lang = f"{SOURCE_LANGUAGE}+{job.lang}" if edition.paired else job.lang
    dated = f"-{job.weeks[0].isoformat()}" if job.weeks else ""
    handout = f"-{job.handout}" if job.handout else ""
    sheets = f"-{'+'.join(job.sheets)}" if job.sheets else ""
    name = f"{book_id}{handout}-{job.edition}{sheets}-{lang}{dated}{'-draft' if draft else ''}.{edition.medium}"
    folder = job.out / job.hospital / lang
    return (folder / HANDOUTS if job.handout else folder) / name


def pages_path(out: Path, book_id: str) -> Path:
    """Return the file that records the printed page of each segment of a booklet, for translators."""
    return out / GENERIC / SOURCE_LANGUAGE / f"{book_id}-pages.json"


def released_files(out: Path, hospital: str) -> list[Path]:
    """Return the files of a hospital with the names of released files."""
    files = sorted(path for path in (out / hospital).rglob("*") if path.suffix in SUFFIXES and path.is_file())
    return [path for path in files if not path.stem.endswith("-draft") and "-void-" not in path.stem]
