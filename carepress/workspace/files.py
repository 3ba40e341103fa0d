"""Atomic writes, and locks between processes."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from filelock import FileLock

READABLE = 0o644  # a web server may run as another user
UMASK = os.umask(0)  # can only be read by setting it
os.umask(UMASK)
TEMPORARY_PREFIX = ".carepress-"  # of files that are being written
ABANDONED_AFTER = 600  # seconds: a temporary file this old was left by a process that was killed


def atomic_write(path: Path, data: bytes) -> None:
    """Write `data` to a temporary file next to `path` and move it into place, so no reader sees a partial file.

    Raises OSError, naming `path`; the earlier file is then unchanged.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=TEMPORARY_PREFIX, suffix=path.suffix)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            with suppress(PermissionError):  # shares and sticks without POSIX rights refuse it
                os.chmod(temporary, READABLE | (0o666 & ~UMASK))
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


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


def write_error(error: OSError) -> tuple[str, str]:
    """Return the message and the hint for a file that cannot be written."""
    return f"cannot be written ({error.strerror})", "check the folder, its permissions and the free disk space"
