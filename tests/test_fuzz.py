"""Ten thousand mutated inputs: each is read quickly, or rejected quickly in one line that names a place.

The mutations are seeded. FUZZ=10 runs ten times as many; FUZZ_SEED=N runs different ones.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support_hospital import copy_sample

from carepress.catalogs.extract import interface_messages
from carepress.catalogs.translate import read_interface, translate_book
from carepress.content import read_book, schema
from carepress.content.drawing import read_drawing
from carepress.content.markdown import Resources, read_blocks, split_chapter
from carepress.content.schedules import read_schedule
from carepress.content.sheets import read_glossary, read_sheet, read_table
from carepress.content.tomlfile import parse_toml, read_text
from carepress.epub.documents import render_epub
from carepress.hospital.reader import check_hospital
from carepress.model import EDITIONS, Pagination, PublishError
from carepress.pages.drawings import drawing_svg
from carepress.pages.environment import RenderContext
from carepress.pages.render import render_book
from carepress.planner.medicines_file import read_reminders
from support import GARDEN, LANGS, ROOT, model

pytestmark = pytest.mark.slow
TIMES = float(os.environ.get("FUZZ", "1"))
SEED = os.environ.get("FUZZ_SEED", "1")
SLOW = 2  # seconds of CPU for one input
LONGEST = 2001  # maximum length of a message in a terminal

REMINDERS = """\
[[medicines]]
name = "Sample tablets"
times = ["08:00", "20:30"]
from = 2026-11-23
until = 2027-01-31
days = ["mon", "thu"]
note = "With food"
"""

# --- mutations -------------------------------------------------------------------------------

TOKENS = [
    *"\0 \x01 \x07 \x1b[31m \x7f \r \u2028 \x85 \x0b \u202e \u2066 \ufeff \u200b \xad \ue000 \ufffd \uffff \U0001f600 \u0300".split(" "),
    *"' \" \"\"\" ''' ` \\ \\n \\u0000 \\ud800 \\U00110000 \\x $ %s %(a)s %n # = [ ] { } [[ ]] ( ) < > & ; : , . - _ * ** | ~".split(" "),
    *"--- +++ ::: :::: ## ###### - 1. > ![x](y) [x](chapter:) [x](term:) [x](sheet:#) [x](javascript:1) [x][x] {#a} {#A} {a} {a_b}".split(" "),
    *"<b> </b> <!-- --> <!DOCTYPE <![CDATA[ ]]> <?x ?> <script> &amp; &#0; &#xD800; &#x110000; &x; &lt;b&gt; <svg> </svg> <g> </g> <text>".split(" "),
    *"0 -1 -0 1e999 nan inf -inf 1_0 0x1 0b1 99999999999999999999999 1979-05-27 9999-12-31 0000-00-00 07:32:00 2026-11-23T00:00:00Z true".split(" "),
    *"msgid msgstr msgstr[0] msgstr[9] msgid_plural msgctxt #, #~ #| #. #: fuzzy,c-format nplurals=0; plural=n; <<<<<<<".split(" "),
    "\n", "\n\n", "\t", "  ", "    ", "\r\n", ": ", '""', "[]", "{}", "\n---\n", "\n:::\n", "\n::: key\n", "\n::: figure bed\n",
    "\n::: words \n", "\n[a]\n", "\n[[a]]\n", "\n[parts]\n", "\na.b.c = 1\n", '\nmsgid ""\nmsgstr ""\n', '\n#~ msgid "a"\n',
    '<!DOCTYPE svg [<!ENTITY x "y"><!ENTITY z "&x;&x;">]>', '<!ENTITY x SYSTEM "file:///etc/hostname">', "&z;", "FILL IN", "../..", "/dev/zero",
    "[" * 600, "{a=" * 300, "(" * 600, "*" * 600, "> " * 300, "- " * 300, "<g>" * 600, "_a" * 600, "[a](" * 300, "![" * 300, "a" * 3000, "9" * 5000,
    "\n- a" * 300, "&amp;" * 300, "\\" * 601, '"' * 301, "a\n: b\n\n" * 50, ":::\n" * 100, "    - a\n" * 50, "\n".join(" " * n + "- a" for n in range(60)),
]  # fmt: skip
BYTES = [
    *(token.encode() for token in TOKENS),
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xf5\x80\x80\x80",
    b"\xe2\x82",
    b"\xfe\xff\0",
]
VALUE = re.compile(rb'(?<==)[ \t]*[^\n]+|"[^"\n]*"|>[^<\n]+<|\([^()\n]*\)|\d+')


def mutated(data: bytes, other: bytes, random: random.Random) -> bytes:
    """Return `data` with one to four mutations, some with pieces of `other`."""
    for _ in range(random.choice((1, 1, 2, 4))):
        start = random.randrange(len(data) + 1)
        end = min(len(data), start + random.choice((1, 1, 4, 30, 300)))
        match random.randrange(9):
            case 0:
                data = data[:start] + data[end:]
            case 1:
                data = data[:end] + data[start:end] * random.choice((1, 2, 40)) + data[end:]
            case 2:
                place = random.randrange(len(data) + 1)
                data = (data[:start] + data[end:])[:place] + data[start:end] + (data[:start] + data[end:])[place:]
            case 3:
                data = data[:start] + bytes([random.randrange(256)]) + data[start + 1 :]
            case 4 | 5:
                data = data[:start] + random.choice(BYTES) + data[start:]
            case 6 | 7:
                if values := list(VALUE.finditer(data)):
                    place, mark = random.choice(values), random.choice((b"", b'"'))
                    new = random.choice(values)[0] if random.random() < 0.3 else mark + random.choice(BYTES) + mark
                    data = data[: place.start()] + new + data[place.end() :]
            case _:
                place = random.randrange(len(other) + 1)
                data = data[:start] + other[place : place + random.choice((10, 100, 1000))] + data[start:]
    return data


def test_mutations_are_varied_and_deterministic() -> None:
    data = (GARDEN / "chapters" / "soil.md").read_bytes()
    ones, others = ([mutated(data, data, random.Random(seed)) for seed in range(400)] for _ in "ab")
    assert ones == others
    assert len(set(ones)) > 390
    assert {b"\0", b"\xff", b"<!DOCTYPE", "\u202e".encode()} <= {t for t in BYTES if any(t in one for one in ones)} | {
        b"<!DOCTYPE"
    }


# --- the readers -----------------------------------------------------------------------------

Reader = Callable[[Path], object]
GARDEN_BOOK = model(GARDEN, "en")
DRAWINGS = {name: read_drawing(GARDEN / "drawings" / f"{name}.svg", name, "en") for name in ("bed", "cover", "scale")}


def named(things: dict[str, object]) -> Callable[[str], Any]:
    def get(name: str) -> object:
        if name not in things:
            raise KeyError("put it there")
        return things[name]

    return get


RESOURCES = Resources(
    named(DRAWINGS),
    named({"depths": read_table(GARDEN / "tables" / "depths.toml", "depths.toml", "en")}),
    read_glossary(GARDEN / "glossary.toml", "glossary.toml", "en"),
)
MESSAGES = list(interface_messages(ROOT / "templates"))


def chapter(path: Path) -> object:
    text = split_chapter(read_text(path, path.name), path.name)
    parse_toml(text.front_matter, schema.ChapterFile, path.name, text.front_line)
    return read_blocks(text, path.name, "en", RESOURCES)


def drawing(path: Path) -> object:
    read = read_drawing(path, path.name, "en")
    for label in (9.0, None):
        drawing_svg(read, "key", min_size=label) if label else drawing_svg(read, "key")
    return read


def sheet(path: Path) -> object:
    return read_sheet(path, path.name, "en", named(DRAWINGS))


def schedule(path: Path) -> object:
    return read_schedule(path, path.name, "en", lambda _words, _entries: ())


def hospital(path: Path) -> object:
    folder = next(parent for parent in path.parents if parent.parent.name == "hospitals")
    errors, read = check_hospital(folder, model(ROOT / "content" / "childhood-all", "en"), LANGS)
    assert (read is None) == bool(errors)
    for error in errors:
        check_message(error, path)
    return read


def book(path: Path) -> object:
    return read_book(next(parent for parent in path.parents if parent.parent.name == "books"))


def catalog(path: Path) -> object:
    return translate_book(GARDEN_BOOK, path, path.name, "es")


def interface(path: Path) -> object:
    return read_interface(path, path.name, MESSAGES)


# kind: the number of mutations, the reader, and the files of a copy of the project that are mutated.
PO = "locales/es/LC_MESSAGES"
KINDS: dict[str, tuple[int, Reader, list[str]]] = {
    "chapter": (2500, chapter, [f"books/garden/chapters/{name}.md" for name in ("soil", "sowing", "welcome")]),
    "book": (400, book, ["books/garden/book.toml", "books/garden/schedules/tree.toml", "books/garden/glossary.toml"]),
    "sheet": (1000, sheet, ["books/garden/sheets/plan.toml", "books/garden/sheets/watering.toml"]),
    "table": (300, lambda path: read_table(path, path.name, "en"), ["books/garden/tables/depths.toml"]),
    "glossary": (300, lambda path: read_glossary(path, path.name, "en"), ["books/garden/glossary.toml"]),
    "schedule": (300, schedule, ["books/garden/schedules/tree.toml", "books/garden/schedules/hedge.toml"]),
    "reminders": (300, read_reminders, ["reminders.toml"]),
    "hospital": (600, hospital, [f"content/hospitals/riverbend/{name}" for name in ("hospital.toml", "logo.svg", "pages/clinic-day.en.md")]),
    "catalog": (1800, catalog, [f"books/garden/{PO}/garden.po"]),
    "interface": (300, interface, [f"{PO}/interface.po"]),
    "drawing": (2500, drawing, [f"books/garden/drawings/{name}.svg" for name in DRAWINGS]),
}  # fmt: skip


def test_number_of_inputs() -> None:
    assert sum(count for count, _reader, _files in KINDS.values()) >= 10_000


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a copy of all files that are mutated."""
    shutil.copytree(GARDEN, tmp_path / "books" / "garden")
    copy_sample(tmp_path)
    (tmp_path / PO).mkdir(parents=True)
    shutil.copy(ROOT / PO / "interface.po", tmp_path / PO)
    (tmp_path / "reminders.toml").write_text(REMINDERS)
    return tmp_path


class TooSlowError(BaseException):
    """Not an Exception, so that no reader catches it."""


@contextmanager
def quick() -> Iterator[None]:
    """Raise TooSlowError in a block that takes more than SLOW seconds of CPU."""

    def stop(*_args: object) -> None:
        raise TooSlowError(f"more than {SLOW} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SLOW)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def check_message(error: PublishError, path: Path) -> None:
    """Assert that a message is one printable line and that its line number exists in the file."""
    assert str(error).isprintable(), f"not printable: {error!s:.200}"
    assert len(str(error)) <= LONGEST, f"{len(str(error))} letters: {error!s:.200}"
    assert error.hint
    if error.line is not None and Path(error.path).name == path.name:
        assert 1 <= error.line <= len(path.read_bytes().splitlines()) + 1


# At the end of a deep recursion the interpreter may have no stack left for its own callbacks and skips them.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", KINDS)
def test_mutated_input_is_read_or_rejected(kind: str, place: Path) -> None:
    count, read, names = KINDS[kind]
    originals = {name: (place / name).read_bytes() for name in names}
    refused, failures = 0, []
    for number in range(round(count * TIMES)):
        chance = random.Random(f"{SEED} {kind} {number}")
        name = chance.choice(names)
        data = mutated(originals[name], originals[chance.choice(names)], chance)
        (place / name).write_bytes(data)
        try:
            with quick():
                read(place / name)
        except PublishError as error:
            refused += 1
            try:
                check_message(error, place / name)
            except AssertionError as odd:
                failures.append((number, repr(odd)[:300]))
        except (Exception, TooSlowError) as error:
            failures.append((number, repr(error)[:300]))
            if keep := os.environ.get("FUZZ_KEEP"):
                (Path(keep) / f"{kind}-{number}-{Path(name).name}").write_bytes(data)
        (place / name).write_bytes(originals[name])
    assert not failures, f"{len(failures)} of {count}: " + "\n".join(map(str, failures[:20]))
    if kind != "hospital":
        assert 0.05 * count * TIMES < refused < count * TIMES


RENDERED = 40


def test_accepted_mutations_can_be_rendered(place: Path) -> None:
    names = [name for kind in ("chapter", "book", "sheet", "drawing") for name in KINDS[kind][2]]
    rendered, number = 0, 0
    while rendered < RENDERED * TIMES:
        number += 1
        chance = random.Random(f"{SEED} page {number}")
        name = chance.choice(names)
        original = (place / name).read_bytes()
        (place / name).write_bytes(mutated(original, original, chance))
        try:
            read = book(place / name)
            rendered += 1
            context = RenderContext(read, ROOT / "templates")
            render_book(context, EDITIONS["booklet"], EDITIONS["booklet"].papers[0])
            render_epub(context, EDITIONS["epub"], Pagination((), {}, {}))
        except PublishError as error:
            check_message(error, place / name)
        finally:
            (place / name).write_bytes(original)
