"""build --out URL: files go to a folder by file:// and to a server that speaks S3, whole, once, and none is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from support_s3 import BUCKET, S3, s3_server

from support import copy_project, publish

pytest.importorskip("fsspec")
BOOK = "tests/books/garden"
ARGS = ("build", "--book", BOOK, "--edition", "sheets")
NAMES = [f"generic/{lang}/garden-sheets-{lang}.pdf" for lang in ("en", "es")]
CATALOG = f"{BOOK}/locales/es/LC_MESSAGES/garden.po"


@dataclass(frozen=True)
class Far:
    """A project, and a storage that its files go to."""

    root: Path
    url: str
    variables: dict[str, str]
    read: Callable[[], dict[str, bytes]]
    remove: Callable[[str], object]
    write: Callable[[str, bytes], object]

    def build(self, *args: object, out: str = "") -> subprocess.CompletedProcess[str]:
        return publish(*ARGS, "--out", out or self.url, *args, root=self.root, **self.variables)

    def sent(self, *args: object) -> list[str]:
        """Build, and return the names of the files that were sent."""
        done = self.build(*args)
        assert (done.returncode, done.stderr) == (0, "")
        lines = [line for line in done.stdout.splitlines() if line.startswith("uploaded ")]
        assert f"{len(lines)} uploaded, {2 - len(lines)} up to date: {self.url}" in done.stdout
        return [line.split()[1].removeprefix(f"{self.url}/") for line in lines]

    def check(self) -> None:
        """See that all is there whole, and nothing else."""
        there = self.read()
        files = json.loads(there.pop("manifest.json"))["files"]
        assert sorted(there) == sorted(files) == NAMES
        assert {name: sha256(data).hexdigest() for name, data in there.items()} == {
            name: facts["sha256"] for name, facts in files.items()
        }

    def change(self) -> None:
        """Change the Spanish sheets."""
        path = self.root / CATALOG
        text = path.read_text(encoding="utf-8")
        assert 'msgstr "Primera siembra"' in text
        path.write_text(text.replace('msgstr "Primera siembra"', 'msgstr "Siembra primera"'), encoding="utf-8")


@pytest.fixture
def s3() -> Iterator[S3]:
    pytest.importorskip("s3fs").S3FileSystem.clear_instance_cache()  # another server has another address
    with s3_server() as server:
        yield server


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project without the handbook; tests copy it."""
    root = copy_project(tmp_path_factory.mktemp("storage") / "project")
    shutil.rmtree(root / "content")
    return root


def far_folder(root: Path, folder: Path) -> Far:
    def read() -> dict[str, bytes]:
        paths = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    def write(name: str, data: bytes) -> None:
        (folder / name).write_bytes(data)

    return Far(root, folder.as_uri(), {}, read, lambda name: (folder / name).unlink(), write)


def far_bucket(root: Path, s3: S3) -> Far:
    def read() -> dict[str, bytes]:
        return {name.removeprefix("shelf/"): data for name, data in s3.objects.items()}

    def write(name: str, data: bytes) -> None:
        s3.objects[f"shelf/{name}"] = data

    return Far(root, f"s3://{BUCKET}/shelf", s3.variables, read, lambda name: s3.objects.pop(f"shelf/{name}"), write)


@pytest.fixture(params=["folder", "bucket"])
def far(request: pytest.FixtureRequest, project: Path, tmp_path: Path) -> Far:
    root = Path(shutil.copytree(project, tmp_path / "copy"))
    if request.param == "folder":
        return far_folder(root, tmp_path / "far")
    return far_bucket(root, request.getfixturevalue("s3"))


def test_what_is_there_is_not_sent_again(far: Far) -> None:
    assert far.sent() == NAMES
    far.check()
    before = far.read()
    assert far.sent() == []
    assert far.read() == before
    far.remove(NAMES[0])
    assert far.sent() == NAMES[:1]
    assert far.read() == before
    assert far.sent("--force") == NAMES
    far.change()
    assert far.sent() == NAMES[1:]
    far.check()
    assert far.read()[NAMES[0]] == before[NAMES[0]] != far.read()[NAMES[1]] != before[NAMES[1]]


def test_the_manifest_comes_last_and_places_do_not_mix(project: Path, tmp_path: Path, s3: S3) -> None:
    far = far_bucket(Path(shutil.copytree(project, tmp_path / "copy")), s3)
    assert far.sent() == NAMES
    assert [name.removeprefix("shelf/") for name in s3.put] == [*NAMES, "manifest.json"]
    done = far.build("--lang", "en", out=f"s3://{BUCKET}")
    assert done.stdout.startswith("built "), "another place has a folder of its own here"
    assert sorted(json.loads(s3.objects["manifest.json"])["files"]) == NAMES[:1]
    assert far.sent() == []
    shutil.rmtree(far.root / "build")
    done = far.build("--lang", "en")
    assert done.stdout.startswith("built "), "as on another machine"
    assert "0 uploaded, 1 up to date" in done.stdout
    assert sorted(json.loads(s3.objects["shelf/manifest.json"])["files"]) == NAMES, "the other files keep their entries"


def test_a_build_that_fails_takes_nothing_away(far: Far) -> None:
    assert far.sent() == NAMES
    before = far.read()
    (far.root / BOOK / "sheets" / "plan.toml").write_text("title = ")
    done = far.build()
    assert done.returncode == 1
    assert "plan.toml:1: " in done.stderr
    assert far.read() == before


# What a file:// is after a SIGKILL: half of a file has been copied.
KILLED = """
import os, signal, sys
from fsspec.implementations.local import LocalFileSystem
def half(self, source, target, **_more):
    data = open(source, "rb").read()
    open(target, "wb").write(data[:len(data) // 2])
    os.kill(os.getpid(), signal.SIGKILL)
LocalFileSystem.put_file = half
from carepress.cli import main
main()
"""


def test_a_file_half_sent_to_a_folder_never_has_its_name(project: Path, tmp_path: Path) -> None:
    far = far_folder(Path(shutil.copytree(project, tmp_path / "copy")), tmp_path / "far")
    assert far.sent() == NAMES
    before = far.read()
    far.change()
    killed = subprocess.run([sys.executable, "-c", KILLED, *ARGS, "--out", far.url], cwd=far.root, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    left = {name: data for name, data in far.read().items() if name not in before}
    assert len(left) == 1, "half a file, under another name"
    assert {name: far.read()[name] for name in before} == before
    assert far.sent() == NAMES[1:]
    far.check()


def test_a_file_half_sent_to_a_bucket_is_not_there(project: Path, tmp_path: Path, s3: S3) -> None:
    far = far_bucket(Path(shutil.copytree(project, tmp_path / "copy")), s3)
    assert far.sent() == NAMES
    before, s3.begun, s3.pace = far.read(), 0, 0.2
    far.change()
    command = list(map(str, [sys.executable, "publish.py", *ARGS, "--out", far.url]))
    environment = {**os.environ, **far.variables}
    build = subprocess.Popen(command, cwd=far.root, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    while not s3.begun and build.poll() is None:
        time.sleep(0.02)
    assert build.poll() is None, "it is sending"
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()
    while s3.under_way:  # comes, or is cut off
        time.sleep(0.02)
    s3.pace, there = 0, far.read()
    assert {**there, NAMES[1]: before[NAMES[1]]} == before, "nothing else has changed"
    assert far.sent() == NAMES[1:]
    far.check()
    assert there[NAMES[1]] in (before[NAMES[1]], far.read()[NAMES[1]]), "old or new, but whole"


def test_what_a_killed_build_replaced_is_put_back_though_the_manifest_knows_it(far: Far) -> None:
    assert far.sent() == NAMES
    before, text = far.read(), (far.root / CATALOG).read_text(encoding="utf-8")
    far.change()
    code = "from carepress.build import storage; storage._put_manifest = lambda *_: __import__('os').kill(0, 9)"
    code += "\nfrom carepress.cli import main\nmain()"
    command = [sys.executable, "-c", code, *ARGS, "--out", far.url]
    subprocess.run(command, cwd=far.root, env={**os.environ, **far.variables}, start_new_session=True)
    there = far.read()
    assert there["manifest.json"] == before["manifest.json"]
    assert there[NAMES[1]] != before[NAMES[1]]
    far.write(NAMES[1], b"x" * len(before[NAMES[1]]))  # the new one could have been of the same size
    (far.root / CATALOG).write_text(text, encoding="utf-8")
    assert far.sent() == NAMES[1:]
    assert far.read() == before


def test_a_storage_that_refuses_one_file_keeps_those_before_it(project: Path, tmp_path: Path, s3: S3) -> None:
    far = far_bucket(Path(shutil.copytree(project, tmp_path / "copy")), s3)
    s3.refused = "-es.pdf"
    done = far.build()
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith(f"{far.url}: access denied (Access Denied): check the credentials")
    assert sorted(json.loads(far.read()["manifest.json"])["files"]) == NAMES[:1]
    s3.refused = ""
    assert far.sent() == NAMES[1:]
    far.check()


@pytest.mark.parametrize(
    ("url", "variables", "message"),
    [
        ("nope://x", {}, "nope://x: unknown kind of storage “nope”: use s3://"),
        ("https://x.example/y", {}, "https://x.example/y: web addresses are read-only: use the URL"),
        ("s3://", {}, "s3://: the bucket is missing: use the form s3://bucket/folder"),
        ("s3://other/x", {}, "s3://other/x: not found (The "),
        (f"s3://{BUCKET}/x", {"AWS_ACCESS_KEY_ID": "stranger"}, "access denied (Forbidden): check the cred"),
        (f"s3://{BUCKET}/x", {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "the credentials are missing or "),
        (f"s3://{BUCKET}/x", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, "the storage failed ("),
        ("oci://b/x", {}, "oci://b/x: the library for oci:// is missing: Install ocifs"),
        ("oci://me:secret@b/x", {}, "oci://b/x: the library"),
    ],
)
def test_what_is_wrong_is_one_line_before_anything_is_made(
    url: str, variables: dict[str, str], message: str, s3: S3, project: Path
) -> None:
    done = publish(*ARGS, "--out", url, root=project, **{**s3.variables, **variables})
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (project / "build").exists()


def test_a_full_or_locked_place_is_one_line(far: Far, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = far.build("--lang", "en", out=(tmp_path / "file" / "far").as_uri())
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("file:///")


def test_without_fsspec_it_says_what_to_install(project: Path) -> None:
    code = "import sys; sys.modules['fsspec'] = None\nfrom carepress.cli import main\nmain()"
    command = [sys.executable, "-c", code, *ARGS, "--out", "s3://books/x"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == "s3://books/x: the library for remote storage is missing: run: pip install 'carepress[cluster]'\n"
    )


@pytest.mark.parametrize("command", [("shelf",), ("status",), ("verify", "x.pdf")])
def test_other_commands_want_a_folder(command: tuple[str, ...]) -> None:
    done = publish(*command, "--out", "s3://books/x")
    assert done.returncode == 2
    assert "only publish.py build writes to remote storage" in done.stderr
