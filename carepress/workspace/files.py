"""Walks through folders, atomic writes, and locks between processes."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from filelock import FileLock

READABLE = 0o644  # a web server may run as another user
UMASK = os.umask(0)  # can only be read by setting it
os.umask(UMASK)
TEMPORARY_PREFIX = ".carepress-"  # of files that are being written
ABANDONED_AFTER = 600  # seconds: a temporary file this old was left by a process that was killed


def walk(folder: Path, around: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield the files in a folder and its subfolders, including those that are links.

    Hidden files are left out, and names that are not Unicode, which no text of a book can name. An unreadable folder
    counts as empty. `around` are the real paths of the folders around it, so that no link leads into a circle.
    """
    real = os.path.realpath(folder)
    if real in around:
        return
    for name in _names(folder):
        path = folder / name
        if path.is_file():
            yield path
        elif path.is_dir() and name != "__pycache__":
            yield from walk(path, (*around, real))


def _names(folder: Path) -> list[str]:
    try:
        names = os.listdir(folder)
    except OSError:
        return []
    return [name for name in names if not name.startswith(".") and is_unicode(name)]


def unicode_path(path: Path) -> str:
    """Return a path as Unicode text, with “?” for bytes that Python could not decode."""
    return path.as_posix().encode("utf-8", "replace").decode()


def is_unicode(text: str) -> bool:
    """Return whether a name or argument is Unicode, and not bytes that Python could not decode."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def atomic_write(path: Path, data: bytes) -> None:
    """Write `data` to a temporary file next to `path` and move it into place, so no reader sees a partial file.

    A link stays a link: its target is replaced. A file that exists keeps its permissions. Raises OSError, naming
    `path`, also for a read-only file; the earlier file is then unchanged.
    """
    try:
        target = Path(os.path.realpath(path))
        mode = _mode(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target.parent)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=TEMPORARY_PREFIX, suffix=target.suffix)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            with suppress(PermissionError):  # shares and sticks without POSIX rights refuse it
                os.chmod(temporary, mode)
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


def _mode(path: Path) -> int:
    """Return the permissions for a file that is about to be written. Raises PermissionError for a read-only one."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return READABLE | (0o666 & ~UMASK)
    # Moving a file over a read-only one succeeds, and root may write anything: the permissions are a wish.
    if not mode & stat.S_IWUSR and path.is_file():
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return mode


def create_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Create a folder with text files, by their paths in it; after an error, no part of it is left. Raises OSError."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".new-"))
    try:
        for name, text in files.items():
            (temporary / name).parent.mkdir(parents=True, exist_ok=True)
            (temporary / name).write_text(text, encoding="utf-8", newline="\n")
        with suppress(PermissionError):  # shares and sticks without POSIX rights refuse it
            temporary.chmod(0o755)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextmanager
def all_or_none(paths: Iterable[Path]) -> Iterator[None]:
    """Remove the files and folders that did not exist before if an error stops the block that creates them."""
    places = {place for path in paths for place in (path, *path.parents[:2])}
    new = [place for place in places if not os.path.lexists(place)]
    try:
        yield
    except BaseException:
        for place in sorted(new, key=lambda place: len(place.parts), reverse=True):
            with suppress(OSError):  # it was not created, or something else is in it
                place.rmdir() if place.is_dir() else place.unlink()
        raise


@cache
def _sweep(folder: Path) -> None:
    """Remove temporary files that killed processes left in a folder, once per process.

    Recent ones stay: another process may be writing them now.
    """
    for path in folder.glob(f"{TEMPORARY_PREFIX}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > ABANDONED_AFTER:
                path.unlink()


@contextmanager
def file_lock(lock: Path) -> Iterator[None]:
    """Hold an exclusive lock between processes. The lock file is not deleted.

    The operating system releases the lock when its holder dies. Raises OSError if the file cannot be created.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        yield


def write_error(error: OSError, option: str = "") -> tuple[str, str]:
    """Return the message and the hint for a file that cannot be written; `option` names another folder."""
    hint = "check the folder, its permissions and the free disk space"
    elsewhere = f", or name another folder with {option}" if option else ""
    return f"cannot be written ({error.strerror})", hint + elsewhere
