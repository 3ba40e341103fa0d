"""Writes a structure tree as the objects of a PDF file, in place of WeasyPrint's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
from weasyprint import Document, pdf
from weasyprint.pdf.stream import Stream

from carepress.pdf.forms import add_fields
from carepress.pdf.structure import CELLS, SVG, Annotation, Content, Node, Tree

# By data-entry (ISO 32000-1, table 348); one with a role may hold text, such as the number in its circle.
ENTRY_ROLES = {"text": "/tv", "lines": "/tv", "check": "/cb", "radio": "/rb"}


@contextmanager
def own_structure(document: Document) -> Iterator[None]:
    """Let WeasyPrint write our structure in place of its own, and artifacts where nothing is to be read."""

    tree = Tree(document)
    marked, add_tags = Stream.marked, pdf.add_tags

    @contextmanager
    def mark(stream: Any, box: Any, tag: str) -> Iterator[None]:
        if stream._tags is None or box not in tree.artifacts:
            with marked(stream, box, tag):
                yield
        else:
            stream.begin_marked_content("Artifact", pydyf.Dictionary({"Type": tree.artifacts[box]}))
            yield
            stream.end_marked_content()

    Stream.marked = mark
    pdf.add_tags = lambda file, _document, _version, streams: _Writer(file, tree).write(streams)
    try:
        yield
    finally:
        Stream.marked, pdf.add_tags = marked, add_tags


class _Writer:
    """Writes a tree as the objects of a PDF file."""

    def __init__(self, file: Any, tree: Tree) -> None:
        self.file = file
        self.tree = tree
        self.parents: list[dict[int, Any]] = []
        self.annotated: list[Any] = []

    def write(self, streams: list[Any]) -> None:
        add_fields(self.file, self.tree.pages)
        for number, (page, stream) in enumerate(zip(self.tree.pages, streams)):
            self.tree.gather(page, number, stream._tags)
            assert not stream._tags, f"page {number + 1} has marked content that belongs to no element"
        self._remove_needless()
        self.parents = [{} for _page in streams]
        numbers = pydyf.Dictionary({})
        self.file.add_object(numbers)
        root = pydyf.Dictionary({"Type": "/StructTreeRoot", "ParentTree": numbers.reference})
        self.file.add_object(root)
        top = self._element(self.tree.top, root)
        root["K"] = pydyf.Array([top.reference])
        rows = [pydyf.Array([row[mcid] for mcid in sorted(row)]) for row in self.parents]
        for index, row in enumerate([*rows, *self.annotated]):
            numbers.setdefault("Nums", pydyf.Array()).extend([index, row])
        root["ParentTreeNextKey"] = len(rows) + len(self.annotated)
        self.file.catalog["StructTreeRoot"] = root.reference
        self.file.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        self.file.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})

    def _remove_needless(self) -> None:
        needless = {annotation.reference for annotation in self.tree.needless}
        for page in (item for item in self.file.objects if isinstance(item, dict) and item.get("Type") == "/Page"):
            if "Annots" in page:
                page["Annots"][:] = [item for item in page["Annots"] if item not in needless]

    def _element(self, node: Node, parent: Any) -> Any:
        """Write a structure element and what is in it (ISO 32000-1, table 323)."""

        item = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.role}", "P": parent.reference})
        self.file.add_object(item)
        page = next((kid.page for kid in node.kids if isinstance(kid, Content)), None)
        if page is not None:
            item["Pg"] = self.file.page_references[page]
        item.update(self._attributes(node))
        kids = (self._kid(kid, item, page) for kid in node.in_order() if not _is_empty(kid))
        item["K"] = pydyf.Array(list(kids))
        return item

    def _kid(self, kid: Node | Content | Annotation, item: Any, page: int | None) -> Any:
        match kid:
            case Node():
                return self._element(kid, item).reference
            case Content():
                self.parents[kid.page][kid.mcid] = item.reference
                if kid.page == page:
                    return kid.mcid
                there = self.file.page_references[kid.page]
                return pydyf.Dictionary({"Type": "/MCR", "Pg": there, "MCID": kid.mcid})
            case Annotation():
                kid.annotation["StructParent"] = len(self.parents) + len(self.annotated)
                self.annotated.append(item.reference)
                there = self.file.page_references[kid.page]
                return pydyf.Dictionary({"Type": "/OBJR", "Pg": there, "Obj": kid.annotation.reference})

    def _attributes(self, node: Node) -> dict[str, Any]:
        """Return what an element says of itself: language, alternative, table and list attributes."""

        found: dict[str, Any] = {}
        if node.element is None:
            return found
        if language := self.tree.language(node.element):
            found["Lang"] = pydyf.String(language)
        if node.role == "Figure":
            found["Alt"] = pydyf.String(_alternative(node.element))
            found["A"] = pydyf.Dictionary({"O": "/Layout", "Placement": "/Block", "BBox": self._bounds(node)})
        elif node.role in CELLS:
            found["A"] = pydyf.Dictionary({"O": "/Table", **_cell(node)})
        elif node.role == "Form":
            found["A"] = pydyf.Dictionary({"O": "/PrintField", "Role": ENTRY_ROLES[node.element.get("data-entry")]})
        elif node.role == "L":
            numbering = {"ol": "/Decimal", "ul": "/Disc"}.get(node.element.tag, "/None")
            found["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})
        elif node.role == "Link":
            for kid in node.kids:
                if isinstance(kid, Annotation):
                    kid.annotation["Contents"] = pydyf.String(_words(node.element))
        return found

    def _bounds(self, node: Node) -> Any:
        """Return the rectangle of a figure in pt from the foot of its page (ISO 32000-1, table 344)."""

        assert node.bounds is not None
        page, left, top, right, bottom = node.bounds
        height = self.tree.pages[page].margin_height()
        return pydyf.Array([0.75 * side for side in (left, height - bottom, right, height - top)])


def _cell(node: Node) -> dict[str, Any]:
    """Return the attributes of a table cell (ISO 32000-1, table 349)."""
    found: dict[str, Any] = {}
    if node.role == "TH":
        found["Scope"] = "/Row" if node.element.get("scope") == "row" else "/Column"
    for name, key in (("colspan", "ColSpan"), ("rowspan", "RowSpan")):
        if int(node.element.get(name, 1)) > 1:
            found[key] = int(node.element.get(name))
    return found


def _alternative(element: Any) -> str:
    """Return what is read for a figure: the title and description of a drawing, or `alt`."""
    texts = [element.findtext(f"{SVG}title"), element.findtext(f"{SVG}desc")]
    return ". ".join(text.rstrip(".") for text in texts if text) + "." if any(texts) else element.get("alt", "")


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _is_empty(kid: Node | Content | Annotation) -> bool:
    return isinstance(kid, Node) and kid.role not in CELLS and all(map(_is_empty, kid.kids))
