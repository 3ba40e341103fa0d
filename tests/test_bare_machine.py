"""The README's two commands on a bare Debian, made by debootstrap and entered by chroot."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import ROOT

pytestmark = pytest.mark.slow

# How this machine reaches packages; what is missing is not needed.
CLIENTS = ("/etc/resolv.conf", "/etc/hosts", "/etc/pip.conf", "/etc/apt/apt.conf.d", "/etc/ssl/certs")
OURS = ("MAKE", "MFLAGS", "PYTEST", "HYPOTHESIS", "VIRTUAL_ENV")  # variables of this run
MADE = [
    f"build/generic/{lang}/childhood-all-{name}"
    for lang in ("en", "es")
    for name in (f"booklet-{lang}.pdf", f"epub-{lang}.epub")
]


def commands() -> list[str]:
    """Return the two commands of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^## Two commands\n\n```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert block
    return re.findall(r"^(make \w+)", block[1], re.MULTILINE)


def test_the_readme_has_two_commands() -> None:
    assert commands() == ["make book", "make test"]


def run(*command: object, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False, **more)


@pytest.fixture
def debian(tmp_path: Path) -> Iterator[Path]:
    """Yield the root of a Debian with python3, make and git, and the project in /carepress."""
    if not shutil.which("debootstrap"):
        pytest.skip("debootstrap is not installed")
    if os.geteuid() or run("unshare", "--mount", "true").returncode:
        pytest.skip("only root may use debootstrap and chroot")
    root = tmp_path / "debian"
    packages = "--include=python3,make,git,ca-certificates"
    done = run("debootstrap", "--variant=minbase", packages, "bookworm", root)
    if done.returncode and "mknod" in done.stdout + done.stderr:
        pytest.skip("no devices can be made here, which debootstrap needs")
    assert done.returncode == 0, (done.stdout + done.stderr)[-2000:]
    for name in map(Path, CLIENTS):
        if name.exists():
            to = root / name.relative_to("/")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(name, to, dirs_exist_ok=True) if name.is_dir() else shutil.copy(name, to)
    for name, value in os.environ.items():
        if re.search("CERT|CAINFO|CA_BUNDLE", name) and Path(value).is_file():
            to = root / Path(value).relative_to("/")
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(value, to)
    run("git", "clone", "--quiet", ROOT, root / "carepress")
    yield root
    shutil.rmtree(root, ignore_errors=True)


def test_two_commands_on_a_bare_debian(debian: Path) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    variables |= {"HOME": "/root", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}
    for command in commands():
        inside = f"mount -t proc proc {debian}/proc; exec chroot {debian} sh -c 'cd /carepress && {command}'"
        done = run("unshare", "--mount", "--", "sh", "-c", inside, env=variables)
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert [name for name in MADE if not (debian / "carepress" / name).is_file()] == []
