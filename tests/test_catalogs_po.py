from __future__ import annotations

from pathlib import Path

import polib
import pytest

from carepress.catalogs.plurals import plural_forms
from carepress.catalogs.po import catalog_path, language_code, new_catalog, read_po, write_po
from carepress.model import PublishError
from support import GARDEN, ROOT

CATALOGS = sorted([*(ROOT / "locales").rglob("*.po"), *(GARDEN / "locales").rglob("*.po")])


def test_catalog_path() -> None:
    assert catalog_path(Path("locales"), "es_419", "book") == Path("locales/es_419/LC_MESSAGES/book.po")


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.name)
def test_round_trip_is_identical(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / path.name
    copy.write_bytes(path.read_bytes())
    assert write_po(read_po(copy, "x"), copy) is False
    copy.unlink()
    assert write_po(read_po(path, "x"), copy) is True
    assert copy.read_bytes() == path.read_bytes()
    assert list(tmp_path.iterdir()) == [copy]


def test_long_texts_are_not_wrapped(tmp_path: Path) -> None:
    catalog = new_catalog("book", "es")
    catalog.append(polib.POEntry(msgid="word " * 60, msgstr="palabra " * 60))
    path = tmp_path / "deep" / "book.po"
    assert write_po(catalog, path)
    assert path.read_text(encoding="utf-8").count("\n" + 'msgid "word ') == 1
    assert read_po(path, "x")[-1].msgstr == "palabra " * 60


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "a"\nmsgsrt "b"\n', 2),
        ('msgid "a"\nmsgstr "b\n', 2),
        ('msgid "a"\nmsgstr "b"c"\n', 2),
        ('msgid "a"\nmsgstr "b"\n\nnonsense\n', 4),
    ],
)
def test_malformed_catalogs(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "a.po"
    path.write_text(f'msgid ""\nmsgstr ""\n"Language: es\\n"\n\n{text}', encoding="utf-8")
    with pytest.raises(PublishError) as caught:
        read_po(path, "a.po")
    assert (caught.value.path, caught.value.line) == ("a.po", 4 + line)
    assert caught.value.message.startswith("malformed catalog")


def test_duplicate_message_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text('msgid ""\nmsgstr ""\n\nmsgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr "c"\n', encoding="utf-8")
    with pytest.raises(PublishError, match="malformed catalog"):
        read_po(path, "a.po")


@pytest.mark.parametrize(
    ("lang", "forms"), [("es", "nplurals=2; plural=(n != 1);"), ("ja", "nplurals=1; plural=0;"), ("ar", "nplurals=6;")]
)
def test_new_catalog_has_plural_forms_header(lang: str, forms: str) -> None:
    assert plural_forms(lang).startswith(forms)
    assert new_catalog("book", lang).metadata["Plural-Forms"] == plural_forms(lang)
    assert "Plural-Forms" not in new_catalog("book", None).metadata


@pytest.mark.parametrize(
    ("code", "name"), [("es", "es"), ("es_419", "es_419"), ("pt-br", "pt_BR"), ("ZH-hant-tw", "zh_Hant")]
)
def test_language_codes(code: str, name: str) -> None:
    assert language_code(code) == name


@pytest.mark.parametrize("code", ["", "xx", "spanish", "../es", "es/../en"])
def test_invalid_language_code(code: str) -> None:
    with pytest.raises(PublishError):
        language_code(code)
