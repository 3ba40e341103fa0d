"""Read the structure tree of a PDF as assistive technology does: roles, and the text of marked content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pikepdf

BLOCKS = {"H1", "H2", "H3", "P", "Lbl", "LBody", "TH", "TD", "Caption", "Figure", "TOCI"}


@dataclass
class Element:
    """A structure element: `kids` are its text and child elements in order, `alt` is its alternative text."""

    role: str
    lang: str | None
    alt: str | None
    attributes: dict[str, str]
    kids: list[Element | str] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)

    def walk(self) -> Iterator[Element]:
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.walk()

    def text(self) -> str:
        return "".join(kid if isinstance(kid, str) else kid.text() for kid in self.kids)

    def own_text(self) -> str:
        """Return the text directly in the element and in its inline children, without nested blocks."""
        inline = (kid if isinstance(kid, str) else kid.text() for kid in self.kids if _is_inline(kid))
        return "".join(inline)


def _is_inline(kid: Element | str) -> bool:
    return isinstance(kid, str) or kid.role in ("Link", "Span", "Reference", "Form")


def read_structure(path: Path) -> Element:
    with pikepdf.open(path) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages, 1)}
        texts = {page.objgen: _marked_text(page) for page in pdf.pages}
        (top,) = _kids(pdf.Root.StructTreeRoot)
        return _element(top, texts, pages, str(pdf.Root.Lang))


def _kids(node: pikepdf.Object) -> list[pikepdf.Object]:
    kids = node.get("/K", pikepdf.Array())
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _element(node: pikepdf.Object, texts: dict, pages: dict, around: str) -> Element:
    attributes = {str(key): str(value) for key, value in node.get("/A", pikepdf.Dictionary()).items()}
    lang = str(node.get("/Lang", around))
    alt = node.get("/Alt")
    element = Element(str(node.S)[1:], lang, None if alt is None else str(alt), attributes)
    for kid in _kids(node):
        if isinstance(kid, int):
            element.kids.append(texts[node.Pg.objgen][kid])
            element.pages.add(pages[node.Pg.objgen])
        elif "/S" in kid:
            assert kid.P.objgen == node.objgen
            element.kids.append(_element(kid, texts, pages, lang))
        elif "/MCID" in kid:
            element.kids.append(texts[kid.Pg.objgen][int(kid.MCID)])
            element.pages.add(pages[kid.Pg.objgen])
    return element


def _marked_text(page: pikepdf.Page) -> dict[int, str]:
    """Return the text of each marked-content sequence of a page by its MCID."""
    fonts = {str(name): _to_unicode(font) for name, font in page.Resources.Font.items()}
    texts: dict[int, str] = {}
    inside: list[int | None] = []
    letters: dict[bytes, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC" | "BMC":
                mark = operands[1] if len(operands) > 1 else {}
                inside.append(int(mark["/MCID"]) if "/MCID" in mark else None)
                if inside[-1] is not None:
                    texts[inside[-1]] = ""
            case "EMC":
                inside.pop()
            case "Tf":
                letters = fonts[str(operands[0])]
            case "Tj" | "TJ":
                number = next((mark for mark in reversed(inside) if mark is not None), None)
                artifact = inside and inside[-1] is None
                if number is not None and not artifact:
                    texts[number] += _decode(operands[0], letters)
    return texts


def _decode(operand: pikepdf.Object, letters: dict[bytes, str]) -> str:
    pieces = [operand] if isinstance(operand, pikepdf.String) else [p for p in operand if isinstance(p, pikepdf.String)]
    data = b"".join(bytes(piece) for piece in pieces)
    return "".join(letters[data[at : at + 2]] for at in range(0, len(data), 2))


def _to_unicode(font: pikepdf.Object) -> dict[bytes, str]:
    table = font.ToUnicode.read_bytes().decode("ascii")
    rows = re.findall(
        r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", re.sub(r"begincodespacerange.*?end", "", table, flags=re.S)
    )
    return {bytes.fromhex(code): bytes.fromhex(text).decode("utf-16-be") for code, text in rows}


def outline(element: Element, depth: int = 0) -> Iterator[str]:
    """Yield the tree as indented lines, for debugging."""
    text = element.own_text()
    extra = f" alt={element.alt!r}" if element.alt else ""
    yield f"{'  ' * depth}{element.role}{f' [{element.lang}]' if depth == 0 else ''}{extra} {text[:90]!r}"
    for kid in element.kids:
        if isinstance(kid, Element):
            yield from outline(kid, depth + 1)


if __name__ == "__main__":
    import sys

    print("\n".join(outline(read_structure(Path(sys.argv[1])))))
