"""Results that are slow to make, kept beside the output. It may be deleted at any time.

An entry is its SHA-256 and its bytes, in a file named by the digest of what it was made from. One that is cut off
or altered is as good as none.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

DIGEST = 32  # bytes
UNFINISHED = ".carepress-"  # begins the names of files that are being written
GIVEN_UP = 600  # seconds: whoever writes a file for so long was killed


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries. What cannot be kept there is made again next time."""

    folder: Path

    def read(self, key: str) -> bytes | None:
        """Return an entry, or None when there is none that is whole."""
        try:
            content = (self.folder / key).read_bytes()
        except OSError:
            return None
        digest, data = content[:DIGEST], content[DIGEST:]
        return data if sha256(data).digest() == digest else None

    def write(self, key: str, data: bytes) -> None:
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            replace_file(self.folder / key, sha256(data).digest() + data)


def replace_file(path: Path, data: bytes) -> None:
    """Write a file beside `path` and move it there, so that no reader ever meets half of it.

    Raises OSError, which names `path`; the earlier file is then as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path.parent)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED, suffix=path.suffix)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None


@cache
def _sweep(folder: Path) -> None:
    """Remove what killed runs have left in a folder, once; another run may be writing there now."""
    for path in folder.glob(f"{UNFINISHED}*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > GIVEN_UP:
                path.unlink()


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other runs from changing `path` meanwhile; all must ask. Raises OSError where no file can be made.

    For short work: a lock that is older than a minute was left by a run that was killed.
    """
    lock = path.with_name(f"{UNFINISHED}{path.name}.lock")
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL))
            break
        except FileExistsError:
            with suppress(FileNotFoundError):
                if time.time() - lock.stat().st_mtime > 60:
                    lock.unlink()
            time.sleep(0.02)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
