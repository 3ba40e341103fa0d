"""The README's commands in a bare Debian: python3, make and git, and nothing else of this machine.

`make test` runs there with the tests that build nothing, or with all of its tests if CAREPRESS_BARE=all.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from support import ROOT

PACKAGES = "python3,make,git,ca-certificates"
SUITE = "bookworm"
QUICK = "not (handbook or validator or browser or slow or process or builds)"
SOURCES = Path("/etc/apt/sources.list.d")
# The configuration of package servers on this machine, copied at run time.
NETWORK = """
/etc/apt/apt.conf.d /etc/apt/keyrings /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources /etc/apt/trusted.gpg.d
/etc/hosts /etc/pip.conf /etc/resolv.conf /etc/ssl/certs/ca-certificates.crt /usr/local/share/ca-certificates
""".split()
VARIABLES = re.compile(r"PIP_\w+|(https?|ftp|no|all)_proxy|(SSL|REQUESTS|CURL)_\w*(CERT|BUNDLE)\w*", re.IGNORECASE)

pytestmark = pytest.mark.slow


def mirror() -> str:
    """Return the address of this machine's Debian mirror."""
    texts = [path.read_text() for path in (SOURCES / "debian.sources", Path("/etc/apt/sources.list")) if path.is_file()]
    match = re.search(r"^(?:URIs:|deb(?: \[[^]]*\])?)\s+(\S+)", "\n".join(texts), re.MULTILINE)
    if not match:
        pytest.skip("this machine has no Debian mirror in its apt sources")
    return match[1]


def copy_in(path: Path, root: Path) -> None:
    """Copy a file or folder of this machine to the same place in the bare Debian."""
    target = root / path.relative_to("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target, dirs_exist_ok=True)
    elif path.is_file():
        shutil.copyfile(path, target)


def remove(root: Path) -> None:
    """Delete a root folder. debootstrap may leave /proc mounted in it, which must not be entered."""
    for line in Path("/proc/mounts").read_text().splitlines():
        mount = Path(line.split()[1])
        if mount.is_relative_to(root):
            subprocess.run(["umount", "--lazy", mount], check=True)
    subprocess.run(["rm", "-rf", "--one-file-system", root], check=True)


@pytest.fixture(scope="module")
def bare() -> Iterator[Path]:
    """Return the root of a bare Debian with a clone of this checkout in /carepress."""
    if not shutil.which("debootstrap"):
        pytest.skip("debootstrap is not installed")
    if os.geteuid() != 0:
        pytest.skip("debootstrap and chroot need root")
    root = Path(mkdtemp(prefix="carepress-bare-"))
    try:
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", SUITE, root, mirror()]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if re.search(r"mknod|mounted with noexec or nodev|Operation not permitted", made.stdout + made.stderr):
            pytest.skip("this machine does not permit debootstrap to make devices")
        assert made.returncode == 0, (made.stdout + made.stderr)[-2000:]
        settings = [Path.home() / ".config/pip", Path.home() / ".pip", *map(Path, NETWORK)]
        for path in (*settings, *map(Path, re.findall(r"(?<!\S)/\S+", os.environ.get("PIP_FIND_LINKS", "")))):
            copy_in(path, root)
        subprocess.run(["git", "clone", "--quiet", "--no-hardlinks", ROOT, root / "carepress"], check=True)
        yield root
    finally:
        remove(root)


def run(root: Path, command: str) -> subprocess.CompletedProcess[str]:
    """Run a shell command in /carepress of the bare Debian, with /proc where that is permitted.

    The mount is private to a namespace and ends with the command.
    """
    variables = {name: value for name, value in os.environ.items() if VARIABLES.fullmatch(name)}
    variables |= {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(Path.home()), "LC_ALL": "C.UTF-8"}
    enter = 'mount -t proc proc "$0/proc"; exec chroot "$0" /bin/sh -c "cd /carepress && $1"'
    isolated = ["unshare", "--mount"]
    if subprocess.run([*isolated, "true"], capture_output=True, check=False).returncode:
        isolated, enter = [], enter.partition("; ")[2]
    return subprocess.run(
        [*isolated, "/bin/sh", "-c", enter, root, command], env=variables, capture_output=True, text=True, check=False
    )


def test_readme_commands_work_in_bare_debian(bare: Path) -> None:
    # All handouts take as long again; CI makes them with `make book` on its own bare machine.
    done = run(bare, "make book HANDOUTS=start-here")
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    made = {path.name for path in (bare / "carepress/build/generic").rglob("*") if path.suffix in (".pdf", ".epub")}
    assert made >= {f"childhood-all-booklet-{lang}.pdf" for lang in ("en", "es")}
    assert made >= {f"childhood-all-epub-{lang}.epub" for lang in ("en", "es")}
    assert made >= {f"childhood-all-start-here-print-{lang}.pdf" for lang in ("en", "es")}
    tests = "" if os.environ.get("CAREPRESS_BARE") == "all" else f"PYTEST_ADDOPTS='-m \"{QUICK}\"' "
    done = run(bare, f"{tests}make test")
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    assert re.search(r"^\d{3,} passed", done.stdout, re.MULTILINE), done.stdout[-2000:]
