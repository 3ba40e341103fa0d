"""Left-to-right runs in right-to-left text, and the visual order of a label's pieces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carepress.model import EDITIONS
from carepress.pages.environment import RenderContext, blank_html, localized_html
from carepress.pages.render import styles
from carepress.pdf.weasyprint_patches import page_boxes
from carepress.pdf.write import lay_out
from carepress.text.bidi import is_right_to_left, split_runs, visual_order
from carepress.text.palette import print_colors
from support import GARDEN, ROOT, model

STYLES = ROOT / "templates" / "styles"
ARABIC = st.text("ابتثجحخدذرزسشص", min_size=1, max_size=8)
NUMBERS = st.integers(0, 99999).map(str)
UNITS = st.sampled_from(["mcg", "mg", "kg", "mL", "ml", "%", "°C", "IU"])
DOSES = st.builds("{} {}".format, NUMBERS, UNITS)
TELEPHONES = st.lists(st.from_regex(r"\A[0-9]{2,4}\Z"), min_size=2, max_size=5).map(" ".join)
LETTERS = "ab 012 –-−+()./,%°Cmgkلا\u00a0٠٥۴٫٬٪אﻡ\u07c1\U0001e900\U0001e951"
ANY = st.one_of(
    st.text(st.sampled_from(LETTERS), max_size=40),
    st.lists(st.sampled_from([*LETTERS, " 100 mg", "5%", "mL", "/kg", "/يوم", "/"]), max_size=16).map("".join),
)


def runs_of(text: str) -> list[str]:
    return [run for run, keep in split_runs(text) if keep]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("خذ 100 mcg الآن", ["100 mcg"]),
        ("0.5 mg/kg", ["0.5 mg/kg"]),
        ("من 1–2 mL إلى 3 × 4 cm", ["1–2 mL", "3 × 4 cm"]),
        ("≤ 37.5 °C", ["≤ 37.5 °C"]),
        ("(pH < 7)، أقل", ["pH < 7"]),
        ("ANC < 500/µL، ≥ 38", ["ANC < 500/µL", "≥ 38"]),
        ("اتصل 0808 800 40 40.", ["0808 800 40 40"]),
        ("+1 (555) 010-9999", ["+1 (555) 010-9999"]),
        ("1,000 و90%", ["1,000", "90%"]),
        ("خذ و100 mcg", ["100 mcg"]),
        ("B12 mg a5 mg", []),
        ("2026/11/21", ["2026/11/21"]),
        ("10\u00a0mg", ["10\u00a0mg"]),
        ("صفحة 34، عمر 5 سنوات", []),
        ("B12 mgx 5 mgx", []),
        ("", []),
        # A unit per an Arabic or Hebrew word: the word is not part of the run.
        ("100 mg/يوم", ["100 mg"]),
        ("5 mg/kg/يوم", ["5 mg/kg"]),
        ("5 mg/kg/day", ["5 mg/kg/day"]),
        ("100 mg/יום", ["100 mg"]),
        ("100 mg/kgيوم", ["100 mg/kg"]),
        ("100 mg/24", ["100 mg/24"]),
        ("0%/ا", ["0%"]),
        ("5 mg/\ufee1", ["5 mg"]),  # a presentation form
        ("5 mg/\U0001e900", ["5 mg"]),  # Adlam
        # A letter that touches the end.
        ("100 mgيوميًا", ["100 mg"]),
        ("2026/11/21م", ["2026/11/21"]),
        ("2026/11/21st", []),
        # Units in Arabic, with one number or more.
        ("100 مجم", []),
        ("1.5 مل", ["1.5"]),
        ("100/50 مجم/يوم", ["100/50"]),
        ("1–2 مل", []),
        # Arabic and Persian digits, with the Arabic decimal and thousands separators.
        ("٠٫٥ mg", ["٠٫٥ mg"]),
        ("١٬٠٠٠ mL/يوم", ["١٬٠٠٠ mL"]),
        ("١–٢ mL", ["١–٢ mL"]),
        ("۰۸۰۸ ۸۰۰ ۴۰", ["۰۸۰۸ ۸۰۰ ۴۰"]),
        ("\u07c1\u07c2 mg", []),  # digits of N'Ko run from right to left
        ("٩٠٪", []),
        # Ranges and signs.
        ("من 5–10 mg/kg/يوم", ["5–10 mg/kg"]),
        ("3 × 100 mg/يوم", ["3 × 100 mg"]),
        ("−18 °C", ["−18 °C"]),
        ("عند -18 °C", ["-18 °C"]),
        ("كوفيد-19 %", ["19 %"]),
        # Words that begin with a number. Without isolation, those of the second half keep their order.
        ("خذ 6-MP كل يوم", ["6-MP"]),
        ("خذ 6-mercaptopurine، 6‑TG", ["6-mercaptopurine", "6‑TG"]),
        ("(6-MP/MTX) 50 mg", ["6-MP/MTX", "50 mg"]),
        ("خذ 2 6-MP الآن", ["6-MP"]),
        ("٦-MP و1,25-D3", ["٦-MP", "1,25-D3"]),
        ("العدد 500/µL", ["500/µL"]),
        ("دواء 12-hour مرة", ["12-hour"]),
        ("خذ 6-MPيوم", ["6-MP"]),
        ("خذ B-12 و5HT3 و2nd-line", []),
        ("خذ MP-6 وIL-2-R", []),
        ("Purinethol 6-MP الآن", []),
        ("6-يوم", []),
    ],
)
def test_split_runs(text: str, runs: list[str]) -> None:
    assert runs_of(text) == runs


@given(ANY)
def test_split_runs_is_lossless_and_alternates(text: str) -> None:
    pieces = list(split_runs(text))
    assert "".join(run for run, _keep in pieces) == text
    assert all(run for run, _keep in pieces)
    assert not any(not one[1] and not two[1] for one, two in pairwise(pieces))


@given(ANY)
def test_run_starts_and_ends_with_a_number_or_sign(text: str) -> None:
    for run in runs_of(text):
        assert any(letter.isdigit() for letter in run)
        assert run == run.strip()
        assert not is_right_to_left(run)


@given(ARABIC, st.one_of(DOSES, TELEPHONES), ARABIC)
def test_dose_or_phone_number_is_a_single_run(before: str, run: str, after: str) -> None:
    assert runs_of(f"{before} {run} {after}") == [run]
    assert runs_of(f"{before} {run}، {after}") == [run]


@given(ARABIC, NUMBERS, ARABIC)
def test_single_number_is_not_a_run(before: str, number: str, after: str) -> None:
    assert runs_of(f"{before} {number} {after}") == []


@pytest.mark.parametrize(
    ("text", "direction", "seen"),
    [
        ("خذ 100 mcg الآن", "rtl", [" الآن", "100 mcg", "خذ "]),
        ("عمر 5", "rtl", ["5", "عمر "]),
        ("خذ 6-MP كل يوم", "rtl", [" كل يوم", "6-MP", "خذ "]),
        ("خذ B-12 كل يوم", "rtl", [" كل يوم", "B-12", "خذ "]),
        ("من 500/µL", "rtl", ["500/µL", "من "]),
        ("2 ملغ (mg)", "rtl", [")", "mg", " ملغ (", "2"]),
        ("2 ملغ (mg)", "ltr", ["2 ", "ملغ", " (mg)"]),
        ("قسطرة Port A", "rtl", ["Port A", "قسطرة "]),
        ("Port A", "rtl", ["Port A"]),
        ("take ملح البحر now", "ltr", ["take ", "ملح البحر", " now"]),
        ("ملح البحر", "ltr", ["ملح البحر"]),
        ("\u202eTake\u202c 2 \u202epills\u202c", "rtl", ["pills", " ", "2", " ", "Take"]),
        ("\U0001f331 ملغ x", "rtl", ["x", "\U0001f331 ملغ "]),
    ],
)
def test_visual_order(text: str, direction: str, seen: list[str]) -> None:
    assert [piece for piece, _direction in visual_order(text, direction)] == seen


@given(st.lists(st.one_of(ARABIC, DOSES, NUMBERS), min_size=1, max_size=6))
def test_visual_order_reverses_words_and_keeps_numbers(words: list[str]) -> None:
    text = " و ".join(words)
    pieces = visual_order(text, "rtl")
    assert "".join(piece for piece, _direction in reversed(pieces)) == text
    for piece, direction in pieces:
        assert (direction == "ltr") == any(letter.isdigit() for letter in piece)


@given(st.text("abc", min_size=1), ARABIC)
def test_direction(latin: str, arabic: str) -> None:
    assert not is_right_to_left(latin)
    assert is_right_to_left(arabic)
    assert is_right_to_left(latin + arabic)
    assert is_right_to_left(f"\u202e{latin}\u202c")


def test_grids_of_style_sheets_have_a_right_to_left_form() -> None:
    """WeasyPrint 70 does not mirror them. The dossier is in English."""
    found = []
    for path in STYLES.glob("*.css"):
        if path.stem == "dossier":
            continue
        mirrored = path.with_stem(f"{path.stem}-rtl")
        rules = mirrored.read_text(encoding="utf-8") if mirrored.exists() else ""
        for name in re.findall(r"\.([\w-]+)(?: \w+)? \{ display: grid", path.read_text(encoding="utf-8")):
            found.append(name)
            assert re.search(rf"\.{name}[^{{]*\{{ display: (block|table)", rules), f"{path.name}: {name}"
    assert found


def test_questions_of_an_ebook_are_lists_like_others_in_both_directions() -> None:
    """In print they have boxes to tick."""
    left_to_right, right_to_left = (
        STYLES.joinpath(f"epub{end}.css").read_text(encoding="utf-8") for end in ("", "-rtl")
    )
    for rules in (left_to_right, right_to_left):
        assert ".ask > ul > li { padding: 0; }" in rules


FACTS = (
    '<dl class="imprint-facts"><div><dt>A label that is longer than its column is wide</dt><dd>one</dd></div>'
    "<div><dt>B</dt><dd>two</dd></div></dl>"
)


def test_facts_of_an_imprint_are_beside_their_labels() -> None:
    css = print_colors() + styles(ROOT / "templates", EDITIONS["booklet"], "rtl")
    html = f'<html lang="en" dir="rtl"><title>t</title><style>{css}</style><body>{FACTS}'
    boxes = (box for page in page_boxes(lay_out(html).pages) for box in page.descendants())
    places = {box.text: (box.position_x, box.position_y) for box in boxes if type(box).__name__ == "TextBox"}
    (label_x, label_y), (two_x, two_y) = places["B"], places["two"]
    assert two_y == pytest.approx(label_y, abs=1)
    assert two_x < label_x


def test_a_left_to_right_column_on_right_to_left_pages_is_not_mirrored() -> None:
    css = styles(ROOT / "templates", EDITIONS["bilingual"], "rtl", "ltr")
    rules = re.findall(r'(:where\(\[dir="rtl"\]\) [^{]*)\{', css)
    assert len(rules) > 30
    assert [rule for rule in rules if rule.count(':where([dir="rtl"])') != rule.count(':not(:where([dir="ltr"]')] == []


# Rules of both directions, or of none: a picture in the middle, a fallback of “start” and “end”.
IN_THE_MIDDLE = (".tailpiece svg",)
ONE_SIDE = re.compile(
    r"(?:margin|padding|border)-(?:left|right): (?!auto|0\b(?![.\d]))|text-align: (?:left|right)(?!.*text-align)"
)
FOUR = re.compile(r"(?:margin|padding|border-width): [^\s;]+ ([^\s;]+) [^\s;]+ ([^\s;]+)")
RULE = re.compile(r"^([^@{}/\n]+) \{ ([^}\n]*) \}", re.MULTILINE)


def test_styles_with_a_left_and_a_right_have_a_right_to_left_form() -> None:
    """A bar was at the end of the emergency's text, and the hospital's name close to its logo."""
    mirrored = {
        form for path in STYLES.glob("*-rtl.css") for form in mirrored_selectors(path.read_text(encoding="utf-8"))
    }
    found = 0
    for path in STYLES.glob("*.css"):
        if path.stem == "dossier" or path.stem.endswith("-rtl"):
            continue
        for selectors, body in RULE.findall(path.read_text(encoding="utf-8")):
            four = FOUR.search(body)
            if selectors in IN_THE_MIDDLE or not (ONE_SIDE.search(body) or (four and four[1] != four[2])):
                continue
            found += 1
            for selector in selectors.split(", "):
                assert selector in mirrored, f"{path.name}: {selector}"
    assert found > 30


def mirrored_selectors(css: str) -> Iterator[str]:
    """Yield the selectors that rules for right-to-left pages have, as the style sheet that they mirror has them.

    An example: “:where([dir="rtl"]) :is(.contents, .sheet-list) a” gives “.contents a” and “.sheet-list a”.
    """
    for selectors, _body in RULE.findall(css):
        for selector in re.split(r", (?![^(]*\))", selectors):
            plain = re.sub(r'^(:where\(\[dir="rtl"\]\)|html\[dir="rtl"\]) |\[dir="rtl"\]', "", selector)
            parts = re.split(r":is\((.*?)\)", plain)  # every second part is a list
            yield from map("".join, product(*(part.split(", ") if at % 2 else [part] for at, part in enumerate(parts))))


def test_mirrored_selectors_are_compared_whole() -> None:
    css = ':where([dir="rtl"]) .a li, :where([dir="rtl"]) :is(.b, .c) .d { x: y; }\nhtml[dir="rtl"] .e:first-child { x: y; }'
    assert list(mirrored_selectors(css)) == [".a li", ".b .d", ".c .d", ".e:first-child"]


def test_lines_of_a_hospital_in_latin_letters_keep_their_order() -> None:
    """From right to left, the number of “1 Mill Lane” was at its end."""
    texts = {"ar": ("1 Mill Lane", "الدار (UK)", "12")}
    context = RenderContext(replace(model(GARDEN, "en"), lang="ar"), ROOT / "templates")
    expected = '<bdi dir="ltr">1 Mill Lane</bdi><br/>الدار (UK)<br/>12'
    assert localized_html(texts, context) == expected


def test_each_part_of_a_bilingual_text_has_its_direction() -> None:
    text = {"en": "Call at once / اتصل (فورا) 250 mg", "ar": "اتصل / Call (now)."}
    for lang, expected in (
        ("en", 'Call at once / <bdi dir="rtl">اتصل (فورا) <bdi class="ltr" dir="ltr">250 mg</bdi></bdi>'),
        ("ar", 'اتصل / <bdi dir="ltr">Call (now).</bdi>'),
    ):
        context = RenderContext(replace(model(GARDEN, "en"), lang=lang), ROOT / "templates")
        assert localized_html(text, context) == expected


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("en", "Say “مرحبا” at the desk, then wait. Call 911!", ""),
        ("en", "None Such Hospital (הדסה) Children’s", ""),
        ("en", "הדסה Children’s Hospital", ""),
        ("en", "מרכז / הדסה Children’s (2)", '<bdi dir="rtl">מרכז</bdi> / הדסה Children’s (2)'),
        ("en", "مستشفى!", '<bdi dir="rtl">مستشفى!</bdi>'),
        ("ar", "MRI: قسم!", ""),
        ("ar", "MRI قسم / CT قسم", ""),
        ("ar", "100 Sample Avenue", '<bdi dir="ltr">100 Sample Avenue</bdi>'),
        ("ar", "250 mg", '<bdi class="ltr" dir="ltr">250 mg</bdi>'),
    ],
)
def test_a_text_with_foreign_words_has_the_direction_of_its_language(lang: str, text: str, expected: str) -> None:
    context = RenderContext(replace(model(GARDEN, "en"), lang=lang), ROOT / "templates", medium="epub")
    assert localized_html({lang: text}, context) == (expected or text)


@pytest.mark.parametrize(
    ("langs", "text", "expected"),
    [
        (("en", "ar"), "Say “مرحبا”! / MRI قسم!", 'Say “مرحبا”! / <bdi dir="rtl">MRI قسم!</bdi>'),
        (("ar", "en"), "MRI قسم! / Say “مرحبا”!", 'MRI قسم! / <bdi dir="ltr">Say “مرحبا”!</bdi>'),
        (("en", "ar"), "100 Mill Lane / مستشفى (مرح)", '100 Mill Lane / <bdi dir="rtl">مستشفى (مرح)</bdi>'),
        (("ar", "en"), "100 Mill Lane", '<bdi dir="ltr">100 Mill Lane</bdi>'),
        (("en", "ar"), "Say “مرحبا”!", "Say “مرحبا”!"),
        # One of the texts has a slash of its own.
        (("en", "ar"), "A (“مرحبا”) / B / قسم MRI", 'A (“مرحبا”) / B / <bdi dir="rtl">قسم MRI</bdi>'),
    ],
)
def test_a_value_in_two_languages_has_the_directions_of_both(langs: tuple[str, ...], text: str, expected: str) -> None:
    book = replace(model(GARDEN, "en"), lang=langs[0])
    context = RenderContext(book, ROOT / "templates", values={"here": text}, value_langs=langs, medium="epub")
    assert blank_html("here", context) == f'<span class="value">{expected}</span>'


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("ar", "100 Mill Lane", '<bdi dir="ltr">100 Mill Lane</bdi>'),
        ("ar", "اتصل (فورا)", "اتصل (فورا)"),
        ("ar", "اتصل 250 mg", 'اتصل <bdi class="ltr" dir="ltr">250 mg</bdi>'),
        ("en", "مستشفى (مرح)!", '<bdi dir="rtl">مستشفى (مرح)!</bdi>'),
        ("en", "100 Mill Lane", "100 Mill Lane"),
    ],
)
def test_a_value_in_one_language_has_its_direction(lang: str, text: str, expected: str) -> None:
    book = replace(model(GARDEN, "en"), lang=lang)
    context = RenderContext(book, ROOT / "templates", values={"here": text}, value_langs=(lang,), medium="epub")
    assert blank_html("here", context) == f'<span class="value">{expected}</span>'


@pytest.mark.parametrize(("text", "run"), [("+1 555-555-0110", "+1\u00a0555-555-0110"), ("250\u00a0mg", "250 mg")])
def test_spaces_of_numbers_in_right_to_left_text_are_those_that_programs_copy(text: str, run: str) -> None:
    context = RenderContext(replace(model(GARDEN, "en"), lang="ar"), ROOT / "templates")
    html = localized_html({"ar": f"اتصل {text} الآن"}, context)
    assert f'<bdi class="ltr" dir="ltr">{run}</bdi>' in html
