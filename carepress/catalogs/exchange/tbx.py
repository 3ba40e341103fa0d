"""The list of terms as TBX-Basic (ISO 30042:2008), which other programs look terms up in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lxml import etree

from carepress.catalogs.exchange.markup import LANG, to_bytes, xml_language
from carepress.text.termbase import TermTranslation

PREFERRED, DEPRECATED = "preferredTerm-admn-sts", "deprecatedTerm-admn-sts"


def write_tbx(terms: Iterable[TermTranslation], source_lang: str, lang: str, title: str) -> bytes:
    """Return terms with their translations; words to avoid are deprecated terms."""
    root = etree.Element("martif", {"type": "TBX-Basic", LANG: xml_language(source_lang)})
    description = etree.SubElement(etree.SubElement(root, "martifHeader"), "fileDesc")
    etree.SubElement(etree.SubElement(description, "titleStmt"), "title").text = title
    etree.SubElement(etree.SubElement(description, "sourceDesc"), "p").text = f"{title}: terms.toml"
    body = etree.SubElement(etree.SubElement(root, "text"), "body")
    for number, term in enumerate(terms, 1):
        concept = etree.SubElement(body, "termEntry", {"id": f"term-{number}"})
        _add_language(concept, xml_language(source_lang), term.source, ())
        _add_language(concept, xml_language(lang), term.target, term.avoid)
    return to_bytes(root, frozenset())


def _add_language(concept: etree._Element, code: str, term: str, avoid: Iterable[str]) -> None:
    langset = etree.SubElement(concept, "langSet", {LANG: code})
    rows = [*((form, kind, PREFERRED) for form, kind in _forms(term)), *((word, "", DEPRECATED) for word in avoid)]
    for text, kind, status in rows:
        group = etree.SubElement(langset, "tig")
        etree.SubElement(group, "term").text = text
        for name, value in (("termType", kind), ("administrativeStatus", status)):
            if value:
                etree.SubElement(group, "termNote", {"type": name}).text = value


def _forms(term: str) -> Iterator[tuple[str, str]]:
    """Yield a term with its type; of “complete blood count (CBC)” also the acronym."""
    name, opening, rest = term.partition("(")
    short, closing, after = rest.partition(")")
    if opening and closing and name.strip() and short.isupper() and not after.strip():
        yield name.strip(), "fullForm"
        yield short.strip(), "acronym"
    else:
        yield term, ""
