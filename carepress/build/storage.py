"""Storage that is not a disk (s3://, gs://, …), through fsspec: files that were made here are put there whole.

What is made is made in a folder here, as ever; the storage gets copies. A file there is replaced in one step, and
the manifest comes after the files it tells of.
"""

from __future__ import annotations

import json
import mimetypes
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from carepress.model import PublishError, Result
from carepress.workspace.files import TEMPORARY_PREFIX
from carepress.workspace.outputs import MANIFEST, Rows, manifest_bytes, manifest_rows, output_cache, record_to_row

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

# They put an object whole or not at all. Elsewhere a file is put under another name and then moved.
OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci"}
HALF = f"{TEMPORARY_PREFIX}sending-"  # begins those other names
SENDING = "sending"  # in the cache: the names of files of which the storage may hold other bytes than its manifest says


@dataclass(frozen=True, slots=True)
class Storage:
    """A place on a storage. `url` is its name in messages, `folder` where its files are made on this machine."""

    url: str
    folder: Path
    files: AbstractFileSystem
    root: str
    whole: bool  # an object store


def is_url(place: str) -> bool:
    """Return whether a place is on a storage, and not a folder of this machine."""
    return "://" in place


def open_storage(url: str) -> Storage:
    """Return a place on a storage that answers. Raises PublishError.

    Its folder here is of its own, so that two places never mix, and stays, so that a second run is quick.
    """
    scheme, _, rest = url.partition("://")
    url = f"{scheme}://{re.sub('^[^/]*@', '', rest).rstrip('/')}"  # without a password
    files, root = _file_system(scheme, f"{scheme}://{rest}", url)
    whole = scheme in OBJECT_STORES
    if whole and not root.strip("/"):
        raise PublishError(url, None, "the bucket is not named", f"write it like {scheme}://bucket/folder")
    words = re.sub(r"[^A-Za-z0-9.]+", "-", url).strip("-.")[:60]
    folder = Path("build", "storage", f"{words}-{sha256(url.encode()).hexdigest()[:8]}").resolve()
    storage = Storage(url, folder, files, root.rstrip("/"), whole)
    with _asked(storage.url):
        _manifest(storage)
    return storage


def _file_system(scheme: str, url: str, shown: str) -> tuple[AbstractFileSystem, str]:
    """Return what fsspec has for a URL. Raises PublishError."""
    try:
        from fsspec import get_filesystem_class
        from fsspec.core import url_to_fs
    except ImportError:
        hint = "run: pip install 'carepress[cluster]'"
        raise PublishError(shown, None, "the library for storage is missing", hint) from None
    if scheme in ("http", "https"):
        fault, hint = "a web address can be read, not written", "name the storage itself, such as s3://bucket/folder"
        raise PublishError(shown, None, fault, hint)
    try:
        get_filesystem_class(scheme)
    except ValueError:
        fault, hint = f"“{scheme}” is no kind of storage", "write s3://, gs://, abfs:// or another that fsspec knows"
        raise PublishError(shown, None, fault, hint) from None
    except ImportError as error:
        fault = f"the library for {scheme}:// is missing"
        raise PublishError(shown, None, fault, str(error) or "install it with pip") from None
    with _asked(shown):
        found: tuple[AbstractFileSystem, str] = url_to_fs(url)
        return found


def send(storage: Storage, results: Sequence[Result], force: bool = False) -> Iterator[str]:
    """Put files on a storage and yield their URLs, then the manifest; what is there already is not sent again.

    With `force` it is. Raises PublishError when one cannot be put: then the manifest tells of those before it.
    """
    rows = {r.record.path: record_to_row(r.record) for r in results if r.record}
    kept, sent = output_cache(storage.folder), set()
    with _asked(storage.url):
        doubtful = set(json.loads(kept.read(SENDING) or b"[]"))
        known, sizes = _manifest(storage), _sizes(storage)
        there = {name for name, row in rows.items() if _same(known.get(name), row) and sizes.get(name) == row["bytes"]}
        missing = sorted(rows if force else set(rows) - (there - doubtful))
        doubtful |= set(missing)
        kept.write(SENDING, json.dumps(sorted(doubtful)).encode())
        try:
            for name in missing:
                _put(storage, storage.folder / name, name)
                sent.add(name)
                yield f"{storage.url}/{name}"
        finally:
            if sent or not missing:
                _put_manifest(storage, {name: row for name, row in rows.items() if name in sent | there})
                kept.write(SENDING, json.dumps(sorted(doubtful - sent)).encode())


def _same(entry: object, row: Rows) -> bool:
    return isinstance(entry, dict) and entry.get("sha256") == row["sha256"]


def _manifest(storage: Storage) -> dict[str, object]:
    """Return the entries of the manifest there; none when there is none that can be read."""
    try:
        return manifest_rows(storage.files.cat_file(f"{storage.root}/{MANIFEST}"))
    except FileNotFoundError:
        if storage.whole:
            storage.files.ls(storage.root.partition("/")[0])  # raises FileNotFoundError: there is no such bucket
        return {}


def _put_manifest(storage: Storage, rows: Rows) -> None:
    """Add entries to the manifest there, as it is now: other machines may have written theirs meanwhile."""
    known = _manifest(storage)
    entries = {**known, **rows}
    if entries == known:
        return
    with TemporaryDirectory(prefix="carepress-") as folder:
        path = Path(folder, MANIFEST)
        path.write_bytes(manifest_bytes(entries))
        _put(storage, path, MANIFEST)


def _sizes(storage: Storage) -> dict[str, int]:
    """Return the sizes of the files there in bytes, by their names. What killed runs have left is removed."""
    storage.files.invalidate_cache()
    found = {}
    for path, row in storage.files.find(storage.root, detail=True).items():
        if path.rpartition("/")[2].startswith(HALF):
            with suppress(OSError):
                storage.files.rm_file(path)
        else:
            found[path.removeprefix(storage.root).lstrip("/")] = row["size"]
    return found


def _put(storage: Storage, path: Path, name: str) -> None:
    """Put a file on the storage so that nobody ever meets half of it under its name."""

    mimetypes.add_type("application/epub+zip", ".epub")  # object stores tell browsers what a file is
    final = f"{storage.root}/{name}"
    if storage.whole:
        storage.files.put_file(str(path), final)
        return
    folder, _, last = final.rpartition("/")
    storage.files.makedirs(folder, exist_ok=True)
    half = f"{folder}/{HALF}{token_hex(4)}-{last}"
    try:
        storage.files.put_file(str(path), half)
        storage.files.mv(half, final)
    except BaseException:
        with suppress(Exception):
            storage.files.rm_file(half)
        raise


@contextmanager
def _asked(url: str) -> Iterator[None]:
    """Make a PublishError of what goes wrong: each kind of storage has a library, with errors of its own."""
    try:
        yield
    except PublishError:
        raise
    except Exception as error:
        raise PublishError(url, None, *_trouble(error)) from None


def _trouble(error: Exception) -> tuple[str, str]:
    """Return what is wrong with a storage, and what to do."""
    kind, said = type(error).__name__, (str(error).splitlines() or [""])[0]
    if isinstance(error, PermissionError):
        return f"the storage refuses ({said or kind})", "check the credentials, and their right to list, read and write"
    if isinstance(error, FileNotFoundError):
        return f"there is no such place ({said or kind})", "make the bucket or folder first, or mend the address"
    if "credential" in f"{kind} {said}".lower():
        return f"the credentials are missing or wrong ({said or kind})", "set them: docs/batch.md"
    hint = "check the address, the network and the space there, and run again: what was made is kept"
    return f"the storage does not answer as it should ({kind}: {said})", hint
