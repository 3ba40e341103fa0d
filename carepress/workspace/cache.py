"""Results that are slow to make, kept beside the output. It may be deleted at any time.

An entry is its SHA-256 and its bytes, in a file named by the digest of what it was made from. One that is cut off
or altered is as good as none.
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
KEPT = 30 * 24 * 3600  # seconds after its last use that an entry is kept


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
        if sha256(data).digest() != digest:
            return None
        with suppress(OSError):
            os.utime(self.folder / key)  # the day of its last use, for prune()
        return data

    def write(self, key: str, data: bytes) -> None:
        with suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            atomic_write(self.folder / key, sha256(data).digest() + data)

    def prune(self) -> None:
        """Remove what no build has used for a month, and what an interrupted one has left."""
        oldest = time.time() - KEPT
        with suppress(OSError):
            for path in self.folder.iterdir():
                if path.suffix != ".lock" and path.stat().st_mtime < oldest:
                    path.unlink()
