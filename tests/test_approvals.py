"""The approvals of a hospital's editions through the command: signed, void, overdue, printed, verified."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from support_hospital import SHED, shed, write_shed
from support_validators import CLAIMED, vera

from carepress.hospital.adapt import apply_hospital
from carepress.model import Segment, map_segments
from carepress.signoff.changes import changes
from carepress.signoff.digest import content_digest, passages
from support import GARDEN, LANGS, ROOT, flat, model, open_epub, open_pdf, publish

ROLES = {
    "clinical reviewer": "Dr. Ana Sample",
    "parent reviewer": "Pat Ó Sample, & Co",
    "translation reviewer": "Luz M.",
}
BOOK = ("--book", "garden")
OUT = ("--out", "build")
CATALOG = "content/garden/locales/es/LC_MESSAGES/garden.po"
PROFILE = "content/hospitals/shed/hospital.toml"
RULES = 'values.meeting_place.en = "At the gate"\nvalues.meeting_place.es = "En la puerta"\n'


def begin(to: Path) -> Path:
    """Return a project with the garden as the only book and the shed as the only hospital."""
    for name in ("carepress", "templates", "locales"):
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(GARDEN, to / "content" / "garden")
    shutil.copy(ROOT / "publish.py", to)
    (write_shed(to) / "hospital.toml").write_text(
        SHED.replace('pages = [{ id = "tools"', RULES + 'pages = [{ id = "tools"')
    )
    return to


def approve(root: Path, lang: str, role: str, name: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
    given = {
        "hospital": "shed",
        "lang": lang,
        "role": role,
        "name": name or ROLES[role],
        "date": "2026-11-23",
    } | changes
    return publish("approve", *BOOK, *(part for key, row in given.items() for part in (f"--{key}", row)), root=root)


def sign_all(root: Path) -> Path:
    for lang, role in [
        (lang, role) for lang in LANGS for role in ROLES if (lang, role) != ("en", "translation reviewer")
    ]:
        done = approve(root, lang, role)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return root


def status(root: Path, *args: str) -> tuple[int, list[str]]:
    done = publish("status", *BOOK, *OUT, "--on", "2026-12-01", *args, root=root)
    assert done.stderr == ""
    return done.returncode, done.stdout.splitlines()


def states(root: Path, *args: str) -> dict[str, str]:
    """Return the approval state of each language's booklet."""
    rows = [re.fullmatch(r"shed (\w+) booklet: (\w+).*", line) for line in status(root, *args)[1]]
    return {row[1]: row[2] for row in rows if row}


def edit(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text()
    assert old in text
    (root / name).write_text(text.replace(old, new, 1))


def release(root: Path, *args: str) -> subprocess.CompletedProcess[str]:
    return publish("build", *BOOK, *OUT, "--hospital", "shed", "--release", "--on", "2026-12-01", *args, root=root)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose hospital, the shed, has signed all and released its Spanish editions."""
    root = sign_all(begin(tmp_path_factory.mktemp("signed") / "project"))
    done = release(root, "--lang", "es")
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def project(signed: Path, tmp_path: Path) -> Path:
    """Return a copy of the signed project that a test may change."""
    return Path(shutil.copytree(signed, tmp_path / "project"))


def test_release_lists_missing_signatures(tmp_path: Path) -> None:
    root = begin(tmp_path / "project")
    done = release(root, "--edition", "booklet")
    assert (done.returncode, list(root.glob("build/**/*.pdf"))) == (1, [])
    expected = {(lang, role) for lang in LANGS for role in ROLES} - {("en", "translation reviewer")}
    assert set(re.findall(r"hospital\.toml: (\w+): the ([a-z ]+) has not signed: ", done.stderr)) == expected
    assert (
        'publish.py approve --book garden --hospital shed --lang es --role "parent reviewer" --name NAME --date DATE'
        in done.stderr
    )
    assert approve(root, "en", "clinical reviewer").stdout.splitlines()[1] == "still to sign in en: parent reviewer"
    assert (
        publish(
            "build", *BOOK, *OUT, "--hospital", "shed", "--edition", "booklet", "--lang", "en", root=root
        ).returncode
        == 0
    )
    pdf = open_pdf(root / "build/shed/en/garden-booklet-en-draft.pdf")
    assert "Draft: not for families. It has not been signed off." in pdf.texts[0]
    assert all("Draft" in text for text in pdf.texts[1:])
    assert "Not yet reviewed by clinicians" in " ".join(pdf.texts)
    assert status(root)[0] == 1
    assert states(root) == {"en": "draft", "es": "draft"}


def test_signed_edition_is_released_and_states_its_approval(signed: Path) -> None:
    pdf = open_pdf(signed / "build/shed/es/garden-booklet-es.pdf")
    epub = open_epub(signed / "build/shed/es/garden-epub-es.epub")
    text = (signed / "content/hospitals/shed/approvals.toml").read_text()
    code = re.findall(r'lang = "es"\n.*\n.*\n.*\ndigest = "(\w{12})', text)[0]
    for words in (" ".join(pdf.texts), epub.text):
        assert code in words
        for name in ROLES.values():
            assert f"{name}, con firma del 23 de noviembre de 2026" in flat(words)
        assert "Aprobado para su hospital." in words
        assert "Borrador" not in words
    code, lines = status(signed)
    assert code == 0
    assert "shed es booklet: current, review due on 2047-03-01; garden-booklet-es.pdf is up to date" in lines
    assert "shed en booklet: current, review due on 2047-03-01; not built" in lines


def test_verapdf_accepts_released_files(signed: Path) -> None:
    assert vera(CLAIMED, signed / "build/shed/es/garden-booklet-es.pdf") == {}


def test_release_is_reproducible_on_another_day(project: Path) -> None:
    path = project / "build/shed/es/garden-epub-es.epub"
    before = path.read_bytes()
    shutil.rmtree(project / "build")
    assert release(project, "--lang", "es", "--edition", "epub", "--on", "2047-02-01").returncode == 0
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "void", "change_reported"),
    [
        (lambda root: edit(root, PROFILE, "En la puerta", "En el pozo"), {"es"}, f"{PROFILE}: meeting_place"),
        (lambda root: edit(root, PROFILE, "0150", "0151"), {"en", "es"}, f"{PROFILE}: telephone +1 555-555-0151"),
        (lambda root: edit(root, PROFILE, "2047-11-21", "2048-11-21"), {"en", "es"}, f"{PROFILE}: review_due"),
        (
            lambda root: edit(root, "content/hospitals/shed/pages/gate.es.md", "Cierre", "Abra"),
            {"es"},
            "gate.es.md:",
        ),
        (lambda root: edit(root, PROFILE, "#123456", "#124356"), set(), ""),
        (lambda root: edit(root, "content/garden/book.toml", "revised = 2026", "revised = 2025"), set(), ""),
    ],
)
def test_change_voids_affected_approvals(
    project: Path, change: Callable[[Path], None], void: set[str], change_reported: str
) -> None:
    change(project)
    by_lang = states(project)
    assert {lang for lang, state in by_lang.items() if state == "void"} == void
    assert {lang for lang, state in by_lang.items() if state == "current"} == set(LANGS) - void
    lines = status(project)[1]
    assert (
        [line for line in lines if line.startswith("  changed: ") and change_reported in line]
        if change_reported
        else not void
    )
    if void == {"es"}:
        done = release(project, "--lang", "es", "--edition", "epub")
        assert done.returncode == 1
        assert "es: the text has changed since the clinical reviewer signed on 2026-11-23" in done.stderr


def test_changed_translation_is_listed_and_fails_verification(project: Path) -> None:
    catalog = (project / CATALOG).read_text()
    old = next(
        s.text
        for s in passages_of_garden()
        if s.text and "[" not in s.text and "{" not in s.text and f'msgstr "{s.text}"' in catalog
    )
    edit(project, CATALOG, f'msgstr "{old}"', f'msgstr "{old} Nuevo."')
    segment = next(s for s in passages_of_garden() if s.text == old)
    code, lines = status(project)
    assert code == 1
    assert states(project) == {"en": "current", "es": "void"}
    assert any(f"{Path(segment.path).name}:{segment.line}: {segment.source[:30]}" in line for line in lines)
    done = publish("verify", "build/shed/es/garden-booklet-es.pdf", "--on", "2026-12-01", root=project)
    assert (done.returncode, done.stderr) == (1, "")
    assert "current:   no: the text has changed since" in done.stdout
    assert f"{Path(segment.path).name}:{segment.line}: " in done.stdout
    assert "altered:   no" in done.stdout


def passages_of_garden() -> list[Segment]:
    from carepress.model import segments

    book = model(GARDEN, "es")
    sowing = next(item for item in book.chapters() if item.id == "sowing")
    return [s for s in segments(sowing) if s.kind == "paragraph"]


@pytest.mark.parametrize("name", ["garden-booklet-es.pdf", "garden-epub-es.epub"])
def test_verify_reports_signed_and_altered_passages(signed: Path, name: str, tmp_path: Path) -> None:
    path = signed / "build/shed/es" / name
    done = publish("verify", path, "--on", "2026-12-01", root=signed)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    for words in ("book:      garden, version ", "hospital:  shed", "current:   yes", "altered:   no"):
        assert words in done.stdout
    for role, person in ROLES.items():
        assert f"signed:    2026-11-23 {role}: {person} (es)" in done.stdout
    late = publish("verify", path, "--on", "2047-03-02", root=signed)
    assert (late.returncode, "no: the review was due on 2047-03-01" in late.stdout) == (1, True)
    elsewhere = shutil.copytree(signed / "build", tmp_path / "elsewhere")
    moved = publish("verify", elsewhere / "shed/es" / name, "--on", "2026-12-01", root=signed)
    assert "altered:   no" in moved.stdout, "the manifest is that of its build folder, without --out"
    altered = tmp_path / name
    altered.write_bytes(path.read_bytes() + b"\n" if name.endswith("pdf") else path.read_bytes())
    if name.endswith("pdf"):
        done = publish("verify", altered, "--on", "2026-12-01", root=signed)
        assert (done.returncode, "altered:   yes" in done.stdout) == (1, True)
    else:
        done = publish("verify", altered, "--on", "2026-12-01", "--out", tmp_path, root=signed)
        assert (done.returncode, "altered:   unknown" in done.stdout) == (1, True)


def test_manifest_beside_a_file_does_not_replace_that_of_the_build_folder(signed: Path, tmp_path: Path) -> None:
    """Whoever forges a file can write a manifest too."""

    def altered(*options: str | Path) -> str:
        done = publish("verify", *options, "--on", "2026-12-01", root=signed)
        return done.stdout.partition("altered:   ")[2].strip()

    name = "shed/es/garden-booklet-es.pdf"
    forged, renamed = tmp_path / name, tmp_path / "shed/es/other.pdf"
    forged.parent.mkdir(parents=True)
    for path in (forged, renamed):
        path.write_bytes((signed / "build" / name).read_bytes() + b"\n")
    rows = json.loads((signed / "build/manifest.json").read_bytes())["files"]
    row = rows[name] | {"sha256": sha256(forged.read_bytes()).hexdigest()}
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps({"files": {name: row, "shed/es/other.pdf": row}}))
    assert altered(forged) == "yes: the manifest records other bytes"
    believed = f"no: these are the bytes that were built; according to {manifest}, which is not in your build folder"
    assert altered(renamed) == believed
    assert altered(renamed, "--out", signed / "build").startswith("unknown")
    manifest.write_text(json.dumps({"files": {"other.pdf": row}}))
    assert altered(renamed).startswith("unknown"), "the manifest lists it at another path"
    manifest.write_text('{"name": "a web app"}')
    assert altered(forged) == "yes: the manifest records other bytes"
    forged.write_bytes((signed / "build" / name).read_bytes())
    assert altered(forged) == "no: these are the bytes that were built"


def test_void_files_leave_the_shelf_and_their_names(project: Path) -> None:
    booklet = project / "build/shed/es/garden-booklet-es.pdf"
    page = project / "build/index.html"
    assert publish("shelf", "--on", "2026-12-01", root=project).returncode == 0
    assert "garden-booklet-es.pdf" in page.read_text()
    late = publish("shelf", "--on", "2047-03-02", root=project)
    assert (late.returncode, page.exists(), list(project.glob("build/opds.*"))) == (1, False, [])
    assert "garden-booklet-es.pdf: left out: the file is not current: the review was due on 2047-03-01" in late.stderr
    edit(project, PROFILE, "0150", "0151")
    done = publish("shelf", "--on", "2026-12-01", root=project)
    assert (done.returncode, page.exists()) == (1, False)
    assert "garden-booklet-es.pdf: left out: the file is not current: the text has changed since" in done.stderr
    for role in ROLES:
        assert approve(project, "es", role, date="2026-11-24").returncode == 0
    code, lines = status(project)
    assert code == 1
    assert [line.partition(": ")[2].partition(":")[0] for line in lines if " es " in line] == ["outdated"] * 2
    why = "garden-booklet-es.pdf is out of date: build it again"
    assert f"shed es booklet: outdated: review due on 2047-03-01; {why}" in lines
    before = booklet.read_bytes()
    done = release(project, "--lang", "es", "--edition", "epub")
    assert (done.returncode, done.stderr, booklet.exists()) == (0, "", False)
    (void,) = booklet.parent.glob("garden-booklet-es-void-*.pdf")
    assert void.read_bytes() == before
    assert f"void       build/shed/es/{booklet.name}: the text has changed since; renamed to {void.name}" in done.stdout
    assert "garden-booklet" not in (project / "build/manifest.json").read_text()
    done = publish("shelf", "--on", "2026-12-01", root=project)
    assert (done.returncode, done.stderr, "garden-booklet-es" in page.read_text()) == (0, "", False)
    assert "void" not in release(project, "--lang", "es", "--edition", "epub").stdout


def test_plan_states_the_sign_off(project: Path) -> None:
    words = {
        "signed": "Aprobado para su hospital.",
        "not": "Ningún médico ni otro profesional de la salud lo ha revisado todavía.",
    }
    args = ("planner", *BOOK, "--schedule", "hedge", "--ended", "2027-01-31", "--lang", "es", "--hospital", "shed")

    def plan(folder: str) -> str:
        done = publish(*args, "--out", project / folder, root=project)
        assert done.returncode == 0, done.stderr
        return flat(open_pdf(project / folder / "garden-plan-es.pdf").texts[0])

    assert words["signed"] in (text := plan("a"))
    assert words["not"] not in text
    edit(project, PROFILE, "0150", "0151")
    assert words["not"] in (text := plan("b"))
    assert words["signed"] not in text


def test_a_draft_build_moves_what_is_void(project: Path) -> None:
    edit(project, PROFILE, "0150", "0151")
    args = ("--hospital", "shed", "--lang", "en", "--edition", "epub")
    done = publish("build", *BOOK, *OUT, *args, root=project)
    assert done.returncode == 0
    names = {path.name.partition("-void-")[0] for path in (project / "build/shed/es").iterdir()}
    assert names == {"garden-booklet-es", "garden-epub-es"}
    assert done.stdout.count("renamed to") == 2


def test_unknown_hospital_is_not_on_the_shelf(project: Path) -> None:
    shutil.rmtree(project / "content/hospitals/shed")
    done = publish("shelf", "--on", "2026-12-01", root=project)
    assert done.returncode == 1
    assert "it is unknown whether the file is current: this project has no hospital “shed”" in done.stderr


def test_overdue_review(project: Path) -> None:
    done = release(project, "--lang", "es", "--edition", "epub", "--on", "2047-03-02")
    assert done.returncode == 1
    assert "book.toml: the review was due on 2047-03-01: review it" in done.stderr
    args = ("--hospital", "shed", "--lang", "es", "--edition", "epub", "--on", "2047-03-02")
    assert publish("build", *BOOK, *OUT, *args, root=project).returncode == 0
    draft = open_epub(project / "build/shed/es/garden-epub-es-draft.epub")
    assert "Antes hay que revisarlo de nuevo" in draft.text
    assert release(project, "--lang", "es", "--edition", "epub", "--on", "2047-03-01").returncode == 0
    code, lines = status(project, "--on", "2047-02-20")
    assert any(line.startswith("shed es booklet: expiring in 9 days: ") for line in lines)
    assert code == 0, "what expires soon may still be handed out"
    assert status(project, "--on", "2047-03-01")[0] == 0
    assert states(project, "--on", "2047-03-02") == {"en": "draft", "es": "draft"}
    assert status(project, "--on", "2047-03-02")[0] == 1


def test_unknown_role_is_answered_with_the_roles_in_each_language(project: Path) -> None:
    done = approve(project, "es", "revisora", "P. Sample")
    assert "use one of clinical reviewer (revisión clínica), parent reviewer (" in done.stderr


def test_hospital_defines_the_required_roles(project: Path) -> None:
    edit(project, PROFILE, "revised =", 'sign_off = ["pharmacist"]\nrevised =')
    assert states(project) == {"en": "draft", "es": "draft"}
    done = approve(project, "en", "clinical reviewer")
    assert "the role “clinical reviewer” does not sign in “en”: use one of pharmacist; sign_off" in done.stderr
    assert approve(project, "en", "pharmacist", "P. Sample").returncode == 0
    assert states(project) == {"en": "current", "es": "draft"}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "a\nb\x07"}, "the sign-off: “name” is"),
        ({"name": "<b>"}, "the sign-off: “name” is"),
        ({"lang": "fr"}, "does not publish in “fr”"),
        ({"hospital": "nowhere"}, "unknown hospital"),
        ({"role": "gardener"}, "the role “gardener” does not sign"),
    ],
)
def test_invalid_signature_is_rejected(project: Path, changes: dict[str, str], message: str) -> None:
    path = project / "content/hospitals/shed/approvals.toml"
    before = path.read_text()
    done = approve(project, **({"lang": "es", "role": "clinical reviewer", "name": "A"} | changes))
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert path.read_text() == before


def test_date_in_wrong_format_is_reported(signed: Path) -> None:
    done = approve(signed, "es", "clinical reviewer", date="23/11/2026")
    assert (done.returncode, done.stdout) == (2, "")
    assert "invalid date “23/11/2026”: use YYYY-MM-DD" in done.stderr


def test_book_that_is_not_filled_in_cannot_be_signed(project: Path) -> None:
    path = project / "content/garden/book.toml"
    path.write_text(re.sub(r'(?m)^title = "', 'title = "FILL IN: ', path.read_text(), count=1))
    done = approve(project, "en", "clinical reviewer")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.match(r"content/garden/book\.toml:\d+: 1 line is not filled in: \d+: write", done.stderr)


def test_new_signature_replaces_the_old_one(project: Path) -> None:
    path = project / "content/hospitals/shed/approvals.toml"
    count = path.read_text().count("[[approvals]]")
    edit(project, PROFILE, "En la puerta", "En el pozo")
    for role in ROLES:
        assert approve(project, "es", role, date="2026-11-24").returncode == 0
    assert path.read_text().count("[[approvals]]") == count
    assert len(list((path.parent / "approvals").iterdir())) == 2, "one list a language"
    assert states(project) == {"en": "current", "es": "outdated"}
    shutil.rmtree(project / "build")
    assert states(project) == {"en": "current", "es": "current"}


@pytest.mark.parametrize(
    ("day", "message"),
    [
        ("2999-01-01", "--date: 2999-01-01 is in the future: "),
        (
            "2026-11-20",
            f"{PROFILE}: the signature of 2026-11-20 is older than the text, which was revised on 2026-11-21",
        ),
        ("2026-02-01", "content/garden/book.toml: the signature of 2026-02-01 is older than the text"),
    ],
)
def test_impossible_day_is_refused(signed: Path, day: str, message: str) -> None:
    done = approve(signed, "es", "clinical reviewer", date=day)
    assert (done.returncode, done.stdout) == (1, "")
    assert message in done.stderr


def test_second_signature_in_a_role_asks(project: Path) -> None:
    path = project / "content/hospitals/shed/approvals.toml"
    before = path.read_text()
    done = approve(project, "es", "clinical reviewer", "Dr. Other")
    assert (done.returncode, path.read_text()) == (1, before)
    assert "Dr. Ana Sample has signed as clinical reviewer on 2026-11-23. Replace this signature?" in done.stderr
    assert "to replace this signature, add --replace" in done.stderr
    args = ("--hospital", "shed", "--lang", "es", "--role", "clinical reviewer", "--name", "Dr. Other")
    done = publish("approve", *BOOK, *args, "--date", "2026-11-23", "--replace", root=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert ("Dr. Other" in path.read_text(), path.read_text().count("Ana Sample")) == (True, 1)


def test_roles_have_names_in_the_language_of_the_hospital(tmp_path: Path) -> None:
    root = begin(tmp_path / "project")
    edit(root, PROFILE, "revised =", 'sign_off = ["Revisión clínica", "revisión de la traducción"]\nrevised =')
    done = approve(root, "es", "revisión clínica", "Ana")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1] == "still to sign in es: translation reviewer"
    assert approve(root, "es", "Revisión de la traducción", "Luz").returncode == 0
    assert approve(root, "en", "Clinical reviewer", "Ana").returncode == 0
    assert states(root) == {"en": "current", "es": "current"}


@pytest.mark.parametrize(
    ("role", "found"), [("clinical reviewer", ""), ("parent reviewer", "does not sign: use roles of")]
)
def test_default_roles_sign_changes_whatever_they_are_called(role: str, found: str, tmp_path: Path) -> None:
    """A new profile names the clinical reviewer in sign_changes; sign_off in Spanish made it invalid."""
    root = begin(tmp_path / "project")
    edit(root, PROFILE, "revised =", 'sign_off = ["Revisión clínica", "farmacia"]\nrevised =')
    edit(root, PROFILE, "[logo]", f'[sign_changes]\nrules = ["{role}"]\n[logo]')
    done = approve(root, "en", "farmacia", "Ana")
    assert (done.returncode, found in done.stderr) == (bool(found), True), done.stderr
    checked = publish("hospital", "check", "shed", "--book", "garden", root=root)
    assert (checked.returncode, found in checked.stdout + checked.stderr) == (bool(found), True), checked.stdout


@pytest.mark.parametrize("name", ["Łukasz Żółć", "Ngũgĩ wa Thiong’o", "Đặng Thị Hồng", "אנה", "田中"])
def test_any_letters_sign(project: Path, name: str) -> None:
    edit(project, PROFILE, "0150", "0151")
    done = approve(project, "en", "clinical reviewer", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert f'name = "{name}"' in (project / "content/hospitals/shed/approvals.toml").read_text()


def test_build_reports_a_name_that_it_cannot_print(project: Path) -> None:
    edit(project, "content/hospitals/shed/approvals.toml", "Dr. Ana Sample", "\U00010330\U00010331")
    done = release(project, "--lang", "en", "--edition", "booklet")
    assert done.returncode == 1
    assert (
        "shed/approvals.toml: the imprint names “\U00010330\U00010331”: no typeface has “\U00010330” (U+10330): "
        in done.stderr
    )


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 no", b"PK\x03\x04 no", b"words"])
def test_verify_rejects_foreign_file(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    path.write_bytes(data)
    done = publish("verify", path)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"{path}: [^\n]+\n", done.stderr)


def test_verify_goes_on_after_a_pdf_with_a_password(signed: Path, tmp_path: Path) -> None:
    path, locked = signed / "build/shed/es/garden-booklet-es.pdf", tmp_path / "locked.pdf"
    with pikepdf.open(path) as file:
        file.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))
    renamed = tmp_path / os.fsdecode(b"caf\xe9.pdf")  # in a share with names in Latin-1
    shutil.copy(path, renamed)
    done = publish("verify", locked, renamed, path, "--on", "2026-12-01", root=signed)
    assert (done.returncode, done.stderr) == (
        1,
        f"{locked}: the PDF is protected by a password: look for the original, which has none\n",
    )
    assert done.stdout.count("current:   yes") == 2


@pytest.mark.parametrize("rows", ["null", "[]", "3", '{"a": null}'])
def test_damaged_manifest_is_reported(tmp_path: Path, rows: str) -> None:
    (tmp_path / "manifest.json").write_text(f'{{"files": {rows}}}')
    done = publish("shelf", "--out", tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "manifest.json: " in done.stderr


def test_damaged_approvals_file_is_reported(project: Path) -> None:
    edit(project, "content/hospitals/shed/approvals.toml", "digest = ", "digets = ")
    done = publish("status", *BOOK, root=project)
    assert done.returncode == 1
    assert "content/hospitals/shed/approvals.toml:" in done.stderr
    assert "unknown key “approvals.0.digets”" in done.stderr


def test_digest_covers_the_published_text(tmp_path: Path) -> None:
    hospital = shed(tmp_path)
    book = apply_hospital(model(GARDEN, "es"), hospital)
    now = passages(book, hospital)
    moved = map_segments(book, lambda s: replace(s, path=f"x/{s.path}", line=s.line + 1))
    assert content_digest(passages(replace(moved, version="9"), hospital)) == content_digest(now)
    assert content_digest(passages(book, replace(hospital, colors=("#000000", "#000000")))) == content_digest(now)
    cut = replace(book, parts=book.parts[:1])
    assert content_digest(passages(cut, hospital)) != content_digest(now)
    drawn = replace(book, cover=replace(book.cover, shapes="<path/>")) if book.cover else book
    (change,) = changes(passages(drawn, hospital), now, hospital.path)
    assert (change.text, change.old, change.new) == ("the drawing “cover”", *["(the drawing “cover”)"] * 2)
    (gone,) = changes(now[1:], now, hospital.path)
    assert (gone.old, gone.new) == ("(the order of the book)", None)
    assert changes(now[::-1], now, hospital.path)


def test_profile_with_an_extension_a_png_logo_and_no_web(tmp_path: Path) -> None:
    root = begin(tmp_path / "project")
    edit(root, PROFILE, 'web = "https://www.shed.example"\n', "")
    edit(root, PROFILE, 'fills = "garden_phone"', 'ext = "1234"\nfills = "garden_phone"')
    edit(root, PROFILE, 'light = "logo.svg"', 'light = "logo.png"')
    deep = Image.linear_gradient("L").resize((640, 200)).convert("I").point(lambda value: value * 257)
    deep.convert("I;16").save(root / "content/hospitals/shed/logo.png")
    assert publish("hospital", "check", "shed", *BOOK, root=root).returncode == 0
    names = ("booklet", "large-print", "press", "epub")
    editions = [part for name in names for part in ("--edition", name)]
    done = publish("build", *BOOK, *OUT, "--hospital", "shed", "--lang", "en", *editions, root=root)
    assert done.returncode == 0, done.stderr
    for name in names[:-1]:
        pdf = open_pdf(root / f"build/shed/en/garden-{name}-en-draft.pdf")
        words = flat(" ".join(pdf.texts)).replace("\N{NO-BREAK SPACE}", " ")
        assert words.count("+1 555-555-0150 ext. 1234") >= 2, name
        assert "shed.example" not in words
        cover = pdf.reader[0].render(scale=2).to_pil().convert("L")
        assert min(cover.crop((0, int(cover.height * 0.85), cover.width // 4, cover.height)).getextrema()) < 60
    epub = open_epub(root / "build/shed/en/garden-epub-en-draft.epub")
    links = {
        (a.get("href"), flat("".join(a.itertext())).replace("\N{NO-BREAK SPACE}", " "))
        for page in epub.pages.values()
        for a in page.iter("{*}a")
        if a.get("class") == "tel"
    }
    assert links == {("tel:+15555550150;ext=1234", "+1 555-555-0150 ext. 1234")}
