"""Read and write the signatures of a hospital.

Signatures are in approvals.toml. approvals/LANG-DIGEST.json lists the short digests of the passages that were signed,
from which `publish.py status` finds those that changed. docs/hospitals.md explains both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel
from pydantic import Field as Limit

from carepress.content.schema import Id
from carepress.content.tomlfile import parse_toml
from carepress.content.untrusted import inside, read_untrusted
from carepress.hospital.schema import STRICT, LanguageCode, Person, ShortText
from carepress.model import PublishError, Signature
from carepress.signoff.digest import SHORT, PassageDigests

MAX_BYTES = 4_000_000  # of a list of passage digests
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
    return tuple(Signature(e.book, e.lang, e.role, e.name, e.date, e.digest, e.handout) for e in entries)


def signatures_text(signatures: Iterable[Signature]) -> str:
    """Return the text of approvals.toml."""

    def table(item: Signature) -> str:
        rows = {"book": item.book} | ({"handout": item.handout} if item.handout else {})
        rows |= {"lang": item.lang, "role": item.role, "name": item.name}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in rows.items()]
        lines += [f"date = {item.date.isoformat()}", f'digest = "{item.digest}"']
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


def digests_path(folder: Path, lang: str, digest: str) -> Path:
    """Return the file with the digests of the passages that a signature covers."""
    return folder / "approvals" / f"{lang}-{digest[:SHORT]}.json"


def digests_text(digests: PassageDigests) -> str:
    """Return a list of passage digests as JSON, with one line for each file of the book."""
    return json.dumps({path: " ".join(row) for path, row in digests.items()}, indent=0, ensure_ascii=False) + "\n"


def read_digests(folder: Path, lang: str, digest: str) -> PassageDigests | None:
    """Return the digests of the signed passages, or None if they are missing or damaged."""
    path = digests_path(folder, lang, digest)
    try:
        if inside(path, folder, path.name).stat().st_size > MAX_BYTES:
            return None
        rows = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): tuple(row.split()) for name, row in rows.items()}
    except (PublishError, OSError, ValueError, AttributeError, RecursionError):
        return None
