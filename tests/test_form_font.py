"""What is typed into a sheet, in each script, as PDFium sets it in Chrome."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import icu
import pikepdf
import pytest
from test_editions import type_in_chrome
from test_language_file import HMONG

from carepress.pdf.form_font import _form_font, form_font
from carepress.pdf.write import lay_out, write_pdf
from carepress.text.alphabet import letters_by_cldr, letters_of
from carepress.text.collation import index_letter
from carepress.text.language import language_tag, text_direction
from carepress.text.language_file import bind_languages
from carepress.text.typefaces import face_bytes, missing_typeface
from carepress.workspace.project import Project
from support import ROOT, needs

# Names and numbers as a family types them: with the keyboard's own digits and signs, or an accent apart from its letter.
TYPED = {
    "en": "Nguyễn Thị Được Ủy 38.5 °F, İbrahim Yağız, Ștefan",
    "es_419": "Ñandú, ¿qué? 38,5 °C, NGUYỄN ĐỖ Quỳnh",
    "pl": "Łukasz Żółć",
    "vi": "Nguyễn Thị Được Ủy, Đỗ Quỳnh 38,5 °C, Phươ\u0323ng",
    "ru": "Щёлково, Юрий 38,5 °C",
    "el": "Γιώργος Παπαδόπουλος",
    "yo": "Ẹniọlá Ṣọlá",
    "am": "አበበ ቢቂላ Abebe, ቋንቋ ፲፪",
    "ar": "محمد علي، ١٢",
    "he": "שרה לוי",
    "hi": "मिट्टी क्षेत्र १२ ।",
    "gu": "ગીતા Gita, ક્ષેત્ર ૧૨ 38.5",
    "hy": "Արամ Խաչատրյան, 38.5",
    "th": "สมหญิง ผู้ปลูก น้ำ ๑๒",
    "my": "မောင်မောင်",
}


def sheet(lang: str, folder: Path) -> Path:
    """Return a PDF file with one field."""
    names = 'data-entry="text" data-name="a" data-row="0" data-label="A" data-numbered="" data-choice="{label}"'
    head = f'<html lang="{language_tag(lang)}" dir="{text_direction(lang)}"><title>t</title>'
    html = f"{head}<style>@page{{size:a5}}</style><body><p style='height:30px' {names}></p>"
    path = folder / f"{lang}.pdf"
    path.write_bytes(write_pdf(lay_out(html), date(2026, 1, 1)))
    return path


def fonts_used(data: bytes) -> list[bool]:
    """Return for each font that draws the field of a saved file whether it is embedded."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        (field,) = pdf.Root.AcroForm.Fields
        parts = field.AP.N.read_bytes().split(b" Tf")[:-1]
        fonts = field.AP.N.Resources.Font
        used = [fonts[part.split()[-2].decode()] for part in parts]
        inner = [font.DescendantFonts[0] if "/DescendantFonts" in font else font for font in used]
        return ["/FontFile2" in font.get("/FontDescriptor", {}) for font in inner]


@pytest.mark.parametrize("lang", TYPED)
def test_letters_of_the_language_are_typed_in_the_font_of_the_sheet(lang: str, tmp_path: Path) -> None:
    """PDFium sets letters that a simple font lacks in another one, or leaves them out."""
    needs(missing_typeface(lang) is None, f"the typeface of {lang}")
    page, saved = type_in_chrome(sheet(lang, tmp_path), "a", TYPED[lang])
    assert sorted("".join(page.split())) == sorted("".join(TYPED[lang].split()))
    assert fonts_used(saved) == [True]


@pytest.mark.parametrize("lang", ["en", "vi", "ko"])
def test_a_letter_of_another_script_is_left_to_the_system(lang: str, tmp_path: Path) -> None:
    _page, saved = type_in_chrome(sheet(lang, tmp_path), "a", "Li 李")
    assert fonts_used(saved) == [True, False]


def test_text_from_right_to_left_begins_at_the_right(tmp_path: Path) -> None:
    for lang, alignment in (("ar", 2), ("he", 2), ("vi", 0)):
        with pikepdf.open(sheet(lang, tmp_path)) as pdf:
            assert pdf.Root.AcroForm.Fields[0].get("/Q", 0) == alignment


@pytest.mark.parametrize(
    "lang", ["hy", "en", *(pytest.param(lang, marks=pytest.mark.slow) for lang in ("gu", "ar", "he"))]
)
def test_font_of_fields_does_not_depend_on_the_date_of_a_file(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    needs(missing_typeface(lang) is None, f"the typeface of {lang}")
    fonts = []
    for date_ in ("1700000000", "1800000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", date_)
        _form_font.cache_clear()
        face_bytes.cache_clear()
        fonts.append(form_font(lang).data)
    assert fonts[0] == fonts[1]


def test_language_without_data_has_no_letters_of_the_machine() -> None:
    """ICU answers with the letters of its default locale. It has neither Guarani nor Balochi."""
    before = icu.Locale.getDefault()
    try:
        icu.Locale.setDefault(icu.Locale("ru"))
        letters_by_cldr.cache_clear()
        assert letters_of("gn") == letters_of("bal") == ()
        assert index_letter("Ñandu", "gn") == "N"
    finally:
        icu.Locale.setDefault(before)


@pytest.mark.parametrize("lang", ["en", "es_419", "fr", "de", "pt", "ht"])
def test_latin_sheets_have_all_letters_that_pdfium_sets_in_no_other_font(lang: str) -> None:
    letters = {*form_font(lang).codes.values()}
    assert len(letters) == 252
    own, others = {*letters_of(lang)} - {*"ÿŸ"}, {*"ĞğİıȘșȚțŌō"}
    assert {*letters_of("vi"), *own, *others} <= letters


def test_name_of_another_latin_language_is_typed_whole(tmp_path: Path) -> None:
    """What the font lacks is in a font of the system, or in PDFium's own."""
    typed = "Nguyễn Thị Được İbrahim Łukasz Ķēniņa Đặng Þór Åsa Müller x=2 <3"
    page, _saved = type_in_chrome(sheet("es_419", tmp_path), "a", typed)
    assert page.split() == typed.split()


def test_letters_of_a_language_that_cldr_lacks(tmp_path: Path) -> None:
    """Marshallese, with a mark after some letters."""
    (tmp_path / "mh.toml").write_text(f'{HMONG}letters = "āļm̧ņn̄o̧ōū"', encoding="utf-8")
    project = Project(ROOT)
    bind_languages(lambda lang: tmp_path / f"{lang}.toml", Path.as_posix)
    try:
        assert {*"āĀļĻņŅōŌūŪ\u0327\u0304"} <= {*form_font("mh").codes.values()}
    finally:
        bind_languages(project.language_file, project.shown)
