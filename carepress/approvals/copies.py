"""What is signed: a book in a language, as a hospital publishes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from carepress.make import blockers, translate
from carepress.model import GENERIC, Book, Hospital, Problem, PublishError
from carepress.project import SOURCE_LANGUAGE, Project

if TYPE_CHECKING:
    from carepress.content.signing import Passage


@dataclass(frozen=True, slots=True)
class Copy:
    """A book in a language as a hospital publishes it, or as everyone does; `source` is the latter in its own language.

    `untranslated` is what makes it a draft. Without a hospital, `folder` is that of the book.
    """

    source: Book
    book: Book
    hospital: Hospital | None
    folder: Path
    untranslated: tuple[Problem, ...]


def read_copy(project: Project, book_path: Path, hospital_id: str, lang: str) -> Copy:
    """Read what is signed. Raises PublishError for an unknown hospital or language, and for faulty files."""
    from carepress.content import read_book
    from carepress.content.adapt import apply_hospital
    from carepress.content.hospital import read_hospital

    source = read_book(book_path)
    hospital, folder = None, book_path
    if hospital_id != GENERIC:
        folder = project.hospital(hospital_id)
        hospital = read_hospital(folder, source, project.languages(book_path))
        if lang not in hospital.languages:
            hint = f"one of {', '.join(hospital.languages)}, or add “{lang}” to languages"
            raise PublishError(hospital.path, None, f"the hospital does not publish in “{lang}”", hint)
    book, interface = translate(project, source, lang)
    if hospital:
        book = apply_hospital(book, hospital)
    return Copy(source, book, hospital, folder, blockers(project, book, interface))


def changed_passages(project: Project, copy: Copy, hospital: Hospital) -> list[Passage]:
    """Return what has changed since each void signature was given, what is named twice but once."""
    from carepress.content.approvals import read_marks, read_signatures
    from carepress.content.signing import changes, content_digest, latest, passages, roles_for

    now = passages(copy.book, hospital)
    digest = content_digest(now)
    given = latest(read_signatures(copy.folder, project.shown(copy.folder)), copy.book.id, copy.book.lang)
    roles = roles_for(hospital, copy.book.lang, SOURCE_LANGUAGE)
    old = dict.fromkeys(given[role].digest for role in roles if role in given and given[role].digest != digest)
    lists = [read_marks(copy.folder, copy.book.lang, item) for item in old]
    return list(dict.fromkeys(passage for then in lists if then for passage in changes(now, then)))


def read_manifest(out: Path) -> dict[str, dict[str, object]]:
    """Return what the manifest tells of each file in a build folder; nothing when there is none."""
    try:
        files = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]
        return {path: facts for path, facts in files.items() if isinstance(facts, dict)}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
