"""gettext's own programs read our catalogs, and we read what they write."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from support_wait import LONG

from carepress.catalogs.extract import BRACES, PERCENT, Message, template_catalog
from carepress.catalogs.merge import merge
from carepress.catalogs.po import UNDATED, Catalog, new_catalog, parse_po, read_po, write_po
from carepress.model import PublishError
from support import ROOT, needs

CATALOGS = sorted((*ROOT.glob("locales/**/*.po"), *ROOT.glob("tests/books/*/locales/**/*.po")))
NAMES = [path.relative_to(ROOT).as_posix() for path in CATALOGS]


def gettext(program: str, *args: object, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    needs(shutil.which(program), f"gettext's {program}")
    return subprocess.run([program, *map(str, args)], input=stdin, capture_output=True, timeout=LONG)


def catalog_of(*messages: Message) -> Catalog:
    catalog = new_catalog("book", "es")
    merge(template_catalog(iter(messages), new_catalog("book", None)), catalog)
    return catalog


def message(text: str, format_: str | None, plural: str | None = None) -> Message:
    return Message(text, plural, None, "a.md", "", 1, format_)


# --- msgfmt: placeholders --------------------------------------------------------------------


@pytest.mark.parametrize("path", CATALOGS, ids=NAMES)
def test_msgfmt_accepts_every_catalog(path: Path, tmp_path: Path) -> None:
    done = gettext("msgfmt", "--check", "--output-file", tmp_path / "x.mo", path)
    unset = [line for line in done.stderr.decode().splitlines() if "PO-Revision-Date" not in line]
    assert (done.returncode, unset) == (0, [])


@pytest.mark.parametrize("path", CATALOGS, ids=NAMES)
def test_every_placeholder_has_a_flag(path: Path) -> None:
    sign, flag = ("%", PERCENT) if path.name == "interface.po" else ("{", BRACES)
    for entry in read_po(path, path.name):
        if not entry.obsolete:
            assert (flag in entry.flags) == (sign in entry.msgid + entry.msgid_plural), entry.msgid


@pytest.mark.parametrize(
    ("source", "text", "works"),
    [
        (message("Page %(number)s", PERCENT), "Página %(number)s", True),
        (message("Page %(number)s", PERCENT), "Página", False),
        (message("Page %(number)s", PERCENT), "Página %(numero)s", False),
        (message("Call {clinic_phone}", BRACES), "{clinic_phone}: llame", True),
        (message("Call {clinic_phone}", BRACES), "Llame a {clinic}", False),
        (message("Call {clinic_phone}", BRACES), "Llame", False),
    ],
)
def test_msgfmt_checks_placeholders(source: Message, text: str, works: bool, tmp_path: Path) -> None:
    catalog = catalog_of(source)
    catalog[0].msgstr = text
    write_po(catalog, tmp_path / "x.po")
    done = gettext("msgfmt", "--check-format", "--output-file", tmp_path / "x.mo", tmp_path / "x.po")
    assert (done.returncode == 0) is works, done.stderr


def test_flags_follow_the_text() -> None:
    catalog = catalog_of(message("Call {phone}", BRACES), message("Wait", None))
    assert [entry.flags for entry in catalog] == [[BRACES], []]
    catalog[0].msgstr, catalog[0].flags = "Llame: {phone}", ["no-wrap", BRACES]
    template = template_catalog(iter([message("Call the phone", None)]), new_catalog("book", None))
    merge(template, catalog)
    assert (catalog[0].msgstr, catalog[0].flags) == ("Llame: {phone}", ["fuzzy", "no-wrap"])


def test_translator_may_turn_a_flag_off() -> None:
    source = message("every month", PERCENT, "every %(count)s months")
    catalog = catalog_of(source)
    assert catalog[0].flags == [PERCENT]
    catalog[0].flags = [f"no-{PERCENT}"]
    merge(template_catalog(iter([source]), new_catalog("book", None)), catalog)
    assert catalog[0].flags == [f"no-{PERCENT}"]


# --- msgcat ----------------------------------------------------------------------------------


@pytest.mark.parametrize("option", ["--escape", "--width=40", "--no-wrap", "--indent"])
@pytest.mark.parametrize("path", CATALOGS, ids=NAMES)
def test_msgcat_loses_nothing(path: Path, option: str) -> None:
    done = gettext("msgcat", option, path)
    assert done.returncode == 0, done.stderr
    text = path.read_text(encoding="utf-8")
    for ending in ("\n", "\r\n"):
        assert str(parse_po(done.stdout.decode().replace("\n", ending), path.name)).rstrip() == text.rstrip()


def test_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    source = next(path for path in CATALOGS if path.name == "garden.po")
    path = tmp_path / "garden.po"
    done = gettext("msgcat", "--escape", "--width=40", source)
    path.write_bytes(b"\xef\xbb\xbf" + done.stdout.replace(b"\n", b"\r\n"))
    assert write_po(read_po(path, "garden.po"), path)
    assert path.read_text(encoding="utf-8").rstrip() == source.read_text(encoding="utf-8").rstrip()


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r"m\303\251dico", "médico"),
        (r"m\xc3\xa9dico", "médico"),
        (r"\\303\\251 \\\303\251", "\\303\\251 \\é"),
        (r"\42\134\12", '"\\\n'),
    ],
)
def test_escaped_bytes_are_characters(written: str, text: str) -> None:
    catalog = parse_po(f'# \\303\nmsgid "a"\nmsgstr "{written}"\n', "x.po")
    assert (catalog[0].msgstr, catalog[0].tcomment) == (text, "\\303")


def test_escaped_bytes_that_are_no_character() -> None:
    with pytest.raises(PublishError, match=r"^x\.po:3: malformed catalog: escaped bytes that are not UTF-8: write the"):
        parse_po('msgid "a"\nmsgstr ""\n"\\303"\n', "x.po")


# --- headers ---------------------------------------------------------------------------------


def test_date_of_revision_is_the_editors(tmp_path: Path) -> None:
    catalog, path = catalog_of(message("Wait", None)), tmp_path / "x.po"
    assert catalog.metadata["PO-Revision-Date"] == UNDATED
    catalog.metadata["PO-Revision-Date"] = "2026-11-01 08:15+0200"
    write_po(catalog, path)
    again = read_po(path, "x.po")
    merge(template_catalog(iter([message("Go on", None)]), new_catalog("book", None)), again)
    assert again.metadata["PO-Revision-Date"] == "2026-11-01 08:15+0200"
