"""Write a structure tree as the objects of a PDF file (ISO 32000-1, 14.7.2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pydyf
from weasyprint import Document

from carepress.model.units import PX_TO_PT
from carepress.pdf.boxes import words
from carepress.pdf.forms import add_fields
from carepress.pdf.structure import CELLS, SVG, Annotation, MarkedContent, StructureElement, StructureTree
from carepress.pdf.weasyprint_patches import marked_content, replaced_tags

# Roles of printed fields by data-entry (ISO 32000-1, table 348). Such an element may hold text, for example the
# number in its circle.
ENTRY_ROLES = {"text": "/tv", "lines": "/tv", "check": "/cb", "radio": "/rb"}


@contextmanager
def tag_structure(document: Document) -> Iterator[None]:
    """Make WeasyPrint write our structure tree instead of its own, and mark what is not read aloud as artifacts."""
    tree = StructureTree(document)

    def add_tags(file: Any, _document: Document, _version: Any, streams: list[Any]) -> None:
        _TreeWriter(file, tree).write(streams)

    with replaced_tags(add_tags, tree.artifacts):
        yield


class _TreeWriter:
    """Writes a tree as the objects of a PDF file."""

    def __init__(self, file: Any, tree: StructureTree) -> None:
        self.file = file
        self.tree = tree
        # The parent tree (ISO 32000-1, 14.7.4.4): for each page the elements by MCID, then those of annotations.
        self.page_parents: list[dict[int, Any]] = []
        self.annotation_parents: list[Any] = []

    def write(self, streams: list[Any]) -> None:
        """Write the fields and the structure tree; `streams` are the content streams of the pages, in order."""
        add_fields(self.file, self.tree.pages)
        for number, (page, stream) in enumerate(zip(self.tree.pages, streams)):
            self.tree.gather(page, number, marked_content(stream))
            assert not marked_content(stream), f"page {number + 1} has marked content that belongs to no element"
        self._remove_annotations()
        self.page_parents = [{} for _page in streams]
        numbers = pydyf.Dictionary({})
        self.file.add_object(numbers)
        root = pydyf.Dictionary({"Type": "/StructTreeRoot", "ParentTree": numbers.reference})
        self.file.add_object(root)
        top = self._element(self.tree.top, root)
        root["K"] = pydyf.Array([top.reference])
        rows = [pydyf.Array([row[mcid] for mcid in sorted(row)]) for row in self.page_parents]
        for index, row in enumerate([*rows, *self.annotation_parents]):
            numbers.setdefault("Nums", pydyf.Array()).extend([index, row])
        root["ParentTreeNextKey"] = len(rows) + len(self.annotation_parents)
        self.file.catalog["StructTreeRoot"] = root.reference
        self.file.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})
        self.file.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})

    def _remove_annotations(self) -> None:
        removed = {annotation.reference for annotation in self.tree.removed_annotations}
        for page in (item for item in self.file.objects if isinstance(item, dict) and item.get("Type") == "/Page"):
            if "Annots" in page:
                page["Annots"][:] = [item for item in page["Annots"] if item not in removed]

    def _element(self, node: StructureElement, parent: Any) -> Any:
        """Write a structure element and its kids (ISO 32000-1, table 323); return its dictionary."""
        item = pydyf.Dictionary({"Type": "/StructElem", "S": f"/{node.role}", "P": parent.reference})
        self.file.add_object(item)
        page = next((kid.page for kid in node.kids if isinstance(kid, MarkedContent)), None)
        if page is not None:
            item["Pg"] = self.file.page_references[page]
        item.update(self._attributes(node))
        kids = (self._kid(kid, item, page) for kid in node.in_order() if not _is_empty(kid))
        item["K"] = pydyf.Array(list(kids))
        return item

    def _kid(self, kid: StructureElement | MarkedContent | Annotation, item: Any, page: int | None) -> Any:
        match kid:
            case StructureElement():
                return self._element(kid, item).reference
            case MarkedContent():
                self.page_parents[kid.page][kid.mcid] = item.reference
                if kid.page == page:
                    return kid.mcid
                other_page = self.file.page_references[kid.page]
                return pydyf.Dictionary({"Type": "/MCR", "Pg": other_page, "MCID": kid.mcid})
            case Annotation():
                kid.annotation["StructParent"] = len(self.page_parents) + len(self.annotation_parents)
                self.annotation_parents.append(item.reference)
                other_page = self.file.page_references[kid.page]
                return pydyf.Dictionary({"Type": "/OBJR", "Pg": other_page, "Obj": kid.annotation.reference})

    def _attributes(self, node: StructureElement) -> dict[str, Any]:
        """Return the language, alternative text and attributes of an element (ISO 32000-1, 14.8.5)."""
        entries: dict[str, Any] = {}
        if node.element is None:
            return entries
        if language := self.tree.language(node.element):
            entries["Lang"] = pydyf.String(language)
        if node.role == "Figure":
            entries["Alt"] = pydyf.String(_alternative(node.element))
            entries["A"] = pydyf.Dictionary({"O": "/Layout", "Placement": "/Block", "BBox": self._bounds(node)})
        elif node.role in CELLS:
            entries["A"] = pydyf.Dictionary({"O": "/Table", **_cell(node)})
        elif node.role == "Form":
            entries["A"] = pydyf.Dictionary({"O": "/PrintField", "Role": ENTRY_ROLES[node.element.get("data-entry")]})
        elif node.role == "L":
            numbering = {"ol": "/Decimal", "ul": "/Disc"}.get(node.element.tag, "/None")
            entries["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})
        elif node.role == "Link":
            for kid in node.kids:
                if isinstance(kid, Annotation):
                    kid.annotation["Contents"] = pydyf.String(node.element.get("aria-label") or words(node.element))
        return entries

    def _bounds(self, node: StructureElement) -> Any:
        """Return the bounding box of a figure in pt from the bottom left of its page (ISO 32000-1, table 344)."""
        assert node.bounds is not None
        page, left, top, right, bottom = node.bounds
        height = self.tree.pages[page].margin_height()
        return pydyf.Array([PX_TO_PT * side for side in (left, height - bottom, right, height - top)])


def _cell(node: StructureElement) -> dict[str, Any]:
    """Return the attributes of a table cell (ISO 32000-1, table 349)."""
    attributes: dict[str, Any] = {}
    if node.role == "TH":
        attributes["Scope"] = "/Row" if node.element.get("scope") == "row" else "/Column"
    for name, key in (("colspan", "ColSpan"), ("rowspan", "RowSpan")):
        if int(node.element.get(name, 1)) > 1:
            attributes[key] = int(node.element.get(name))
    return attributes


def _alternative(element: Any) -> str:
    """Return the alternative text of a figure: the title and description of a drawing, or `alt`."""
    texts = [element.findtext(f"{SVG}title"), element.findtext(f"{SVG}desc")]
    return "\n".join(filter(None, texts)) or str(element.get("alt", ""))


def _is_empty(kid: StructureElement | MarkedContent | Annotation) -> bool:
    return isinstance(kid, StructureElement) and kid.role not in CELLS and all(map(_is_empty, kid.kids))
