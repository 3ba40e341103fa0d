"""Random but plausible handbooks, translations and hospitals, and the words that were typed into them.

Books have chapters, tables, drawings, links, a glossary, an index, sheets, handouts and a packet.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import polib
from support_hospital import SAMPLES

from carepress.content import read_book
from carepress.model import segments
from carepress.text.typefaces import is_installed, typeface_of
from support import ROOT

WORD = re.compile(r"q([a-pr-z]{3}q[a-pr-z]*)")  # no other word begins like these
# The letters that a translation has in place of those of LATIN, by language.
LATIN = "abcdefghijklmnopqrstuvwxyz"
LETTERS = {
    "es": LATIN.replace("q", "w"),
    "ru": "абвгдежзийклмнопрстуфхцчшщ",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنه",
    "zh_Hans": "水土一二三四五六七八九十人口手足日月山石田木火金上下",
}
# Most translations are Spanish; of the others, those whose typeface is installed.
OTHERS = tuple(lang for lang in LETTERS if (typeface := typeface_of(lang)) and is_installed(typeface))
ENDINGS = ("", "", "s", "ción", "mente", "íñóü", "versicherung")
PUBLISHED = ("booklet", "print", "epub", "press", "large-print", "sheets", "bilingual")
SPACES = "\u00a0\u2002\u2003\u2007\u2009\u200a\u202f\u3000"
# What people type between words. Each is printed, has an effect, or is refused, but no word may be lost.
ODD = (
    "&", "&amp;", "<b>", "</b>", "<!--", "-->", "|", "~~", "`", "``", "_", "*", "**", "\\", "#", "+", ">", "1986.", "3)", "- [ ]", "[x]",
    "![", "](", "[", "]", "{", "}", "{#a}", ":::", "O’Neill", "Ærøskøbing", "½", "…", "“", "«", "™", "10 mg", "^2^", "==", "$x$", ":smile:",
    "https://example.org/a", "www.example.org", "<https://example.org>", "[1]: x", "^[1]", "—", "\u00ad", "\u200b", "\ufeff", "\u2028", "שלום", "词",
    "\t", "  ", "\u0301", "é", "Ǆ",
)  # fmt: skip


@dataclass
class Typed:
    """A random book: its files by path, the language of its translation, and its words by where they must be printed."""

    lang: str
    files: dict[str, str] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    """Of the book alone, not of its handouts: its titles, its glossary and its index."""
    chapters: dict[str, list[str]] = field(default_factory=dict)
    handouts: dict[str, list[str]] = field(default_factory=dict)
    """Of the covers, by the one chapter that a handout has."""
    sheets: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    """Of drawings, whose labels are outlines, and of what no file prints."""
    quotation: list[str] = field(default_factory=list)
    """Of a hospital, for its handouts."""
    hospital: list[str] = field(default_factory=list)
    """What a hospital has typed that every edition prints, and `own` what those do that are not only sheets."""
    own: list[str] = field(default_factory=list)

    def write(self, root: Path) -> Path:
        """Write the files into a project; return the folder of the book."""
        for name, text in self.files.items():
            path = root / "content" / (name if name.startswith("hospitals/") else f"typed/{name}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        return root / "content" / "typed"

    def words(self, product: str, edition: str, hospital: bool) -> list[str]:
        """Return the words that a file must have; a product is `book`, a handout's id, or `packet`."""
        chapters = self.chapters if product in ("book", "packet") else [product]
        text = [word for name in chapters for word in self.chapters[name]]
        covers = [word for name in chapters for word in self.handouts[name]]
        # The e-book of a packet has no covers of its handouts.
        text += self.heads if product == "book" else covers if (product, edition) != ("packet", "epub") else []
        words = {"sheets": self.sheets, "epub": text}.get(edition, text + self.sheets)
        if hospital:
            words = words + self.hospital
            words += self.own if product == "book" and edition != "sheets" else []
            words += self.quotation if product != "book" and edition not in ("sheets", "epub") else []
        return words


def translated(text: str, lang: str = "es") -> str:
    """Return a translation: the words have other letters, in Spanish another first letter, and endings of their own."""
    if lang != "es":
        return WORD.sub(lambda word: word[0].translate(str.maketrans(LATIN, LETTERS[lang])), text)
    return WORD.sub(lambda word: f"w{word[1]}{ENDINGS[sum(map(ord, word[1])) % len(ENDINGS)]}", text)


def write_catalogs(book: Path, lang: str, chance: random.Random) -> None:
    """Write a catalog in which few texts have no translation; in some books, one of the interface with gaps as well."""
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = {"Language": lang, "Content-Type": "text/plain; charset=UTF-8"}
    gaps = chance.choice((0, 0, 0.1))
    for context, source in dict.fromkeys((item.context, item.source) for item in segments(read_book(book))):
        text = "" if chance.random() < gaps else translated(source, lang)
        catalog.append(polib.POEntry(msgctxt=context, msgid=source, msgstr=text))
    folder = book / "locales" / lang / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalog.save(str(folder / "typed.po"))
    if chance.random() < 0.1:
        _interface(lang, chance).save(str(folder / "interface.po"))


def _interface(lang: str, chance: random.Random) -> polib.POFile:
    """Return the catalog of the interface without some messages and plural forms, and with plural forms too many."""
    catalog = polib.pofile(str(ROOT / "locales" / lang / "LC_MESSAGES" / "interface.po"), wrapwidth=0)
    for entry in catalog:
        if entry.msgid_plural:
            forms = dict(entry.msgstr_plural)
            forms[chance.choice([*forms, len(forms)])] = chance.choice(("", entry.msgid_plural, entry.msgid))
            entry.msgstr_plural = forms
        elif chance.random() < 0.1:
            entry.msgstr = ""
    return catalog


class Author:
    """Types a book; equal seeds give equal books. `oddity` is the share of gaps between words with something odd."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(f"book {seed}")
        self.lang = self.chance.choice(OTHERS) if OTHERS and self.chance.random() < 0.25 else "es"
        self.book = Typed(self.lang)
        self.count = seed * 7919
        self.oddity = self.chance.choice((0, 0, 0, 0.002, 0.01))
        self.spaces = 0.04  # the share of gaps between words with an odd space
        self.into = self.book.heads
        self.names = ("one", "two")[: self.chance.randint(1, 2)]
        self.terms = [f"term{number}" for number in range(self.chance.choice((0, 0, 2, 4)))]
        self.used: set[str] = set()

    def word(self) -> str:
        self.count += 1
        letters, number = "abcdefghijklmnoprstuvwxyz", self.count * 7 % 25**3
        code = letters[number % 25] + letters[number // 25 % 25] + letters[number // 625 % 25]
        tail = "".join(
            self.chance.choices("abcdefghijklmnoprstuvwxyz", k=self.chance.choice((0, 0, 1, 2, 3, 4, 5, 6, 8, 12)))
        )
        word = f"q{code}q{tail}"
        self.into.append(word)
        return word

    def words(self, least: int = 1, most: int = 9, plain: bool = False) -> str:
        """Return some words of a line. A `plain` text has no odd things, but still any space."""
        parts = [self.word()]
        for _ in range(self.chance.randint(least, most) - 1):
            space = self.chance.choice(SPACES) if self.chance.random() < self.spaces else " "
            if not plain and self.chance.random() < self.oddity:
                space = self.chance.choice((" {} ", "{}", " {}", "{} ")).format(self.chance.choice(ODD))
            mark = self.chance.choice((",", ".", ":", "!")) if self.chance.random() < 0.1 else ""
            if self.chance.random() < 0.05:  # “methotrexate-polyglutamate/dexamethasone”
                mark, space = "", self.chance.choice("-/")
            parts.append(f"{mark}{space}{self.marked(plain)}")
        return "".join(parts) + ("" if plain else self.chance.choice(("", ".")))

    def marked(self, plain: bool) -> str:
        mark = self.chance.choice(("", "", "", "", "**", "*")) if not plain else ""
        return f"{mark}{self.word()}{mark}"

    def paragraph(self) -> str:
        lines = [self.words(3, 12) for _ in range(self.chance.randint(1, 4))]
        if self.chance.random() < 0.2:
            lines.append(f"{self.words(1, 3)} {self.link()}.")
        return "\n".join(lines)

    def link(self) -> str:
        """Return a link to something that the book has; a term is linked once in a chapter."""
        places = [f"chapter:{name}{at}" for name in self.names for at in ("", "#first")] + ["sheet:form"]
        places += [f"term:{name}" for name in self.terms if name not in self.used]
        place = self.chance.choice(places)
        self.used.add(place.removeprefix("term:"))
        return f"[{self.words(1, 4, plain=True)}]({place})"

    def items(self, depth: int = 0, start: int | None = None) -> str:
        lines, indent = [], "  " * depth if start is None else ""
        for number in range(self.chance.randint(1, 5)):
            lines.append(f"{indent}{'-' if start is None else f'{start + number}.'} {self.words()}")
            if start is None and depth < 3 and self.chance.random() < 0.25:
                lines.append(self.items(depth + 1))
        return "\n".join(lines)

    def definitions(self) -> str:
        return "\n\n".join(f"{self.words(1, 3)}\n: {self.words(3, 12)}" for _ in range(self.chance.randint(1, 3)))

    def box(self) -> str:
        kind = self.kinds.pop()
        body = {
            "summary": lambda: "\n".join(f"- {self.words(2, 7)}" for _ in range(self.chance.randint(1, 3))),
            "call": lambda: "\n".join(f"- {self.words(2, 7)}" for _ in range(self.chance.randint(1, 4))),
            "next": lambda: "\n".join(f"{n}. {self.words(2, 7)}" for n in range(1, self.chance.randint(2, 3))),
            "ask": lambda: "\n".join(f"- {self.words(2, 7)}?" for _ in range(self.chance.randint(3, 4))),
        }.get(kind, self.paragraph)
        return f"::: {kind}\n{body()}\n:::"

    def heading(self) -> str:
        return f"{self.chance.choice(('##', '##', '###'))} {self.words(1, 6, plain=True)} {{#h{self.count}}}"

    def body(self) -> str:
        self.kinds = ["summary", "key", "call", "next", "ask", "dated"]
        self.chance.shuffle(self.kinds)
        self.used = set()
        blocks: list[Callable[[], str]] = [
            self.paragraph,
            self.definitions,
            self.table,
            self.heading,
            self.box,
            self.figure,
        ]
        lists = [self.items, lambda: self.items(start=self.chance.choice((1, 1, 3, 10)))]
        made = [self.paragraph(), f"## {self.words(1, 4, plain=True)} {{#first}}"]
        for _ in range(self.chance.randint(1, 4)):
            made.append(self.chance.choice(blocks)())
            if self.chance.random() < 0.3:
                made += [self.paragraph(), self.chance.choice(lists)()]
        return "\n\n".join([*made, self.paragraph()])

    def table(self) -> str:
        name = f"t{self.count}"
        columns = self.chance.randint(2, 4)
        rows = [[self.cell() for _ in range(columns)] for _ in range(self.chance.randint(1, 6))]
        lines = [f"caption = {json.dumps(self.words(2, 6, plain=True), ensure_ascii=False)}"]
        lines += [f"[[columns]]\nlabel = {quoted(self.words(1, 3, plain=True))}" for _ in range(columns)]
        lines += [f"[[rows]]\ncells = [{', '.join(row)}]" for row in rows]
        self.book.files[f"tables/{name}.toml"] = "\n".join(lines) + "\n"
        return f"::: table {name}\n:::"

    def figure(self) -> str:
        """Draw something with labels in odd places; a caption may be missing from no page."""
        name, into = f"d{self.count}", self.into
        caption, self.into = self.words(2, 8), self.book.unread
        height = self.chance.choice((60, 150, 240))
        shapes = [
            f'<rect class="{self.chance.choice(("tint1", "paper", "line"))}" x="{x}" y="{y}" width="60" height="40"/>'
            for x, y in ((10, 5), (self.chance.randint(80, 290), self.chance.randint(0, height - 40)))
        ]
        labels = [
            f'<text x="{self.chance.randint(0, 340)}" y="{self.chance.randint(12, height)}"'
            f"{self.chance.choice(('', WIDTH, ANCHOR, MIDDLE))}>{self.words(1, 4, plain=True)}</text>"
            for _ in range(self.chance.randint(0, 4))
        ]
        words = f"<title>{self.words(1, 4, plain=True)}</title><desc>{self.words(3, 9, plain=True)}.</desc>"
        self.into = into
        self.book.files[f"drawings/{name}.svg"] = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 {height}">{words}{"".join(shapes + labels)}</svg>'
        )
        return f"::: figure {name}\n{caption}\n:::"

    def cell(self) -> str:
        if self.chance.random() < 0.15:
            return f"[{', '.join(quoted(self.words(1, 5)) for _ in range(2))}]"
        return quoted(self.words(1, self.chance.choice((2, 4, 14))))

    # --- sheets ---

    def sheet(self) -> str:
        keys = {"title": self.words(1, 5, plain=True), "purpose": self.words(3, 9), "how": self.words(3, 9)}
        head = "".join(f"{key} = {quoted(text)}\n" for key, text in keys.items())
        orientation = self.chance.choice(("portrait", "landscape"))
        parts = [
            self.chance.choice((self.fields, self.grid, self.week, self.rows))()
            for _ in range(self.chance.randint(1, 2))
        ]
        return f'group = "form"\nin_book = true\norientation = "{orientation}"\n{head}' + "".join(parts)

    def titled(self, kind: str) -> str:
        return f'\n[[parts]]\nkind = "{kind}"\ntitle = {quoted(self.words(1, 4, plain=True))}\n'

    def choices(self) -> str:
        return f"[{', '.join(quoted(self.word()) for _ in range(self.chance.randint(2, 4)))}]"

    def fields(self) -> str:
        rows = []
        for _ in range(self.chance.randint(1, 6)):
            row = f"label = {quoted(self.words(1, 6))}, width = {quoted(self.chance.choice(('full', 'half', 'third')))}"
            kind = self.chance.choice(("text", "date", "long", "choice", "checks"))
            row += f', field = "{kind}"' + (f", choices = {self.choices()}" if kind in ("choice", "checks") else "")
            rows.append(f"  {{ {row} }},")
        return self.titled("fields") + "fields = [\n" + "\n".join(rows) + "\n]\n"

    def grid(self) -> str:
        rows = "".join(
            f"  {{ label = {quoted(self.words(1, 4))}{self.ringed()} }},\n" for _ in range(self.chance.randint(1, 4))
        )
        dates = self.chance.randint(2, 6)
        return self.titled("date-grid") + f"date = {quoted(self.word())}\ndates = {dates}\nrows = [\n{rows}]\n"

    def week(self) -> str:
        rows = "".join(
            f"  {{ label = {quoted(self.words(1, 4))}{self.ringed()} }},\n" for _ in range(self.chance.randint(1, 4))
        )
        return self.titled("week-grid") + f"rows = [\n{rows}]\n"

    def ringed(self) -> str:
        return f", choices = {self.choices()}" if self.chance.random() < 0.3 else ""

    def rows(self) -> str:
        columns = [
            f"  {{ label = {quoted(self.words(1, 4))}{self.ringed()} }},\n" for _ in range(self.chance.randint(2, 6))
        ]
        return self.titled("table") + f"rows = {self.chance.randint(1, 4)}\ncolumns = [\n{''.join(columns)}]\n"

    # --- a hospital ---

    def line(self, most: int) -> str:
        """Return a text of a profile, with at most this many letters, in both languages."""
        text = self.words(1, 9, plain=True)
        while len(text) > most:
            end = max(at for at, letter in enumerate(text[:most]) if letter in f" {SPACES}")
            for word in WORD.finditer(text[end:]):
                self.into.remove(word[0])
            text = text[:end]
        # Any space may also be the first or the last letter of a text.
        around = self.chance.choice(("{}", "{}", "{}", *(f"{{}}{space}" for space in SPACES), " {}\u00a0"))
        return self.in_languages(around.format(text.strip(SPACES + " ,.:!")))

    def in_languages(self, text: str) -> str:
        return f"{{ en = {quoted(text)}, {self.lang} = {quoted(text)} }}"

    def number(self) -> str:
        """Return a telephone number as a hospital writes it."""
        groups = "".join(
            f"{self.chance.choice(' -')}{self.chance.randint(10, 9999)}" for _ in range(self.chance.randint(4, 5))
        )
        short = str(self.chance.randint(10, 9999))
        number = self.chance.choice((f"+{self.chance.choice((1, 44, 351))}{groups}"[:19].rstrip("- "), short))
        self.into.append(re.sub("[ -]", "", number))
        return quoted(number)

    def hospital(self) -> None:
        """Type a profile."""
        self.into, self.spaces = self.book.own, self.chance.choice((0.04, 0.4))
        address = json.dumps([self.word() for _ in range(self.chance.randint(1, 5))])
        lines = [
            f"name = {self.line(self.chance.choice((30, 120)))}",
            f"address = {{ en = {address}, {self.lang} = {address} }}",
        ]
        if self.chance.random() < 0.5:
            lines.append(f"emergency = {self.line(240)}")
        self.into = self.book.unread
        if self.chance.random() < 0.3:
            lines.append(f"short_name = {self.line(40)}")
        phones = []
        for index in range(self.chance.randint(1, 4)):
            self.into = self.book.hospital if index == 0 else self.book.own
            entry = [f"number = {self.number()}"]
            self.into = self.book.own
            if self.chance.random() < 0.2:
                entry.append(f'ext = "{self.chance.randint(1, 99999)}"')
            entry += [] if index == 0 else [f"label = {self.line(80)}"]
            entry += ['fills = "typed_phone"', f"label = {self.in_languages('Ward')}"] if index == 0 else []
            entry += [f"hours = {self.line(60)}"] if self.chance.random() < 0.5 else []
            phones.append("[[telephones]]\n" + "\n".join(entry))
        values = f"[books.typed.values]\ntyped_rule = {self.line(200)}\n"
        self.into = self.book.quotation
        if self.chance.random() < 0.5:
            values += f"[quotation]\ntext = {self.line(240)}\nwho = {self.line(80)}\n"
        self.into = self.book.unread
        for _ in range(self.chance.choice((0, 0, 1, 3))):
            values += f"[[follow_up]]\nlabel = {self.line(80)}\nevery = {self.chance.choice((1, 3, 12))}\nmonths = 24\n"
        folder = "hospitals/odd"
        self.book.files[f"{folder}/hospital.toml"] = "\n".join(
            [f'languages = ["en", "{self.lang}"]', HOSPITAL, *lines, LOGO, *phones, "[books.typed]", values]
        )
        for name in ("logo.svg", "logo-mono.svg"):
            self.book.files[f"{folder}/{name}"] = (SAMPLES / "riverbend" / name).read_text(encoding="utf-8")

    # --- the book ---

    def type(self) -> Typed:
        files = self.book.files
        for name in self.names:
            self.into = self.book.chapters[name] = []
            title = quoted(self.words(1, 7, plain=True))
            front = f'title = {title}\nsources = [{{ id = "notes", section = "All", reviewed = "2025-03" }}]\n'
            files[f"chapters/{name}.md"] = f"---\n{front}---\n\n{self.body()}\n\n{self.words(2, 4)}: {{typed_rule}}\n"
        self.into = self.book.heads
        heads = {"title": self.words(1, 6, plain=True), "subtitle": self.words(2, 8, plain=True)}
        part = {"title": self.words(1, 5, plain=True), "lead": self.words(2, 9)}
        labels = [quoted(self.words(1, 3, plain=True)) for _ in range(2)]
        chapters = [*self.names, *self.glossary(), *self.index()]
        handouts = "".join(self.handout(name) for name in self.names)
        self.into = self.book.unread
        packet = f'[[packets]]\nid = "day"\nname = {quoted(self.words(1, 5, plain=True))}\n'
        self.into = self.book.sheets
        files["sheets/form.toml"] = self.sheet()
        files["book.toml"] = f"""{BOOK}{keys(heads)}
[[sources]]
id = "notes"
name = "Notebook"
publisher = "The neighbors"
reviewed = "Read through in March 2025"

[placeholders]
typed_phone = {{ label = {labels[0]}, call = true }}
typed_rule = {{ label = {labels[1]}, lines = 2 }}

[[parts]]
id = "part"
{keys(part)}chapters = {json.dumps(chapters)}
sheets = ["form"]

{handouts}{packet}handouts = {json.dumps([f"about-{name}" for name in self.names])}
sheets = ["form"]
"""
        self.hospital()
        return self.book

    def handout(self, name: str) -> str:
        """Return a handout of one chapter."""
        self.into = self.book.handouts[name] = []
        texts = {"title": self.words(1, 6, plain=True), "promise": self.words(2, 9, plain=True)}
        contents = json.dumps(
            [self.words(1, 6, plain=True) for _ in range(self.chance.randint(1, 3))], ensure_ascii=False
        )
        self.into = self.book.unread
        texts["when"] = self.words(1, 6, plain=True)
        lists = (
            f'contents = {contents}\nchapters = ["{name}"]\nsheets = ["form"]\ncolor = {self.chance.randint(1, 8)}\n'
        )
        return f'[[handouts]]\nid = "about-{name}"\n{keys(texts)}{lists}\n'

    def glossary(self) -> list[str]:
        """Type the glossary, if there are terms; return the chapters that it needs."""
        if not self.terms:
            return []
        self.book.files["glossary.toml"] = "".join(
            f'[[terms]]\nid = "{name}"\nours = true\n'
            + keys({"term": self.words(1, 3, plain=True), "definition": self.words(3, 12)})
            for name in self.terms
        )
        self.book.files["chapters/words.md"] = self.list_chapter("glossary")
        return ["words"]

    def index(self) -> list[str]:
        """Type an index or none; return the chapters that it needs."""
        if self.chance.random() < 0.7:
            return []
        self.book.files["index.toml"] = "".join(
            f"[[entries]]\ntext = {quoted(self.words(1, 4, plain=True))}\nat = {json.dumps(places)}\n"
            for places in (["one"], ["one#first", "sheet:form"], list(self.names))
        )
        self.book.files["chapters/index.md"] = self.list_chapter("index")
        return ["index"]

    def list_chapter(self, kind: str) -> str:
        title = quoted(self.words(1, 4, plain=True))
        return f'---\ntitle = {title}\nkind = "{kind}"\n---\n\n{self.words(3, 9)}\n'


def keys(texts: dict[str, str]) -> str:
    """Return lines of TOML with a text each."""
    return "".join(f"{key} = {quoted(text)}\n" for key, text in texts.items())


def quoted(text: str) -> str:
    """Return a TOML string."""
    return json.dumps(text, ensure_ascii=False)


BOOK = """id = "typed"
description = "A random book"
author = "The Carepress contributors"
subjects = ["Books"]
version = "0.1"
revised = 2026-03-01
review_due = 2047-03-01
license = "CC0 1.0"
license_url = "https://creativecommons.org/publicdomain/zero/1.0/"
identifier = "0d7f5c1e-3f5b-5c43-8a6e-1b2f4f0f9c12"
"""
WIDTH, ANCHOR, MIDDLE = ' data-width="90"', ' text-anchor="end"', ' data-width="60" data-valign="middle"'
HOSPITAL = f"""editions = {json.dumps(PUBLISHED)}
paper = "a4"
revised = 2026-11-21
review_due = 2047-11-21
web = "https://www.odd.example"
print_drafts = true"""
LOGO = """[logo]
light = "logo.svg"
mono = "logo-mono.svg\""""
