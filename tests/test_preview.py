"""The translators' preview: what it shows, that it follows the files, and that it serves nothing else."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from support_preview import Client, Copy, copy_garden, previewing, save, serving
from support_wait import LONG, wait_for

from carepress.checks.seen import seen_comment
from carepress.checks.text import Pair
from carepress.content import read_book
from carepress.model import A5, EDITIONS, Problem, segments
from carepress.pages.environment import RenderContext
from carepress.pages.render import render_book
from carepress.pdf.write import lay_out, write_pdf
from carepress.preview.pages import TypesetWorker, page_numbers, section_galley, typeset
from carepress.preview.problems import Checker
from carepress.preview.server import HEADERS, LiveBook, make_app
from carepress.preview.state import PreviewPassage, PreviewSection, Snapshot, read_snapshot
from carepress.preview.view import difference_html, inline_html
from carepress.workspace.project import Project
from support import GARDEN, HANDBOOK, ROOT, copy_project, flat, outer_environment, publish

SOIL = "/section/chapter-soil"
HUNGRY = "Fewer than five mean that the soil is hungry. Feed the bed, and count again in the fall."
SQUEEZE = "Take a handful of moist soil"
COMPOST = "Spread [compost](term:compost)"


@pytest.fixture
def garden(tmp_path: Path) -> Copy:
    return copy_garden(tmp_path)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return a client of a preview whose files no test changes."""
    with previewing(copy_garden(tmp_path_factory.mktemp("preview")), pdf=True) as client:
        yield client


def snapshot(garden: Copy, lang: str = "es") -> Snapshot:
    return read_snapshot(garden.project, garden.folder, lang)


def section(snapshot: Snapshot, name: str = "chapter-soil") -> PreviewSection:
    result = snapshot.section(name)
    assert result
    return result


def passage(snapshot: Snapshot, source: str, name: str = "chapter-soil") -> PreviewPassage:
    return next(passage for passage in section(snapshot, name).passages if passage.source.startswith(source))


# --- The snapshot ----------------------------------------------------------------------------


def test_every_text_of_the_book_is_a_passage(garden: Copy) -> None:
    book = read_book(garden.folder)
    current = snapshot(garden)
    sources = {row.source for part in current.sections if part.kind != "interface" for row in part.passages}
    assert sources == {segment.source for segment in segments(book) if segment.has_words}
    assert [part.id for part in current.sections] == [
        "cover",
        *(f"chapter-{chapter.id}" for chapter in book.chapters()),
        *(f"sheet-{sheet.id}" for sheet in book.sheets()),
        "interface",
    ]


def test_passage_ids_are_unique(garden: Copy) -> None:
    for part in snapshot(garden).sections:
        assert len({row.id for row in part.passages}) == len(part.passages)


def test_passage_has_places_and_a_stable_id(garden: Copy) -> None:
    before = passage(snapshot(garden), SQUEEZE)
    assert before.state == "translated"
    assert before.entry
    lines = garden.po.read_text().splitlines()
    block = lines[before.entry.line - 1 : before.entry.line + 4]
    assert any(line.startswith(f'msgid "{SQUEEZE}') for line in block)
    source = (garden.folder / "chapters" / "soil.md").read_text().splitlines()
    assert before.line
    assert source[before.line - 1].startswith(SQUEEZE)
    garden.edit(SQUEEZE, msgstr="Otra cosa", tcomment="Pregunta a Ana.")
    after = passage(snapshot(garden), SQUEEZE)
    assert (after.id, after.text) == (before.id, "Otra cosa")
    assert after.entry
    assert after.entry.notes == "Pregunta a Ana."


@pytest.mark.parametrize(
    ("changes", "state", "message"),
    [
        ({"msgstr": ""}, "missing", None),
        ({"flags": ["fuzzy"]}, "fuzzy", None),
        ({"msgstr": "Extienda [abono](term:compos) aquí."}, "translated", "link"),
        ({"msgstr": "Extienda abono aquí."}, "translated", "lacks the link “term:compost”"),
        ({"msgstr": "<b>Extienda</b> [abono](term:compost)"}, "translated", "HTML is not allowed"),
    ],
)
def test_unprintable_translation_is_shown_in_english(
    garden: Copy, changes: dict[str, object], state: str, message: str | None
) -> None:
    garden.edit(COMPOST, **changes)
    current = snapshot(garden)
    row = passage(current, COMPOST)
    assert (row.state, row.to_do) == (state, True)
    assert [problem.message for problem in row.problems if message and message in problem.message] == [
        problem.message for problem in row.problems
    ]
    assert bool(row.problems) == (not row.printable) == bool(message)
    printed = next(segment for segment in segments(current.book) if segment.source.startswith(COMPOST))
    assert (printed.text, printed.lang) == (printed.source, "en")
    assert current.draft == (message is None)


def test_source_language_has_no_translation(garden: Copy) -> None:
    row = passage(snapshot(garden, "en"), SQUEEZE)
    assert (row.state, row.text, row.entry, row.to_do) == ("source", row.source, None, False)


def test_problems_are_cached_until_the_passage_changes(garden: Copy) -> None:
    garden.edit(SQUEEZE, msgstr="Tome tome un puñado de tierra.")
    checker = Checker(garden.project, garden.folder, "es")
    first = snapshot(garden)
    assert len(checker.unchecked(first)) > 100
    checker.check(first)
    assert checker.unchecked(first) == {}
    row = passage(checker.with_cached(first), SQUEEZE)
    assert "repeated-word" in {problem.code for problem in row.problems}
    assert row.entry
    assert {(problem.path, problem.line) for problem in row.problems} == {(row.entry.path, row.entry.line)}
    garden.edit("A First Vegetable Garden", tcomment="one more\nand one more line")
    garden.edit(COMPOST, msgstr="[Abono](term:compost).")
    second = checker.with_cached(snapshot(garden))
    assert [problem.line for problem in passage(second, SQUEEZE).problems] == [
        problem.line + 2 for problem in row.problems
    ]
    assert [row.source[:10] for row in checker.unchecked(second).values()] == [COMPOST[:10]]
    assert checker.with_cached(second) == second


def test_comment_of_a_translator_answers_a_warning(garden: Copy) -> None:
    """As in publish.py check: “# looked at: word …”."""

    def problems() -> tuple[Problem, ...]:
        checker = Checker(garden.project, garden.folder, "es")
        checker.check(snapshot(garden))
        return passage(checker.with_cached(snapshot(garden)), HUNGRY).problems

    assert problems() == ()
    text = "Menos de cinco indican que la tierra tiene hambre. Riegue el cantero y vuelva a contar en el otoño."
    garden.edit(HUNGRY, msgstr=text)
    [doubt] = problems()
    assert doubt.severity == "warning"
    garden.edit(HUNGRY, tcomment=seen_comment(doubt.code, Pair(HUNGRY, text, "es", "paragraph", "", 1)))
    assert problems() == ()


@pytest.mark.parametrize("path", ["terms.toml", "learned.tsv"])
def test_broken_list_is_named_until_it_is_corrected(garden: Copy, path: str) -> None:
    file = garden.folder / "locales" / "es" / path
    right = file.read_bytes() if file.exists() else b""
    live = LiveBook(garden.project, garden.folder, "es")
    file.write_bytes(b'[[terms]]\nen = "\xff')
    live.read([file])
    assert live.error
    assert live.error.path.endswith(path)
    assert live.snapshot
    live.read([garden.po])  # another file was saved meanwhile
    assert live.error
    assert LiveBook(garden.project, garden.folder, "es").error  # the preview starts, and names it
    file.write_bytes(right)
    live.read([file])
    assert live.error is None


def test_terms_are_those_of_the_book(garden: Copy) -> None:
    """As in publish.py check."""
    terms = garden.folder / "locales" / "es" / "terms.toml"
    terms.write_text('[[terms]]\nen = "compost"\nes = "abono"\navoid = ["estiércol"]\n')
    live = LiveBook(garden.project, garden.folder, "es")
    garden.edit(COMPOST, msgstr="Extienda [estiércol](term:compost) aquí.")

    async def check() -> None:
        await live.refresh([garden.po])
        while not live.checked:
            await asyncio.sleep(0.05)

    asyncio.run(check())
    assert live.snapshot
    assert "term" in {problem.code for problem in passage(live.snapshot, COMPOST).problems}


@pytest.mark.slow
@pytest.mark.parametrize("folder", [GARDEN, HANDBOOK], ids=["garden", "handbook"])
def test_reviewed_book_has_no_problem(folder: Path) -> None:
    project = Project(ROOT)
    checker, current = Checker(project, folder, "es"), read_snapshot(project, folder, "es")
    checker.check(current)
    rows = (row for part in checker.with_cached(current).sections for row in part.passages)
    assert [problem for row in rows for problem in row.problems] == []


def test_failed_check_is_reported(garden: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carepress.preview.problems.check_pair", None)
    checker = Checker(garden.project, garden.folder, "es")
    current = snapshot(garden)
    checker.check(current)
    row = passage(checker.with_cached(current), SQUEEZE)
    assert [problem.code for problem in row.problems] == ["check"]


def test_ended_checker_checks_nothing(garden: Copy) -> None:
    checker = Checker(garden.project, garden.folder, "es")
    current = snapshot(garden)
    left = len(checker.unchecked(current))
    checker.end()
    checker.check(current)
    assert len(checker.unchecked(current)) == left


def test_check_results_do_not_count_as_a_save(garden: Copy) -> None:
    garden.edit(SQUEEZE, msgstr="Tome tome un puñado de tierra.")

    async def begin() -> LiveBook:
        live = LiveBook(garden.project, garden.folder, "es")
        before = (live.version, live.save, live.checked)
        live.check()
        assert live._checking
        await live._checking
        assert (live.save, live.checked, before[2]) == (before[1], True, False)
        assert live.version != before[0]
        return live

    live = asyncio.run(begin())
    asyncio.run(live.refresh([garden.po]))
    assert live.save.endswith("-2")


def test_no_problems_is_shown_only_after_the_checks(garden: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = threading.Event()
    check = Checker.check

    def late(checker: Checker, snapshot: Snapshot) -> None:
        waiting.wait(LONG)
        check(checker, snapshot)

    monkeypatch.setattr(Checker, "check", late)
    with previewing(garden) as client:
        html = client.text(SOIL)
        assert ("Checking …" in html, "No problems" in html) == (True, False)
        waiting.set()
        wait_for(lambda: "No problems" in client.text(SOIL))
        assert "Checking …" not in client.text(SOIL)


def test_inline_html_escapes_html() -> None:
    assert inline_html("**a** [b](term:c) {d} <") == (
        '<strong>a</strong> <span class="link">b</span> <span class="blank">{d}</span> &lt;'
    )
    assert inline_html("<script>alert(1)</script>") == "&lt;script&gt;alert(1)&lt;/script&gt;"
    assert difference_html("may <b>", "can <b>") == "<del>may</del> <ins>can</ins> &lt;b&gt;"


# --- The pages -------------------------------------------------------------------------------


def page_texts(data: bytes) -> list[str]:
    return [flat(page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(data)]


@pytest.mark.slow
def test_section_is_typeset_as_in_the_booklet(garden: Copy) -> None:
    current = snapshot(garden)
    words = current.interface
    context = RenderContext(current.book, garden.project.templates, words)
    booklet = lay_out(render_book(context, EDITIONS["booklet"], A5).html)
    pages = list(enumerate(booklet.pages, 1))
    numbers = {name: number for number, page in reversed(pages) for name in page.anchors}
    whole = page_texts(write_pdf(booklet, current.source.revised))
    running_on = {item.id for part in current.book.parts for item in part.chapters}
    for part in current.sections:
        if part.kind in ("chapter", "sheet"):
            galley = section_galley(garden.project, current, part, numbers)
            count = len(typeset(galley).pictures)
            alone = page_texts(write_pdf(lay_out(galley.html), galley.revised))[:count]
            assert alone
            first = numbers[part.anchor] - 1
            # A chapter of a part begins on the page where the one before it ends, so it may have other page breaks.
            if part.anchor in running_on:
                others = set(" ".join(alone).split()) - set(" ".join(whole[first : first + count + 1]).split())
                assert [word for word in others if not word.isdigit()] == []
            else:
                assert alone == whole[first:][:count]


def test_passages_are_found_on_their_page(garden: Copy) -> None:
    current = snapshot(garden)
    part = section(current)
    made = typeset(section_galley(garden.project, current, part, {}))
    drawn = {row.id for row in part.passages if not row.kind.startswith(("running", "drawing", "source"))}
    assert drawn - set(made.spots) == set()
    for spots in made.spots.values():
        for spot in spots:
            assert 0 <= spot.page < len(made.pictures)
            assert 0 < spot.x < spot.x + spot.width <= 1
            assert 0 < spot.y < spot.y + spot.height <= 1
    first, last = part.passages[0], part.passages[-1]
    assert made.spots[first.id][0].page == 0
    assert made.spots[last.id][-1].page == len(made.pictures) - 1


def test_visually_hidden_text_has_no_spot(garden: Copy) -> None:
    """The table of a sheet has a caption for screen readers only, which repeats the title of the sheet."""
    current = snapshot(garden)
    part = section(current, "sheet-watering")
    galley = section_galley(garden.project, current, part, {})
    title = part.passages[0]
    assert re.search(rf'<caption class="bare"><span class="unseen"><span data-passage="{title.id}">', galley.html)
    spots = typeset(galley).spots[title.id]
    assert len({spot.y for spot in spots}) == 1
    assert spots[0].y < 0.2


def test_page_numbers_come_from_the_last_build(garden: Copy, tmp_path: Path) -> None:
    current = snapshot(garden)
    assert page_numbers(garden.project, current) == {}
    done = publish(
        "build", "--book", GARDEN, "--lang", "es", "--edition", "booklet", "--out", garden.project.root / "build"
    )
    assert done.returncode == 0, done.stderr
    numbers = page_numbers(garden.project, current)
    assert 1 < numbers["welcome"] < numbers["soil"] < numbers["sowing"] < numbers["sheet-plan"]
    latin1 = tmp_path / os.fsdecode(b"entr\xe9e")
    latin1.symlink_to(garden.project.root)
    assert page_numbers(Project(latin1), current) == numbers


# --- The server ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status"),
    [("/", 307), (SOIL, 200), ("/style.css", 200), ("/section/none", 404), ("/none", 404), ("/page/none/0", 404)],
)
def test_every_response_has_the_headers(client: Client, address: str, status: int) -> None:
    answer, _body = client.ask(address)
    assert answer.status == status
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def test_content_security_policy_is_strict() -> None:
    policy = HEADERS["Content-Security-Policy"]
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ):
        assert rule in policy.split("; ")
    assert (HEADERS["X-Content-Type-Options"], HEADERS["Cache-Control"]) == ("nosniff", "no-store")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8017", "localhost:1", "LOCALHOST"])
def test_own_hosts_are_accepted(client: Client, host: str) -> None:
    assert client.ask(SOIL, Host=host)[0].status == 200


@pytest.mark.parametrize(
    "host", ["", "evil.example", "evil.example:8017", "127.0.0.1.evil.example", "127.0.0.1@evil", "0.0.0.0", "[::1]:80"]
)
def test_foreign_hosts_are_refused(client: Client, host: str) -> None:
    for address in (SOIL, "/events", "/style.css", "/none"):
        answer, body = client.ask(address, Host=host)
        assert (answer.status, b"oil" in body) == (421, False)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert client.ask(SOIL, method)[0].status == 405


@pytest.mark.parametrize(
    "address",
    [
        "/../../../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "//etc/passwd",
        "/style.css/../page.html.j2",
        "/page.html.j2",
        "/templates/preview/page.html.j2",
        "/section/../../publish.py",
        "/section/..%2f..%2fpublish.py",
        "/section/chapter-soil%00.md",
        "/section/books/garden/chapters/soil.md",
        "/section/chapter-..",
        "/section/chapter-soil/../../etc/passwd",
        "/page/..%2f..%2fetc%2fpasswd/0",
        "/page/none/-1",
        "/page/none/99999999999999999999",
        "/book.toml",
        "/.git/config",
    ],
)
def test_no_file_is_served(client: Client, address: str) -> None:
    answer, body = client.ask(address)
    assert answer.status == 404
    assert len(body) < 200


def test_page_loads_only_its_own_files(client: Client) -> None:
    html = client.text(SOIL)
    files = re.findall(r'(?:src|href)="(/[^"#]*\.(?:css|js|svg))"', html)
    assert sorted(files) == ["/icon.svg", "/script.js", "/style.css"]
    for text in (html, *(client.text(name) for name in files)):
        assert set(re.findall(r"https?://[\w.]+", text)) <= {"http://www.w3.org"}
    assert " style=" not in html
    assert " on" not in "".join(re.findall(r"<[^>]+>", html)).replace(" one", "")


def test_columns_declare_their_language(client: Client) -> None:
    html = client.text(SOIL)
    assert '<html lang="en">' in html
    assert (
        html.count('<div class="source" lang="en" dir="ltr">')
        == html.count('<div class="target" lang="es" dir="ltr">')
        > 20
    )
    assert "Una primera huerta" not in html
    assert "Conozca" in html or "tierra" in html


def test_pages_and_images(client: Client) -> None:
    data = client.json(f"{SOIL}/pages")
    assert len(data["pages"]) >= 2
    assert set(data["spots"]) <= set(data["on"])
    for row in data["pages"]:
        answer, body = client.ask(row["address"])
        assert (answer.status, answer.headers["Content-Type"], body[:4]) == (200, "image/png", b"\x89PNG")
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    address = data["pages"][0]["address"]
    assert client.ask(address[:-1] + "99")[0].status == 404
    assert client.ask("/section/none/pages")[0].status == 404
    assert client.json("/section/interface/pages") == {"pages": []}


def test_every_section_can_be_opened(client: Client) -> None:
    html = client.text(SOIL)
    chapters = html[html.index('id="chapter-list"') : html.index('id="problems"')]
    addresses = re.findall(r'<a href="(/section/[^"]+)"', chapters)
    assert len(addresses) == 9
    for address in addresses:
        assert "<h1>" in client.text(address)
        assert "error" not in client.json(f"{address}/pages")


def test_preview_without_pages(garden: Copy) -> None:
    with previewing(garden) as client:
        assert 'id="paper"' not in client.text(SOIL)
        assert client.ask(f"{SOIL}/pages")[0].status == 404


def test_preview_of_the_source_language(garden: Copy) -> None:
    with previewing(garden, lang="en") as client:
        html = client.text(SOIL)
        assert SQUEEZE in html
        assert 'class="target"' not in html


def test_html_in_a_translation_is_escaped(garden: Copy) -> None:
    markup = """<script>alert(1)</script>"><img src=x onerror=alert(1)>"""
    garden.edit(SQUEEZE, msgstr=markup, tcomment=markup, comment=markup, flags=[markup.replace(",", "")])
    garden.edit(COMPOST, msgstr=f"[{markup}](javascript:alert)")
    with previewing(garden) as client:
        html = client.text(SOIL)
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>" not in html
    assert "<img src=x" not in html


# --- Saves -----------------------------------------------------------------------------------


def test_save_is_announced_and_shown(garden: Copy) -> None:
    with previewing(garden, pdf=True) as client, client.events() as following:
        client.json(f"{SOIL}/pages")
        version = following()["version"]
        while f'data-version="{version}"' not in client.text(SOIL):  # until all checks have run
            version = following()["version"]
        before = client.json(f"{SOIL}/pages")["pages"][0]["address"]
        garden.edit(SQUEEZE, msgstr="Una frase nueva.")
        wait_for(lambda: "Una frase nueva." in client.text(SOIL))
        assert following()["version"] != version
        wait_for(lambda: client.json(f"{SOIL}/pages")["pages"][0]["address"] != before)


def test_every_kind_of_file_is_watched(garden: Copy) -> None:
    def append(path: Path, old: str, new: str) -> None:
        save(path, path.read_text().replace(old, new, 1))

    with previewing(garden) as client:
        append(garden.folder / "chapters" / "soil.md", SQUEEZE, "Hold a handful of soil")
        wait_for(lambda: "Hold a handful of soil" in client.text(SOIL))
        append(garden.folder / "book.toml", "A First Vegetable Garden", "A Second Garden")
        wait_for(lambda: "A Second Garden" in client.text(SOIL))
        words = garden.project.interface_locales / "es" / "LC_MESSAGES" / "interface.po"
        append(words, 'msgstr "En pocas palabras"', 'msgstr "Muy en breve"')
        wait_for(lambda: "Muy en breve" in client.text("/section/interface"))


@pytest.mark.parametrize(
    ("name", "spoil", "place"),
    [
        ("locales/es/LC_MESSAGES/garden.po", lambda text: text.replace("msgstr", "msgst", 3), "garden.po:"),
        ("locales/es/LC_MESSAGES/garden.po", lambda text: text + '\nmsgid "open\n', "garden.po:"),
        ("locales/es/LC_MESSAGES/garden.po", lambda text: text + text, "garden.po"),
        ("chapters/soil.md", lambda text: text.replace(":::", "", 1), "soil.md:"),
        ("chapters/soil.md", lambda text: "<b>no front matter</b>", "soil.md:1"),
        ("chapters/soil.md", lambda text: text.replace("term:compost", "term:nothing", 1), "soil.md:"),
        ("glossary.toml", lambda text: text + "\n[[terms", "glossary.toml:"),
    ],
)
def test_fault_is_shown_until_it_is_fixed(garden: Copy, name: str, spoil: object, place: str) -> None:
    path = garden.folder / name
    good = path.read_text()
    assert callable(spoil)
    with previewing(garden) as client:
        save(path, spoil(good))
        wait_for(lambda: 'class="fault"' in client.text(SOIL))
        html = client.text(SOIL)
        fault = html[html.index('class="fault"') :]
        assert place in fault[: fault.index("</div>")]
        assert SQUEEZE in html
        save(path, good.replace("Know your soil", "Know your ground"))
        wait_for(lambda: 'class="fault"' not in client.text(SOIL))
        if name.endswith(".md"):
            assert "Know your ground" in client.text(SOIL)


def test_binary_and_missing_files(garden: Copy) -> None:
    good = garden.po.read_text()
    chapter = garden.folder / "chapters" / "soil.md"
    text = chapter.read_text()
    with previewing(garden) as client:
        garden.po.write_bytes(b"\xff\xfe\x00 not a catalog")
        wait_for(lambda: 'class="fault"' in client.text(SOIL))
        garden.po.unlink()
        wait_for(lambda: "does not exist" in client.text(SOIL))
        chapter.unlink()
        wait_for(lambda: "soil.md" in client.text(SOIL))
        save(chapter, text)
        save(garden.po, good)
        wait_for(lambda: 'class="fault"' not in client.text(SOIL))


def test_start_with_a_fault(garden: Copy) -> None:
    good = garden.po.read_text()
    garden.po.write_text(good + "\nnonsense")
    with previewing(garden) as client:
        for address in ("/", SOIL):
            assert "garden.po:" in client.text(address)
        save(garden.po, good)
        wait_for(lambda: client.ask("/")[0].status == 307)
        assert SQUEEZE in client.text(SOIL)


def test_broken_template_affects_only_the_page(garden: Copy) -> None:
    path = garden.project.templates / "blocks.j2"
    good = path.read_text()
    with previewing(garden, pdf=True) as client:
        save(path, good + "{% if %}")
        assert "cannot be typeset" in client.json(f"{SOIL}/pages")["error"]
        assert SQUEEZE in client.text(SOIL)
        save(path, good)
        assert client.json(f"{SOIL}/pages")["pages"]


def test_missing_glyph_is_an_error_of_the_page(garden: Copy) -> None:
    garden.edit(SQUEEZE, msgstr="\U00010330")
    with previewing(garden, pdf=True) as client:
        assert "\U00010330" in client.json(f"{SOIL}/pages")["error"]


@pytest.mark.slow
def test_typesetter_is_restarted_when_it_dies(garden: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    presses = []
    start = TypesetWorker.start

    def recorded(worker: TypesetWorker) -> None:
        start(worker)
        presses.append(worker)

    monkeypatch.setattr(TypesetWorker, "start", recorded)
    app = make_app(garden.project, garden.folder, "es")
    with serving(app) as client:
        assert client.json(f"{SOIL}/pages")["pages"]
        pool = presses[0]._pool
        assert pool
        for process in (pool._processes or {}).values():
            process.kill()
        assert client.json("/section/chapter-sowing/pages")["pages"]


# --- The command -----------------------------------------------------------------------------


def modification_times(folder: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_command_serves_and_writes_nothing(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    before = modification_times(root)
    command = [sys.executable, root / "publish.py", "preview", "--book", root / "tests/books/garden", "--port", "0"]
    environment = {**outer_environment(), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        try:
            assert process.stdout
            assert process.stderr
            line = process.stdout.readline()
            address = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
            assert address, line + process.stderr.read()
            client = Client(int(address[1]))
            assert client.json(f"{SOIL}/pages")["pages"]
            taken = publish("preview", "--book", GARDEN, "--port", address[1])
            assert (taken.returncode, "--port" in taken.stderr) == (1, True)
            with client.events() as following:
                following()
                for _attempt in range(3):
                    process.send_signal(signal.SIGINT)
                assert process.wait(LONG) == 0
            assert process.stderr.read() == ""
        finally:
            process.kill()
    assert modification_times(root) == before


def test_command_refuses_unknown_languages() -> None:
    done = publish("preview", "--book", GARDEN, "--lang", "xx")
    assert (done.returncode, "one of en, es" in done.stderr) == (1, True)
