"""The output folder: names of files, and the cache."""

from __future__ import annotations

from pathlib import Path

from carepress.model import EDITIONS, GENERIC, Book, Job
from carepress.workspace.cache import Cache
from carepress.workspace.files import walk

HANDOUTS = "handouts"  # the folder of the handouts in a language
PACKETS = "packets"  # the folder of the packets in a language
SUFFIXES = (".pdf", ".epub")


def output_cache(out: Path) -> Cache:
    """Return the cache of an output folder."""
    return Cache(out / ".cache")


def output_path(job: Job, book: Book, draft: bool) -> Path:
    """Return the path of a job's file. A draft has a different name and never replaces a finished file."""
    edition = EDITIONS[job.edition]
    lang = f"{book.source_lang}+{job.lang}" if edition.paired else job.lang
    dated = f"-{job.weeks[0].isoformat()}" if job.weeks else ""
    handout = f"-{job.handout}" if job.handout else f"-packet-{job.packet}" if job.packet else ""
    sheets = f"-{'+'.join(job.sheets)}" if job.sheets else ""
    name = f"{book.id}{handout}-{job.edition}{sheets}-{lang}{dated}{'-draft' if draft else ''}.{edition.medium}"
    folder = job.out / job.hospital / lang
    inside = HANDOUTS if job.handout else PACKETS if job.packet else ""
    return folder / inside / name


def pages_path(out: Path, book_id: str, source_lang: str) -> Path:
    """Return the file that records the printed page of each segment of a booklet, for translators."""
    return out / GENERIC / source_lang / f"{book_id}-pages.json"


def released_files(out: Path, hospital: str) -> list[Path]:
    """Return the files of a hospital with the names of released files."""
    files = sorted(path for path in walk(out / hospital) if path.suffix in SUFFIXES)
    return [path for path in files if not path.stem.endswith("-draft") and "-void-" not in path.stem]
