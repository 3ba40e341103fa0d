"""Compare two languages of an e-book: they have the same elements in the same documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from lxml.etree import _Element as Element

from carepress.model import Problem
from carepress.preflight.ebook.epub_file import SVG, XHTML, BrokenBookError, XmlFile, open_ebook, types
from carepress.preflight.ebook.navigation import is_page_marker

COUNTED = {
    "heading": ("h1", "h2", "h3", "h4", "h5", "h6"),
    "table": ("table",),
    "row": ("tr",),
    "cell": ("td", "th"),
    "list item": ("li", "dt", "dd"),
    "picture": ("img",),
}


def check_parity(mine: bytes, other: bytes, name: str) -> list[Problem]:
    """Return where an e-book `mine`, called `name`, differs from `other`, the same book in another language.

    Page numbers are those of each language's own booklet, and signatures those of its own reviewers: neither is
    compared.
    """
    try:
        first, second = open_ebook(mine), open_ebook(other)
    except BrokenBookError:
        return []  # check_epub reports it
    differences = [
        (path, "only one language has this document") for path in sorted(first.by_path.keys() ^ second.by_path.keys())
    ]
    for path in first.by_path.keys() & second.by_path.keys():
        ours, theirs = count_elements(first.by_path[path]), count_elements(second.by_path[path])
        for kind in ours:
            surplus, lacking = ours[kind] - theirs[kind], theirs[kind] - ours[kind]
            if surplus or lacking:
                counts = ", ".join(
                    [f"more {_summary(surplus)}"] * bool(surplus) + [f"fewer {_summary(lacking)}"] * bool(lacking)
                )
                differences.append((path, f"{kind}: {counts} than in the other language"))
    hint = "correct the translation or the template"
    return [Problem("epub-parity", "warning", f"{name}/{path}", None, text, hint) for path, text in sorted(differences)]


def _summary(counts: Counter[str]) -> str:
    return " ".join(f"{name} ({count})" for name, count in sorted(counts.items())[:5])


def count_elements(page: XmlFile) -> Mapping[str, Counter[str]]:
    """Count the elements, ids and links of a document that all languages have, by kind."""
    markers = {node.get("id") for node in page.marked if is_page_marker(node)}
    local = _local_nodes(page)
    nodes = [node for node in page.root.iter("*") if node not in local]
    return {
        **{kind: _count_tags(nodes, names) for kind, names in COUNTED.items()},
        "drawing": Counter("drawing" for node in nodes if node.tag == SVG + "svg"),
        "id": Counter(key for node in nodes if (key := node.get("id")) and key not in markers),
        "link": Counter(href for node in nodes if node.tag == XHTML + "a" and (href := node.get("href"))),
    }


def _local_nodes(page: XmlFile) -> set[Element]:
    """Return the nodes that differ between languages: page lists, and signers (a translation has one more)."""
    lists = [nav for nav in page.all("nav") if "page-list" in types(nav)]
    signers = [row for row in page.all("div") if row.get("class") == "signer"]
    return {node for top in (*lists, *signers) for node in top.iter("*")}


def _count_tags(nodes: Iterable[Element], names: tuple[str, ...]) -> Counter[str]:
    tags = {XHTML + name for name in names}
    return Counter(node.tag.removeprefix(XHTML) for node in nodes if node.tag in tags)
