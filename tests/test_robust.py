"""Builds under bad conditions: a full disk, a read-only folder, a kill, a concurrent build, no network, no rights."""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from conftest import build_once
from filelock import FileLock, Timeout
from support_wait import LONG

from carepress.workspace.files import ABANDONED_AFTER, TEMPORARY_PREFIX, file_lock
from carepress.workspace.manifest import write_manifest
from support import GARDEN, LANGS, ROOT, copy_project, file_record, publish_process

pytestmark = [pytest.mark.slow, pytest.mark.cold]
ROOT_USER = os.geteuid() == 0
ENGLISH = ("--lang", "en", "--edition", "booklet", "--edition", "epub")


@pytest.fixture(scope="module")
def built(shared: Path) -> Path:
    """Return the folder of the garden that other tests built."""
    return build_once(shared / "built-garden", "--book", GARDEN)


@pytest.fixture
def earlier(built: Path, tmp_path: Path) -> Path:
    """Return a copy of an earlier build."""
    return shutil.copytree(built, tmp_path / "out")


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """Return a garden that has changed since the earlier build."""
    book = shutil.copytree(GARDEN, tmp_path / "books" / "garden")
    toml = book / "book.toml"
    toml.write_text(toml.read_text().replace('version = "0.1"', 'version = "0.2"'))
    return book


def sums(out: Path) -> dict[str, str]:
    files = [path for path in out.rglob("*") if path.is_file() and ".cache" not in path.parts]
    return {path.relative_to(out).as_posix(): sha256(path.read_bytes()).hexdigest() for path in files}


def unfinished(out: Path) -> list[str]:
    return [path.name for path in out.rglob(".*") if path.is_file()]


def assert_files_open(out: Path) -> None:
    """Open every file of a build."""
    for path in out.rglob("[!.]*.*"):
        if path.suffix == ".pdf":
            with pikepdf.open(path) as file:
                assert len(file.pages) >= 2
        elif path.suffix == ".epub":
            with zipfile.ZipFile(path) as archive:
                assert archive.testzip() is None
        elif path.suffix == ".json":
            json.loads(path.read_text(encoding="utf-8"))


def assert_one_line_each(done: subprocess.CompletedProcess[str], reason: str) -> None:
    """Assert that each failure is one line with a file, the reason, and what to do."""
    assert done.returncode == 1, done.stderr
    lines = done.stderr.splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(rf"/\S+: cannot be written \({reason}\): check .+ with --out", line), done.stderr


# --- a full disk -----------------------------------------------------------------------------


def limit_file_size(largest: int) -> None:
    """Let this process write no file larger than `largest` bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))


@pytest.mark.parametrize("largest", [100, 20_000, 90_000])
def test_failed_write_keeps_the_earlier_file(largest: int, earlier: Path, changed: Path) -> None:
    before = sums(earlier)
    done = run("build", "--book", changed, "--out", earlier, *ENGLISH, preexec_fn=partial(limit_file_size, largest))
    assert_one_line_each(done, "File too large")
    after = sums(earlier)
    assert unfinished(earlier) == []
    assert after.keys() == before.keys()
    unchanged = [name for name in before if name.endswith((".pdf", ".epub", ".json")) and after[name] == before[name]]
    assert "generic/en/garden-epub-en.epub" in unchanged
    if largest < 90_000:
        assert after == before
    assert_files_open(earlier)


@contextmanager
def small_disk(shared_folder: Path, kilobytes: int) -> Iterator[Path]:
    shared_folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "tmpfs", shared_folder], capture_output=True
    )
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    try:
        yield shared_folder
    finally:
        subprocess.run(["umount", shared_folder], check=True)


@pytest.mark.skipif(not ROOT_USER, reason="only root mounts disks")
@pytest.mark.parametrize("left", [0, 60_000])
def test_full_disk_keeps_the_earlier_files(left: int, earlier: Path, changed: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 4000) as disk:
        shutil.copytree(earlier, disk / "out")
        with (disk / "filler").open("wb") as filler:
            free = os.statvfs(disk)
            filler.write(bytes(max(0, free.f_bavail * free.f_frsize - left)))
        before = sums(disk)
        done = publish_process("build", "--book", changed, "--out", disk / "out", *ENGLISH)
        assert_one_line_each(done, "No space left on device")
        assert sums(disk) == before
        assert unfinished(disk / "out") == []
        assert_files_open(disk / "out")


def test_unwritable_manifest_is_one_line(earlier: Path) -> None:
    (earlier / "manifest.json").unlink()
    (earlier / "manifest.json").mkdir()
    done = publish_process("build", "--book", GARDEN, "--out", earlier, "--lang", "en", "--edition", "epub")
    assert done.returncode == 1
    assert re.fullmatch(r"/\S+/manifest.json: cannot be written \(Is a directory\): check .+\n", done.stderr)
    assert unfinished(earlier) == []


def test_failed_write_of_a_catalog_is_one_line(tmp_path: Path) -> None:
    project = copy_project(tmp_path / "project")
    chapter = project / "tests" / "books" / "garden" / "chapters" / "soil.md"
    chapter.write_text(chapter.read_text().replace("loose and full", "loose and very full"))
    before = sums(project / "tests")
    args = ("catalogs", "update", "--book", project / "tests" / "books" / "garden")
    done = run(*args, root=project, preexec_fn=partial(limit_file_size, 100))
    assert done.returncode == 1
    assert re.fullmatch(r"\S+\.pot?: cannot be read or written \(File too large\): check .+\n", done.stderr)
    assert sums(project / "tests") == before
    assert run(*args, root=project).returncode == 0, "with space it would have been written"
    assert sums(project / "tests") != before


# --- another user ----------------------------------------------------------------------------

# Another user, who may read all files: Python may be in a folder that only root can read.
OTHER_USER = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
              "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"] if ROOT_USER else []  # fmt: skip


def run(
    *args: object, before: list[str] = (), root: Path = ROOT, **options: object
) -> subprocess.CompletedProcess[str]:
    """Run the command behind another one, without bytecode, whose files might be too large."""
    command = [*before, sys.executable, "-B", root / "publish.py", *args]
    settings = {"cwd": root, "capture_output": True, "text": True, "timeout": LONG} | options
    return subprocess.run(list(map(str, command)), **settings)


@pytest.fixture
def bare_environment(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose only writable folder is the temporary one of the system."""
    names = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in names if name in os.environ} | {"HOME": str(tmp_path / "nowhere")}


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """Return a folder that another user can read, with a folder “own” inside that anyone can write."""
    folder = Path(tempfile.mkdtemp(prefix="carepress-test-"))
    folder.chmod(0o755)
    (folder / "own").mkdir()
    (folder / "own").chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Make a folder and everything in it read-only."""
    inside = [folder, *folder.rglob("*")]
    for path in inside:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        yield
    finally:
        for path in inside:
            path.chmod(0o755)


def test_user_without_a_home_builds_the_same_files(
    built: Path, bare_environment: dict[str, str], shared_folder: Path
) -> None:
    done = run(
        "build",
        "--book",
        GARDEN,
        "--out",
        shared_folder / "own",
        "--lang",
        "en",
        before=OTHER_USER,
        env=bare_environment,
    )
    assert done.returncode == 0, done.stderr
    # The garden is a small book.
    assert [line for line in done.stderr.splitlines() if ": words reach " not in line] == []
    made, usual = sums(shared_folder / "own"), sums(built)
    assert made == {name: usual.get(name) for name in usual if name.startswith("generic/en/")} | {
        "manifest.json": made["manifest.json"]
    }
    if ROOT_USER:
        assert {path.stat().st_uid for path in (shared_folder / "own").rglob("*")} == {65534}, "another user wrote them"


def test_read_only_output_folder(
    built: Path, changed: Path, bare_environment: dict[str, str], shared_folder: Path
) -> None:
    out = shutil.copytree(built, shared_folder / "out")
    before = sums(out)
    with read_only(out):
        for folder in (out, out / "new"):
            args = ("--book", changed, "--out", folder, "--lang", "en", "--edition", "sheets")
            done = run("build", *args, before=OTHER_USER, env=bare_environment)
            assert_one_line_each(done, "Permission denied")
            assert sums(out) == before
            assert unfinished(out) == []
            assert not (out / "new").exists()


def test_read_only_project(bare_environment: dict[str, str], shared_folder: Path) -> None:
    """A build writes nothing next to the program or the book."""
    project = copy_project(shared_folder / "project")
    before = sums(project)
    with read_only(project):
        args = ("--book", project / "tests" / "books" / "garden", "--lang", "en", "--edition", "epub")
        done = run(
            "build", "--out", shared_folder / "own", *args, before=OTHER_USER, root=project, env=bare_environment
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert sums(project) == before


# --- a kill ----------------------------------------------------------------------------------


def test_killed_build_leaves_whole_files(earlier: Path, changed: Path) -> None:
    rng = random.Random(20261121)
    args = ("build", "--book", changed, "--out", earlier, *ENGLISH)
    command = list(map(str, [sys.executable, ROOT / "publish.py", *args]))
    before, killed = sums(earlier), 0
    start = time.monotonic()
    publish_process(*args, "--out", earlier.with_name("other"))
    whole_build = time.monotonic() - start
    for number in range(28):
        shutil.rmtree(earlier / ".cache", ignore_errors=True)
        build = subprocess.Popen(command, cwd=ROOT, start_new_session=True, stdout=-3, stderr=-3)
        time.sleep(whole_build * (number % 7 + rng.random()) / 7)
        if build.poll() is None:
            os.killpg(build.pid, signal.SIGKILL)
            killed += 1
        else:  # the machine is faster now
            whole_build *= 0.8
        build.wait()
        assert sums(earlier).keys() - set(unfinished_paths(earlier)) == before.keys()
        assert_files_open(earlier)
        if killed == 5:
            break
    assert killed == 5
    assert publish_process(*args).returncode == 0
    assert_files_open(earlier)
    assert_manifest_matches(earlier)


def unfinished_paths(out: Path) -> list[str]:
    return [path.relative_to(out).as_posix() for path in out.rglob(f"{TEMPORARY_PREFIX}*")]


def assert_manifest_matches(out: Path) -> None:
    for name, facts in json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"].items():
        assert facts["sha256"] == sha256((out / name).read_bytes()).hexdigest(), name


WRITER = """
import sys
from pathlib import Path
from carepress.workspace.files import atomic_write
print(flush=True)
for number in range(10**6):
    atomic_write(Path(sys.argv[1]), bytes([number % 256]) * 5_000_000)
"""


def test_killed_writer_leaves_a_whole_file(tmp_path: Path) -> None:
    rng, path, left = random.Random(7), tmp_path / "file.pdf", 0
    path.write_bytes(b"earlier")
    for number in range(300):
        writer = subprocess.Popen([sys.executable, "-c", WRITER, path], cwd=ROOT, stdout=subprocess.PIPE)
        assert writer.stdout
        writer.stdout.readline()
        time.sleep(rng.random() / 20)
        writer.kill()
        writer.communicate()
        left = len(unfinished(tmp_path))
        data = path.read_bytes()
        assert data == b"earlier" or (len(data) == 5_000_000 and len(set(data)) == 1)
        if number >= 11 and left:
            break
    assert left, "no kill came while a file was being written: make it larger"


def test_abandoned_temporary_files_are_removed(earlier: Path) -> None:
    folder = earlier / "generic" / "en"
    old, new, foreign = (folder / name for name in (f"{TEMPORARY_PREFIX}a.pdf", f"{TEMPORARY_PREFIX}b.pdf", ".a.pdf"))
    for path in (old, new, foreign):
        path.write_bytes(b"half")
    for path in (old, foreign):
        os.utime(path, (time.time() - ABANDONED_AFTER - 5,) * 2)
    args = ("--book", GARDEN, "--out", earlier, "--lang", "en", "--edition", "epub", "--force")
    assert publish_process("build", *args).returncode == 0
    assert sorted(unfinished(folder)) == [foreign.name, new.name], "the new one may be that of another build"


# --- two builds at once ----------------------------------------------------------------------


def test_concurrent_builds(changed: Path, tmp_path: Path) -> None:
    out = tmp_path / "both"
    languages = [(lang,) for lang in LANGS] + [LANGS]
    builds = [
        subprocess.Popen(
            [sys.executable, ROOT / "publish.py", "build", "--book", changed, "--out", out, "--jobs", "2"]
            + [f"--lang={lang}" for lang in langs]
            + ["--edition=booklet", "--edition=sheets"],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for langs in languages
    ]
    for build in builds:
        _stdout, stderr = build.communicate(timeout=LONG)
        assert (build.returncode, "Traceback" in stderr) == (0, False), stderr
    assert_files_open(out)
    files = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
    assert len(files) == 4
    assert_manifest_matches(out)
    assert unfinished(out) == []


def record(out: Path, number: int) -> None:
    for turn in range(10):
        write_manifest(out, [file_record(f"{number}-{turn}")])


def test_concurrent_writes_of_the_manifest(tmp_path: Path) -> None:
    with ProcessPoolExecutor(6) as pool:
        list(pool.map(partial(record, tmp_path), range(6)))
    assert len(json.loads((tmp_path / "manifest.json").read_text())["files"]) == 60
    assert sorted(path.name for path in tmp_path.iterdir()) == [".cache", "manifest.json"]


HOLD = """
import sys, time
from pathlib import Path
from carepress.workspace.files import file_lock
with file_lock(Path(sys.argv[1])):
    print("locked", flush=True)
    time.sleep(600)
"""


def test_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "folder" / "manifest.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, lock], cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "locked\n"
        with pytest.raises(Timeout):
            FileLock(lock).acquire(timeout=0.1)
        holder.kill()
        holder.wait()
        with file_lock(lock):
            pass


# --- no network ------------------------------------------------------------------------------

GUARD = """
import os, socket
def touched(*args, **_more):
    with open(os.environ["NETWORK_MARK"], "a") as file:
        file.write(f"{args}\\n")
    raise OSError(101, "the network must not be touched")
plain = socket.socket
class Guarded(plain):
    def __init__(self, family=socket.AF_INET, *args, **options):
        if family in (-1, socket.AF_INET, socket.AF_INET6):
            touched(family, *args)
        super().__init__(family, *args, **options)
socket.socket = Guarded
socket.getaddrinfo = socket.gethostbyname = socket.gethostbyname_ex = socket.create_connection = touched
"""


@pytest.fixture
def guarded(tmp_path: Path) -> dict[str, str]:
    """Return an environment in which Python and its children record and refuse every use of the network."""
    folder = tmp_path / "guard"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(GUARD)
    return {**os.environ, "PYTHONPATH": str(folder), "NETWORK_MARK": str(folder / "mark")}


def without_network() -> list[str]:
    """Return the command that runs another one without a network, or [] where this is impossible."""
    for command in (["unshare", "-n"], ["unshare", "-rn"]):
        if shutil.which("unshare") and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    return []


FETCHES = ("import urllib.request as u; u.urlopen('http://127.0.0.1:9/')", "import socket; socket.socket()")


@pytest.mark.parametrize("code", FETCHES)
def test_guard_detects_network_use(code: str, guarded: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, "-c", code], env=guarded, capture_output=True, text=True)
    assert "must not be touched" in done.stderr
    assert Path(guarded["NETWORK_MARK"]).exists()


PRODUCTS = [
    ("build", "--lang=es", "--edition=booklet", "--edition=epub", "--edition=sheets", "--edition=bilingual", "--edition=large-print"),
    ("planner", "--ended=2026-11-30"),
]  # fmt: skip


def test_no_command_uses_the_network(guarded: dict[str, str], built: Path, tmp_path: Path) -> None:
    isolate = without_network()
    for command, *args in PRODUCTS:
        out = tmp_path / command
        done = run(command, "--book", GARDEN, "--out", out, *args, before=isolate, env=guarded)
        assert done.returncode == 0, done.stderr
    done = run("shelf", "--out", tmp_path / "build", before=isolate, env=guarded)
    assert done.returncode == 0, done.stderr
    mark = Path(guarded["NETWORK_MARK"])
    assert not mark.exists(), mark.read_text()
    made, usual = sums(tmp_path / "build"), sums(built)
    assert {name: made[name] for name in usual if name.startswith("generic/es/")}.items() <= usual.items()
