"""What an author types is in the book, word for word and number for number, or its line is reported."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from support_hospital import SHED, write_shed

from carepress.content.markdown import Resources, read_blocks, split_chapter
from carepress.model import (
    Block,
    Box,
    Definition,
    DefinitionList,
    Heading,
    ListBlock,
    ListItem,
    Paragraph,
    PublishError,
)
from carepress.text.inline import strip_markup
from support import GARDEN, XHTML, copy_project, flat, open_epub, open_pdf, publish

FRONT = '---\ntitle = "T"\n---\n'
NOTHING: dict[str, object] = {}

# --- Any chapter -----------------------------------------------------------------------------

# The marks of a line, with what they print; “N” is a number that the list prints.
MARKS = {
    "": "", "- ": "", "* ": "", "+ ": "", "-": "-", "1. ": "1.", "2. ": "2.", "3) ": "3)", "12. ": "12.", "2026. ": "2026.", "1.": "1.",
    ": ": "", "> ": ">", "| ": "|", "[a]: ": "[a]:", "::: key\n": "", ":::\n": "", "::: ask\n- ": "", "::: glossary\n": "", "- [ ] ": "[ ]",
    "\n": "", "\n\n": "", "## {#a} ": "", "• ": "•", "---\n": "", "===\n": "", "```\n": "", "#": "#", "\t": "", r"2026\. ": "2026.", r"\- ": "-",
}  # fmt: skip
# The words of a line, “w” with a number each, and what they print.
WORDS = {
    "w": "w", "**w**": "w", "*w w*": "w w", "**w:**w": "**w:**w", "w*": "w*", "_w_": "w", "w_w": "w_w", "~~w~~": "~~w~~", "`w`": "`w`",
    "[w](chapter:a)": "w", "[w][w]": "[w][w]", "[w] (w)": "[w] (w)", '[w](chapter:a "w")': "w w", "![w](w)": "w w", "{clinic_phone}": "{clinic_phone}",
    "{clinic-phone}": "{clinic-phone}", "{w": "{w", r"\*w": "*w", "w\\": "w\\", "w  ": "w", "5\u00a0w": "5\u00a0w", "5\u2009w": "5\u2009w",
    "&nbsp;w": "\u00a0w", "&w;": "&w;", "<w>": "<w>", "<!-- w -->": "<!-- w -->", "w ": "w", "2. w": "2. w", "– w": "– w", "w | w": "w | w",
}  # fmt: skip
LINES = st.lists(
    st.tuples(st.sampled_from(["", "", "  ", "   ", "    ", "      "]), st.sampled_from([*MARKS]), st.lists(st.sampled_from([*WORDS]), max_size=3)),
    min_size=1,
    max_size=8,
)  # fmt: skip
Lines = list[tuple[str, str, list[str]]]


def typed(lines: Lines) -> tuple[str, list[str]]:
    """Return the text of some lines, whose words have a number each, and what it must print."""
    source, printed, number = "", "", 0
    for indent, mark, words in lines:
        source += indent + mark
        printed += MARKS[mark] + ("" if words and mark[-1:].strip() else " ")
        for word in words:
            shown = WORDS[word]
            for _ in range(word.count("w")):
                number += 1
                word, shown = (text.replace("w", f"W{number}", 1) for text in (word, shown))
            source, printed = source + word + " ", printed + shown + " "
        source = (source if words and words[-1] in ("w  ", "w\\") else source.rstrip(" ")) + "\n"
    return source.replace("W", "w"), re.split("[ \n]+", printed.replace("W", "w").strip())


def printed(block: Block | ListItem | Definition) -> Iterator[str]:
    """Yield what a block prints: the numbers of lists, and words."""
    match block:
        case Paragraph(text) | Heading(_, _, text):
            yield strip_markup(text.source)
        case ListBlock(ordered, items, start, parenthesized):
            for number, item in enumerate(items, start):
                yield f"{number}{')' if parenthesized else '.'}" if ordered else ""
                yield from printed(item)
        case DefinitionList(items):
            for item in items:
                yield strip_markup(item.term.source)
                yield from printed(item)
        case Box() | ListItem() | Definition():
            for inside in block.blocks:
                yield from printed(inside)


@given(LINES)
@settings(max_examples=300)
@example([("", "1. ", ["w"]), ("  ", "- ", ["w"]), ("", "2. ", ["w"])])
@example([("", "3) ", ["w"]), ("", "\n", []), ("", "12. ", ["w"])])
@example([("", "", ["w  "]), ("", "", ["w"])])
def test_every_word_typed_is_in_the_chapter_or_its_line_is_reported(lines: Lines) -> None:
    source, expected = typed(lines)
    resources = Resources(NOTHING.__getitem__, NOTHING.__getitem__, {})
    blocks, line = (), 0
    try:
        blocks = read_blocks(split_chapter(FRONT + source, "c.md"), "c.md", "en", resources)
    except PublishError as error:
        line = error.line or -1
    if line:
        assert 4 <= line <= 4 + source.count("\n")
        return
    found = [word for block in blocks for text in printed(block) for word in re.split("[ \n]+", text) if word]
    # Markdown may number a list 1. 1. 1.; every other number is printed as it was typed.
    assert found == [word for word in expected if word] or _lazy(found) == _lazy(expected), source


def _lazy(words: list[str]) -> list[str]:
    return [re.sub(r"^\d+(?=[.)]$)", "1", word) for word in words if word]


# --- Through the front door ------------------------------------------------------------------

LISTS = """\
Step by step:

1. Fill the can.
2. Carry it to the bed.

Wait until the water is gone.

3. Water again.

Then:

1. Wash your hands:
  - with soap
  - for 20 seconds
2. Dry them.

2026\\. That was the driest year.

H₂O, 10⁹, ⅓, 4\u2011year\u2011old → №.

An undefined word for {garden_phone}, **None** of it NaN: %(name)s, 100 %s, &amp;lt; and example.org/undefined.

Give 5\u00a0mg at 38\u202f°C, 10\u2009000 units, or 7&nbsp;mg; 10 mg are bound.

1) Use gloves.
2) Wash them.

Take a handful"""
CHANGES = {
    "chapters/soil.md": [("Take a handful", LISTS)],
    "glossary.toml": [("Kitchen and", "Kitchen\u00a0and")],
    "tables/depths.toml": [("1 cm", "1\u00a0cm"), ('"Depth"', '"Depth\u00a0here"')],
    "drawings/bed.svg": [(">Straw<", ">2\u00a0Straws<")],
    "sheets/plan.toml": [("Bed plan", "Bed\u00a0plan")],
}


@pytest.fixture(scope="module")
def typed_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder with the booklet and the e-book of the garden book with lists and no-break spaces."""
    folder = tmp_path_factory.mktemp("typed")
    book = folder / "books" / "garden"
    shutil.copytree(GARDEN, book)
    for name, changes in CHANGES.items():
        text = (book / name).read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        (book / name).write_text(text, encoding="utf-8")
    out = folder / "out"
    done = publish("build", "--book", book, "--out", out, "--lang", "en", "--edition", "booklet", "--edition", "epub")
    assert (done.returncode, "template" in done.stderr) == (0, False), done.stderr
    return out / "generic" / "en"


def test_printed_lists_have_the_typed_numbers(typed_book: Path) -> None:
    soil = open_epub(typed_book / "garden-epub-en.epub").pages["soil"]
    markup = re.sub(r' xmlns\S*="[^"]*"|<span [^>]*pagebreak.*?(</span>|/>)|\n', "", etree.tostring(soil).decode())
    assert '<ol start="3"><li>Water again.</li></ol>' in markup
    assert '<ol class="digits-1 paren"><li>Use gloves.' in markup
    assert "<li>Wash your hands:<ul><li>with soap</li><li>for 20 seconds</li></ul></li><li>Dry them." in markup
    page = next(text for text in open_pdf(typed_book / "garden-booklet-en.pdf").texts if "Water again." in text)
    assert "2026. That was the driest year." in page
    # Layout writes the numbers after the text of the page.
    page = page.partition("That was")[2].partition("Use gloves.")[0]
    assert re.findall(r"\b\d[.)] ", page) == ["1. ", "2. ", "3. ", "1. ", "2. "]
    page = next(text for text in open_pdf(typed_book / "garden-booklet-en.pdf").texts if "Use gloves." in text)
    assert re.findall(r"\b\d\) ", page.partition("Use gloves.")[2]) == ["1) ", "2) "]


def test_words_that_templates_leave_over_are_text_if_an_author_types_them(typed_book: Path) -> None:
    soil = open_epub(typed_book / "garden-epub-en.epub").pages["soil"]
    words = "of it NaN: %(name)s, 100 %s, &lt; and example.org/undefined."
    assert words in "".join(soil.itertext())
    assert words.partition(" example.org")[0] in flat(" ".join(open_pdf(typed_book / "garden-booklet-en.pdf").texts))


PROFILE = {
    'web = "https://www.shed.example"': 'web = "https://shed.example/a?b=undefined"',
    'name.es = "El cobertizo"': 'name.es = "Banco undefined %s"',
    'address.es = ["1 Mill Lane", ': 'address.es = ["1 None Street", "100 %s Lane", ',
    "suelte la horca": "suelte la horca %s undefined",
    'label.es = "El cobertizo"': 'label.es = "Puesto None %s"',
    "de día": "%s undefined de día",
    "[logo]": '[quotation]\ntext.es = "Nada, None %s."\nwho.es = "Ana NaN"\ntext.en = "A"\nwho.en = "B"\n[logo]',
}


@pytest.mark.parametrize(
    "options", [("--handout", "water"), pytest.param((), marks=pytest.mark.slow)], ids=["handout", "book"]
)
def test_words_that_templates_leave_over_are_text_if_a_hospital_types_them(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    profile = write_shed(tmp_path) / "hospital.toml"
    text = SHED
    for old, new in PROFILE.items():
        assert old in text
        text = text.replace(old, new)
    profile.write_text(text, encoding="utf-8")
    args = ("--book", GARDEN, "--hospital", "shed", "--lang", "es", "--edition", "epub", *options)
    done = publish("build", *args, root=tmp_path)
    assert (done.returncode, "template" in done.stderr) == (0, False), done.stderr


def test_no_break_and_thin_spaces_are_in_every_kind_of_text(typed_book: Path) -> None:
    epub = open_epub(typed_book / "garden-epub-en.epub")
    text = "".join("".join(root.itertext()) for root in epub.pages.values())
    for words in (
        "H₂O, 10⁹, ⅓, 4\u2011year\u2011old → №.",
        "Give 5\u00a0mg at 38\u202f°C, 10\u2009000 units, or 7\u00a0mg; 10\u00a0mg are bound.",
        "Kitchen\u00a0and garden waste",
        "1\u00a0cm",
        "Bed\u00a0plan",
    ):
        assert words in text, words
    labels = {cell.get("data-label") for root in epub.pages.values() for cell in root.iter(XHTML + "td")}
    assert "Depth\u00a0here: " in labels


# --- What does not fit -----------------------------------------------------------------------


@pytest.mark.slow
def test_label_that_does_not_fit_makes_a_draft_and_refuses_the_release(tmp_path: Path) -> None:
    book = tmp_path / "books" / "garden"
    shutil.copytree(GARDEN, book)
    bed = book / "drawings" / "bed.svg"
    text = bed.read_text(encoding="utf-8").replace('<text x="30" y="110">1<', '<text x="246" y="50">A very long label<', 1)  # fmt: skip
    bed.write_text(text, encoding="utf-8")
    line = text[: text.index("A very long")].count("\n") + 1
    args = ("build", "--book", book, "--out", tmp_path / "out", "--lang", "en", "--edition", "epub", "--edition", "booklet")  # fmt: skip

    done = publish(*args)
    assert done.returncode == 0, done.stderr
    assert len(re.findall(rf"drawings/bed\.svg:{line}: .*the label “A very .*(?:over|fit)", done.stderr)) == 2, (
        done.stderr
    )
    names = sorted(path.name for path in (tmp_path / "out" / "generic" / "en").glob("garden-*-draft.*"))
    assert names == ["garden-booklet-en-draft.pdf", "garden-epub-en-draft.epub"]
    page = open_pdf(tmp_path / "out" / "generic" / "en" / names[0]).texts
    assert any("Some words do not fit on their page." in text for text in page)

    done = publish(*args, "--release")
    assert done.returncode == 1
    assert f"drawings/bed.svg:{line}: " in done.stderr


def change_entry(catalog: Path, source: str, text: str) -> int:
    """Give an entry of a catalog another translation; return the first line of the entry."""
    lines = catalog.read_text(encoding="utf-8").splitlines(keepends=True)
    at = lines.index(f'msgid "{source}"\n')
    lines[at + 1] = f'msgstr "{text}"\n'
    catalog.write_text("".join(lines), encoding="utf-8")
    return max(number for number, row in enumerate(lines[:at], 2) if row == "\n")


@pytest.mark.parametrize("edition", ["epub", pytest.param("bilingual", marks=pytest.mark.slow)])
def test_label_of_a_translation_names_its_entry(edition: str, tmp_path: Path) -> None:
    book = shutil.copytree(GARDEN, tmp_path / "books" / "garden")
    catalog = book / "locales" / "es" / "LC_MESSAGES" / "garden.po"
    line = change_entry(catalog, "Spring bed", "Arriate de primavera " + "nnnnnn" * 12)
    options = ("--book", book, "--out", tmp_path / "out", "--lang", "es", "--edition", edition)
    done = publish("build", *options)
    assert done.returncode == 0, done.stderr
    (message,) = (row for row in done.stderr.splitlines() if "Spring bed" in row or "Arriate de" in row)
    assert re.match(r"\S+/drawings/bed\.svg:11: ", message)
    assert message.endswith(f"docs/drawing.md; the translation is at {catalog}:{line}")
    assert list((tmp_path / "out").rglob(f"garden-{edition}-*es-draft.*"))


@pytest.mark.parametrize("name", ["garden", "interface"])
def test_letter_of_a_translation_names_its_entry(name: str, tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    book = root / "tests" / "books" / "garden"
    folder = (book if name == "garden" else root) / "locales" / "es" / "LC_MESSAGES"
    source = {"garden": "Last year’s soil", "interface": "Contents"}[name]
    line = change_entry(folder / f"{name}.po", source, "Ejemplo ཀ")
    done = publish("build", "--book", "tests/books/garden", "--lang", "es", "--edition", "epub", root=root)
    assert done.returncode == 1
    place = (folder / f"{name}.po").relative_to(root)
    assert re.search(rf"^{place}:{line}: no typeface has “ཀ” \(U\+0F40\).*: use another letter$", done.stderr, re.M)
