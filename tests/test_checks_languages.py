"""The checks in languages of nine scripts: right translations raise no alarm, wrong ones do.

`tests/checks/languages/english.toml` has the sentences; `<language>.toml` has their translations, and mistakes in them.
"""

from __future__ import annotations

import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carepress.checks.language import read_language
from carepress.checks.learned import NOTHING
from carepress.checks.numbers import figures
from carepress.checks.subject import Subject
from carepress.checks.table import CODES, check_pair, check_source
from carepress.checks.text import Pair, ParsedText
from carepress.model import Problem
from carepress.text.termbase import TermTranslation
from carepress.translation.learn import learned_from
from support import GARDEN, ROOT, copy_project, publish

FOLDER = ROOT / "tests" / "checks" / "languages"
FAST_CODES = tuple(code for code in CODES if code != "spelling")
SIGNS = ("quotes", "spaces")  # checks of a source that need no dictionary
NO_WORDS = frozenset[str]()
HANDBOOK_LANGS = sorted(path.stem for path in (FOLDER / "handbook").glob("*.toml") if path.stem != "english")
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem != "english")


@cache
def read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def problems_in(number: str, text: str, lang: str, folder: str = "") -> list[Problem]:
    source = read(f"{folder}english")[number]
    pair = Pair(source["en"], text, lang, source.get("kind", "paragraph"), f"{lang}.po", 1)
    rows = read(folder + lang).get("terms", {}).items()
    terms = tuple(TermTranslation(term, row["target"], (row["avoid"],)) for term, row in rows)
    return list(check_pair(Subject(pair, terms, frozenset({"méthotrexate", "microlít"}))))


def mistaken(mistake: dict[str, Any], right: dict[str, str]) -> str:
    """Return the text with a mistake: a part of a right text is replaced, or all of it."""
    text = right[str(mistake["of"])]
    assert mistake.get("old", text) in text
    return text.replace(mistake.get("old", text), mistake["new"], 1)


@pytest.mark.parametrize("folder", ["", "fresh/"], ids=["tuned", "fresh"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_right_translations_raise_no_alarm(lang: str, folder: str) -> None:
    right = read(folder + lang)["right"]
    assert set(right) == set(read(f"{folder}english"))
    assert [(text, found) for number, text in right.items() for found in problems_in(number, text, lang, folder)] == []


def problems_from(lang: str, text: str, english: str, kind: str = "paragraph") -> list[Problem]:
    """Return what is found in an English translation of a text in another language."""
    pair = Pair(text, english, "en", kind, "en.po", 1, lang)
    return [*check_pair(Subject(pair), FAST_CODES), *check_source(ParsedText(text, lang), "a.md", 1, NO_WORDS, SIGNS)]


@pytest.mark.parametrize("folder", ["", "fresh/"], ids=["tuned", "fresh"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_right_translations_into_english_raise_no_alarm(lang: str, folder: str) -> None:
    """The same texts, with the other language as the source."""
    sources = read(f"{folder}english")
    rows = [(text, sources[key]) for key, text in read(folder + lang)["right"].items()]
    found = [(text, problems_from(lang, text, row["en"], row.get("kind", "paragraph"))) for text, row in rows]
    alarms = [(text, problems) for text, problems in found if problems]
    # A short sentence or two: how much shorter English is varies.
    assert [row for row in alarms if {problem.code for problem in row[1]} != {"length"}] == []
    assert len(alarms) <= 1


@pytest.mark.parametrize(
    ("lang", "text", "english", "code"),
    [
        ("de", "Gießen Sie 2,5 Liter.", "Water it with 25 liters.", "number"),
        ("de", "Geben Sie alle 6 Stunden 5 ml.", "Give 5 L every 6 hours.", "unit"),
        ("th", "ให้ 5 มิลลิลิตร", "Give 5 liters.", "unit"),
        ("th", "เผยแพร่ในปี 2565", "Published in 2023.", "number"),
        ("ko", "2025년 3월 5일", "May 5, 2025", "number"),
        ("ru", "Звоните с 17 до 20.", "Call from 5 to 9 p.m.", "number"),
        ("de", "Nehmen Sie 20 Tabletten vor 8 Uhr.", "Take 8 tablets before 8 p.m.", "number"),
        ("sv", "Hon säger ”ja nu”. Hon är tyst.", "She says yes, now. She is silent.", "quotes"),
        ("he", "היא אומרת ”כן”. הוא שותק.", "She says yes. He is silent.", "quotes"),
        ("de", "„Nicht zu tief, sagt der Gärtner.", "“Not too deep,” says the gardener.", "quotes"),
        ("pt", "Ela diz «sim.", "She says “yes.”", "quotes"),
        ("ja", "どんな副作用がありますか。", "There are side effects:", "end-punctuation"),
    ],
)
def test_mistakes_in_translations_into_english_are_found(lang: str, text: str, english: str, code: str) -> None:
    assert code in {problem.code for problem in problems_from(lang, text, english)}


def test_number_may_only_be_12_larger_where_it_is_the_hour() -> None:
    for text in ("Nehmen Sie 8 Tabletten vor 20 Uhr.", "Nehmen Sie vor 20 Uhr 8 Tabletten."):
        assert problems_from("de", text, "Take 8 tablets before 8 p.m.") == []


def test_quotation_marks_of_the_source_are_those_of_its_language() -> None:
    for lang, text in (
        ("de", "„Nicht zu tief“, sagt sie, „sonst fault die Wurzel.“ Dann: »Ja« und weiter."),
        ("da", "Hun siger »ja« og tier."),
        ("fi", "Hän sanoo ”kyllä” ja on hiljaa."),
    ):
        assert list(check_source(ParsedText(text, lang), "a.md", 1, NO_WORDS, SIGNS)) == []
    assert problems_from("de", "8 bis 16 Uhr", "8 a.m. to 4 p.m.", "cell") == []


@pytest.mark.parametrize("lang", HANDBOOK_LANGS)
def test_right_translations_of_the_handbook_raise_no_alarm(lang: str) -> None:
    right = read(f"handbook/{lang}")["right"]
    assert [(text, found) for key, text in right.items() for found in problems_in(key, text, lang, "handbook/")] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("이렇게 물어보세요. “언제 집에 갈 수 있나요?”", []),
        ("이렇게 물어보세요: “언제 집에 갈 수 있나요?” 내일은 병원이 쉽니다.", ["sentence", "end-punctuation"]),
    ],
)
def test_sentence_before_a_quotation_is_the_clause_before_its_colon(text: str, expected: list[str]) -> None:
    pair = Pair("Ask: “When can we go home?”", text, "ko", "paragraph", "ko.po", 1)
    assert [found.code for found in check_pair(Subject(pair, (), frozenset()))] == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_mistakes_are_found(lang: str) -> None:
    missed = []
    for mistake in read(lang)["wrong"]:
        text = mistaken(mistake, read(lang)["right"])
        codes = {problem.code for problem in problems_in(str(mistake["of"]), text, lang)}
        if mistake["code"] not in codes:
            missed.append((mistake["code"], text, codes))
    assert missed == []


def test_nearly_all_fresh_mistakes_are_found() -> None:
    cases = [(lang, mistake) for lang in LANGUAGES for mistake in read(f"fresh/{lang}")["wrong"]]
    texts = [(lang, str(case["of"]), mistaken(case, read(f"fresh/{lang}")["right"])) for lang, case in cases]
    missed = [(lang, text) for lang, number, text in texts if not problems_in(number, text, lang, "fresh/")]
    assert len(missed) <= 0.05 * len(cases), missed


@pytest.mark.parametrize(
    ("en", "text", "lang", "code"),
    [
        ("Call between 5 and 9.", "Звоните с 17 до 9.", "ru", "number"),
        ("Open from 9 to 5.", "Открыто с 9 до 16.", "ru", "number"),
        ("Published in 2022.", "เผยแพร่ในปี 2022 (พ.ศ. 2566)", "th", "number"),
        ("It has two parts.", "له أجزاء.", "ar", "number-word"),
        ("**Call** when it hurts.", "**दर्द** होने पर **फ़ोन** **करें**।", "hi", "markup"),
        ("Bring three things:", "ต้องนำของสามอย่าง", "th", "end-punctuation"),
        ("Call at once.", "바로 전화하세요:", "ko", "end-punctuation"),
        (
            "ALL is the most common cancer in children. Most often it is found between ages 2 and 5.",
            "ALL 是儿童最常见的癌症，多见于幼儿。",
            "zh_Hans",
            "length",
        ),
    ],
)
def test_what_is_allowed_hides_no_mistake(en: str, text: str, lang: str, code: str) -> None:
    assert code in {found.code for found in check_pair(Subject(Pair(en, text, lang, "paragraph", "x.po", 1)))}


# --- Terms -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "target", "avoided", "wrong"),
    [
        ("zh_Hans", "缓解", "痊愈", "如果孩子已经{}了，请打电话。"),
        ("ja", "寛解", "治癒", "{}したら電話してください。"),
        ("th", "ระยะสงบ", "หายขาด", "ถ้าลูก{}ให้โทร"),
        ("lo", "ໄຂ້", "ຕົວຮ້ອນ", "ຖ້າລູກ{}ໃຫ້ໂທ"),
        ("km", "គ្រុនក្តៅ", "ក្តៅខ្លួន", "បើកូន{}សូមហៅ។"),
        ("my", "အဖျား", "ကိုယ်ပူ", "ကလေး{}လျှင်ဖုန်းခေါ်ပါ။"),
        ("ko", "열", "고열", "아이가 {}이 나면 전화하세요."),
        ("ar", "حمى", "سخونة", "اتصل إذا ظهرت ال{} على طفلك."),
    ],
)
def test_forbidden_terms_are_found_inside_the_text(lang: str, target: str, avoided: str, wrong: str) -> None:
    terms = (TermTranslation("fever", target, (avoided,)),)
    for word, expected in ((avoided, True), (target, False)):
        pair = Pair("Call if your child has a fever.", wrong.format(word), lang, "paragraph", "x.po", 1)
        found = {problem.code for problem in check_pair(Subject(pair, terms, frozenset()))}
        assert ("forbidden-term" in found) == expected


# --- Digits ----------------------------------------------------------------------------------

ZEROS = [chr(code) for code in range(0x30, 0x1E950) if unicodedata.decimal(chr(code), None) == 0]
SEPARATORS = {"ar": "٫", "hi": ".", "fr": ",", "zh_Hans": ".", "vi": ","}


@given(st.sampled_from(ZEROS), st.sampled_from(sorted(SEPARATORS)), st.integers(0, 99_999), st.integers(0, 99))
def test_digits_of_any_script_are_equal(zero: str, lang: str, whole: int, part: int) -> None:
    def written(number: str) -> str:
        return "".join(chr(ord(zero) + int(digit)) if digit.isdigit() else digit for digit in number)

    text = written(f"{whole}{SEPARATORS[lang]}{part:02}")
    assert [number.value for number in figures(ParsedText(text, lang), read_language(lang))] == [whole + part / 100]
    english = f"Give {whole}.{part:02} mL."
    codes = ("number",)
    assert list(check_pair(Subject(Pair(english, f"{text}.", lang, "paragraph", "x.po", 1)), codes)) == []
    wrong = written(f"{whole + 1}{SEPARATORS[lang]}{part:02}")
    assert list(check_pair(Subject(Pair(english, f"{wrong}.", lang, "paragraph", "x.po", 1)), codes)) != []


@pytest.mark.parametrize(
    ("en", "text", "lang"),
    [
        ("1,000,000 people", "10,00,000 लोग", "hi"),
        ("20 percent", "٢٠٪", "ar"),
        ("20 percent", "２０％", "ja"),
        ("2.5 million people", "250万人", "zh_Hans"),
        ("March 3, 2025", "2025年3月3日", "zh_Hans"),
        ("March 3, 2025", "3 มีนาคม 2568", "th"),
        ("at 8:30 p.m.", "в 20:30", "ru"),
        ("once a day", "每天1次", "zh_Hans"),
        ("in 2 hours", "بعد ساعتين", "ar"),
        ("in 2 hours", "laba saacadood", "so"),
        ("50,000 or 2.5", "៥០.០០០ ឬ ២,៥", "km"),
        ("50,000 or 2.5", "50,000 ឬ 2.5", "km"),
    ],
)
def test_numbers_as_a_language_writes_them(en: str, text: str, lang: str) -> None:
    assert list(check_pair(Subject(Pair(en, text, lang, "paragraph", "x.po", 1)), ("number",))) == []


# --- A trial ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "reviewed", "least"), [("fr", False, 24), ("sw", False, 16), ("fr", True, 28), ("sw", True, 29)]
)
def test_trial_of_a_language_with_few_tables_or_none(lang: str, reviewed: bool, least: int) -> None:
    """docs/checks.md says how many of the thirty mistakes are found."""
    cases = tomllib.loads((ROOT / "tests" / "checks" / "languages" / "trial" / f"{lang}.toml").read_text())["cases"]
    pairs = [Pair(case["en"], case["text"], lang, "paragraph", "x.po", 1) for case in cases]
    learned = learned_from(pairs) if reviewed else NOTHING

    def problems(case: dict[str, str], text: str) -> list[Problem]:
        pair = Pair(case["en"], text, lang, "paragraph", "x.po", 1)
        return list(check_pair(Subject(pair, learned=learned), FAST_CODES))

    assert [problem for case in cases for problem in problems(case, case["text"])] == []
    found = [bool(problems(case, text)) for case in cases for text in case["mistakes"]]
    assert (len(found), sum(found)) == (30, least)


# --- The command -----------------------------------------------------------------------------


def test_missing_tables_are_reported_once(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project")
    book = root / "tests" / "books" / "garden"
    for lang in ("hi", "th"):
        assert publish("catalogs", "add", lang, "--book", book, root=root).returncode == 0
    done = publish("check", "--book", book, "--lang", "hi", "--lang", "th", root=root)
    hindi, thai = done.stdout.splitlines()
    assert done.returncode == 0
    assert hindi == (
        "tests/books/garden/locales/hi/LC_MESSAGES/garden.po: left-out: Hindi has no tables of translations of "
        "words, number order, units, intervals, words with the same meaning, negations, tenses, conjunctions, drug names,"
        " genders, forms of address, doubled words, correct spellings: these checks are left out: marked-words, "
        "number-order, interval, ordinal, negation, opposite, tense, order, exchange, caveat, meaning, and-or, list, name, name-"
        "translation, gender, register, repeated-word, spelling; these find less: unit, drug"
    )
    assert ", sentence ends, " in thai
    assert thai.endswith("these find less: unit, drug, length")
    done = publish("check", "--book", book, "--lang", "hi", "--code", "number", root=root)
    assert (done.returncode, done.stdout) == (0, "")


def test_spanish_has_all_tables() -> None:
    assert publish("check", "--book", GARDEN, "--lang", "es").stdout == ""


@pytest.mark.parametrize(
    ("lang", "avoided", "right", "wrong"),
    [
        ("es", "té", "Llame si te duele.", "Llame si el té duele."),
        ("es", "inyección", "Llame si la vacuna duele.", "Llame si las inyecciones duelen."),
        ("fr", "dé", "Appelez avec un peu de pain.", "Appelez avec un dé."),
    ],
)
def test_accent_of_a_short_word_tells_it_from_another(lang: str, avoided: str, right: str, wrong: str) -> None:
    terms = (TermTranslation("tea", "infusión", (avoided,)),)
    codes = []
    for text in (right, wrong):
        pair = Pair("Call about the tea.", text, lang, "paragraph", f"{lang}.po", 1)
        codes.append("forbidden-term" in {problem.code for problem in check_pair(Subject(pair, terms, frozenset()))})
    assert codes == [False, True]
