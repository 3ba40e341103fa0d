"""Handouts: the book cut to chapters and sheets, and the command that builds them."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from conftest import build_once
from support_hospital import SHED, write_shed
from support_pages import boxes, render_context
from support_pseudo import pseudo_book
from support_validators import CLAIMED, epubcheck, vera
from test_approvals import BOOK, ROLES, approve, begin, edit, release, status
from test_epub_ace import ace, findings

from carepress.build.book_cache import localize_once
from carepress.build.earlier_results import paper_of
from carepress.build.executor import run_job
from carepress.build.handout_pages import BACKS, WAYS, fit_handout
from carepress.build.jobs import BuildRequest, job_table, left_out
from carepress.build.picks import picked_id, slug
from carepress.build.pipeline import render_context as context_of_job
from carepress.content import read_book
from carepress.content.book import link_names
from carepress.handouts.cut import MAX_WORDS, cut
from carepress.handouts.select import find_handout, tables, with_sheets
from carepress.hospital.adapt import apply_hospital, pages_of_no_handout
from carepress.hospital.reader import read_hospital
from carepress.localize import load_hospital, localize
from carepress.model import (
    EDITIONS,
    Block,
    Book,
    Box,
    HandoutLayout,
    Heading,
    Hospital,
    Interface,
    Job,
    Key,
    PublishError,
    Selection,
    Table,
    WordsBox,
    segments,
)
from carepress.model.document import map_blocks
from carepress.model.interface import english
from carepress.pages.elsewhere import MESSAGES
from carepress.pages.handout import note_pages
from carepress.pages.render import render_book
from carepress.pdf.page_facts import PageFacts, TextLine
from carepress.pdf.typeset import typeset
from carepress.pdf.write import lay_out
from carepress.preflight.layout import check_layout
from carepress.signoff.state import sign_off
from carepress.workspace.cache import Cache
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.manifest import read_manifest
from carepress.workspace.outputs import output_cache
from carepress.workspace.project import Project
from support import (
    GARDEN,
    HANDBOOK,
    LANGS,
    ROOT,
    XHTML,
    interface,
    model,
    open_epub,
    open_pdf,
    plain,
    publish,
)

# What the pages of a handout depend on besides their texts.
PLAIN = {"lang": "en", "direction": "ltr", "sides": (), "styles": ""}


def handout(book: Book, name: str, **changed: object) -> Book:
    return cut(book, replace(find_handout(book, Selection(name)), **changed))


def texts(node: object) -> list[str]:
    return [segment.source for segment in segments(node)]


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GARDEN, tmp_path / "books" / "garden"))


@pytest.fixture(scope="module")
def made(shared: Path) -> Callable[[str], Path]:
    """Return a function that builds the garden's handouts in a language once, and returns the output folder."""
    return lambda lang: build_once(
        shared / "built-garden-handouts", "--book", GARDEN, "--handout", "all", "--lang", lang
    )


def path(made: Callable[[str], Path], name: str, edition: str, lang: str) -> Path:
    suffix = "epub" if edition == "epub" else "pdf"
    return made(lang) / "generic" / lang / "handouts" / f"garden-{name}-{edition}-{lang}.{suffix}"


# Spanish handouts are also those of a hospital, below.
ENGLISH_FIRST = ["en", pytest.param("es", marks=pytest.mark.slow)]


# --- cutting ---------------------------------------------------------------------------------


def test_handout_has_its_chapters_and_sheets_alone() -> None:
    small = handout(model(GARDEN, "en"), "soil")
    assert [chapter.id for chapter in small.chapters()] == ["soil"]
    assert [sheet.id for sheet in small.sheets()] == ["plan"]
    assert (small.front, small.schedules, small.handouts) == ((), (), ())
    assert small.cut
    assert [sheet.id for sheet in small.cut.fill] == ["watering"]
    assert (small.cut.total, small.handout.number) == (2, 1)


def test_identifiers_of_handouts_differ() -> None:
    book = model(GARDEN, "en")
    urns = {item.urn for item in (book, handout(book, "soil"), handout(book, "water"))}
    assert len(urns) == 3
    rows = {cut(book, find_handout(book, Selection("soil")), names).urn for names in ((), ("lime",), ("lime", "sand"))}
    assert len(rows) == 3
    picks = [Selection(picked_id((name,), "Soil"), (name,), "Soil") for name in ("soil", "sowing")]
    assert len({cut(book, find_handout(book, pick)).urn for pick in picks} | urns) == 5


def test_section_of_a_chapter_is_cut_at_the_next_heading_of_level_2() -> None:
    book = model(GARDEN, "en")
    small = handout(book, "soil", chapters=("chapter:soil#feeding",))
    (chapter,) = small.chapters()
    assert [block.id for block in chapter.blocks if isinstance(block, Heading)] == ["feeding", "not-add"]
    assert not any("Good soil is dark" in text for text in texts(chapter))  # the summary of the whole chapter


def test_closing_boxes_are_merged_at_the_end() -> None:
    book = model(GARDEN, "en")
    small = handout(book, "water", chapters=("chapter:soil", "chapter:sowing"))
    *_others, last = small.chapters()
    assert [type(block).__name__ for block in last.blocks[-3:]] == ["Box", "Box", "WordsBox"]
    doing, asking, _words = last.blocks[-3:]
    assert texts(doing) == [
        "Squeeze a handful from three places.",
        "Write down what you find in the [bed plan](sheet:plan).",
        "Sow one row of radishes this week.",
    ]
    assert len(texts(asking)) == 6
    kinds = [block.kind for chapter in small.chapters() for block in chapter.blocks if isinstance(block, Box)]
    assert (kinds.count("ask"), kinds.count("next"), kinds.count("summary")) == (1, 1, 2)


def test_question_of_two_chapters_is_asked_once() -> None:
    book = model(GARDEN, "en")
    soil = next(chapter for chapter in book.chapters() if chapter.id == "soil")
    twin = replace(soil, id="twin")
    part = replace(book.parts[0], chapters=(soil, twin))
    both = replace(book, parts=(part, *book.parts[1:]))
    small = handout(both, "soil", chapters=("chapter:soil", "chapter:twin"))
    *_others, last = small.chapters()
    assert len(texts(last.blocks[-2])) == 3


def test_boxes_of_a_section_are_left_out() -> None:
    small = handout(model(GARDEN, "en"), "soil", chapters=("chapter:soil#worms",))
    assert [box.kind for c in small.chapters() for box in c.blocks if isinstance(box, Box)] == ["call", "key", "dated"]


@pytest.mark.parametrize("name", [item.id for item in model(HANDBOOK, "en").handouts])
def test_words_of_the_handbook_are_few_and_used(name: str) -> None:
    small = handout(model(HANDBOOK, "en"), name)
    boxes = [block for c in small.chapters() for block in c.blocks if isinstance(block, WordsBox)]
    assert len(boxes) <= 1
    assert all(1 <= len(box.terms) <= MAX_WORDS for box in boxes)


def test_exposures_leave_the_rows_about_them() -> None:
    book = model(HANDBOOK, "en")
    rows = _rows(book, ("cyclophosphamide",))
    assert len(rows) == 4
    assert ("ytoxan" in rows[0], *rows[1:]) == (True, "Bone marrow", "Ovaries", "Testicles (testes)")
    assert len(_rows(book, ())) > len(_rows(book, ("cyclophosphamide", "vincristine"))) == 5


def test_row_without_a_treatment_stays() -> None:
    book = model(HANDBOOK, "en")

    def without(block: Block) -> Block:
        known = isinstance(block, Table) and block.exposures
        return replace(block, exposures=((), *block.exposures[1:])) if known else block  # type: ignore[union-attr,arg-type]

    assert _rows(map_blocks(book, without), ("cyclophosphamide",))[1] == "Any part (any tissue)"


def test_table_never_loses_all_its_rows() -> None:
    with pytest.raises(PublishError, match=r"by treatment” is about vincristine: name one of cyclophosphamide, .* too"):
        find_handout(model(HANDBOOK, "en"), Selection("late-effects", exposures=("vincristine",)))


def test_treatments_of_a_picked_handout_are_checked() -> None:
    picked = Selection("picked", ("late-effects",), "Later", ("aspirin",))
    with pytest.raises(PublishError, match=r"aspirin: no table of this handout has this treatment: use one of "):
        find_handout(model(HANDBOOK, "en"), picked)


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "words"), [("en", "Only for"), ("es", "Solo para")])
def test_reduced_handout_names_its_treatments(lang: str, words: str, tmp_path: Path) -> None:
    args = ("--lang", lang, "--handout", "late-effects", "--exposures", "cyclophosphamide,vincristine")
    done = publish("build", *args, "--edition", "booklet", "--edition", "epub", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    epub, path = sorted((tmp_path / "generic" / lang / "handouts").iterdir(), key=lambda path: path.suffix)
    assert f"{words}: cyclophosphamide, vincristine" in "".join(open_epub(epub).pages["title"].itertext())
    cover, *inner = open_pdf(path).texts
    assert f"{words}: cyclophosphamide, vincristine" in cover
    assert "cyclophosphamide, vincristine" in inner[0]
    assert "late-effects+cyclophosphamide+vincristine" in inner[-1].replace(" ", "")


def _rows(book: Book, exposures: tuple[str, ...]) -> list[str]:
    small = cut(book, find_handout(book, Selection("late-effects")), exposures)
    tables = [block for c in small.chapters() for block in c.blocks if isinstance(block, Table) and block.exposures]
    return [texts(row)[0] for table in tables for row in table.rows]


def test_unknown_exposure_lists_the_known_ones() -> None:
    with pytest.raises(
        PublishError, match=r"no table of this handout has this treatment: use one of .*cyclophosphamide"
    ):
        find_handout(model(HANDBOOK, "en"), Selection("late-effects", exposures=("aspirin",)))


# --- pages -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    """The end of a typeset text: how full its last page is, whether the words box is divided, and the pages before.

    `early` is how full the page is that is `before` the one that the words to know are on.
    """

    reach: float = 0.9
    divided: bool = False
    pages: int = 6
    last_words: int = 200
    early: float = 0.9
    before: int = 2


def layout_of(
    texts: dict[tuple[int, int], Text],
    tmp_path: Path,
    back: int = 0,
    totals: list[int] | None = None,
    ways: list[tuple[int, int]] | None = None,
) -> HandoutLayout:
    """Return the layout of a handout whose text ends as `texts` says for closer lines and a number of terms.

    `back` is the first of `BACKS` that fits on one page. The totals that pages print are added to `totals`, and the ways
    to set the text to `ways`.
    """
    book = handout(model(GARDEN, "en"), "soil", sheets=())

    def typeset(layout: HandoutLayout, total: int) -> list[object]:
        text = texts.get((layout.spacing, layout.words), Text())
        if totals is not None:
            totals.append(total)
        if ways is not None:
            ways.append((layout.spacing, layout.words))
        divided = ("words",) if text.divided else ()
        line = TextLine("Dig.", "", False)
        page = PageFacts("", "part-text", 0.9, 0.9, 30, line, None, 30, False, (), (), ())
        before = [replace(page, reach=text.early), *[page] * (text.before - 1)]
        last = replace(page, reach=text.reach, inked=text.reach, divided=divided)
        placed = {"first": 2, "last": 2 + text.before, "anchors": {"soil-box-words": (2 + text.before, 0.0, 0.0)}}
        one = {"pages": 1, "words": (), "starts": (0,), "facts": ()}
        words = ("word",) * (100 + text.last_words)
        return [
            SimpleNamespace(name="cover", **one),
            SimpleNamespace(
                name="part-text", pages=text.pages, words=words, starts=(0, 100), facts=(*before, last), **placed
            ),
            *(SimpleNamespace(name=f"sheet-{name}", **one) for name in layout.fill),
            *(SimpleNamespace(name=name, **one) for name in note_pages(layout)),
            SimpleNamespace(name="back-cover", **{**one, "pages": 2 if shape(layout) in BACKS[:back] else 1}),
        ]

    def shape(layout: HandoutLayout) -> tuple[bool, bool, bool]:
        return layout.notes_on_back, layout.short, layout.imprint_inside

    def render(layout: HandoutLayout) -> Any:
        return SimpleNamespace(**PLAIN, sections=str(layout), layout=layout)

    found = fit_handout(
        book, EDITIONS["booklet"], render, lambda rendered, total: typeset(rendered.layout, total), Cache(tmp_path)
    )
    assert not found.problems
    return found.rendered.layout


def test_text_that_ends_well_is_set_as_it_is(tmp_path: Path) -> None:
    assert layout_of({}, tmp_path) == HandoutLayout()


@pytest.mark.parametrize("defect", [Text(reach=EDITIONS["booklet"].fill - 0.1), Text(divided=True)])
def test_text_that_ends_badly_is_set_in_the_first_way_that_helps(defect: Text, tmp_path: Path) -> None:
    layout = layout_of({WAYS[0]: defect, WAYS[1]: defect}, tmp_path)
    assert (layout.spacing, layout.words) == WAYS[2]


def test_text_that_no_way_helps_is_set_as_it_is(tmp_path: Path) -> None:
    defect = Text(reach=EDITIONS["booklet"].fill - 0.1)
    layout = layout_of(dict.fromkeys(WAYS, defect), tmp_path)
    assert (layout.spacing, layout.words) == WAYS[0]


def test_fewer_words_are_not_tried_against_a_defect_before_them(tmp_path: Path) -> None:
    """They may change the page before their own one, but none before that."""
    tried: list[tuple[int, int]] = []
    texts = {way: Text(early=0.3) for way in WAYS if way[0] == 0}
    layout = layout_of(texts, tmp_path / "two", ways=tried)
    assert (layout.spacing, layout.words) == WAYS[3]
    assert WAYS[1] not in tried
    one = {WAYS[0]: Text(early=0.3, before=1)}
    layout = layout_of(one, tmp_path / "one")
    assert (layout.spacing, layout.words) == WAYS[1]


def test_fewer_words_are_tried_last_if_no_other_way_helps(tmp_path: Path) -> None:
    texts = {way: Text(early=0.3, divided=way != WAYS[4]) for way in WAYS}
    layout = layout_of(texts, tmp_path)
    assert (layout.spacing, layout.words) == WAYS[4]


@pytest.mark.parametrize(("last_words", "way", "notes"), [(60, 1, 0), (300, 0, 3)])
def test_page_too_many_is_saved_if_it_has_few_words(last_words: int, way: int, notes: int, tmp_path: Path) -> None:
    layout = layout_of({WAYS[0]: Text(pages=7, last_words=last_words)}, tmp_path)
    assert (layout.spacing, layout.words, len(layout.fill) + layout.notes) == (*WAYS[way], notes)


@pytest.mark.parametrize(
    ("pages", "last_words", "back", "expected"),
    [
        (6, 200, 0, [0, 0]),  # 8 pages at once
        (6, 200, 1, [0, 8, 0]),  # 9 pages, because the first back has two
        (7, 60, 0, [0, 8, 0]),  # 9 pages, of which one is saved
        (7, 300, 0, [0, 0, 0]),  # 9 pages, which are filled with three others
    ],
)
def test_pages_are_tried_with_the_total_that_they_will_print(
    pages: int, last_words: int, back: int, expected: list[int], tmp_path: Path
) -> None:
    """Pages with another total would have to be typeset again; 0 is the total of their own number."""
    totals: list[int] = []
    layout_of({WAYS[0]: Text(pages=pages, last_words=last_words)}, tmp_path, back, totals)
    assert totals == expected


def test_other_ways_to_set_the_text_are_expected_to_save_the_first_of_four_pages(tmp_path: Path) -> None:
    totals: list[int] = []
    almost_empty = Text(pages=7, last_words=300, reach=EDITIONS["booklet"].fill - 0.1)
    assert layout_of({WAYS[0]: almost_empty}, tmp_path, totals=totals).notes == 0
    assert totals == [0, 8, 0]  # not 12


def test_layout_is_found_again_if_a_sheet_that_was_left_out_has_changed(tmp_path: Path) -> None:
    """The layout that is guessed has no sheets: what they are is not in its pages."""

    def layout(watering: int, text: int = 4) -> HandoutLayout:
        book = handout(model(GARDEN, "en"), "soil", sheets=(), fill=("plan", "watering"))
        one = {"words": ("word",) * 500, "starts": (0,), "facts": ()}

        def render(layout: HandoutLayout) -> Any:
            pages = {"cover": 1, "part-text": text, **{f"sheet-{name}": 1 for name in layout.fill}}
            pages |= dict.fromkeys(note_pages(layout), 1) | {"back-cover": 1}
            pages |= {"sheet-watering": watering} if "watering" in layout.fill else {}
            return SimpleNamespace(**PLAIN, sections=str(pages), pages=pages, layout=layout)

        def typeset(rendered: Any, _total: int) -> list[Any]:
            return [SimpleNamespace(name=name, pages=pages, **one) for name, pages in rendered.pages.items()]

        found = fit_handout(book, EDITIONS["booklet"], render, typeset, Cache(tmp_path))
        assert sum(section.pages for section in found.sections) == 8
        return found.rendered.layout

    assert layout(watering=1).fill == ("plan", "watering")
    assert layout(watering=2).fill == ("plan",)
    # A sheet of two pages fills two of three.
    found = layout(watering=2, text=3)
    assert (found.fill, found.notes) == (("plan", "watering"), 0)


@pytest.mark.parametrize("lang", ["en", "ar_XB"])
def test_ending_and_direction_of_a_handout(lang: str) -> None:
    book = model(GARDEN, "en")
    small = handout(book, "soil", ending=book.cover)
    context = render_context(pseudo_book(small, lang) if lang == "ar_XB" else small)
    rendered = render_book(context, EDITIONS["booklet"], EDITIONS["booklet"].papers[0])
    (text,) = (section for section in rendered.sections if section.name == "part-text")
    assert 'class="tailpiece"' in text.blocks[-1]
    assert ("mirrors handout.css" in rendered.styles) == (lang == "ar_XB")


# --- links -----------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [GARDEN, HANDBOOK], ids=["garden", "handbook"])
def test_each_link_leads_inside_or_elsewhere(folder: Path) -> None:
    book = model(folder, "en")
    for item in book.handouts:
        small = cut(book, item)
        assert small.cut
        outside = {row.target for row in small.cut.elsewhere}
        shown = re.findall(r"\]\(((?:chapter|sheet):[^)]*)\)", " ".join(texts(small.parts)))
        assert set(shown) <= outside | link_names(small)
        assert not outside & link_names(small)


def test_link_leads_to_the_handout_with_all_of_the_chapter() -> None:
    small = handout(model(GARDEN, "en"), "water")
    assert small.cut
    assert [(row.target, row.kind, row.number) for row in small.cut.elsewhere] == [
        ("chapter:soil#feeding", "handout", 1),
        ("chapter:soil#not-add", "handout", 1),
    ]


def test_messages_of_links_are_translated() -> None:
    for message in MESSAGES:
        assert "%(words)s" in interface("es")[message] != message


# --- reading book.toml -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "water"', 'id = "soil"', "duplicate handout “soil”: choose another id"),
        ('id = "water"', 'id = "all"', "reserved name “all”: choose another id"),
        ('chapters = ["sowing", ', 'chapters = ["mowing", ', "there is no chapter “mowing”: correct the name"),
        ("soil#worms", "soil#not-add", "there is no section “soil#not-add”: name a heading of level 2"),
        ('chapters = ["sowing", ', 'chapters = ["glossary", ', "there is no chapter “glossary”: correct the name"),
        ("soil#worms", "sowing", "duplicate “sowing”: list it once"),
        ('sheets = ["plan"]', 'sheets = ["plans"]', "there is no sheet “plans”: correct the name"),
        ('fill = ["watering"]', 'fill = ["water"]', "there is no sheet “water”: correct the name"),
        ('drawing = "bed"', 'drawing = "bad"', "there is no “bad”: add drawings/bad.svg"),
        ('"What never to add"]', '"What never to add", "More"]', "contents"),
        ("color = 3", "color = 9", "“handouts.1.color” is 9, which is not valid"),
    ],
)
def test_mistake_in_a_handout_is_reported_with_its_line(garden: Path, old: str, new: str, message: str) -> None:
    file = garden / "book.toml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    line = text[: text.index(old)].count("\n") + 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PublishError) as caught:
        read_book(garden)
    assert message in str(caught.value)
    assert f"book.toml:{line}: " in str(caught.value)


# --- the files -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", ["side-effects", "late-effects"])
def test_cover_of_a_hospitals_draft_has_room_for_its_mark(name: str, tmp_path: Path) -> None:
    """Long words beside the drawing, the name and address of a hospital, and the mark of a draft."""
    project = Project(ROOT)
    job = Job(HANDBOOK, "es", "booklet", tmp_path, hospital="riverbend", paper="half-letter", selection=Selection(name))
    localized = localize_once(Inputs(project), job)
    context = replace(context_of_job(project, job, localized), draft=True, reason="sign-off")
    edition = EDITIONS["booklet"]
    paper = paper_of(edition, job.paper)
    rendered = render_book(context, edition, paper)
    (cover,) = typeset(
        replace(rendered, sections=rendered.sections[:1], total=12),
        lambda pages, first: check_layout(pages, edition, first),
        output_cache(tmp_path),
        "",
    )
    assert (cover.name, cover.pages, cover.problems) == ("cover", 1, ())


@pytest.mark.parametrize("lang", ENGLISH_FIRST)
@pytest.mark.parametrize("name", ["soil", "water"])
def test_booklet_is_a_folded_sheet_from_cover_to_back(made: Callable[[str], Path], name: str, lang: str) -> None:
    pdf = open_pdf(path(made, name, "booklet", lang))
    small = handout(model(GARDEN, lang), name)
    assert len(pdf.texts) % 4 == 0
    cover, *inner, back = pdf.texts
    assert small.handout
    words = interface(lang)
    number = words["Handout %(number)s of %(total)s"] % {"number": small.handout.number, "total": 2}
    for text in (number, words["In this handout"], *map(plain, (small.title, small.subtitle, *small.handout.contents))):
        assert text in cover
    assert all(f"{page} / {len(pdf.texts)}" in text for page, text in enumerate(inner, 2))
    for text in ("Call your team", "Given by", "Can you tell me in your own words:", "When will you call us?"):
        assert words[text] in back
    texts = " ".join(inner)
    for segment in segments(small.parts[0].chapters):
        assert segment.kind.startswith(("drawing", "image")) or plain(segment)[:20] in texts, segment


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("en", ("Know your soil (handout 1) for the bed", "watering sheet (page 6)")),
        pytest.param("es", ("(folleto 1)",), marks=pytest.mark.slow),
    ],
)
def test_link_out_of_the_handout_names_the_other_one(
    lang: str, words: tuple[str, ...], made: Callable[[str], Path]
) -> None:
    text = " ".join(open_pdf(path(made, "water", "booklet", lang)).texts)
    assert [word for word in words if word not in text] == []


def test_print_edition_has_two_pages_on_a_side(made: Callable[[str], Path]) -> None:
    pages = len(open_pdf(path(made, "soil", "booklet", "en")).texts)
    assert len(open_pdf(path(made, "soil", "print", "en")).texts) == pages // 2


@pytest.mark.parametrize("lang", ENGLISH_FIRST)
def test_ebook_has_the_text_and_its_words(made: Callable[[str], Path], lang: str) -> None:
    book = open_epub(path(made, "soil", "epub", lang))
    assert list(book.pages) == ["cover", "title", "soil", "sheets-soil", "imprint", "back-cover"]
    small = handout(model(GARDEN, lang), "soil")
    terms = [term for block in small.parts[0].chapters[0].blocks if isinstance(block, WordsBox) for term in block.terms]
    assert terms
    assert all(f"note-{term.id}" in book.pages["soil"].xpath("//@id") for term in terms if term.id == "compost")
    points = [element.text for element in book.pages["title"].iter(f"{XHTML}li")]
    assert points == [plain(text) for text in small.cut.handout.contents]


def test_validators_report_nothing(made: Callable[[str], Path]) -> None:
    folders = [made(lang) / "generic" / lang / "handouts" for lang in LANGS]
    booklets = sorted(path for folder in folders for path in folder.glob("*-booklet-*.pdf"))
    ebooks = sorted(path for folder in folders for path in folder.glob("*.epub"))
    assert len(booklets) == len(ebooks) >= 4
    assert vera(CLAIMED, *booklets) == {}
    assert epubcheck(*ebooks) == {}


@pytest.mark.parametrize("lang", LANGS)
def test_ace_reports_no_violations(made: Callable[[str], Path], tmp_path: Path, lang: str) -> None:
    assert findings(ace(path(made, "soil", "epub", lang), tmp_path / "ace", lang)) == []


def test_manifest_names_the_handout(made: Callable[[str], Path], signed_handout: Path) -> None:
    record = read_manifest(made("en"))["generic/en/handouts/garden-water-print-en.pdf"]
    assert (record.handout, record.number, record.title) == ("water", 2, "Water and seed")
    record = read_manifest(signed_handout / "build")["shed/es/handouts/garden-water-booklet-es.pdf"]
    assert (record.handout, record.number, record.title) == ("water", 1, "Agua y semilla")  # it leaves out the first


def test_picked_handout(tmp_path: Path) -> None:
    args = ("--book", GARDEN, "--lang", "en", "--pick", "sowing#water,sheet:plan", "--title", "Today’s visit")
    done = publish("build", *args, "--edition", "booklet", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    name = picked_id(("sowing#water", "sheet:plan"), "Today’s visit")
    pdf = open_pdf(tmp_path / "generic" / "en" / "handouts" / f"garden-{name}-booklet-en.pdf")
    assert "Today’s visit" in pdf.texts[0]
    text = " ".join(pdf.texts)
    assert "Push a finger into the ground" in text
    assert "Cover a seed with twice" not in text
    assert len(pdf.texts) % 4 == 0


@pytest.mark.parametrize("edition", ["epub", pytest.param("large-print", marks=pytest.mark.slow)])
def test_picked_sheets_in_an_order_of_their_own(edition: str, tmp_path: Path) -> None:
    """The e-book had the tracking sheets first, so that its page numbers did not increase; a release is made."""
    args = ("--book", GARDEN, "--lang", "en", "--pick", "sheet:plan,sheet:watering", "--title", "My bed")
    done = publish("build", *args, "--edition", edition, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    (path,) = (tmp_path / "generic" / "en" / "handouts").glob(f"garden-picked-my-bed-*-{edition}-en.*")
    text = open_epub(path).text if edition == "epub" else " ".join(open_pdf(path).texts)
    assert text.index("what grows in which bed") < text.index("too little water")


def test_picked_handout_of_sheets_alone(tmp_path: Path) -> None:
    args = ("--book", GARDEN, "--lang", "en", "--pick", "sheet:plan", "--title", "My bed")
    done = publish("build", *args, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    (booklet,) = tmp_path.rglob("*-booklet-en.pdf")
    cover, first, *_others = open_pdf(booklet).texts
    assert "My bed" in cover
    assert "Bed plan" in first


def test_sheet_without_dates_follows_the_dated_ones(tmp_path: Path) -> None:
    sheets = ("--sheet", "plan", "--sheet", "watering", "--start", "2026-11-23", "--weeks", "2")
    done = publish("build", "--book", GARDEN, "--lang", "en", *sheets, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    texts = open_pdf(next(tmp_path.glob("generic/en/*.pdf"))).texts
    assert ["Bed plan" in text for text in texts] == [False, False, True]


def test_single_sheet_with_dates(tmp_path: Path) -> None:
    args = ("--book", GARDEN, "--lang", "en", "--sheet", "watering", "--start", "2026-11-23", "--weeks", "2")
    done = publish("build", *args, "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    pdf = open_pdf(tmp_path / "generic" / "en" / "garden-sheets-watering-en-2026-11-23.pdf")
    assert len(pdf.texts) == 2
    assert "Bed plan" not in " ".join(pdf.texts)
    (record,) = read_manifest(tmp_path).values()
    assert record.personal


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--handout", "sand"), "sand: unknown handout: use one of soil, water, or all"),
        (("--pick", "soil"), "--pick needs --title"),
        (("--title", "Soil"), "--title needs --pick"),
        (("--pick", "sand", "--title", "Sand"), "there is no such chapter or sheet to pick: use one of welcome, soil"),
        (("--pick", " , ", "--title", "Soil"), "--pick needs the names of chapters, sections or sheets"),
        (("--pick", "soil#not-add", "--title", "Soil"), "sheet:plan, or CHAPTER#HEADING for a heading of level 2"),
        (("--pick", "glossary", "--title", "Soil"), "glossary: there is no such chapter or sheet to pick: use one of"),
        (
            ("--pick", "index", "--title", "Soil"),
            "index: there is no such chapter or sheet to pick: use one of welcome",
        ),
        (("--pick", "soil", "--title", "Soil", "--lang", "es"), "--title needs one --lang"),
        (("--pick", "soil", "--title", "<b>Soil</b>"), "--title: HTML is not allowed: <b>: write plain text"),
        (("--pick", "soil", "--title", "*Soil*"), "--title: a title has no markup, links or placeholders"),
        (("--pick", "soil", "--title", "{emergency}"), "--title: a title has no markup, links or placeholders"),
        (("--pick", "soil", "--title", "So\u200bil"), "--title: a character cannot be printed: expected: no invisible"),
        (
            ("--pick", "soil", "--title", "\U00010330"),
            "--title: a character cannot be printed: expected: other letters: no typeface has",
        ),
        (("--pick", "soil", "--title", "Soil " * 17), "--title: the title has 84 letters: use 80 at most"),
        (("--handout", "soil", "--exposures", "lime"), "lime: no table of this handout has this treatment"),
        (("--exposures", "lime"), "--exposures needs --handout or --pick"),
        (("--handout", "soil", "--sheet", "plan"), "--start and --sheet are for the sheets edition"),
        (("--sheet", "plan", "--start", "2026-11-23"), "plan: no tracking sheets: omit --start"),
        (("--pick", "soil", "--title", "Soil", "--edition", "sheets"), "no sheets: omit --edition sheets"),
        (("--sheet", "sand"), "sand: unknown sheet: use one of watering, plan"),
        (("--sheet", "plan", "--edition", "booklet"), "--sheet only applies to --edition sheets"),
    ],
)
def test_wrong_request_is_explained(tmp_path: Path, args: tuple[str, ...], message: str) -> None:
    done = publish("build", "--book", GARDEN, "--lang", "en", "--out", tmp_path, *args)
    assert done.returncode != 0
    assert message in done.stderr + done.stdout
    assert not list(tmp_path.glob("generic/*/*.*"))


def test_handouts_without_sheets_are_skipped_in_the_sheets_edition(garden: Path, tmp_path: Path) -> None:
    file = garden / "book.toml"
    text = file.read_text(encoding="utf-8").replace('sheets = ["plan"]\n', "", 1)
    file.write_text(text, encoding="utf-8")
    request = BuildRequest(str(garden), tmp_path / "build", langs=("en",), editions=("sheets",), handouts=("all",))
    assert [job.handout for job in job_table(Project(ROOT), request)] == ["water"]
    file.write_text(text.replace('sheets = ["watering"]\n', ""), encoding="utf-8")
    with pytest.raises(PublishError, match="sheets: no handout has sheets: name other editions"):
        job_table(Project(ROOT), request)


def test_book_without_sheets_has_no_edition_of_sheets() -> None:
    """Its only page was blank."""
    book = model(GARDEN, "en")
    book = replace(book, parts=tuple(replace(part, sheets=()) for part in book.parts))
    with pytest.raises(PublishError, match=r"^garden: no sheets: omit --edition sheets$"):
        with_sheets(book, (), dated=False)


def test_slug_of_a_title() -> None:
    assert slug("La próxima visita: ¿qué llevo?") == "la-proxima-visita-que-llevo"
    assert slug("Today’s visit") == "todays-visit"


def test_picked_handout_never_has_the_name_of_another() -> None:
    names = [
        picked_id(*given)
        for given in (
            (("soil",), "Soil"),
            (("sowing",), "Soil"),
            (("soil",), "Soil!"),
            (("soil",), "土"),
            (("soil",), "水"),
        )
    ]
    assert len({*names}) == len(names)
    assert [re.sub(r"[0-9a-f]{6}$", "DIGEST", name) for name in names] == [
        *["picked-soil-DIGEST"] * 3,
        *["picked-DIGEST"] * 2,
    ]


def test_handout_given_apart_is_not_on_the_shelf(garden: Path, tmp_path: Path) -> None:
    book, out = garden / "book.toml", tmp_path / "build"
    text = book.read_text(encoding="utf-8")
    text = text.partition("[[packets]]")[0]  # no packet has a handout that is apart
    book.write_text(text.replace("color = 3", "color = 3\napart = true"), encoding="utf-8")
    args = ("--lang", "en", "--handout", "all", "--edition", "booklet", "--out", out)
    assert publish("build", "--book", garden, *args).returncode == 0
    done = publish("shelf", "--book", book.parent, "--out", out)
    assert (done.returncode, done.stderr.count("left out: it is made for one family, or only given in person")) == (
        0,
        1,
    )
    (page,) = out.glob("*.html")
    assert ("garden-soil-booklet" in page.read_text(), "garden-water-booklet" in page.read_text()) == (True, False)
    assert "Water and seed" not in "".join(path.read_text() for path in (*out.rglob("*.xml"), out / "opds.json"))


@pytest.mark.parametrize(
    ("changed", "personal"),
    [
        ({}, False),
        ({"selection": Selection("soil")}, False),
        ({"selection": Selection("soil", exposures=("lime",))}, True),
        ({"selection": Selection("picked", ("soil",), "Soil")}, True),
        ({"sheets": ("plan",)}, True),
    ],
)
def test_what_is_made_for_one_family(changed: dict[str, Any], personal: bool, tmp_path: Path) -> None:
    job = replace(Job(GARDEN, "en", "booklet", tmp_path), **changed)
    assert job.personal == personal


def test_internal_error_names_the_handout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("carepress.build.pipeline.build_one", fail)
    job = Job(GARDEN, "es", "booklet", tmp_path)
    jobs = [
        *(replace(job, selection=Selection(name)) for name in ("soil", "water")),
        replace(job, edition="sheets", sheets=("plan",)),
    ]
    errors = [run_job(Project(ROOT), job).error or "" for job in jobs]
    names = ["booklet soil es", "booklet water es", "sheets plan es"]
    assert all(
        f"{name} failed with an internal error (Zero" in error for name, error in zip(names, errors, strict=True)
    )
    logs = [f"error-generic-{name.replace(' ', '-')}.log" for name in names]
    assert sorted(path.name for path in tmp_path.rglob("*.log")) == logs
    assert all(log in error for log, error in zip(logs, errors, strict=True))


def test_language_releases_a_handout_that_is_translated(garden: Path, tmp_path: Path) -> None:
    """A missing translation in one chapter makes drafts of the book and of the handouts with that chapter alone."""
    catalog = garden / "locales" / "es" / "LC_MESSAGES" / "garden.po"
    text = catalog.read_text(encoding="utf-8")
    changed = re.sub(r'(msgid "Push a finger[^\n]*\nmsgstr )"[^\n]*"', r'\1""', text)
    assert changed != text
    catalog.write_text(changed, encoding="utf-8")
    args = ("--book", garden, "--lang", "es", "--release", "--edition", "booklet", "--out", tmp_path / "build")
    assert publish("build", *args, "--handout", "soil").returncode == 0
    refused = publish("build", *args, "--handout", "water")
    assert refused.returncode == 1
    assert "not translated: “Push a finger" in refused.stderr


def test_command_lists_handouts_in_the_language_of_the_family() -> None:
    english, spanish = publish("handouts"), publish("handouts", "--lang", "es")
    assert (english.returncode, english.stderr, spanish.stderr) == (0, "", "")
    lines = [line.split() for line in english.stdout.splitlines()]
    book = model(HANDBOOK, "en")
    assert [line[1] for line in lines if line[0].isdigit() or line[0] == "apart"] == [row.id for row in book.handouts]
    assert [line[1] for line in lines if line[0] == "sheet"] == [sheet.id for sheet in book.sheets()]
    for handout in book.handouts:
        assert handout.when
        assert handout.when.text in english.stdout
        assert handout.when.text not in spanish.stdout


# --- sign-off --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def signed_handout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose hospital has signed one handout in Spanish, which opens with a quotation, and released it."""
    root = begin(tmp_path_factory.mktemp("handout") / "project")
    quotation = '[quotation]\ntext.en = "I dug."\ntext.es = "Cavé."\nwho.en = "A father"\nwho.es = "Un papá"\n[logo]'
    edit(root, "content/hospitals/shed/hospital.toml", "[logo]", quotation)
    for role in ROLES:
        done = approve(root, "es", role, handout="water")
        assert (done.returncode, done.stderr) == (0, "")
    done = release(root, "--lang", "es", "--handout", "water", "--edition", "booklet")
    assert done.returncode == 0, done.stderr
    return root


def test_one_handout_is_signed_and_released_alone(signed_handout: Path) -> None:
    files = [path.name for path in (signed_handout / "build" / "shed").rglob("*.pdf")]
    assert files == ["garden-water-booklet-es.pdf"]
    refused = release(signed_handout, "--lang", "es", "--edition", "booklet")
    assert refused.returncode == 1
    assert "es: the clinical reviewer has not signed" in refused.stderr
    rows = [line for line in status(signed_handout)[1] if " water: " in line]
    assert rows[0].startswith(
        "shed es booklet water: current, review due on 2047-03-01; garden-water-booklet-es.pdf is up"
    )


@pytest.mark.slow
def test_status_lists_all_editions_of_a_signed_handout(signed_handout: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(signed_handout, tmp_path / "project"))
    args = ("--lang", "es", "--handout", "water", "--edition", "bilingual", "--edition", "large-print")
    assert publish("build", *BOOK, "--hospital", "shed", *args, "--out", "build", root=root).returncode == 0
    lines = status(root)[1]
    rows = {line.partition(": ")[0].removeprefix("shed es "): line for line in lines if " water: " in line}
    assert set(rows) == {f"{name} water" for name in ("booklet", "print", "epub", "bilingual", "large-print")}
    assert "draft: en: the clinical reviewer has not signed" in rows["bilingual water"]
    assert "current, review due on" in rows["large-print water"]


def test_status_lists_the_changes_of_a_signed_handout(signed_handout: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(signed_handout, tmp_path / "project"))
    assert not any(line.startswith("  changed: ") for line in status(root)[1])
    edit(root, "content/garden/chapters/sowing.md", "Water in the morning", "Water in the evening")
    changed = [line for line in status(root)[1] if line.startswith("  changed: ")]
    assert len(changed) == 1
    assert "Water in the evening" in changed[0]


def test_word_that_only_ebooks_have_makes_only_them_drafts(signed_handout: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(signed_handout, tmp_path / "project"))
    edit(root, "locales/es/LC_MESSAGES/interface.po", 'msgstr "Volver al texto"', 'msgstr ""')
    rows = {line.partition(": ")[0].removeprefix("shed es "): line for line in status(root)[1] if " water: " in line}
    assert ": draft: 1 passage is not translated; " in rows["epub water"]
    assert ": current, review due on " in rows["booklet water"]


def test_verify_knows_the_signed_handout(signed_handout: Path, tmp_path: Path) -> None:
    name = "build/shed/es/handouts/garden-water-booklet-es.pdf"
    done = publish("verify", "--book", "garden", "--on", "2026-12-01", "--out", "build", name, root=signed_handout)
    assert done.returncode == 0, done.stdout + done.stderr
    copy = Path(shutil.copytree(signed_handout, tmp_path / "project"))
    edit(copy, "content/garden/chapters/sowing.md", "Water in the morning", "Water in the evening")
    done = publish("verify", "--book", "garden", "--on", "2026-12-01", "--out", "build", name, root=copy)
    assert done.returncode == 1
    assert "the text has changed since" in done.stdout


def test_signature_for_the_book_covers_its_handouts(tmp_path: Path) -> None:
    root = begin(tmp_path / "project")
    for role in ROLES:
        assert approve(root, "es", role).returncode == 0
    done = release(root, "--lang", "es", "--handout", "water", "--edition", "booklet")
    assert done.returncode == 0, done.stderr
    picked = ("--pick", "sowing,sheet:plan", "--title", "Para hoy", "--edition", "booklet")
    assert release(root, "--lang", "es", *picked).returncode == 0


@pytest.mark.parametrize("signed", ["water", None], ids=["handout", "book"])
def test_signature_covers_the_rows_about_some_treatments(signed: str | None, tmp_path: Path) -> None:
    root = begin(tmp_path / "project")
    table = "content/garden/tables/depths.toml"
    for row, name in (("Radish", "spring"), ("Bean", "summer")):
        edit(root, table, f'cells = ["{row}"', f'exposures = ["{name}"]\ncells = ["{row}"')
    for role in ROLES:
        assert approve(root, "es", role, **({"handout": signed} if signed else {})).returncode == 0

    def missing() -> list[str]:
        project = Project(root)
        source = read_book(project.book("garden"))
        selection = Selection("water", exposures=("spring",))
        localized = localize(project, source, "es", load_hospital(project, source, "shed"), selection)
        assert [len(table.rows) for table in tables(localized.book)] == [2, 3]
        return [problem.code for problem in sign_off(project, localized).missing]

    assert missing() == []
    edit(root, table, '"Cold ground rots the seed"', '"Cold ground"')  # in a row that is not printed
    assert missing() == ["void"] * len(ROLES)


def test_handout_without_a_chapter_of_the_hospital_is_not_made(signed_handout: Path) -> None:
    """The hospital leaves out the chapter of the first handout; the other becomes number 1, with its own page."""
    done = release(signed_handout, "--lang", "es", "--handout", "soil")
    assert "soil: unknown handout: use one of water, or all" in done.stderr
    pdf = open_pdf(signed_handout / "build" / "shed" / "es" / "handouts" / "garden-water-booklet-es.pdf")
    assert "Folleto 1 de 1" in pdf.texts[0]
    assert "Traiga una pala." in " ".join(pdf.texts)
    assert "+1 555-555-0150" in pdf.texts[-1]


def test_hospital_that_leaves_out_a_handout_does_not_stop_the_others(tmp_path: Path) -> None:
    root = begin(tmp_path / "project")
    other = Path(shutil.copytree(root / "content/hospitals/shed", root / "content/hospitals/barn"))
    edit(root, "content/hospitals/barn/hospital.toml", 'leave_out_chapters = ["soil"]', "leave_out_chapters = []")
    request = BuildRequest(
        "garden", tmp_path / "build", ("es",), ("booklet",), (other.name, "shed"), handouts=("soil",)
    )
    jobs = job_table(Project(root), request)
    assert [(job.hospital, job.handout) for job in jobs] == [("barn", "soil")]
    assert left_out(request, jobs) == [("shed", "the handout soil")]
    with pytest.raises(PublishError, match="sand: unknown handout: use one of soil, water, or all"):
        job_table(Project(root), replace(request, handouts=("sand",)))


@pytest.mark.parametrize(
    ("omitted", "page", "handouts"),
    [
        (
            "",
            '{ id = "tools", after = "soil" }',
            {"soil": ["soil", "own-tools"], "water": ["sowing", "soil", "own-tools"]},
        ),
        ('"soil"', '{ id = "tools", after = "soil" }', {"soil": ["own-tools"], "water": ["sowing", "own-tools"]}),
        ("", '{ id = "tools", after = "soil", handouts = ["water"] }', {"water": ["sowing", "soil", "own-tools"]}),
        ("", '{ id = "tools", handouts = ["soil"] }', {"soil": ["soil", "own-tools"], "water": ["sowing", "soil"]}),
        ("", '{ id = "tools", after = "welcome", handouts = ["soil"] }', {"soil": ["soil", "own-tools"]}),
        ("", '{ id = "tools", after = "welcome" }', {"soil": ["soil"], "water": ["sowing", "soil"]}),
    ],
)
def test_own_pages_are_in_handouts(omitted: str, page: str, handouts: dict[str, list[str]], tmp_path: Path) -> None:
    hospital = with_pages(tmp_path, omitted, page)
    adapted = apply_hospital(model(GARDEN, "en"), hospital)
    assert (
        handouts.items()
        <= {item.id: [chapter.id for chapter in cut(adapted, item).chapters()] for item in adapted.handouts}.items()
    )
    notes = [problem.code for problem in pages_of_no_handout(model(GARDEN, "en"), hospital)]
    assert bool(notes) == (not any("own-tools" in names for names in handouts.values()))


def test_page_that_no_handout_has_is_noted(tmp_path: Path) -> None:
    root = begin(tmp_path / "project")
    done = publish("hospital", "check", "shed", "--book", "garden", root=root)
    note = (
        'no handout has your page “gate”: name those that need it, such as handouts = ["soil"], or write handouts = []'
    )
    assert [line for line in done.stdout.splitlines() if "no handout has" in line] == [
        f"note: content/hospitals/shed/hospital.toml:31: {note}"
    ]
    edit(root, "content/hospitals/shed/hospital.toml", '{ id = "gate" }', '{ id = "gate", handouts = [] }')
    done = publish("hospital", "check", "shed", "--book", "garden", root=root)
    assert "no handout has" not in done.stdout
    edit(root, "content/hospitals/shed/hospital.toml", "handouts = []", 'handouts = ["sand"]')
    done = publish("hospital", "check", "shed", "--book", "garden", root=root)
    assert "hospital.toml:31: the book has no handout “sand”: use one of soil, water, or remove it" in done.stderr


def with_pages(to: Path, omitted: str, page: str) -> Hospital:
    """Return the hospital of the garden with one page of its own."""
    file = write_shed(to) / "hospital.toml"
    text = re.sub(r"pages = \[.*\]", f"pages = [{page}]", SHED)
    file.write_text(text.replace('leave_out_chapters = ["soil"]', f"leave_out_chapters = [{omitted}]"))
    return read_hospital(file.parent, model(GARDEN, "en"), LANGS)


def test_handout_is_refused_while_a_telephone_is_empty(signed_handout: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(signed_handout, tmp_path / "project"))
    edit(root, "content/hospitals/shed/hospital.toml", 'fills = "garden_phone"', "")
    for role in ROLES:
        assert approve(root, "es", role).returncode == 0
    done = release(root, "--lang", "es", "--handout", "water", "--edition", "booklet")
    assert done.returncode == 1
    assert (
        "content/hospitals/shed/hospital.toml: “Telephone of the shared garden” is empty: every handout and sheet "
        'for families needs it: add [[telephones]] with fills = "garden_phone"'
    ) in done.stderr
    assert release(root, "--lang", "es", "--edition", "booklet").returncode == 0  # the book has lines to write on
    assert release(root, "--lang", "es", "--edition", "sheets").returncode == 1
    # Without --release it is a draft, which the shelf leaves out.
    args = ("--book", "garden", "--hospital", "shed", "--lang", "es", "--out", "build", "--edition", "booklet")
    assert publish("build", *args, "--handout", "water", root=root).returncode == 0
    draft = root / "build" / "shed" / "es" / "handouts" / "garden-water-booklet-es-draft.pdf"
    assert not draft.with_stem("garden-water-booklet-es").exists()
    assert "Borrador: no es para las familias. Falta un número de teléfono" in open_pdf(draft).texts[0]
    assert any("draft: “Telephone of the shared garden” is empty" in line for line in status(root)[1])
    verified = publish("verify", "--book", "garden", "--on", "2026-12-01", "--out", "build", draft, root=root)
    assert (verified.returncode, "“Telephone of the shared garden” is empty" in verified.stdout) == (1, True)
    checked = publish("hospital", "check", "shed", "--book", "garden", root=root).stdout
    assert (
        "(Telephone of the shared garden): add it: the book prints blank lines, but handouts and sheets are" in checked
    )


@pytest.mark.parametrize("inside", [False, True])
def test_imprint_is_on_the_back_or_below_the_text(inside: bool) -> None:
    book = handout(model(GARDEN, "en"), "soil")
    context = replace(render_context(book), layout=HandoutLayout(imprint_inside=inside))
    rendered = render_book(context, EDITIONS["booklet"], EDITIONS["booklet"].papers[0])
    html = {section.name: section.html for section in rendered.sections}
    imprint, code = "This is information, not medical advice.", "garden-soil-en"
    assert [imprint in html["part-text"], imprint in html["back-cover"]] == [inside, not inside]
    assert [code in html["part-text"], code in html["back-cover"]] == [False, True]


def test_back_is_made_shorter_until_it_fits_on_a_page(tmp_path: Path) -> None:
    backs = [HandoutLayout(), *(layout_of({}, tmp_path / str(least), least) for least in range(1, len(BACKS)))]
    assert [(row.notes_on_back, row.short, row.imprint_inside) for row in backs] == list(BACKS)


@pytest.mark.parametrize("edition", ["booklet", "large-print", "bilingual"])
@pytest.mark.parametrize(
    "words", ["%(number)s / %(total)s", "%(number)s من %(total)s /", "第%(number)s页 / 共%(total)s页"]
)
def test_folio_of_a_handout_has_one_line(edition: str, words: str) -> None:
    """Its tab is wide enough for two numbers of two digits, and the words of the language."""

    def lookup(key: Key, plural: str | None, count: int) -> str:
        return words if key[0] == "foot of a page" and "/" in key[1] else english(key, plural, count)

    context = replace(render_context(handout(model(GARDEN, "en"), "soil")), layout=HandoutLayout(notes=9))
    context = replace(context, interface=Interface(lookup))
    rendered = render_book(context, EDITIONS[edition], EDITIONS[edition].papers[0])
    pages = boxes(lay_out(rendered.html))
    assert len(pages) > 10
    for page in pages[1:-1]:
        (folio,) = (box for side in ("left", "right") for box in page.find(f"@bottom-{side}") if "/" in box.words())
        assert len(re.findall(r"\d+", folio.words())) == 2
        assert len([box for box in folio.walk() if box.kind == "LineBox"]) == 1


def test_words_of_a_parent_open_the_handout(signed_handout: Path) -> None:
    pdf = open_pdf(signed_handout / "build" / "shed" / "es" / "handouts" / "garden-water-booklet-es.pdf")
    assert "Cavé. Un papá" in pdf.texts[1]
