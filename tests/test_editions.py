"""Large print and fillable sheets, built by the command and read with PDF libraries."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from conftest import build_once
from pikepdf.form import CheckboxField, DefaultAppearanceStreamGenerator, Form, RadioButtonGroup, TextField
from pypdfium2 import raw
from structure import read_structure
from support_validators import CLAIMED, vera
from test_pdf_structure import assert_chapters_match, elements

from carepress.model import (
    EDITIONS,
    LETTER,
    Drawing,
    DrawingPart,
    FieldsPart,
    Figure,
    GridPart,
    Segment,
    Sheet,
    TablePart,
    segments,
)
from carepress.model.units import MM_TO_PT
from carepress.pages.drawings import set_label
from carepress.pages.render import min_label_size
from support import GARDEN, HANDBOOK, LANGS, Pdf, flat, model, open_pdf, plain, publish

TYPED = "Ñandú, ¿qué? 38,5 °C — áéíóúü"


@pytest.fixture(scope="module")
def editions(shared: Path) -> Path:
    """Return the folder with the handbook's large print and sheets on A4."""
    args = ("--book", HANDBOOK, "--edition", "large-print", "--edition", "sheets")
    return build_once(shared / "built-handbook", *args) / "generic"


OnLetter = Callable[[str, str], Path]


@pytest.fixture(scope="module")
def on_letter(shared: Path) -> OnLetter:
    """Return a function that builds an edition of the garden on Letter in a language once, and returns its file."""

    def build(edition: str, lang: str) -> Path:
        args = ("--book", GARDEN, "--edition", edition, "--lang", lang, "--paper", "letter")
        return made(build_once(shared / "built-on-letter", *args) / "generic", "garden", edition, lang)

    return build


def made(folder: Path, book: str, edition: str, lang: str) -> Path:
    return folder / lang / f"{book}-{edition}-{lang}.pdf"


def test_verapdf_accepts_editions(editions: Path, on_letter: OnLetter) -> None:
    """Both languages have the same structure: the long one is checked."""
    names = ("large-print", "sheets")
    paths = [path for name in names for path in (made(editions, HANDBOOK.name, name, "es"), on_letter(name, "es"))]
    assert vera(CLAIMED, *paths) == {}


# --- large print -----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGS)
def test_large_print_has_no_text_below_18_pt(editions: Path, on_letter: OnLetter, lang: str) -> None:
    for path in (made(editions, "childhood-all", "large-print", lang), on_letter("large-print", lang)):
        assert min(open_pdf(path).sizes()) >= 18


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("edition", ["booklet", "large-print", "sheets"])
def test_labels_of_drawings_are_large_enough(edition: str, lang: str) -> None:
    row = EDITIONS[edition]
    for folder in (HANDBOOK, GARDEN):
        for drawing, mark in drawings(folder, lang):
            for paper in row.papers:
                least = min_label_size(row, paper, drawing, mark)
                sizes = [line.size for label in drawing.labels for line in set_label(label, None, drawing, least)]
                assert min(sizes, default=least) >= least - 0.01, (drawing.id, paper.name)


def drawings(folder: Path, lang: str) -> list[tuple[Drawing, bool]]:
    book = model(folder, lang)
    figures = [block for chapter in book.chapters() for block in chapter.blocks if isinstance(block, Figure)]
    marks = [part for sheet in book.sheets() for part in sheet.parts if isinstance(part, DrawingPart)]
    return [(item.drawing, False) for item in figures] + [(item.drawing, True) for item in marks]


def test_large_print_is_on_letter(on_letter: OnLetter) -> None:
    sizes = {
        (round(p.get_width() / MM_TO_PT), round(p.get_height() / MM_TO_PT))
        for p in open_pdf(on_letter("large-print", "en")).reader
    }
    width, height = round(LETTER.width), round(LETTER.height)
    assert sizes == {(width, height), (height, width)}, "sheets are landscape"


@pytest.mark.parametrize("lang", LANGS)
def test_large_print_contains_the_whole_text(editions: Path, lang: str) -> None:
    assert_chapters_match(made(editions, "childhood-all", "large-print", lang), HANDBOOK, lang)


# --- sheets ----------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=LANGS)
def sheets(request: pytest.FixtureRequest, editions: Path) -> tuple[Path, str]:
    return made(editions, "childhood-all", "sheets", request.param), request.param


def test_each_tracking_sheet_is_one_page(sheets: tuple[Path, str]) -> None:
    path, lang = sheets
    pages = open_pdf(path)
    sheets = [*model(HANDBOOK, lang).sheets()]
    for sheet in sheets:
        starts = [text for text in pages.texts if text.startswith(plain(sheet.title)) and plain(sheet.purpose) in text]
        assert len(starts) == 1, sheet.id
    tracking = [sheet for sheet in sheets if sheet.group == "tracking"]
    assert [text.startswith(plain(sheet.title)) for text, sheet in zip(pages.texts, tracking)] == [True] * len(tracking)
    shapes = ["landscape" if page.get_width() > page.get_height() else "portrait" for page in pages.reader]
    assert shapes[: len(tracking)] == [sheet.orientation for sheet in tracking]
    assert len(shapes) == len(sheets) + 3, "the three long forms have two pages"


def test_each_sheet_says_when_to_call_and_what_it_is(sheets: tuple[Path, str]) -> None:
    path, lang = sheets
    call, foot = {
        "en": ("When in doubt, call.", "sheet {} of 19. Bring it to each visit."),
        "es": ("Si tiene dudas, llame.", "hoja {} de 19. Llévela a cada cita."),
    }[lang]
    pages = [flat(text) for text in open_pdf(path).texts]
    book = model(HANDBOOK, lang)
    telephones = [plain(item.label) for item in book.placeholders if item.call]
    for number, sheet in enumerate(book.sheets(), 1):
        here = [text for text in pages if foot.format(number) in text]
        (first,) = [text for text in here if call in text]
        assert first.startswith(plain(sheet.title))
        assert [label for label in telephones if label not in first] == []


def test_sheets_contain_the_text_of_the_book(sheets: tuple[Path, str]) -> None:
    path, lang = sheets
    tagged = {flat(item.own_text()) for role in ("H1", "H2", "P", "TH", "Caption") for item in elements(path, role)}
    all_text = " ".join(tagged)
    for sheet in model(HANDBOOK, lang).sheets():
        whole = [plain(segment) for segment in segments(sheet) if segment.has_words and segment.kind in WHOLE]
        assert [text for text in whole if text not in tagged] == []
        assert [text for text in map(plain, (sheet.purpose, sheet.how)) if text not in all_text] == []


WHOLE = {"sheet title", "sheet heading", "field label", "column heading", "note"}


def fields(form: Form) -> dict[str, TextField | CheckboxField | RadioButtonGroup]:
    return {field.fully_qualified_name: field for field in form}


def test_fields_have_accessible_names_and_appearances(sheets: tuple[Path, str]) -> None:
    path, lang = sheets
    with pikepdf.open(path) as pdf:
        form = pdf.Root.AcroForm
        assert "/NeedAppearances" not in form
        names = [str(field.T) for field in form.Fields]
        assert len(names) == len(set(names)) > 500
        assert all(str(field.TU).strip() for field in form.Fields)
        widgets = [note for page in pdf.pages for note in page.Annots if note.Subtype == "/Widget"]
        assert all("/N" in widget.AP for widget in widgets)
        assert all(int(widget.F) & 4 for widget in widgets), "the fields are printable"
        assert all(page.Tabs == "/S" for page in pdf.pages), "tab order is reading order"
    labels = {plain(label) for sheet in model(HANDBOOK, lang).sheets() for label in labels_of(sheet)}
    spoken = spoken_names(path)
    assert [label for label in labels if not any(label in name for name in spoken)] == []


def labels_of(sheet: Sheet) -> Iterator[Segment]:
    """Yield the labels of the fields of a sheet."""
    for part in sheet.parts:
        match part:
            case TablePart():
                yield from (column.label for column in part.columns if not (part.row_labels or part.daily))
                yield from part.row_labels
            case GridPart() | FieldsPart():
                yield from (item.label for item in (part.rows if isinstance(part, GridPart) else part.fields))


def spoken_names(path: Path) -> set[str]:
    with pikepdf.open(path) as pdf:
        return {str(field.TU) for field in pdf.Root.AcroForm.Fields}


def test_fields_follow_page_order(sheets: tuple[Path, str]) -> None:
    path, _lang = sheets
    tree = read_structure(path)
    assert sum(element.role == "Form" for element in tree.walk()) > 500


def test_typed_values_are_saved(sheets: tuple[Path, str], tmp_path: Path) -> None:
    path, _lang = sheets
    filled = tmp_path / "filled.pdf"
    with pikepdf.open(path) as pdf:
        for field in Form(pdf, DefaultAppearanceStreamGenerator):
            if isinstance(field, TextField):
                field.value = TYPED
            elif isinstance(field, RadioButtonGroup):
                field.selected = field.options[1]
            else:
                field.checked = True
        pdf.save(filled)
    with pikepdf.open(filled) as pdf:
        again = fields(Form(pdf))
        assert {field.value for field in again.values() if isinstance(field, TextField)} == {TYPED}
        groups = [field for field in again.values() if isinstance(field, RadioButtonGroup)]
        assert groups
        assert all(str(group.value) == "/1" for group in groups)
    reader = pypdfium2.PdfDocument(filled)
    reader.init_forms()
    with_text = reader[0].render(scale=1, may_draw_forms=True).to_pil()
    empty = pypdfium2.PdfDocument(path)[0].render(scale=1).to_pil()
    ink = [sum(image.convert("L").histogram()[:100]) for image in (with_text, empty)]
    assert ink[0] > 1.2 * ink[1], "the typed text is on the page"


NAMES = "Łukasz Đorđević, Şeyma Yıldız, Țepeș, Žaneta Ķēniņa, Ñandú O’Brien, Nguyễn"


def test_names_are_typed_whole(tmp_path: Path) -> None:
    """PDFium, in Chrome, left out letters beyond Latin-1."""
    args = ("--book", GARDEN, "--lang", "en", "--edition", "sheets", "--out", tmp_path)
    assert publish("build", *args).returncode == 0
    path = made(tmp_path / "generic", "garden", "sheets", "en")
    page, form = type_in_chrome(path, "plan-1-8", NAMES)
    with pikepdf.open(io.BytesIO(form)) as pdf:
        field = next(field for field in pdf.Root.AcroForm.Fields if str(field.T) == "plan-1-8")
        assert str(field.V) == NAMES
    assert NAMES in flat(page)


def type_in_chrome(path: Path, name: str, text: str) -> tuple[str, bytes]:
    """Type into a field of the last page as Chrome does; return the text of the page, and the saved file."""
    with pikepdf.open(path) as pdf:
        field = next(field for field in pdf.Root.AcroForm.Fields if str(field.T) == name)
        left, bottom, right, top = map(float, field.Rect)
    document = pypdfium2.PdfDocument(path)
    document.init_forms()
    page = document[len(document) - 1]
    for press in (raw.FORM_OnLButtonDown, raw.FORM_OnLButtonUp):
        press(document.formenv, page, 0, (left + right) / 2, (bottom + top) / 2)
    for letter in text:
        raw.FORM_OnChar(document.formenv, page, ord(letter), 0)
    raw.FORM_ForceToKillFocus(document.formenv)
    saved = io.BytesIO()
    document.save(saved)
    raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    return document[len(document) - 1].get_textpage().get_text_range(), saved.getvalue()


def test_checkboxes_and_scale_can_be_marked(on_letter: OnLetter, tmp_path: Path) -> None:
    """The garden has check boxes and a scale from 0 to 10."""
    path = on_letter("sheets", "en")
    with pikepdf.open(path) as pdf:
        by_name = fields(Form(pdf))
        boxes = [field for field in by_name.values() if isinstance(field, CheckboxField)]
        scale = next(f for f in by_name.values() if isinstance(f, RadioButtonGroup) and len(f.options) == 11)
        assert len(boxes) == 3
        boxes[0].checked = True
        scale.selected = scale.options[7]
        pdf.save(tmp_path / "marked.pdf")
    with pikepdf.open(tmp_path / "marked.pdf") as pdf:
        by_name = fields(Form(pdf))
        assert [f.checked for f in by_name.values() if isinstance(f, CheckboxField)] == [True, False, False]
        group = next(f for f in pdf.Root.AcroForm.Fields if len(f.get("/Kids", [])) == 11)
        assert str(group.Opt[int(str(group.V)[1:])]) == "7"
        assert [str(kid.AS) for kid in group.Kids].count("/Off") == 10


def test_dated_sheets(tmp_path: Path) -> None:
    done = publish("build", "--lang", "es", "--start", "2026-11-23", "--weeks", "2", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    pdf = Pdf(tmp_path / "generic" / "es" / "childhood-all-sheets-es-2026-11-23.pdf")
    tracking = [sheet for sheet in model(HANDBOOK, "es").sheets() if sheet.group == "tracking"]
    assert len(pdf.texts) == 2 * len(tracking)
    half = len(tracking)
    assert all("Semana: 23–29 de noviembre de 2026" in flat(text) for text in pdf.texts[:half])
    assert all("Semana: 30 de noviembre – 6 de diciembre de 2026" in flat(text) for text in pdf.texts[half:])
    daily = [text for text in pdf.texts[half:] if "mar, 1 dic" in text]
    assert len(daily) == 6
    assert all(day in text for text in daily for day in ("lun, 30 nov", "dom, 6 dic"))


@pytest.mark.parametrize(
    "args",
    [("--weeks", "2"), ("--start", "2026-13-01"), ("--start", "2026-11-23", "--edition", "booklet")],
)
def test_invalid_dates_are_usage_errors(args: tuple[str, ...]) -> None:
    done = publish("build", *args)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
