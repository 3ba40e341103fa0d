from __future__ import annotations

import tomllib
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import icu
import pytest
from fontTools.ttLib import TTFont

from carepress.model import PublishError
from carepress.text import typefaces
from carepress.text.alphabet import letters_by_cldr
from carepress.text.language import language_script
from carepress.text.typefaces import (
    MORE_LATIN,
    TYPEFACES,
    Typeface,
    _characters,
    face_address,
    face_bytes,
    faces_of,
    find_typefaces,
    is_installed,
    read_face,
    typeface_of,
    typeface_path,
    unknown_letter,
)
from carepress.workspace.fingerprint import FONT_PACKAGES
from support import ROOT, copy_project, needs, publish

PACKAGE = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PACKAGE["optional-dependencies"]


def families(text: str, *langs: str) -> list[str]:
    return [typeface.family for typeface in find_typefaces(text, *langs)]


@pytest.mark.parametrize("row", TYPEFACES, ids=lambda row: row.slug)
def test_every_typeface_is_the_file_of_its_row_and_may_be_embedded(row: Typeface) -> None:
    needs(is_installed(row), row.package)
    path = typeface_path(row)
    assert sha256(path.read_bytes()).hexdigest() == row.sha256
    font = TTFont(path)
    assert font["OS/2"].fsType == 0
    assert "Open Font License" in font["name"].getDebugName(13)
    assert ord(row.sample) in font.getBestCmap()


@pytest.mark.parametrize("row", [row for row in TYPEFACES if row.extra], ids=lambda row: row.slug)
def test_typeface_of_an_extra_is_locked(row: Typeface) -> None:
    need, icu_need = EXTRAS[row.extra]
    name = need.partition(">")[0]
    assert name.replace("-", "_") == row.package
    assert f"\n{name}==" in (ROOT / "requirements-fonts.lock").read_text(encoding="utf-8")
    assert need in EXTRAS["fonts"]
    assert [icu_need] == EXTRAS["icu"]
    assert row.package.startswith(FONT_PACKAGES), "a build does not see that the package has changed"


@pytest.mark.parametrize("row", [row for row in TYPEFACES if not row.extra], ids=lambda row: row.slug)
def test_other_typefaces_are_always_installed(row: Typeface) -> None:
    name = row.package.replace("_", "-")
    assert any(need.startswith(f"{name}>=") for need in PACKAGE["dependencies"])
    assert f"\n{name}==" in (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert row.package.startswith(FONT_PACKAGES), "a build does not see that the package has changed"


@pytest.mark.parametrize("row", TYPEFACES, ids=lambda row: row.slug)
def test_faces_are_static_fonts_of_two_weights(row: Typeface) -> None:
    needs(is_installed(row), row.package)
    assert {"regular", "bold"} <= set(faces_of(row))
    fonts = [TTFont(BytesIO(face_bytes(row, face))) for face in ("regular", "bold")]
    assert all("fvar" not in font for font in fonts)
    assert [font["OS/2"].usWeightClass for font in fonts] == [400, 700]
    assert read_face(face_address(row, "bold")) == face_bytes(row, "bold")


@pytest.mark.parametrize(
    ("lang", "family"),
    [
        ("en", None), ("es_419", None), ("ht", None), ("vi", "Noto Sans"), ("ru", "Noto Sans"), ("el", "Noto Sans"),
        ("ar", "IBM Plex Sans Arabic"), ("fa", "IBM Plex Sans Arabic"), ("he", "Noto Sans Hebrew"), ("hi", "Noto Sans Devanagari"),
        ("ne", "Noto Sans Devanagari"), ("bn", "Noto Sans Bengali"), ("th", "Noto Sans Thai"), ("km", "Noto Sans Khmer"),
        ("lo", "Noto Sans Lao"), ("gu", "Noto Sans Gujarati"), ("pa", "Noto Sans Gurmukhi"), ("pa_PK", "IBM Plex Sans Arabic"),
        ("hy", "Noto Sans Armenian"), ("my", "Noto Sans Myanmar"), ("am", "Noto Sans Ethiopic"), ("ti", "Noto Sans Ethiopic"),
        ("zh", "Noto Sans SC"), ("zh_Hans", "Noto Sans SC"), ("zh_TW", "Noto Sans TC"), ("zh_Hant", "Noto Sans TC"),
        ("ja", "Noto Sans JP"), ("ko", "Noto Sans KR"), ("uz_Cyrl", "Noto Sans"), ("ar_XB", None),
    ],
)  # fmt: skip
def test_a_language_has_the_typeface_of_its_script(lang: str, family: str | None) -> None:
    found = typeface_of(lang)
    assert (found.family if found else None) == family


def test_latin_text_needs_nothing_else() -> None:
    assert families("What is leukemia? ¿Qué es? 38.5 °C – “a”\u00a0•\n", "en") == []


def test_words_of_other_scripts_have_the_typeface_of_their_script() -> None:
    assert families("李小龙", "en") == ["Noto Sans SC"]
    assert families("李小龍 カナ", "ja") == ["Noto Sans JP"]
    assert families("Привет नमस्ते", "en") == ["Noto Sans Devanagari", "Noto Sans"]
    assert families("a", "ar") == ["IBM Plex Sans Arabic"]


def test_a_letter_that_no_typeface_has_is_reported() -> None:
    with pytest.raises(PublishError, match=r"en: no typeface has “ཀ” \(U\+0F40\): use another letter"):
        find_typefaces("ཀ", "en")
    assert unknown_letter("abc Ж", "en") is None
    assert unknown_letter("abc ཀ", "en") == ("no typeface has “ཀ” (U+0F40)", "use another letter")


def test_a_language_whose_script_has_no_typeface_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match=r"dv: no typeface has the script of this language, Thaana: choose a"):
        find_typefaces("", "dv")
    project = copy_project(tmp_path / "project")
    done = publish("catalogs", "add", "dv", "--book", "tests/books/garden", root=project)
    assert (done.returncode, done.stderr) == (
        1,
        "dv: no typeface has the script of this language, Thaana: choose a language in docs/languages.md\n",
    )
    assert not (project / "locales" / "dv").exists()


def test_catalogs_add_names_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "is_installed", lambda _row: False)
    done = publish("catalogs", "add", "gu", "--book", "tests/books/garden", root=copy_project(tmp_path / "project"))
    assert done.returncode == 0
    line = 'The typeface Noto Sans Gujarati is not installed: run "make fonts SCRIPTS=gujarati" or "pip install carepress[gujarati]".'
    assert line in done.stdout + done.stderr


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "is_installed", lambda row: row.extra != "cjk" and is_installed(row))
    with pytest.raises(
        PublishError, match=r"zh: the typeface Noto Sans SC is not installed: run .make fonts SCRIPTS=cjk"
    ):
        find_typefaces("", "zh")
    with pytest.raises(PublishError, match=r"“李” \(U\+674E\) needs the typeface Noto Sans SC.*carepress\[cjk\]"):
        find_typefaces("李", "en")


@pytest.mark.parametrize("row", TYPEFACES, ids=lambda row: row.slug)
def test_the_docs_list_every_typeface(row: Typeface) -> None:
    lines = (ROOT / "docs" / "languages.md").read_text(encoding="utf-8").splitlines()
    (line,) = (line for line in lines if f"| {row.family} |" in line)
    assert (f"| `{row.extra}` |" if row.extra else "| always installed |") in line
    assert f"`{row.package.replace('_', '-')}`" in line
    assert row.sha256[:12] in line
    assert line.endswith("| yes |" if row.in_ebooks else "| no |")


LATIN_CYRILLIC_GREEK = [
    lang for lang in sorted(icu.Locale.getAvailableLocales()) if language_script(lang) in ("Latn", "Cyrl", "Grek")
]


def test_letters_of_latin_cyrillic_and_greek_languages_are_in_one_typeface_that_is_always_installed() -> None:
    """Two typefaces in a word are ugly: Welsh “dŵr”, Turkish “İlk”."""
    assert len({lang.partition("_")[0] for lang in LATIN_CYRILLIC_GREEK}) > 150
    for lang in LATIN_CYRILLIC_GREEK:
        own = typeface_of(lang)
        assert not (own and own.extra)
        assert (lang, set(letters_by_cldr(lang)) - _characters(own)) == (lang, set())


def test_languages_are_in_atkinson_hyperlegible_if_it_has_their_letters() -> None:
    known = {lang.partition("_")[0] for lang in LATIN_CYRILLIC_GREEK}
    latin = [lang for lang in LATIN_CYRILLIC_GREEK if language_script(lang) == "Latn"]
    lacking = {lang.partition("_")[0] for lang in latin if set(letters_by_cldr(lang)) - _characters(None)}
    assert known & MORE_LATIN == lacking
