"""Rules for the package: manifest, language, cover, fonts and size."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from posixpath import splitext

from fontTools.ttLib import TTFont
from PIL import Image

from carepress.preflight.ebook.epub_file import OPF, SVG, XHTML, XML_LANG, Ebook, ManifestItem, Violation, line_of
from carepress.preflight.ebook.style import font_files, strings
from carepress.text.typefaces import is_on_devices

MAX_BYTES = 5_000_000  # a cheap phone loads this at once, and e-mail accepts it
MAX_FONT_BYTES = 300_000  # a syllabary such as Ethiopic has hundreds of letters
MAX_COVER_PIXELS = 4_000_000  # some readers refuse a larger picture
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = {
    ".xhtml": "application/xhtml+xml",
    ".css": "text/css",
    ".ncx": "application/x-dtbncx+xml",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
}


def manifest(book: Ebook) -> Iterator[Violation]:
    """Find files missing from the manifest or from the EPUB file, and wrong media types."""
    named = {item.path for item in book.items}
    for item in book.items:
        if item.path not in book.files:
            yield _at(book, item, f"the manifest lists {item.path}, which does not exist")
        if MEDIA.get(splitext(item.path)[1].lower()) != item.media:
            yield _at(book, item, f"{item.path} has the media type {item.media or 'nothing'}")
    for path in book.files:
        if path not in named and path not in ("mimetype", book.package.path) and not path.startswith("META-INF/"):
            yield Violation(path, None, "the manifest does not list this file")


def properties(book: Ebook) -> Iterator[Violation]:
    """Find manifest properties that do not match the file (EPUB 3.3, section 5.6.2.1)."""
    for item in book.items:
        page = book.by_path.get(item.path)
        real = {"svg"} if page and next(page.root.iter(SVG + "svg"), None) is not None else set()
        declared = set(item.properties) - {"nav", "cover-image"}
        if declared != real:
            wrong, right = (" ".join(sorted(names)) or "nothing" for names in (declared, real))
            yield _at(book, item, f"{item.path} has the properties {wrong}, but needs {right}")
    for name in ("nav", "cover-image"):
        if (count := sum(name in item.properties for item in book.items)) != 1:
            yield Violation(book.package.path, None, f"{count} files have the property {name}")


def _at(book: Ebook, item: ManifestItem, message: str) -> Violation:
    return Violation(book.package.path, line_of(item.node), message)


def language(book: Ebook) -> Iterator[Violation]:
    """Find documents that do not have the language and direction of the book in lang, xml:lang and dir."""
    root = book.package.root
    lang = root.get(XML_LANG)
    declared = [node.text for node in root.iter(DC + "language")]
    if not lang or declared != [lang]:
        yield book.package.violation(root, f"the package is in {lang or 'no language'}, its metadata in {declared}")
    if book.ncx.root.get(XML_LANG) != lang:
        yield book.ncx.violation(book.ncx.root, f"the language is {book.ncx.root.get(XML_LANG)}, not {lang}")
    spine = root.find(OPF + "spine")
    turned = spine is not None and spine.get("page-progression-direction") == "rtl"
    direction = "rtl" if turned else "ltr"
    for page in book.documents:
        html = page.root
        if (html.get("lang"), html.get(XML_LANG), html.get("dir")) != (lang, lang, direction):
            message = f"the document is {html.get('lang')}, {html.get(XML_LANG)}, {html.get('dir')}"
            yield page.violation(html, f"{message}, not {lang}, {lang}, {direction}")
        for node in page.root.iter("{*}*"):
            if node.tag.startswith(XHTML) and node.get("lang") != node.get(XML_LANG):
                yield page.violation(node, f"lang is “{node.get('lang')}”, xml:lang “{node.get(XML_LANG)}”")


def size(book: Ebook) -> Iterator[Violation]:
    """Find a file or fonts that are too large."""
    if book.size > MAX_BYTES:
        yield Violation("", None, f"the file has {book.size / 1e6:.1f} MB")
    sizes: dict[str, int] = {}
    for item in book.items:
        if item.media.startswith("font/"):
            sizes[_family(item.path)] = sizes.get(_family(item.path), 0) + len(book.files.get(item.path, b""))
    if (largest := max(sizes.values(), default=0)) > MAX_FONT_BYTES:
        yield Violation("", None, f"the fonts of a typeface have {largest / 1e3:.0f} kB")


def _family(path: str) -> str:
    """Return the part of a font's file name that is the typeface."""
    return re.sub(r"[-_][^-_]*(?:-italic)?\.\w+$", "", path)


def cover(book: Ebook) -> Iterator[Violation]:
    """Find a cover that some readers do not show."""
    for item in book.items:
        if "cover-image" not in item.properties or item.path not in book.files:
            continue
        try:
            with Image.open(io.BytesIO(book.files[item.path])) as image:
                (width, height), kind = image.size, image.format
        except OSError:
            width, height, kind = 0, 0, None
        if kind not in ("JPEG", "PNG"):
            yield Violation(item.path, None, "the cover is not a JPEG or PNG picture")
        elif width * height >= MAX_COVER_PIXELS:
            yield Violation(item.path, None, f"the cover has {width * height / 1e6:.1f} megapixels")


def fonts(book: Ebook) -> Iterator[Violation]:
    """Find characters that an embedded font lacks, and fonts that are unused or missing."""
    used = set(font_files(book))
    listed = {item.path for item in book.items if item.media.startswith("font/")}
    for path in sorted(used ^ listed):
        yield Violation(path, None, "the font is in the file but not used" if path in listed else "the font is missing")
    text = "".join("".join(page.root.itertext()) for page in book.documents) + "".join(strings(book))
    letters = {letter for letter in set(text) if letter.isprintable() and not letter.isspace()}
    available = {path: _letters(book.files[path]) for path in sorted(used & listed)}
    for path, own in available.items():
        others = [known for other, known in available.items() if _family(other) != _family(path)]
        known = own.union(*others)
        missing = {letter for letter in letters if ord(letter) not in known and not is_on_devices(letter)}
        if missing:
            yield Violation(path, None, f"the font has no {' '.join(sorted(missing)[:10])}")


def _letters(data: bytes) -> frozenset[int]:
    """Return the code points that a font file has."""
    return frozenset(TTFont(io.BytesIO(data), lazy=True).getBestCmap() or ())


def ids(book: Ebook) -> Iterator[Violation]:
    """Find duplicate ids, and ARIA references to ids that do not exist."""
    for page in book.documents:
        seen: set[str] = set()
        for node in page.root.iter("*"):
            if (key := node.get("id")) is not None:
                if key in seen or re.search(r"\s", key) or not key:
                    yield page.violation(node, f"the id “{key}” is a duplicate or not a valid id")
                seen.add(key)
            for name in ("aria-labelledby", "aria-describedby"):
                for other in (node.get(name) or "").split():
                    if other not in page.ids:
                        yield page.violation(node, f"{name} refers to “{other}”, which does not exist")
