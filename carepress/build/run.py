"""Run jobs in parallel, locally or on a cluster, and record what they built."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from hashlib import sha256
from itertools import chain

from carepress.build.earlier_results import find_result
from carepress.build.executor import local_processes, run_all, run_job
from carepress.model import EDITIONS, Job, Problem, Result
from carepress.workspace.fingerprint import Inputs, build_fingerprint
from carepress.workspace.manifest import write_manifest
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import Project, source_language


def unchanged_results(project: Project, jobs: list[Job]) -> list[Result]:
    """Return the results of the jobs whose inputs have not changed since their files were built."""
    inputs = Inputs(project)
    return [result for job in jobs if (result := find_result(inputs.job_digest(job), job))]


def build_all(
    project: Project,
    jobs: list[Job],
    workers: int | None = None,
    before: Iterable[Result] = (),
    cluster: str | None = None,
) -> Iterator[Result]:
    """Run jobs in parallel, yield each result as it is ready, then write the manifest.

    Results in `before` are yielded first; their jobs are not run. With `cluster`, the address of a Dask scheduler, the
    jobs run there.
    """
    results = []
    for result in chain(before, _run(project, jobs, workers, cluster)):
        results.append(result)
        yield result
    if jobs:
        output_cache(jobs[0].out).prune()
    if records := [result.record for result in results if result.record]:
        write_manifest(results[0].job.out, records)


def _run(project: Project, jobs: list[Job], workers: int | None, address: str | None) -> Iterator[Result]:
    if jobs and address:
        from carepress.build.cluster import cluster

        with cluster(project, address) as backend:
            yield from run_all(jobs, backend)
    elif len(jobs) == 1:
        yield run_job(project, jobs[0])
    elif jobs:
        yield from run_all(jobs, local_processes(project, workers))


def compare_languages(results: Iterable[Result]) -> list[Problem]:
    """Return the differences in structure between translated e-books and those in the source language."""
    built = {result.job: result for result in results if result.path}
    problems: list[Problem] = []
    for job, result in built.items():
        if EDITIONS[job.edition].medium != "epub" or job.lang == (lang := source_language(job.book)):
            continue
        if source := built.get(replace(job, lang=lang)):
            problems += _compare(result, source)
    return problems


def _compare(result: Result, source: Result) -> list[Problem]:
    """Return the differences in structure between two e-books, from the cache if they were compared before."""
    assert result.path is not None
    assert source.path is not None
    data, source_data = result.path.read_bytes(), source.path.read_bytes()
    parts = (build_fingerprint(), result.path.name, sha256(data).hexdigest(), sha256(source_data).hexdigest())
    cache, key = output_cache(result.job.out), f"parity-{sha256(repr(parts).encode()).hexdigest()}"
    if cached := cache.read(key):
        return [Problem(*problem) for problem in json.loads(cached)]
    from carepress.preflight.ebook import check_parity

    problems = check_parity(data, source_data, result.path.name)
    cache.write(key, json.dumps([astuple(problem) for problem in problems]).encode())
    return problems
