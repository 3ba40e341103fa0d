"""Jobs on a process pool and a real Dask cluster: no job is lost when a worker dies, and the output is identical."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support_hospital import write_shed

from carepress.build.cluster import Sender, decode_result, run_packed
from carepress.build.executor import local_processes, run_all
from carepress.build.run import build_all, unchanged_results
from carepress.model import Job, Result
from carepress.pdf.press.profile import DEFAULT
from carepress.workspace.project import Project
from support import GARDEN, ROOT, copy_project, file_record, publish_process

pytestmark = pytest.mark.slow
PROJECT = Project(ROOT)
EDITIONS = ("sheets", "booklet", "epub")
CHOICE = [f"--edition={name}" for name in EDITIONS]
WAYS = {"en": "killed once", "es": "killed", "fr": "mistake", "de": "made", "it": "made"}


def rough(_project: Project, job: Job) -> Result:
    """Replace build_one by a function that succeeds, fails or kills its process, depending on the language."""
    way, mark = WAYS[job.lang], job.out / job.lang
    while way == "killed" and not (job.out / "en").exists():
        time.sleep(0.01)  # the other worker must be killed by its own job, not together with this one's pool
    if way == "killed" or (way == "killed once" and not mark.exists()):
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if way == "mistake":
        raise ZeroDivisionError("by nought")
    time.sleep(0.1)
    return Result(job, mark)


@pytest.mark.parametrize("workers", [1, 3])
def test_dying_worker_fails_only_its_own_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    monkeypatch.setattr("carepress.build.pipeline.build_one", rough)
    jobs = [Job(GARDEN, lang, "sheets", tmp_path) for lang in WAYS]
    results = {result.job.lang: result for result in run_all(jobs, local_processes(PROJECT, workers))}
    assert {lang for lang, result in results.items() if result.path} == {"en", "de", "it"}
    assert "died twice" in (results["es"].error or "")
    assert "please report it" in (results["fr"].error or "")
    assert "by nought" in (tmp_path / ".cache" / "error-generic-sheets-fr.log").read_text()


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of a local build of the garden."""
    out = tmp_path_factory.mktemp("local")
    assert publish_process("build", "--book", GARDEN, "--lang", "es", *CHOICE, "--out", out).returncode == 0
    return out


@pytest.fixture(scope="module")
def workers() -> Iterator[object]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1"
    ) as cluster:
        yield cluster


def files(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*.[pe]*") if path.is_file()}


@pytest.mark.filterwarnings("default")
def test_cluster_output_is_identical_after_worker_is_killed(workers, local: Path, tmp_path: Path) -> None:
    for attempt in range(5):  # while this test is held up, all jobs may end
        out = tmp_path / str(attempt)
        jobs = [Job(GARDEN, "es", edition, out) for edition in EDITIONS]
        results = build_all(PROJECT, jobs, cluster=workers.scheduler_address)
        done = [next(results)]
        if busy := {address for address, worker in workers.scheduler.workers.items() if worker.processing}:
            break
        list(results)
    assert busy, "a job is running"
    os.kill(next(nanny.pid for nanny in workers.workers.values() if nanny.worker_address in busy), signal.SIGKILL)
    done += list(results)
    assert [result.error for result in done] == [None] * len(jobs)
    assert files(out) == files(local)
    assert len(unchanged_results(PROJECT, jobs)) == len(jobs), "the records are returned with the files"


@pytest.mark.filterwarnings("default")
def test_the_command_builds_on_a_cluster(workers, local: Path, tmp_path: Path) -> None:
    args = ("build", "--book", GARDEN, "--lang", "es", "--edition", "sheets", "--out", tmp_path)
    done = publish_process(*args, "--cluster", workers.scheduler_address)
    assert done.stdout.startswith("built      sheets es"), done.stderr
    assert files(tmp_path).items() <= files(local).items()
    assert publish_process(*args).stdout.startswith("unchanged ")


@pytest.mark.filterwarnings("default")
def test_hospital_build_via_scheduler_file_is_identical(workers, tmp_path: Path) -> None:
    root, file = copy_project(tmp_path / "project"), tmp_path / "scheduler.json"
    shutil.rmtree(root / "content")
    write_shed(root)
    file.write_text(json.dumps({"address": workers.scheduler_address}))
    args = ("build", "--book", "tests/books/garden", "--hospital", "shed", "--lang", "es")
    done = publish_process(*args, "--out", tmp_path / "there", "--cluster", file, root=root)
    lines = [line.partition(":")[0] for line in sorted(done.stdout.splitlines()) if line.startswith("built ")]
    assert lines == ["built      shed booklet es", "built      shed epub es"], done.stderr
    assert publish_process(*args, "--out", tmp_path / "here", root=root).returncode == 0
    assert len(files(tmp_path / "there")) == 2
    assert files(tmp_path / "there") == files(tmp_path / "here")


@pytest.mark.filterwarnings("default")
def test_press_color_profile_is_sent_to_workers(workers, tmp_path: Path) -> None:
    profile = shutil.copy(DEFAULT, tmp_path / "own.icc")
    args = ("build", "--book", GARDEN, "--lang", "es", "--edition", "press", "--profile", profile)
    done = publish_process(*args, "--out", tmp_path / "there", "--cluster", workers.scheduler_address)
    assert done.stdout.startswith("built      press es"), done.stderr
    assert publish_process(*args, "--out", tmp_path / "here").returncode == 0
    assert len(files(tmp_path / "there")) == 1
    assert files(tmp_path / "there") == files(tmp_path / "here")


def test_unreachable_cluster_is_reported(tmp_path: Path) -> None:
    done = publish_process(
        "build", "--book", GARDEN, "--edition", "sheets", "--out", tmp_path, "--cluster", "10.0.0.1:x"
    )
    assert done.returncode == 1
    assert "cannot connect to the cluster" in done.stderr
    assert "Traceback" not in done.stderr


def test_version_mismatch_and_corruption_are_rejected(tmp_path: Path) -> None:
    job = Job(GARDEN, "en", "sheets", tmp_path)
    _run, _version, bundle, sent, cached = Sender(PROJECT).encode_job(job)
    assert Sender(PROJECT).encode_job(job)[2] == bundle
    assert "another version" in (run_packed("other", bundle, sent, cached)[0].error or "")
    result = Result(job, Path("a.pdf"), record=file_record("a.pdf", sha256="0"))
    with pytest.raises(ValueError, match="damaged"):
        decode_result(job, (result, {"a.pdf": b"1"}))
    with pytest.raises(ValueError, match="outside the output folder"):
        decode_result(job, (result, {"../a.pdf": b"1"}))
    assert list(tmp_path.iterdir()) == []
