"""Read and write the signatures of a hospital.

Signatures are in approvals.toml. approvals/LANG-DIGEST.json.gz has the passages that were signed, so that those that
have changed since can be shown beside them. docs/hospitals.md explains both.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel
from pydantic import Field as Limit

from carepress.content.schema import Id, LanguageCode
from carepress.content.tomlfile import parse_toml
from carepress.content.untrusted import inside, read_untrusted
from carepress.hospital.schema import STRICT, Person, ShortText
from carepress.model import PublishError, Signature
from carepress.signoff.digest import SHORT, SignedPassage, content_digest

MAX_BYTES = 20_000_000  # of the signed passages
HEAD = "# Who has signed what. Written by publish.py approve; docs/hospitals.md explains it.\n"


class SignatureEntry(BaseModel):
    """A signature."""

    model_config = STRICT

    book: Id
    lang: LanguageCode
    role: ShortText
    name: Person
    date: date
    digest: Annotated[str, Limit(pattern="^[0-9a-f]{64}$")]
    handout: Id | None = None
    since: Annotated[str, Limit(pattern="^[0-9a-f]{64}$")] | None = None
    seal: Annotated[str, Limit(pattern="^[0-9a-f]{64}$")] | None = None


class ApprovalsFile(BaseModel):
    """The file of signatures."""

    model_config = STRICT

    approvals: Annotated[list[SignatureEntry], Limit(max_length=1000)] = []


def read_signatures(folder: Path, display_path: str) -> tuple[Signature, ...]:
    """Return the signatures in a hospital's folder, which messages call `display_path`.

    Raises PublishError for an invalid file.
    """
    path, name = folder / "approvals.toml", f"{display_path}/approvals.toml"
    if not path.exists():
        return ()
    entries = parse_toml(read_untrusted(path, folder, name), ApprovalsFile, name).approvals
    return tuple(
        Signature(e.book, e.lang, e.role, e.name, e.date, e.digest, e.handout, e.since, e.seal) for e in entries
    )


def signatures_text(signatures: Iterable[Signature]) -> str:
    """Return the text of approvals.toml."""

    def table(item: Signature) -> str:
        rows = {"book": item.book} | ({"handout": item.handout} if item.handout else {})
        rows |= {"lang": item.lang, "role": item.role, "name": item.name}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rows.items()]
        lines += [f"date = {item.date.isoformat()}", f'digest = "{item.digest}"']
        links = {"since": item.since, "seal": item.seal}
        lines += [f'{key} = "{value}"' for key, value in links.items() if value]
        return "\n[[approvals]]\n" + "\n".join(lines) + "\n"

    return HEAD + "".join(map(table, signatures))


def checked_signature(signature: Signature) -> Signature:
    """Return a signature, validated as the file is when it is read. Raises PublishError for an invalid name or role."""
    text = signatures_text([signature])
    try:
        (entry,) = parse_toml(text, ApprovalsFile, "the sign-off").approvals
    except PublishError as error:
        raise PublishError("the sign-off", None, error.message.replace("approvals.0.", ""), error.hint) from None
    return replace(signature, name=entry.name, role=entry.role)


# --- what was signed -------------------------------------------------------------------------


def content_path(folder: Path, lang: str, digest: str) -> Path:
    """Return the file with the passages that a signature covers."""
    return folder / "approvals" / f"{lang}-{digest[:SHORT]}.json.gz"


def content_data(content: Iterable[SignedPassage]) -> bytes:
    """Return passages as compressed JSON, one on each line; the same bytes for the same passages."""
    rows = (json.dumps([item.path, item.text, item.value], ensure_ascii=False) for item in content)
    return gzip.compress("\n".join(rows).encode(), mtime=0)


def read_content(folder: Path, lang: str, digest: str) -> tuple[SignedPassage, ...] | None:
    """Return the signed passages, or None if they are missing, damaged, or not those with this digest."""
    path = content_path(folder, lang, digest)
    try:
        with gzip.open(inside(path, folder, path.name)) as file:
            data = file.read(MAX_BYTES + 1)
        rows = [json.loads(line) for line in data.decode().splitlines()] if len(data) <= MAX_BYTES else []
        content = tuple(SignedPassage(str(path), None, str(text), str(value)) for path, text, value in rows)
    except (PublishError, OSError, EOFError, zlib.error, ValueError, TypeError, RecursionError):
        return None
    return content if content_digest(content) == digest else None
