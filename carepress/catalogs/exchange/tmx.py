"""Finished translations as a memory, TMX 1.4 (LISA OSCAR, 2005), which other programs propose from."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from carepress import __version__
from carepress.catalogs.exchange.markup import LANG, Names, append_pieces, to_bytes, xml_language
from carepress.catalogs.exchange.units import ExportedCatalog, Unit

CODES = Names("bpt", "ept", "ph")
_HEADER = {
    "creationtool": "Carepress",
    "creationtoolversion": __version__,
    "segtype": "paragraph",
    "o-tmf": "gettext",
    "adminlang": "en",
    "datatype": "plaintext",
}


def write_tmx(catalogs: Iterable[ExportedCatalog], lang: str) -> bytes:
    """Return the current translations as a memory; fuzzy and missing ones are left out."""
    catalogs = tuple(catalogs)
    sources = {xml_language(catalog.source_lang) for catalog in catalogs}
    root = etree.Element("tmx", {"version": "1.4"})
    several = len(sources) > 1
    # “*all*”: each unit names its own.
    etree.SubElement(root, "header", {**_HEADER, "srclang": "*all*" if several else next(iter(sources), "en")})
    body = etree.SubElement(root, "body")
    for catalog in catalogs:
        for unit in catalog.units:
            if unit.state == "translated":
                _add_unit(body, unit, lang, several)
    return to_bytes(root, frozenset({"seg"}))


def _add_unit(body: etree._Element, unit: Unit, lang: str, several: bool) -> None:
    source = xml_language(unit.source_lang)
    element = etree.SubElement(body, "tu", {"tuid": unit.id} | ({"srclang": source} if several else {}))
    for kind, text in (("x-place", unit.place), ("x-context", unit.context)):
        if text:
            etree.SubElement(element, "prop", {"type": kind}).text = text
    for code, pieces in ((source, unit.source_pieces), (xml_language(lang), unit.target_pieces)):
        variant = etree.SubElement(element, "tuv", {LANG: code})
        append_pieces(etree.SubElement(variant, "seg"), pieces, CODES, _attributes)


def _attributes(number: int, role: str, kind: str) -> dict[str, str]:
    """Return the attributes of a code: `i` pairs two in a text, `x` those of the source and the translation."""
    if role == "alone":
        return {"x": str(number), "type": kind}
    return {"i": str(number)} if role == "close" else {"i": str(number), "x": str(number), "type": kind}
