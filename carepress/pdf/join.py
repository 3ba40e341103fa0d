"""Join PDF files into one, to be printed in one go or read from the first page to the last.

Each file keeps its pages, links and bookmarks; the structure trees and bookmarks become parts of one. Clauses are those
of ISO 32000-1.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, OutlineItem, Pdf, String

from carepress.pdf.bind import saved
from carepress.pdf.impose import copy_metadata


@dataclass(frozen=True, slots=True)
class JoinedFile:
    """A file to join, with the bookmark for it, or with its own bookmarks alone.

    If it is `loose`, each page is printed on a sheet of paper of its own.
    """

    data: bytes
    title: str | None = None
    loose: bool = False


def join_accessible(shell: bytes, files: Sequence[JoinedFile]) -> bytes:
    """Return tagged files as one, with the metadata of `shell`, a file of one page that is removed.

    It conforms to PDF/UA-1 and PDF/A-2a if all of the files do.
    """
    with pikepdf.open(io.BytesIO(shell)) as out:
        del out.pages[0]
        joiner = _Joiner(out)
        for number, file in enumerate(files, 1):
            with pikepdf.open(io.BytesIO(file.data)) as source:
                joiner.add(source, file.title, f"{number}-")
        joiner.finish()
        return saved(out)


def join_printable(shell: bytes, files: Sequence[JoinedFile]) -> bytes:
    """Return files for a printer as one: each begins on a new sheet of paper, also if it is printed on both sides.

    The output has no tags, bookmarks or links, and conforms to no standard.
    """
    with pikepdf.open(io.BytesIO(shell)) as metadata, pikepdf.new() as out:
        for file in files:
            with pikepdf.open(io.BytesIO(file.data)) as source:
                for page in source.pages:
                    _add_printable(out, page, file.loose)
        copy_metadata(metadata, out)
        return saved(out)


def _add_printable(out: Pdf, page: pikepdf.Page, loose: bool) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
        out.pages.append(page)
    added = out.pages[-1]
    for key in ("/Annots", "/StructParents", "/Tabs"):
        if key in added.obj:
            del added.obj[key]
    if loose:
        left, low, right, high = (float(side) for side in added.mediabox)
        out.add_blank_page(page_size=(right - left, high - low))


class _Joiner:
    """Adds files to one: pages, structure, destinations, bookmarks and form fields."""

    def __init__(self, out: Pdf) -> None:
        self.out = out
        self.root = out.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        self.top = out.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=self.root, K=Array()))
        self.parents = Array()
        self.next_parent = 0
        self.names: dict[str, Object] = {}
        self.bookmarks: list[OutlineItem] = []

    def add(self, source: Pdf, title: str | None, prefix: str) -> None:
        """Add a file. Its destinations get a prefix, because files have the same names."""
        first = len(self.out.pages)
        with warnings.catch_warnings():
            # Links refer to named destinations, which finish() writes.
            warnings.simplefilter("ignore", pikepdf.PageCopyWarning)
            self.out.pages.extend(source.pages)
        self._add_structure(self.out.copy_foreign(source.Root.StructTreeRoot))
        pages = {page.obj.objgen: first + index for index, page in enumerate(source.pages)}
        self._add_names(source, pages, prefix)
        self.bookmarks += self._bookmarks_of(source, title, first, pages)
        for page in list(self.out.pages)[first:]:
            self._finish_page(page, prefix)
        parents = source.Root.StructTreeRoot.ParentTree.Nums
        self.next_parent += 1 + max((int(parents[index]) for index in range(0, len(parents), 2)), default=-1)
        if "/AcroForm" in source.Root:
            assert "/AcroForm" not in self.out.Root, "only the sheets of a packet are forms"
            self.out.Root.AcroForm = self.out.copy_foreign(source.Root.AcroForm)

    def _add_structure(self, tree: Object) -> None:
        """Add the document of a file to the structure tree as a part (14.8.4.2), and its rows to the parent tree."""
        for element in tree.K:
            element.S = Name.Part
            element.P = self.top
            self.top.K.append(element)
        numbers = tree.ParentTree.Nums
        for index in range(0, len(numbers), 2):
            self.parents.append(self.next_parent + int(numbers[index]))
            self.parents.append(numbers[index + 1])

    def _finish_page(self, page: pikepdf.Page, prefix: str) -> None:
        """Give the page and its links the numbers and names that they have in the joined file (14.7.4.4)."""
        if "/StructParents" in page.obj:
            page.obj.StructParents = int(page.obj.StructParents) + self.next_parent
        for annotation in page.obj.get("/Annots", ()):
            if "/StructParent" in annotation:
                annotation.StructParent = int(annotation.StructParent) + self.next_parent
            if isinstance(annotation.get("/Dest"), String):
                annotation.Dest = String(prefix + str(annotation.Dest))

    def _add_names(self, source: Pdf, pages: dict[tuple[int, int], int], prefix: str) -> None:
        if "/Names" in source.Root and "/Dests" in source.Root.Names:
            for name, target in pikepdf.NameTree(source.Root.Names.Dests).items():
                self.names[prefix + str(name)] = self._moved(target, pages)

    def _moved(self, destination: Object, pages: dict[tuple[int, int], int]) -> Array:
        """Return a destination (12.3.2.2) on the page of the joined file."""
        page, *place = list(destination)  # type: ignore[call-overload]
        return Array([self.out.pages[pages[page.objgen]].obj, *place])

    def _bookmarks_of(
        self, source: Pdf, title: str | None, first: int, pages: dict[tuple[int, int], int]
    ) -> list[OutlineItem]:
        with source.open_outline() as outline:
            items = list(self._copied(outline.root, pages))
        if title is None:
            return items
        top = OutlineItem(title, Array([self.out.pages[first].obj, Name.Fit]))
        top.children.extend(items)
        return [top]

    def _copied(self, items: list[OutlineItem], pages: dict[tuple[int, int], int]) -> Iterator[OutlineItem]:
        for item in items:
            assert isinstance(item.destination, Array), "bookmarks of our files have explicit destinations"
            copy = OutlineItem(item.title, self._moved(item.destination, pages))
            copy.children.extend(self._copied(item.children, pages))
            yield copy

    def finish(self) -> None:
        """Write the root of the structure tree (14.7.2), the named destinations (12.3.2.3) and the bookmarks (12.3.3)."""
        self.root.K = Array([self.top])
        self.root.ParentTree = self.out.make_indirect(Dictionary(Nums=self.parents))
        self.root.ParentTreeNextKey = self.next_parent
        self.out.Root.StructTreeRoot = self.root
        self.out.Root.MarkInfo = Dictionary(Marked=True)
        self.out.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
        names = Array()
        for name in sorted(self.names):
            names.extend([String(name), self.names[name]])
        self.out.Root.Names = Dictionary(Dests=Dictionary(Names=names))
        with self.out.open_outline() as outline:
            outline.root.extend(self.bookmarks)
