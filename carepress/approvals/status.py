"""How every edition of every hospital stands on a day: current, expiring, void or a draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from carepress.approvals.copies import Copy, changed_passages, read_copy, read_manifest
from carepress.make import output_path
from carepress.model import EDITIONS, Hospital, Job
from carepress.project import SOURCE_LANGUAGE, Project

if TYPE_CHECKING:
    from carepress.content.sign_off import Signing
    from carepress.content.signing import Passage


Manifest = dict[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Row:
    """How an edition of a hospital stands: `state` is in words, `file` tells of the one that was built.

    `current` holds until the day of review, also when that is near.
    """

    hospital: str
    lang: str
    edition: str
    current: bool
    state: str
    file: str


@dataclass(frozen=True, slots=True)
class Report:
    """The editions of a hospital in a language, and what has changed since it was signed."""

    rows: tuple[Row, ...]
    changed: tuple[Passage, ...]


def status(
    project: Project, book_name: str, names: tuple[str, ...], on: date, within: int, out: Path
) -> Iterator[Report]:
    """Yield how the editions of these hospitals, or of all, stand on a day. Raises PublishError for faulty files."""
    from carepress.content import read_book
    from carepress.content.hospital import read_hospital

    path = project.book(book_name)
    source, known = read_book(path), project.languages(path)
    files = read_manifest(out)
    for name in names or project.hospitals():
        hospital = read_hospital(project.hospital(name), source, known)
        for lang in hospital.languages:
            yield _report(project, read_copy(project, path, name, lang), hospital, on, within, out, files)


def _report(
    project: Project, copy: Copy, hospital: Hospital, on: date, within: int, out: Path, files: Manifest
) -> Report:
    from carepress.content.sign_off import sign_off

    rows = []
    for edition in hospital.editions:
        paired = EDITIONS[edition].paired
        if paired and copy.book.lang == SOURCE_LANGUAGE:
            continue
        signing = sign_off(project, copy.source, copy.book, hospital, paired)
        current, state = _state(copy, signing, on, within)
        job = Job(Path(copy.source.folder), copy.book.lang, edition, out, hospital=hospital.id)
        paths = [output_path(job, copy.book.id, draft) for draft in (False, True)]
        file = next((text for path in paths if (text := _file_state(path, out, files, signing))), "not built")
        rows.append(Row(hospital.id, copy.book.lang, edition, current, state, file))
    return Report(tuple(rows), tuple(changed_passages(project, copy, hospital)))


def _state(copy: Copy, signing: Signing, on: date, within: int) -> tuple[bool, str]:
    """Return whether an edition is current, and how it stands: expiring when it is due in `within` days or fewer."""
    from carepress.content.sign_off import review_due

    if copy.untranslated:
        count = len(copy.untranslated)
        return False, f"draft: {count} {'passage is' if count == 1 else 'passages are'} not translated"
    if signing.missing:
        void = any(problem.code == "void" for problem in signing.missing)
        return False, ("void: " if void else "draft: ") + "; ".join(problem.message for problem in signing.missing)
    due = review_due(copy.book, copy.hospital)
    left = (due - on).days
    if left < 0:
        return False, f"draft: it had to be reviewed by {due.isoformat()}"
    if left <= within:
        return True, f"expiring in {left} {'day' if left == 1 else 'days'}: to be reviewed by {due.isoformat()}"
    return True, f"current, to be reviewed by {due.isoformat()}"


def _file_state(path: Path, out: Path, files: Manifest, signing: Signing) -> str | None:
    """Return how a built file stands to the inputs of today; None when there is none."""
    facts = files.get(path.relative_to(out).as_posix())
    if not path.is_file() or facts is None:
        return None
    if sha256(path.read_bytes()).hexdigest() != facts.get("sha256"):
        return f"{path.name} was altered after it was built"
    signed = [{"lang": s.lang, "role": s.role, "name": s.name, "date": s.date.isoformat()} for s in signing.signatures]
    same = facts.get("content") == dict(signing.digests) and facts.get("signed") == signed
    return f"{path.name} is {'of this text' if same else 'older: build it again'}"
