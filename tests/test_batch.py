"""Jobs: files are replaced atomically, and builds are reproducible."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import psutil
import pytest
from conftest import building
from support_wait import wait_for

from carepress.build.jobs import BuildRequest, job_table
from carepress.model import EDITIONS, PublishError
from carepress.workspace.files import atomic_write
from carepress.workspace.manifest import read_manifest, write_manifest
from carepress.workspace.project import Project
from support import GARDEN, HANDBOOK, LANGS, ROOT, file_record, publish, publish_process

PROJECT = Project(ROOT)


def test_finds_books_and_their_languages() -> None:
    assert PROJECT.book("childhood-all") == HANDBOOK
    assert PROJECT.languages(GARDEN) == list(LANGS)
    assert PROJECT.locales(GARDEN) == GARDEN / "locales"
    assert PROJECT.locales(HANDBOOK) == ROOT / "locales"
    with pytest.raises(PublishError, match="childhood-all"):
        PROJECT.book("no-such-book")


@pytest.mark.parametrize("langs", [(), ("es",)])
@pytest.mark.parametrize("editions", [(), ("epub",)])
def test_omitted_options_select_everything(langs: tuple, editions: tuple, tmp_path: Path) -> None:
    jobs = job_table(PROJECT, BuildRequest(str(GARDEN), tmp_path, langs, editions))
    assert {job.lang for job in jobs} == set(langs or LANGS)
    if editions:
        assert {job.edition for job in jobs} == set(editions)
    else:
        assert {job.edition for job in jobs} <= set(EDITIONS)
        assert {"booklet", "epub"} <= {job.edition for job in jobs}
    assert len(jobs) == len({(job.lang, job.edition) for job in jobs})


def test_manifest_lists_every_file(out: Path) -> None:
    with building(out):  # other tests build more files into this folder
        files = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
        made = [path for path in out.rglob("*.*") if path.suffix in (".pdf", ".epub")]
        sums = {path.relative_to(out).as_posix(): sha256(path.read_bytes()).hexdigest() for path in made}
        sizes = {path.relative_to(out).as_posix(): path.stat().st_size for path in made}
    assert len(files) >= 4
    assert {name: facts["sha256"] for name, facts in files.items()} == sums
    assert {name: facts["bytes"] for name, facts in files.items()} == sizes


def test_manifest_keeps_files_of_earlier_runs(tmp_path: Path) -> None:
    path, one, two = tmp_path / "manifest.json", file_record("a"), file_record("b", pages=None)
    path.write_text('{"files": {"old": {"bytes": 1}}}')
    write_manifest(tmp_path, [two])
    write_manifest(tmp_path, [one])
    assert read_manifest(tmp_path) == {"a": one, "b": two}
    assert list(json.loads(path.read_text())["files"]) == ["a", "b", "old"]
    path.write_text("{")
    write_manifest(tmp_path, [one])
    assert read_manifest(tmp_path) == {"a": one}


def test_file_is_replaced_atomically(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.pdf"
    atomic_write(path, b"one")
    atomic_write(path, b"two")
    assert path.read_bytes() == b"two"
    assert list(path.parent.iterdir()) == [path]


def test_failed_write_keeps_the_previous_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.pdf"
    atomic_write(path, b"one")

    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(OSError, match="No space"):
        atomic_write(path, b"two")
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_unwritable_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "generic").write_text("in the way")
    done = publish("build", "--book", GARDEN, "--lang", "en", "--edition", "epub", "--out", tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "cannot be written" in done.stderr


@pytest.mark.slow
def test_killed_worker_loses_no_job(tmp_path: Path) -> None:
    editions = ("booklet", "sheets")
    choice = ("--book", GARDEN, "--lang", "en", *(f"--edition={edition}" for edition in editions))
    args = ("build", *choice, "--jobs", "2", "--out", tmp_path)
    command = list(map(str, [sys.executable, ROOT / "publish.py", *args]))
    build = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def working() -> list[psutil.Process]:
        """Return the workers that have begun with a job."""
        assert build.poll() is None
        workers = psutil.Process(build.pid).children(recursive=True)
        return [worker for worker in workers if worker.cpu_times().user > 0.3]

    wait_for(working, passing=(psutil.NoSuchProcess,))[-1].kill()
    output, _errors = build.communicate()
    assert build.returncode == 0
    assert sorted(line.partition(":")[0] for line in output.splitlines() if line.startswith("built ")) == [
        f"built      {edition} en" for edition in editions
    ]
    assert len([path for path in tmp_path.rglob("*.pdf") if path.stat().st_size]) == 2


@pytest.mark.slow
def test_build_is_independent_of_path_and_hash_seed(tmp_path: Path) -> None:
    sums = []
    for seed in ("1", "2"):
        root = tmp_path / f"project-{seed}"
        for name in ("carepress", "templates", "locales", "publish.py"):
            source = ROOT / name
            shutil.copytree(source, root / name) if source.is_dir() else shutil.copy(source, root / name)
        shutil.copytree(GARDEN, root / "books" / "garden")
        every = [f"--edition={name}" for name in EDITIONS]
        done = publish_process(
            "build", "--book", root / "books" / "garden", "--lang", "es", "--out", root / "out", *every, root=root,
            PYTHONHASHSEED=seed,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        files = sorted(path for path in (root / "out").rglob("*") if path.suffix in (".pdf", ".epub"))
        sums.append([(path.name, sha256(path.read_bytes()).hexdigest()) for path in files])
    assert len(sums[0]) == len(EDITIONS)
    assert sums[0] == sums[1]
