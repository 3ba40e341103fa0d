"""Sections are typeset once and bound: the book is the same as one typeset whole, whatever the cache has."""

from __future__ import annotations

import io
import random
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import ImageChops
from support_hospital import SHED, leave_out_most, write_shed
from support_pages import recorded_pages

from carepress.build.executor import dependents
from carepress.build.jobs import BuildRequest, job_table
from carepress.build.pipeline import build_one
from carepress.hospital.adapt import apply_hospital, values
from carepress.hospital.reader import read_hospital
from carepress.model import EDITIONS, Job, Problem, RenderedBook, RenderedSection, Selection
from carepress.pages.environment import RenderContext
from carepress.pages.render import render_book
from carepress.pdf import typeset as typesetting
from carepress.pdf.accents import key_colors
from carepress.pdf.bind import bind
from carepress.pdf.incremental.blocks import BlockSpan
from carepress.pdf.section import TypesetSection, pack, pagination, unpack
from carepress.pdf.typeset import typeset
from carepress.pdf.write import LayoutError, lay_out, write_pdf
from carepress.preflight.layout import check_layout
from carepress.translation.load import translate
from carepress.workspace.cache import Cache
from carepress.workspace.project import Project
from support import GARDEN, LANGS, ROOT, model

REVISED = model(GARDEN, "en").revised
EDITION = EDITIONS["booklet"]
PAPER = EDITION.papers[0]


def check(pages: list, first: int) -> list[Problem]:
    return check_layout(pages, EDITION, first)


def pages_of(book: RenderedBook, folder: Path) -> list[TypesetSection]:
    return typeset(book, check, Cache(folder), "1")


def file_of(book: RenderedBook, folder: Path) -> bytes:
    return bind(book, pages_of(book, folder), REVISED)


def rendered(lang: str, shed: Path | None = None) -> RenderedBook:
    """Return the booklet of the garden book, adapted to a hospital if one is given."""
    book, interface = translate(Project(ROOT), model(GARDEN, "en"), lang)
    context = RenderContext(book, ROOT / "templates", interface)
    if shed:
        hospital = read_hospital(shed, model(GARDEN, "en"), LANGS)
        context = replace(context, book=apply_hospital(book, hospital), hospital=hospital)
        context = replace(context, values=values(hospital, lang), draft=True, reason="sign-off")
    return render_book(context, EDITION, PAPER)


@contextmanager
def opened(data: bytes) -> Iterator[tuple[pikepdf.Pdf, pypdfium2.PdfDocument]]:
    with pikepdf.open(io.BytesIO(data)) as pdf:
        drawn = pypdfium2.PdfDocument(data)
        yield pdf, drawn
        drawn.close()


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> tuple[RenderedBook, Path]:
    """Return a booklet and the folder of a cache that has it."""
    folder, book = tmp_path_factory.mktemp("cached"), rendered("en")
    pages_of(book, folder)
    return book, folder


# --- the book is the one that WeasyPrint writes ---


@pytest.mark.parametrize("lang", ["es", pytest.param("en", marks=pytest.mark.slow)])
def test_bound_book_is_like_the_whole_one(lang: str, tmp_path: Path) -> None:
    """It has the same pictures of pages, words, bookmarks and links."""
    book = rendered(lang, write_shed(tmp_path))
    with (
        opened(file_of(book, tmp_path / "cache")) as (bound_file, bound),
        opened(write_pdf(lay_out(book.html), REVISED)) as (whole_file, whole),
    ):
        assert _bookmarks(bound) == _bookmarks(whole)
        assert _links(bound_file) == _links(whole_file)
        assert len(bound) == len(whole)
        for number in range(len(bound)):
            ours, theirs = (pdf[number].render(scale=0.5).to_pil().convert("RGB") for pdf in (bound, whole))
            difference = ImageChops.difference(ours, theirs).getextrema()
            assert max(high for _low, high in difference) < 40, f"page {number + 1}"
            # The trailing space of a line may be written or not: no screen reader reads it.
            words = [pdf[number].get_textpage().get_text_range().split() for pdf in (bound, whole)]
            assert words[0] == words[1], f"page {number + 1}"


def _bookmarks(drawn: pypdfium2.PdfDocument) -> list[tuple[int, str, int]]:
    return [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in drawn.get_toc()]


def _links(pdf: pikepdf.Pdf) -> list[set[str]]:
    """Return the targets of the links of each page."""
    return [{_target(link) for link in leaf.obj.get("/Annots", ())} for leaf in pdf.pages]


def _target(link: pikepdf.Object) -> str:
    return str(link.Dest if "/Dest" in link else link.A.URI)


def test_shared_pages_have_the_colors_of_the_hospital(tmp_path: Path) -> None:
    shed = write_shed(tmp_path)
    (shed / "hospital.toml").write_text(SHED.replace('main = "#123456"', 'main = "#421064"'))
    book, other = rendered("en", shed), rendered("en", write_shed(tmp_path / "other"))
    assert replace(book, binding_css=other.binding_css) == other != book
    pages_of(other, tmp_path / "cache")
    with recorded_pages() as pages, opened(file_of(book, tmp_path / "cache")) as (pdf, _):
        used = b"".join(leaf.obj.Contents.read_bytes() for leaf in pdf.pages)
    assert pages == []
    assert b"0.258824 0.062745 0.392157 rg" in used
    keys = key_colors(book.styles + book.binding_css)
    assert keys
    assert not [color for color in keys if re.search(rb"^" + re.escape(color) + rb" (rg|RG)$", used, re.M)]


# --- the cache never changes the result ---


def changed(book: RenderedBook, seed: int) -> RenderedBook:
    """Return the book with a few blocks and words changed; the same seed makes the same changes."""
    rng = random.Random(seed)
    sections = list(book.sections)
    for _change in range(rng.randint(1, 4)):
        index = rng.choice([index for index, section in enumerate(sections) if section.blocks])
        sections[index] = replace(sections[index], blocks=changed_blocks(sections[index], rng))
    return replace(book, sections=tuple(sections))


def changed_blocks(section: RenderedSection, rng: random.Random) -> tuple[str, ...]:
    blocks = list(section.blocks)
    where = rng.randrange(len(blocks))
    plain = not re.search(r'\sid="', blocks[where])
    kind = rng.choice(["longer", "other", "twice", "away"] if plain and where + 1 < len(blocks) else ["other"])
    if kind == "twice":
        blocks.insert(where, blocks[where])
    elif kind == "away":
        del blocks[where]
    else:
        words = " a few more words" * rng.randint(1, 40) if kind == "longer" else " water"
        blocks[where] = re.sub(r"(?<=[a-z])(?=[.:]?</)", words, blocks[where], count=1)
    return tuple(blocks)


@pytest.mark.slow
@pytest.mark.parametrize(("seed", "steps"), [(0, 1), *((seed, 2) for seed in range(1, 5))])
def test_cache_does_not_change_the_bytes(
    seed: int, steps: int, garden: tuple[RenderedBook, Path], tmp_path: Path
) -> None:
    book, cached = garden
    shutil.copytree(cached, tmp_path / "cached")
    for step in range(steps):
        book = changed(book, 100 * step + seed)
        file = file_of(book, tmp_path / "cached")
    assert file == file_of(book, tmp_path / "empty")


@pytest.mark.slow
def test_hospital_files_do_not_depend_on_earlier_builds(tmp_path: Path) -> None:
    """In Spanish, WeasyPrint itself first prints the numbers of pages that a heading was on before it moved."""
    project = tmp_path / "project"
    for name in ("content", "templates", "locales"):
        shutil.copytree(ROOT / name, project / name)
    profile = project / "content" / "hospitals" / "riverbend" / "hospital.toml"
    leave_out_most(profile)

    def booklet(out: Path) -> tuple[bytes, int]:
        [job] = job_table(Project(project), BuildRequest("childhood-all", out, ("es",), ("booklet",), ("riverbend",)))
        with recorded_pages() as pages:
            result = build_one(Project(project), job)
        assert result.path
        return result.path.read_bytes(), sum(pages)

    _first, all_pages = booklet(tmp_path / "cached")
    profile.write_text(profile.read_text().replace("555-01", "555-02"))
    again, few_pages = booklet(tmp_path / "cached")
    alone, _pages = booklet(tmp_path / "empty")
    assert again == alone
    assert few_pages < all_pages / 2
    assert list(stale_references(alone)) == []


def stale_references(data: bytes) -> Iterator[str]:
    """Yield the references with a page number other than that of their target."""
    references = 0
    with opened(data) as (pdf, drawn):
        numbers = {leaf.obj.objgen: number for number, leaf in enumerate(pdf.pages, 1)}
        names = pdf.Root.Names.Dests.Names
        places = {str(names[at]): numbers[names[at + 1][0].objgen] for at in range(0, len(names), 2)}
        for number, leaf in enumerate(pdf.pages):
            text = drawn[number].get_textpage()
            texts: dict[str, str] = {}
            for link in leaf.obj.get("/Annots", ()):
                name, sides = str(link.Dest) if "/Dest" in link else "", [float(side) for side in link.Rect]
                texts[name] = texts.get(name, "") + text.get_text_bounded(
                    sides[0] - 1, sides[1] - 1, sides[2] + 1, sides[3] + 1
                )
            for name, words in texts.items():
                if reference := re.search(r"\((?:page|página)\s(\d+)", words):
                    references += 1
                    if int(reference[1]) != places[name]:
                        yield f"page {number + 1}: “{reference[0]}” leads to {places[name]}"
    assert references > 20


def test_change_typesets_only_the_pages_around_it(garden: tuple[RenderedBook, Path], tmp_path: Path) -> None:
    book, cached = garden
    name = max(pages_of(book, cached), key=lambda section: len(section.words)).name
    index = next(index for index, section in enumerate(book.sections) if section.name == name)
    # A section whose drawings give way is typeset whole.
    blocks = [block for block in book.sections[index].blocks if "<figure" not in block]
    book = with_blocks(book, index, blocks)
    longest = pages_of(book, tmp_path / "cached")[index]
    assert longest.pages > 3
    sections = list(book.sections)
    last = max(number for number, block in enumerate(blocks) if "</p>" in block)
    blocks[last] = " Wow.</p>".join(blocks[last].rsplit("</p>", 1))
    sections[index] = replace(sections[index], blocks=tuple(blocks))
    with recorded_pages() as pages:
        typeset_sections = pages_of(replace(book, sections=tuple(sections)), tmp_path / "cached")
    assert len(pages) == 1
    assert 0 < pages[0] < longest.pages
    assert len(typeset_sections[index].slices) > 1


def with_blocks(book: RenderedBook, index: int, blocks: list[str]) -> RenderedBook:
    """Return the book with other blocks in one section."""
    section = replace(book.sections[index], blocks=tuple(blocks))
    return replace(book, sections=(*book.sections[:index], section, *book.sections[index + 1 :]))


@pytest.mark.slow
def test_changes_in_two_chapters_of_a_part_are_two_patches(garden: tuple[RenderedBook, Path], tmp_path: Path) -> None:
    """As with the telephone numbers of another hospital: the pages between the changes are reused."""
    book, cached = garden
    shutil.copytree(cached, tmp_path / "cached")
    index = max(range(len(book.sections)), key=lambda index: len(book.sections[index].blocks))
    blocks = list(book.sections[index].blocks)
    assert sum('class="chapter-head"' in block for block in blocks) > 1
    paragraphs = [number for number, block in enumerate(blocks) if re.match(r"\s*<p[ >]", block)]
    first, last = paragraphs[0], paragraphs[-1]
    blocks[first + 1 : first + 1] = [blocks[first]] * 60  # pages between the changes
    book = with_blocks(book, index, blocks)
    pages_of(book, tmp_path / "cached")
    for number in (first, last + 60):
        blocks[number] = re.sub(r"\b[Tt]he\b|\bto\b", "a", blocks[number], count=1)
    assert len([1 for old, new in zip(book.sections[index].blocks, blocks) if old != new]) == 2
    other = with_blocks(book, index, blocks)
    with recorded_pages() as pages:
        section = pages_of(other, tmp_path / "cached")[index]
    assert len(section.slices) >= 3
    assert sum(pages) < section.pages
    assert file_of(other, tmp_path / "cached") == file_of(other, tmp_path / "empty")


def test_pages_of_a_part_begin_in_its_chapters(garden: tuple[RenderedBook, Path]) -> None:
    """A page belongs to the chapter of its first word, also where another chapter begins on it."""
    sections = pages_of(*garden)
    part = next(section for section in sections if len(section.chapters) > 1)
    made = pagination(sections)
    names = [part.name, *part.chapters]
    assert tuple(word for name in names for word in made.words[name]) == part.words
    pages = {start.page: start for start in made.starts}
    assert pages[part.first].section == part.name
    later = next(name for name in [*part.chapters][1:])
    page = part.anchors[later][0]
    assert pages[page].section != later, "the chapter begins in the middle of the page"
    for number, word in enumerate(part.starts, part.first):
        start = pages[number]
        assert (
            made.words[start.section][start.word :][:3]
            == part.words[word:][:3][: len(made.words[start.section]) - start.word]
        )


def test_damaged_cache_entry_is_ignored(garden: tuple[RenderedBook, Path], tmp_path: Path) -> None:
    book, cached = garden
    shutil.copytree(cached, tmp_path / "cached")
    cache, damaged = Cache(tmp_path / "cached"), []
    base = min(cache.folder.glob("base-*"), key=lambda path: path.stat().st_size)
    name = unpack(cache.read(base.name) or b"").name
    for path in cache.folder.iterdir():
        entry, kind = cache.read(path.name) or b"", path.name.partition("-")[0]
        # The base is read only if the section is missing.
        if kind in ("extent", "arrangement") or unpack(entry).name == name:
            path.write_bytes(path.read_bytes()[:-1])
            damaged.append(kind)
    assert {*damaged} >= {"section", "base", "extent"}
    assert file_of(book, tmp_path / "cached") == file_of(book, cached)


@pytest.mark.slow
def test_part_is_typeset_again_if_only_its_earlier_pages_are_known(
    garden: tuple[RenderedBook, Path], tmp_path: Path
) -> None:
    """Links to a part whose extent was lost, and of which a revision was typeset, led nowhere: the build failed."""
    book, cached = garden
    shutil.copytree(cached, tmp_path / "cached")
    cache, name = Cache(tmp_path / "cached"), "part-growing"
    for path in (tmp_path / "cached").iterdir():
        entry, kind = cache.read(path.name) or b"", path.name.partition("-")[0]
        if (
            kind == "section"
            or (kind == "extent" and name.encode() in entry)
            or (kind == "base" and unpack(entry).name != name)
        ):
            path.unlink()
    assert file_of(book, tmp_path / "cached") == file_of(book, cached)


def test_sections_survive_packing(garden: tuple[RenderedBook, Path]) -> None:
    for section in pages_of(*garden):
        unpacked = unpack(pack(section))
        for name in ("references", "bookmarks"):
            assert getattr(unpacked, name) == getattr(section, name)
        assert unpacked.spans == section.spans
        assert all(isinstance(span, BlockSpan) for span in unpacked.spans)


def test_page_numbers_that_never_settle_are_an_error(
    garden: tuple[RenderedBook, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    book, cached = garden
    shutil.copytree(cached, tmp_path / "cached")
    min((tmp_path / "cached").glob("section-*")).unlink()
    monkeypatch.setattr(typesetting, "ROUNDS", 1)
    with pytest.raises(LayoutError, match="do not settle"):
        pages_of(book, tmp_path / "cached")


# --- the order of jobs ---


def jobs_of(*rows: str) -> list[Job]:
    return [
        Job(GARDEN, lang, edition, Path("out"), hospital=hospital)
        for hospital, edition, lang in (row.split() for row in rows)
    ]


@pytest.mark.parametrize(
    ("rows", "waits"),
    [
        (["a booklet en", "a booklet es"], {}),
        (["a epub en", "a booklet en", "a print en"], {"a booklet en": ["a epub en", "a print en"]}),
        (["a booklet en", "b booklet en", "c booklet en"], {"a booklet en": ["b booklet en", "c booklet en"]}),
        (["a large-print en", "a booklet en"], {}),
        (
            ["a booklet en", "b booklet en", "b press en"],
            {"a booklet en": ["b booklet en"], "b booklet en": ["b press en"]},
        ),
    ],
)
def test_job_waits_for_the_one_that_typesets_its_pages(rows: list[str], waits: dict[str, list[str]]) -> None:
    label: Callable[[Job], str] = lambda job: f"{job.hospital} {job.edition} {job.lang}"  # noqa: E731
    labels = {label(first): [label(job) for job in jobs] for first, jobs in dependents(jobs_of(*rows)).items()}
    assert labels == waits


def test_files_of_a_handout_wait_for_its_own_booklet() -> None:
    jobs = [
        replace(job, selection=Selection(name))
        for name in ("soil", "water")
        for job in jobs_of("a booklet en", "a epub en", "b booklet en")
    ]
    assert dependents(jobs) == {jobs[0]: [jobs[2], jobs[1]], jobs[3]: [jobs[5], jobs[4]]}
