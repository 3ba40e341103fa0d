"""Random but plausible handbooks, translations and hospitals, and the words that were typed into them."""

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

WORD = re.compile(r"q([a-pr-z]{3}q[a-pr-z]*)")  # no other word begins like these
LANG = "es"
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
    """A random book: its files by path, and its words by where they must be printed."""

    files: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    sheets: list[str] = field(default_factory=list)
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


def translated(text: str) -> str:
    """Return a translation: the words have another first letter, and endings of their own."""
    return WORD.sub(lambda word: f"w{word[1]}{ENDINGS[sum(map(ord, word[1])) % len(ENDINGS)]}", text)


def write_catalog(book: Path, chance: random.Random) -> None:
    """Write a catalog in which few texts have no translation."""
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = {"Language": LANG, "Content-Type": "text/plain; charset=UTF-8"}
    gaps = chance.choice((0, 0, 0.1))
    for context, source in dict.fromkeys((item.context, item.source) for item in segments(read_book(book))):
        text = "" if chance.random() < gaps else translated(source)
        catalog.append(polib.POEntry(msgctxt=context, msgid=source, msgstr=text))
    path = book / "locales" / LANG / "LC_MESSAGES" / "typed.po"
    path.parent.mkdir(parents=True)
    catalog.save(str(path))


class Author:
    """Types a book; equal seeds give equal books. `oddity` is the share of gaps between words with something odd."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(f"book {seed}")
        self.book = Typed()
        self.count = seed * 7919
        self.oddity = self.chance.choice((0, 0, 0, 0.002, 0.01))
        self.into = self.book.text

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
            space = self.chance.choice(SPACES) if self.chance.random() < 0.04 else " "
            if not plain and self.chance.random() < self.oddity:
                space = self.chance.choice((" {} ", "{}", " {}", "{} ")).format(self.chance.choice(ODD))
            mark = self.chance.choice((",", ".", ":", "!")) if self.chance.random() < 0.1 else ""
            parts.append(f"{mark}{space}{self.marked(plain)}")
        return "".join(parts) + ("" if plain else self.chance.choice(("", ".")))

    def marked(self, plain: bool) -> str:
        mark = self.chance.choice(("", "", "", "", "**", "*")) if not plain else ""
        return f"{mark}{self.word()}{mark}"

    def paragraph(self) -> str:
        return "\n".join(self.words(3, 12) for _ in range(self.chance.randint(1, 4)))

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
        blocks: list[Callable[[], str]] = [self.paragraph, self.definitions, self.table, self.heading, self.box]
        lists = [self.items, lambda: self.items(start=self.chance.choice((1, 1, 3, 10)))]
        made = [self.paragraph(), f"## {self.words(1, 4, plain=True)} {{#first}}"]
        for _ in range(self.chance.randint(1, 6)):
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
            for word in WORD.finditer(text[(end := max(text.rfind(" ", 0, most), 12)) :]):
                self.into.remove(word[0])
            text = text[:end]
        return self.in_languages(text.strip(SPACES + " ,.:!"))

    def in_languages(self, text: str) -> str:
        return f"{{ en = {quoted(text)}, {LANG} = {quoted(text)} }}"

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
        self.into = self.book.own
        address = json.dumps([self.word() for _ in range(self.chance.randint(1, 5))])
        lines = [
            f"name = {self.line(self.chance.choice((30, 120)))}",
            f"address = {{ en = {address}, {LANG} = {address} }}",
        ]
        if self.chance.random() < 0.5:
            lines.append(f"emergency = {self.line(240)}")
        phones = []
        for index in range(self.chance.randint(1, 4)):
            self.into = self.book.hospital if index == 0 else self.book.own
            entry = [f"number = {self.number()}"]
            self.into = self.book.own
            entry += [] if index == 0 else [f"label = {self.line(80)}"]
            entry += ['fills = "typed_phone"', f"label = {self.in_languages('Ward')}"] if index == 0 else []
            entry += [f"hours = {self.line(60)}"] if self.chance.random() < 0.5 else []
            phones.append("[[telephones]]\n" + "\n".join(entry))
        values = f"[books.typed.values]\ntyped_rule = {self.line(200)}\n"
        folder = "hospitals/odd"
        self.book.files[f"{folder}/hospital.toml"] = "\n".join(
            [HOSPITAL, *lines, LOGO, *phones, "[books.typed]", values]
        )
        for name in ("logo.svg", "logo-mono.svg"):
            self.book.files[f"{folder}/{name}"] = (SAMPLES / "riverbend" / name).read_text(encoding="utf-8")

    # --- the book ---

    def type(self) -> Typed:
        files, number = self.book.files, self.chance.randint(1, 2)
        for name in ("one", "two")[:number]:
            title = quoted(self.words(1, 7, plain=True))
            front = f'title = {title}\nsources = [{{ id = "notes", section = "All", reviewed = "2025-03" }}]\n'
            files[f"chapters/{name}.md"] = f"---\n{front}---\n\n{self.body()}\n\n{self.words(2, 4)}: {{typed_rule}}\n"
        heads = {"title": self.words(1, 6, plain=True), "subtitle": self.words(2, 8, plain=True)}
        part = {"title": self.words(1, 5, plain=True), "lead": self.words(2, 9)}
        labels = [quoted(self.words(1, 3, plain=True)) for _ in range(2)]
        self.into = self.book.sheets
        files["sheets/form.toml"] = self.sheet()
        head = "".join(f"{key} = {quoted(text)}\n" for key, text in heads.items())
        parts = "".join(f"{key} = {quoted(text)}\n" for key, text in part.items())
        chapters = ", ".join(quoted(name) for name in ("one", "two")[:number])
        files["book.toml"] = f"""{BOOK}{head}
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
{parts}chapters = [{chapters}]
sheets = ["form"]
"""
        self.hospital()
        return self.book


def quoted(text: str) -> str:
    """Return a TOML string."""
    return json.dumps(text, ensure_ascii=False)


BOOK = """id = "typed"
description = "A random book"
author = "The Carepress contributors"
subjects = ["Books"]
version = "0.1"
revised = 2026-03-01
review_due = 2027-03-01
license = "CC0 1.0"
license_url = "https://creativecommons.org/publicdomain/zero/1.0/"
identifier = "0d7f5c1e-3f5b-5c43-8a6e-1b2f4f0f9c12"
"""
HOSPITAL = f"""languages = ["en", "{LANG}"]
editions = {json.dumps(PUBLISHED)}
paper = "a4"
revised = 2026-11-21
review_due = 2027-11-21
web = "https://www.odd.example"
print_drafts = true"""
LOGO = """[logo]
light = "logo.svg"
mono = "logo-mono.svg\""""
