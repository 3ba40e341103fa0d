"""Catalogs as XLIFF 1.2 (OASIS, 2008), in the form of its guide for gettext catalogs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from lxml import etree

from carepress.catalogs.exchange.markup import (
    SPACE,
    Names,
    append_pieces,
    read_text,
    to_bytes,
    xml_language,
)
from carepress.catalogs.exchange.receive import Received
from carepress.catalogs.exchange.units import ExportedCatalog, Unit
from carepress.model import State

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_X = f"{{{NAMESPACE}}}"
# The elements of codes. The text of an element is the code itself.
CODES = Names(f"{_X}bpt", f"{_X}ept", f"{_X}ph", pair=f"{_X}g", empty=f"{_X}x", see_through=frozenset({f"{_X}mrk"}))
_CTYPES = {
    "bold": "bold",
    "italic": "italic",
    "link": "link",
    "placeholder": "x-placeholder",
    "character": "x-character",
}

STATES: dict[State, str] = {
    "missing": "needs-translation",
    "fuzzy": "needs-review-translation",
    "translated": "translated",
}
# States of other programs: those of work to do, and those of a finished translation.
_READ_STATES: dict[str, State] = {
    "new": "missing",
    "needs-translation": "missing",
    **dict.fromkeys(
        ("needs-adaptation", "needs-l10n", "needs-review-translation", "needs-review-adaptation", "needs-review-l10n"),
        "fuzzy",
    ),
    **dict.fromkeys(("translated", "signed-off", "final"), "translated"),
}
COPIED = "x-copied"  # the qualifier of a target that is still the source
_STAMP = "exported:"  # in the attribute for a program's own data, which other programs leave alone


def write_xliff(catalogs: Iterable[ExportedCatalog], lang: str, copies_source: bool = False) -> bytes:
    """Return catalogs as an XLIFF 1.2 file, each as a <file> of it.

    With `copies_source`, targets without a translation have the source: OmegaT reads only targets.
    """
    root = etree.Element(f"{_X}xliff", {"version": "1.2"}, nsmap={None: NAMESPACE})
    for catalog in catalogs:
        langs = {"source-language": xml_language(catalog.source_lang), "target-language": xml_language(lang)}
        settings = {"original": catalog.path, **langs}
        file = etree.SubElement(root, f"{_X}file", {**settings, "datatype": "po"})
        body = etree.SubElement(file, f"{_X}body")
        for group, units in groupby(catalog.units, lambda unit: unit.group):
            parent = body
            for unit in units:
                if group and parent.get("id") != group:
                    parent = etree.SubElement(body, f"{_X}group", {"id": group, "restype": "x-gettext-plurals"})
                _add_unit(parent, unit, copies_source)
    return to_bytes(root, frozenset({f"{_X}source", f"{_X}target"}))


def _add_unit(parent: etree._Element, unit: Unit, copies_source: bool) -> None:
    is_copy = copies_source and unit.state == "missing"
    # OmegaT leaves states as they are: without one, a text that has changed is a translation.
    is_open = copies_source and unit.state != "translated"
    approval = {} if is_open else {"approved": "yes" if unit.state == "translated" else "no"}
    settings = {"id": unit.id, **approval, SPACE: "preserve"}
    name = {"resname": unit.place} if unit.place else {}
    element = etree.SubElement(parent, f"{_X}trans-unit", {**settings, **name, "extradata": _STAMP + unit.stamp})
    append_pieces(etree.SubElement(element, f"{_X}source"), unit.source_pieces, CODES, _attributes)
    state = {"state-qualifier": COPIED} if is_copy else {} if is_open else {"state": STATES[unit.state]}
    target = etree.SubElement(element, f"{_X}target", state)
    append_pieces(target, unit.source_pieces if is_copy else unit.target_pieces, CODES, _attributes)
    contexts = [("sourcefile", place) for place in unit.places]
    contexts += [("x-po-msgctxt", unit.context)] if unit.context else []
    if contexts:
        group = etree.SubElement(element, f"{_X}context-group", {"name": "po-reference", "purpose": "location"})
        for kind, text in contexts:
            etree.SubElement(group, f"{_X}context", {"context-type": kind}).text = text
    for note in unit.notes:
        etree.SubElement(element, f"{_X}note", {"from": "developer"}).text = note
    if unit.remark:
        etree.SubElement(element, f"{_X}note", {"from": "translator"}).text = unit.remark


def _attributes(number: int, role: str, kind: str) -> dict[str, str]:
    paired = {"rid": str(number)} if role != "alone" else {}
    return {"id": str(number), **paired, **({"ctype": _CTYPES[kind]} if role != "close" else {})}


# --- Reading ---------------------------------------------------------------------------------


def _written(code: etree._Element, _role: str) -> str:
    """Return the text of a code that the source does not have; an element around words has none."""
    return "" if code.tag == CODES.pair else "".join(code.itertext())


def language_places(root: etree._Element) -> Iterator[tuple[str, int]]:
    """Yield the language of the translations in each part of the file, with its line."""
    for file in root.iter(f"{_X}file"):
        yield file.get("target-language", ""), file.sourceline


def read_units(root: etree._Element, units: Mapping[str, Unit]) -> Iterator[Received]:
    """Yield what has come back; codes are those of the source in `units`, whatever the file has made of them."""
    for element in root.iter(f"{_X}trans-unit"):
        unit = units.get(element.get("id", ""))
        target = element.find(f"{_X}target")
        source_text, wrong = read_text(element.find(f"{_X}source"), CODES, unit, _written)
        target_text, wrong_target = read_text(target, CODES, unit, _written)
        if target is not None and target.get("state-qualifier") == COPIED and target_text == source_text:
            target_text = ""
        yield Received(
            element.get("id", ""),
            element.sourceline,
            source_text,
            target_text,
            _read_state(element, target),
            _remark(element, unit),
            _read_stamp(element),
            wrong or wrong_target,
        )


def _read_state(element: etree._Element, target: etree._Element | None) -> State | None:
    """Return the state that the file gives, as the attribute of the target or else as an approval."""
    written = target.get("state") if target is not None else None
    if written is None:
        approval: dict[str | None, State] = {"yes": "translated", "no": "fuzzy"}
        return approval.get(element.get("approved"))
    return _READ_STATES.get(written, "fuzzy")


def _read_stamp(element: etree._Element) -> str | None:
    written = element.get("extradata", "")
    return written.removeprefix(_STAMP) if written.startswith(_STAMP) else None


def _remark(element: etree._Element, unit: Unit | None) -> str:
    """Return the notes that are not those of the book."""
    own = unit.notes if unit else ()
    notes = ("".join(note.itertext()) for note in element.iter(f"{_X}note") if note.get("from") != "developer")
    return "\n".join(note for note in notes if note not in own)
