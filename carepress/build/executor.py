"""Run jobs in parallel. A failed job never stops the others, and no job is lost when a worker dies."""

from __future__ import annotations

import os
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carepress.model import EDITIONS, Job, PublishError, Result
from carepress.text.language_file import bind_languages
from carepress.workspace.files import atomic_write, write_error
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import Project

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future


@dataclass(frozen=True, slots=True)
class Backend:
    """Where jobs run.

    `start` opens an executor with a number of workers, which is given at most `limit` jobs at a time. `encode_job`
    returns the function and arguments to submit for a job; `decode_result` turns what comes back into a `Result`.
    """

    start: Callable[[int], Executor]
    limit: int
    encode_job: Callable[[Job], tuple[Any, ...]]
    decode_result: Callable[[Job, Any], Result] = lambda _job, result: result


def local_processes(project: Project, workers: int | None) -> Backend:
    """Return a backend that runs jobs in local processes, by default one per processor."""
    from concurrent.futures import ProcessPoolExecutor

    return Backend(ProcessPoolExecutor, workers or os.cpu_count() or 1, lambda job: (run_job, project, job))


def run_all(jobs: list[Job], backend: Backend) -> Iterator[Result]:
    """Run jobs and yield their results.

    The longest jobs start first, so no process is idle while the last one runs. Of the jobs that share pages, one
    starts first and the others wait for it. When a worker dies, each unfinished job is retried once, by itself.
    """
    from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait

    following = dependents(jobs)
    waiting = {job for jobs in following.values() for job in jobs}
    ready = deque(sorted((job for job in jobs if job not in waiting), key=_duration_rank))
    running: dict[Future[Any], Job] = {}
    pool = backend.start(min(backend.limit, len(jobs)))
    try:
        while ready or running:
            lost: list[Job] = []
            while ready and len(running) < backend.limit and not lost:
                job = ready.popleft()
                try:
                    running[pool.submit(*backend.encode_job(job))] = job
                except BrokenExecutor:
                    lost.append(job)
            done = wait(running, return_when=FIRST_COMPLETED).done if running else set()
            results = []
            for future in done:
                job = running.pop(future)
                if not future.cancelled() and isinstance(future.exception(), BrokenExecutor):
                    lost.append(job)
                else:
                    results.append(_settle(backend, job, future))
            if lost:
                pool.shutdown()
                for future, job in running.items():
                    finished = future.done() and not future.cancelled() and not future.exception()
                    results.append(_settle(backend, job, future)) if finished else lost.append(job)
                running.clear()
                results += [_retry(backend, job) for job in lost]
                pool = backend.start(min(backend.limit, len(jobs)))
            for result in results:
                ready.extend(following.get(result.job, ()))
                yield result
    finally:
        pool.shutdown()


def _retry(backend: Backend, job: Job) -> Result:
    """Run a job by itself, in a new executor."""
    with backend.start(1) as pool:
        return _settle(backend, job, pool.submit(*backend.encode_job(job)))


def _settle(backend: Backend, job: Job, future: Future[Any]) -> Result:
    """Return the result of a finished job, whatever happened to it."""
    from concurrent.futures import BrokenExecutor, CancelledError

    name = f"{job.book.name}, {job.hospital} {job.label}"
    try:
        return backend.decode_result(job, future.result())
    except BrokenExecutor:
        message = "the worker process died twice (out of memory or killed)"
        return Result(job, None, error=f"{name}: {message}: free some memory, or use fewer --jobs")
    except CancelledError:
        return Result(job, None, error=f"{name}: the cluster dropped the job: check its scheduler and run again")
    except OSError as error:
        return Result(job, None, error=str(PublishError(error.filename or job.out, None, *write_error(error, "--out"))))
    except Exception as error:
        message = f"{type(error).__name__}: {error}".splitlines()[0]
        return Result(job, None, error=f"{name}: {message}: run again; if it persists, check the log of the cluster")


def dependents(jobs: list[Job]) -> dict[Job, list[Job]]:
    """Return the jobs that reuse the pages of another job, by the job that typesets them.

    That job is the booklet of the same book or handout and hospital, or the first hospital's of the same edition.
    """
    firsts: dict[tuple[object, ...], Job] = {}
    following: dict[Job, list[Job]] = {}
    for job in sorted(jobs, key=lambda job: bool(EDITIONS[job.edition].pages_of)):
        pages = EDITIONS[job.edition].pages_of or job.edition
        own = job.book, job.selection, job.packet
        by_hospital = (*own, job.lang, pages, job.hospital)
        by_edition = (*own, job.lang, job.edition, job.paper)
        if first := firsts.get(by_hospital) or firsts.get(by_edition):
            following.setdefault(first, []).append(job)
        firsts.setdefault(by_hospital, job)
        firsts.setdefault(by_edition, job)
    return following


def _duration_rank(job: Job) -> int:
    """Return 0 for a bilingual book, 1 for a book, 2 for a job with few or no pages to typeset."""
    edition = EDITIONS[job.edition]
    return 0 if edition.paired else 2 if edition.fillable or edition.medium == "epub" else 1


def run_job(project: Project, job: Job) -> Result:
    """Run one job. Errors, the user's or internal ones, become part of the result."""
    from carepress.build.pipeline import build_one
    from carepress.pdf.write import LayoutError

    bind_languages(project.language_file, project.shown)
    try:
        return build_one(project, job)
    except PublishError as error:
        return Result(job, None, error=str(error))
    except LayoutError as error:
        hint = "use another letter; if it is not a letter, fix the template or style sheet"
        problem = PublishError(project.shown(job.book), None, f"layout failed: {error}", hint)
        return Result(job, None, error=str(problem))
    except OSError as error:
        return Result(job, None, error=str(PublishError(error.filename or job.out, None, *write_error(error, "--out"))))
    except Exception as error:
        return Result(job, None, error=_unexpected(project, job, error))


def _unexpected(project: Project, job: Job, error: Exception) -> str:
    """Return one line about an internal error, and write its traceback to a file."""
    path = error_log(job)
    atomic_write(path, traceback.format_exc().encode())
    message = f"{job.label} failed with an internal error ({type(error).__name__})"
    return f"{project.shown(job.book)}: {message}: please report it and attach {project.shown(path)}"


def error_log(job: Job) -> Path:
    """Return the file for the traceback of an internal error in a job."""
    return output_cache(job.out).folder / f"error-{job.hospital}-{job.label.replace(' ', '-')}.log"
