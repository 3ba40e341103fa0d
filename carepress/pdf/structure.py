"""The logical structure of a PDF (ISO 32000-1, 14.7 and 14.8), built from the elements of the HTML.

WeasyPrint makes a tree of its layout boxes: what crosses a page becomes two elements, running heads and
leaders are read aloud, languages and header cells are lost. Here each HTML element becomes one structure
element, in the order of the document, wherever its boxes have come to stand.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from carepress.pdf.forms import add_fields

if TYPE_CHECKING:
    from weasyprint import Document

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
# By data-entry (ISO 32000-1, table 348); one with a role may hold text, such as the number in its circle.
ENTRY_ROLES = {"text": "/tv", "lines": "/tv", "check": "/cb", "radio": "/rb"}
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


@contextmanager
def own_structure(document: Document) -> Iterator[None]:
    """Let WeasyPrint write our structure in place of its own, and artifacts where nothing is to be read."""
    import pydyf
    from weasyprint import pdf
    from weasyprint.pdf.stream import Stream

    tree = _Tree(document)
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


class _Tree:
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
        _space_words(self.pages)

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


def _space_words(pages: list[Any]) -> None:
    """Write the spaces that layout leaves out, where a reader would join the words.

    They are missing between two lines, between boxes in a line, and where a space is a text of its own. A
    line that was broken behind a hyphen, dash or slash had none there.
    """
    ends: dict[Any, Any] = {}
    for page in pages:
        for block, line in _lines(page):
            key = (block.element, block.element_tag, getattr(block, "copy_number", 0))
            before, around, is_first = ends.get(key), block, True
            for text, container in _texts(line, block):
                is_apart = container is not around or not text.text.strip()
                if before and (is_apart or (is_first and not _is_joined(before, text, block))):
                    _add_space(before)
                if text.text.strip():
                    before, around, is_first = text, container, False
            ends[key] = before


def _lines(box: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each line with the block that it is in."""
    box = _placed(box)
    for child in getattr(box, "children", ()):
        if type(child).__name__ == "LineBox":
            yield box, child
        yield from _lines(child)


def _texts(box: Any, container: Any) -> Iterator[tuple[Any, Any]]:
    """Yield each text of a line with the block or box in the line that it is in."""
    for child in box.children:
        child = _placed(child)
        if type(child).__name__ == "TextBox":
            yield child, container
        elif hasattr(child, "children") and not child.is_leader:
            is_inline = type(child).__name__ in ("InlineBox", "LineBox")
            yield from _texts(child, container if is_inline else child)


def _add_space(text: Any) -> None:
    if text.text.endswith((" ", "\u00a0")):
        return
    layout = text.pango_layout
    if layout.first_line_direction % 2 and not layout.text.endswith(" "):
        # The line ends at the left: a space there must not push the words to the right.
        text.position_x -= _space_width(text.style)
    text.text += " "
    layout.text = text.text


def _space_width(style: Any) -> float:
    from weasyprint.text.line_break import Layout, line_size

    layout = Layout(style)
    layout.set_text(" ")
    return float(line_size(layout.get_first_line()[0], style)[0])


def _is_joined(last: Any, first: Any, block: Any) -> bool:
    """Tell whether the source has the end of one line and the beginning of the next as one word."""
    if block.element is None:
        return False
    source = " ".join("".join(block.element.itertext()).split())
    end, start = last.text.split()[-1], first.text.split()[0]
    return end + start in source and f"{end} {start}" not in source


def _label(body: Node) -> Node:
    """Return the label of the list item that a body is in."""
    item = body.outer
    assert item is not None
    first = item.kids[0]
    if not (isinstance(first, Node) and first.role == "Lbl"):
        first = Node("Lbl", (body.place[0], -1), item)
        item.kids.insert(0, first)
    return first


class _Writer:
    """Writes a tree as the objects of a PDF file."""

    def __init__(self, file: Any, tree: _Tree) -> None:
        self.file = file
        self.tree = tree
        self.parents: list[dict[int, Any]] = []
        self.annotated: list[Any] = []

    def write(self, streams: list[Any]) -> None:
        import pydyf

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
        import pydyf

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
        import pydyf

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
        import pydyf

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
        import pydyf

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
