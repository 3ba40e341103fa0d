"""The booklets as PDF readers show them, and what the writer refuses."""

from __future__ import annotations

import io
import re
from pathlib import Path
from statistics import fmean

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from PIL import Image, ImageChops, ImageStat

from carepress.model import Chapter, Heading, Part
from carepress.model.units import MM_TO_PT
from carepress.pdf.cover import cover_image
from carepress.pdf.write import LayoutError, lay_out
from carepress.text.fonts import font_path
from support import Pdf, flat, interface, model, plain, printed


def test_metadata(pdf: Pdf, folder: Path, lang: str) -> None:
    book = model(folder, lang)
    assert str(pdf.file.docinfo["/Title"]) == f"{plain(book.title)}: {plain(book.subtitle)}"
    assert str(pdf.file.docinfo["/Author"]) == plain(book.author)
    assert str(pdf.file.docinfo["/CreationDate"]).startswith(f"D:{book.revised:%Y%m%d}")
    assert str(pdf.file.Root.Lang) == lang
    assert pdf.file.Root.ViewerPreferences.DisplayDocTitle
    assert pdf.file.Root.MarkInfo.Marked
    assert b"pdfuaid" in pdf.file.Root.Metadata.read_bytes()


def test_every_page_is_a5(pdf: Pdf) -> None:
    assert {(round(page.get_width() / MM_TO_PT), round(page.get_height() / MM_TO_PT)) for page in pdf.reader} == {
        (148, 210)
    }


def test_pages_are_half_letter(half_letter: Pdf) -> None:
    assert {(round(page.get_width()), round(page.get_height())) for page in half_letter.reader} == {(396, 612)}


def test_only_our_fonts_are_used_and_embedded(pdf: Pdf) -> None:
    fonts = [item for item in pdf.file.objects if isinstance(item, pikepdf.Dictionary)]
    fonts = [item for item in fonts if item.get("/Type") == "/FontDescriptor"]
    assert {re.sub(r"[^a-z]", "", str(font.FontName).partition("+")[2].lower()) for font in fonts} <= {
        f"atkinsonhyperlegible{style}" for style in ("", "regular", "bold", "italic", "bolditalic")
    }
    assert len(fonts) >= 3
    assert all({"/FontFile", "/FontFile2", "/FontFile3"} & set(font.keys()) for font in fonts)


def test_every_character_has_a_glyph(pdf: Pdf) -> None:
    known = {chr(code) for code in TTFont(font_path("regular")).getBestCmap()}
    assert set("".join(pdf.texts)) - known == set()


def test_bookmarks_are_parts_chapters_sections(pdf: Pdf, folder: Path, lang: str) -> None:
    def sections(chapter):
        return [(plain(item.text), []) for item in chapter.blocks if isinstance(item, Heading) and item.level == 2]

    def titles(entries):
        return [(title, titles(children)) for title, _page, children in entries]

    book, bookmarks = printed(folder, lang), titles(pdf.outline)
    parts = [
        (
            plain(part.title),
            [(plain(item.title), sections(item)) for item in part.chapters]
            + [(plain(item.title), []) for item in part.sheets],
        )
        for part in book.parts
    ]
    front = [(plain(item.title), sections(item)) for item in book.front]
    strings = interface(lang)
    assert bookmarks == [(strings["Contents"], []), *front, *parts, (strings["About this handbook"], [])]


def listed(text: str) -> str:
    """Return text with single spaces and without points, which titles with a question mark do not have."""
    return re.sub(r"[\s.]+", " ", f" {text} ")


def test_contents_list_the_page_of_each_chapter(pdf: Pdf, folder: Path, lang: str) -> None:
    book, pages, parts = printed(folder, lang), dict(pdf.bookmarks(2)), dict(pdf.bookmarks(1))
    first = next(number for number, text in enumerate(pdf.texts) if text.startswith(interface(lang)["Contents"]))
    last = min(pages[plain(item.title)] for item in book.chapters())
    contents = listed(" ".join(pdf.texts[first : last - 1]))
    assert contents.startswith(listed(f"{interface(lang)['Contents']} {interface(lang)['Call your team: back cover']}"))
    left_out = set(model(folder, lang).sheets()) - set(book.sheets())
    assert [item.id for item in left_out if listed(plain(item.title)) in contents] == []
    for item in (*book.chapters(), *book.parts, *book.sheets()):
        title = plain(item.title)
        page = (parts if isinstance(item, Part) else pages)[title]  # a part may have the title of a chapter
        words = f"{interface(lang)['Part %(number)s'] % {'number': item.number}} " if isinstance(item, Part) else ""
        shown = plain(item.short) if isinstance(item, Chapter) else title
        assert listed(f"{page} {words}{shown}") in contents
        assert title in pdf.texts[page - 1]
        assert pdf.foot(page)[0] == str(page)


def test_part_with_sheets_lists_their_pages(pdf: Pdf, folder: Path, lang: str) -> None:
    book, pages = model(folder, lang), dict(pdf.bookmarks(2))
    for part in book.parts:
        last = min((pages[plain(item.title)] for item in part.sheets if item.in_book), default=0)
        for item in part.sheets:
            page = f"{pages[plain(item.title)]} " if item.in_book else ""
            assert listed(f"{page}{plain(item.title)}") in listed(" ".join(pdf.texts[last - 3 : last - 1]))


def test_links_have_targets(pdf: Pdf) -> None:
    tree = pikepdf.NameTree(pdf.file.Root.Names.Dests)
    numbers = {page.objgen for page in pdf.file.pages}
    names, addresses = [], []
    for page in pdf.file.pages:
        for link in page.get("/Annots", []):
            (names if "/Dest" in link else addresses).append(str(link.Dest) if "/Dest" in link else str(link.A.URI))
    assert len(names) > 25
    assert [name for name in names if name not in tree or tree[name][0].objgen not in numbers] == []
    assert [address for address in addresses if not address.startswith(("https://", "mailto:", "tel:"))] == []


def test_cross_references_print_the_page(pdf: Pdf, folder: Path, lang: str) -> None:
    message, pages = interface(lang)["%(words)s (page %(number)s)"], dict(pdf.bookmarks(2))
    book = model(folder, lang)
    starts = {item.id: pages[plain(item.title)] for item in book.chapters()}
    text = " ".join(pdf.texts)
    reference = message.removeprefix("%(words)s ")
    assert int(
        re.search(re.escape(reference).replace("%\\(number\\)s", r"(\d+)").replace(r"\ ", r"\s"), text)[1]
    ) in range(1, len(pdf.texts) + 1)
    if "soil" in starts:
        assert message % {"words": plain(book.parts[0].chapters[0].title), "number": starts["soil"]} in flat(text)


def test_chapters_run_on_in_a_part(pdf: Pdf, folder: Path, lang: str) -> None:
    """Only a part, a front chapter and a sheet begin on a new page."""
    book, low = model(folder, lang), 0
    parts, pages = dict(pdf.bookmarks(1)), dict(pdf.bookmarks(2))
    for part in book.parts:
        first, *others = (pages[plain(item.title)] for item in part.chapters)
        assert first == parts[plain(part.title)]
        assert others == sorted(others)
        low += sum(plain(item.title) not in pdf.texts[page - 1][:120] for item, page in zip(part.chapters[1:], others))
    assert low


def test_running_heads(pdf: Pdf, folder: Path, lang: str) -> None:
    """A right page names the first chapter that begins on it, or else the one that goes on; a part's first page none."""
    book, pages = model(folder, lang), dict(pdf.bookmarks(2))
    for part in book.parts:
        starts = [(pages[plain(item.title)], plain(item.short)) for item in part.chapters]
        first, last = starts[0][0], starts[-1][0]
        for number in range(first, last + 1):
            begun = [short for page, short in starts if page == number]
            going_on = [short for page, short in starts if page < number]
            chapter = begun[0] if begun else going_on[-1]
            head = "" if number == first else chapter if number % 2 else plain(part.title)
            assert pdf.foot(number)[1] == head, f"page {number}"


def test_text_is_large_enough(pdf: Pdf) -> None:
    sizes = pdf.sizes()
    assert min(sizes) >= 9
    assert max(sizes, key=sizes.__getitem__) == 12


def test_cover_image_is_the_first_page(pdf: Pdf) -> None:
    data = cover_image(pdf.path.read_bytes(), 400)
    assert data.startswith(b"\xff\xd8\xff")
    assert data == cover_image(pdf.path.read_bytes(), 400)
    cover = Image.open(io.BytesIO(data)).convert("RGB")
    assert cover.height == 400

    def difference(index: int) -> float:
        """Return the mean difference of the cover image and a page, per pixel and color."""
        page = pdf.reader[index].render(scale=1).to_pil().convert("RGB").resize(cover.size)
        return fmean(ImageStat.Stat(ImageChops.difference(cover, page)).mean)

    assert difference(0) < 5 < difference(1)


@pytest.mark.parametrize(
    "body",
    [
        "<img src='https://www.example.org/a.png'>",
        "<img src='file:///etc/hostname'>",
        "<p style='color: no-such-color'>x</p>",
        "<style>@font-face { font-family: a; src: url('https://www.example.org/a.ttf') }</style>",
    ],
)
def test_layout_loads_nothing_from_outside(body: str) -> None:
    with pytest.raises(LayoutError):
        lay_out(f"<html lang='en'><title>t</title><body>{body}")


STYLED = "<html lang='en'><title>t</title><style>p {{ {} }}</style><body><p>x</p>"


def test_style_sheet_of_many_documents_is_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(STYLED.format("color: #123450"))
    monkeypatch.setattr("carepress.pdf.write.CSS", None)
    lay_out(STYLED.format("color: #123450") + "<p>y</p>")


def test_mistake_in_a_style_sheet_is_an_error_each_time() -> None:
    for _time in range(2):
        with pytest.raises(LayoutError):
            lay_out(STYLED.format("colour: #000"))


def test_style_of_a_drawing_is_no_style_sheet_of_the_page() -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><style>.a {{ {} }}</style><path class="a" d="M0 0h9v9"/></svg>'
    for head in ("", "<style>p { margin: 0 }</style>"):
        red, blue = (
            lay_out(f"<html lang='en'><head><title>t</title>{head}</head><body>{drawing.format(f'fill: {color}')}")
            for color in ("#ff0000", "#0000ff")
        )
        assert b"1 0 0 rg" in red.write_pdf(uncompressed_pdf=True)
        assert b"0 0 1 rg" in blue.write_pdf(uncompressed_pdf=True)


def test_writing_lines_are_repeated_to_the_foot_of_the_page() -> None:
    style = "<style>@page { size: 100mm 100mm; margin: 10mm } p { height: 10mm; margin: 0; border-bottom: 1pt solid }</style>"
    pages = {}
    for kind in ("", "more"):
        data = lay_out(f"<html><title>t</title>{style}<body><p class='{kind}'></p>").write_pdf()
        pages[kind] = list(pypdfium2.PdfDocument(data)[0].get_objects())
    assert len(pages[""]) == 1
    assert len(pages["more"]) == 7
