"""Results of earlier jobs, in the cache of the output folder.

A record is only valid while the files it lists still exist with the recorded hashes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path

from carepress.model import EDITIONS, GENERIC, HALF, Edition, Job, Paper, Problem, Result
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.manifest import UNREADABLE, record_to_row, row_to_record
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import Project

BOOKLET = EDITIONS["booklet"]


def store_result(key: str, result: Result, files: Mapping[Path, bytes]) -> None:
    """Store the result of a job that wrote `files`, under the digest of the job."""
    assert result.path is not None
    assert result.record is not None
    out = result.job.out
    entry = {
        "path": result.path.relative_to(out).as_posix(),
        "pages": result.pages,
        "problems": [astuple(problem) for problem in result.problems],
        "record": record_to_row(result.record),
        "files": {path.relative_to(out).as_posix(): sha256(data).hexdigest() for path, data in files.items()},
    }
    output_cache(out).write(f"job-{key}", json.dumps(entry).encode())


def find_result(key: str, job: Job) -> Result | None:
    """Return the result of an earlier run of a job, if the files it wrote are unchanged."""
    data = output_cache(job.out).read(f"job-{key}")
    if data is None:
        return None
    entry = json.loads(data)
    try:
        for name, digest in entry["files"].items():
            if sha256((job.out / name).read_bytes()).hexdigest() != digest:
                return None
        record = row_to_record(entry["path"], entry["record"])
    except (OSError, *UNREADABLE):
        return None
    problems = tuple(Problem(*problem) for problem in entry["problems"])
    return Result(job, job.out / entry["path"], entry["pages"], 0.0, problems, record=record, unchanged=True)


# --- The booklet that an e-book takes its page numbers from ----------------------------------


def booklet_entry(project: Project, job: Job) -> Path:
    """Return the cache file with the pages and cover of a job's booklet, which exists once the booklet was typeset."""
    return output_cache(job.out).folder / booklet_key(project, job, paper_of(BOOKLET, job.paper))


def booklet_key(project: Project, job: Job, paper: Paper) -> str:
    """Return the cache key of the pages and cover of a job's booklet."""
    hospital = None if job.hospital == GENERIC else project.hospital(job.hospital)
    day = None if job.release else job.on  # released files are never drafts, so the day does not matter
    return Inputs(project).digest(job.book, job.lang, hospital, BOOKLET.name, paper.name, day, job.selection)


def paper_of(edition: Edition, name: str | None) -> Paper:
    """Return the paper of that name, else the half of that paper, else the edition's first."""
    half = next((half.name for sheet, half in HALF.items() if sheet.name == name), None)
    return next((paper for paper in edition.papers if paper.name in (name, half)), edition.papers[0])
