"""A hospital's edition of a book: its text, its printed pages, and the command."""

from __future__ import annotations

import io
import re
import shutil
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pypdfium2
import pytest
from PIL import Image
from support_hospital import SAMPLES, SHED, profile_errors, shed, write_shed
from support_pages import boxes

from carepress.build.book_cache import localize_once
from carepress.build.pipeline import render_context as context_of_job
from carepress.content.book import dangling
from carepress.handouts.cut import cut
from carepress.handouts.select import find_handout, with_sheets
from carepress.hospital.adapt import EXTENSION, apply_hospital, lost_links, values
from carepress.hospital.reader import read_hospital
from carepress.model import (
    EDITIONS,
    Chapter,
    Edition,
    Heading,
    Hospital,
    Interface,
    Job,
    Paper,
    Problem,
    PublishError,
    ResourceList,
    Selection,
    segments,
)
from carepress.model.interface import english
from carepress.pages.bilingual import render_bilingual
from carepress.pages.environment import RenderContext, make_environment
from carepress.pages.hospital import qr_svg
from carepress.pages.render import render_book, render_sheets
from carepress.pdf.write import lay_out, write_pdf
from carepress.preflight.layout import check_layout
from carepress.signoff.digest import passages
from carepress.translation.load import translate
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.project import Project
from support import GARDEN, HANDBOOK, LANGS, ROOT, copy_project, flat, model, plain, publish

if TYPE_CHECKING:
    from weasyprint import Document


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Hospital:
    return shed(tmp_path_factory.mktemp("shed"))


# --- the book ---


@pytest.mark.parametrize("lang", LANGS)
def test_omitted_chapters_are_removed_and_own_pages_added(hospital: Hospital, lang: str) -> None:
    old = model(GARDEN, lang)
    book = apply_hospital(old, hospital)
    assert [item.id for item in book.front] == ["welcome", "own-gate"]
    assert [[item.id for item in part.chapters] for part in book.parts] == [
        ["sowing", "own-tools"],
        ["glossary", "index"],
    ]
    assert [item.number for item in book.chapters()] == [None, None, 1, 2, 3, 4]
    assert [part.number for part in book.parts] == [1, 2]
    assert [sheet.id for sheet in book.sheets()] == ["plan"]
    gate = book.front[1]
    assert gate.title.text == {"en": "The gate", "es": "La puerta"}[lang]
    assert gate.title.source == "The gate"
    assert {segment.lang for segment in segments(gate)} == {lang}
    assert list(dangling(book, book)) == []
    assert book.urn != old.urn
    assert (book.lang, book.title) == (old.lang, old.title)


@pytest.mark.parametrize("lang", LANGS)
def test_link_to_omitted_chapter_becomes_text_with_warning(hospital: Hospital, lang: str) -> None:
    old = model(GARDEN, lang)
    assert any("](chapter:soil#feeding)" in segment.text for segment in segments(old))
    book = apply_hospital(old, hospital)
    assert not any(re.search(r"chapter:soil|sheet:watering", s.text + s.source) for s in segments(book))
    notes = list(lost_links(model(GARDEN, "en"), hospital))
    assert {note.message for note in notes} == {
        "the text links to “chapter:soil”, which is left out",
        "the text links to “chapter:soil#feeding”, which is left out",
        "the text links to “chapter:soil#not-add”, which is left out",
        "the text links to “sheet:watering”, which is left out",
    }
    assert all(note.line and note.severity == "warning" for note in notes)


def without_resources(chapter: Chapter) -> Chapter:
    left = [block for block in chapter.blocks if not isinstance(block, ResourceList)]
    return replace(chapter, blocks=tuple(block for block in left if getattr(block, "id", "") != "where-to-ask"))


def test_hospital_without_changes_keeps_the_text(tmp_path: Path) -> None:
    folder = write_shed(tmp_path)
    path = folder / "hospital.toml"
    path.write_text(SHED[: SHED.index("leave_out_chapters")])
    book = model(GARDEN, "en")
    same = apply_hospital(book, read_hospital(folder, book, LANGS))
    # It has confirmed no resources.
    expected = replace(
        book, parts=tuple(replace(part, chapters=tuple(map(without_resources, part.chapters))) for part in book.parts)
    )
    assert replace(same, identifier=book.identifier) == expected


def test_unpublished_language_is_rejected(hospital: Hospital) -> None:
    with pytest.raises(
        PublishError, match=r"shed/hospital\.toml: the hospital does not publish in “fr”: use one of en, es"
    ):
        apply_hospital(replace(model(GARDEN, "en"), lang="fr"), hospital)


def test_values_in_one_language_and_in_two(hospital: Hospital) -> None:
    number = "+1\N{NO-BREAK SPACE}555-555-0150"
    assert values(hospital, "es") == {
        "hospital_name": "El cobertizo",
        "emergency": "Texto de muestra: suelte la horca.",
        "garden_phone": f"{number} (de día)",
    }
    assert values(hospital, "en", "es")["garden_phone"] == f"{number} (by day / de día)"
    assert "meeting_place" not in values(hospital, "en"), "a missing value is printed as a line to write on"


def test_emergency_text_is_signed_once(hospital: Hospital) -> None:
    """A signature covers the key; the placeholder with the same text does not change the digest."""
    texts = [passage.text for passage in passages(model(GARDEN, "en"), hospital)]
    assert texts.count("emergency") == 1


def test_spanish_only_page_needs_no_english(tmp_path: Path) -> None:
    folder = write_shed(tmp_path)
    path = folder / "hospital.toml"
    lines = [line for line in SHED.splitlines() if ".en = " not in line]
    path.write_text("\n".join(lines).replace('["en", "es"]', '["es"]'))
    for page in folder.glob("pages/*.en.md"):
        page.unlink()
    book = apply_hospital(model(GARDEN, "es"), read_hospital(folder, model(GARDEN, "en"), LANGS))
    assert book.front[1].title.text == "La puerta"


def test_required_chapters_cannot_be_omitted(tmp_path: Path) -> None:
    folder = write_shed(tmp_path)
    path = folder / "hospital.toml"
    path.write_text(SHED.replace('leave_out_chapters = ["soil"]', 'leave_out_chapters = ["glossary", "welcome"]'))
    required = replace(model(GARDEN, "en"), required=("welcome",))
    messages = [error.message for error in profile_errors(folder, required)]
    assert "the chapter “glossary” is required and cannot be left out" in messages
    assert "the chapter “welcome” is required and cannot be left out" in messages
    assert {"welcome", "symptoms", "using-the-sheets"} <= set(model(HANDBOOK, "en").required)


# --- its pages ---


def render_context(lang: str, hospital: Hospital | None, *langs: str) -> RenderContext:
    book, interface = translate(Project(ROOT), model(GARDEN, "en"), lang)
    hospital_values = values(hospital, *(langs or (lang,))) if hospital else {}
    book = apply_hospital(book, hospital) if hospital else book
    return RenderContext(book, ROOT / "templates", interface, hospital_values, hospital=hospital)


def errors(document: Document, edition: Edition) -> list[Problem]:
    problems = check_layout((page._page_box for page in document.pages), edition)
    return [problem for problem in problems if problem.severity == "error"]


def text_of(data: bytes) -> list[str]:
    pages = pypdfium2.PdfDocument(data)
    return [flat(page.get_textpage().get_text_range()).replace("\ufffe", "-") for page in pages]


@pytest.fixture(scope="module", params=["en", pytest.param("es", marks=pytest.mark.slow)])
def printed(request: pytest.FixtureRequest, hospital: Hospital) -> tuple[str, bytes, list[str]]:
    lang = request.param
    context = render_context(lang, hospital)
    edition = EDITIONS["booklet"]
    document = lay_out(render_book(context, edition, edition.papers[0]).html)
    assert errors(document, edition) == []
    data = write_pdf(document, context.book.revised)
    return lang, data, text_of(data)


def test_cover_imprint_and_back_show_the_hospital(printed: tuple[str, bytes, list[str]]) -> None:
    lang, _data, texts = printed
    name = {"en": "The Shed & Sons", "es": "El cobertizo"}[lang]
    hours = {"en": "by day", "es": "de día"}[lang]
    number = "+1 555-555-0150"
    assert name in texts[0]
    assert "1 Mill Lane Gardenby" in texts[0]
    imprint = texts[-3] + texts[-2]
    for words in (
        name,
        "Gardenby",
        "www.shed.example",
        number,
        hours,
        {"en": "Your hospital", "es": "Su hospital"}[lang],
    ):
        assert words in imprint
    emergency = {"en": "Sample text: put the fork down.", "es": "Texto de muestra: suelte la horca."}[lang]
    for words in (emergency, f"{number} ({hours})", "www.shed.example"):
        assert words in texts[-1].replace("\N{NO-BREAK SPACE}", " ")
    gate = {"en": "Shut the gate.", "es": "Cierre la puerta."}[lang]
    assert any(gate in text for text in texts)


def test_pictures_have_alternative_text(printed: tuple[str, bytes, list[str]]) -> None:
    import pikepdf

    lang, data, _texts = printed
    with pikepdf.open(io.BytesIO(data)) as pdf:
        alternatives = [
            str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    logo = {"en": "Logo\nThe Shed & Sons", "es": "Logotipo\nEl cobertizo"}[lang]
    assert alternatives.count(logo) == 2
    assert sum("https://www.shed.example" in words for words in alternatives) == 2


def test_pages_use_hospital_colors(hospital: Hospital) -> None:
    context = render_context("en", hospital)
    edition = EDITIONS["booklet"]
    books = [render_book(item, edition, edition.papers[0]) for item in (context, replace(context, hospital=None))]
    pages = [lay_out(replace(book, sections=book.sections[:1]).html).pages[0] for book in books]

    def ground(box: Any) -> Any:
        box = getattr(box, "_box", box)
        if box.element is not None and box.element.get("class") == "cover-panel":
            return "#" + bytes(round(255 * part) for part in box.style["background_color"].to("srgb").coordinates).hex()
        return next(filter(None, map(ground, getattr(box, "children", ()))), None)

    assert [ground(page._page_box) for page in pages] == ["#123456", "#1f5459"]


@pytest.mark.parametrize(("edition", "langs"), [("bilingual", ("en", "es")), ("booklet", ("es",))])
def test_context_names_the_languages_of_values(edition: str, langs: tuple[str, ...], tmp_path: Path) -> None:
    project = Project(ROOT)
    job = Job(HANDBOOK, "es", edition, tmp_path, hospital="riverbend")
    context = context_of_job(project, job, localize_once(Inputs(project), job))
    assert context.value_langs == langs
    assert context.values["hospital_name"].count(" / ") == len(langs) - 1


@pytest.mark.slow
def test_bilingual_pages_show_both_languages(hospital: Hospital) -> None:
    context = render_context("es", hospital, "en", "es")
    edition = EDITIONS["bilingual"]
    html = render_bilingual(context, edition, edition.papers[0]).html
    titles = re.findall(r'<title id="[a-z]+-(?:logo|qr)-title">(.*?)</title>', html)
    assert len(titles) == 4
    assert all(" / " in words and "<" not in words for words in titles), "both languages, without markup"
    document = lay_out(html)
    assert errors(document, edition) == []
    texts = text_of(write_pdf(document, context.book.revised))
    for words in ("The Shed & Sons", "El cobertizo"):
        assert words in texts[0]
    assert "(by day / de día)" in texts[-1]
    assert any("Shut the gate." in text and "Cierre la puerta." in text for text in texts)


def test_emergency_text_is_in_its_chapter_and_first_on_the_back_cover(printed: tuple[str, bytes, list[str]]) -> None:
    lang, _data, texts = printed
    book = model(GARDEN, lang)
    label = next(plain(item.label) for item in book.placeholders if item.id == "emergency")
    words = {"en": "Sample text: put the fork down.", "es": "Texto de muestra: suelte la horca."}[lang]
    before = {"en": "do this first.", "es": "haga esto primero."}[lang]
    assert any(f"{before} {words}" in text for text in texts)
    assert texts[-1].count(words) == 1
    assert label not in " ".join(texts)


def test_generic_book_has_lines_for_the_emergency_text(tmp_path: Path) -> None:
    context = render_context("en", None)
    edition = EDITIONS["booklet"]
    sections = {section.name: section.html for section in render_book(context, edition, edition.papers[0]).sections}
    labels = re.findall(r"<dt[^>]*>(.*?)</dt>\s*<dd>(.*?)</dd>", sections["back-cover"], re.DOTALL)
    assert [flat(re.sub("<.*?>", "", label)) for label, _lines in labels][:2] == [
        "In an emergency, first",
        "Telephone of the shared garden",
    ]
    assert labels[0][1].count('class="rule"') == 2
    paragraph = next(line for line in sections["welcome"].splitlines() if "do this\N{NO-BREAK SPACE}first." in line)
    assert paragraph.count('class="rule"') == 2


def test_families_are_asked_to_have_empty_lines_filled_in(hospital: Hospital) -> None:
    """In each box and on the back cover, unless the hospital gives all numbers."""
    note = {"en": "If a line is empty, ask your team", "es": "Si una línea está vacía, pídale a su equipo"}
    edition = EDITIONS["booklet"]
    for lang in LANGS:
        for profile, expected in (
            (None, {"part-growing", "back-cover"}),
            (hospital, set()),
            (replace(hospital, telephones=(), left_out=()), {"part-growing", "back-cover"}),
        ):
            book = render_book(render_context(lang, profile), edition, edition.papers[0])
            noted = [section.name for section in book.sections if note[lang] in section.html]
            assert set(noted) == expected
            assert len(noted) == len(expected)


@pytest.mark.parametrize("paired", [False, True])
def test_extension_is_in_the_language_of_the_pages(hospital: Hospital, paired: bool) -> None:
    (telephone,) = hospital.telephones
    profile = replace(hospital, telephones=(replace(telephone, ext="1234"),))
    langs, messages = (
        (("en", "es"), (EXTENSION, "poste %(extension)s")) if paired else (("es",), ("poste %(extension)s",))
    )
    number = values(profile, *langs, extension=messages)["garden_phone"].replace("\N{NO-BREAK SPACE}", " ")
    assert number.startswith("+1 555-555-0150 ext. 1234 / poste 1234 (" if paired else "+1 555-555-0150 poste 1234 (")
    context = render_context("es", profile, *langs)
    interface = Interface(lambda key, plural, count: english(key, plural, count).replace("ext.", "poste"))
    context = replace(context, interface=interface)
    edition = EDITIONS["bilingual" if paired else "booklet"]
    paper = edition.papers[0]
    book = render_bilingual(context, edition, paper) if paired else render_book(context, edition, paper)
    imprint = next(section.html for section in book.sections if section.name == "imprint")
    words = flat(re.sub("<[^>]*>", "", imprint))
    assert ("+1 555-555-0150 ext. 1234 / poste 1234" if paired else "+1 555-555-0150 poste 1234") in words


# --- long names and addresses ---

LONG = {
    "en": "Women’s and Children’s Hospital of the University Medical Center of Riverbend and Anystate",
    "es": "Hospital Universitario Materno-Infantil de la Mujer y el Niño del Centro Médico de Riverbend",
}
LINES = (
    "Department of Pediatric Hematology, Oncology and Stem Cell Transplantation",
    "Building C, Third Floor",
    "100 Sample Avenue",
    "Riverbend, Anystate 00000",
    "United States",
)


@pytest.fixture(scope="module")
def long_named(hospital: Hospital) -> Hospital:
    short = {"en": "Riverbend", "es": "Riverbend"}
    return replace(hospital, name=LONG, short_name=short, address=dict.fromkeys(LANGS, LINES), left_out=())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", ["booklet", "large-print", "bilingual"])
@pytest.mark.parametrize("handout", [None, "soil", pytest.param("water", marks=pytest.mark.slow)])
@pytest.mark.parametrize("draft", [pytest.param(False, marks=pytest.mark.slow), True])
def test_cover_has_room_for_long_names(
    long_named: Hospital, lang: str, name: str, handout: str | None, draft: bool
) -> None:
    """The drawing gives way, in each paper size; preflight would report text over it or off the page."""
    edition = EDITIONS[name]
    if edition.paired and lang == "en":
        return
    context = replace(render_context(lang, long_named, *(LANGS if edition.paired else ())), draft=draft, reason="lines")
    if handout:
        selection = Selection(handout)
        context = replace(context, book=cut(context.book, find_handout(context.book, selection), ()))
    for paper in edition.papers:
        book = render_bilingual(context, edition, paper) if edition.paired else render_book(context, edition, paper)
        document = lay_out(replace(book, sections=book.sections[:1]).html)
        # The labels of this drawing are long in two languages; labels are the subject of other tests.
        assert [item for item in errors(document, edition) if item.code != "label"] == []
        (cover,) = text_of(write_pdf(document, context.book.revised))
        for words in (LONG[lang], *LINES):
            assert words in cover


@pytest.mark.parametrize("paper", EDITIONS["booklet"].papers, ids=lambda paper: paper.name)
@pytest.mark.parametrize("width", [96.0, 440.0])
def test_cover_of_a_handout_has_room_for_a_title_of_two_lines(long_named: Hospital, paper: Paper, width: float) -> None:
    """Below it, the longest name and a long address were beyond the page, on half-letter paper first."""
    long = replace(long_named, name={lang: f"{name} and the Neighboring Counties"[:120] for lang, name in LONG.items()})
    long = replace(long, logo=replace(long.logo, width=width, height=72.0))
    context = replace(render_context("en", long), draft=True, reason="lines")
    handout = find_handout(context.book, Selection("soil"))
    title = replace(handout.title, text="Know your soil, and the worms and leaves in it")
    context = replace(context, book=cut(context.book, replace(handout, title=title), ()))
    book = render_book(context, EDITIONS["booklet"], paper)
    document = lay_out(replace(book, sections=book.sections[:1]).html)
    assert errors(document, EDITIONS["booklet"]) == []


@pytest.mark.parametrize("handout", [None, "soil"])
def test_long_name_is_below_a_wide_logo(long_named: Hospital, handout: str | None) -> None:
    """Beside it, the name was a column of ten lines on the cover of a handout."""
    wide = replace(long_named, logo=replace(long_named.logo, width=440.0, height=72.0))
    context = render_context("en", wide)
    if handout:
        context = replace(context, book=cut(context.book, find_handout(context.book, Selection(handout)), ()))
    edition = EDITIONS["booklet"]
    book = render_book(context, edition, edition.papers[0])
    (page,) = boxes(lay_out(replace(book, sections=book.sections[:1]).html))
    ((logo,), (words,)) = (list(page.find(name)) for name in ("cover-logo", "cover-hospital-words"))
    (left, top, right, _bottom), (_left, _top, _right, bottom) = words.place, logo.place
    assert top >= bottom
    assert right - left > 70 * 96 / 25.4  # mm in CSS px


def sheets_html(context: RenderContext, edition: Edition) -> str:
    """Return the sheets of a book in an edition, without its chapters."""
    if edition.fillable:
        return render_sheets(context, edition, edition.papers[0])
    book = (render_bilingual if edition.paired else render_book)(context, edition, edition.papers[0])
    return replace(book, sections=tuple(row for row in book.sections if row.name.startswith("sheet-"))).html


@pytest.mark.parametrize("name", ["booklet", "large-print", "sheets"])
def test_sheets_have_the_short_name(long_named: Hospital, name: str) -> None:
    edition = EDITIONS[name]
    context = render_context("es", long_named)
    laid = boxes(lay_out(sheets_html(context, edition)))
    heads = [box.words() for page in laid for box in page.find("sheet-hospital")]
    assert heads == ["Riverbend"] * 2


# --- the telephones on its sheets ---


def sheet_telephones(laid: Any) -> list[str]:
    return [flat(row.words()) for page in laid for row in page.find("sheet-telephones")]


@pytest.mark.parametrize("name", ["booklet", "sheets", "large-print"])
def test_each_sheet_has_the_telephones_once(hospital: Hospital, name: str) -> None:
    edition = EDITIONS[name]
    every = replace(hospital, left_out=())
    for profile, words in ((None, ""), (every, "+1 555-555-0150")):
        context = render_context("en", profile)
        laid = boxes(lay_out(sheets_html(context, edition)))
        rows = [row.replace("\N{NO-BREAK SPACE}", " ") for row in sheet_telephones(laid)]
        assert rows == [f"Telephone of the shared garden{words}"] * 2
        ruled = [box for page in laid for row in page.find("sheet-telephones") for box in row.find("rule")]
        assert len(ruled) == 2 * (profile is None)


def test_bilingual_and_dated_sheets_have_the_telephones(hospital: Hospital) -> None:
    edition, sheets = EDITIONS["bilingual"], EDITIONS["sheets"]
    rows = sheet_telephones(boxes(lay_out(sheets_html(render_context("es", None), edition))))
    assert rows == ["Telephone of the shared garden / Teléfono de la huerta compartida"] * 2
    context = render_context("en", None)
    tracking = with_sheets(context.book, (), dated=True)
    weeks = replace(context, book=tracking, weeks=(date(2026, 3, 2), date(2026, 3, 9)))
    assert len(sheet_telephones(boxes(lay_out(render_sheets(weeks, sheets, sheets.papers[0]))))) == 2


def test_empty_telephone_line_of_a_sheet_is_a_field() -> None:
    edition = EDITIONS["sheets"]
    html = render_sheets(render_context("en", None), edition, edition.papers[0])
    assert 'data-name="watering-garden_phone" data-label="Telephone of the shared garden"' in html


@pytest.mark.parametrize("paper", EDITIONS["sheets"].papers, ids=lambda paper: paper.name)
def test_sheet_has_fewer_rows_rather_than_a_second_page(paper: Paper) -> None:
    """Half of the rows are enough: the last one is repeated to the foot of the page."""
    context = render_context("en", None)
    edition = EDITIONS["sheets"]
    [sheet] = [sheet for sheet in context.book.sheets() if sheet.id == "watering"]
    table = sheet.parts[-1]

    def pages(rows: int) -> tuple[int, int]:
        longer = replace(sheet, parts=(replace(table, rows=rows),))
        part = replace(context.book.parts[-1], sheets=(longer,))
        book = replace(context.book, parts=(*context.book.parts[:-1], part))
        laid = boxes(lay_out(render_sheets(replace(context, book=book), edition, paper)))
        return len(laid), sum(box.tag == "tr" for page in laid for box in page.walk())

    short = pages(6)
    assert short[0] == 1
    assert pages(short[1] + 2) == short
    assert pages(3 * short[1])[0] == 2


def test_two_page_back_cover_is_an_error(hospital: Hospital) -> None:
    long = dict.fromkeys(LANGS, "A rule that goes on and on. " * 60)
    context = render_context("en", replace(hospital, emergency=long))
    edition = EDITIONS["booklet"]
    book = render_book(context, edition, edition.papers[0])
    document = lay_out(replace(book, sections=book.sections[-1:]).html)
    codes = [item.code for item in check_layout((page._page_box for page in document.pages), edition)]
    assert "back-cover" in codes


def test_png_logo_is_printed(hospital: Hospital, tmp_path: Path) -> None:
    folder = write_shed(tmp_path)
    (folder / "hospital.toml").write_text(SHED.replace("logo.svg", "logo.png"))
    Image.new("RGB", (900, 300), "#aa2211").save(folder / "logo.png")
    context = render_context("en", read_hospital(folder, model(GARDEN, "en"), LANGS))
    edition = EDITIONS["booklet"]
    book = render_book(context, edition, edition.papers[0])
    document = lay_out(replace(book, sections=book.sections[:1]).html)
    assert errors(document, edition) == []
    picture = (
        pypdfium2.PdfDocument(write_pdf(document, context.book.revised))[0].render(scale=1).to_pil().convert("RGB")
    )
    colors = [color for _count, color in picture.getcolors(100_000)]
    assert (170, 34, 17) in colors


@pytest.mark.parametrize("lang", LANGS)
def test_epub_pages_are_xml_with_phone_links(hospital: Hospital, lang: str) -> None:
    context = render_context(lang, hospital)
    environment = make_environment(replace(context, medium="epub", anchor=str))
    pieces = environment.get_template("chapter.j2").module
    box = environment.get_template("blocks.j2").module.telephones()
    root = ET.fromstring(f'<x xmlns:epub="e">{pieces.imprint()}{box}</x>')
    assert [a.get("href") for a in root.iter("a") if a.get("class") == "tel"] == ["tel:+15555550150"] * 2
    assert [item.text for item in root.iter("{http://www.w3.org/2000/svg}desc")][-1] == "https://www.shed.example"


def test_markup_in_profile_is_escaped(hospital: Hospital) -> None:
    evil = replace(hospital, name=dict.fromkeys(LANGS, "<b>&\"'"), web='https://x.org/"><script>')
    context = render_context("en", evil)
    html = render_book(context, EDITIONS["booklet"], EDITIONS["booklet"].papers[0]).html
    assert "<b>" not in html
    assert "<script>" not in html + str(qr_svg(evil.web, "x", evil.web, "k"))


def test_qr_code_matches_reference_encoder() -> None:
    """The dark modules match a reference encoder, with a quiet zone of four modules (ISO/IEC 18004)."""
    import segno

    address = "https://www.riverbend.example/leukemia"
    svg = str(qr_svg(address, "x", address, "k"))
    code = segno.make_qr(address, error="m", boost_error=False)
    size = code.symbol_size(border=4)[0]
    assert f'viewBox="0 0 {size} {size}"' in svg
    dark = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        dark |= {(int(x) + step, int(y)) for step in range(int(width))}
    assert dark == {(x + 4, y + 4) for y, row in enumerate(code.matrix) for x, on in enumerate(row) if on}


# --- the command ---


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project with the garden as the only book."""
    to = tmp_path_factory.mktemp("project")
    for name in ("carepress", "templates", "locales"):
        shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(GARDEN, to / "content" / "garden")
    shutil.copy(ROOT / "publish.py", to)
    return to


def filled(text: str) -> str:
    text = text.replace('paper = "FILL IN"', 'paper = "a4"').replace("https://FILL IN", "https://x.example")
    text = re.sub(r'(revised|review_due) = "FILL IN"', lambda m: f"{m[1]} = 202{'67'[m[1] != 'revised']}-01-01", text)
    text = re.sub(r'(number = )"FILL IN"', r'\1"+1 555-555-0199"', text)
    text = text.replace("# sign_off =", "sign_off =")
    return text.replace('email = "FILL IN"', 'email = "a@x.example"').replace("FILL IN", "Words")


def test_new_profile_is_rejected_until_filled_in(project: Path) -> None:
    garden = ("--book", "garden")
    done = publish("hospital", "new", "st-mary", *garden, root=project)
    assert (done.returncode, done.stderr) == (0, "")
    folder = project / "content" / "hospitals" / "st-mary"
    assert done.stdout.startswith("created content/hospitals/st-mary: fill in content/hospitals/st-mary/hospital.toml")
    assert oct(folder.stat().st_mode)[-3:] == "755"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    done = publish("hospital", "check", "st-mary", *garden, root=project)
    lines = (folder / "hospital.toml").read_text().splitlines()
    assert [line for line in lines if line.startswith("#   es: Revisión clínica, Revisión de")], "roles in Spanish"
    blank = [number for number, line in enumerate(lines, 1) if "FILL IN" in line and not line.startswith("#")]
    reported = {int(number) for number in re.findall(r"\(line (\d+)\)", done.stderr)}
    assert (done.returncode, reported) == (1, set(blank)), "exactly the lines to fill in are reported"
    assert done.stderr.count("hospital.toml:") == 1, "in one list"

    again = publish("hospital", "new", "st-mary", *garden, root=project)
    assert (again.returncode, again.stdout) == (1, "")
    assert again.stderr == "content/hospitals/st-mary: the folder already exists: use another id\n"
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

    (folder / "hospital.toml").write_text(filled((folder / "hospital.toml").read_text()))
    done = publish("hospital", "check", "st-mary", *garden, root=project)
    assert done.stderr.count("this is the sample logo of a new profile: replace it") == 2
    assert done.stderr.count("our-hospital.en.md:2: “title” is 'FILL IN'") == 1
    for name in ("logo.svg", "logo-mono.svg"):
        shutil.copy(SAMPLES / "riverbend" / "logo-mono.svg", folder / name)
    for path in folder.glob("pages/*.md"):
        path.write_text(path.read_text().replace("FILL IN", "Words"))
    done = publish("hospital", "check", *garden, root=project)
    assert (done.returncode, done.stderr) == (0, "")
    assert "st-mary: Words; en, es; booklet, epub, sheets; a4; review due on 2027-01-01" in done.stdout
    assert publish("hospital", "list", *garden, root=project).stdout == done.stdout.splitlines()[-1] + "\n"


def test_command_in_a_new_profile_can_be_pasted(tmp_path: Path) -> None:
    shutil.copytree(GARDEN, tmp_path / "my books" / "garden")
    (tmp_path / "content" / "hospitals").mkdir(parents=True)
    done = publish("hospital", "new", "st-mary", "--book", "my books/garden", root=tmp_path)
    command = "publish.py hospital check st-mary --book 'my books/garden'"
    assert (done.returncode, done.stderr) == (0, "")
    assert f"#   {command}\n" in (tmp_path / "content/hospitals/st-mary/hospital.toml").read_text()


@pytest.mark.parametrize("name", ["Riverbend", "../x", "a/b", "generic", "-a", "a_b", "a--b", "x" * 41, ""])
def test_invalid_id_is_rejected(name: str, project: Path) -> None:
    done = publish("hospital", "new", "--book", "garden", "--", name, root=project)
    assert (done.returncode, done.stdout) == (1, "")
    assert "invalid hospital id: use lowercase letters" in done.stderr
    assert not list((project / "content").rglob(".new-*"))


def test_unknown_hospital_is_reported() -> None:
    done = publish("hospital", "check", "st-nowhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "st-nowhere: unknown hospital: use one of riverbend, sierra-clara, or create it with: "
        "publish.py hospital new st-nowhere\n"
    )


def test_samples_pass_the_check() -> None:
    done = publish("hospital", "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert "riverbend: Riverbend Children’s Hospital (sample); en, es; " in done.stdout
    assert (
        "no value for “social_work_phone” (Social worker): add a telephone or a value, or let families write"
        in done.stdout
    )


def test_translations_of_the_samples_raise_no_doubt() -> None:
    for hospital in ("riverbend", "sierra-clara"):
        assert "has become" not in publish("hospital", "check", hospital).stdout


def test_own_translations_are_proofread(tmp_path: Path) -> None:
    """publish.py check proofreads the book's catalogs, but not what a hospital writes itself."""
    root = copy_project(tmp_path)
    folder = root / "content" / "hospitals" / "riverbend"
    for name, old, new in (
        ("hospital.toml", "when to call about a fever.", "when to call about a fever of 100.4 °F."),
        ("hospital.toml", "cuándo llamar por fiebre.", "cuándo llamar por fiebre de 104 °F."),
        ("hospital.toml", 'hours.es = "de lunes', 'hours.es = "no de lunes'),
        ("pages/finding-us.es.md", "no puede venir", "puede venir"),
    ):
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new))
    done = publish("hospital", "check", "riverbend", root=root)
    assert (done.returncode, done.stderr) == (0, "")
    notes = [line for line in done.stdout.splitlines() if "content/hospitals/" in line]
    profile = (folder / "hospital.toml").read_text().splitlines()
    rule, hours = (
        1 + next(i for i, line in enumerate(profile) if words in line) for words in ("104 °F", "no de lunes")
    )
    places = (
        f"hospital.toml:{rule}: values.fever_rule: ",
        f"hospital.toml:{hours}: hours of +1 555-555-0110: ",
        "finding-us.es.md:18: ",
    )
    assert len(set(notes)) == len(notes)
    for place in places:
        assert [line for line in notes if line.startswith("note: ") and place in line], place
    assert "looked at" not in done.stdout, "a page has no entry that a comment could be added to"
    others = [line for line in notes if not any(place in line for place in places)]
    assert [line for line in others if "resources of the book are not confirmed" not in line] == []


RIGHT = (
    ("How to find us", "Cómo llegar"),
    ("The main entrance is open 24 hours a day, 7 days a week.", "La entrada principal está abierta las 24 horas, todos los días."),
    ("Take line 3 of the subway to Central Park.", "Tome la línea 3 del metro hasta Central Park."),
    ("Go in through the red door on Oak Street.", "Entre por la puerta roja de la calle Oak."),
    ("Floor 3, next to radiology", "3.ª planta, junto a radiología"),
    ("Write down your questions before the visit.", "Apunte sus preguntas antes de la visita."),
    ("If your child has trouble breathing, call 911 at once.", "Si a su hijo le cuesta respirar, llame al 911 de inmediato."),
    ("Do not give any medicine for fever before you call.", "No dé ningún medicamento para la fiebre antes de llamar."),
    ("Brothers and sisters are welcome if they are well.", "Los hermanos y las hermanas son bienvenidos si no están enfermos."),
    ("Ask visitors with a cold to stay away.", "Pida a las visitas con catarro que no vengan."),
    ("Do not let anyone else use the line.", "No deje que nadie más use el catéter."),
    ("We call back within 30 minutes.", "Le devolvemos la llamada en menos de 30 minutos."),
    ("Walk in, Monday through Friday, 7:30 a.m. to noon.", "Sin cita, de lunes a viernes, de 7:30 a. m. a 12 del mediodía."),
    ("Smoking is not allowed anywhere on the hospital grounds.", "Está prohibido fumar en todo el recinto del hospital."),
    ("Street parking is limited to two hours.", "En la calle solo se puede estacionar dos horas."),
    ("“We never felt alone.”", "«Nunca nos sentimos solos»."),
    ("Big care for small people", "Grandes cuidados para los más pequeños"),
    ("We speak Spanish, Arabic and Romanian.", "Hablamos español, árabe y rumano."),
    ("We speak Haitian Creole, Chinese, Thai and Basque.", "Hablamos criollo haitiano, chino, tailandés y vasco."),
    ("You have the right to an interpreter, free of charge.", "Usted tiene derecho a un intérprete gratuito."),
)  # fmt: skip
RULE = (
    "Call us at once. Do not wait until the clinic opens. Keep away from people who are sick, and ask before any live "
    "vaccine. Take the temperature when your child looks unwell.",
    "Llámenos de inmediato. No espere a que abra la clínica. Aléjense de las personas enfermas y pregunte antes de "
    "cualquier vacuna con virus vivos. Tome la temperatura cuando su hijo no tenga buen aspecto.",
)
WRONG = (
    ("The main entrance is open 24 hours a day.", "La entrada principal está abierta las 12 horas."),
    ("Take line 3 of the subway to Central Park.", "Tome la línea 5 del metro hasta Central Park."),
    ("Brothers and sisters are welcome if they have no fever.", "Los hermanos y las hermanas son bienvenidos si tienen fiebre."),
    ("We speak Spanish and Arabic.", "Hablamos español y ruso."),
    ("Come twice a week.", "Venga dos veces al día."),
)  # fmt: skip


def notes_on(root: Path, texts: tuple[tuple[str, str], ...], rule: tuple[str, str]) -> set[str]:
    """Return the places of the texts, on a page, and of the rule that the check has a question about."""
    folder = root / "content" / "hospitals" / "riverbend"
    for side, lang in enumerate(("en", "es")):
        body = "\n\n".join(text[side] for text in texts)
        (folder / "pages" / f"own.{lang}.md").write_text(f'---\ntitle = "{("Page", "Página")[side]}"\n---\n\n{body}\n')
    profile = (folder / "hospital.toml").read_text()
    profile = profile.replace("pages = [", 'pages = [\n  { id = "own", handouts = ["start-here"] },', 1)
    for side, lang in enumerate(("en", "es")):
        profile = re.sub(rf"values\.fever_rule\.{lang} = .*", f'values.fever_rule.{lang} = "{rule[side]}"', profile)
    (folder / "hospital.toml").write_text(profile)
    done = publish("hospital", "check", "riverbend", root=root)
    assert (done.returncode, done.stderr) == (0, "")
    places = re.findall(r"own\.es\.md:(\d+): |(values\.fever_rule): ", done.stdout)
    return {rule or texts[(int(line) - 5) // 2][1] for line, rule in places}


def test_right_texts_of_a_hospital_raise_no_question(tmp_path: Path) -> None:
    """The check asked about “Cómo llegar”, «de inmediato» and «las 24 horas», and wanted the words of the book’s list."""
    assert notes_on(copy_project(tmp_path), RIGHT, RULE) == set()


def test_wrong_texts_of_a_hospital_raise_a_question(tmp_path: Path) -> None:
    rule = (RULE[0], RULE[1].replace("No espere", "Espere"))
    assert notes_on(copy_project(tmp_path), WRONG, rule) == {text for _source, text in WRONG} | {"values.fever_rule"}


def test_headings_of_own_pages_have_ids(hospital: Hospital) -> None:
    gate = hospital.pages[1].chapters["es"]
    assert [block.id for block in gate.blocks if isinstance(block, Heading)] == ["more"]
