"""Catalogs for e-readers as Atom: OPDS 1.2, which nearly every reading app supports.

Numbers in the comments are clauses of https://specs.opds.io/opds-1.2 and of RFC 4287 (Atom).
"""

from __future__ import annotations

import uuid
from datetime import date

from lxml import etree
from lxml.builder import ElementMaker

from carepress.shelf.feeds import OPEN_ACCESS, Addresses, Feed, Publication, Root
from carepress.text.language import language_tag

NAVIGATION = "application/atom+xml;profile=opds-catalog;kind=navigation"  # OPDS 7.1.3
ACQUISITION = "application/atom+xml;profile=opds-catalog;kind=acquisition"
_ATOM, _DC = "http://www.w3.org/2005/Atom", "http://purl.org/dc/terms/"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_IMAGE = "http://opds-spec.org/image"
A = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM, "dc": _DC})
DC = ElementMaker(namespace=_DC)


def navigation_feed(root: Root, to: Addresses) -> bytes:
    """Return the root of the catalog (OPDS 2.1, 2.2)."""
    own_path = f"{root.path}.xml"
    feed = A.feed(*_head(root.id, root.title, root.updated, root.author))
    feed.extend(_link(to, own_path, rel, own_path, NAVIGATION) for rel in ("self", "start"))
    for child in root.feeds:
        entry = A.entry(*_head(uuid.uuid5(uuid.UUID(child.id), "entry").urn, child.title, child.updated))
        entry.append(
            _link(to, own_path, "subsection", f"{child.path}.xml", ACQUISITION, hreflang=language_tag(child.lang))
        )
        # RFC 4287, 4.1.2: an entry without content needs an alternate link.
        entry.append(A.content(child.about, type="text"))
        entry.set(_LANG, language_tag(child.lang))
        feed.append(entry)
    return _bytes(feed)


def acquisition_feed(feed: Feed, root: Root, to: Addresses) -> bytes:
    """Return the books of a language (OPDS 2.3)."""
    own_path, start = f"{feed.path}.xml", f"{root.path}.xml"
    author = feed.publications[0].publisher or feed.publications[0].head.author
    node = A.feed(*_head(feed.id, feed.title, feed.updated, author))
    node.set(_LANG, language_tag(feed.lang))
    node.append(_link(to, own_path, "self", own_path, ACQUISITION))
    node.extend(_link(to, own_path, rel, start, NAVIGATION) for rel in ("start", "up"))
    node.extend(_entry(item, own_path, to) for item in feed.publications)
    return _bytes(node)


def _entry(item: Publication, own_path: str, to: Addresses) -> etree._Element:
    """Return a complete catalog entry (OPDS 5)."""
    entry = A.entry(*_head(item.id, item.title, item.updated, item.head.author))
    entry.extend(DC.language(language_tag(lang)) for lang in item.langs)
    entry.append(DC.identifier(item.identifier))
    if item.publisher:
        entry.append(DC.publisher(item.publisher))
    entry.extend(A.category(term=subject, label=subject) for subject in item.head.subjects)
    entry.append(A.rights(f"{item.head.license} {item.head.license_url}"))
    entry.append(A.content(item.about, type="text"))
    for rel, picture in ((_IMAGE, item.cover.large), (f"{_IMAGE}/thumbnail", item.cover.small)):
        entry.append(_link(to, own_path, rel, picture.path, "image/jpeg"))
    for file, name in zip(item.files, item.names):
        link = _link(to, own_path, OPEN_ACCESS, file.path, file.media_type, title=name, length=str(file.bytes))
        entry.append(link)
    return entry


def _head(urn: str, title: str, updated: date, author: str | None = None) -> list[etree._Element]:
    """Return what every feed and entry must have (RFC 4287, 4.1.1 and 4.1.2)."""
    nodes = [A.id(urn), A.title(title), A.updated(f"{updated.isoformat()}T00:00:00Z")]
    return [*nodes, A.author(A.name(author))] if author else nodes


def _link(to: Addresses, own_path: str, rel: str, path: str, kind: str, **attributes: str) -> etree._Element:
    return A.link(rel=rel, href=to.of(path, own_path), type=kind, **attributes)


def _bytes(feed: etree._Element) -> bytes:
    etree.indent(feed)
    data: bytes = etree.tostring(feed, xml_declaration=True, encoding="utf-8")
    return data + b"\n"
