"""build --out URL: files are uploaded whole, once, to a file:// folder or an S3 server, and none is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest
from s3fs import S3FileSystem
from support_s3 import BUCKET, S3, s3_server
from support_wait import wait_for

from support import copy_project, publish

BOOK = "tests/books/garden"
ARGS = ("build", "--book", BOOK, "--edition", "sheets")
NAMES = [f"generic/{lang}/garden-sheets-{lang}.pdf" for lang in ("en", "es")]
CATALOG = f"{BOOK}/locales/es/LC_MESSAGES/garden.po"


@dataclass(frozen=True)
class RemoteProject:
    """A project, and the storage of its files."""

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
        """Assert that the storage has exactly the files of the manifest, each whole."""
        stored = self.read()
        files = json.loads(stored.pop("manifest.json"))["files"]
        assert sorted(stored) == sorted(files) == NAMES
        assert {name: sha256(data).hexdigest() for name, data in stored.items()} == {
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
    S3FileSystem.clear_instance_cache()  # another server has another address
    with s3_server() as server:
        yield server


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project without the handbook; tests copy it."""
    root = copy_project(tmp_path_factory.mktemp("storage") / "project")
    shutil.rmtree(root / "content")
    return root


def folder_project(root: Path, folder: Path) -> RemoteProject:
    def read() -> dict[str, bytes]:
        paths = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}

    def write(name: str, data: bytes) -> None:
        (folder / name).write_bytes(data)

    return RemoteProject(root, folder.as_uri(), {}, read, lambda name: (folder / name).unlink(), write)


def bucket_project(root: Path, s3: S3) -> RemoteProject:
    def read() -> dict[str, bytes]:
        return {name.removeprefix("shelf/"): data for name, data in s3.objects.items()}

    def write(name: str, data: bytes) -> None:
        s3.objects[f"shelf/{name}"] = data

    return RemoteProject(
        root, f"s3://{BUCKET}/shelf", s3.variables, read, lambda name: s3.objects.pop(f"shelf/{name}"), write
    )


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.slow)])
def remote(request: pytest.FixtureRequest, project: Path, tmp_path: Path) -> RemoteProject:
    root = Path(shutil.copytree(project, tmp_path / "copy"))
    if request.param == "folder":
        return folder_project(root, tmp_path / "remote")
    return bucket_project(root, request.getfixturevalue("s3"))


def test_unchanged_files_are_not_sent_again(remote: RemoteProject) -> None:
    assert remote.sent() == NAMES
    remote.check()
    before = remote.read()
    assert remote.sent() == []
    assert remote.read() == before
    remote.remove(NAMES[0])
    assert remote.sent() == NAMES[:1]
    assert remote.read() == before
    assert remote.sent("--force") == NAMES
    remote.change()
    assert remote.sent() == NAMES[1:]
    remote.check()
    assert remote.read()[NAMES[0]] == before[NAMES[0]] != remote.read()[NAMES[1]] != before[NAMES[1]]


def test_manifest_is_sent_last_and_storages_are_separate(project: Path, tmp_path: Path, s3: S3) -> None:
    remote = bucket_project(Path(shutil.copytree(project, tmp_path / "copy")), s3)
    assert remote.sent() == NAMES
    assert [name.removeprefix("shelf/") for name in s3.put] == [*NAMES, "manifest.json"]
    done = remote.build("--lang", "en", out=f"s3://{BUCKET}")
    assert done.stdout.startswith("built "), "each storage has its own local folder"
    assert sorted(json.loads(s3.objects["manifest.json"])["files"]) == NAMES[:1]
    assert remote.sent() == []
    shutil.rmtree(remote.root / "build")
    done = remote.build("--lang", "en")
    assert done.stdout.startswith("built "), "as on another machine"
    assert "0 uploaded, 1 up to date" in done.stdout
    assert sorted(json.loads(s3.objects["shelf/manifest.json"])["files"]) == NAMES, "the other files keep their entries"


def test_failed_build_removes_nothing(remote: RemoteProject) -> None:
    assert remote.sent() == NAMES
    before = remote.read()
    (remote.root / BOOK / "sheets" / "plan.toml").write_text("title = ")
    done = remote.build()
    assert done.returncode == 1
    assert "plan.toml:1: " in done.stderr
    assert remote.read() == before


# Leaves a file:// storage as SIGKILL does in the middle of a copy: with half of a file.
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


@pytest.mark.slow
def test_partial_upload_to_a_folder_has_another_name(project: Path, tmp_path: Path) -> None:
    remote = folder_project(Path(shutil.copytree(project, tmp_path / "copy")), tmp_path / "remote")
    assert remote.sent() == NAMES
    before = remote.read()
    remote.change()
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, *ARGS, "--out", remote.url], cwd=remote.root, capture_output=True
    )
    assert killed.returncode == -signal.SIGKILL
    left = {name: data for name, data in remote.read().items() if name not in before}
    assert len(left) == 1, "half a file, under another name"
    assert {name: remote.read()[name] for name in before} == before
    assert remote.sent() == NAMES[1:]
    remote.check()


@pytest.mark.slow
def test_partial_upload_to_a_bucket_is_invisible(project: Path, tmp_path: Path, s3: S3) -> None:
    remote = bucket_project(Path(shutil.copytree(project, tmp_path / "copy")), s3)
    assert remote.sent() == NAMES
    before, s3.begun = remote.read(), 0
    s3.going_on.clear()
    remote.change()
    command = list(map(str, [sys.executable, "publish.py", *ARGS, "--out", remote.url]))
    environment = {**os.environ, **remote.variables}
    build = subprocess.Popen(
        command, cwd=remote.root, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    wait_for(lambda: s3.begun or build.poll() is not None)
    assert build.poll() is None, "it is uploading"
    os.killpg(build.pid, signal.SIGKILL)
    build.wait()
    s3.going_on.set()
    wait_for(lambda: not s3.under_way)  # it is complete or cut off
    stored = remote.read()
    assert {**stored, NAMES[1]: before[NAMES[1]]} == before, "nothing else has changed"
    assert remote.sent() == NAMES[1:]
    remote.check()
    assert stored[NAMES[1]] in (before[NAMES[1]], remote.read()[NAMES[1]]), "old or new, but whole"


@pytest.mark.slow
def test_file_replaced_by_a_killed_build_is_restored(remote: RemoteProject) -> None:
    assert remote.sent() == NAMES
    before, text = remote.read(), (remote.root / CATALOG).read_text(encoding="utf-8")
    remote.change()
    code = "from carepress.build import storage; storage._put_manifest = lambda *_: __import__('os').kill(0, 9)"
    code += "\nfrom carepress.cli import main\nmain()"
    command = [sys.executable, "-c", code, *ARGS, "--out", remote.url]
    subprocess.run(command, cwd=remote.root, env={**os.environ, **remote.variables}, start_new_session=True)
    stored = remote.read()
    assert stored["manifest.json"] == before["manifest.json"]
    assert stored[NAMES[1]] != before[NAMES[1]]
    remote.write(NAMES[1], b"x" * len(before[NAMES[1]]))  # the new file may have the same size
    (remote.root / CATALOG).write_text(text, encoding="utf-8")
    assert remote.sent() == NAMES[1:]
    assert remote.read() == before


def test_refused_file_keeps_the_files_before_it(project: Path, tmp_path: Path, s3: S3) -> None:
    remote = bucket_project(Path(shutil.copytree(project, tmp_path / "copy")), s3)
    s3.refused = "-es.pdf"
    done = remote.build()
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert done.stderr.startswith(f"{remote.url}: access denied (Access Denied): check the credentials")
    assert sorted(json.loads(remote.read()["manifest.json"])["files"]) == NAMES[:1]
    s3.refused = ""
    assert remote.sent() == NAMES[1:]
    remote.check()


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
def test_errors_are_one_line_before_anything_is_built(
    url: str, variables: dict[str, str], message: str, s3: S3, project: Path
) -> None:
    done = publish(*ARGS, "--out", url, root=project, **{**s3.variables, **variables})
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (project / "build").exists()


def test_unwritable_folder_is_one_line(remote: RemoteProject, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    done = remote.build("--lang", "en", out=(tmp_path / "file" / "remote").as_uri())
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("file:///")


def test_missing_fsspec_is_reported(project: Path) -> None:
    code = "import sys; sys.modules['fsspec'] = None\nfrom carepress.cli import main\nmain()"
    command = [sys.executable, "-c", code, *ARGS, "--out", "s3://books/x"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        done.stderr
        == "s3://books/x: the library for remote storage is missing: run: pip install 'carepress[cluster]'\n"
    )


@pytest.mark.parametrize("command", [("shelf",), ("status",), ("verify", "x.pdf")])
def test_other_commands_require_a_folder(command: tuple[str, ...]) -> None:
    done = publish(*command, "--out", "s3://books/x")
    assert done.returncode == 2
    assert "only publish.py build writes to remote storage" in done.stderr
