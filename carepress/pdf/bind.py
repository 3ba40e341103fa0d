"""Binding: the sections of a book become one file, in its colors, under its name.

Fonts, bookmarks, named destinations and the root of the structure are of the whole book; all else is in the
sections as they were typeset. Clauses are those of ISO 32000-1.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Mapping
from datetime import date

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf, String

from carepress.model.units import MM_TO_PT
from carepress.pdf.accents import key_colors, paint
from carepress.pdf.section import Section, Slice, Used
from carepress.pdf.write import GlyphTexts, Variant, write_shell

PRINTED = 4  # annotations are printed (ISO 19005-2, 6.3.2)


def bind(html: str, book: list[Section], revised: date, variant: Variant = "pdf/a-2a", bleed: float = 0) -> bytes:
    """Return the sections of a book's HTML as a file, with `bleed` mm to cut off on every side.

    As PDF/X-4 it has the pages alone: no structure, links and bookmarks. The same bytes at every call, but for the
    identifiers of PDF/X-4. Raises LayoutError for a fault of the HTML's head.
    """

    case = write_shell(html, revised, _texts(book), variant)
    with pikepdf.open(io.BytesIO(case)) as pdf:
        binder = _Binder(pdf, key_colors(html[: html.index("</head>")]))
        for section in book:
            binder.add(section)
        if variant == "pdf/a-2a":
            binder.add_structure()
            binder.add_places(book)
        else:
            binder.leave_pages_alone(bleed * MM_TO_PT)
        file = io.BytesIO()
        pdf.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()


def _texts(book: Iterable[Section]) -> GlyphTexts:
    """Return the glyphs that the pages have, and what each stands for; where two differ, the earlier is right."""
    found: dict[str, dict[int, str]] = {}
    for section in book:
        for used in section.used:
            for font, glyphs in used.glyphs.items():
                texts, known = section.texts[font], found.setdefault(font, {})
                for glyph in glyphs:
                    known.setdefault(glyph, texts.get(glyph, ""))
    return found


class _Binder:
    """Puts sections into a file that has one page, the fonts and the metadata of the book."""

    def __init__(self, pdf: Pdf, colors: Mapping[bytes, bytes]) -> None:
        self.pdf, self.colors = pdf, colors
        self.resources = pdf.pages[0].obj.Resources
        self.resources.ExtGState = Dictionary()
        del pdf.pages[0]
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.top = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, K=Array()))
        self.parents = Array()
        self.next_parent = 0

    def add(self, section: Section) -> None:
        """Add the pages of a section, its links, and its part of the structure."""
        elements: Array | None = None  # of the section, whose slices follow one another
        behind = 0
        for part in section.slices:
            count = part.stop - part.start
            kids = self._add_slice(part, section.used[behind : behind + count], section.is_plain)
            behind += count
            if elements is None:
                elements = self._hang(kids[0].P)
            for kid in kids:
                kid.P = self.top.K[-1]
                elements.append(kid)

    def _hang(self, section: Object) -> Array:
        """Hang the element of a section into the tree of the book; return the array of what is in it."""

        section.P = self.top
        section.K = Array()
        self.top.K.append(section)
        return section.K  # type: ignore[no-any-return]

    def _add_slice(self, part: Slice, used: tuple[Used, ...], is_plain: bool) -> list[Object]:
        """Add pages of a file; return the elements of the structure that are directly in their section."""

        first = len(self.pdf.pages)
        with pikepdf.open(io.BytesIO(part.pdf)) as source, warnings.catch_warnings():
            # Links lead to names, which add_places() writes.
            warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
            whole = part.stop - part.start == len(source.pages)
            self.pdf.pages.extend(source.pages[part.start : part.stop])
            structure = self.pdf.copy_foreign(source.Root.StructTreeRoot)
        pages = [self.pdf.pages[number] for number in range(first, len(self.pdf.pages))]
        here = {page.obj.objgen for page in pages}
        kids = list(structure.K[0].K[0].K)
        numbers = structure.ParentTree.Nums
        parents = {int(numbers[index]): numbers[index + 1] for index in range(0, len(numbers), 2)}
        for page, needs in zip(pages, used):
            self._take(page, needs, is_plain, parents)
        return kids if whole else [kid for kid in kids if _stands_on(kid) in here]

    def _take(self, page: Page, needs: Used, is_plain: bool, parents: Mapping[int, Object]) -> None:
        """Give a page its colors, and its place in the parent tree (14.7.4.4)."""
        named = page.obj.Resources
        if is_plain:
            for state in needs.states:
                if f"/{state}" not in self.resources.ExtGState:
                    self.resources.ExtGState[f"/{state}"] = named.ExtGState[f"/{state}"]
            page.obj.Resources = self.resources
        else:
            for name, font in self.resources.Font.items():
                named.Font[name] = font
        if self.colors:
            page.obj.Contents.write(paint(page.obj.Contents.read_bytes(), self.colors))
        page.obj.StructParents = self._parent(parents[int(page.obj.StructParents)])
        for annotation in page.obj.get("/Annots", ()):
            annotation.F = PRINTED
            annotation.StructParent = self._parent(parents[int(annotation.StructParent)])

    def _parent(self, elements: Object) -> int:
        """Return the number of a new entry of the parent tree."""
        self.parents.append(self.next_parent)
        self.parents.append(elements)
        self.next_parent += 1
        return self.next_parent - 1

    def add_structure(self) -> None:
        """Write the root of the structure (14.7.2), and that the file is tagged (14.7.1)."""

        self.root.K = Array([self.top])
        self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=self.parents))
        self.root.ParentTreeNextKey = self.next_parent
        self.pdf.Root.StructTreeRoot = self.root
        self.pdf.Root.MarkInfo = Dictionary(Marked=True)
        self.pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)

    def add_places(self, book: list[Section]) -> None:
        """Write named destinations (12.3.2.3) and bookmarks (12.3.3)."""

        anchors: dict[str, tuple[int, float, float]] = {}
        for section in book:
            anchors = {**section.anchors, **anchors}
        names = Array()
        for name in sorted(anchors):
            names.extend([String(name), self._place(*anchors[name])])
        self.pdf.Root.Names = Dictionary(Dests=Dictionary(Names=names))
        with self.pdf.open_outline() as outline:
            above: list[tuple[int, list[OutlineItem]]] = [(0, outline.root)]
            for level, label, page, x, y in (mark for section in book for mark in section.bookmarks):
                while above[-1][0] >= level:
                    above.pop()
                item = OutlineItem(label, self._place(page, x, y))
                above[-1][1].append(item)
                above.append((level, item.children))

    def _place(self, number: int, x: float, y: float) -> Array:
        return Array([self.pdf.pages[number - 1].obj, Name.XYZ, round(x, 4), round(y, 4), 0])

    def leave_pages_alone(self, bleed: float) -> None:
        """Take away what is for readers, and add `bleed` pt of paper to each page (14.11.2)."""
        for page in self.pdf.pages:
            for key in ("/StructParents", "/Tabs", "/Annots"):
                if key in page.obj:
                    del page.obj[key]
            left, low, right, high = (float(side) for side in page.obj.TrimBox)
            page.obj.MediaBox = page.obj.BleedBox = [left - bleed, low - bleed, right + bleed, high + bleed]


def _stands_on(element: Object) -> tuple[int, int] | None:
    """Return the page on which an element of the structure begins."""

    if not isinstance(element, Dictionary):
        return None
    if "/Pg" in element:
        return element.Pg.objgen  # type: ignore[no-any-return]
    kids = element.get("/K", Array())
    return next((page for kid in kids if (page := _stands_on(kid))), None)
