"""Compare two languages of one book: the same elements in the same documents."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from lxml.etree import _Element as Element

from carepress.model import Problem
from carepress.preflight.ebook.epub_file import SVG, XHTML, BrokenBookError, XmlFile, open_ebook, types
from carepress.preflight.ebook.navigation import is_page_mark

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

    XmlFile numbers are those of each language's own booklet, and signatures those of its own reviewers: neither is
    compared.
    """
    try:
        here, there = open_ebook(mine), open_ebook(other)
    except BrokenBookError:
        return []  # check_epub reports it
    differences = [
        (path, "only one language has this page") for path in sorted(here.by_path.keys() ^ there.by_path.keys())
    ]
    for path in here.by_path.keys() & there.by_path.keys():
        ours, theirs = things(here.by_path[path]), things(there.by_path[path])
        for kind in ours:
            surplus, lacking = ours[kind] - theirs[kind], theirs[kind] - ours[kind]
            if surplus or lacking:
                shown = ", ".join(
                    [f"more {_shown(surplus)}"] * bool(surplus) + [f"fewer {_shown(lacking)}"] * bool(lacking)
                )
                differences.append((path, f"{kind}: {shown} than in the other language"))
    hint = "correct the translation or the template"
    return [Problem("epub-parity", "warning", f"{name}/{path}", None, what, hint) for path, what in sorted(differences)]


def _shown(things: Counter[str]) -> str:
    return " ".join(f"{name} ({count})" for name, count in sorted(things.items())[:5])


def things(page: XmlFile) -> Mapping[str, Counter[str]]:
    """Count the comparable things of a document, by kind."""
    marks = {node.get("id") for node in page.marked if is_page_mark(node)}
    local = _local_nodes(page)
    nodes = [node for node in page.root.iter("*") if node not in local]
    return {
        **{kind: _count_tags(nodes, names) for kind, names in COUNTED.items()},
        "drawing": Counter("drawing" for node in nodes if node.tag == SVG + "svg"),
        "id": Counter(key for node in nodes if (key := node.get("id")) and key not in marks),
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
