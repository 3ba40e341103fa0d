from __future__ import annotations

from pathlib import Path

import pytest

from carepress.catalogs.extract import book_messages, interface_messages, template_catalog
from carepress.catalogs.po import key_of, new_catalog
from carepress.model import PublishError, segments
from support import GARDEN, ROOT, interface, model


def test_every_text_with_letters_is_a_message() -> None:
    book = model(GARDEN, "en")
    msgids = [message.msgid for message in book_messages(book)]
    assert msgids == [item.source for item in segments(book) if item.has_words]
    assert "1 cm" in msgids
    assert {"0", "1", "2", "{tap_rule}"}.isdisjoint(msgids)


def test_messages_have_file_and_location() -> None:
    message = next(item for item in book_messages(model(GARDEN, "en")) if item.msgid == "Straw")
    assert message.path.endswith("garden/drawings/bed.svg")
    message = next(item for item in book_messages(model(GARDEN, "en")) if item.msgid.startswith("Never dig"))
    assert message.path.endswith("garden/chapters/soil.md")
    assert "Know your soil" in message.note


def test_repeated_message_is_extracted_once() -> None:
    catalog = template_catalog(book_messages(model(GARDEN, "en")), new_catalog("garden", None))
    assert len({key_of(entry) for entry in catalog}) == len(catalog)
    places = [path.rpartition("garden/")[2] for path, _line in catalog.find("compost").occurrences]
    assert places == ["glossary.toml"]
    assert [path.rpartition("garden/")[2] for path, _line in catalog.find("Number").occurrences] == ["sheets/plan.toml"]


def test_interface_strings() -> None:
    by_msgid = {message.msgid: message for message in interface_messages(ROOT / "templates")}
    assert {"Words to know", "Part %(number)s", "Questions to ask"} <= by_msgid.keys()
    assert "screen readers" in by_msgid["page %(number)s"].note
    assert all(not message.note.startswith("Translators") for message in by_msgid.values())


def test_interface_strings_from_template(tmp_path: Path) -> None:
    text = "{# Translators: a note #}\n{{ _('One') }}\n{% trans count=n %}\n  a\n  b\n{% pluralize %}c{% endtrans %}"
    (tmp_path / "a.j2").write_text(text, encoding="utf-8")
    one, many = interface_messages(tmp_path)
    assert (one.msgid, one.note) == ("One", "a note")
    assert (many.msgid, many.plural) == ("a b", "c")


def test_context_is_extracted(tmp_path: Path) -> None:
    text = '{{ pgettext("list", "%(a)s, %(b)s", a=1, b=2) }}{% trans "visit" %}Next{% endtrans %}{{ _("Next") }}'
    (tmp_path / "a.j2").write_text(text, encoding="utf-8")
    messages = list(interface_messages(tmp_path))
    assert [message.key for message in messages] == [("list", "%(a)s, %(b)s"), ("visit", "Next"), (None, "Next")]
    catalog = template_catalog(iter(messages), new_catalog("interface", None))
    assert [key_of(entry) for entry in catalog] == [message.key for message in messages]


def test_template_syntax_error_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.j2").write_text("one\n{% if %}", encoding="utf-8")
    with pytest.raises(PublishError, match=r"a\.j2:2: the template does not parse"):
        list(interface_messages(tmp_path))


def test_interface_is_fully_translated() -> None:
    messages = {message.msgid for message in interface_messages(ROOT / "templates")}
    assert [message for message in messages if not interface("es").get(message)] == []
