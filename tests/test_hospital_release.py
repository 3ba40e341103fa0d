"""The complete editions of the two sample hospitals through the command: rejected, signed, released, verified."""

from __future__ import annotations

import os
import pickle
import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pikepdf
import pytest
from filelock import FileLock
from support_hospital import leave_out_most
from support_validators import CLAIMED, epubcheck, vera

from carepress.hospital.reader import read_hospital
from carepress.model import EDITIONS, Hospital
from support import HANDBOOK, LANGS, copy_project, model, publish

DAY = ("--on", "2026-12-01")
SIGNED = model(HANDBOOK, "en").revised.isoformat()  # a signature is not older than the text
ROLES = ("clinical reviewer", "parent reviewer", "translation reviewer")


@dataclass(frozen=True)
class Released:
    """A project whose hospital has signed and released all; `refused` is the release attempt before signing."""

    root: Path
    hospital: Hospital
    refused: CompletedProcess[str]
    files: tuple[Path, ...]

    def run(self, command: str, *args: object, root: Path | None = None) -> CompletedProcess[str]:
        return publish(command, *args, *DAY, root=root or self.root)


def release(root: Path, name: str, *args: str) -> CompletedProcess[str]:
    return publish("build", "--hospital", name, "--release", *DAY, *args, root=root)


@pytest.fixture(scope="module", params=["riverbend", "sierra-clara"])
def released(request: pytest.FixtureRequest, shared: Path) -> Released:
    """Release a hospital's editions once in a test run; other workers wait. No test changes them."""
    name = request.param
    root = shared / f"released-{name}"
    made = root / "refused.pickle"
    with FileLock(root.with_suffix(".lock")):
        if not made.exists():
            made.write_bytes(pickle.dumps(release_all(root, name)))
    hospital = read_hospital(root / "content" / "hospitals" / name, model(HANDBOOK, "en"), LANGS)
    files = sorted(path for path in (root / "build" / name).glob("*/*") if path.is_file())
    return Released(root, hospital, pickle.loads(made.read_bytes()), tuple(files))


def release_all(root: Path, name: str) -> CompletedProcess[str]:
    """Sign and release all editions of a sample hospital in a new project; return the refusal before signing."""
    copy_project(root)
    leave_out_most(root / "content" / "hospitals" / name / "hospital.toml")
    refused = release(root, name)
    assert not list(root.glob("build/**/childhood-all*"))
    for lang, role in signatures():
        given = ("--hospital", name, "--lang", lang, "--role", role, "--name", f"{role} {lang}", "--date", SIGNED)
        done = publish("approve", *given, root=root)
        assert (done.returncode, done.stderr) == (0, "")
    done = release(root, name)
    assert (done.returncode, done.stderr) == (0, "")
    return refused


def signatures() -> list[tuple[str, str]]:
    return [(lang, role) for lang in LANGS for role in ROLES if (lang, role) != ("en", "translation reviewer")]


@pytest.fixture
def changed(released: Released, tmp_path: Path) -> Path:
    """Return a copy of the project with a changed Spanish fever rule."""
    root = tmp_path / "project"
    shutil.copytree(released.root, root, ignore=shutil.ignore_patterns("build", "tests"))
    # Linked one by one: a build renames void files.
    shutil.copytree(released.root / "build", root / "build", copy_function=os.link)
    path = root / released.hospital.path
    rule = released.hospital.values["fever_rule"]["es"]
    text = path.read_text()
    assert text.count(rule) == 1
    path.write_text(text.replace(rule, "Otra regla de muestra."))
    return root


def lang_of(path: Path) -> str:
    return path.parent.name


def test_samples_cover_every_edition() -> None:
    """So the tests below cover each kind of file."""
    names = ("riverbend", "sierra-clara")
    folders = [HANDBOOK.parent / "hospitals" / name for name in names]
    hospitals = [read_hospital(folder, model(HANDBOOK, "en"), LANGS) for folder in folders]
    assert {edition for hospital in hospitals for edition in hospital.editions} == set(EDITIONS)
    assert [(folder / "approvals.toml").exists() for folder in folders] == [False, False], "samples are not signed"


def test_release_is_rejected_until_all_have_signed(released: Released) -> None:
    done = released.refused
    assert (done.returncode, done.stdout.count(".pdf"), done.stdout.count(".epub")) == (1, 0, 0)
    missing = re.findall(r"hospital\.toml: (\w+): the ([a-z ]+) has not signed: ", done.stderr)
    assert sorted(missing) == sorted(signatures()), "each is listed once"
    assert len(done.stderr.splitlines()) == len(missing)


def test_every_file_exists_and_is_not_a_draft(released: Released) -> None:
    expected = set()
    for edition in released.hospital.editions:
        paired, medium = EDITIONS[edition].paired, EDITIONS[edition].medium
        for lang in ("en+es",) if paired else LANGS:
            expected.add(f"{lang}/childhood-all-{edition}-{lang}.{medium}")
    assert {f"{lang_of(path)}/{path.name}" for path in released.files} == expected


def test_validators_report_nothing(released: Released) -> None:
    claims = {
        edition.name for edition in EDITIONS.values() if edition.finish == "accessible" and edition.medium == "pdf"
    }
    pdfs = [path for path in released.files if path.stem.split("-all-")[1].rpartition("-")[0] in claims]
    epubs = [path for path in released.files if path.suffix == ".epub"]
    assert (len(epubs), len(pdfs) >= 5) == (2, True)
    assert epubcheck(*epubs) == {}
    assert vera(CLAIMED, *pdfs) == {}


def test_all_approvals_are_current(released: Released) -> None:
    done = released.run("status", "--hospital", released.hospital.id)
    lines = done.stdout.splitlines()
    assert (done.returncode, done.stderr, len(lines)) == (0, "", len(released.files))
    for path in released.files:
        ending = f"current, review due on 2027-11-21; {path.name} is up to date"
        assert len([line for line in lines if line.endswith(ending)]) == 1, path.name


def test_verify_reports_every_file(released: Released) -> None:
    done = released.run("verify", *released.files)
    assert (done.returncode, done.stderr) == (0, "")
    reports = done.stdout.split("\n\n")
    assert reports.pop() == ""
    for path, words in zip(released.files, reports, strict=True):
        (name, *lines), langs = words.splitlines(), lang_of(path)
        assert name == f"file:      {path}"
        edition = path.stem.removeprefix("childhood-all-").removesuffix(f"-{langs}")
        assert lines[0].startswith("book:      childhood-all, version ")
        assert lines[1:3] == [f"hospital:  {released.hospital.id}", f"edition:   {edition}, {langs}"]
        assert [line.split()[1] for line in lines if line.startswith("content:")] == langs.split("+")
        signed = {(lang, role) for lang, role in signatures() if lang in langs.split("+")}
        expected = {f"signed:    {SIGNED} {role}: {role} {lang} ({lang})" for lang, role in signed}
        assert {line for line in lines if line.startswith("signed:")} == expected
        assert lines[-2:] == ["current:   yes", "altered:   no: these are the bytes that were built"]


def test_changed_fever_rule_voids_approvals(released: Released, changed: Path) -> None:
    done = released.run("status", "--hospital", released.hospital.id, root=changed)
    lines = [line for line in done.stdout.splitlines() if not line.startswith("  ")]
    assert (done.returncode, done.stderr) == (1, "")
    english = [line for line in lines if re.match(rf"{released.hospital.id} en ", line)]
    spanish = [line for line in lines if line not in english]
    assert english
    assert spanish
    assert all(" current, " in line and line.endswith(" is up to date") for line in english)
    assert all(
        f": void: es: the text has changed since the clinical reviewer signed on {SIGNED}" in line for line in spanish
    )
    assert all(line.endswith(" is out of date: build it again") for line in spanish)
    assert f"  changed: {released.hospital.path}: fever_rule" in done.stdout.splitlines()
    done = released.run("verify", *released.files, root=changed)
    assert (done.returncode, done.stderr) == (1, "")
    for path, words in zip(released.files, done.stdout.split("\n\n")):
        english_alone = lang_of(path) == "en"
        assert ("current:   yes" in words) == english_alone, path.name
        assert ("current:   no: the text has changed since" in words) == (not english_alone)
        assert (f"  changed: {released.hospital.path}: fever_rule" in words) == (not english_alone)
        assert "altered:   no" in words
    refused = release(changed, released.hospital.id, "--lang", "es")
    assert refused.returncode == 1
    assert "es: the text has changed since the parent reviewer signed" in refused.stderr


@pytest.mark.parametrize("edition", ["sheets", "epub"])
def test_renamed_or_altered_file(released: Released, edition: str, tmp_path: Path) -> None:
    path = next(path for path in released.files if f"-{edition}-es." in path.name)
    renamed = Path(shutil.copy(path, tmp_path / f"from a friend{path.suffix}"))
    done = released.run("verify", renamed)
    assert (done.returncode, "current:   yes" in done.stdout, "altered:   no" in done.stdout) == (0, True, True)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    (tmp_path / path.name).write_bytes(data)
    done = released.run("verify", tmp_path / path.name)
    assert (done.returncode, done.stderr) == (1, "")
    assert "current:   yes" in done.stdout
    assert "altered:   yes: the manifest records other bytes" in done.stdout


def test_damaged_epub_and_foreign_pdf_are_reported(released: Released, tmp_path: Path) -> None:
    path = next(path for path in released.files if path.suffix == ".epub")
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("EPUB/content.opf").header_offset
    damaged, other = tmp_path / path.name, tmp_path / "other.pdf"
    data = path.read_bytes()
    damaged.write_bytes(data[: start + 100] + b"\xff" * 40 + data[start + 140 :])
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(other)
    for file, words in (
        (damaged, "neither a PDF nor an EPUB"),
        (other, "the file has no Carepress label"),
    ):
        done = released.run("verify", file)
        assert (done.returncode, done.stdout) == (1, "")
        assert re.fullmatch(rf"{re.escape(str(file))}: {words}: [^\n]+\n", done.stderr)
