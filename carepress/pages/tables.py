"""Fit tables to the width of a page without cutting words.

The columns of a table have the widths of the style sheet if each word fits. Otherwise, in this order: the columns are as
wide as their words need, the type is smaller, long words are hyphenated, and rows become blocks in which each text has
the heading of its column as its label. The rows of a table to fill in become forms. Many columns are not hyphenated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape

from markupsafe import Markup, escape

from carepress.model import Edition, Paper
from carepress.pages.labels import load_face, text_width
from carepress.text.hyphens import hyphenated
from carepress.text.line_breaks import SOFT_HYPHEN, line_pieces
from carepress.text.typefaces import find_typefaces, typeface_of

PT = 25.4 / 72  # mm
MARGINS = 30.0  # mm, left and right together, as in templates/styles/print.css
SLACK = 0.3  # mm: rounding, and the side bearings of letters
DRAFT_MARK = 2.5  # mm: the line beside .untranslated in templates/styles/base.css
RING = 2.0  # mm: the frame around a word to ring
INDENT = 1.15  # em, of a list in a cell
MOST_HYPHENATED = 6  # columns: hyphenated words in more of them are hard to read
TICK = 5.0  # em: the width of a column of boxes to tick
HEAD = re.compile(r"<thead>.*?</thead>", re.S)
ROW = re.compile(r"<tr\b[^>]*>(.*?)</tr>", re.S)
CELL = re.compile(r"<(t[hd])\b([^>]*)>(.*?)</\1>", re.S)
TOKEN = re.compile(r"<(/?)(\w+)([^>]*)>|([^<]+)")
LANG = re.compile(r'\blang="([^"]+)"')
JOINING = {"a", "bdi", "strong", "em", "dfn", "cite"}  # elements inside a word


@dataclass(frozen=True, slots=True)
class TableDesign:
    """How an edition sets tables, as in its style sheets.

    `sizes` are the type sizes to try, in pt. `padding` is that of a cell, left and right together, in mm, and `close` that
    of the cells of four columns or more. `shares` has the widths of the first columns, in percent of the table, by the number
    of columns; others share the rest. `ticked` is the first of them in a table with boxes to tick.
    """

    sizes: tuple[float, ...]
    shares: Mapping[int, tuple[float, ...]]
    ticked: float
    padding: float = 4.0
    close: float = 1.8

    def pads(self, columns: int) -> list[float]:
        """Return the padding of each column in mm; the first has none at its beginning."""
        pad = self.close if columns > 3 else self.padding
        return [pad / 2, *[pad] * (columns - 1)]


PRINT = TableDesign((10.5, 9.0), {2: (50,), 3: (24, 36), 4: (20, 25, 33, 16)}, 31)
LARGE_PRINT = TableDesign((18.0,), {4: (23,)}, 34)


def design_of(edition: Edition) -> TableDesign:
    """Return the design of an edition's tables."""
    return LARGE_PRINT if "large-print" in edition.styles else PRINT


@dataclass(frozen=True, slots=True)
class Word:
    """Letters without a place where a line may end."""

    text: str
    strong: bool
    lang: str

    def width(self, size: float) -> float:
        """Return the width in mm in a type size in pt."""
        return _width(self.text, self.strong, self.lang) * size * PT

    def parts(self) -> list[Word]:
        """Return the parts that hyphenation makes of a long word, each with its hyphen."""
        parts = hyphenated(self.text, self.lang).split(SOFT_HYPHEN)
        return [Word(f"{part}-", self.strong, self.lang) for part in parts] if len(parts) > 1 else [self]


@dataclass(slots=True)
class TableColumn:
    """The words of a column; `indent` in em and `extra` in mm are what its texts need beside them."""

    words: list[Word] = field(default_factory=list)
    longest: list[Word] = field(default_factory=list)
    """The words of its longest cell."""
    indent: float = 0.0
    extra: float = 0.0
    ticks: bool = False

    def add(self, html: str, strong: bool, lang: str) -> None:
        """Add a cell."""
        words = list(cell_words(html, strong, lang))
        self.words += words
        self.longest = max(self.longest, words, key=lambda row: sum(len(word.text) for word in row))
        self.indent = max(self.indent, INDENT if "<li>" in html else 0.0)
        self.extra = max(
            self.extra, DRAFT_MARK if "untranslated" in html else 0.0, RING if 'class="ring' in html else 0.0
        )

    def needs(self, size: float, hyphens: bool = False) -> float:
        """Return the least width in mm in which no word is cut."""
        words = [part for word in self.words for part in word.parts()] if hyphens else self.words
        width = max((word.width(size) for word in words), default=0.0)
        return width + self.indent * size * PT + self.extra + SLACK

    def natural(self, size: float) -> float:
        """Return the width in mm of the longest cell in one line."""
        return sum(word.width(size) + 0.25 * size * PT for word in self.longest)


def cell_words(html: str, strong: bool, lang: str) -> Iterator[Word]:
    """Yield the words of a cell: the parts between which a line may end."""
    text = ""
    for closing, name, attributes, words in TOKEN.findall(html):
        if words:
            text += unescape(words)
            continue
        found = LANG.search(attributes)
        if name in JOINING or (name == "span" and not found and not closing and "class" not in attributes):
            continue
        yield from _words(text, strong, lang)
        text = ""
        lang = found[1] if found else lang
    yield from _words(text, strong, lang)


def _words(text: str, strong: bool, lang: str) -> Iterator[Word]:
    for line in text.split("\n"):
        for piece in line_pieces(line, lang):
            yield Word(f"{piece[:-1]}-" if piece.endswith(SOFT_HYPHEN) else piece, strong, lang)


@cache
def _width(text: str, strong: bool, lang: str) -> float:
    """Return the width of a text in em."""
    lang = lang.replace("-", "_")  # from a BCP 47 tag
    face = load_face(strong, find_typefaces(text, lang), typeface_of(lang))
    return text_width(face, text, 1.0)


def fit_table(html: str, edition: Edition, paper: Paper, lang: str, label: Callable[[str], str]) -> Markup:
    """Return the HTML of a table of the text (templates/blocks.j2), fitted to the pages of an edition.

    `label` returns the heading of a column as the label before a text.
    """
    html = str(html)  # the methods of Markup escape their arguments
    design, width = design_of(edition), paper.width - MARGINS
    columns, labels = _columns(html, lang)
    pads = design.pads(len(columns))
    room = [share - pad for share, pad in zip(_shares(design, columns, width, pads), pads)]
    if all(column.needs(design.sizes[0]) <= least for column, least in zip(columns, room)):
        return Markup(html)
    for hyphens in (False, True)[: 1 + (len(columns) <= MOST_HYPHENATED)]:
        for size in design.sizes:
            needs = [column.needs(size, hyphens) + pad for column, pad in zip(columns, pads)]
            if sum(needs) <= width:
                widths = _distribute(needs, [column.natural(size) for column in columns], width)
                rooms = [wide - pad for wide, pad in zip(widths, pads)]
                return _with_widths(html, columns, rooms, widths, size, design)
    return _as_blocks(html, [label(text) for text in labels], columns, width, design.sizes[0])


def _columns(html: str, lang: str) -> tuple[list[TableColumn], list[str]]:
    """Return the columns of a table, and the texts of their headings."""
    columns: list[TableColumn] = []
    labels: list[str] = []
    for row in ROW.findall(html):
        cells = CELL.findall(row)
        if not columns:
            columns = [TableColumn() for _cell in cells]
            labels = [" ".join(unescape(re.sub("<[^>]*>", " ", cell)).split()) for _name, _attributes, cell in cells]
        for column, (name, attributes, cell) in zip(columns, cells):
            column.ticks = column.ticks or "ticks" in attributes
            if "<svg" not in cell:
                column.add(cell, name == "th" or "<strong>" in cell, lang)
    return columns, labels


def _shares(design: TableDesign, columns: Sequence[TableColumn], width: float, pads: Sequence[float]) -> list[float]:
    """Return the widths of the columns by the style sheet, padding included, in mm."""
    fixed: list[float | None] = [share * width / 100 for share in design.shares.get(len(columns), ())]
    if any(column.ticks for column in columns):
        tick = TICK * design.sizes[0] * PT
        fixed = [design.ticked * width / 100, *(tick if column.ticks else None for column in columns[1:])]
    fixed += [None] * (len(columns) - len(fixed))
    widths = [None if share is None else share + pad for share, pad in zip(fixed, pads)]
    rest = width - sum(filter(None, widths))
    return [rest / widths.count(None) if share is None else share for share in widths]


def _distribute(needs: Sequence[float], natural: Sequence[float], width: float) -> list[float]:
    """Return widths with this sum: each as wide as needed, the rest by the length of the texts."""
    widths = list(needs)
    free = set(range(len(needs)))
    while free:
        rest = width - sum(widths[index] for index in range(len(needs)) if index not in free)
        total = sum(natural[index] for index in free) or 1.0
        tight = {index for index in free if natural[index] * rest / total < needs[index]}
        if not tight:
            for index in free:
                widths[index] = natural[index] * rest / total
            return widths
        free -= tight
    spare = (width - sum(widths)) / len(widths)
    return [wide + spare for wide in widths]


def _with_widths(
    html: str,
    columns: Sequence[TableColumn],
    rooms: Sequence[float],
    widths: Sequence[float],
    size: float,
    design: TableDesign,
) -> Markup:
    """Return a table with columns of these widths; `rooms` are those without padding, in mm."""
    total = sum(widths)
    cols = "".join(f'<col style="width:{100 * wide / total:.2f}%"/>' for wide in widths)
    html = html.replace("</caption>", f"</caption>\n<colgroup>{cols}</colgroup>", 1)
    html = _with_class(html, "fitted" if size == design.sizes[0] else "fitted small")
    return Markup(_hyphenated(html, _cut(columns, rooms, size)))


def _cut(columns: Sequence[TableColumn], rooms: Sequence[float], size: float) -> set[Word]:
    """Return the words that are wider than their column, whose `rooms` are in mm."""
    return {
        word
        for column, room in zip(columns, rooms)
        for word in column.words
        if word.width(size) + column.indent * size * PT + column.extra > room
    }


def _as_blocks(html: str, labels: Sequence[str], columns: Sequence[TableColumn], width: float, size: float) -> Markup:
    """Return a table whose rows are blocks; words that are longer than a line are hyphenated."""

    def label(row: re.Match[str]) -> str:
        cells = iter(labels)

        def labeled(cell: re.Match[str]) -> str:
            text = escape(next(cells))
            attributes = f' data-label="{text}"' if any(map(str.isalnum, text)) else ""
            return f"<{cell[1]}{cell[2]}{attributes}>{cell[3]}</{cell[1]}>"

        return CELL.sub(labeled, row[0])

    head, body = html.split("<tbody>", 1)
    html = head + "<tbody>" + ROW.sub(label, body)
    room = width - 2 * INDENT * size * PT
    long = {word for column in columns for word in column.words if word.width(size) > room}
    return Markup(_hyphenated(_with_class(html, "blocks"), long))


def _with_class(html: str, name: str) -> str:
    return html.replace('class="data ', f'class="data {name} ', 1)


def _hyphenated(html: str, words: set[Word]) -> str:
    """Return HTML in which these words have soft hyphens, outside of tags."""
    divided = {str(escape(word.text)): str(escape(hyphenated(word.text, word.lang))) for word in words}
    divided = {word: text for word, text in divided.items() if word != text}
    if not divided:
        return html
    pattern = re.compile("|".join(re.escape(word) for word in sorted(divided, key=len, reverse=True)))

    def divide(text: re.Match[str]) -> str:
        return pattern.sub(lambda word: divided[word[0]], text[0])

    return re.sub(r"(?<=>)[^<>]+(?=<)", divide, html)


# --- Tables to fill in --------------------------------------------------------------------------

COLGROUP = re.compile(r"<colgroup>.*?</colgroup>", re.S)
COL_WIDTH = re.compile(r'<col(?: style="width: ([\d.]+)%")?(?: class="([\w-]+)")?>')
GRID_LABEL = 21.0  # percent, as in templates/styles/sheets.css


@dataclass(frozen=True, slots=True)
class SheetDesign:
    """How an edition sets the tables of sheets: type sizes in pt; padding and margins, left and right together, in mm."""

    size: float
    label: float
    """The size of the labels of a form."""
    padding: float
    margins: float
    wide: float | None
    """The margins of a page with a sheet across; None if the edition turns no pages."""


BOUND, LOOSE = SheetDesign(9, 10.5, 1.4, 30, None), SheetDesign(10.5, 10.5, 2.6, 26, 24)
LARGE = SheetDesign(18, 18, 3.2, 30, 36)
FIELD_PADDING = 3.4  # mm, left and right together, with its border
FIELD_WIDTHS = {3: ("third", 0.31), 2: ("half", 0.475), 1: ("full", 1.0)}  # by their number in a line
EMPTY_ENTRY = '<span class="entry"></span>'
BODY_ROW = re.compile(r'<tr class="([^"]*)">(.*?)</tr>', re.S)


def fit_sheet_table(html: str, edition: Edition, paper: Paper, lang: str, orientation: str) -> Markup:
    """Return the HTML of a table of a sheet (templates/sheets.j2), with columns in which no word is cut.

    They have the widths of the author if these are enough, or are as near to them as the words allow. If the words need
    more than the page, each row becomes a form.
    """
    html = str(html)
    design = LOOSE if edition.fillable else LARGE if "large-print" in edition.styles else BOUND
    turned = orientation == "landscape" and design.wide is not None
    width = paper.height - (design.wide or 0) if turned else paper.width - design.margins
    columns, _labels = _columns(html, lang)
    given = _given_widths(html, len(columns), width)
    needs = [column.needs(design.size) + design.padding for column in columns]
    if all(need <= wide for need, wide in zip(needs, given)):
        return Markup(html)
    if sum(needs) > width:
        needs = [column.needs(design.size, hyphens=True) + design.padding for column in columns]
        is_grid = 'class="fill grid' in html
        if not is_grid and (sum(needs) > width or len(columns) > MOST_HYPHENATED):
            return _as_forms(html, columns, width, design)
    widths = _distribute(needs, given, width) if sum(needs) <= width else given
    cols = "".join(f'<col style="width: {100 * wide / width:.2f}%">' for wide in widths)
    rooms = [wide - design.padding for wide in widths]
    return Markup(
        _hyphenated(COLGROUP.sub(f"<colgroup>{cols}</colgroup>", html, count=1), _cut(columns, rooms, design.size))
    )


def _as_forms(html: str, columns: Sequence[TableColumn], width: float, design: SheetDesign) -> Markup:
    """Return a table to fill in as a form for each row, whose labels are the headings of the columns."""
    heads = [cell for _name, _attributes, cell in CELL.findall(HEAD.findall(html)[0])]
    widest = max(column.needs(design.label, hyphens=True) for column in columns) + FIELD_PADDING
    count = next((count for count, (_name, share) in FIELD_WIDTHS.items() if widest <= share * width), 1)
    name, share = FIELD_WIDTHS[count]
    forms = [_form(look, cells, heads, count, name) for look, cells in BODY_ROW.findall(html)]
    rooms = [share * width - FIELD_PADDING] * len(columns)
    return Markup(_hyphenated("\n".join(forms), _cut(columns, rooms, design.label)))


def _form(look: str, cells: str, heads: Sequence[str], count: int, name: str) -> str:
    """Return a row with the classes `look` as a form with `count` fields of the width `name` in a line."""
    rows = list(zip(heads, CELL.findall(cells)))
    given = [(head, text) for head, (tag, _attributes, text) in rows if tag == "th"]
    fields = [(head, text.strip()) for head, (tag, _attributes, text) in rows if tag == "td"]
    lines = [f'<div class="field-line">{_field(head, text, "full")}</div>' for head, text in given]
    grows = " ".join(part for part in look.split() if part != "more")
    for start in range(0, len(fields), count):
        line = "".join(_field(head, text, name) for head, text in fields[start : start + count])
        lines.append(f'<div class="field-line {grows}">{line}</div>')
    kind = " ".join(part for part in look.split() if part in ("more", "example"))
    return f'<div class="{f"fields of-row {kind}".strip()}">{"".join(lines)}</div>'


def _field(head: str, text: str, width: str) -> str:
    return f'<div class="field text {width}"><span class="label">{head}</span>{text or EMPTY_ENTRY}</div>'


def _given_widths(html: str, count: int, width: float) -> list[float]:
    """Return the widths of columns by their <col> elements, in mm."""
    cols = COL_WIDTH.findall(COLGROUP.findall(html)[0])
    shares = [float(share) if share else GRID_LABEL if name == "grid-label" else None for share, name in cols]
    rest = (100 - sum(filter(None, shares))) / max(shares.count(None), 1)
    return [width * (rest if share is None else share) / 100 for share in shares[:count]]
