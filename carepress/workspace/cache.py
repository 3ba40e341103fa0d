"""A cache for results that are slow to compute, in the output folder. It can be deleted at any time.

An entry is a file, named by a digest of its inputs, that holds the SHA-256 of the data and the data. A truncated or
altered entry counts as missing.
"""

from __future__ import annotations

import os
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from carepress.workspace.files import atomic_write

DIGEST = 32  # bytes
MAX_AGE = 30 * 24 * 3600  # seconds since its last use after which an entry is removed


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of entries. Failures to write are ignored: the result is computed again next time."""

    folder: Path

    def read(self, key: str) -> bytes | None:
        """Return an entry, or None if it is missing or damaged."""
        try:
            content = (self.folder / key).read_bytes()
        except OSError:
            return None
        digest, data = content[:DIGEST], content[DIGEST:]
        if sha256(data).digest() != digest:
            return None
        with suppress(OSError):
            os.utime(self.folder / key)  # records the last use, for prune()
        return data

    def write(self, key: str, data: bytes) -> None:
        """Store an entry."""
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            atomic_write(self.folder / key, sha256(data).digest() + data)

    def prune(self) -> None:
        """Remove entries that no build has used for a month, and remains of interrupted builds."""
        oldest = time.time() - MAX_AGE
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.suffix != ".lock" and path.stat().st_mtime < oldest:
                    path.unlink()
