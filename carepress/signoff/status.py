"""The state of every edition of every hospital on a day: current, expiring, void or a draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

from carepress.content import read_book
from carepress.localize import LocalizedBook, load_hospital, localize, localized_handout, localized_packet
from carepress.model import EDITIONS, HANDOUT_EDITIONS, FileRecord, Hospital, Job, Selection
from carepress.model.counts import counted
from carepress.signoff.changes import Change
from carepress.signoff.signatures import read_signatures
from carepress.signoff.state import Signing, blockers, blockers_text, review_due, sign_off, signed_by
from carepress.signoff.void import changed_passages, packet_changes
from carepress.workspace.manifest import read_manifest
from carepress.workspace.outputs import output_path
from carepress.workspace.project import Project

Manifest = dict[str, FileRecord]


@dataclass(frozen=True, slots=True)
class EditionStatus:
    """The state of an edition, in words, and that of its built `file`.

    `current` is true until the day of review, even if that is near.
    """

    hospital: str
    lang: str
    edition: str
    current: bool
    state: str
    file: str


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The editions of a hospital in a language, and the passages that changed since it was signed."""

    rows: tuple[EditionStatus, ...]
    changed: tuple[Change, ...]


def status(
    project: Project, book_name: str, names: tuple[str, ...], on: date, within: int, out: Path
) -> Iterator[StatusReport]:
    """Yield the state of the editions of the named hospitals, or of all, on a day. Raises PublishError."""
    path = project.book(book_name)
    source = read_book(path)
    files = read_manifest(out)
    for name in names or project.hospitals():
        hospital = load_hospital(project, source, name)
        assert hospital, "a hospital cannot have the id of the generic editions"
        for lang in hospital.languages:
            yield _report(project, localize(project, source, lang, hospital), hospital, on, within, out, files)


def _report(
    project: Project, localized: LocalizedBook, hospital: Hospital, on: date, within: int, out: Path, files: Manifest
) -> StatusReport:
    rows = []
    for edition in hospital.editions:
        paired = EDITIONS[edition].paired
        if paired and localized.book.is_source:
            continue
        signing = sign_off(project, localized, paired)
        job = Job(Path(localized.source.folder), localized.book.lang, edition, out, hospital=hospital.id)
        state = _with_file(job, localized, signing, _state(job, localized, signing, on, within), files)
        rows.append(EditionStatus(hospital.id, localized.book.lang, edition, *state))
    changed = dict.fromkeys(changed_passages(project, localized, hospital))
    for small, jobs in _handouts(project, localized, hospital, out):
        for job in jobs:
            signing = sign_off(project, small, EDITIONS[job.edition].paired)
            state = _with_file(job, small, signing, _state(job, small, signing, on, within), files)
            rows.append(EditionStatus(hospital.id, job.lang, f"{job.edition} {job.handout}", *state))
        if sign_off(project, small).missing:  # otherwise, a signature for the book covers it
            changed |= dict.fromkeys(changed_passages(project, small, hospital))
    for packet, job in _packets(project, localized, hospital, out):
        signing = sign_off(project, packet, EDITIONS[job.edition].paired)
        state = _with_file(job, packet, signing, _state(job, packet, signing, on, within), files)
        rows.append(EditionStatus(hospital.id, job.lang, f"{job.edition} packet {job.packet}", *state))
        changed |= dict.fromkeys(packet_changes(project, packet, hospital))
    return StatusReport(tuple(rows), tuple(changed))


def _handouts(
    project: Project, localized: LocalizedBook, hospital: Hospital, out: Path
) -> Iterator[tuple[LocalizedBook, list[Job]]]:
    """Yield each handout that was built or was signed by itself, and its editions: those built, or the usual ones."""
    folder, book, lang = project.hospital(hospital.id), localized.book, localized.book.lang
    signatures = read_signatures(folder, project.shown(folder))
    signed = {item.handout for item in signatures if (item.book, item.lang) == (book.id, lang)}
    for handout in localized.whole.handouts:
        selection = Selection(handout.id)
        job = Job(Path(localized.source.folder), lang, "", out, hospital=hospital.id, selection=selection)
        jobs = [replace(job, edition=name) for name in EDITIONS]
        expected = HANDOUT_EDITIONS if handout.id in signed else ()
        listed = [j for j in jobs if j.edition in expected or any(path.is_file() for path in _paths(j, localized))]
        if listed:
            yield localized_handout(project, localized, selection), listed


def _packets(
    project: Project, localized: LocalizedBook, hospital: Hospital, out: Path
) -> Iterator[tuple[LocalizedBook, Job]]:
    """Yield each packet that was built, in each of its editions."""
    job = Job(Path(localized.source.folder), localized.book.lang, "", out, hospital=hospital.id)
    for packet in localized.whole.packets:
        for name in EDITIONS:
            built = replace(job, edition=name, packet=packet.id)
            if any(path.is_file() for path in _paths(built, localized)):
                yield localized_packet(project, localized, packet.id, name), built


def _state(job: Job, localized: LocalizedBook, signing: Signing, on: date, within: int) -> tuple[bool, str]:
    """Return whether an edition is current, and its state: it is expiring if due within `within` days."""
    if blocking := blockers(EDITIONS[job.edition], localized, signing, on):
        void = any(problem.code == "void" for problem in signing.missing)
        return False, ("void: " if void else "draft: ") + blockers_text(blocking)
    due = review_due(localized.book, localized.hospital)
    left = (due - on).days
    if left <= within:
        return True, f"expiring in {counted(left, 'day', 'days')}: review due on {due.isoformat()}"
    return True, f"current, review due on {due.isoformat()}"


def _paths(job: Job, localized: LocalizedBook) -> list[Path]:
    """Return the paths of a job's released file and of its draft."""
    return [output_path(job, localized.book, draft) for draft in (False, True)]


def _with_file(
    job: Job, localized: LocalizedBook, signing: Signing, state: tuple[bool, str], files: Manifest
) -> tuple[bool, str, str]:
    """Return whether an edition is current, its state, and that of its file: an old file is not current."""
    current, text = state
    found = next((row for path in _paths(job, localized) if (row := _file_state(path, job.out, files, signing))), None)
    if found is None:
        return current, text, "not built"
    is_current, file = found
    if current and not is_current:
        due = review_due(localized.book, localized.hospital)
        return False, f"outdated: review due on {due.isoformat()}", file
    return current, text, file


def _file_state(path: Path, out: Path, files: Manifest, signing: Signing) -> tuple[bool, str] | None:
    """Return whether a built file is current, and its state in words, or None if there is none."""
    record = files.get(path.relative_to(out).as_posix())
    if not path.is_file():
        return None
    if record is None:
        return False, f"{path.name} is not in manifest.json: build it again"
    if sha256(path.read_bytes()).hexdigest() != record.sha256:
        return False, f"{path.name} was changed after it was built: build it again"
    if record.content == dict(signing.digests) and record.signed == signed_by(signing):
        return True, f"{path.name} is up to date"
    return False, f"{path.name} is out of date: build it again"
