"""Bind the typeset sections of a book into one file, with its colors and metadata.

Binding adds what belongs to the whole book: fonts, bookmarks, named destinations and the root of the structure tree.
Clauses are those of ISO 32000-1.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Mapping
from datetime import date

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Page, Pdf, String

from carepress.model import RenderedBook
from carepress.model.units import MM_TO_PT
from carepress.pdf.accents import key_colors, paint
from carepress.pdf.forms import PRINT_FLAG
from carepress.pdf.incremental.blocks import PdfSlice
from carepress.pdf.section import PageResources, TypesetSection
from carepress.pdf.write import GlyphTexts, Variant, write_shell


def bind(
    book: RenderedBook,
    sections: list[TypesetSection],
    revised: date,
    variant: Variant = "pdf/a-2a",
    bleed: float = 0,
) -> bytes:
    """Return typeset sections of a book as a PDF file, with a bleed of `bleed` mm on each side.

    A PDF/X-4 file has only pages: no structure, links or bookmarks. Every call returns the same bytes, except for the
    identifiers of PDF/X-4. Raises LayoutError for an error in the metadata.
    """
    shell = write_shell(book.document(book.styles, ""), revised, _glyph_texts(sections), variant)
    with pikepdf.open(io.BytesIO(shell)) as pdf:
        binder = _Binder(pdf, key_colors(book.styles + book.binding_css))
        for section in sections:
            binder.add(section)
        if variant == "pdf/a-2a":
            binder.add_structure()
            binder.add_destinations(sections)
        else:
            binder.strip_pages(bleed * MM_TO_PT)
        return saved(pdf)


def saved(pdf: Pdf) -> bytes:
    """Return a file whose objects are numbered in the order of the document.

    Object streams are sorted by the numbers that objects have in memory, which depend on the slices that pages come
    from: without the numbers of a first file, pages from the cache would make a file with other bytes.
    """
    numbered, file = io.BytesIO(), io.BytesIO()
    pdf.save(numbered, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(numbered) as again:
        again.save(file, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return file.getvalue()


def _glyph_texts(sections: Iterable[TypesetSection]) -> GlyphTexts:
    """Return the glyphs on the pages with their texts; if the texts of a glyph differ, the first one is used."""
    book_texts: dict[str, dict[int, str]] = {}
    for section in sections:
        for page in section.resources:
            for font, glyphs in page.glyphs.items():
                section_texts, font_texts = section.texts[font], book_texts.setdefault(font, {})
                for glyph in glyphs:
                    font_texts.setdefault(glyph, section_texts.get(glyph, ""))
    return book_texts


class _Binder:
    """Adds sections to a shell: a file of one page with the fonts and the metadata of the book."""

    def __init__(self, pdf: Pdf, colors: Mapping[bytes, bytes]) -> None:
        self.pdf, self.colors = pdf, colors
        self.resources = pdf.pages[0].obj.Resources
        self.resources.ExtGState = Dictionary()
        del pdf.pages[0]
        self.root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.top = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, K=Array()))
        self.parents = Array()
        self.next_parent = 0

    def add(self, section: TypesetSection) -> None:
        """Add the pages of a section, its links, and its part of the structure tree."""
        elements: Array | None = None  # the kids of the section, from all its slices
        offset = 0
        for part in section.slices:
            count = part.stop - part.start
            kids = self._add_slice(part, section.resources[offset : offset + count], section.is_plain)
            offset += count
            if elements is None:
                elements = self._attach(kids[0].P)
            for kid in kids:
                kid.P = self.top.K[-1]
                elements.append(kid)

    def _attach(self, section: Object) -> Array:
        """Attach the structure element of a section to that of the book; return its empty array of kids."""
        section.P = self.top
        section.K = Array()
        self.top.K.append(section)
        return section.K  # type: ignore[no-any-return]

    def _add_slice(self, part: PdfSlice, resources: tuple[PageResources, ...], is_plain: bool) -> list[Object]:
        """Add pages of a file; return the structure elements on these pages that are kids of the section."""
        first = len(self.pdf.pages)
        with pikepdf.open(io.BytesIO(part.pdf)) as source, warnings.catch_warnings():
            # Links refer to named destinations, which add_destinations() writes.
            warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
            is_whole_file = part.stop - part.start == len(source.pages)
            self.pdf.pages.extend(source.pages[part.start : part.stop])
            structure = self.pdf.copy_foreign(source.Root.StructTreeRoot)
        pages = [self.pdf.pages[number] for number in range(first, len(self.pdf.pages))]
        added = {page.obj.objgen for page in pages}
        kids = list(structure.K[0].K[0].K)
        numbers = structure.ParentTree.Nums
        parents = {int(numbers[index]): numbers[index + 1] for index in range(0, len(numbers), 2)}
        for page, needed in zip(pages, resources):
            self._finish_page(page, needed, is_plain, parents)
        return kids if is_whole_file else [kid for kid in kids if _first_page(kid) in added]

    def _finish_page(self, page: Page, needed: PageResources, is_plain: bool, parents: Mapping[int, Object]) -> None:
        """Set the resources and colors of a page, and add it to the parent tree (14.7.4.4)."""
        page_resources = page.obj.Resources
        if is_plain:
            for state in needed.states:
                if f"/{state}" not in self.resources.ExtGState:
                    self.resources.ExtGState[f"/{state}"] = page_resources.ExtGState[f"/{state}"]
            page.obj.Resources = self.resources
        else:
            for name, font in self.resources.Font.items():
                page_resources.Font[name] = font
        if self.colors:
            page.obj.Contents.write(paint(page.obj.Contents.read_bytes(), self.colors))
        page.obj.StructParents = self._parent(parents[int(page.obj.StructParents)])
        for annotation in page.obj.get("/Annots", ()):
            annotation.F = PRINT_FLAG  # required by PDF/A (ISO 19005-2, 6.3.2)
            annotation.StructParent = self._parent(parents[int(annotation.StructParent)])

    def _parent(self, elements: Object) -> int:
        """Add an entry to the parent tree; return its number."""
        self.parents.append(self.next_parent)
        self.parents.append(elements)
        self.next_parent += 1
        return self.next_parent - 1

    def add_structure(self) -> None:
        """Write the root of the structure tree (14.7.2), and mark the file as tagged (14.7.1)."""
        self.root.K = Array([self.top])
        self.root.ParentTree = self.pdf.make_indirect(Dictionary(Nums=self.parents))
        self.root.ParentTreeNextKey = self.next_parent
        self.pdf.Root.StructTreeRoot = self.root
        self.pdf.Root.MarkInfo = Dictionary(Marked=True)
        self.pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)

    def add_destinations(self, sections: list[TypesetSection]) -> None:
        """Write named destinations (12.3.2.3) and bookmarks (12.3.3)."""
        anchors: dict[str, tuple[int, float, float]] = {}
        for section in sections:
            anchors = {**section.anchors, **anchors}
        names = Array()
        for name in sorted(anchors):
            names.extend([String(name), self._destination(*anchors[name])])
        self.pdf.Root.Names = Dictionary(Dests=Dictionary(Names=names))
        with self.pdf.open_outline() as outline:
            path: list[tuple[int, list[OutlineItem]]] = [(0, outline.root)]
            for level, label, page, x, y in (mark for section in sections for mark in section.bookmarks):
                while path[-1][0] >= level:
                    path.pop()
                item = OutlineItem(label, self._destination(page, x, y))
                path[-1][1].append(item)
                path.append((level, item.children))

    def _destination(self, number: int, x: float, y: float) -> Array:
        return Array([self.pdf.pages[number - 1].obj, Name.XYZ, round(x, 4), round(y, 4), 0])

    def strip_pages(self, bleed: float) -> None:
        """Remove structure and links from the pages, and add a bleed of `bleed` pt on each side (14.11.2)."""
        for page in self.pdf.pages:
            for key in ("/StructParents", "/Tabs", "/Annots"):
                if key in page.obj:
                    del page.obj[key]
            left, low, right, high = (float(side) for side in page.obj.TrimBox)
            page.obj.MediaBox = page.obj.BleedBox = [left - bleed, low - bleed, right + bleed, high + bleed]


def _first_page(element: Object) -> tuple[int, int] | None:
    """Return the object number and generation of the page on which a structure element begins."""
    if not isinstance(element, Dictionary):
        return None
    if "/Pg" in element:
        return element.Pg.objgen  # type: ignore[no-any-return]
    kids = element.get("/K", Array())
    return next((page for kid in kids if (page := _first_page(kid))), None)
