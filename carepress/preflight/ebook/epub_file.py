"""A parsed EPUB file: package, navigation, documents as trees, and style sheets."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree
from lxml.etree import _Element as Element

from carepress.text.reading_order import JOINING
from carepress.text.safe_xml import parse_xml

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
TYPE = "{http://www.idpf.org/2007/ops}type"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
OPF = "{http://www.idpf.org/2007/opf}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"

# Elements that do not end a phrase (HTML, phrasing content).
PHRASING = JOINING | {"b", "bdo", "br", "code", "i", "img", "q", "small", "span", "sub", "sup", "time", "wbr"}


class BrokenBookError(Exception):
    """The EPUB file cannot be opened; the arguments are the path in it, the line and the message."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation of a rule, at a place inside the EPUB file or in the source of the book.

    `text` is what was printed there, by which the place in the source is found, and `fault` what is wrong in it.
    """

    path: str
    line: int | None
    message: str
    in_source: bool = False
    text: str = ""
    fault: str = ""


@dataclass(frozen=True)
class XmlFile:
    """A parsed XML file of the e-book. `path` is its name in the EPUB file."""

    path: str
    root: Element

    def violation(self, node: Element, message: str, text: str = "", fault: str = "") -> Violation:
        """Return a violation at a node of this file; if it is in a `text` of the book, with the `fault` in it."""
        return Violation(self.path, line_of(node), message, text=text, fault=fault)

    def all(self, *names: str) -> Iterator[Element]:
        """Yield the HTML elements with these names, in document order."""
        yield from self.root.iter(*(XHTML + name for name in names))

    @cached_property
    def ids(self) -> Mapping[str, Element]:
        """The elements with an id, by their ids."""
        return {node.get("id", ""): node for node in self.root.iter("*") if node.get("id")}

    @cached_property
    def marked(self) -> tuple[Element, ...]:
        """The elements with an epub:type or a role."""
        return tuple(node for node in self.root.iter("*") if node.get(TYPE) is not None or node.get("role") is not None)

    @cached_property
    def phrases(self) -> tuple[tuple[Element, str], ...]:
        """The runs of inline text, each with its block."""
        body = self.root.find(XHTML + "body")
        return () if body is None else tuple(_phrases(body))


NUMBER = "number"  # the class of the number in a heading


@dataclass(frozen=True, slots=True)
class ManifestItem:
    """A row of the package's manifest. `path` is its name in the file."""

    path: str
    media: str
    properties: frozenset[str]
    node: Element


@dataclass(frozen=True)
class Ebook:
    """A parsed EPUB file.

    `pages` are the documents of the spine, in order; `nav` may be one of them. `sheets` are the style sheets, as path
    and text; `size` is in bytes. `typed` are the texts of the book and of the hospital, as they were typed and as they are
    printed: what they have is not left over from a template. `cells` are those of tables, with how often each is typed.
    """

    size: int
    files: Mapping[str, bytes]
    package: XmlFile
    items: tuple[ManifestItem, ...]
    pages: tuple[XmlFile, ...]
    nav: XmlFile
    ncx: XmlFile
    sheets: tuple[tuple[str, str], ...] = field(default=())
    typed: tuple[str, ...] = ()
    cells: Mapping[str, int] = field(default_factory=dict)

    @property
    def documents(self) -> tuple[XmlFile, ...]:
        """The documents of the spine, and the navigation document."""
        return self.pages if self.nav in self.pages else (*self.pages, self.nav)

    @cached_property
    def by_path(self) -> Mapping[str, XmlFile]:
        """The documents by path."""
        return {page.path: page for page in self.documents}

    def target(self, page: XmlFile, href: str) -> tuple[str, str]:
        """Return the path and the id of the target of an internal link."""
        address, _, fragment = href.partition("#")
        path = normpath(join(dirname(page.path), unquote(address))) if address else page.path
        return path, unquote(fragment)


def line_of(node: Element) -> int | None:
    """Return the line of a node in its file."""
    return int(node.sourceline) if node.sourceline else None


def words(node: Element) -> str:
    """Return the text of a node with single spaces."""
    return " ".join("".join(node.itertext()).split())


def unnumbered(node: Element) -> str:
    """Return the text of a heading or of its entry in the contents without the number of a chapter or part."""
    numbers = [words(span) for span in node.iter(XHTML + "span") if span.get("class") == NUMBER]
    return words(node).removeprefix(numbers[0]).strip() if numbers else words(node)


def types(node: Element) -> list[str]:
    """Return the values of epub:type."""
    return (node.get(TYPE) or "").split()


def is_external(href: str) -> bool:
    """Tell whether a link leads out of the EPUB file."""
    return ":" in href.partition("/")[0].partition("#")[0] or href.startswith("//")


def quote(text: str) -> str:
    """Return a text in quotation marks, shortened to 40 characters."""
    flat = " ".join(text.split())
    return f"“{flat if len(flat) <= 40 else flat[:39] + '…'}”"


def _name(node: Element) -> str:
    return str(node.tag).removeprefix(XHTML)


def _phrases(block: Element) -> Iterator[tuple[Element, str]]:
    """Yield the runs of inline text in a block, each with the innermost block around it."""
    pieces: list[str] = []

    def end() -> Iterator[tuple[Element, str]]:
        text = " ".join("".join(pieces).split())
        pieces.clear()
        if text:
            yield block, text

    def walk(node: Element) -> Iterator[tuple[Element, str]]:
        pieces.append(node.text or "")
        for child in node:
            if not isinstance(child.tag, str) or child.tag.startswith(SVG):
                pass
            elif _name(child) == "br":
                pieces.append(" ")
            elif _name(child) in PHRASING:
                yield from walk(child)
            else:
                yield from end()
                yield from _phrases(child)
            pieces.append(child.tail or "")

    yield from walk(block)
    yield from end()


# --- Opening ---------------------------------------------------------------------------------


def open_ebook(data: bytes, typed: tuple[str, ...] = (), cells: Mapping[str, int] | None = None) -> Ebook:
    """Parse an EPUB file with the `typed` texts and `cells`. Raises BrokenBookError if that is not possible."""
    files = _unzip(data)
    container = _parse(files, "META-INF/container.xml")
    rootfile = container.find(".//{*}rootfile")
    package = XmlFile(path := "" if rootfile is None else rootfile.get("full-path", ""), _parse(files, path))
    items = tuple(_items(package))
    by_id = {item.node.get("id"): item for item in items}
    references = package.root.findall(f"{OPF}spine/{OPF}itemref")
    if stray := [node for node in references if node.get("idref") not in by_id]:
        raise BrokenBookError(
            path, line_of(stray[0]), f"the spine names “{stray[0].get('idref')}”, which is not in the manifest"
        )
    pages = {by_id[node.get("idref")].path: None for node in references}
    opened = {name: XmlFile(name, _parse(files, name)) for name in pages}
    nav = next((item.path for item in items if "nav" in item.properties), "")
    ncx = next((item.path for item in items if item.media == "application/x-dtbncx+xml"), "")
    if not nav or not ncx:
        raise BrokenBookError(path, None, "the package has no navigation document or no NCX")
    sheets = tuple(
        (item.path, _text(files, item.path)) for item in items if item.media == "text/css" and item.path in files
    )
    return Ebook(
        len(data),
        files,
        package,
        items,
        tuple(opened.values()),
        opened.get(nav) or XmlFile(nav, _parse(files, nav)),
        XmlFile(ncx, _parse(files, ncx)),
        sheets,
        typed,
        cells or {},
    )


def _unzip(data: bytes) -> dict[str, bytes]:
    """Return the files of a container (OCF 3.3, section 4.2). Reading them verifies their checksums."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            first = entries[0] if entries else zipfile.ZipInfo()
            if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or first.extra:
                raise BrokenBookError("mimetype", None, "the file mimetype is not the first, or is compressed")
            files = {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zipfile.zlib.error, EOFError) as error:  # type: ignore[attr-defined]
        raise BrokenBookError("", None, f"the file is not a valid container ({error})") from None
    if files["mimetype"] != b"application/epub+zip":
        raise BrokenBookError("mimetype", None, "the file mimetype is not application/epub+zip")
    if len(files) < len(entries):
        raise BrokenBookError("", None, "two files in the container have the same name")
    return files


def _parse(files: Mapping[str, bytes], path: str) -> Element:
    if path not in files:
        raise BrokenBookError(path, None, "the file is missing")
    try:
        return parse_xml(files[path])
    except etree.XMLSyntaxError as error:
        raise BrokenBookError(path, error.lineno, f"not well-formed: {error.msg}") from None


def _text(files: Mapping[str, bytes], path: str) -> str:
    try:
        return files[path].decode()
    except UnicodeDecodeError:
        raise BrokenBookError(path, None, "the file is not UTF-8") from None


def _items(package: XmlFile) -> Iterator[ManifestItem]:
    for node in package.root.iterfind(f"{OPF}manifest/{OPF}item"):
        path = normpath(join(dirname(package.path), unquote(node.get("href", ""))))
        yield ManifestItem(path, node.get("media-type", ""), frozenset((node.get("properties") or "").split()), node)
