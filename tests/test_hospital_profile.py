"""Hospital profiles: the samples are valid, and every mistake is reported with file, line, key and remedy."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from support_hospital import SAMPLES, copy_sample, profile_errors

from carepress.hospital.reader import read_hospital
from carepress.hospital.schema import HospitalFile
from carepress.model import A4, A5, EDITIONS, HALF_LETTER, LETTER
from support import HANDBOOK, LANGS, ROOT, copy_project, model, publish

TOML, PAGE = "hospital.toml", "pages/finding-us.es.md"


@pytest.mark.parametrize("name", ["riverbend", "sierra-clara"])
def test_sample_is_complete_and_marked_as_sample(name: str) -> None:
    hospital = read_hospital(SAMPLES / name, model(HANDBOOK, "en"), LANGS)
    assert set(hospital.languages) == set(LANGS)
    assert "sample" in hospital.name["en"]
    assert "muestra" in hospital.name["es"]
    assert hospital.telephones
    assert hospital.pages
    assert hospital.follow_up
    assert hospital.reviewers
    assert hospital.emergency
    for texts in (hospital.emergency, *hospital.values.values()):
        assert texts["en"].startswith("Sample text: ")
        assert texts["es"].startswith("Texto de muestra: ")
        assert not re.search(r"\d", "".join(texts.values())), "a sample has no fever threshold"


def test_sample_phone_numbers_are_fictitious() -> None:
    book = model(HANDBOOK, "en")
    numbers = {name: read_hospital(SAMPLES / name, book, LANGS).telephones for name in ("riverbend", "sierra-clara")}
    assert all(re.fullmatch(r"\+1 555-555-01\d\d", item.number) for item in numbers["riverbend"])
    assert all(item.number.startswith("+34 0") for item in numbers["sierra-clara"])
    assert numbers["riverbend"][0].uri == "tel:+15555550110"


def test_printer_paper_determines_edition_paper() -> None:
    book = model(HANDBOOK, "en")
    us, spain = (read_hospital(SAMPLES / name, book, LANGS) for name in ("riverbend", "sierra-clara"))
    assert [us.paper_for(EDITIONS[name]) for name in ("booklet", "print", "epub")] == [HALF_LETTER, LETTER, HALF_LETTER]
    assert [spain.paper_for(EDITIONS[name]) for name in ("booklet", "sheets", "epub")] == [A5, A4, A5]


def test_no_line_break_within_time_of_day() -> None:
    telephone = read_hospital(SAMPLES / "riverbend", model(HANDBOOK, "en"), LANGS).telephones[0]
    assert telephone.hours == {
        "en": "Monday to Friday, 8\N{NO-BREAK SPACE}a.m. to 5\N{NO-BREAK SPACE}p.m.",
        "es": "de lunes a viernes, de 8\N{NO-BREAK SPACE}a.\N{NO-BREAK SPACE}m. "
        "a 5\N{NO-BREAK SPACE}p.\N{NO-BREAK SPACE}m.",
    }


@dataclass(frozen=True)
class Fault:
    """In `file`, `old` becomes `new` (without `old` the file is removed); the reported line starts with `at`."""

    id: str
    old: str
    new: str
    at: str | None
    message: str
    file: str = TOML
    named: str = ""


FEVER = 'values.fever_rule.en = "Sample text: your clinicians write here when to call about a fever."'
MISTAKES = [
    # TOML and keys
    Fault("broken toml", 'paper = "letter"', "paper = letter", "paper =", "broken TOML"),
    Fault("number without quotation marks", 'fills = "clinic_phone"\n', 'fills = "clinic_phone"\next = 1234\n', "ext =", 'put it into quotation marks: "1234"'),
    Fault("unknown key", "[colors]\n", '[colors]\ntext = "#000000"\n', "text =", "unknown key “colors.text”: remove it"),
    Fault("misspelt key", "review_due =", "review_do =", "review_do", "unknown key “review_do”"),
    Fault("missing key", "revised = 2026-11-21", "", None, "missing key “revised”: add it"),
    Fault("missing part of a key", 'mono = "logo-mono.svg"\n', "", "[logo]", "missing key “logo.mono”"),
    Fault("wrong type", 'languages = ["en", "es"]', 'languages = "en"', "languages =", "“languages” is 'en'"),
    Fault("text for a number", "every = 3", 'every = "3"', "every =", "“follow_up.0.every” is '3'"),
    Fault("number for a text", 'name.en = "Riverbend Children’s Hospital (sample)"', "name.en = 5", "name.en", "“name.en” is 5"),
    Fault("table for a text", 'number = "+1 555-555-0110"', "number = { a = 1 }", "number =", "telephones.0.number"),
    Fault("day and time", "revised = 2026-11-21", "revised = 2026-11-21T10:00:00", "revised =", "“revised” is"),
    Fault("no day", "revised = 2026-11-21", "revised = 2026-11-31", "revised =", "broken TOML"),
    Fault("date in quotation marks", "revised = 2026-11-21", 'revised = "2026-11-21"', "revised =", "write 2026-11-21, as it is, without quotation marks"),
    Fault("another date", "revised = 2026-11-21", 'revised = "21/11/2026"', "revised =", "write a date as YYYY-MM-DD"),
    Fault("date without marks", "revised = 2026-11-21", "revised = 21.11.2026", "revised =", "write a date as YYYY-MM-DD"),
    Fault("curly quotation marks", 'paper = "letter"', "paper = “letter”", "paper =", "the line has curly quotation marks: use straight ones"),
    Fault("one curly quotation mark", 'paper = "letter"', 'paper = "letter”', "paper =", "the line has curly quotation marks: use straight ones"),
    Fault("quotation marks in the text", 'paper = "letter"', 'paper = "the "letter" paper"', "paper =", "a quotation mark inside the text ends it: write “ and ” there"),
    Fault("the same beside an apostrophe", 'paper = "letter"', 'paper = "it’s "letter""', "paper =", "a quotation mark inside the text ends it"),
    Fault("the same in a list", '"en", "es"]', '"en", "the "es""]', "languages =", "a quotation mark inside the text ends it"),
    Fault("no comma in a list", '"en", "es"]', '"en" "es"]', "languages =", "put a comma between the items of the list"),
    Fault("no comma in a table", 'paper = "letter"', 'paper = { a = "b" c = "d" }', "paper =", "put a comma between the keys"),
    Fault("semicolon", 'paper = "letter"', 'paper = "letter";', "paper =", "remove what follows the text in quotation marks"),
    Fault("comment of another language", 'paper = "letter"', 'paper = "letter" // or A4', "paper =", "a comment begins with #"),
    Fault("two keys", 'paper = "letter"', 'paper = "letter" every = "3"', "paper =", "put each key on a line of its own"),
    Fault("no quotation marks", 'paper = "letter"', "paper = letter", "paper =", "put the text into straight quotation marks"),
    Fault("number in quotation marks", "every = 3", 'every = "3"', "every =", "remove the quotation marks: expected a valid integer"),
    Fault("logo as JPEG", '"logo.svg"', '"logo.JPG"', "light =", "such as logo.svg: open the JPEG in any image program and save it as PNG"),
    Fault("number for a day", "revised = 2026-11-21", "revised = 5", "revised =", "a valid date"),
    # languages
    Fault("unknown language", '"en", "es"]', '"en", "es", "fr"]', "languages =", "no language “fr”: use one of en, es, or add"),
    Fault("bilingual in one language", '"en", "es"]', '"es"]', "editions =", "the edition “bilingual” needs “en” and another language"),
    Fault("language in capitals", '"en", "es"]', '"en", "ES"]', "languages =", "expected: “es”, the one code of this language"),
    Fault("language as on the web", "name.es =", "name.es-MX =", "name.es-MX", "expected: “es_MX”, the one code"),
    Fault("odd language", '"en", "es"]', '"en", "Spanish"]', "languages =", "the code of a language, such as en, fr"),
    Fault("language twice", '"en", "es"]', '"en", "es", "es"]', "languages =", "duplicate “es”"),
    Fault("no language", '["en", "es"]', "[]", "languages =", "“languages” is []"),
    Fault("rule in one language", FEVER + "\n", "", "values.fever_rule.es", "has no text in “en”: add fever_rule.en"),
    Fault("label in one language", 'label.es = "Médico de guardia cuando la clínica está cerrada"\n', "", 'label.en = "Doctor on call when the clinic is closed"', "“telephones.1.label” has no text in “es”"),
    Fault("hours in one language", 'hours.es = "día y noche"\n', "", 'hours.en = "day and night"', "“telephones.3.hours” has no text"),
    Fault("address in one language", 'address.es = ["100 Sample Avenue", "Riverbend, Anystate 00000", "Estados Unidos"]\n', "", "address.en", "“address” has no text in “es”"),
    Fault("a language too many", "name.es =", 'name.fr = "x"\nname.es =', "name.fr", "“name” has a text in “fr”, which is not one of the hospital’s languages"),
    # texts
    Fault("empty", 'name.es = "Hospital Infantil Riverbend (muestra)"', 'name.es = " "', "name.es", "expected: a text; remove the key"),
    Fault("not filled in", '"Doctor on call when the clinic is closed"', '"FILL IN"', 'label.en = "FILL IN', "in place of FILL IN"),
    Fault("html", '"Doctor on call when the clinic is closed"', '"<b>Doctor</b>"', 'label.en = "<b>', "plain text, without “<”"),
    Fault("markdown", '"Doctor on call when the clinic is closed"', '"**Doctor**"', 'label.en = "**', "plain text, without “*”"),
    Fault("link", '"Doctor on call when the clinic is closed"', '"[Doctor](chapter:x)"', 'label.en = "[', "plain text, without “[”"),
    Fault("placeholder", '"Doctor on call when the clinic is closed"', '"{clinic_phone}"', 'label.en = "{', "plain text, without “_”"),
    Fault("too long", '"Doctor on call when the clinic is closed"', f'"{"a" * 81}"', 'label.en = "aaa', "at most 80 characters, not 81"),
    Fault("name too long", "Riverbend Children’s Hospital (sample)", "a" * 121, "name.en", "at most 120 characters, not 121"),
    Fault("short name too long", "address.en", f'short_name.en = "{"a" * 41}"\nshort_name.es = "a"\naddress.en', "short_name.en", "at most 40 characters, not 41"),
    Fault("short name in one language", "address.en", 'short_name.en = "a"\naddress.en', "short_name.en", "“short_name” has no text in “es”"),
    Fault("rule too long", FEVER, f'values.fever_rule.en = "{"a" * 241}"', "values.fever_rule.en", "at most 240 characters"),
    Fault("no such letter", '"Doctor on call when the clinic is closed"', '"ཀ"', 'label.en = "ཀ', "no typeface has “ཀ” (U+0F40)"),
    Fault("long address", '["100 Sample Avenue", "Riverbend, Anystate 00000", "United States"]', '["1", "2", "3", "4", "5", "6"]', "address.en", "at most 5 items"),
    # telephones and addresses
    Fault("number without country", "+1 555-555-0110", "555-555-0110", "number =", "a number with + and the country"),
    Fault("number in one piece", "+1 555-555-0110", "+15555550110", "number =", "in groups of up to five digits"),
    Fault("number too long", "+1 555-555-0110", "+1 55555 55555 55555 5", "number =", "a number with +"),
    Fault("words for a number", "+1 555-555-0110", "call us", "number =", "a number with +"),
    Fault("extension", "+1 555-555-0110", "+1 555-555-0110;ext=5", "number =", 'write the extension as a key of its own: ext = "5"'),
    Fault("extension in words", "+1 555-555-0110", "+1 555-555-0110 ext. 1234", "number =", 'ext = "1234"'),
    Fault("odd extension", 'number = "+1 555-555-0110"', 'number = "+1 555-555-0110"\next = "12a"', "ext =", "the digits of the extension"),
    Fault("toll-free number", "+1 555-555-0110", "0800 123 456", "number =", "for a national or toll-free number, replace its first 0 or 1 by +"),
    Fault("fills nothing", 'fills = "clinic_phone"', 'fills = "clinic_fone"', "fills =", "no placeholder “clinic_fone”: use one of after_hours_phone"),
    Fault("duplicate value for the placeholder", 'fills = "social_work_phone"', 'fills = "clinic_phone"', 'fills = "clinic_phone"\nlabel.en = "Social', "duplicate value for the placeholder “clinic_phone”: remove one"),
    Fault("number for the emergency text", 'fills = "clinic_phone"', 'fills = "emergency"', "fills =", "“emergency” is a key of its own: write the text as emergency.LANGUAGE"),
    Fault("emergency among the values", "values.fever_rule.en", "values.emergency.en", "values.emergency.en", "“emergency” is a key of its own"),
    Fault("number and value", FEVER, f'{FEVER}\nvalues.clinic_phone.en = "x"\nvalues.clinic_phone.es = "x"', 'fills = "clinic_phone"', "duplicate value for the placeholder"),
    Fault("http", "https://www.riverbend", "http://www.riverbend", "web =", "such as https://www.hospital.org"),
    Fault("script for a web page", "https://www.riverbend.example/leukemia", "javascript:alert(1)", "web =", "https://"),
    Fault("user in an address", "https://www.riverbend", "https://a@www.riverbend", "web =", "https://"),
    Fault("letters of another script", "www.riverbend", "www.rіverbend", "web =", "https://"),
    Fault("no e-mail", "alex.sample@riverbend.example", "Alex <alex@x.org>", "email =", "an e-mail address"),
    # choices
    Fault("unknown edition", '"booklet", ', '"booklets", ', "editions =", "unknown edition “booklets”: use one of booklet, print"),
    Fault("edition twice", '"booklet", ', '"booklet", "booklet", ', "editions =", "duplicate “booklet”"),
    Fault("unknown paper", 'paper = "letter"', 'paper = "a3"', "paper =", "'a4' or 'letter'"),
    Fault("name of a color", '"#1b4f72"', '"red"', "main =", "a color such as #1f5459"),
    Fault("css for a color", '"#1b4f72"', '"#fff;}"', "main =", "a color such as #1f5459"),
    Fault("pale color", '"#1b4f72"', '"#7a9cc0"', "main =", "a darker color: its contrast on white paper is 2.9 to 1, and must be 4.5 or more"),
    Fault("due before written", "review_due = 2027", "review_due = 2025", "review_due =", "review_due is not after revised"),
    Fault("period without end", "months = 12\n", "", "[[follow_up]]\nevery = 6", "only the last follow-up period"),
    Fault("period that does not fit", "months = 12\n", "months = 13\n", "months = 13", "13 months is not a multiple of 6"),
    Fault("no months at all", "every = 3", "every = 0", "every = 0", "greater than or equal to 1"),
    # the book
    Fault("another book", "[books.childhood-all]", "[books.childhood]", "[books.childhood]", "unknown book “childhood”"),
    Fault("no such placeholder", "values.fever_rule.en", "values.fever_rul.en", "values.fever_rul.en", "no placeholder “fever_rul”"),
    Fault("no such chapter", '["risk-factors"]', '["risk-factor"]', "leave_out_chapters", "no “risk-factor”: correct the name"),
    Fault("no such sheet", '["appointment-log"]', '["log"]', "leave_out_sheets", "no “log”: correct the name"),
    Fault("left out twice", '["risk-factors"]', '["risk-factors", "risk-factors"]', "leave_out_chapters", "duplicate “risk-factors”"),
    Fault("a chapter that must stay", '["risk-factors"]', '["welcome"]', "leave_out_chapters", "the chapter “welcome” is required"),
    Fault("a whole part", '["risk-factors"]', '["diagnosis", "classification"]', "leave_out_chapters", "no chapter of the part “tests” is left"),
    Fault("after no chapter", 'after = "chemotherapy"', 'after = "chemo"', '  { id = "clinic-day"', "no chapter “chemo”"),
    Fault("page twice", '"clinic-day"', '"finding-us"', "pages =", "duplicate “finding-us”"),
    Fault("page of an odd name", '"clinic-day"', '"../../x"', '  { id = "../../x"', "lowercase letters, digits and hyphens"),
    # files
    Fault("no logo file", "", "", "light =", "logo.svg does not exist: create it", "logo.svg", TOML),
    Fault("logo of another kind", '"logo.svg"', '"logo.jpg"', "light =", "an SVG or PNG file in the hospital’s folder"),
    Fault("page in one language", "", "", None, "does not exist: write the page in “es”, which is one of the hospital’s languages", PAGE),
    Fault("page with other blocks", "## Qué traer {#bring}\n\n", "", "Traiga este libro", "the blocks differ from content/hospitals/riverbend/pages/finding-us.en.md:13: use the same", PAGE),
    Fault("page with another heading id", "{#bring}", "{#traer}", "## Qué traer", "the blocks differ from content/hospitals/riverbend/pages/finding-us.en.md:13: use the same", PAGE),
    Fault("page with an item more", "- Tome", "- Salga del ascensor.\n- Tome", "- Entre", "the blocks differ from content/hospitals/riverbend/pages/finding-us.en.md:9: use", PAGE),
    Fault("page with a paragraph more", "\n::: call", "\nVenga.\n\n::: call", "Venga.", "the blocks differ from", PAGE),
    Fault("page with html", "el ascensor", "el <b>ascensor</b>", "- Tome el", "HTML is not allowed", PAGE),
    Fault("page not filled in", "letrero azul", "letrero FILL IN", "- Tome", "FILL IN in the text", PAGE),
    Fault("page without title", 'title = "Cómo encontrarnos"\n', "", None, "missing key “title”", PAGE),
    Fault("page with a key of chapters", 'encontrarnos"\n', 'encontrarnos"\nkind = "glossary"\n', "kind =", "unknown key “kind”", PAGE),
    Fault("page with the glossary", "::: call\n", "::: glossary\n:::\n\n::: call\n", None, "the page is empty, or is a glossary", PAGE),
    Fault("page with a drawing", "::: call\n", "::: figure bed\nx\n:::\n\n::: call\n", "::: figure", "can only contain text", PAGE),
    Fault("page with a bad link", "(sheet:next-visit)", "(sheet:next)", "Traiga este", "the links or placeholders differ from", PAGE),
    Fault("page with a link to what is left out", '["risk-factors"]', '["risk-factors", "chemotherapy"]', "This page is a sample. A", "dangling link to “chapter:chemotherapy”", TOML, "pages/clinic-day.en.md"),
    Fault("page with an unsafe link", "(sheet:next-visit)", "(http://x.org)", "Traiga este", "insecure address “http://x.org”: use https://", PAGE),
    Fault("page with an unknown placeholder", "letrero azul", "{azul}", "- Tome", "the links or placeholders differ from", PAGE),
    Fault("page with a letter that cannot be printed", "letrero azul", "letrero ཀ", "- Tome", "no typeface has “ཀ”", PAGE),
]  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_mistake_is_reported_with_location_and_remedy(mistake: Fault, tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    path = folder / mistake.file
    if mistake.old:
        text = path.read_text()
        assert mistake.old in text
        path.write_text(text.replace(mistake.old, mistake.new, 1))
    else:
        path.unlink()
    messages = [str(item) for item in profile_errors(folder)]
    named = mistake.named or mistake.file
    place = f"content/hospitals/riverbend/{named}:"
    if mistake.at is not None:
        text = (folder / named).read_text()
        assert mistake.at in text
        place += f"{text[: text.rindex(mistake.at) if mistake.id == 'filled twice' else text.index(mistake.at)].count(chr(10)) + 1}: "
    matching = [line for line in messages if mistake.message in line]
    assert matching, messages
    assert matching[0].startswith(place)
    assert matching[0].count(": ") >= 2, "the message has a remedy"


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    path = folder / TOML
    text = path.read_text().replace('fills = "clinic_phone"', 'fills = "x"').replace('["risk-factors"]', '["welcome"]')
    path.write_text(text.replace('"booklet"', '"book"'))
    (folder / PAGE).unlink()
    english = folder / PAGE.replace(".es.", ".en.")
    english.write_text(english.read_text().replace("main door", "FILL IN"))
    assert len(profile_errors(folder)) == 5
    path.write_text(text.replace("#1b4f72", "blue").replace("every = 3", "every = 'x'"))
    assert len(profile_errors(folder)) == 2


def test_all_that_is_not_filled_in_is_one_line(tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    text = (folder / TOML).read_text()
    for old in (
        "Doctor on call when the clinic is closed",
        "+1 555-555-0110",
        "https://www.riverbend.example/leukemia",
    ):
        assert old in text
        text = text.replace(old, "FILL IN", 1)
    (folder / TOML).write_text(text)
    (error,) = profile_errors(folder)
    assert "3 values are not filled in: web (line " in error.message
    for name in ("telephones.0.number (line ", "telephones.1.label.en (line "):
        assert name in error.message


def test_words_in_capitals_are_filled_in(tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    for name, old in ((TOML, "Doctor on call when the clinic is closed"), (PAGE, "letrero azul")):
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, "REFILL IN 30 DAYS", 1))
    assert profile_errors(folder) == []


def test_email_of_a_reviewer_is_optional(tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    text = (folder / TOML).read_text()
    assert 'email = "alex.sample@riverbend.example"\n' in text
    (folder / TOML).write_text(text.replace('email = "alex.sample@riverbend.example"\n', ""))
    assert profile_errors(folder) == []


def test_long_name_asks_for_a_short_one(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    path = root / "content" / "hospitals" / "riverbend" / TOML
    path.write_text(path.read_text().replace("Riverbend Children’s Hospital (sample)", "A hospital with a name " * 4))
    note = "hospital.toml:12: the name is long for the heads of sheets: add short_name, of up to 40 characters"
    assert note in publish("hospital", "check", "riverbend", root=root).stdout
    text = path.read_text().replace("address.en", 'short_name.en = "River"\nshort_name.es = "Río"\naddress.en')
    path.write_text(text)
    assert note not in publish("hospital", "check", "riverbend", root=root).stdout


@pytest.mark.parametrize("name", ["all", "generic", "shelf", "storage"])
def test_id_with_another_meaning_is_refused(name: str, tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    folder = folder.rename(folder.with_name(name))
    assert f"“{name}” cannot be a hospital id: " in str(profile_errors(folder)[0])
    done = publish("hospital", "new", name, root=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"; “{name}” has another meaning: " in done.stderr


def test_docs_say_of_each_key_whether_it_is_required() -> None:
    docs = (ROOT / "docs" / "hospitals.md").read_text(encoding="utf-8")
    table = docs[docs.index("| key | required | is |") : docs.index("### Packets")]
    rows = re.findall(r"^\| (.+?) \| (yes|optional) \|", table, re.MULTILINE)
    listed = {name: need == "yes" for cell, need in rows for name in re.findall(r"`\[{0,2}(\w+)", cell)}
    fields = HospitalFile.model_fields
    assert {name: listed.get(name) for name in fields} == {name: field.is_required() for name, field in fields.items()}
