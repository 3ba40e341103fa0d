"""Each language has one code, and its catalogs one folder, however its code is written."""

from __future__ import annotations

import shutil
from itertools import product
from pathlib import Path
from string import ascii_lowercase

import pytest

from carepress.text.language import is_known, language_name, language_script
from carepress.workspace import project
from carepress.workspace.project import canonical_code
from support import GARDEN, ROOT, publish

CODES = {
    "zh_Hans": ["zh", "zh_CN", "zh-Hans-CN", "ZH-cn", "zh-SG", "zho", "cmn"],
    "zh_Hant": ["zh_TW", "zh-HK", "zh-Hant-TW", "ZH_HANT"],
    "pt_BR": ["pt-br", "PT_BR", "pt-Latn-BR"],
    "sr_Latn": ["sr-latn", "sh"],
    "sr": ["sr_Cyrl"],
    "he": ["iw", "HE"],
    "id": ["in"],
    "yi": ["ji"],
    "nb": ["no"],
    "es": ["spa", "es_Latn"],
    "es_419": ["es-419"],
    "pa_Arab": ["pa-arab"],
    "en_XA": ["en-xa"],
}


@pytest.mark.parametrize("code", CODES)
def test_one_code_for_each_language(code: str) -> None:
    assert {canonical_code(spelling) for spelling in (code, *CODES[code])} == {code}
    assert is_known(code)


def test_what_is_no_code() -> None:
    assert [canonical_code(text) for text in ("", "e", "es copy", "es.UTF-8", "hmong", "es_419_x")] == [None] * 6


def test_script_that_is_left_out_is_the_usual_one() -> None:
    for written, script in (("sr_Cyrl", "Cyrl"), ("uz_Latn", "Latn"), ("pa_Guru_IN", "Guru"), ("uz_Arab_AF", "Arab")):
        assert language_script(canonical_code(written) or "") == script


def test_language_has_one_folder(tmp_path: Path) -> None:
    book = Path(shutil.copytree(GARDEN, tmp_path / "garden"))
    assert publish("catalogs", "add", "zh-CN", "--book", book).returncode == 0
    assert (book / "locales" / "zh_Hans" / "LC_MESSAGES" / "garden.po").is_file()
    for spelling in ("zh", "zh_Hans", "zh-hans-cn"):
        done = publish("catalogs", "add", spelling, "--book", book)
        assert done.returncode == 1
        assert "this language already exists" in done.stderr
    assert {path.name for path in (book / "locales").iterdir() if path.is_dir()} == {"es", "zh_Hans"}
    assert publish("catalogs", "status", "--lang", "zh_cn", "--book", book).returncode == 0


@pytest.mark.parametrize(
    "command", [("build", "--edition", "epub"), ("check",), ("dossier",), ("catalogs", "export", "--format", "csv")]
)
def test_each_command_takes_any_spelling(command: tuple[str, ...], tmp_path: Path) -> None:
    """The language that is missing is named by its code."""
    out = () if command[0] == "check" else ("--out", tmp_path / "out")
    done = publish(*command, "--book", GARDEN, "--lang", "zh-hant-tw", *out)
    assert done.returncode == 1
    assert "zh_Hant: the book does not have this language" in done.stderr


def test_other_spellings_of_folders_are_reported(tmp_path: Path) -> None:
    book = Path(shutil.copytree(GARDEN, tmp_path / "garden"))
    shutil.copytree(book / "locales" / "es", book / "locales" / "es-MX")
    done = publish("check", "--book", book, "--lang", "es")
    assert "es-MX: the folder is ignored" in done.stderr


def test_docs_name_each_language_of_the_interface() -> None:
    """docs/languages.md says of each translation of the interface whether it was read."""
    text = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8")
    table = text.partition("## Who has read it")[2].partition("## ")[0]
    langs = [path.parent.parent.name for path in ROOT.glob("locales/*/LC_MESSAGES/interface.po")]
    assert [lang for lang in langs if language_name(lang).partition(" (")[0] not in table] == []


def test_codes_of_two_letters_that_have_another_one_are_known() -> None:
    codes = {"".join(pair) for pair in product(ascii_lowercase, repeat=2)}
    assert {code for code in codes if canonical_code(f"{code}_001") != f"{code}_001"} == set(project._CHANGED)
    assert {code for code in codes if canonical_code(code) != code} == set(project._CHANGED)
