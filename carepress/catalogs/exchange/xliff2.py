"""Catalogs as XLIFF 2.0 (OASIS, 2014)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby

from lxml import etree

from carepress.catalogs.exchange.markup import SPACE, Names, read_text, to_bytes, xml_language
from carepress.catalogs.exchange.receive import Received
from carepress.catalogs.exchange.units import ExportedCatalog, Unit
from carepress.model import State
from carepress.text.codes import Code, Kind, Piece

NAMESPACE = "urn:oasis:names:tc:xliff:document:2.0"
METADATA = "urn:oasis:names:tc:xliff:metadata:2.0"  # a module, for a program's own data
_X, _M = f"{{{NAMESPACE}}}", f"{{{METADATA}}}"
CODES = Names(f"{_X}sc", f"{_X}ec", "", pair=f"{_X}pc", empty=f"{_X}ph", see_through=frozenset({f"{_X}mrk"}))
_STAMP = "exported"
# The version has no state for a proposal that must be read again: it is “initial” with a state of our own.
_FUZZY = {"state": "initial", "subState": "carepress:fuzzy"}
_STATES: dict[State, dict[str, str]] = {
    "missing": {"state": "initial"},
    "fuzzy": _FUZZY,
    "translated": {"state": "translated"},
}
_TYPES: dict[Kind, dict[str, str]] = {
    "bold": {"type": "fmt", "subType": "xlf:b"},
    "italic": {"type": "fmt", "subType": "xlf:i"},
    "link": {"type": "link"},
    "placeholder": {"type": "ui", "subType": "xlf:var"},
    "character": {"type": "other"},
}


def write_xliff2(catalogs: Iterable[ExportedCatalog], lang: str) -> bytes:
    """Return catalogs as an XLIFF 2.0 file, each as a <file> of it; all have the same source language."""
    catalogs = tuple(catalogs)
    source_lang = next((catalog.source_lang for catalog in catalogs), "en")
    settings = {"version": "2.0", "srcLang": xml_language(source_lang), "trgLang": xml_language(lang)}
    root = etree.Element(f"{_X}xliff", settings, nsmap={None: NAMESPACE, "mda": METADATA})
    for number, catalog in enumerate(catalogs, 1):
        file = etree.SubElement(root, f"{_X}file", {"id": f"f{number}", "original": catalog.path})
        for group, units in groupby(catalog.units, lambda unit: unit.group):
            parent = etree.SubElement(file, f"{_X}group", {"id": group, "type": "carepress:plural"}) if group else file
            for unit in units:
                _add_unit(parent, unit)
    return to_bytes(root, frozenset({f"{_X}source", f"{_X}target"}))


def _add_unit(parent: etree._Element, unit: Unit) -> None:
    settings = {"id": unit.id, SPACE: "preserve"} | ({"name": unit.context} if unit.context else {})
    element = etree.SubElement(parent, f"{_X}unit", settings)
    group = etree.SubElement(etree.SubElement(element, f"{_M}metadata"), f"{_M}metaGroup", {"category": "carepress"})
    etree.SubElement(group, f"{_M}meta", {"type": _STAMP}).text = unit.stamp
    notes = [*(("location", place) for place in unit.places), *(("developer", note) for note in unit.notes)]
    notes += [("translator", unit.remark)] if unit.remark else []
    if notes:
        parts = etree.SubElement(element, f"{_X}notes")
        for category, text in notes:
            etree.SubElement(parts, f"{_X}note", {"category": category}).text = text
    pieces = unit.source_pieces, unit.target_pieces
    data = {text: f"d{number}" for number, text in enumerate(dict.fromkeys(_code_texts(*pieces)), 1)}
    if data:
        original = etree.SubElement(element, f"{_X}originalData")
        for text, id_ in data.items():
            etree.SubElement(original, f"{_X}data", {"id": id_, SPACE: "preserve"}).text = text
    segment = etree.SubElement(element, f"{_X}segment", _STATES[unit.state])
    _append(etree.SubElement(segment, f"{_X}source"), pieces[0], data)
    if unit.target:
        _append(etree.SubElement(segment, f"{_X}target"), pieces[1], data)


def _code_texts(*texts: tuple[Piece, ...]) -> Iterator[str]:
    return (piece.text for pieces in texts for piece in pieces if isinstance(piece, Code))


def _append(parent: etree._Element, pieces: tuple[Piece, ...], data: Mapping[str, str]) -> None:
    """Fill an element with a text: pairs are elements around words, and other codes are empty elements."""
    for piece in pieces:
        if isinstance(piece, str):
            if len(parent):
                parent[-1].tail = (parent[-1].tail or "") + piece
            else:
                parent.text = (parent.text or "") + piece
        elif piece.role == "alone":
            settings = {"id": str(piece.number), "dataRef": data[piece.text]}
            etree.SubElement(parent, f"{_X}ph", settings | _TYPES[piece.kind])
        elif piece.role == "open":
            settings = {"id": str(piece.number), "dataRefStart": data[piece.text]}
            parent = etree.SubElement(parent, f"{_X}pc", settings | _TYPES[piece.kind])
        else:
            parent.set("dataRefEnd", data[piece.text])
            parent = parent.getparent()


# --- Reading ---------------------------------------------------------------------------------


def language_places(root: etree._Element) -> Iterator[tuple[str, int]]:
    """Yield the language of the translations, with its line."""
    yield root.get("trgLang", ""), root.sourceline


def read_units(root: etree._Element, units: Mapping[str, Unit]) -> Iterator[Received]:
    """Yield what has come back; a unit that was cut into segments is joined again."""
    for element in root.iter(f"{_X}unit"):
        unit = units.get(element.get("id", ""))
        source, wrong = _joined(element, "source", unit)
        target, wrong_target = _joined(element, "target", unit)
        yield Received(
            element.get("id", ""),
            element.sourceline,
            source,
            target,
            _read_state(element),
            _remark(element, unit),
            next((meta.text for meta in element.iter(f"{_M}meta") if meta.get("type") == _STAMP), None),
            wrong or wrong_target,
        )


def _joined(element: etree._Element, name: str, unit: Unit | None) -> tuple[str, tuple[str, str] | None]:
    """Return the text of all segments with what is between them, as the source or the translation."""
    texts, wrong = "", None
    for part in element:
        if part.tag in (f"{_X}segment", f"{_X}ignorable"):
            found = part.find(f"{_X}{name}")
            if found is None and part.tag == f"{_X}ignorable":
                found = part.find(f"{_X}source")
            text, error = read_text(found, CODES, unit, _original(element))
            texts, wrong = texts + text, wrong or error
    return texts, wrong


def _original(element: etree._Element) -> Callable[[etree._Element, str], str]:
    """Return a function that finds the text of a code that the source does not have, in the data of its unit."""
    data = {item.get("id"): "".join(item.itertext()) for item in element.iter(f"{_X}data")}
    references = {"open": "dataRefStart", "close": "dataRefEnd", "alone": "dataRef"}
    return lambda code, role: data.get(code.get(references[role]), "")


def _read_state(element: etree._Element) -> State | None:
    """Return the state of a unit: that of its segment with most work to do."""
    segments = [segment for segment in element.iter(f"{_X}segment") if segment.get("state")]
    if any(segment.get("state") == "initial" for segment in segments):
        proposed = any(segment.get("subState") == _FUZZY["subState"] for segment in segments)
        return "fuzzy" if proposed else "missing"
    return "translated" if segments else None


def _remark(element: etree._Element, unit: Unit | None) -> str:
    """Return the notes that are not those of the book."""
    own = (*unit.notes, *unit.places) if unit else ()
    written = [note for note in element.iter(f"{_X}note") if note.get("category") not in ("developer", "location")]
    return "\n".join(text for note in written if (text := "".join(note.itertext())) not in own)
