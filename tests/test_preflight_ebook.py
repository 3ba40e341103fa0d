"""Preflight of e-books: each rule finds its fault in a built book with that fault."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import build_once
from lxml import etree
from PIL import Image

from carepress.build.run import compare_languages
from carepress.model import Job, Problem, Result, Selection
from carepress.preflight.ebook import check_epub, check_parity
from carepress.preflight.ebook.rules import RULES
from support import GARDEN, LANGS, OPS, XHTML, copy_project, publish

NAME = "garden.epub"
OPF, NAV, NCX, CSS = "EPUB/content.opf", "EPUB/nav.xhtml", "EPUB/toc.ncx", "EPUB/css/book.css"
COVER, BOLD = "EPUB/img/cover.jpg", "EPUB/fonts/AtkinsonHyperlegible-Bold.ttf"
SOIL, SOWING, SHEETS, IMPRINT, GLOSSARY, FRONT, TITLE = (
    f"EPUB/text/{name}.xhtml" for name in ("soil", "sowing", "sheets-back", "imprint", "glossary", "cover", "title")
)
Files = dict[str, bytes]


def files_of(data: bytes) -> Files:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def pack(files: Files, kind: int = zipfile.ZIP_STORED) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", kind) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def check(files: Files) -> list[Problem]:
    return check_epub(pack(files), NAME)


def codes(files: Files) -> set[str]:
    return {problem.code for problem in check(files)}


def edit(files: Files, path: str, before: str, after: str) -> Files:
    text = files[path].decode()
    assert before in text, f"{path} has no {before}"
    return {**files, path: text.replace(before, after, 1).encode()}


@pytest.fixture(scope="module")
def garden(shared: Path) -> Files:
    out = build_once(shared / "built-garden", "--book", GARDEN)
    return files_of((out / "generic" / "en" / "garden-epub-en.epub").read_bytes())


def test_built_books_are_sound(epub_path: Path, out: Path, folder: Path, lang: str) -> None:
    data = epub_path.read_bytes()
    assert check_epub(data, epub_path.name) == []
    other = LANGS[1 - LANGS.index(lang)]
    other_path = out / "generic" / other / f"{folder.name}-epub-{other}.epub"
    assert check_parity(data, other_path.read_bytes(), epub_path.name) == []


def test_faulty_book_does_not_replace_the_earlier_file(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project")
    template = root / "templates" / "blocks.j2"
    template.write_text(template.read_text().replace('<th scope="col"', "<th"))
    earlier = tmp_path / "out" / "generic" / "en" / "garden-epub-en.epub"
    earlier.parent.mkdir(parents=True)
    earlier.write_text("sound")
    args = ("--book", root / "tests/books/garden", "--lang", "en", "--edition", "epub", "--out", tmp_path / "out")
    done = publish("build", *args, root=root)
    assert done.returncode == 1
    assert re.search(
        r"^garden-epub-en\.epub/EPUB/text/sowing\.xhtml:\d+: .* no scope: add a caption ", done.stderr, re.MULTILINE
    )
    assert earlier.read_text() == "sound"


# --- The container ---------------------------------------------------------------------------


def broken_containers(files: Files) -> dict[str, bytes]:
    page = files[SOIL]
    return {
        "no zip": b"PK\x03\x04 and no more",
        "empty": pack({}),
        "mimetype is compressed": pack(files, zipfile.ZIP_DEFLATED),
        "mimetype is not first": pack(dict(reversed(files.items()))),
        "mimetype is another": pack({**files, "mimetype": b"application/zip"}),
        "a byte is wrong": pack(files).replace(page, page.replace(b"worms", b"warms")),
        "no container": pack({name: data for name, data in files.items() if name != "META-INF/container.xml"}),
        "no package": pack({name: data for name, data in files.items() if name != OPF}),
        "no page": pack({name: data for name, data in files.items() if name != SOIL}),
        "broken page": pack({**files, SOIL: page.replace(b"</section>", b"", 1)}),
        "no contents": pack(edit(files, OPF, ' properties="nav"', "")),
        "spine": pack(edit(files, OPF, '<itemref idref="soil"', '<itemref idref="clay"')),
        "style sheet": pack({**files, CSS: b"\xff"}),
    }


def test_containers(garden: Files) -> None:
    for fault, data in broken_containers(garden).items():
        problems = check_epub(data, NAME)
        assert [(problem.code, problem.severity) for problem in problems] == [("epub-container", "error")], fault
    assert check_epub(pack(garden), NAME) == []


def test_problem_has_a_place(garden: Files) -> None:
    files = edit(garden, SOIL, '<h2 id="soil-feeding">', '<h2 id="soil-feeding" onclick="x">')
    line = files[SOIL].decode()[: files[SOIL].decode().index("onclick")].count("\n") + 1
    [problem] = check(files)
    assert (problem.path, problem.line) == (f"{NAME}/{SOIL}", line)
    assert str(problem) == f"{NAME}/{SOIL}:{line}: <h2> has onclick: remove it; use lines to write on instead of a form"


def test_logo_may_have_any_colors(garden: Files) -> None:
    """WCAG 2.2, 1.4.11, leaves logotypes out: a white cross on a dark disk is the logo of many hospitals."""
    files = edit(garden, SOIL, 'stroke="#1f2933"', 'stroke="#ffffff"')
    assert {problem.code for problem in check(files)} == {"epub-svg-contrast"}
    page = re.sub(rb'<svg(?: class="[^"]*")?', b'<svg class="logo"', files[SOIL])
    assert "epub-svg-contrast" not in {problem.code for problem in check({**files, SOIL: page})}


# --- Single faults ---------------------------------------------------------------------------


class Fault(NamedTuple):
    codes: str
    path: str
    before: str
    after: str


TABLE_HEAD = '<th scope="col">Season</th><th scope="col">What we sow</th>'
FAULTS = [
    Fault("epub-manifest", OPF, 'media-type="font/ttf"', 'media-type="font/otf"'),
    Fault("epub-manifest", OPF, 'href="img/cover.jpg"', 'href="img/other.jpg"'),
    Fault("epub-properties", OPF, ' properties="svg"', ""),
    Fault("epub-properties", OPF, ' properties="svg"', ' properties="svg scripted"'),
    Fault("epub-properties", OPF, ' properties="cover-image"', ""),
    Fault("epub-language", SOIL, ' xml:lang="en"', ' xml:lang="es"'),
    Fault("epub-language", NAV, ' dir="ltr"', ""),
    Fault("epub-language", OPF, "<dc:language>en", "<dc:language>es"),
    Fault("epub-language", OPF, '<spine toc="ncx"', '<spine toc="ncx" page-progression-direction="rtl"'),
    Fault("epub-language", NCX, 'xml:lang="en"', 'xml:lang="es"'),
    Fault("epub-language", SOIL, "<em>", '<em lang="es">'),
    Fault("epub-font", SOIL, "full of worms", "full of ☐"),
    Fault("epub-font", CSS, "ul ul { list-style-type: \"–", 'ul ul { list-style-type: "☐'),
    Fault("epub-font", CSS, 'AtkinsonHyperlegible-Bold.ttf")', 'AtkinsonHyperlegible-Black.ttf")'),
    Fault("epub-id epub-link", SOIL, 'id="soil-not-add"', 'id="soil-feeding"'),
    Fault("epub-id epub-hidden-list", NAV, 'id="landmarks-title"', 'id="other-title"'),
    # Structure
    Fault("epub-heading", SOIL, '<h2 id="soil-worms">Worms</h2>', '<h5 id="soil-worms">Worms</h5>'),
    Fault("epub-heading", SOIL, "<header", "<h2>Before</h2><header"),
    Fault("epub-heading", SOIL, "</section>", "<h1>Another</h1></section>"),
    Fault("epub-heading", TITLE, "<h1>A First Vegetable Garden</h1>", ""),
    Fault("epub-heading", SOIL, ">Feeding the bed</h2>", "></h2>"),
    Fault("epub-title", SOIL, "<title>Know", "<title>Now"),
    Fault("epub-title", FRONT, "<title>Cover", "<title>"),
    Fault("epub-table", SOWING, "<caption>What may go wrong</caption>", ""),
    Fault("epub-table", SOWING, '<th scope="col">', "<th>"),
    Fault("epub-table", SOWING, '<th scope="row">', "<th>"),
    Fault("epub-table", SOWING, "1\u00a0cm</td>", "1\u00a0cm</td><td>2 cm</td>"),
    Fault("epub-table", SOWING, "<td", '<td colspan="2"'),
    Fault("epub-table epub-empty", SOWING, '<th scope="col">Vegetable', '<th scope="col">'),
    Fault("epub-table", SOWING, "<table", '<table role="presentation"'),
    Fault("epub-image", FRONT, ' alt="', ' data-alt="'),
    Fault("epub-image", FRONT, "../img/cover.jpg", "../img/lost.jpg"),
    Fault("epub-role", SOIL, ' role="doc-chapter"', ""),
    Fault("epub-role", SOIL, ' epub:type="chapter"', ""),
    Fault("epub-role", FRONT, ' role="doc-cover"', ""),
    Fault("epub-role", NAV, ' role="doc-toc"', ""),
    # Text
    Fault("epub-empty", SOIL, "<li>meat and fish</li>", "<li> </li>"),
    Fault("epub-empty", SOIL, "<em>", "<strong/><em>"),
    Fault("epub-leftover", SOIL, "bread", "{{ bread }}"),
    Fault("epub-leftover", SOIL, "bread", "%(food)s"),
    Fault("epub-leftover", SOIL, "bread", "&amp;amp;"),
    Fault("epub-leftover", SOIL, "<h1>", '<h1 title="None">'),
    Fault("epub-nothing", SOIL, "bread", "undefined"),
    Fault("epub-run-on", SOIL, "at once. Water", "at once.Water"),
    Fault("epub-run-on", IMPRINT, "clinicians.</strong> ", "clinicians.</strong>"),
    # Drawings
    Fault("epub-svg-name epub-svg-box epub-svg-contrast", SOIL, "viewBox", "viewbox"),
    Fault("epub-svg-name", SOIL, "</svg>", '<linearGradient id="g"/><lineargradient/></svg>'),
    Fault("epub-svg-name", SOIL, 'rx="8"', 'rx="8" preserveaspectratio="none"'),
    Fault("epub-svg-name", SOIL, "<em>", '<path d="M0 0"/><em>'),
    Fault("epub-svg-words", SOIL, 'role="img"', 'role="graphics-document"'),
    Fault("epub-svg-words", SOIL, ">A garden bed, cut open</title>", "></title>"),
    Fault("epub-svg-words", SOIL, ' aria-labelledby="soil-bed-title"', ' aria-labelledby="soil-bed-desc"'),
    Fault("epub-svg-words", SOIL, ' aria-describedby="soil-bed-desc"', ""),
    Fault("epub-svg-label", SOIL, 'role="img"', 'role="img" data-crowded="bed.svg:15: the label “1…” is over “2…”"'),
    Fault("epub-svg-box epub-svg-contrast", SOIL, "0 0 360 180", "0 0 360.5 180"),
    Fault("epub-svg-safe", SOIL, "</svg>", '<text x="1" y="1">straw</text></svg>'),
    Fault("epub-svg-safe epub-active", SOIL, "</svg>", "<script>1</script></svg>"),
    Fault("epub-svg-safe", SOIL, 'rx="8"', 'rx="8" class="lost"'),
    Fault("epub-svg-safe", SOIL, 'rx="8"', 'rx="8" mask="url(other.svg#m)"'),
    Fault("epub-svg-contrast", SOIL, '<rect width="360"', '<rect width="300"'),
    Fault("epub-svg-contrast", SOIL, 'stroke="#1f2933"', 'stroke="#bbbbbb"'),
    Fault("epub-svg-contrast", SOIL, 'stroke="#1f2933"', 'stroke="currentColor"'),
    Fault("epub-svg-contrast", SOIL, '-labels"><path fill="#1f2933"', '-labels"><path fill="#808080"'),
    # Style
    *(
        Fault("epub-color", CSS, "p {", f"p {{ {rule};")
        for rule in (
            "color: #333", "color: black", "background: white", "background-color: rgb(1 2 3)", "border: 1px solid red",
            "border-left-color: navy", "color: var(--screen-main)", "border-color: var(--ink)", "--screen-main: #1f5459",
            "text-decoration: underline green", "box-shadow: 0 0 1em hsl(1 2% 3%)",
        )
    ),
    *(
        Fault("epub-style", CSS, "p {", f"p {{ {rule};")
        for rule in (
            "font-size: 12pt", "font-size: 16px", "line-height: 20px", "font: 5mm serif", "letter-spacing: 1px",
            "position: fixed", "font-family: serif !important", "font-size: 3vw",
        )
    ),
    Fault("epub-address", CSS, "html,", '@import "x.css"; html,'),
    Fault("epub-address", CSS, "p {", "p { list-style-image: url(https://x.org/x.png);"),
    Fault("epub-active", SOIL, "<em>", '<em style="color: red">'),
    Fault("epub-active epub-empty", SOIL, "<em>", '<iframe src="https://x.org/"></iframe><em></em><em>'),
    Fault("epub-active", SOIL, "<em>", "<input/><em>"),
    Fault("epub-active", SOIL, 'href="../css/book.css"', 'href="https://x.org/book.css"'),
    Fault("epub-active", SOIL, "</head>", '<meta http-equiv="refresh" content="1"/></head>'),
    # Navigation
    Fault("epub-contents epub-ncx", NAV, ">Know your soil</a>", ">Your soil</a>"),
    Fault("epub-contents epub-ncx", NAV, '<li><a href="text/sowing.xhtml">Sowing and watering</a></li>', ""),
    Fault(
        "epub-contents",
        NAV,
        '<li><a href="text/soil.xhtml">Know your soil</a></li>',
        '<li><ol><li><a href="text/soil.xhtml">Know your soil</a></li></ol></li>',
    ),
    Fault("epub-contents epub-ncx", NAV, "text/soil.xhtml", "text/sheets-back.xhtml"),
    Fault("epub-contents epub-role epub-ncx", NAV, 'epub:type="toc" role', "role"),
    Fault("epub-hidden-list", NAV, ' hidden="hidden"', ""),
    Fault("epub-hidden-list", NAV, ' aria-labelledby="landmarks-title"', ""),
    Fault("epub-ncx", NCX, "<text>Sheets", "<text>Bed"),
    Fault("epub-ncx", NCX, 'src="text/soil.xhtml"', 'src="text/sowing.xhtml"'),
    Fault("epub-link", SOIL, "sheets-back.xhtml#sheet-plan", "sheets-back.xhtml#sheet-lost"),
    Fault("epub-link", SOIL, "sheets-back.xhtml#", "lost.xhtml#"),
    Fault("epub-link", SOIL, "<em>", '<a href="http://x.org">x</a><em>'),
    Fault("epub-link epub-empty", SOIL, "<em>", '<a href="glossary.xhtml"></a><em>'),
    Fault("epub-link epub-ncx", NCX, 'src="text/soil.xhtml"', 'src="text/lost.xhtml"'),
    Fault("epub-telephone", SOIL, "<em>", '<a href="tel:5550100">555-0111</a><em>'),
    Fault("epub-telephone", SOIL, "<em>", '<a href="tel:5550100">Call us</a><em>'),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.codes.split()[0][5:]}: {fault.after[:30]}")
def test_faults(fault: Fault, garden: Files) -> None:
    assert codes(edit(garden, fault.path, fault.before, fault.after)) == set(fault.codes.split())


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (SOIL, "<em>", '<a href="tel:+1-555-0100">555-0100</a> <a href="tel:112">112</a> <em>'),
        (SOIL, "<em>", '<a href="https://example.org/">example.org</a> <em>'),
        (SOIL, "at once. Water", "at once on Cancer.Net, e.g. in 1.Water"),
        (SOIL, "at once. Water", "at once.<br/>Water"),
        (SOIL, "full of worms", "full of worms. None of it is null"),
        (CSS, "p {", "p { color: inherit; background: none; border: 1px solid; font: 1em/1.4 serif;"),
        (CSS, "p {", "p { border: 1px solid currentColor; border-color: var(--screen-main);"),
        (CSS, "p {", "@media (min-width: 30em) { p { border-bottom: 2px dotted currentColor } } /* red: 1px */ p {"),
    ],
)
def test_sound_variants(path: str, before: str, after: str, garden: Files) -> None:
    assert check(edit(garden, path, before, after)) == []


def test_english_in_the_draft_of_a_translation_may_say_none(garden: Files) -> None:
    spanish = {
        name: data.replace(b'lang="en"', b'lang="es"').replace(b"<dc:language>en", b"<dc:language>es")
        for name, data in garden.items()
    }
    for words, found in (("None of it", {"epub-nothing"}), ('<span lang="en" xml:lang="en">None of it</span>', set())):
        assert codes(edit(spanish, SOIL, "full of worms", f"full of worms. {words}")) == found


@pytest.mark.parametrize(
    ("after", "typed", "found"),
    [
        ("undefined", (), {"epub-nothing"}),
        ("undefined", ("undefined", "undefined."), {"epub-nothing"}),  # a cell of a table says that
        ("<div>undefined</div>", ("undefined",), set()),
        ("an undefined word", ("an undefined word",), set()),
        ("an undefined word, undefined", ("an undefined word",), {"epub-nothing"}),
        ("100 %s", ("100 %s",), set()),
        ("100 %s, %s", ("100 %s", "%s"), {"epub-leftover"}),
        ('<em title="None">x</em>', ("None",), set()),
        ('<em title="None x">x</em>', ("None",), {"epub-leftover"}),
    ],
)
def test_typed_words_are_not_left_over(after: str, typed: tuple[str, ...], found: set[str], garden: Files) -> None:
    data = pack(edit(garden, SOIL, "full of worms", f"full of worms {after}"))
    assert {problem.code for problem in check_epub(data, NAME, dict.fromkeys(typed))} == found


def test_problem_of_a_text_names_its_source(tmp_path: Path) -> None:
    """No one can correct the EPUB file itself."""
    soil = shutil.copytree(GARDEN, tmp_path / "content" / "garden") / "chapters" / "soil.md"
    text = soil.read_text(encoding="utf-8")
    assert "**squeeze it**. What" in text
    soil.write_text(text.replace("**squeeze it**. What", "**squeeze it**.What"), encoding="utf-8")
    line = 1 + text.partition("**squeeze it**. What")[0].count("\n")
    done = publish("build", "--book", "garden", "--lang", "en", "--edition", "epub", root=tmp_path)
    place = f"content/garden/chapters/soil.md:{line}"
    hint = "put a space between the sentences"
    assert done.stderr == f"{place}: no space in “soil and squeeze it.What”: {hint}\n"


@pytest.mark.parametrize("after", ["{{ clinic }} Fever may occur, page", "undefined page"])
def test_fault_of_a_template_is_not_in_the_text_beside_it(after: str, garden: Files) -> None:
    data = pack(edit(garden, SOIL, "full of worms", f"full of worms. {after}"))
    (problem,) = check_epub(data, NAME, {"a": ("table.toml", 1), "Fever": ("glossary.toml", 12)})
    assert problem.path == f"{NAME}/{SOIL}"


@pytest.mark.parametrize(
    ("typed", "found"),
    [("the worms.They eat", True), ("worms", False), ("They", False), ("orms.They eat", False), ("s.They", False)],
)
def test_place_of_a_fault_is_the_text_that_has_it(typed: str, found: bool, garden: Files) -> None:
    data = pack(edit(garden, SOIL, "full of worms", "full of the worms.They eat"))
    (problem,) = check_epub(data, NAME, {typed: ("soil.md", 3)})
    assert (problem.path == "soil.md") == found


def test_dose_in_a_definition_names_the_glossary(tmp_path: Path) -> None:
    glossary = shutil.copytree(GARDEN, tmp_path / "content" / "garden") / "glossary.toml"
    text = glossary.read_text(encoding="utf-8")
    glossary.write_text(text.replace('definition = "', 'definition = "Take 12.5 mg of it. ', 1), encoding="utf-8")
    line = 1 + text.partition('definition = "')[0].count("\n")
    done = publish("build", "--book", "garden", "--lang", "en", "--edition", "epub", root=tmp_path)
    (error,) = done.stderr.splitlines()
    assert re.match(
        rf"content/garden/glossary.toml:{line}: the note “\S+” has a number .+ hidden: 12\.5 mg: put", error
    )


@pytest.mark.parametrize(("typed", "found"), [(0, {"epub-nothing"}), (1, {"epub-nothing"}), (2, set())])
@pytest.mark.parametrize("word", ["None", "undefined"])
def test_cell_may_be_none_as_often_as_that_is_typed(word: str, typed: int, found: set[str], garden: Files) -> None:
    """A cell without its text was accepted if another cell, or any text of the book, was the word."""
    files = garden
    for depth in ("1\u00a0cm", "4\u00a0cm"):
        files = edit(files, SOWING, f">{depth}</td>", f">{word}</td>")
    data = pack(files)
    assert {problem.code for problem in check_epub(data, NAME, {word: None}, {word: typed})} == found


def picture(kind: str, *size: int) -> bytes:
    data = io.BytesIO()
    Image.new("1", size or (10, 10)).save(data, kind)
    return data.getvalue()


@pytest.mark.parametrize(
    ("path", "data", "code"),
    [
        (COVER, picture("GIF"), "epub-cover"),
        (COVER, picture("PNG", 2000, 2000), "epub-cover"),
        (COVER, b"nothing", "epub-cover"),
        ("EPUB/img/stray.png", picture("PNG"), "epub-manifest"),
        ("EPUB/large", b"", "epub-manifest"),
    ],
)
def test_faulty_files(path: str, data: bytes, code: str, garden: Files) -> None:
    assert codes({**garden, path: data}) == {code}


@pytest.mark.parametrize(("limit", "size"), [("MAX_BYTES", 100_000), ("MAX_FONT_BYTES", 10_000)])
def test_size(limit: str, size: int, garden: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"carepress.preflight.ebook.package.{limit}", size)
    assert [(problem.code, problem.severity) for problem in check(garden)] == [("epub-size", "warning")]


# --- Notes -----------------------------------------------------------------------------------

REFERENCE = '<p><a epub:type="noteref" role="doc-noteref" href="#note-mulch" id="ref-mulch">mulch</a></p>'
NOTE = """<aside epub:type="footnote" role="doc-footnote" id="note-mulch"><p><dfn>mulch</dfn>:
A cover of straw or leaves that keeps the ground moist.
<a role="doc-backlink" href="#ref-mulch">Back</a> <a href="glossary.xhtml#term-mulch">Garden words</a></p></aside>"""


def with_note(files: Files) -> Files:
    return edit(edit(files, IMPRINT, "</h1>", f"</h1>{REFERENCE}"), IMPRINT, "</section>", f"</section>{NOTE}")


NOTE_FAULTS = [
    *(
        Fault("epub-note epub-note-way", IMPRINT, "leaves that keeps the", f"leaves {words} that keeps the")
        for words in ("at 100.4 F", "2.5 mg", "10 mL", "5 %", "555-010-0199")
    ),
    Fault("epub-note epub-note-way", IMPRINT, "Back</a>", 'Back</a> <a href="tel:112">112</a>'),
    Fault("epub-note epub-note-way", IMPRINT, "</p></aside>", "</p><ul><li>Call</li></ul></aside>"),
    Fault("epub-note epub-note-way", IMPRINT, "</p></aside>", '</p><p class="call-line">Call</p></aside>'),
    Fault("epub-note epub-note-way", IMPRINT, "</p></aside>", "</p><h2>Call</h2></aside>"),
    Fault("epub-note", IMPRINT, "</p></aside>", '<span class="blank"></span></p></aside>'),
    Fault("epub-note", IMPRINT, '<aside epub:type="footnote"', '<aside class="box" epub:type="footnote"'),
    Fault("epub-note-way", IMPRINT, "keeps the ground moist", "keeps the ground"),
    Fault("epub-note-way", IMPRINT, "moist.", "moist. Never leave it out."),
    Fault("epub-note-way", IMPRINT, "keeps the ground moist", "keeps the <strong>ground</strong> moist"),
    Fault("epub-note-way", IMPRINT, "Back</a>", 'Back</a> <a href="https://example.org/">Call</a>'),
    Fault("epub-note-way", IMPRINT, ' role="doc-backlink"', ""),
    Fault("epub-note-way", IMPRINT, 'href="#ref-mulch"', 'href="#imprint"'),
    Fault("epub-note-way", IMPRINT, "glossary.xhtml#term-mulch", "glossary.xhtml"),
    Fault("epub-note-way", IMPRINT, "glossary.xhtml#term-mulch", "glossary.xhtml#term-compost"),
    Fault("epub-note-way epub-link", IMPRINT, 'href="#note-mulch"', 'href="#note-lost"'),
    Fault("epub-note-way", IMPRINT, 'epub:type="noteref" role="doc-noteref" ', ""),
    Fault("epub-role", IMPRINT, ' epub:type="footnote"', ""),
    Fault("epub-role", IMPRINT, ' role="doc-noteref"', ""),
    # Whatever a note reference links to is a note.
    Fault("epub-note-way", IMPRINT, REFERENCE, REFERENCE.replace("note-mulch", "imprint-sources")),
]


def test_note(garden: Files) -> None:
    assert check(with_note(garden)) == []


@pytest.mark.parametrize("fault", NOTE_FAULTS, ids=lambda fault: fault.after[:40])
def test_faults_of_notes(fault: Fault, garden: Files) -> None:
    found = codes(edit(with_note(garden), fault.path, fault.before, fault.after))
    assert set(fault.codes.split()) <= found <= {*fault.codes.split(), "epub-note-way"}


# --- Pages of the booklet --------------------------------------------------------------------


def tree(files: Files, path: str) -> etree._Element:
    return etree.fromstring(files[path])


def change_page(files: Files, path: str, change: Callable[[etree._Element], object]) -> Files:
    root = tree(files, path)
    change(root)
    return {**files, path: etree.tostring(root, xml_declaration=True, encoding="utf-8")}


MARK = '<span epub:type="pagebreak" role="doc-pagebreak" id="page-{0}" aria-label="Page {0}."></span>'


def marks(root: etree._Element) -> list[etree._Element]:
    return [node for node in root.iter() if node.get(OPS + "type") == "pagebreak"]


def page_rows(root: etree._Element) -> etree._Element:
    return root.find(f".//{XHTML}nav[@{OPS}type='page-list']/{XHTML}ol")


def set_label(root: etree._Element) -> None:
    marks(root)[0].set("aria-label", "999")


def swap(root: etree._Element) -> None:
    rows = page_rows(root)
    rows.append(rows[0])


def targets(root: etree._Element) -> list[etree._Element]:
    return list(root.iter("{*}pageTarget"))


PAGE_FAULTS: list[tuple[str, str, Callable[[etree._Element], object]]] = [
    ("epub-page-list", SOIL, lambda root: set_label(root)),
    ("epub-page-list epub-ncx", NAV, lambda root: page_rows(root).remove(page_rows(root)[0])),
    ("epub-page-list epub-ncx", NAV, swap),
    ("epub-page-list epub-ncx", NAV, lambda root: page_rows(root).getparent().attrib.pop(OPS + "type")),
    ("epub-page-list", SOIL, lambda root: marks(root)[0].attrib.pop("id")),
    ("epub-hidden-list", NAV, lambda root: page_rows(root).getparent().attrib.pop("hidden")),
    ("epub-role", NAV, lambda root: page_rows(root).getparent().attrib.pop("role")),
    ("epub-role", SOIL, lambda root: marks(root)[0].attrib.pop("role")),
    ("epub-ncx", NCX, lambda root: targets(root)[0].getparent().remove(targets(root)[0])),
    ("epub-ncx", NCX, lambda root: root.find(".//*[@name='dtb:maxPageNumber']").set("content", "0")),
    ("epub-page-list", OPF, lambda root: root.find(".//*[@property='pageBreakSource']").set("property", "x")),
]


def test_garden_has_pages(garden: Files) -> None:
    assert len(page_rows(tree(garden, NAV))) > 10
    assert check(garden) == []


@pytest.mark.parametrize(("expected", "path", "change"), PAGE_FAULTS)
def test_faults_of_pages(expected: str, path: str, change: Callable[[etree._Element], object], garden: Files) -> None:
    found = codes(change_page(garden, path, change))
    assert set(expected.split()) <= found <= {*expected.split(), "epub-link", "epub-role", "epub-ncx"}


def test_page_numbers_rise(garden: Files) -> None:
    row = page_rows(tree(garden, NAV))[-1][0]
    path, _, key = row.get("href").partition("#")
    first, last = page_rows(tree(garden, NAV))[0][0].text, row.text

    def relabel(root: etree._Element) -> None:
        for node in root.iter("{*}a", "{*}text"):
            node.text = first if node.text == last else node.text
        for node in marks(root):
            node.set("aria-label", first if node.get("id") == key else node.get("aria-label"))

    files = garden
    for name in (f"EPUB/{path}", NAV, NCX):
        files = change_page(files, name, relabel)
    messages = [problem.message for problem in check(files) if problem.code == "epub-page-list"]
    assert messages == ["the page numbers do not increase"]


def remove(node: etree._Element) -> None:
    """Remove an element, but not the text that follows it."""
    parent, before = node.getparent(), node.getprevious()
    if before is None:
        parent.text = (parent.text or "") + (node.tail or "")
    else:
        before.tail = (before.tail or "") + (node.tail or "")
    parent.remove(node)


def without_pages(files: Files) -> Files:
    """Return a book without page marks and lists of pages, whose metadata still declare them."""

    def change(root: etree._Element) -> None:
        lists = [rows.getparent()] if (rows := page_rows(root)) is not None else []
        for node in [*marks(root), *lists, *root.iter("{*}pageList")]:
            remove(node)
        for name in ("totalPageCount", "maxPageNumber"):
            for node in root.iterfind(f".//*[@name='dtb:{name}']"):
                node.set("content", "0")

    for path in files:
        if path.endswith((".xhtml", ".ncx")):
            files = change_page(files, path, change)
    return files


def test_metadata_of_pages_without_pages(garden: Files) -> None:
    files = without_pages(garden)
    assert codes(files) == {"epub-page-list"}
    facts = r"<meta property=\"[\w:]+\">(pageNavigation|pageBreakMarkers)</meta>|<meta property=\"pageBreakSource\">.*?</meta>"
    assert check({**files, OPF: re.sub(facts, "", files[OPF].decode()).encode()}) == []


# --- The rules as a whole, and two languages -------------------------------------------------


def test_every_rule_is_tested() -> None:
    tested = {code for fault in (*FAULTS, *NOTE_FAULTS) for code in fault.codes.split()}
    tested |= {code for codes, _path, _change in PAGE_FAULTS for code in codes.split()} | {"epub-size", "epub-cover"}
    assert {rule.code for rule in RULES} == tested


PARITY = [
    ("id", SOIL, 'id="soil-not-add"', 'id="soil-add"'),
    ("heading", SOIL, '<h3 id="soil-not-add">What not to add</h3>', '<p id="soil-not-add">What not to add</p>'),
    ("row", SOWING, "</tbody>", "<tr></tr></tbody>"),
    ("table", SOWING, "<table", "<table></table><table"),
    ("cell", SOWING, '<td data-label="Depth: ">1\u00a0cm</td>', ""),
    ("list item", SOIL, "<li>meat and fish</li>", ""),
    ("drawing", SOIL, "<figcaption>", '<svg xmlns="http://www.w3.org/2000/svg"/><figcaption>'),
    ("link", SOIL, "#term-compost", "#term-mulch"),
    ("picture", SOIL, "<em>", '<img alt="x" src="../img/cover.jpg"/><em>'),
    ("only one language has this document", OPF, '<itemref idref="soil"/>', ""),
]


@pytest.mark.parametrize(("kind", "path", "before", "after"), PARITY)
def test_parity(kind: str, path: str, before: str, after: str, garden: Files) -> None:
    problems = check_parity(pack(edit(garden, path, before, after)), pack(garden), NAME)
    assert {(problem.code, problem.severity) for problem in problems} == {("epub-parity", "warning")}
    assert any(problem.message.startswith(kind) for problem in problems)
    assert {problem.path for problem in problems} == {f"{NAME}/{SOIL if path == OPF else path}"}


def test_page_marks_may_differ_between_languages(garden: Files) -> None:
    marked = edit(garden, SOIL, "<h2", MARK.format(4444) + "<h2")
    assert check_parity(pack(marked), pack(garden), NAME) == []


def test_signatures_may_differ_between_languages(garden: Files) -> None:
    row = '<div class="signer"><dt>Translation reviewer</dt><dd>Luz M.</dd></div>'
    signed = edit(garden, IMPRINT, "</dl>", row + "</dl>")
    assert check_parity(pack(signed), pack(garden), NAME) == []
    other = edit(garden, IMPRINT, "</dl>", row.replace("signer", "x") + "</dl>")
    assert len(check_parity(pack(other), pack(garden), NAME)) == 1


def test_languages_of_one_run_are_compared(garden: Files, tmp_path: Path) -> None:
    results = []
    for lang, files in (("en", garden), ("es", edit(garden, SOIL, "#term-compost", "#term-mulch"))):
        path = tmp_path / f"garden-epub-{lang}.epub"
        path.write_bytes(pack(files))
        results.append(Result(Job(GARDEN, lang, "epub", tmp_path), path))
    [problem] = compare_languages([*reversed(results), Result(Job(GARDEN, "fr", "epub", tmp_path), None)])
    assert problem.path == f"garden-epub-es.epub/{SOIL}"
    assert compare_languages(results[1:]) == []


def test_handout_is_compared_with_the_same_handout(garden: Files, tmp_path: Path) -> None:
    results = []
    changed = edit(garden, SOIL, "#term-compost", "#term-mulch")
    for lang, name, files in (
        *(("en", "soil", garden), ("en", "water", changed)),
        *(("es", "water", changed), ("es", "soil", changed)),
    ):
        path = tmp_path / f"garden-{name}-epub-{lang}.epub"
        path.write_bytes(pack(files))
        results.append(Result(Job(GARDEN, lang, "epub", tmp_path, selection=Selection(name)), path))
    [problem] = compare_languages(results)
    assert problem.path == f"garden-soil-epub-es.epub/{SOIL}"
    assert compare_languages([results[0], results[2]]) == []
