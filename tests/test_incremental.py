"""A job runs again only when its inputs, its output file or its record have changed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from support_hospital import SHED, write_shed
from test_layers import LAZY

from carepress.build import pipeline as make
from carepress.build.earlier_results import find_result, store_result
from carepress.build.run import unchanged_results
from carepress.model import Job, Problem, PublishError, Result
from carepress.workspace import fingerprint
from carepress.workspace.cache import MAX_AGE, Cache
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.project import Project
from support import GARDEN, ROOT, copy_project, file_record, publish, publish_process

pytestmark = [pytest.mark.builds, pytest.mark.cold]

BOOK = "tests/books/garden"
CATALOG = f"{BOOK}/locales/es/LC_MESSAGES/garden.po"
Run = Callable[..., subprocess.CompletedProcess[str]]
INTERFACE = "locales/es/LC_MESSAGES/interface.po"
ALL = {f"{hospital}sheets {lang}" for hospital in ("", "shed ") for lang in ("en", "es")}
SPANISH = {name for name in ALL if name.endswith("es")}
SHED_ONLY = {name for name in ALL if name.startswith("shed")}


class Desk:
    """A project with the garden book and a hospital, and the folder of its sheets."""

    def __init__(self, root: Path) -> None:
        self.root, self.out = root, root / "build"

    def build(self, *args: object, run: Run = publish) -> tuple[set[str], set[str]]:
        """Build the sheets of all hospitals; return the names of the jobs that ran and of the unchanged ones."""
        done = [
            run("build", "--book", BOOK, "--edition", "sheets", *args, *hospital, root=self.root)
            for hospital in ((), ("--hospital", "shed"))
        ]
        lines = "".join(run.stdout for run in done).splitlines()
        assert [run.returncode for run in done] == [0, 0], [run.stderr for run in done]
        rows = [line.partition(":")[0].split(maxsplit=1) for line in lines if ":" in line]
        assert {row[0] for row in rows} <= {"built", "unchanged"}
        return tuple({name for status, name in rows if status == wanted} for wanted in ("built", "unchanged"))

    def sums(self) -> dict[str, str]:
        return {
            str(path.relative_to(self.out)): sha256(path.read_bytes()).hexdigest() for path in self.out.rglob("*.pdf")
        }

    def replace(self, name: str, old: str, new: str) -> None:
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(copy_project(tmp_path_factory.mktemp("incremental") / "project"))
    shutil.rmtree(desk.root / "content" / "hospitals")
    write_shed(desk.root)
    assert desk.build() == (ALL, set())
    return desk


@pytest.fixture
def desk(built: Desk, tmp_path: Path) -> Desk:
    """Return a copy of a project in which everything is built."""
    return Desk(Path(shutil.copytree(built.root, tmp_path / "project")))


def test_unchanged_build_writes_nothing(built: Desk) -> None:
    made = {path: path.stat().st_mtime_ns for path in built.out.rglob("*.*") if ".cache" not in path.parts}
    assert built.build() == (set(), ALL)
    assert {path: path.stat().st_mtime_ns for path in made if path.name != "manifest.json"}.items() <= made.items()
    (built.out / "manifest.json").unlink()
    built.build()
    assert (built.out / "manifest.json").read_text().count('"sha256"') == len(ALL), "the manifest lists all files"


def test_unchanged_build_does_not_import_heavy_modules(built: Desk) -> None:
    """bench/unchanged.py measures how long this takes."""
    args = ["build", "--book", BOOK, "--edition", "sheets", "--hospital", "shed"]
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "publish.py", *args], cwd=built.root, capture_output=True, text=True
    )
    assert done.stdout.count("unchanged ") == 2
    modules = [line.rpartition("|")[2].strip() for line in done.stderr.splitlines()]
    assert {name.partition(".")[0] for name in modules} & {*LAZY, "rich", "concurrent", "multiprocessing"} == set()
    assert len(modules) < 400


@pytest.mark.parametrize("name", [CATALOG, INTERFACE])
def test_changed_catalog_rebuilds_only_its_language(desk: Desk, name: str) -> None:
    desk.replace(name, 'msgid ""', '# A remark.\nmsgid ""')
    assert desk.build() == (SPANISH, ALL - SPANISH)
    assert desk.build() == (set(), ALL)


def test_changed_hospital_profile_rebuilds_only_its_files(desk: Desk) -> None:
    desk.replace("content/hospitals/shed/hospital.toml", "The Shed & Sons", "The Shed & Daughters")
    assert desk.build() == (SHED_ONLY, ALL - SHED_ONLY)


@pytest.mark.parametrize(
    "name",
    [
        f"{BOOK}/book.toml",
        "templates/styles/base.css",
        pytest.param("carepress/text/reading_order.py", marks=pytest.mark.slow),
    ],
)
def test_changed_book_template_or_engine_rebuilds_everything(desk: Desk, name: str) -> None:
    assert desk.build()[1] == ALL
    with (desk.root / name).open("a") as file:
        file.write("\n")
    project = Project(desk.root)
    if name.startswith("carepress"):  # its digest is computed once per process
        assert desk.build("--lang", "en", run=publish_process) == (ALL - SPANISH, set())
    else:
        jobs = [Job((desk.root / BOOK), lang, "sheets", desk.out) for lang in ("en", "es")]
        assert unchanged_results(project, jobs) == []


def test_lost_or_altered_files_are_rebuilt_with_the_same_bytes(desk: Desk) -> None:
    sums = desk.sums()
    english = desk.out / "generic" / "en" / "garden-sheets-en.pdf"
    data = english.read_bytes()
    english.write_bytes(data[:-9] + b"x" + data[-8:])
    (desk.out / "generic" / "es" / "garden-sheets-es.pdf").unlink()
    records = [path for path in (desk.out / ".cache").iterdir() if b'"path": "shed/en/' in path.read_bytes()]
    assert len(records) == 1
    content = records[0].read_bytes()
    records[0].write_bytes(content.replace(b'"shed/en/', b'"shed/es/'))
    assert desk.build() == (ALL - {"shed sheets es"}, {"shed sheets es"})
    assert desk.sums() == sums
    assert desk.build() == (set(), ALL)


@pytest.mark.parametrize("forced", [True, False])
def test_missing_cache_or_force_rebuilds_everything(desk: Desk, forced: bool) -> None:
    sums = desk.sums()
    if not forced:
        shutil.rmtree(desk.out / ".cache")
    done = publish("build", "--book", BOOK, "--edition", "sheets", *["--force"] * forced, root=desk.root)
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["built", "built", "2"], done.stderr
    assert desk.sums() == sums


def test_warnings_are_repeated_for_unchanged_files(tmp_path: Path) -> None:
    job, key = Job(GARDEN, "en", "sheets", tmp_path), "0"
    problem = Problem("layout", "warning", "a.md", 3, "a line is alone", "shorten it")
    path = tmp_path / "generic" / "a.pdf"
    path.parent.mkdir()
    path.write_bytes(b"pages")
    record = file_record("generic/a.pdf")
    store_result(key, Result(job, path, 7, 1.5, (problem,), record=record), {path: b"pages"})
    assert find_result(key, job) == Result(job, path, 7, 0.0, (problem,), record=record, unchanged=True)
    path.write_bytes(b"Pages")
    assert find_result(key, job) is None
    assert find_result("1", job) is None


@pytest.mark.slow
def test_concurrent_builds(desk: Desk) -> None:
    sums = desk.sums()
    shutil.rmtree(desk.out)
    args = [sys.executable, "publish.py", "build", "--book", BOOK, "--edition", "sheets", "--lang", "en"]
    both = [subprocess.Popen(args, cwd=desk.root, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for process in both:
        process.communicate()
    assert [process.returncode for process in both] == [0, 0]
    done = publish(*args[2:], root=desk.root)
    assert done.stdout.startswith("unchanged ")
    english = "generic/en/garden-sheets-en.pdf"
    assert desk.sums() == {english: sums[english]}


def test_killed_build_resumes(desk: Desk) -> None:
    sums = desk.sums()
    shutil.rmtree(desk.out)
    args = [sys.executable, "publish.py", "build", "--book", BOOK, "--edition", "sheets", "--jobs", "1"]
    process = subprocess.Popen(args, cwd=desk.root, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert process.stdout
    first = process.stdout.readline()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert first.startswith("built      sheets en")
    done = publish(*args[2:], root=desk.root)
    *lines, last = done.stdout.splitlines()
    assert [line[:18] for line in lines] == ["unchanged  sheets ", "built      sheets "]
    assert last.startswith("1 built, 1 unchanged, ")
    assert desk.sums() == {name: digest for name, digest in sums.items() if name.startswith("generic/")}


@pytest.fixture
def fake_typesetting(monkeypatch: pytest.MonkeyPatch) -> list:
    """Replace typesetting by a fake; the functions in the returned list are called while it runs."""
    callbacks: list = []

    def typeset(*_arguments: object) -> make.BuiltFile:
        for call in callbacks:
            call()
        return make.BuiltFile(b"pages", [])

    monkeypatch.setattr(make, "_build_pdf", typeset)
    return callbacks


def test_file_saved_during_a_job_is_not_recorded_as_its_input(tmp_path: Path, fake_typesetting: list) -> None:
    root = tmp_path / "project"
    for name in ("templates", "locales", BOOK):
        shutil.copytree(ROOT / name, root / name)
    project, job = Project(root), Job(root / BOOK, "en", "sheets", tmp_path / "out")
    make.build_one(project, job)
    assert [result.job for result in unchanged_results(project, [job])] == [job]
    book = root / BOOK / "book.toml"
    before = book.read_text()
    book.write_text(before + "\n# one\n")
    fake_typesetting.append(lambda: book.write_text(before + "\n# two\n"))
    make.build_one(project, job)
    for text in (before + "\n# one\n", before + "\n# two\n"):
        book.write_text(text)
        assert unchanged_results(project, [job]) == []


def test_every_option_of_a_job_is_in_its_digest(tmp_path: Path) -> None:
    root = tmp_path / "project"
    write_shed(root)
    profile = tmp_path / "press.icc"
    profile.write_bytes(b"1")
    inputs = Inputs(Project(root))
    jobs = [
        Job(GARDEN, "en", "sheets", tmp_path),
        Job(GARDEN, "es", "sheets", tmp_path),
        Job(GARDEN, "en", "booklet", tmp_path),
        Job(GARDEN, "en", "sheets", tmp_path, "letter"),
        Job(GARDEN, "en", "sheets", tmp_path, release=True),
        Job(GARDEN, "en", "sheets", tmp_path, hospital="shed"),
        Job(GARDEN, "en", "sheets", tmp_path, weeks=(date(2026, 11, 23),)),
        Job(GARDEN, "en", "press", tmp_path),
        Job(GARDEN, "en", "press", tmp_path, profile=profile),
    ]
    digests = [inputs.job_digest(job) for job in jobs]
    assert len(set(digests)) == len(jobs)
    assert digests == [Inputs(Project(root)).job_digest(job) for job in jobs]
    profile.write_bytes(b"2")
    (root / "content" / "hospitals" / "shed" / "hospital.toml").write_text(SHED + "\n")
    changed = [inputs.job_digest(job) != digest for job, digest in zip(jobs, digests)]
    assert changed == [False] * 8 + [True], "files are read once"
    changed = [Inputs(Project(root)).job_digest(job) != digest for job, digest in zip(jobs, digests)]
    assert changed == [False] * 5 + [True, False, False, True]
    with pytest.raises(PublishError):
        inputs.job_digest(Job(GARDEN, "en", "sheets", tmp_path, hospital="barn"))


def test_digest_does_not_depend_on_the_folder(tmp_path: Path) -> None:
    for name in ("templates", "locales"):
        shutil.copytree(ROOT / name, tmp_path / name)
    book = Path(shutil.copytree(GARDEN, tmp_path / "garden"))
    assert Inputs(Project(tmp_path)).digest(book, "es", None) == Inputs(Project(ROOT)).digest(GARDEN, "es", None)
    english = Inputs(Project(ROOT)).digest(GARDEN, "en", None)
    (book / "locales" / "es" / "LC_MESSAGES" / "garden.po").write_text("")
    assert Inputs(Project(tmp_path)).digest(book, "es", None) != Inputs(Project(ROOT)).digest(GARDEN, "es", None)
    assert Inputs(Project(tmp_path)).digest(book, "en", None) == english


def test_file_is_read_again_after_each_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a"
    file.write_text("one")
    first, then = fingerprint.file_digest(file), file.stat()
    assert first == sha256(b"one").digest()
    file.write_text("two")
    monkeypatch.setattr(Path, "stat", lambda _path, **_options: then)  # both within one tick of the clock
    assert fingerprint.file_digest(file) == sha256(b"two").digest()
    monkeypatch.undo()
    monkeypatch.setattr(fingerprint, "SETTLED", -60_000_000_000)
    second, then = fingerprint.file_digest(file), file.stat()
    assert second == sha256(b"two").digest()
    monkeypatch.setattr(Path, "read_bytes", None)
    assert fingerprint.file_digest(file) == second, "it has not changed: it is not read"
    monkeypatch.undo()
    monkeypatch.setattr(fingerprint, "SETTLED", -60_000_000_000)
    file.write_text("ten")
    os.utime(file, ns=(then.st_atime_ns, then.st_mtime_ns))  # as copying with its times does
    assert fingerprint.file_digest(file) == sha256(b"ten").digest()


def test_old_entries_are_pruned(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "none")
    cache.prune()
    cache = Cache(tmp_path)
    for name in ("old", "used", "new"):
        cache.write(name, b"1")
    for name in ("old", "used"):
        os.utime(tmp_path / name, (0, (tmp_path / name).stat().st_mtime - MAX_AGE - 9))
    assert cache.read("used") == b"1"
    cache.prune()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "used"]
