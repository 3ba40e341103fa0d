"""The XML parser for all files, which reads nothing but the file itself.

It expands no entities, opens no other file or address, and keeps libxml2's limits on depth and size (OWASP, XML
External Entity Prevention).
"""

from __future__ import annotations

from lxml import etree


def parse_xml(data: bytes, *, keep_comments: bool = False) -> etree._Element:
    """Return the root element, without comments and processing instructions unless `keep_comments`.

    Raises XMLSyntaxError; ValueError for data that libxml2 refuses.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=not keep_comments,
        remove_pis=not keep_comments,
    )
    return etree.fromstring(data, parser)
