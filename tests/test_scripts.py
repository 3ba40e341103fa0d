"""Books in every script: the right typeface, and text that is extracted as it was set."""

from __future__ import annotations

import io
import re
import subprocess
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pikepdf
import polib
import pypdfium2
import pytest
from PIL import ImageChops

from carepress.pages.labels import load_face, outline, text_width, wrap
from carepress.pdf import actual_text, weasyprint_patches
from carepress.pdf.page_facts import set_text
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import lay_out, write_pdf
from carepress.preflight.text import check_text
from carepress.text.fonts import font_css, font_folder
from carepress.text.language import language_tag, text_direction
from carepress.text.line_breaks import BREAK, NO_BREAK, keep_korean, mark_breaks, mark_html_breaks, without_breaks
from carepress.text.typefaces import face_rules, find_typefaces, missing_typeface, set_typefaces
from support import NODE, ROOT, copy_project, needs, publish

# A few words of each language about its garden, with letters that are joined, stacked or reordered.
WORDS = {
    "en": "water the soil every day",
    "tr": "İlk toprağı ışıkla sulayın",
    "vi": "được đọc đất nước mỗi ngày",
    "ru": "поливайте землю каждый день",
    "el": "ποτίζετε το χώμα κάθε μέρα",
    "ar": "اسق التربة كل يوم إلى في لا",
    "fa": "هر روز به خاک آب می‌دهیم",
    "ur": "ہر روز مٹی کو پانی دیں بچے",
    "he": "השקו את האדמה כל יום",
    "hi": "हर दिन मिट्टी को पानी दें क्षेत्र",
    "ne": "हरेक दिन माटोमा पानी हाल्नुहोस्",
    "bn": "প্রতিদিন মাটিতে জল দিন",
    "ta": "தினமும் மண்ணுக்கு தண்ணீர் ஊற்றுங்கள்",
    "te": "ప్రతిరోజూ మట్టికి నీరు పోయండి",
    "gu": "દરરોજ માટીને પાણી આપો ક્ષેત્ર",
    "pa": "ਹਰ ਰੋਜ਼ ਮਿੱਟੀ ਨੂੰ ਪਾਣੀ ਦਿਓ",
    "or": "ପ୍ରତିଦିନ ମାଟିରେ ପାଣି ଦିଅନ୍ତୁ",
    "kn": "ಪ್ರತಿದಿನ ಮಣ್ಣಿಗೆ ನೀರು ಹಾಕಿ",
    "ml": "ദിവസവും മണ്ണിൽ വെള്ളം ഒഴിക്കുക",
    "si": "දිනපතා පසට ජලය දෙන්න ක්‍ෂේත්‍ර",
    "hy": "ամեն օր ջրեք հողը",
    "ka": "ყოველდღე მორწყეთ ნიადაგი",
    "th": "รดน้ำดินทุกวัน ผู้ปลูก",
    "km": "ស្រោចទឹកដីរាល់ថ្ងៃ",
    "lo": "ຫົດນ້ຳດິນທຸກມື້",
    "my": "မြေကြီးကိုနေ့တိုင်းရေလောင်းပါ",
    "am": "አፈሩን በየቀኑ ውሃ ያጠጡ",
    "zh_Hans": "每天给土壤浇水，小心。",
    "zh_Hant": "每天給土壤澆水，小心。",
    "ja": "毎日土に水をやります。",
    "ko": "매일 흙에 물을 주세요",
}


def page(lang: str, text: str, width: int = 80) -> str:
    """Return a page of this width in mm with a text in each face."""
    typefaces = find_typefaces(text, lang)
    css = f'html{{font:12pt "Atkinson Hyperlegible"}}@page{{size:{width}mm 80mm;margin:8mm}}'
    css = font_css(font_folder().as_uri() + "/") + face_rules(typefaces) + set_typefaces(css, typefaces, lang)
    head = f'<html lang="{language_tag(lang)}" dir="{text_direction(lang)}"><title>t</title>'
    return f"{head}<style>{css}</style><body><h1>{text}</h1><p>{text} <b>{text}</b> <em>{text}</em> 250 mg (1–2)."


def problems(lang: str, text: str) -> list[str]:
    document = lay_out(page(lang, text))
    data = write_pdf(document, date(2026, 1, 1))
    return [str(item) for item in check_text(data, map(set_text, page_boxes(document.pages)), "a.pdf")]


@pytest.mark.parametrize("lang", WORDS)
def test_text_is_extracted_as_it_was_set(lang: str) -> None:
    needs(missing_typeface(lang) is None, f"the typeface of {lang}")
    assert problems(lang, WORDS[lang]) == []


def test_a_letter_that_is_first_drawn_in_another_keeps_its_text() -> None:
    assert problems("hi", "कि हर बार पानी देने पर एक पंक्ति लिखें, पेंसिल से भरें।") == []


@pytest.mark.parametrize(("lang", "text"), [("ar", "مما اتُّفق عليه، وشدَّةٌ ثُمَّ"), ("he", "שַׁבָּת הַשֹּׁרֶשׁ")])
def test_points_of_a_letter_may_be_drawn_in_another_order(lang: str, text: str) -> None:
    assert problems(lang, text) == []


def test_english_in_a_right_to_left_draft_is_extracted() -> None:
    """Before a translator has written the first word, a page has no right-to-left letter."""
    assert problems("he", "A garden: sheet 2 of 2. Bring it to each visit.") == []


@pytest.mark.parametrize("lang", ["hi", "my"])
def test_preflight_finds_text_that_glyphs_do_not_spell(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weasyprint_patches, "find_spans", lambda _text, _glyphs: [])
    assert any("is not extracted as it was set" in line for line in problems(lang, WORDS[lang]))


def test_preflight_finds_text_that_was_not_set() -> None:
    document = lay_out(page("en", WORDS["en"]))
    data = write_pdf(document, date(2026, 1, 1))
    (text,) = map(set_text, page_boxes(document.pages))
    found = check_text(data, [text.replace("mg", "g")], "a.pdf")
    assert [item.code for item in found] == ["pdf-text"]


# Ligatures, letters far from each other, marks above and below, and joiners that are not seen.
MORE_WORDS = {
    "ar": "منزل بفريقكم لا شدَّة جِدًّا لأنَّه مُحَمَّدٌ التّربة الثلاثاء",
    "fa": "می‌خواهم کتاب‌ها لباس گل‌های",
    "ur": "مٹی کو روزانہ ٹھیک لڑکا بڑا",
    "he": "שַׁבָּת הַשֹּׁרֶשׁ",
    "hi": "मिट्टी श्रीमान र्कि हिन्दी पढ़ें",
    "th": "รู้จักดินของคุณ ช่วงแล้ง น้ำ",
    "km": "ខ្ញុំ ត្រូវការ ស្រ្តី",
    "my": "ကျွန်ုပ် မြွေ",
}


@pytest.mark.parametrize("lang", WORDS)
def test_programs_extract_the_words(lang: str, tmp_path: Path) -> None:
    """PDFium is Chrome's reader, and poppler that of Evince and Okular."""
    words, file = words_on_a_line(lang, tmp_path)
    poppler = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True).stdout
    pdfium = "".join(item.get_textpage().get_text_range() for item in pypdfium2.PdfDocument(file))
    assert [copied(text).count(words) for text in (poppler, pdfium)] == [4, 4]


PDFJS = """
import { readFileSync } from "node:fs";
globalThis.DOMMatrix = globalThis.ImageData = globalThis.Path2D = class {};  // for pictures
const { getDocument } = await import(process.argv[1]);
const page = await (await getDocument({ data: new Uint8Array(readFileSync(process.argv[2])), verbosity: 0 }).promise).getPage(1);
for (const item of (await page.getTextContent()).items) process.stdout.write(item.str + (item.hasEOL ? "\\n" : ""));
"""


@pytest.mark.validator
@pytest.mark.parametrize("lang", WORDS)
def test_firefox_extracts_the_words(lang: str, tmp_path: Path) -> None:
    """Its reader is pdf.js, which does not read /ActualText, leaves joiners out and normalizes Lao ຳ (NFKC).

    Of right-to-left scripts, vowel signs at the end of words are often wrong.
    """
    more = MORE_WORDS.get(lang, "") if text_direction(lang) == "ltr" else f"({WORDS[lang]})"
    program = NODE / "pdfjs-dist" / "legacy" / "build" / "pdf.mjs"
    needs(program.exists(), "pdf.js")
    words, file = words_on_a_line(lang, tmp_path, more)
    command = [ROOT / ".venv" / "bin" / "node", "--input-type=module", "-e", PDFJS, program.as_uri(), file]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for joiner in "\u200c\u200d":
        words = words.replace(joiner, "")
    assert unicodedata.normalize("NFKC", copied(found)).count(unicodedata.normalize("NFKC", words)) == 4


@pytest.mark.parametrize("lang", [lang for lang in WORDS if text_direction(lang) == "ltr"])
def test_glyphs_spell_the_words_for_programs_that_do_not_read_actual_text(lang: str, tmp_path: Path) -> None:
    """As pdf.js does, which leaves U+2060 out."""
    words, file = words_on_a_line(lang, tmp_path)
    spelled = ""
    with pikepdf.open(file) as pdf:
        fonts = {name: glyph_texts_of(font) for name, font in pdf.pages[0].Resources.Font.items()}
        for operands, operator in pikepdf.parse_content_stream(pdf.pages[0]):
            if str(operator) == "Tf":
                texts = fonts[str(operands[0])]
            elif str(operator) == "TJ":
                codes = b"".join(bytes(item) for item in operands[0] if isinstance(item, pikepdf.String)).hex()
                spelled += "".join(texts[codes[at : at + 4]] for at in range(0, len(codes), 4))
    assert copied(spelled.replace("\u2060", "")).count(words) == 4


def glyph_texts_of(font: pikepdf.Object) -> dict[str, str]:
    """Return the text of each glyph of a font by its number in four hexadecimal digits."""
    rows = re.findall(r"<(....)> <(.*)>", font.ToUnicode.read_bytes().decode())
    return {code: bytes.fromhex(text).decode("utf-16-be") for code, text in rows}


def words_on_a_line(lang: str, folder: Path, more: str | None = None) -> tuple[str, Path]:
    """Return words of a language with some more, and a file that has them on one line in four faces."""
    needs(missing_typeface(lang) is None, f"the typeface of {lang}")
    words = unicodedata.normalize("NFC", f"{WORDS[lang]} {MORE_WORDS.get(lang, '') if more is None else more}".strip())
    file = folder / "a.pdf"
    file.write_bytes(write_pdf(lay_out(page(lang, words, 700)), date(2026, 1, 1)))
    return words, file


def copied(text: str) -> str:
    """Return an extracted text on one line, without controls of its direction."""
    return re.sub("[\u202a-\u202e\u2066-\u2069]", "", unicodedata.normalize("NFC", " ".join(text.split())))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("ar", "اسق (كل يوم) ثم «انتظر» قليلا"),
        ("ar", "اسق [كل] {يوم} (نعم) ثم «انتظر»"),
        ("he", "השקו (כל יום) [מים]"),
    ],
)
def test_programs_extract_the_brackets_of_right_to_left_lines(lang: str, text: str, tmp_path: Path) -> None:
    """Marked with their text, they would divide the line, and pdf.js would put its words in the wrong order."""
    file = tmp_path / "a.pdf"
    file.write_bytes(write_pdf(lay_out(page(lang, text, 400)), date(2026, 1, 1)))
    with pikepdf.open(file) as pdf:
        assert b"ActualText" not in pdf.pages[0].Contents.read_bytes()
    poppler = subprocess.run(["pdftotext", file, "-"], capture_output=True, text=True, check=True)
    assert (copied(poppler.stdout).count(text), poppler.stderr) == (4, "")
    pdfium = "".join(item.get_textpage().get_text_range() for item in pypdfium2.PdfDocument(file))
    assert copied(pdfium).count(text) == 4


def test_bracket_after_a_latin_word_is_not_mirrored_by_pdfium(tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(write_pdf(lay_out(page("ar", "هل (ALL) جيد؟", 400)), date(2026, 1, 1)))
    text = copied("".join(item.get_textpage().get_text_range() for item in pypdfium2.PdfDocument(file)))
    assert (text.count("(ALL"), text.count("(ALL )") + text.count("(ALL)")) == (4, 4)


# Each on a line; ⟨ and ⟩ are around what is from left to right, such as a dose.
MIXED = {
    "ar": (
        "الوزن ⟨250 mg⟩ مرتين في اليوم",
        "اتصل ⟨0808 800 40 40⟩ الآن يا ولد",
        "اتصل ⟨+1 (555) 010-0123⟩ الآن",
        "قل one two three للمعلم غدا يا ولد",
        "من Children’s Oncology Group (COG) في الولايات المتحدة",
        "اكتب إلى help@example.org اليوم",
    ),
    "he": ("משקל ⟨250 mg⟩ פעמיים ביום", "ראו www.example.org לעוד", "[1]"),
    "ur": ("فون ⟨0300 555 0123⟩ کریں بچے", "(ہر روز) پانی «دیں»"),
    "en": (
        "Water اسق التربة كل يوم soil every day in the morning",
        "My child has leukemia: طفلي مصاب بسرطان الدم",
        "call 555-010-0123 or اتصل بنا now for help",
        "Read עם הילדים שלי at home with them",
    ),
}


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang, texts in MIXED.items() for text in texts])
def test_pdfium_extracts_lines_in_both_directions(lang: str, text: str, tmp_path: Path) -> None:
    """Other programs extract them as if they were drawn from left to right, word by word."""
    file = tmp_path / "a.pdf"
    html = paragraph(lang, isolated(text))
    file.write_bytes(write_pdf(lay_out(html), date(2026, 1, 1)))
    pdfium = "".join(item.get_textpage().get_text_range() for item in pypdfium2.PdfDocument(file))
    assert copied(pdfium) == copied(re.sub("[⟨⟩]", "", text))


@pytest.mark.parametrize(("lang", "text"), [("ar", "أقل من ⟨≥ 500 mg⟩ دائما"), ("he", "קחו ⟨≥ 500 mg⟩ היום")])
def test_comparison_is_not_copied_as_the_opposite(lang: str, text: str, tmp_path: Path) -> None:
    """PDFium mirrors a sign after a right-to-left word: if its words were sorted, they would be “≤ 500 mg”."""
    file = tmp_path / "a.pdf"
    file.write_bytes(write_pdf(lay_out(paragraph(lang, isolated(text))), date(2026, 1, 1)))
    pdfium = "".join(item.get_textpage().get_text_range() for item in pypdfium2.PdfDocument(file))
    assert re.findall("[0-9a-z<>≤≥]+", pdfium) == ["mg", "500", "≥"]


def test_text_maps_have_the_rows_that_they_count() -> None:
    """Programs that were not tried may not read a map that breaks the standard."""
    html = paragraph("ar", isolated("قال ‹انتظر› ثم “ذهب” (نعم) ≤ ⟨≥ 38 °C⟩"))
    with pikepdf.open(io.BytesIO(write_pdf(lay_out(html), date(2026, 1, 1)))) as pdf:
        maps = [font.ToUnicode.read_bytes().decode() for font in pdf.pages[0].Resources.Font.values()]
    blocks = [block for text in maps for block in re.findall(r"(\d+) beginbfchar\n(.*?)endbfchar", text, re.DOTALL)]
    assert len(blocks) > len(maps), "brackets have second rows"
    assert [int(count) for count, _rows in blocks] == [rows.count("\n") for _count, rows in blocks]


@pytest.mark.parametrize("width", [80, 400], ids=["of several lines", "of one line"])
@pytest.mark.parametrize("arabic", ["اسق التربة كل يوم", "اسق التربة كل يوم أو كل يومين في الصيف"])
def test_pdfium_extracts_cells_in_two_languages(arabic: str, width: int, tmp_path: Path) -> None:
    """It reads cells on the same line as one, in the direction of most words."""
    words = {"en": "Water the soil every day or two", "ar": arabic}
    cells = (f'<td lang="{lang}" dir="{text_direction(lang)}">{text}</td>' for lang, text in words.items())
    file = tmp_path / "a.pdf"
    table = f"<table><tr>{''.join(cells)}<tr><td>Sow one row<td>of beans</table>"
    file.write_bytes(write_pdf(lay_out(paragraph("en", table, width)), date(2026, 1, 1)))
    text = copied("".join(item.get_textpage().get_text_range() for item in pypdfium2.PdfDocument(file)))
    assert [text.count(line) for line in (*words.values(), "Sow one row")] == [1, 1, 1]


def isolated(text: str) -> str:
    return text.replace("⟨", '<bdi dir="ltr">').replace("⟩", "</bdi>")


def paragraph(lang: str, html: str, width: int = 400) -> str:
    """Return a page with one line."""
    head, _body, _text = page(lang, html, width).partition("<body>")
    return f"{head}<body><p>{html}"


@pytest.mark.parametrize("lang", ["ar", "en"])
def test_words_that_begin_elsewhere_are_drawn_in_their_places(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    html = paragraph(lang, isolated(MIXED[lang][0]))
    sorted_words = write_pdf(lay_out(html), date(2026, 1, 1))
    monkeypatch.setattr(weasyprint_patches, "find_places", lambda *_args: {})
    plain = write_pdf(lay_out(html), date(2026, 1, 1))
    assert sorted_words != plain
    pictures = (pypdfium2.PdfDocument(data)[0].render(scale=4).to_pil() for data in (sorted_words, plain))
    extremes = ImageChops.difference(*pictures).getextrema()
    assert max(high for _low, high in extremes) < 64, "only edges of letters may differ"


def test_latin_pages_have_no_marks_around_words() -> None:
    with pikepdf.open(io.BytesIO(write_pdf(lay_out(page("en", WORDS["en"])), date(2026, 1, 1)))) as pdf:
        assert b"ActualText" not in pdf.pages[0].Contents.read_bytes()
    assert actual_text.is_plain("What is it? ¿Qué? 38.5 °C", "Atkinson Hyperlegible")


# --- Lines ---------------------------------------------------------------------------------


def test_lines_end_between_korean_words_only() -> None:
    """Also in messages, cells and after numbers of pages; a word too long for a line may break."""
    text = "출처의 저자들은 이 글을 쓰지도 확인하지도 않았습니다. 2026년에는 물 주기(13페이지)에 적으세요 "
    document = lay_out(page("ko", text * 2))
    boxes = (box for page in page_boxes(document.pages) for box in page.descendants() if hasattr(box, "text"))
    lines = [without_breaks(box.text) for box in boxes if box.element_tag in ("p", "b", "em", "h1")]
    assert len(lines) > 4, "the text has several lines"
    assert {word for line in lines for word in line.split()} <= {*text.split(), "250", "mg", "(1–2)."}
    assert problems("ko", text) == []
    assert keep_korean("가" * 15) == "가" * 15


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("진단·치료를 「어린이」를", "진_단_·_치_료_를 「_어_린_이_」_를"),
        ("37℃에서 α세포는 제{number}쪽", "37℃_에_서 α_세_포_는 제_{number}_쪽"),
        (">아이 &quot;아이&quot;를 <", ">아_이 &quot;_아_이_&quot;_를 <"),
        ("在" * 5000 + " 每", "在" * 5000 + " 每"),
    ],
)
def test_marks_next_to_korean_letters_are_no_end_of_a_line(text: str, kept: str) -> None:
    assert keep_korean(text).replace(NO_BREAK, "_") == kept


def test_labels_in_chinese_break_between_characters_but_not_before_punctuation() -> None:
    typefaces = find_typefaces("每", "zh_Hans")
    face = load_face(False, typefaces, typefaces[0])
    lines = wrap(face, "每天浇水，小心。", 10, 41)
    assert "".join(lines) == "每天浇水，小心。"
    assert len(lines) > 1
    assert not any(line[0] in "，。" for line in lines)


def test_labels_fall_back_to_another_typeface() -> None:
    latin, mixed = load_face(False), load_face(False, find_typefaces("水", "en"))
    assert outline(mixed, "a水", 10, 0, 0, "start") != outline(latin, "a水", 10, 0, 0, "start")
    assert outline(mixed, "abc", 10, 0, 0, "start") == outline(latin, "abc", 10, 0, 0, "start")
    assert text_width(mixed, "水", 10) == pytest.approx(10, abs=0.1)


SENTENCES = {
    "th": "รดน้ำดินทุกวันในตอนเช้าและดูแลต้นกล้าให้ดีเพราะดินที่แห้งทำให้รากอ่อนแอ",
    "km": "ស្រោចទឹកដីរាល់ថ្ងៃនៅពេលព្រឹកហើយមើលថែកូនរុក្ខជាតិឲ្យបានល្អ",
    "lo": "ຫົດນ້ຳດິນທຸກມື້ໃນຕອນເຊົ້າແລະເບິ່ງແຍງຕົ້ນໄມ້ໃຫ້ດີ",
    "my": "မြေကြီးကိုနေ့တိုင်းမနက်တိုင်းရေလောင်းပြီးအပင်ငယ်များကိုဂရုစိုက်ပါ",
}


@pytest.mark.parametrize("lang", SENTENCES)
def test_lines_break_between_words_that_have_no_spaces(lang: str, tmp_path: Path) -> None:
    text = SENTENCES[lang]
    document = lay_out(page(lang, text))
    boxes = (box for page in page_boxes(document.pages) for box in page.descendants())
    lines = [box for box in boxes if type(box).__name__ == "LineBox"]
    assert len(lines) > 6
    assert max(line.width for line in lines) <= 64 / 25.4 * 96
    assert problems(lang, text) == []
    assert [label for page in document.pages for _level, label, *_place in page.bookmarks] == [text]
    file = tmp_path / "a.pdf"
    file.write_bytes(write_pdf(document, date(2026, 1, 1)))
    copied = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, text=True, check=True).stdout
    assert text in copied.replace("\n", "").replace("\f", "")


def test_words_are_found_in_dictionaries() -> None:
    assert mark_breaks("ស្រោចទឹកដីរាល់ថ្ងៃ, soil").split(BREAK) == ["ស្រោចទឹក", "ដី", "រាល់ថ្ងៃ, soil"]
    placed = "ស្រោចទឹក\u200bដីរាល់ថ្ងៃ"
    joined = "ស្រោចទឹក\u2060ដីរាល់ថ្ងៃ"
    assert [mark_breaks(text) for text in (placed, joined)] == [placed, joined]
    html = '<html lang="km"><title>ដីរាល់ថ្ងៃ</title><body title="ដីរាល់ថ្ងៃ"><p>ដីរាល់ថ្ងៃ'
    assert mark_html_breaks(html, ["km"]) == html.removesuffix("រាល់ថ្ងៃ") + "\u200bរាល់ថ្ងៃ"
    assert mark_html_breaks(html, ["th"]) == html


def test_labels_break_between_words_that_have_no_spaces() -> None:
    typefaces = find_typefaces("ទ", "km")
    lines = wrap(load_face(False, typefaces, typefaces[0]), "ស្រោចទឹកដីរាល់ថ្ងៃ", 10, 45)
    assert lines == ["ស្រោចទឹកដី", "រាល់ថ្ងៃ"]


# --- Books ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_project(tmp_path_factory.mktemp("scripts"))


def fonts_of(path: Path) -> set[str]:
    with pikepdf.open(path) as pdf:
        found = (item for item in pdf.objects if isinstance(item, pikepdf.Dictionary))
        return {str(item.FontName).partition("+")[2] for item in found if item.get("/Type") == "/FontDescriptor"}


def translate(project: Path, lang: str) -> None:
    """Add a language, and fill its catalog with words of the same length."""
    words = WORDS[lang].split()
    short = min(words, key=len)
    path = project / "tests" / "books" / "garden" / "locales" / lang / "LC_MESSAGES" / "garden.po"
    if path.exists():
        return
    assert publish("catalogs", "add", lang, "--book", "tests/books/garden", root=project).returncode == 0
    catalog = polib.pofile(str(path))
    for number, entry in enumerate(catalog):
        if re.fullmatch(r"[\w ,’-]+\.?", entry.msgid):
            fitting = [word for word in words if len(word) <= len(entry.msgid)] or [short]
            entry.msgstr = fitting[number % len(fitting)]
    catalog.save()


@pytest.mark.parametrize(
    ("lang", "family", "editions"),
    [
        pytest.param("ru", "Noto-Sans", ["sheets"], marks=pytest.mark.slow),
        ("ar", "IBM-Plex-Sans-Arabic", ["sheets"]),
        pytest.param("ar", "IBM-Plex-Sans-Arabic", ["large-print", "epub"], marks=pytest.mark.slow),
        ("zh_Hans", "Noto-Sans-SC", ["sheets"]),
        pytest.param("km", "Noto-Sans-Khmer", ["booklet", "epub"], marks=pytest.mark.slow),
    ],
)
def test_a_book_in_another_script(project: Path, lang: str, family: str, editions: list[str]) -> None:
    translate(project, lang)
    chosen = [part for edition in editions for part in ("--edition", edition)]
    done = publish("build", "--book", "tests/books/garden", "--lang", lang, *chosen, "--out", "out", root=project)
    assert done.returncode == 0, done.stdout + done.stderr
    folder = project / "out" / "generic" / lang
    paths = [folder / f"garden-{edition}-{lang}-draft.pdf" for edition in editions if edition != "epub"]
    assert all(family in fonts_of(path) for path in paths)


def test_an_ebook_has_the_typeface_that_reading_devices_lack(project: Path) -> None:
    translate(project, "km")
    args = ("--lang", "km", "--handout", "water", "--edition", "epub", "--out", "ebook")
    done = publish("build", "--book", "tests/books/garden", *args, root=project)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = (project / "ebook").rglob("*.epub")
    with ZipFile(path) as epub:
        fonts = [name for name in epub.namelist() if "noto-sans-khmer" in name]
        assert [name for name in fonts if len(epub.read(name)) < 1000] == []
    assert len(fonts) == 2, "regular and bold"


@pytest.mark.slow
def test_a_word_in_another_script_has_its_typeface_in_every_edition(project: Path) -> None:
    with added(project, "Ask 李小龙, Мария or សុខា."):
        done = publish(
            "build", "--book", "tests/books/garden", "--edition", "booklet", "--edition", "epub", "--lang", "en",
            "--out", "mixed", root=project,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    booklet = project / "mixed" / "generic" / "en" / "garden-booklet-en.pdf"
    assert {"Noto-Sans-SC", "Noto-Sans", "Noto-Sans-Khmer", "Atkinson-Hyperlegible"} <= fonts_of(booklet)
    with ZipFile(booklet.with_name("garden-epub-en.epub")) as epub:
        fonts = [name for name in epub.namelist() if "noto" in name]
    assert [Path(name).name for name in fonts] == ["noto-sans-khmer_regular.ttf", "noto-sans-khmer_bold.ttf"]


def test_an_unknown_letter_stops_the_build_with_its_line(project: Path) -> None:
    with added(project, "Ask ཀ.") as line:
        done = publish(
            "build", "--book", "tests/books/garden", "--edition", "booklet", "--lang", "en", "--out", "x", root=project
        )
    assert done.returncode == 1
    assert f"welcome.md:{line}: no typeface has “ཀ” (U+0F40), in en: use another letter" in done.stdout + done.stderr


@contextmanager
def added(project: Path, text: str) -> Iterator[int]:
    """Add a paragraph to the first chapter of a project's garden inside the block; yield its line."""
    path = project / "tests" / "books" / "garden" / "chapters" / "welcome.md"
    before = path.read_text(encoding="utf-8")
    path.write_text(f"{before}\n{text}\n", encoding="utf-8")
    try:
        yield before.count("\n") + 2
    finally:
        path.write_text(before, encoding="utf-8")
