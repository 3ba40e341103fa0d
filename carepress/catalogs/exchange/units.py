"""The units of a catalog, as the files of other programs have them: one text of the source and its translation."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

import polib

from carepress.catalogs.notes import without_warnings
from carepress.catalogs.plurals import forms_of, served_by
from carepress.catalogs.po import INTERFACE, Catalog, entry_state
from carepress.model import PublishError, State
from carepress.text.codes import Piece, renumber, split_markdown, split_printf
from carepress.text.plural_header import PluralForms
from carepress.text.visible import CONTROL_CHARACTERS

FOLDERS = 4  # locales/es/LC_MESSAGES/garden.po: the folders above are those of one computer
DIGEST_LENGTH = 16  # hexadecimal digits: two of a million entries have the same with a chance of 1 : 10^7


@dataclass(frozen=True, slots=True)
class Unit:
    """An entry of a catalog, or one plural form of it.

    `notes` are for the translator, `remark` is the translator's own. `group` is the id that the forms of a plural share.
    """

    id: str
    entry: polib.POEntry
    form: int | None
    source: str
    target: str
    state: State
    notes: tuple[str, ...]
    remark: str
    group: str | None
    forms: PluralForms
    """The plural rule of the catalog."""
    source_lang: str
    split: Callable[[str], tuple[Piece, ...]]

    @property
    def context(self) -> str:
        """The context, which tells apart two messages with the same source text."""
        return self.entry.msgctxt or ""

    @property
    def places(self) -> tuple[str, ...]:
        """The files of the source text."""
        return tuple(path for path, _line in self.entry.occurrences)

    @property
    def place(self) -> str:
        """The kind of the text and its place in the book, or nothing for a string of the interface."""
        lines = without_warnings(self.entry.comment).splitlines()
        return next((line for line in lines if not line.startswith("Terms: ")), "")

    @property
    def stamp(self) -> str:
        """A digest of what the catalog has, which a file carries along: it shows who has changed the unit since."""
        return stamp(self.target, self.state, self.remark)

    @property
    def source_pieces(self) -> tuple[Piece, ...]:
        """The source text, split into words and codes."""
        return self.split(self.source)

    @property
    def target_pieces(self) -> tuple[Piece, ...]:
        """The translation, split into words and codes that are numbered as in the source."""
        return renumber(self.split(self.target), self.source_pieces)


@dataclass(frozen=True, slots=True)
class ExportedCatalog:
    """A catalog to export: its path from the folder of its languages, the language of its source, and its units."""

    path: str
    source_lang: str
    units: tuple[Unit, ...]


def export_catalog(catalog: Catalog, domain: str, display_path: str, source_lang: str = "en") -> ExportedCatalog:
    """Return the units of a catalog. Raises PublishError for a character that XML forbids."""
    units = tuple(catalog_units(catalog, domain, source_lang))
    for unit in units:
        for text in (unit.source, unit.target, unit.remark, unit.context, *unit.notes):
            if match := CONTROL_CHARACTERS.search(text):
                message = f"invisible character U+{ord(match[0]):04X} in the text"
                raise PublishError(display_path, unit.entry.linenum, message, "remove it")
    return ExportedCatalog("/".join(PurePosixPath(display_path).parts[-FOLDERS:]), source_lang, units)


def catalog_units(catalog: Catalog, domain: str, source_lang: str = "en") -> Iterator[Unit]:
    """Yield the units of a catalog in its order, without obsolete entries."""
    forms = forms_of(catalog)
    for entry in catalog:
        if not entry.obsolete:
            yield from _entry_units(entry, domain, forms, source_lang)


def stamp(target: str, state: State, remark: str) -> str:
    """Return a digest of a translation with its state and the translator's remark."""
    return _digest(target, state, remark)


def _entry_units(entry: polib.POEntry, domain: str, forms: PluralForms, source_lang: str) -> Iterator[Unit]:
    id_ = _digest(domain, entry.msgctxt or "", entry.msgid, "context" if entry.msgctxt is not None else "")
    split = split_printf if domain == INTERFACE else split_markdown
    notes = [*entry.comment.splitlines()]
    if entry.fuzzy and entry.previous_msgid:
        notes.append(f"The translation was made from: {entry.previous_msgid}")
    common = (tuple(notes), entry.tcomment)
    if not entry.msgid_plural:
        yield Unit(
            id_, entry, None, entry.msgid, entry.msgstr, entry_state(entry), *common, None, forms, source_lang, split
        )
        return
    for form in range(forms.count):
        # A form for several numbers must suit all, as the plural of the source does.
        source = entry.msgid if served_by(form, forms) == (1,) else entry.msgid_plural
        target = entry.msgstr_plural.get(form, "")
        state: State = "missing" if not target.strip() else "fuzzy" if entry.fuzzy else "translated"
        yield Unit(f"{id_}-{form}", entry, form, source, target, state, *common, id_, forms, source_lang, split)


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:DIGEST_LENGTH]
