"""The logical structure of a PDF (ISO 32000-1, 14.7 and 14.8), built from the elements of the HTML.

WeasyPrint makes a tree of its layout boxes: what crosses a page becomes two elements, running heads and
leaders are read aloud, languages and header cells are lost. Here each HTML element becomes one structure
element, in the order of the document, wherever its boxes have come to stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from weasyprint import Document

from carepress.pdf.spaces import space_words

SVG = "{http://www.w3.org/2000/svg}"

# Roles by HTML element (ISO 32000-1, 14.8.4). "LI/LBody" are two elements, the content in the inner one;
# other elements, such as span, strong and em, add nothing to the structure.
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
# Roles anywhere inside another element.
WITHIN = {
    ("nav", "ol"): "TOC",
    ("nav", "ul"): "TOC",
    ("nav", "li"): "TOCI",
    ("nav", "a"): "Reference/Link",
}
# These hold blocks, not text: text of theirs is put into a paragraph.
GROUPING = {"Document", "Sect", "Div", "BlockQuote"}
INLINE = {"Link", "Span", "Form", "Reference/Link"}
# Cells are there also when they are empty: a table has as many in every row.
CELLS = {"TD", "TH"}


@dataclass(frozen=True, slots=True)
class Content:
    """A piece of marked content: its page from 0, and its number there."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True)
class Annotation:
    """A link or field of a page, from 0."""

    page: int
    annotation: Any


@dataclass(slots=True, eq=False)
class Node:
    """A structure element. `place` is its element's place in the HTML, then the number of its copy.

    `bounds` are of a figure: its page from 0, then left, top, right and bottom in CSS px from the top left.
    """

    role: str
    place: tuple[int, int]
    outer: Node | None = None
    element: Any = None
    kids: list[Node | Content | Annotation] = field(default_factory=list)
    bounds: tuple[int, float, float, float, float] | None = None

    def in_order(self) -> list[Node | Content | Annotation]:
        """Return the kids in reading order: that of the HTML, where no text stands between them."""
        if all(isinstance(kid, Node) for kid in self.kids):
            return sorted(self.kids, key=lambda kid: kid.place if isinstance(kid, Node) else (0, 0))
        return self.kids


class Tree:
    """Finds for each box the element that it belongs to, and what must not be read."""

    def __init__(self, document: Document) -> None:
        self.pages = [page._page_box for page in document.pages]
        root = next(box.element for box in self.pages[0].children if box.element_tag == "html")
        self.parents = {child: parent for parent in root.iter() for child in parent}
        self.places = {element: place for place, element in enumerate(root.iter())}
        self.top = Node("Document", (0, 0), None, root)
        self.nodes: dict[tuple[Any, int], Node] = {(root, 0): self.top}
        self.artifacts: dict[Any, str] = {}
        self.needless: list[Any] = []
        self.blocks: set[Any] = set()
        heads: dict[Any, int] = {}
        for number, page in enumerate(self.pages):
            self._find_artifacts(page, number, heads, None)
        space_words(self.pages)

    def _find_artifacts(self, box: Any, page: int, heads: dict[Any, int], kind: str | None) -> None:
        """Note margin boxes, leaders, ornaments, and heads of tables that an earlier page has."""
        box = _placed(box)
        if type(box).__name__ == "MarginBox":
            kind = "/Pagination"
        elif box.is_leader or _is_ornament(box) or _is_repeated_head(box, page, heads):
            kind = kind or "/Layout"
        if kind:
            self.artifacts[box] = kind
        elif type(box).__name__ == "BlockBox" and box.element is not None:
            self.blocks.add(box.element)
        for child in getattr(box, "children", ()):
            self._find_artifacts(child, page, heads, kind)

    def gather(self, box: Any, page: int, tags: dict[Any, Any], copy: int = 0) -> None:
        """Give each piece of marked content of a page, and each annotation, to its element."""
        box = _placed(box)
        if box.link_annotation and (box in self.artifacts or "::" in (box.element_tag or "")):
            # A leader or page number is inside its link, and would be another link over it.
            self.needless.append(box.link_annotation)
            box.link_annotation = None
        if box in self.artifacts:
            for child in getattr(box, "children", ()):
                self.gather(child, page, tags, copy)
            return
        copy = getattr(box, "copy_number", copy)
        for annotation in filter(None, (box.link_annotation, box.widget_annotation)):
            self._node(box.element, copy).kids.append(Annotation(page, annotation))
        if box.element is not None and self._role(box.element) in CELLS:
            self._node(box.element, copy)
        if box in tags:
            self._home(box, copy, page).kids.append(Content(page, tags.pop(box)["mcid"]))
        for child in getattr(box, "children", ()):
            self.gather(child, page, tags, copy)

    def _home(self, box: Any, copy: int, page: int) -> Node:
        """Return the structure element that content of a box belongs to."""
        node = self._node(box.element, copy)
        if (box.element_tag or "").endswith("::marker"):
            return _label(node)
        if node.role == "Figure":
            left, top = box.content_box_x(), box.content_box_y()
            node.bounds = (page, left, top, left + box.width, top + box.height)
            return node
        return self._for_text(node)

    def _node(self, element: Any, copy: int) -> Node:
        """Return what holds the content of an element: its own node, or that of an element around it.

        A copy of a box (carepress.pdf.write) has nodes of its own, for the element that is “more” and those
        inside it.
        """
        key = (element, copy)
        if key not in self.nodes:
            is_copy = "more" not in element.get("class", "").split()
            outer = self._node(self.parents[element], copy if is_copy else 0)
            role = self._role(element) or ("Span" if self.language(element) else None)
            if role is None and element.tag == "span" and element in self.blocks and outer.role in GROUPING:
                role = "P"
            self.nodes[key] = self._hang(role, outer, element, copy) if role else outer
        return self.nodes[key]

    def _hang(self, roles: str, outer: Node, element: Any, copy: int) -> Node:
        if roles in INLINE:
            outer = self._for_text(outer)
        for role in roles.split("/"):
            node = Node(role, (self.places[element], copy), outer, element)
            outer.kids.append(node)
            outer = node
        return outer

    def _for_text(self, node: Node) -> Node:
        """Return where text of a node goes: into a paragraph, if the node is there for blocks."""
        if node.role not in GROUPING:
            return node
        last = node.kids[-1] if node.kids else None
        if not (isinstance(last, Node) and last.element is None):
            before = last.place if isinstance(last, Node) else node.place
            last = Node("P", before, node)
            node.kids.append(last)
        return last

    def _role(self, element: Any) -> str | None:
        if element.get("data-entry"):
            return "Form"
        around = self.parents.get(element)
        if around is not None and (around.tag, element.tag) == ("dl", "div"):
            return "LI"
        while around is not None:
            if (around.tag, element.tag) in WITHIN:
                return WITHIN[around.tag, element.tag]
            around = self.parents.get(around)
        return ROLES.get(element.tag)

    def language(self, element: Any) -> str | None:
        """Return the language of an element if it is not that of what is around it."""
        own, around = element.get("lang"), self.parents.get(element)
        while around is not None and own:
            if outer := around.get("lang"):
                return str(own) if own != outer else None
            around = self.parents.get(around)
        return None


def _placed(box: Any) -> Any:
    """Return the box itself: one with an absolute position has a placeholder in the tree."""
    return getattr(box, "_box", box)


def _is_ornament(box: Any) -> bool:
    element = box.element
    return element is not None and (element.get("aria-hidden") == "true" or element.get("alt") == "")


def _is_repeated_head(box: Any, page: int, heads: dict[Any, int]) -> bool:
    return box.element_tag == "thead" and heads.setdefault(box.element, page) != page


def _label(body: Node) -> Node:
    """Return the label of the list item that a body is in."""
    item = body.outer
    assert item is not None
    first = item.kids[0]
    if not (isinstance(first, Node) and first.role == "Lbl"):
        first = Node("Lbl", (body.place[0], -1), item)
        item.kids.insert(0, first)
    return first
