"""Jobs on a Dask cluster: what a job is made from travels with it, and its files come back.

A worker needs this package, of the same version and with the same libraries, and nothing else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from threading import Lock

from carepress.build.executor import Backend, run_job
from carepress.build.records import booklet_entry
from carepress.model import EDITIONS, GENERIC, Job, PublishError, Result
from carepress.pdf.typeset import ENTRY_PREFIXES
from carepress.workspace.files import atomic_write
from carepress.workspace.fingerprint import Inputs, engine
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import Project

WAIT = 15  # seconds for the cluster to answer
ENOUGH = 100_000  # jobs at once: the scheduler shares them out
PROFILE = "press.icc"
Files = dict[str, bytes]


@contextmanager
def cluster(project: Project, address: str) -> Iterator[Backend]:
    """Open a Dask cluster as a place to run jobs. Raises PublishError when it cannot be had."""
    try:
        from distributed import Client
    except ImportError:
        hint = "run: pip install 'carepress[cluster]'"
        raise PublishError("--cluster", None, "the library for clusters is missing", hint) from None
    where = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        client = Client(**where, timeout=WAIT)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        fault = f"there is no cluster ({type(error).__name__})"
        raise PublishError(address, None, fault, "start one, or mend the address: docs/batch.md") from None
    with client:
        try:
            client.wait_for_workers(1, timeout=WAIT)
        except TimeoutError:
            raise PublishError(address, None, "the cluster has no workers", "start some: docs/batch.md") from None
        sender = Sender(project)

        def start(_workers: int) -> Executor:
            executor: Executor = client.get_executor(pure=False, retries=1)  # type: ignore[no-untyped-call]
            return executor

        yield Backend(start, ENOUGH, sender.encode_job, decode_result)


class Sender:
    """Packs jobs. What they have in common is read and packed once."""

    def __init__(self, project: Project) -> None:
        self.project, self.inputs = project, Inputs(project)
        self.bundle = cache(self._bundle)

    def encode_job(self, job: Job) -> tuple[object, ...]:
        """Return a function and arguments that run the job anywhere."""
        files: Files = {}
        if job.profile:
            files[PROFILE] = job.profile.read_bytes()
        entry = booklet_entry(self.project, job)
        if EDITIONS[job.edition].medium == "epub" and entry.is_file():
            files[f"out/.cache/{entry.name}"] = entry.read_bytes()
        bundle = self.bundle(job.book, job.lang, job.hospital)
        sent = replace(job, book=self.place(job.book), out=Path("out"), profile=job.profile and Path(PROFILE))
        return run_packed, engine(), bundle, sent, files

    def place(self, book: Path) -> Path:
        """Return where a book lies in a bundle."""
        inside = book.is_relative_to(self.project.root)
        return book.relative_to(self.project.root) if inside else Path(book.parent.name, book.name)

    def _bundle(self, book: Path, lang: str, hospital: str) -> bytes:
        """Return what a book is made from as a ZIP, the same for the same inputs."""
        project, place = self.project, self.place(book)
        own = project.locales(book) != project.shared_locales
        locales = place / "locales" if own else Path("locales")
        places = {
            "book": place,
            "catalogs": locales / lang / "LC_MESSAGES",
            "interface": Path("locales", lang, "LC_MESSAGES"),
            "templates": Path("templates"),
            "hospital": Path("content", "hospitals", hospital),
        }
        # Of other languages it matters only that they are there.
        others = (project.locales(book) / name / "LC_MESSAGES" for name in project.languages(book))
        files = {
            locales / path.relative_to(project.locales(book)): b"" for folder in others for path in folder.glob("*.po")
        }
        profile = None if hospital == GENERIC else project.hospital(hospital)
        for role, folder in self.inputs.folders(book, lang, profile).items():
            files |= {places[role] / name: data for name, data in self.inputs.files(folder).items()}
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(files):
                archive.writestr(zipfile.ZipInfo(path.as_posix()), files[path], zipfile.ZIP_DEFLATED)
        return buffer.getvalue()


def decode_result(job: Job, answer: tuple[Result, Files]) -> Result:
    """Write the files that came back, and return the result. The records come last: they vouch for the others."""
    result, files = answer
    for name in files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError(f"the worker has sent a file named {name}")
    if result.record and sha256(files[result.record.path]).hexdigest() != result.record.sha256:
        raise ValueError("the file was damaged on its way")
    for name in sorted(files, key=lambda name: name.startswith(".cache/")):
        atomic_write(job.out / name, files[name])
    return replace(result, job=job, path=result.path and job.out / result.path)


# --- on the worker -------------------------------------------------------------------------------

# Pages are typeset by libraries that were not tried in several threads at once.
ONE_AT_A_TIME = Lock()


@cache
def _kept() -> TemporaryDirectory[str]:
    """Return a folder for what a worker has typeset, for its next jobs; it goes with the worker."""
    return TemporaryDirectory(prefix="carepress-kept-")


def run_packed(version: str, bundle: bytes, job: Job, files: Files) -> tuple[Result, Files]:
    """Run a job in a folder of its own; return its result, with paths in its output, and its files."""
    if version != engine():
        fault = "the worker has another version of carepress, of Python or of a library"
        return Result(job, None, error=f"{job.book}: {fault}: install the same on all workers: docs/batch.md"), {}
    with ONE_AT_A_TIME, TemporaryDirectory(prefix="carepress-") as name:
        root = Path(name).resolve()
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            archive.extractall(root)
        out = root / "out"
        out.mkdir()
        output_cache(out).folder.symlink_to(_kept().name)
        for path, data in files.items():
            atomic_write(root / path, data)
        here = replace(job, book=root / job.book, out=out, profile=job.profile and root / job.profile)
        result = run_job(Project(root, resources=root), here)
        made = [path for path in out.rglob("*") if path.is_file() and not path.is_relative_to(output_cache(out).folder)]
        # What was typeset stays for other jobs.
        own = [path for path in output_cache(out).folder.iterdir() if not path.name.startswith(ENTRY_PREFIXES)]
        sent = {path.relative_to(out).as_posix(): path.read_bytes() for path in (*made, *own)}
        for entry in own:
            entry.unlink()
        return replace(result, job=job, path=result.path and result.path.relative_to(out)), sent
