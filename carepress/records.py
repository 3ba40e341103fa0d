"""Records of what was made from which inputs, so that a job whose inputs have not changed is not run again.

A record never stands for a file: what it tells of must be there, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path

from carepress.cache import Cache
from carepress.model import Job, Problem, Result


def output_cache(out: Path) -> Cache:
    """Return the cache of an output folder."""
    return Cache(out / ".cache")


def keep_record(key: str, result: Result, files: Mapping[Path, bytes]) -> None:
    """Keep what became of a job that made `files`."""
    assert result.path is not None
    out = result.job.out
    entry = {
        "path": result.path.relative_to(out).as_posix(),
        "pages": result.pages,
        "problems": [astuple(problem) for problem in result.problems],
        "facts": result.facts,
        "files": {path.relative_to(out).as_posix(): sha256(data).hexdigest() for path, data in files.items()},
    }
    output_cache(out).write(f"job-{key}", json.dumps(entry).encode())


def recall(key: str, job: Job) -> Result | None:
    """Return the result of a job that was run before, if its files are still what it made."""
    data = output_cache(job.out).read(f"job-{key}")
    if data is None:
        return None
    entry = json.loads(data)
    try:
        for name, digest in entry["files"].items():
            if sha256((job.out / name).read_bytes()).hexdigest() != digest:
                return None
    except OSError:
        return None
    problems = tuple(Problem(*problem) for problem in entry["problems"])
    return Result(job, job.out / entry["path"], entry["pages"], 0.0, problems, facts=entry["facts"], same=True)


def manifest_entries(data: bytes) -> dict[str, object]:
    """Return what a manifest tells of each file; nothing when it is damaged."""
    try:
        return dict(json.loads(data)["files"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def manifest_bytes(entries: Mapping[str, object]) -> bytes:
    return (json.dumps({"files": dict(sorted(entries.items()))}, indent=2, ensure_ascii=False) + "\n").encode()
