"""Translate a book, and load the interface strings of the templates."""

from __future__ import annotations

import gettext
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import polib

from carepress.catalogs.extract import Message
from carepress.catalogs.plurals import HEADER, PRINTF, forms_of, lost_counts
from carepress.catalogs.po import entry_state, key_of, read_po, texts_of
from carepress.model import Book, Interface, Key, PublishError, Segment, map_segments
from carepress.text.addresses import OUTSIDE, address_mistake
from carepress.text.inline import InlineError, link_targets, links, parse_inline, placeholders, plain_text
from carepress.text.language import source_name
from carepress.text.plural_header import PluralForms


def translate_book(book: Book, path: Path, display_path: str, lang: str) -> Book:
    """Return the book in `lang`; segments without a current translation stay in the source language, with their state.

    Raises PublishError for a malformed catalog, and for a translation whose links or placeholders differ
    from those of the source.
    """
    entries = {(entry.msgctxt, entry.msgid): entry for entry in read_po(path, display_path) if not entry.obsolete}

    def translated(segment: Segment) -> Segment:
        if not segment.has_words:
            return replace(segment, lang=lang, state="translated")
        entry = entries.get((segment.context, segment.source))
        state = entry_state(entry)
        if entry is None or state != "translated":
            return replace(segment, state=state)
        check_structure(entry, display_path, book.source_lang)
        return replace(segment, text=entry.msgstr, lang=lang, state="translated")

    return replace(map_segments(book, translated), lang=lang)


def check_structure(entry: polib.POEntry, display_path: str, source_lang: str) -> None:
    """Raise PublishError unless the translation has the links and placeholders of the source, and shows addresses."""
    try:
        nodes = parse_inline(entry.msgstr)
    except InlineError as error:
        raise PublishError(display_path, entry.linenum, *error.args) from None
    source_nodes = parse_inline(entry.msgid)
    for what, find in (("link", link_targets), ("placeholder", placeholders)):
        target, source = Counter(find(nodes)), Counter(find(source_nodes))
        if target != source:
            difference = next(iter((source - target) | (target - source)))
            verb = "lacks" if source[difference] > target[difference] else "adds"
            raise PublishError(
                display_path,
                entry.linenum,
                f"the translation {verb} the {what} “{difference}”",
                f"keep each {what} of the {source_name(source_lang)}, once",
            )
    for link in links(nodes):
        if link.target.startswith(OUTSIDE) and (wrong := address_mistake(link.target, plain_text(link.children))):
            raise PublishError(display_path, entry.linenum, *wrong)


def read_interface(path: Path, display_path: str, messages: Iterable[Message]) -> Interface:
    """Read the interface strings of the templates' `messages`.

    Raises PublishError for a malformed catalog, and for a translation that the templates cannot fill in.
    """
    catalog = read_po(path, display_path)
    forms = forms_of(catalog)
    current = {key_of(entry): entry for entry in catalog if not entry.obsolete and entry_state(entry) == "translated"}
    for entry in current.values():
        check_printf(entry, forms, display_path)
    # Compiling leaves out fuzzy and empty entries; Python's gettext then handles plurals.
    catalog.metadata[HEADER] = forms.header
    catalog.metadata["Content-Type"] = "text/plain; charset=UTF-8"
    translations = gettext.GNUTranslations(io.BytesIO(catalog.to_binary()))

    def lookup(key: Key, plural: str | None, count: int) -> str:
        context, message = key
        if plural is None:
            return translations.gettext(message) if context is None else translations.pgettext(context, message)
        if context is None:
            return translations.ngettext(message, plural, count)
        return translations.npgettext(context, message, plural, count)

    missing = dict.fromkeys(message.key for message in messages if message.key not in current)
    return Interface(lookup, tuple(missing))


def check_printf(entry: polib.POEntry, forms: PluralForms, display_path: str) -> None:
    """Raise PublishError unless an interface string has the placeholders of the English, and no other “%”."""
    english, plural = Counter(PRINTF.findall(entry.msgid)), Counter(PRINTF.findall(entry.msgid_plural))
    for text in texts_of(entry):
        target = Counter(PRINTF.findall(text))
        lost = next(iter(english - target), None) if not entry.msgid_plural else None
        added = next(iter(target - (english | plural)), None)
        if lost or added:
            message = f"the translation {'lacks' if lost else 'adds'} the placeholder “{lost or added}”"
            raise PublishError(display_path, entry.linenum, message, "keep each placeholder of the English, once")
        if "%" in PRINTF.sub("", text).replace("%%", ""):
            hint = "write “%%” for the sign, and keep “%(…)s” as in the English"
            raise PublishError(display_path, entry.linenum, "“%” without a placeholder", hint)
    for count in lost_counts(entry, forms):
        raise PublishError(display_path, entry.linenum, count.message, count.hint)
