"""PO files from other programs: what polib alone would drop, reorder or reject."""

from __future__ import annotations

from pathlib import Path

import pytest

from carepress.catalogs.po import (
    Catalog,
    complete_headers,
    entry_state,
    language_code,
    parse_po,
    read_po,
    write_po,
)
from carepress.model import PublishError

HEAD = 'msgid ""\nmsgstr ""\n"Language: es\\n"\n"X-Zebra: 1\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'


def parse(text: str) -> Catalog:
    return parse_po(f"{HEAD}\n{text}", "x.po")


@pytest.mark.parametrize("name", ["poedit.po", "weblate.po"])
def test_round_trip_is_stable(name: str) -> None:
    once = str(parse_po((Path(__file__).parent / "catalogs" / name).read_text(encoding="utf-8"), name))
    assert str(parse_po(once, name)) == once


def test_headers_keep_their_order() -> None:
    assert str(parse("")).startswith(HEAD)


@pytest.mark.parametrize("head", ["", "#\n", "# One.\n#\n#   Two  (two).\n", "## One\n#. two\n#: three\n"])
def test_comment_above_headers_is_preserved(head: str) -> None:
    text = f'{head}{HEAD}\nmsgid "a"\nmsgstr "b"\n'
    assert str(parse_po(text, "x.po")) == text


def test_header_flags_are_preserved() -> None:
    assert str(parse_po(f"# One.\n#, fuzzy\n{HEAD}", "x")).startswith("# One.\n#, fuzzy\n")


def test_comments_after_last_entry_are_preserved() -> None:
    text = f'{HEAD}\nmsgid "a"\nmsgstr "b"\n\n# The end.\n# Really.\n'
    assert str(parse_po(text, "x.po")) == text
    text = f'{HEAD}\nmsgid "a"\nmsgstr "b"\n\n#~ msgid "c"\n#~ msgstr "d"\n\n# The end.\n'
    assert str(parse_po(text, "x.po")) == text


def test_comment_of_first_entry_is_not_a_file_comment() -> None:
    catalog = parse_po('# mine\nmsgid "a"\nmsgstr "b"\n', "x.po")
    assert [(entry.msgid, entry.tcomment, entry.linenum) for entry in catalog] == [("a", "mine", 1)]
    with pytest.raises(PublishError, match=r"^x\.po:3: malformed catalog"):
        parse_po('msgid "a"\nmsgstr "b"\nnonsense\n', "x.po")


def test_previous_msgid_of_obsolete_entry_is_preserved() -> None:
    text = (
        "# why\n#, fuzzy\n"
        '#~| msgctxt "verb"\n#~| msgid "old"\n#~| msgid_plural "olds"\n'
        '#~ msgctxt "noun"\n#~ msgid "a"\n#~ msgid_plural "as"\n#~ msgstr[0] "b"\n#~ msgstr[1] "c"\n'
    )
    catalog = parse(text)
    (entry,) = catalog
    assert (entry.previous_msgid, entry.obsolete) == ("old", 1)
    assert str(catalog) == f"{HEAD}\n{text}"


@pytest.mark.parametrize(
    ("text", "attribute", "value"),
    [
        ('#,fuzzy\nmsgid "a"\nmsgstr "b"', "flags", ["fuzzy"]),
        ('#= no-wrap\nmsgid "a"\nmsgstr "b"', "flags", ["no-wrap"]),
        ('#glued\nmsgid "a"\nmsgstr "b"', "tcomment", "glued"),
        ('## twice\nmsgid "a"\nmsgstr "b"', "tcomment", "# twice"),
        ('#|msgid "old"\nmsgid "a"\nmsgstr "b"', "previous_msgid", "old"),
        ('msgid "a"\nmsgstr "b\u2028c"', "msgstr", "b c"),
        ('msgid "a"\nmsgstr "b\\\\"', "msgstr", "b\\"),
        ('msgid "a"\nmsgstr ""\n"b "\n"\\"c\\""', "msgstr", 'b "c"'),
    ],
)
def test_reads_gettext_syntax_that_polib_rejects(text: str, attribute: str, value: object) -> None:
    (entry,) = parse(text)
    assert getattr(entry, attribute) == value


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('msgid "a"\nmsgstr "b', 2),
        ('msgid "a"\nmsgstr "b\\"', 2),
        ('msgid "a"\nmsgstr ""\n"b', 3),
        ('#~ msgid "a"\n#~ msgstr "b', 2),
        ('#| msgid "o\nmsgid "a"\nmsgstr "b"', 1),
        ('msgid "a"\nmsgstr "b" c', 2),
    ],
)
def test_unterminated_string_is_an_error(text: str, line: int) -> None:
    with pytest.raises(PublishError) as caught:
        parse(text)
    assert caught.value.line == HEAD.count("\n") + 1 + line
    assert caught.value.message == "malformed catalog: unpaired quotation marks"


def test_duplicate_message_names_both_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text(f'{HEAD}\nmsgid "a"\nmsgstr "b"\n\nmsgid "a"\nmsgstr ""\n', encoding="utf-8")
    with pytest.raises(PublishError, match=r"^a\.po:10: malformed catalog: “a” is a duplicate of the entry in line 7"):
        read_po(path, "a.po")
    path.write_text(f'{HEAD}\nmsgid "a"\nmsgstr "b"\n\nmsgctxt "c"\nmsgid "a"\nmsgstr ""\n', encoding="utf-8")
    assert len(read_po(path, "a.po")) == 2


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_windows_line_endings_and_bom(tmp_path: Path, mark: bytes) -> None:
    path = tmp_path / "a.po"
    path.write_bytes(mark + f'{HEAD}\nmsgid "a"\nmsgstr "b"\n'.encode().replace(b"\n", b"\r\n"))
    catalog = read_po(path, "a.po")
    assert catalog.metadata["Language"] == "es"
    assert [(entry.msgid, entry.msgstr) for entry in catalog] == [("a", "b")]
    assert write_po(catalog, path) is bool(mark), "line ends alone are no change"


def test_missing_headers_are_added() -> None:
    catalog = parse_po('msgid ""\nmsgstr ""\n"X-Zebra: 1\\n"\n"Plural-Forms: nplurals=3; plural=0;\\n"\n', "x")
    complete_headers(catalog, "book", "es")
    assert list(catalog.metadata.items())[:2] == [("X-Zebra", "1"), ("Plural-Forms", "nplurals=3; plural=0;")]
    assert catalog.metadata["Language"] == "es"
    assert catalog.metadata["Content-Type"] == "text/plain; charset=UTF-8"
    before = dict(catalog.metadata)
    complete_headers(catalog, "book", "es")
    assert catalog.metadata == before


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ('msgid "a"\nmsgstr "b"', "translated"),
        ('#, fuzzy\nmsgid "a"\nmsgstr "b"', "fuzzy"),
        ('#, fuzzy\nmsgid "a"\nmsgstr ""', "missing"),
        ('msgid "a"\nmsgstr " "', "missing"),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[1] ""', "missing"),
        ('msgid "a"\nmsgid_plural "as"\nmsgstr[0] "b"\nmsgstr[1] "c"', "translated"),
    ],
)
def test_entry_state(text: str, state: str) -> None:
    assert entry_state(parse(text)[0]) == state
    assert entry_state(None) == "missing"


@pytest.mark.parametrize(
    ("code", "folder"), [("fr", "fr"), ("FR", "fr"), ("es-419", "es_419"), ("zh-hant", "zh_Hant"), ("pt_br", "pt_BR")]
)
def test_locale_folder_name(code: str, folder: str) -> None:
    assert language_code(code) == folder


@pytest.mark.parametrize("code", ["", "xx", "french", "../fr", "fr/../x", "fr.UTF-8", "fr@x", "fr./../x", "fr\n"])
def test_invalid_language_folder_is_rejected(code: str) -> None:
    with pytest.raises(PublishError, match="unknown language"):
        language_code(code)
