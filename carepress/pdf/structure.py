"""The logical structure of a PDF (ISO 32000-1, 14.7 and 14.8), built from the elements of the HTML.

WeasyPrint builds a tree of its layout boxes: an element that continues on the next page becomes two, running heads
and leaders are read aloud, languages and header cells are lost. Here each HTML element becomes one structure
element, in document order, however many pages its boxes are on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from weasyprint import Document

from carepress.pdf.boxes import children, copy_number, is_block, is_margin
from carepress.pdf.spaces import add_word_spaces
from carepress.pdf.weasyprint_patches import page_boxes

SVG = "{http://www.w3.org/2000/svg}"

# Roles by HTML element (ISO 32000-1, 14.8.4). "LI/LBody" makes two elements, with the content in the inner one.
# All other HTML elements, such as span, strong and em, have no structure element.
ROLES = {
    "section": "Sect",
    "nav": "Sect",
    "div": "Div",
    "header": "Div",
    "figure": "Div",
    "blockquote": "BlockQuote",
    **{name: name.upper() for name in ("p", "h1", "h2", "h3", "h4", "h5", "h6")},
    "ul": "L",
    "ol": "L",
    "dl": "L",
    "li": "LI/LBody",
    "dt": "Lbl",
    "dd": "LBody",
    "a": "Link",
    "table": "Table",
    "caption": "Caption",
    "thead": "THead",
    "tbody": "TBody",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "figcaption": "Caption",
    f"{SVG}svg": "Figure",
    "img": "Figure",
}
# Roles by HTML ancestor and element; these override ROLES.
WITHIN = {
    ("nav", "ol"): "TOC",
    ("nav", "ul"): "TOC",
    ("nav", "li"): "TOCI",
    ("nav", "a"): "Reference/Link",
}
# These contain blocks, not text: text in them is put into a paragraph.
GROUPING = {"Document", "Sect", "Div", "BlockQuote"}
INLINE = {"Link", "Span", "Form", "Reference/Link"}
# Empty cells are kept: every row of a table must have the same number.
CELLS = {"TD", "TH"}


@dataclass(frozen=True, slots=True)
class MarkedContent:
    """A marked-content sequence: the index of its page, and its identifier there (ISO 32000-1, 14.7.4.2)."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link or field: the index of its page, and its dictionary."""

    page: int
    annotation: Any


@dataclass(slots=True, eq=False)
class StructureElement:
    """A structure element.

    `position` is the position of its HTML element in document order, then the number of the copy. `element` is that
    HTML element; a paragraph added around text has none. `bounds`, for figures only, are the index of the page, then
    left, top, right and bottom in CSS px from the top left of the page.
    """

    role: str
    position: tuple[int, int]
    parent: StructureElement | None = None
    element: Any = None
    kids: list[StructureElement | MarkedContent | Annotation] = field(default_factory=list)
    bounds: tuple[int, float, float, float, float] | None = None

    def in_order(self) -> list[StructureElement | MarkedContent | Annotation]:
        """Return the kids in reading order: document order, unless there is content between them."""
        if all(isinstance(kid, StructureElement) for kid in self.kids):
            return sorted(self.kids, key=lambda kid: kid.position if isinstance(kid, StructureElement) else (0, 0))
        return self.kids


class StructureTree:
    """The structure tree of a document, built in two steps: the artifacts, then the content page by page.

    `artifacts` has the type of each box that is not read aloud (ISO 32000-1, table 330). `removed_annotations` are
    the second and third annotations of a link. `blocks` are the HTML elements that are laid out as blocks.
    """

    def __init__(self, document: Document) -> None:
        self.pages = page_boxes(document.pages)
        root = next(box.element for box in self.pages[0].children if box.element_tag == "html")
        self.html_parents = {child: parent for parent in root.iter() for child in parent}
        self.positions = {element: position for position, element in enumerate(root.iter())}
        self.top = StructureElement("Document", (0, 0), None, root)
        self.nodes: dict[tuple[Any, int], StructureElement] = {(root, 0): self.top}
        self.artifacts: dict[Any, str] = {}
        self.removed_annotations: list[Any] = []
        self.blocks: set[Any] = set()
        heads: dict[Any, int] = {}
        for number, page in enumerate(self.pages):
            self._find_artifacts(page, number, heads, None)
        add_word_spaces(self.pages)

    def _find_artifacts(self, box: Any, page: int, heads: dict[Any, int], kind: str | None) -> None:
        """Record margin boxes, leaders, ornaments, and table heads repeated from an earlier page.

        `heads` has the page of each table head so far; `kind` is the artifact type of the box around this one.
        """
        if is_margin(box):
            kind = "/Pagination"
        elif box.is_leader or _is_ornament(box) or _is_repeated_head(box, page, heads):
            kind = kind or "/Layout"
        if kind:
            self.artifacts[box] = kind
        elif is_block(box) and box.element is not None:
            self.blocks.add(box.element)
        for child in children(box):
            self._find_artifacts(child, page, heads, kind)

    def gather(self, box: Any, page: int, tags: dict[Any, Any], copy: int = 0) -> None:
        """Add the marked content and the annotations of a page to their structure elements.

        Added content is removed from `tags`, the marked content of the page.
        """
        if box.link_annotation and (box in self.artifacts or "::" in (box.element_tag or "")):
            # A leader or page number is inside its link: its annotation would overlap that of the link.
            self.removed_annotations.append(box.link_annotation)
            box.link_annotation = None
        if box in self.artifacts:
            for child in children(box):
                self.gather(child, page, tags, copy)
            return
        copy = copy_number(box, copy)
        for annotation in filter(None, (box.link_annotation, box.widget_annotation)):
            self._node(box.element, copy).kids.append(Annotation(page, annotation))
        if box.element is not None and self._role(box.element) in CELLS:
            self._node(box.element, copy)
        if box in tags:
            self._content_node(box, copy, page).kids.append(MarkedContent(page, tags.pop(box)["mcid"]))
        for child in children(box):
            self.gather(child, page, tags, copy)

    def _content_node(self, box: Any, copy: int, page: int) -> StructureElement:
        """Return the structure element for the content of a box."""
        node = self._node(box.element, copy)
        if (box.element_tag or "").endswith("::marker"):
            return _label(node)
        if node.role == "Figure":
            left, top = box.content_box_x(), box.content_box_y()
            node.bounds = (page, left, top, left + box.width, top + box.height)
            return node
        return self._text_node(node)

    def _node(self, element: Any, copy: int) -> StructureElement:
        """Return the structure element of an HTML element, or of its nearest ancestor that has one.

        A copy of a box (carepress.pdf.write.lay_out) has separate structure elements, for the HTML element of class
        “more” and those inside it.
        """
        key = (element, copy)
        if key not in self.nodes:
            is_inside_copy = "more" not in element.get("class", "").split()
            parent = self._node(self.html_parents[element], copy if is_inside_copy else 0)
            role = self._role(element) or ("Span" if self.language(element) else None)
            if role is None and element.tag == "span" and element in self.blocks and parent.role in GROUPING:
                role = "P"
            self.nodes[key] = self._append(role, parent, element, copy) if role else parent
        return self.nodes[key]

    def _append(self, roles: str, parent: StructureElement, element: Any, copy: int) -> StructureElement:
        """Append structure elements of these roles, one inside the other; return the innermost."""
        if roles in INLINE:
            parent = self._text_node(parent)
        for role in roles.split("/"):
            node = StructureElement(role, (self.positions[element], copy), parent, element)
            parent.kids.append(node)
            parent = node
        return parent

    def _text_node(self, node: StructureElement) -> StructureElement:
        """Return the structure element for text of an element: a paragraph in it, if it groups blocks."""
        if node.role not in GROUPING:
            return node
        last = node.kids[-1] if node.kids else None
        if not (isinstance(last, StructureElement) and last.element is None):
            position = last.position if isinstance(last, StructureElement) else node.position
            last = StructureElement("P", position, node)
            node.kids.append(last)
        return last

    def _role(self, element: Any) -> str | None:
        """Return the role of an HTML element, or None if it has no structure element."""
        if element.get("data-entry"):
            return "Form"
        ancestor = self.html_parents.get(element)
        if ancestor is not None and (ancestor.tag, element.tag) == ("dl", "div"):
            return "LI"
        while ancestor is not None:
            if (ancestor.tag, element.tag) in WITHIN:
                return WITHIN[ancestor.tag, element.tag]
            ancestor = self.html_parents.get(ancestor)
        return ROLES.get(element.tag)

    def language(self, element: Any) -> str | None:
        """Return the language of an element if it differs from that of its nearest ancestor with one."""
        lang, ancestor = element.get("lang"), self.html_parents.get(element)
        while ancestor is not None and lang:
            if outer_lang := ancestor.get("lang"):
                return str(lang) if lang != outer_lang else None
            ancestor = self.html_parents.get(ancestor)
        return None


def _is_ornament(box: Any) -> bool:
    """Tell whether a box is decoration, hidden from assistive technology."""
    element = box.element
    return element is not None and (element.get("aria-hidden") == "true" or element.get("alt") == "")


def _is_repeated_head(box: Any, page: int, heads: dict[Any, int]) -> bool:
    return box.element_tag == "thead" and heads.setdefault(box.element, page) != page


def _label(body: StructureElement) -> StructureElement:
    """Return the label of the list item that a list body is in, adding it if needed."""
    item = body.parent
    assert item is not None
    first = item.kids[0]
    if not (isinstance(first, StructureElement) and first.role == "Lbl"):
        first = StructureElement("Lbl", (body.position[0], -1), item)
        item.kids.insert(0, first)
    return first
