"""Jobs on a Dask cluster: inputs are sent with each job, and its files are sent back.

A worker only needs this package, in the same version and with the same libraries.
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

from carepress.build.earlier_results import booklet_entry
from carepress.build.executor import Backend, run_job
from carepress.model import EDITIONS, GENERIC, Job, PublishError, Result
from carepress.pdf.typeset import ENTRY_PREFIXES
from carepress.workspace.files import atomic_write
from carepress.workspace.fingerprint import Inputs, build_fingerprint
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import Project

TIMEOUT = 15  # seconds to connect
MAX_JOBS = 100_000  # at a time: the scheduler distributes them
PROFILE = "press.icc"  # name of the color profile in the folder of a job
Files = dict[str, bytes]


@contextmanager
def cluster(project: Project, address: str) -> Iterator[Backend]:
    """Connect to a Dask cluster. Raises PublishError if that fails, or if the cluster has no workers."""
    try:
        from distributed import Client
    except ImportError:
        hint = "run: pip install 'carepress[cluster]'"
        raise PublishError("--cluster", None, "the library for clusters is missing", hint) from None
    scheduler = {"scheduler_file": address} if Path(address).is_file() else {"address": address}
    try:
        client = Client(**scheduler, timeout=TIMEOUT)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        message = f"cannot connect to the cluster ({type(error).__name__})"
        hint = "start one, or correct the address; see docs/batch.md"
        raise PublishError(address, None, message, hint) from None
    with client:
        try:
            client.wait_for_workers(1, timeout=TIMEOUT)
        except TimeoutError:
            raise PublishError(address, None, "the cluster has no workers", "start some; see docs/batch.md") from None
        sender = Sender(project)

        def start(_workers: int) -> Executor:
            executor: Executor = client.get_executor(pure=False, retries=1)  # type: ignore[no-untyped-call]
            return executor

        yield Backend(start, MAX_JOBS, sender.encode_job, decode_result)


class Sender:
    """Packs jobs to send them. The inputs that jobs share are read and packed once."""

    def __init__(self, project: Project) -> None:
        self.project, self.inputs = project, Inputs(project)
        self.bundle = cache(self._bundle)

    def encode_job(self, job: Job) -> tuple[object, ...]:
        """Return a function and its arguments, which run the job on any machine."""
        files: Files = {}
        if job.profile:
            files[PROFILE] = job.profile.read_bytes()
        entry = booklet_entry(self.project, job)
        if EDITIONS[job.edition].medium == "epub" and entry.is_file():
            files[f"out/.cache/{entry.name}"] = entry.read_bytes()
        bundle = self.bundle(job.book, job.lang, job.hospital)
        packed = replace(job, book=self.bundled_path(job.book), out=Path("out"), profile=job.profile and Path(PROFILE))
        return run_packed, build_fingerprint(), bundle, packed, files

    def bundled_path(self, book: Path) -> Path:
        """Return the path of a book in a bundle."""
        inside = book.is_relative_to(self.project.root)
        return book.relative_to(self.project.root) if inside else Path(book.parent.name, book.name)

    def _bundle(self, book: Path, lang: str, hospital: str) -> bytes:
        """Return the inputs of a book as a ZIP file; equal inputs give equal bytes."""
        project, book_path = self.project, self.bundled_path(book)
        has_own_locales = project.locales(book) != project.shared_locales
        locales = book_path / "locales" if has_own_locales else Path("locales")
        folders = {
            "book": book_path,
            "catalogs": locales / lang / "LC_MESSAGES",
            "interface": Path("locales", lang, "LC_MESSAGES"),
            "templates": Path("templates"),
            "hospital": Path("content", "hospitals", hospital),
        }
        # The catalogs of other languages are sent empty: only their names matter.
        others = (project.locales(book) / name / "LC_MESSAGES" for name in project.languages(book))
        files = {
            locales / path.relative_to(project.locales(book)): b"" for folder in others for path in folder.glob("*.po")
        }
        profile = None if hospital == GENERIC else project.hospital(hospital)
        for role, folder in self.inputs.folders(book, lang, profile).items():
            files |= {folders[role] / name: data for name, data in self.inputs.files(folder).items()}
        files |= {Path("locales", name): data for name, data in self.inputs.language_files(book, lang).items()}
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(files):
                archive.writestr(zipfile.ZipInfo(path.as_posix()), files[path], zipfile.ZIP_DEFLATED)
        return buffer.getvalue()


def decode_result(job: Job, response: tuple[Result, Files]) -> Result:
    """Write the files of a finished job and return its result. Records are written last: they refer to the others.

    Raises ValueError for a file outside the output folder or with a wrong digest.
    """
    result, files = response
    for name in files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise ValueError(f"the worker sent a file outside the output folder: {name}")
    if result.record and sha256(files[result.record.path]).hexdigest() != result.record.sha256:
        raise ValueError("the file was damaged in transfer")
    for name in sorted(files, key=lambda name: name.startswith(".cache/")):
        atomic_write(job.out / name, files[name])
    return replace(result, job=job, path=result.path and job.out / result.path)


# --- on the worker -------------------------------------------------------------------------------

# The typesetting libraries were not tested in several threads at the same time.
TYPESETTING = Lock()


@cache
def _worker_cache() -> TemporaryDirectory[str]:
    """Return the cache folder of this worker process, which is deleted when the process ends."""
    return TemporaryDirectory(prefix="carepress-cache-")


def run_packed(version: str, bundle: bytes, job: Job, files: Files) -> tuple[Result, Files]:
    """Run a job in a temporary folder. Return its result, with paths relative to the output folder, and its files."""
    if version != build_fingerprint():
        message = "the worker has another version of Carepress, of Python or of a library"
        hint = "install the same versions on all workers; see docs/batch.md"
        return Result(job, None, error=f"{job.book}: {message}: {hint}"), {}
    with TYPESETTING, TemporaryDirectory(prefix="carepress-") as name:
        root = Path(name).resolve()
        with zipfile.ZipFile(io.BytesIO(bundle)) as archive:
            archive.extractall(root)
        out = root / "out"
        out.mkdir()
        output_cache(out).folder.symlink_to(_worker_cache().name)
        for path, data in files.items():
            atomic_write(root / path, data)
        local = replace(job, book=root / job.book, out=out, profile=job.profile and root / job.profile)
        result = run_job(Project(root, resources=root), local)
        cache_folder = output_cache(out).folder
        built = [path for path in out.rglob("*") if path.is_file() and not path.is_relative_to(cache_folder)]
        # Typeset sections stay in the cache of the worker, for its next jobs.
        entries = [path for path in cache_folder.iterdir() if not path.name.startswith(ENTRY_PREFIXES)]
        sent = {path.relative_to(out).as_posix(): path.read_bytes() for path in (*built, *entries)}
        for entry in entries:
            entry.unlink()
        return replace(result, job=job, path=result.path and result.path.relative_to(out)), sent
