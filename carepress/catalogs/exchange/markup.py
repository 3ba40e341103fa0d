"""What the XML formats share: the codes of a text as elements, the names of languages, the bytes of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from carepress.catalogs.exchange.units import Unit
from carepress.text.codes import Code, Piece

SPACE = "{http://www.w3.org/XML/1998/namespace}space"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Names:
    """The tags for codes in a format.

    `opening`, `closing` and `alone` have the code as their text; `pair` and `empty` only refer to a code of the
    English; `see_through` are marks that other programs set around words.
    """

    opening: str
    closing: str
    alone: str
    pair: str = ""
    empty: str = ""
    see_through: frozenset[str] = frozenset()


def xml_language(lang: str) -> str:
    """Return a language code as XML has it: es-419 for es_419."""
    return lang.replace("_", "-")


def to_bytes(root: etree._Element, texts: frozenset[str]) -> bytes:
    """Return a document as UTF-8, in lines; elements with the tags `texts` are in one line, space for space."""
    _indent(root, texts, "\n")
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return data.replace(b"<?xml version='1.0' encoding='UTF-8'?>", b'<?xml version="1.0" encoding="UTF-8"?>') + b"\n"


def _indent(element: etree._Element, texts: frozenset[str], margin: str) -> None:
    """Put each child in a line of its own; lxml's own function would put spaces into texts."""
    if element.tag in texts or not len(element):
        return
    element.text = margin + "  "
    for child in element:
        _indent(child, texts, margin + "  ")
        child.tail = margin + "  "
    element[-1].tail = margin


# --- Writing ---------------------------------------------------------------------------------


def append_pieces(
    parent: etree._Element,
    pieces: tuple[Piece, ...],
    names: Names,
    attributes: Callable[[int, str, str], dict[str, str]],
) -> None:
    """Fill an element with a text; `attributes` returns those of a code, for its number, role and kind."""
    tags = {"open": names.opening, "close": names.closing, "alone": names.alone}
    last = None
    for piece in pieces:
        if isinstance(piece, Code):
            last = etree.SubElement(parent, tags[piece.role], attributes(piece.number, piece.role, piece.kind))
            last.text = piece.text
        elif last is None:
            parent.text = (parent.text or "") + piece
        else:
            last.tail = (last.tail or "") + piece


# --- Reading ---------------------------------------------------------------------------------

Original = Callable[[etree._Element, str], str]  # the text of a code that the source does not have, for its role


def read_text(
    element: etree._Element | None, names: Names, unit: Unit | None, original: Original
) -> tuple[str, tuple[str, str] | None]:
    """Return the text of an element, with the codes of the source; and what is wrong with it, and what to do."""
    if element is None:
        return "", None
    try:
        return "".join(_texts(element, names, _codes(unit), original)), None
    except _UnknownElementError as error:
        return "", (f"“{error}” is not in the export", "remove it, and use the marks of the source")


class _UnknownElementError(ValueError):
    """An element or entity inside a text; the argument is how it is written."""


def _codes(unit: Unit | None) -> dict[tuple[str, str], str]:
    pieces = unit.source_pieces if unit else ()
    return {(str(piece.number), piece.role): piece.text for piece in pieces if isinstance(piece, Code)}


def _texts(
    element: etree._Element, names: Names, codes: dict[tuple[str, str], str], original: Original
) -> Iterator[str]:
    roles = {names.opening: "open", names.closing: "close", names.alone: "alone", names.empty: "alone"}
    yield element.text or ""
    for child in element:
        if child.tag is etree.Entity:
            raise _UnknownElementError(child.text)

        def code(role: str, child: etree._Element = child) -> str:
            return codes.get((child.get("startRef", child.get("id", "")), role)) or original(child, role)

        if child.tag in names.see_through:
            yield from _texts(child, names, codes, original)
        elif child.tag == names.pair:
            yield code("open")
            yield from _texts(child, names, codes, original)
            yield code("close")
        elif role := roles.get(child.tag):
            yield code(role)
        else:
            raise _UnknownElementError(f"<{etree.QName(child).localname}>")
        yield child.tail or ""
