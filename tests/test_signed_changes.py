"""Signatures of what has changed: shown, signed by those whom the profile names, listed, and void if a link is broken."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_approvals import BOOK, OUT, PROFILE, ROLES, RULES, approve, begin, edit, release, sign_all, states

from support import flat, open_epub, open_pdf, publish

APPROVALS = "content/hospitals/shed/approvals.toml"
TABLE = '[sign_changes]\ntelephones = ["anyone"]\nrules = ["clinical reviewer"]\n[logo]'
NEW_NUMBER = (PROFILE, "0150", "0151")
NEW_RULE = (PROFILE, "En la puerta", "En el pozo")
POLICE = '[[telephones]]\nnumber = "112"\nfills = "meeting_place"\nlabel.en = "Police"\nlabel.es = "Policía"\n'
NEW_PAGE = ("content/hospitals/shed/pages/gate.es.md", "Cierre", "Abra")


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose hospital has signed all, with the table of kinds and a typeset Spanish booklet."""
    root = sign_all(begin(tmp_path_factory.mktemp("approved") / "project"))
    edit(root, PROFILE, "[logo]", TABLE)
    edit(root, *NEW_NUMBER)
    assert show(root).returncode == 0
    edit(root, PROFILE, "0151", "0150")
    return root


@pytest.fixture
def project(approved: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(approved, tmp_path / "project"))


def show(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return publish("approve", *BOOK, *OUT, "--hospital", "shed", "--lang", "es", "--changes", *args, root=root)


def sign(root: Path, role: str, day: str = "2026-11-25", name: str = "") -> subprocess.CompletedProcess[str]:
    return show(root, "--role", role, "--name", name or ROLES[role], "--date", day)


def test_changes_are_shown_with_their_pages(project: Path) -> None:
    before = (project / APPROVALS).read_text()
    edit(project, *NEW_NUMBER)
    edit(project, *NEW_PAGE)
    done = show(project)
    assert (done.returncode, done.stderr) == (0, "")
    text = done.stdout.replace("\N{NO-BREAK SPACE}", " ")
    number = r"hospital\.toml, page [\d, ]+ \(telephones\): telephone \+1 555-555-0151\n  old: \+1 555-555-0150, .*\n  new: \+1 555-555-0151, "
    assert re.search(number, text)
    assert re.search(
        r"gate\.es\.md:\d+, page \d+ \(pages\): .*\n  old: Cierre la puerta\..*\n  new: Abra la puerta\.", text
    )
    assert "signed before: clinical reviewer, Dr. Ana Sample, 2026-11-23" in text
    assert "to sign these changes: clinical reviewer, parent reviewer, translation reviewer" in text
    pdf = open_pdf(project / "build/shed/es/garden-changes-es.pdf")
    words = flat(" ".join(pdf.texts)).replace("\N{NO-BREAK SPACE}", " ")
    for part in ("+1 555-555-0150", "+1 555-555-0151", "Cierre la puerta.", "Abra la puerta.", "Luz M."):
        assert part in words
    assert (project / APPROVALS).read_text() == before
    assert states(project)["es"] == "void"


def test_one_person_signs_a_number(project: Path) -> None:
    edit(project, *NEW_NUMBER)
    assert "to sign these changes: any one role" in show(project).stdout
    done = sign(project, "parent reviewer", name="P. Changer")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(
        r"signed: shed es, parent reviewer, P. Changer, 2026-11-25, changes \w{12} to \w{12}\n$", done.stdout
    )
    assert states(project) == {"en": "void", "es": "current"}
    assert release(project, "--lang", "es", "--edition", "epub").returncode == 0
    path = project / "build/shed/es/garden-epub-es.epub"
    done = publish("verify", path, "--on", "2026-12-01", root=project)
    assert done.returncode == 0, done.stdout
    for role, name in ROLES.items():
        assert f"signed:    2026-11-23 {role}: {name} (es)" in done.stdout
    assert re.search(
        r"signed:    2026-11-25 parent reviewer: P. Changer, the changes from \w{12} to \w{12} \(es\)", done.stdout
    )
    words = open_epub(path).text
    assert "P. Changer, cambios firmados el 25 de noviembre de 2026" in words
    assert "Dr. Ana Sample, con firma del 23 de noviembre de 2026" in words
    edit(project, *NEW_RULE)
    assert states(project)["es"] == "void"


def test_clinician_signs_a_rule(project: Path) -> None:
    edit(project, *NEW_RULE)
    edit(project, *NEW_NUMBER)
    assert show(project).stdout.splitlines()[-2] == "to sign these changes: clinical reviewer"
    done = sign(project, "parent reviewer")
    assert done.stdout.splitlines()[-1] == "still to sign in es: clinical reviewer"
    assert states(project)["es"] == "void"
    assert "still to sign" not in sign(project, "clinical reviewer").stdout
    assert states(project)["es"] == "current"


@pytest.mark.parametrize(
    ("changes", "roles"),
    [
        ([NEW_PAGE], list(ROLES)),
        ([(PROFILE, 'address.es = ["1', 'address.es = ["2')], list(ROLES)),
        # A telephone in the place of a rule is a change of the rule.
        ([(PROFILE, RULES, ""), (PROFILE, "[[telephones]]", f"{POLICE}[[telephones]]")], ["clinical reviewer"]),
    ],
)
def test_who_signs_other_changes(project: Path, changes: list[tuple[str, str, str]], roles: list[str]) -> None:
    """All roles sign what the table does not list."""
    for change in changes:
        edit(project, *change)
    assert f"to sign these changes: {', '.join(roles)}" in show(project).stdout.splitlines()


def chained(root: Path) -> None:
    """Sign two changes, one after the other."""
    edit(root, *NEW_NUMBER)
    assert sign(root, "parent reviewer", name="First Link").returncode == 0
    edit(root, *NEW_RULE)
    assert sign(root, "clinical reviewer", "2026-11-26", "Second Link").returncode == 0


def without(root: Path, name: str) -> None:
    head, *tables = (root / APPROVALS).read_text().split("\n[[approvals]]\n")
    kept = [table for table in tables if f'name = "{name}"' not in table or 'lang = "en"' in table]
    assert len(kept) < len(tables)
    (root / APPROVALS).write_text("\n[[approvals]]\n".join([head, *kept]))


def edit_content(root: Path, old: str, new: str) -> None:
    for path in root.glob("content/hospitals/shed/approvals/es-*.gz"):
        text = gzip.decompress(path.read_bytes()).decode()
        assert old in text
        path.write_bytes(gzip.compress(text.replace(old, new).encode()))


BREAKS: dict[str, Callable[[Path], None]] = {
    "a signature of the text is missing": lambda root: without(root, "Luz M."),
    "the first link is missing": lambda root: without(root, "First Link"),
    "the last link is missing": lambda root: without(root, "Second Link"),
    "a name was edited": lambda root: edit(root, APPROVALS, "First Link", "Other"),
    "the name of a signature of the text was edited": lambda root: edit(root, APPROVALS, "Luz M.", "Other"),
    "a date was edited": lambda root: edit(root, APPROVALS, "2026-11-25", "2026-11-24"),
    "a role was edited": lambda root: edit(root, APPROVALS, 'role = "parent reviewer"\nname = "First', 'role = "clinical reviewer"\nname = "First'),
    "a seal is missing": lambda root: (root / APPROVALS).write_text(re.sub('seal = ".*"\n', "", (root / APPROVALS).read_text(), count=1)),
    "the signed passages were edited": lambda root: edit_content(root, "Cierre la puerta", "Abra la puerta"),
    "their names were edited": lambda root: edit_content(root, '"meeting_place", "', '"telephone 1", "'),
    "passages are no file of their kind": lambda root: [path.write_bytes(b"x") for path in root.glob("content/hospitals/shed/approvals/es-*")],
}  # fmt: skip


@pytest.fixture(scope="module")
def linked(approved: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = Path(shutil.copytree(approved, tmp_path_factory.mktemp("linked") / "project"))
    chained(root)
    return root


def test_chain_of_changes_is_valid(linked: Path) -> None:
    assert states(linked)["es"] == "current"


@pytest.mark.parametrize("name", list(BREAKS))
def test_broken_chain_is_void(linked: Path, name: str, tmp_path: Path) -> None:
    root = Path(shutil.copytree(linked, tmp_path / "project"))
    BREAKS[name](root)
    assert states(root)["es"] in ("void", "draft")


def test_chain_without_its_passages_is_void(linked: Path, tmp_path: Path) -> None:
    for index, path in enumerate(sorted(linked.glob("content/hospitals/shed/approvals/es-*"))):
        root = Path(shutil.copytree(linked, tmp_path / str(index)))
        (root / path.relative_to(linked)).unlink()
        assert states(root)["es"] == "void"
    assert index == 2, "the text, and what it was after each change"


def test_signatures_of_all_of_the_text_end_the_chain(linked: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(linked, tmp_path / "project"))
    for role in ROLES:
        done = approve(root, "es", role, date="2026-11-27")
        assert done.returncode == 0
        assert states(root)["es"] == "current", "after the first of them, too"
    assert "since = " not in (root / APPROVALS).read_text()
    assert len(list(root.glob("content/hospitals/shed/approvals/es-*"))) == 1


def test_signed_text_is_recorded_once_and_in_full(approved: Path) -> None:
    (path,) = approved.glob("content/hospitals/shed/approvals/es-*")
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).decode().splitlines()]
    assert '["meeting_place", "En la puerta"]' in {value for _path, _text, value in rows}


@pytest.mark.parametrize(
    ("args", "status", "message"),
    [
        ((), 1, f"{PROFILE}: nothing has changed since the last signature"),
        (("--role", "parent reviewer"), 2, "missing --name, --date"),
    ],
)
def test_changes_that_cannot_be_signed(project: Path, args: tuple[str, ...], status: int, message: str) -> None:
    if args:
        edit(project, *NEW_NUMBER)
    done = show(project, *args)
    assert (done.returncode, message in done.stderr) == (status, True), done.stderr


def test_changes_need_a_signed_text_and_a_later_day(project: Path) -> None:
    edit(project, *NEW_NUMBER)
    done = sign(project, "parent reviewer", "2026-11-22")
    assert (done.returncode, "the changes were signed before the clinical reviewer signed the text" in done.stderr) == (
        1,
        True,
    )
    (project / APPROVALS).unlink()
    done = show(project)
    assert (done.returncode, "no text that all roles have signed" in done.stderr) == (1, True)


def test_changes_of_a_handout(project: Path) -> None:
    edit(project, PROFILE, 'leave_out_chapters = ["soil"]', "leave_out_chapters = []")
    for role in ROLES:
        assert approve(project, "es", role, handout="soil").returncode == 0
    edit(project, *NEW_NUMBER)
    done = show(project, "--handout", "soil", "--role", "parent reviewer", "--name", "A", "--date", "2026-11-25")
    assert (done.returncode, done.stderr) == (0, "")
    assert "signed: shed soil es, parent reviewer, A, 2026-11-25, changes " in done.stdout
    assert "still to sign" not in done.stdout
    assert (project / "build/shed/es/garden-soil-changes-es.pdf").is_file()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('telephones = ["gardener"]', "the role “gardener” does not sign: use roles of sign_off: clinical reviewer"),
        ('telephone = ["anyone"]', "expected: one of telephones, rules, address"),
        ('rules = ["anyone", "parent reviewer"]', "the role “anyone” does not sign"),
    ],
)
def test_mistake_in_the_table_is_reported(approved: Path, row: str, message: str, tmp_path: Path) -> None:
    root = Path(shutil.copytree(approved, tmp_path / "project"))
    edit(root, PROFILE, 'telephones = ["anyone"]\nrules = ["clinical reviewer"]', row)
    done = publish("hospital", "check", "shed", *BOOK, root=root)
    assert (done.returncode, message in done.stdout + done.stderr) == (1, True), done.stdout + done.stderr
