"""Uploads to object stores and other remote storage (s3://, gs://, …) through fsspec.

Files are built in a local folder and then copied. A remote file is replaced in one step, and the manifest is written
after the files it lists.
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
from carepress.workspace.manifest import MANIFEST, Rows, manifest_bytes, manifest_rows, record_to_row
from carepress.workspace.outputs import output_cache

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

# These replace an object atomically. Elsewhere a file is uploaded under another name and then moved.
OBJECT_STORES = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "oss", "oci"}
UPLOAD_PREFIX = f"{TEMPORARY_PREFIX}sending-"  # of temporary remote names
PENDING = "sending"  # cache key: the files whose remote bytes may differ from the remote manifest


@dataclass(frozen=True, slots=True)
class Storage:
    """A folder on remote storage. `url` is its name in messages, `folder` the local folder of its files."""

    url: str
    folder: Path
    files: AbstractFileSystem
    root: str
    atomic: bool  # whether it replaces objects atomically


def is_url(location: str) -> bool:
    """Return whether a location is the URL of remote storage, not a local folder."""
    return "://" in location


def open_storage(url: str) -> Storage:
    """Return the storage at a URL, after checking that it responds. Raises PublishError.

    Each URL has a local folder of its own, which is kept to make the next run fast.
    """
    scheme, _, rest = url.partition("://")
    url = f"{scheme}://{re.sub('^[^/]*@', '', rest).rstrip('/')}"  # without a password
    files, root = _file_system(scheme, f"{scheme}://{rest}", url)
    atomic = scheme in OBJECT_STORES
    if atomic and not root.strip("/"):
        raise PublishError(url, None, "the bucket is missing", f"use the form {scheme}://bucket/folder")
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", url).strip("-.")[:60]
    folder = Path("build", "storage", f"{slug}-{sha256(url.encode()).hexdigest()[:8]}").resolve()
    storage = Storage(url, folder, files, root.rstrip("/"), atomic)
    with _reported(storage.url):
        _manifest(storage)
    return storage


def _file_system(scheme: str, url: str, display_url: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system and the path of a URL, which messages call `display_url`. Raises PublishError."""
    try:
        from fsspec import get_filesystem_class
        from fsspec.core import url_to_fs
    except ImportError:
        hint = "run: pip install 'carepress[cluster]'"
        raise PublishError(display_url, None, "the library for remote storage is missing", hint) from None
    if scheme in ("http", "https"):
        message, hint = "web addresses are read-only", "use the URL of the storage, for example s3://bucket/folder"
        raise PublishError(display_url, None, message, hint)
    try:
        get_filesystem_class(scheme)
    except ValueError:
        message, hint = (
            f"unknown kind of storage “{scheme}”",
            "use s3://, gs://, abfs:// or another that fsspec supports",
        )
        raise PublishError(display_url, None, message, hint) from None
    except ImportError as error:
        message = f"the library for {scheme}:// is missing"
        raise PublishError(display_url, None, message, str(error) or "install it with pip") from None
    with _reported(display_url):
        file_system, root = url_to_fs(url)
        return file_system, root


def upload(storage: Storage, results: Sequence[Result], force: bool = False) -> Iterator[str]:
    """Upload files and yield their URLs, then upload the manifest. Files that are up to date are skipped.

    With `force` all are uploaded. Raises PublishError if an upload fails; the manifest then lists the earlier ones.
    """
    rows = {r.record.path: record_to_row(r.record) for r in results if r.record}
    cache, uploaded = output_cache(storage.folder), set()
    with _reported(storage.url):
        doubtful = set(json.loads(cache.read(PENDING) or b"[]"))
        remote, sizes = _manifest(storage), _sizes(storage)
        current = {
            name
            for name, row in rows.items()
            if _has_same_digest(remote.get(name), row) and sizes.get(name) == row["bytes"]
        }
        missing = sorted(rows if force else set(rows) - (current - doubtful))
        doubtful |= set(missing)
        cache.write(PENDING, json.dumps(sorted(doubtful)).encode())
        try:
            for name in missing:
                _put(storage, storage.folder / name, name)
                uploaded.add(name)
                yield f"{storage.url}/{name}"
        finally:
            if uploaded or not missing:
                _put_manifest(storage, {name: row for name, row in rows.items() if name in uploaded | current})
                cache.write(PENDING, json.dumps(sorted(doubtful - uploaded)).encode())


def _has_same_digest(entry: object, row: Rows) -> bool:
    return isinstance(entry, dict) and entry.get("sha256") == row["sha256"]


def _manifest(storage: Storage) -> dict[str, object]:
    """Return the rows of the remote manifest; none if it is missing or damaged."""
    try:
        return manifest_rows(storage.files.cat_file(f"{storage.root}/{MANIFEST}"))
    except FileNotFoundError:
        if storage.atomic:
            storage.files.ls(storage.root.partition("/")[0])  # raises FileNotFoundError if the bucket does not exist
        return {}


def _put_manifest(storage: Storage, rows: Rows) -> None:
    """Add rows to the remote manifest, read again because other machines may have changed it."""
    remote = _manifest(storage)
    entries = {**remote, **rows}
    if entries == remote:
        return
    with TemporaryDirectory(prefix="carepress-") as folder:
        path = Path(folder, MANIFEST)
        path.write_bytes(manifest_bytes(entries))
        _put(storage, path, MANIFEST)


def _sizes(storage: Storage) -> dict[str, int]:
    """Return the sizes of the remote files in bytes, by name, and remove the remains of interrupted uploads."""
    storage.files.invalidate_cache()
    sizes = {}
    for path, row in storage.files.find(storage.root, detail=True).items():
        if path.rpartition("/")[2].startswith(UPLOAD_PREFIX):
            with suppress(OSError):
                storage.files.rm_file(path)
        else:
            sizes[path.removeprefix(storage.root).lstrip("/")] = row["size"]
    return sizes


def _put(storage: Storage, path: Path, name: str) -> None:
    """Upload a file so that no reader sees part of it under its name."""
    mimetypes.add_type("application/epub+zip", ".epub")  # object stores send the media type to browsers
    final = f"{storage.root}/{name}"
    if storage.atomic:
        storage.files.put_file(str(path), final)
        return
    folder, _, last = final.rpartition("/")
    storage.files.makedirs(folder, exist_ok=True)
    partial = f"{folder}/{UPLOAD_PREFIX}{token_hex(4)}-{last}"
    try:
        storage.files.put_file(str(path), partial)
        storage.files.mv(partial, final)
    except BaseException:
        with suppress(Exception):
            storage.files.rm_file(partial)
        raise


@contextmanager
def _reported(url: str) -> Iterator[None]:
    """Turn any error into a PublishError: each storage library has its own exceptions."""
    try:
        yield
    except PublishError:
        raise
    except Exception as error:
        raise PublishError(url, None, *_explain(error)) from None


def _explain(error: Exception) -> tuple[str, str]:
    """Return the message and the hint for an error of a storage library."""
    kind, detail = type(error).__name__, (str(error).splitlines() or [""])[0]
    if isinstance(error, PermissionError):
        return f"access denied ({detail or kind})", "check the credentials and their permission to list, read and write"
    if isinstance(error, FileNotFoundError):
        return f"not found ({detail or kind})", "create the bucket or folder first, or correct the address"
    if "credential" in f"{kind} {detail}".lower():
        return f"the credentials are missing or wrong ({detail or kind})", "set them; see docs/batch.md"
    hint = "check the address, the network and the free space, then run again; built files are kept"
    return f"the storage failed ({kind}: {detail})", hint
