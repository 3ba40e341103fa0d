"""The installed command: a wheel in a new virtual environment builds a book outside any project."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest
from support_wait import LONG

from support import GARDEN, ROOT

pytestmark = pytest.mark.slow
ENGINE = "from carepress.workspace.fingerprint import build_fingerprint; print(build_fingerprint())"


def run(command: list[object], cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = list(map(str, command))
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=LONG, check=False)


def files(folder: Path) -> dict[str, bytes]:
    """Return the output files of a build by their paths, without the cache."""
    patterns = ("*/*/*.pdf", "*/*/*.epub", "*/*/*.json", "manifest.json")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for pattern in patterns for path in folder.glob(pattern)
    }


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a virtual environment with Carepress from a wheel and the dependencies of this one."""
    base = tmp_path_factory.mktemp("wheel")
    source, wheels, place = base / "source", base / "wheels", base / "environment"
    for name in ("carepress", "templates", "locales"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    options = ["--no-index", "--no-deps"]
    made = run([*pip, "wheel", *options, "--no-build-isolation", "--wheel-dir", wheels, source], base)
    assert made.returncode == 0, made.stderr
    venv.create(place, symlinks=True)
    python = place / "bin" / "python"
    done = run([*pip, f"--python={python}", "install", *options, *wheels.glob("*.whl")], base)
    assert done.returncode == 0, done.stderr
    (site,) = place.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return place


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Return a folder outside any project, with the garden book.

    It has the same name as in the checkout: paths in the list of printed pages begin two folders above the book.
    """
    folder = tmp_path / GARDEN.parent.name
    shutil.copytree(GARDEN, folder / "garden")
    return folder


def test_builds_the_same_files_as_a_checkout(environment: Path, empty: Path, garden_out: Path) -> None:
    done = run([environment / "bin/carepress", "build", "--book", "./garden"], empty)
    assert done.returncode == 0, done.stdout + done.stderr
    built = files(empty / "build")
    assert {"generic/en/garden-booklet-en.pdf", "generic/es/garden-epub-es.epub", "manifest.json"} <= set(built)
    theirs = files(garden_out.parent)
    # The manifest names the folder of the book in its project.
    theirs["manifest.json"] = theirs["manifest.json"].replace(b'"tests/books/garden"', b'"garden"')
    assert built == theirs, "the same bytes"
    again = run([environment / "bin/carepress", "build", "--book", "./garden"], empty)
    assert "built" not in again.stdout, "nothing has changed"


def test_engine_digest_is_that_of_the_checkout(environment: Path) -> None:
    """A cluster may mix checkouts and installed workers."""
    installed, checkout = (run([python, "-c", ENGINE], ROOT) for python in (environment / "bin/python", sys.executable))
    assert installed.stdout == checkout.stdout != ""


def test_changed_package_templates_cause_a_rebuild(environment: Path, empty: Path, tmp_path: Path) -> None:
    package = tmp_path / "changed"
    shutil.copytree(environment, package, symlinks=True)
    command = [package / "bin/python", "-c", "from carepress.cli import main; main()", "build", "--book", "./garden"]
    command += ["--lang", "es", "--edition", "epub"]
    assert "built" in run(command, empty).stdout
    assert "unchanged" in run(command, empty).stdout
    for name in ("templates/styles/epub.css", "locales/es/LC_MESSAGES/interface.po"):
        (path,) = package.glob(f"lib/*/site-packages/carepress/{name}")
        with path.open("a") as file:
            file.write("\n")
        assert "built" in run(command, empty).stdout, name


def contents(package: Path) -> dict[Path, bytes]:
    """Return the files of an installed package, without bytecode."""
    paths = (path for path in package.rglob("*") if path.is_file() and path.parent.name != "__pycache__")
    return {path: path.read_bytes() for path in paths}


def test_commands_without_a_project(environment: Path, empty: Path) -> None:
    """Commands that need only a book work; others report that there is no project. None writes into the package."""
    (package,) = environment.glob("lib/*/site-packages/carepress")
    before = contents(package)
    assert before
    command = environment / "bin/carepress"
    for args in (
        ("check", "--book", "garden"),
        ("catalogs", "status", "--book", "garden"),
        ("catalogs", "update", "--book", "garden"),
        ("catalogs", "add", "fr", "--book", "garden"),  # with the interface's catalog, beside that of the book
        ("planner", "--book", "garden", "--ended", "2026-11-30", "--lang", "es"),
        ("build", "--book", "garden", "--edition", "epub", "--lang", "en"),
        ("shelf",),
    ):
        done = run([command, *args], empty)
        assert done.returncode == 0, (args, done.stderr)
    for args, message in (
        (("build",), "childhood-all: unknown book: use one of (none), or the path of a folder with a book.toml"),
        (("hospital", "new", "st-mary", "--book", "garden"), "the folder is not in a project"),
        (("build", "--book", "garden", "--hospital", "st-mary"), "st-mary: unknown hospital"),
    ):
        done = run([command, *args], empty)
        assert done.returncode == 1, args
        assert message in done.stderr
        assert done.stderr.count("\n") == 1
    assert not (empty / "content").exists()
    assert contents(package) == before, "nothing is written into the package"


def test_project_with_only_content(environment: Path, empty: Path) -> None:
    """A folder with only content/ is a project; its templates are those of the package."""
    command = environment / "bin/carepress"
    (empty / "content").mkdir()
    (empty / "garden").rename(empty / "content/garden")
    inside = empty / "content/garden/sheets"
    assert inside.is_dir()
    done = run([command, "hospital", "new", "st-mary", "--book", "garden"], inside)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("created ../../hospitals/st-mary: fill in ../../hospitals/st-mary/hospital.toml")
    assert (empty / "content/hospitals/st-mary/hospital.toml").is_file()
