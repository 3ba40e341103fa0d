"""Jobs side by side: one that fails never stops the others, and a process that dies loses none."""

from __future__ import annotations

import os
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carepress.model import EDITIONS, Job, PublishError, Result
from carepress.workspace.files import atomic_write
from carepress.workspace.outputs import output_cache, write_error
from carepress.workspace.project import Project

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future


@dataclass(frozen=True, slots=True)
class Place:
    """Where jobs run. `start` opens an executor of so many workers; it runs at most `limit` jobs at once.

    `call` is what it is given for a job, a function and its arguments; `take` makes a result of what comes back.
    """

    start: Callable[[int], Executor]
    limit: int
    call: Callable[[Job], tuple[Any, ...]]
    take: Callable[[Job, Any], Result] = lambda _job, result: result


def processes(project: Project, workers: int | None) -> Place:
    """Return the processors of this machine as a place to run jobs."""
    from concurrent.futures import ProcessPoolExecutor

    return Place(ProcessPoolExecutor, workers or os.cpu_count() or 1, lambda job: (run_job, project, job))


def run_all(jobs: list[Job], place: Place) -> Iterator[Result]:
    """Run jobs and yield their results. Where several share their pages, the first of them goes first.

    What takes longest begins first, so that at the end no process waits for one that has just begun. When a worker
    dies, each job that was under way is tried once more, alone.
    """
    from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait

    following = order(jobs)
    waiting = {job for jobs in following.values() for job in jobs}
    ready = deque(sorted((job for job in jobs if job not in waiting), key=_how_short))
    running: dict[Future[Any], Job] = {}
    pool = place.start(min(place.limit, len(jobs)))
    try:
        while ready or running:
            lost: list[Job] = []
            while ready and len(running) < place.limit and not lost:
                job = ready.popleft()
                try:
                    running[pool.submit(*place.call(job))] = job
                except BrokenExecutor:
                    lost.append(job)
            done = wait(running, return_when=FIRST_COMPLETED).done if running else set()
            results = []
            for future in done:
                job = running.pop(future)
                if not future.cancelled() and isinstance(future.exception(), BrokenExecutor):
                    lost.append(job)
                else:
                    results.append(_settle(place, job, future))
            if lost:
                pool.shutdown()
                for future, job in running.items():
                    whole = future.done() and not future.cancelled() and not future.exception()
                    results.append(_settle(place, job, future)) if whole else lost.append(job)
                running.clear()
                results += [_alone(place, job) for job in lost]
                pool = place.start(min(place.limit, len(jobs)))
            for result in results:
                ready.extend(following.get(result.job, ()))
                yield result
    finally:
        pool.shutdown()


def _alone(place: Place, job: Job) -> Result:
    with place.start(1) as pool:
        return _settle(place, job, pool.submit(*place.call(job)))


def _settle(place: Place, job: Job, future: Future[Any]) -> Result:
    """Return what became of a job, whatever it was."""
    from concurrent.futures import BrokenExecutor, CancelledError

    name = f"{job.book.name}, {job.hospital} {job.edition} {job.lang}"
    try:
        return place.take(job, future.result())
    except BrokenExecutor:
        fault = "the process that made it was ended twice, by lack of memory or by hand"
        return Result(job, None, error=f"{name}: {fault}: free some memory, or use fewer --jobs")
    except CancelledError:
        return Result(job, None, error=f"{name}: the cluster has dropped the job: look at its scheduler, and run again")
    except OSError as error:
        return Result(job, None, error=str(PublishError(error.filename or job.out, None, *write_error(error))))
    except Exception as error:
        fault = f"{type(error).__name__}: {error}".splitlines()[0]
        return Result(job, None, error=f"{name}: {fault}: run again; if it stays, look at the log of the cluster")


def order(jobs: list[Job]) -> dict[Job, list[Job]]:
    """Return the jobs that wait for another, by the one that typesets what they share.

    That is the booklet of the same hospital, or the first hospital's of the same edition.
    """
    firsts: dict[tuple[object, ...], Job] = {}
    following: dict[Job, list[Job]] = {}
    for job in sorted(jobs, key=lambda job: bool(EDITIONS[job.edition].pages_of)):
        pages = EDITIONS[job.edition].pages_of or job.edition
        own, shared = (job.book, job.lang, pages, job.hospital), (job.book, job.lang, job.edition, job.paper)
        if first := firsts.get(own) or firsts.get(shared):
            following.setdefault(first, []).append(job)
        firsts.setdefault(own, job)
        firsts.setdefault(shared, job)
    return following


def _how_short(job: Job) -> int:
    """Return 0 for a book in two languages, 1 for a book, 2 for what has few pages or none to typeset."""
    edition = EDITIONS[job.edition]
    return 0 if edition.paired else 2 if edition.fillable or edition.medium == "epub" else 1


def run_job(project: Project, job: Job) -> Result:
    """Run one job; trouble, the user's or ours, becomes part of the result."""
    from carepress.build.pipeline import build_one
    from carepress.pdf.write import LayoutError

    try:
        return build_one(project, job)
    except PublishError as error:
        return Result(job, None, error=str(error))
    except LayoutError as error:
        hint = "use letters that Atkinson Hyperlegible has; if it is not a letter, mend the template or style sheet"
        fault = PublishError(project.shown(job.book), None, f"the pages cannot be made: {error}", hint)
        return Result(job, None, error=str(fault))
    except OSError as error:
        return Result(job, None, error=str(PublishError(error.filename or job.out, None, *write_error(error))))
    except Exception as error:
        return Result(job, None, error=_unexpected(project, job, error))


def _unexpected(project: Project, job: Job, error: Exception) -> str:
    """Return a line on a mistake of this program; all about it goes into a file."""
    path = error_log(job)
    atomic_write(path, traceback.format_exc().encode())
    fault = f"{job.edition} {job.lang} was not made ({type(error).__name__}), a mistake of this program"
    return f"{project.shown(job.book)}: {fault}: please report it with the file .cache/{path.name} of the output folder"


def error_log(job: Job) -> Path:
    """Return where all about a mistake of this program in a job is written."""
    return output_cache(job.out).folder / f"error-{job.hospital}-{job.edition}-{job.lang}.log"
