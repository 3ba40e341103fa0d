"""A book that is written in French: its editions, catalogs, checks and gate, and what each says of its source."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path

import polib
import pytest
from lxml import etree
from support_hospital import LOOK, SAMPLES

from carepress.catalogs.differences import meaning_differences
from carepress.checks.subject import Subject
from carepress.checks.table import check_pair, check_source
from carepress.checks.text import Pair, ParsedText
from carepress.content import read_book
from carepress.localize import localize, localized_handout, localized_packet
from carepress.model import PublishError, Selection
from carepress.preview.state import read_snapshot
from carepress.preview.view import View
from carepress.shelf.entries import volumes
from carepress.translation.load import translate_interface
from carepress.workspace.project import Project
from support import ECOLE, XML_LANG, flat, open_epub, open_pdf, publish

PROJECT = Project(ECOLE.parents[2])
NBSP = "\u00a0"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the book in a project of its own."""
    return shutil.copytree(ECOLE, tmp_path / "content" / "ecole")


def root(book: Path) -> Path:
    return book.parents[1]


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def without_entry(path: Path, message: str) -> None:
    """Remove a translation from a catalog."""
    catalog = polib.pofile(str(path))
    entry = catalog.find(message)
    entry.msgstr = ""
    catalog.save()


# --- Editions --------------------------------------------------------------------------------


def test_source_edition_is_french(ecole_out: Path) -> None:
    pdf = open_pdf(ecole_out / "fr" / "ecole-booklet-fr.pdf")
    text = flat(" ".join(pdf.texts))
    assert str(pdf.file.Root.Lang) == "fr"
    assert "Sommaire" in text
    assert "1 mars 2026" in text
    assert "Appelez l’école" in text
    assert "Call your team" not in text
    assert "Appelez votre équipe" not in text


def test_english_edition_is_a_translation(ecole_out: Path) -> None:
    pdf = open_pdf(ecole_out / "en" / "ecole-booklet-en.pdf")
    text = flat(" ".join(pdf.texts))
    assert str(pdf.file.Root.Lang) == "en"
    assert "March 1, 2026" in text
    assert "Call the school" in text
    assert "Where do we wait when it rains?" in text
    assert "Call your team" not in text


def test_bilingual_edition_begins_with_the_source(ecole_out: Path) -> None:
    pdf = open_pdf(ecole_out / "fr+en" / "ecole-bilingual-fr+en.pdf")
    assert str(pdf.file.Root.Lang) == "fr"
    assert "Sommaire Contents" in flat(pdf.texts[1])
    rows = json.loads((ecole_out.parent / "manifest.json").read_text(encoding="utf-8"))["files"].values()
    assert [row["langs"] for row in rows if row["edition"] == "bilingual"] == [["fr", "en"]]


def test_ebook_and_sheets_are_french(ecole_out: Path) -> None:
    book = open_epub(ecole_out / "fr" / "ecole-epub-fr.epub")
    assert {page.get(XML_LANG) for page in book.pages.values()} == {"fr"}
    assert book.package.findtext(".//{http://purl.org/dc/elements/1.1/}language") == "fr"
    assert "Appelez l’école quand : la lecture devient une dispute." in book.text
    assert "Nom de l’enfant" in flat(" ".join(open_pdf(ecole_out / "fr" / "ecole-sheets-fr.pdf").texts))


def test_page_map_is_that_of_the_source(ecole_out: Path) -> None:
    assert (ecole_out / "fr" / "ecole-pages.json").is_file()
    assert not (ecole_out / "en" / "ecole-pages.json").exists()


def test_planner_speaks_the_language_of_the_book(tmp_path: Path) -> None:
    done = publish("planner", "--book", ECOLE, "--ended", "2026-09-01", "--years", "2", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    calendar = (tmp_path / "ecole-plan-fr.ics").read_text(encoding="utf-8").replace("\n ", "").replace("\r\n ", "")
    assert "Rencontre 1 (autour de ce jour)" in calendar
    assert "tous les 3 mois" in flat(" ".join(open_pdf(tmp_path / "ecole-plan-fr.pdf").texts))


def test_shelf_lists_the_source_language_first(ecole_out: Path) -> None:
    done = publish("shelf", "--out", ecole_out.parent, "--book", ECOLE)
    assert done.returncode == 0, done.stderr
    page = etree.HTML((ecole_out.parent / "index.html").read_bytes())
    assert page.xpath("//main//section/@lang")[:2] == ["fr", "en"]
    assert volumes([], ["fr"]) == {}


def test_handouts_are_listed_in_the_language_of_the_book() -> None:
    assert "Prévenir d’une absence" in publish("handouts", "--book", ECOLE).stdout


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("FR", "“fr”, the one code of this language"),
        ("fr-ca", "“fr_CA”, the one code of this language"),
        ("zh-CN", "“zh_Hans”, the one code of this language"),
        ("français", "the code of a language, such as en, fr or es_419"),
        ("xx", "the code of a language, such as en, fr or es_419"),
    ],
)
def test_code_of_the_source_is_canonical(copy: Path, code: str, expected: str) -> None:
    edit(copy / "book.toml", 'lang = "fr"', f'lang = "{code}"')
    with pytest.raises(PublishError, match=re.escape(f"“lang” is '{code}', which is not valid: expected: {expected}")):
        read_book(copy)


# --- The gate --------------------------------------------------------------------------------


def test_source_edition_without_a_word_of_the_interface_is_a_draft(copy: Path, tmp_path: Path) -> None:
    without_entry(copy / "locales" / "fr" / "LC_MESSAGES" / "interface.po", "In short")
    args = ("build", "--book", "ecole", "--lang", "fr", "--edition", "sheets", "--out", tmp_path / "out")
    refused = publish(*args, "--release", root=root(copy))
    assert refused.returncode == 1
    assert "fr/LC_MESSAGES/interface.po: not translated: “In short”" in refused.stderr
    assert publish(*args, root=root(copy)).returncode == 0
    assert [path.name for path in (tmp_path / "out").rglob("*.pdf")] == ["ecole-sheets-fr-draft.pdf"]


HOSPITAL = (
    """\
languages = ["fr"]
editions = ["sheets", "epub"]
paper = "a4"
revised = 2026-11-21
review_due = 2027-11-21
name.fr = "Hôpital de l’Île-Verte"
address.fr = ["12, rue de l’Œuvre"]
emergency.fr = "Appelez le 15."
"""
    + LOOK
    + """\
[[telephones]]
number = "+33 4 72 00 00 00"
fills = "telephone"
label.fr = "Le service"
[books.ecole]
values.portail.fr = "8 h 00 à 8 h 30"
"""
)


def test_hospital_signs_a_french_book(copy: Path) -> None:
    folder = root(copy) / "content" / "hospitals" / "verte"
    folder.mkdir(parents=True)
    (folder / "hospital.toml").write_text(HOSPITAL, encoding="utf-8")
    for name in ("logo.svg", "logo-mono.svg"):
        shutil.copy(SAMPLES / "riverbend" / name, folder)
    book = ("--book", "ecole", "--hospital", "verte")
    refused = publish("build", *book, "--release", root=root(copy))
    assert "has not signed" in refused.stderr
    for role in ("relecture clinique", "Relecture par un parent"):  # without a translation, no one reviews one
        person = ("--role", role, "--name", "Anaïs Lefèvre", "--date", "2026-11-23")
        assert publish("approve", *book, "--lang", "fr", *person, root=root(copy)).returncode == 0
    done = publish("build", *book, "--release", root=root(copy))
    assert (done.returncode, done.stderr) == (0, "")
    sheets = flat(" ".join(open_pdf(root(copy) / "build/verte/fr/ecole-sheets-fr.pdf").texts))
    assert "Hôpital de l’Île-Verte" in sheets
    assert "+33 4 72 00 00 00" in sheets.replace(NBSP, " ")
    book_text = open_epub(root(copy) / "build/verte/fr/ecole-epub-fr.epub").text
    assert "Relecture par un parent" in book_text
    assert "Anaïs Lefèvre" in book_text


PACKET = """\
[[packets]]
id = "rentree"
name = "Votre rentrée"
handouts = ["absences"]

"""


def test_bilingual_edition_is_a_draft_with_its_source(copy: Path) -> None:
    without_entry(copy / "locales" / "fr" / "LC_MESSAGES" / "interface.po", "In short")
    localized = localize(Project(root(copy)), read_book(copy), "en")
    assert not localized.untranslated
    assert [problem.message for problem in localized.source_untranslated] == ["not translated: “In short”"]


def test_bilingual_handouts_and_packets_are_drafts_with_their_source(copy: Path) -> None:
    edit(copy / "book.toml", "[[handouts]]", PACKET + "[[handouts]]")
    without_entry(copy / "locales" / "fr" / "LC_MESSAGES" / "interface.po", "In this handout")
    project, expected = Project(root(copy)), ["not translated: “In this handout”"]
    whole = localize(project, read_book(copy), "en")
    assert not whole.source_untranslated, "the book has no list of that name"
    handout = localized_handout(project, whole, Selection("absences"))
    packet = localized_packet(project, whole, "rentree", "bilingual")
    for localized in (handout, packet):
        assert [problem.message for problem in localized.source_untranslated] == expected


def test_ebook_of_a_handout_is_a_draft_with_the_words_that_it_has(copy: Path) -> None:
    without_entry(copy / "locales" / "fr" / "LC_MESSAGES" / "interface.po", "In this handout")
    project, expected = Project(root(copy)), ["not translated: “In this handout”"]
    whole = localize(project, read_book(copy), "fr")
    assert not whole.ebook_untranslated
    handout = localized_handout(project, whole, Selection("absences"))
    assert [problem.message for problem in handout.ebook_untranslated] == expected


def test_book_without_an_interface_of_its_own_has_that_of_the_project(copy: Path) -> None:
    (copy / "locales" / "fr" / "LC_MESSAGES" / "interface.po").unlink()
    done = publish("build", "--book", "ecole", "--lang", "fr", "--edition", "sheets", "--release", root=root(copy))
    assert (done.returncode, done.stderr) == (0, "")


def test_own_word_needs_no_translation_of_the_interface(copy: Path) -> None:
    catalog = copy / "locales" / "fr" / "LC_MESSAGES" / "interface.po"
    without_entry(catalog, "Call your team")
    assert not localize(Project(root(copy)), read_book(copy), "fr").untranslated


def test_changed_french_is_reported_by_its_name(copy: Path) -> None:
    edit(copy / "glossary.toml", "Un enfant inscrit à l’école.", "Un enfant inscrit dans une école.")
    publish("catalogs", "update", "--book", "ecole", root=root(copy))
    problems = localize(Project(root(copy)), read_book(copy), "en").untranslated
    assert [problem.message for problem in problems] == [
        "the French has changed: Un enfant inscrit [-à l’école.-] {+dans une école.+}"
    ]


# --- A book's own words ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('"Call your teem" = "Appelez"', "has no message “Call your teem”: did you mean “Call your team”?"),
        ('"every month" = "par mois"', "“every month” depends on a number"),
        (
            '"Part %(number)s" = "Partie"',
            "the text for “Part %(number)s” in fr differs in the placeholder “%(number)s”",
        ),
        ('"In short" = "**Bref**"', "a word of the pages has no markup: write plain text"),
    ],
)
def test_own_word_that_does_not_fit(copy: Path, line: str, message: str) -> None:
    edit(copy / "book.toml", "[words]\n", f"[words]\n{line}\n")
    done = publish("build", "--book", "ecole", "--lang", "fr", "--edition", "sheets", root=root(copy))
    assert done.returncode == 1
    assert done.stderr.startswith("content/ecole/book.toml:18: ")
    assert message in done.stderr


def test_untranslated_own_word_is_a_gap_of_the_book(copy: Path) -> None:
    without_entry(copy / "locales" / "en" / "LC_MESSAGES" / "ecole.po", "Appelez l’école")
    localized = localize(Project(root(copy)), read_book(copy), "en")
    assert [problem.message for problem in localized.untranslated] == ["not translated: “Appelez l’école”"]


@pytest.mark.parametrize("created", [False, True])
def test_draft_that_only_lacks_the_interface_says_so(copy: Path, created: bool) -> None:
    shutil.rmtree(copy / "locales")
    edit(copy / "book.toml", 'lang = "fr"', 'lang = "pt"')
    if created:
        assert publish("catalogs", "update", "--lang", "pt", "--book", "ecole", root=root(copy)).returncode == 0
    done = publish("build", "--book", "ecole", "--lang", "pt", "--edition", "sheets", root=root(copy))
    assert (done.returncode, "-draft.pdf" in done.stdout) == (0, True)
    (line,) = (line for line in done.stderr.splitlines() if "the book is a draft" in line)
    message, hint = (
        (r"\d+ messages are not translated", "publish.py build --book ecole --release lists them")
        if created
        else (
            r"the words .+ have no translation into “pt” \(\d+ messages\)",
            "publish.py catalogs update --book ecole --lang pt",
        )
    )
    assert re.match(rf"locales/pt/LC_MESSAGES/interface.po: the book is a draft: {message}: ", line)
    assert hint in line


# --- Catalogs --------------------------------------------------------------------------------


def test_english_needs_no_interface_catalog() -> None:
    assert translate_interface(PROJECT, "en").missing == ()
    assert translate_interface(PROJECT, "en_GB").missing == ()


def test_catalogs_of_a_french_book(copy: Path) -> None:
    shutil.rmtree(copy / "locales" / "en")
    created = publish("catalogs", "add", "en", "--book", "ecole", root=root(copy)).stdout.splitlines()
    assert created == [
        "created content/ecole/locales/en/LC_MESSAGES/ecole.po",
        "created content/ecole/locales/en/terms.toml",
    ]
    catalog = polib.pofile(str(copy / "locales" / "en" / "LC_MESSAGES" / "ecole.po"))
    assert catalog.metadata["X-Source-Language"] == "fr"
    assert "# fr = " in (copy / "locales" / "en" / "terms.toml").read_text(encoding="utf-8")
    refused = publish("catalogs", "add", "fr", "--book", "ecole", root=root(copy))
    assert refused.stderr == "fr: the book is written in this language: name another language\n"


def test_third_language_has_both_catalogs(copy: Path) -> None:
    created = publish("catalogs", "add", "pt", "--book", "ecole", root=root(copy)).stdout
    assert "content/ecole/locales/pt/LC_MESSAGES/interface.po" in created
    assert "content/ecole/locales/pt/LC_MESSAGES/ecole.po" in created


def test_status_counts_what_each_language_has() -> None:
    done = publish("catalogs", "status", "--book", ECOLE, "--json")
    french, english = json.loads(done.stdout)["languages"]
    assert (french["lang"], english["lang"]) == ("fr", "en")
    assert {row["name"] for row in french["rows"]} == {"interface"}
    assert "interface" not in {row["name"] for row in english["rows"]}


@pytest.mark.parametrize(
    ("format_", "expected"),
    [
        ("xliff", b'source-language="fr" target-language="en"'),
        ("tmx", b'srclang="fr"'),
        ("tbx", b'<langSet xml:lang="fr">'),
    ],
)
def test_exchange_names_the_source_language(copy: Path, tmp_path: Path, format_: str, expected: bytes) -> None:
    terms = '[[terms]]\nfr = "élève"\nen = "pupil"\n\n[[terms]]\nes = "alumno"\nen = "pupil"\n'
    (copy / "locales" / "en" / "terms.toml").write_text(terms, encoding="utf-8")
    out = tmp_path / "file.xml"
    done = publish(
        "catalogs", "export", "--book", "ecole", "--lang", "en", "--format", format_, "--out", out, root=root(copy)
    )
    assert done.returncode == 0, done.stderr
    assert expected in out.read_bytes()
    assert b"alumno" not in out.read_bytes()


def test_xliff_2_has_one_source_language(copy: Path, tmp_path: Path) -> None:
    publish("catalogs", "add", "pt", "--book", "ecole", root=root(copy))
    args = ("catalogs", "export", "--book", "ecole", "--format", "xliff", "--xliff-version", "2.0")
    assert publish(*args, "--lang", "en", "--out", tmp_path / "en.xlf", root=root(copy)).returncode == 0
    assert b'srcLang="fr" trgLang="en"' in (tmp_path / "en.xlf").read_bytes()
    done = publish(*args, "--lang", "pt", "--out", tmp_path / "pt.xlf", root=root(copy))
    assert done.stderr.endswith(
        "XLIFF 2.0 has one source language, and this book has two: export it with --xliff-version 1.2\n"
    )


def test_only_numbers_and_units_are_compared_in_french() -> None:
    assert meaning_differences("Or donc, 2 fois.", "Donc, 2 fois.", "fr") == ()
    assert meaning_differences("Donnez 2 feuilles.", "Donnez 3 feuilles.", "fr")


def test_cosmetic_edit_of_french_may_not_change_a_word(copy: Path) -> None:
    edit(copy / "glossary.toml", "Un enfant inscrit à l’école.", "Un enfant pas inscrit à l’école.")
    edit(
        copy / "glossary.toml",
        "Le cahier où la famille et l’école s’écrivent.",
        "Le cahier où la famille et l’école s’écrivent",
    )
    publish("catalogs", "update", "--book", "ecole", root=root(copy))
    accept = ("catalogs", "accept-cosmetic", "--book", "ecole", "--lang", "en", "--who", "A", "--why", "x")
    refused = publish(*accept, "Un enfant", root=root(copy))
    assert refused.returncode == 1
    assert refused.stderr.endswith("words changed: “” → “pas”: correct the translation\n")
    assert publish(*accept, "Le cahier où", root=root(copy)).returncode == 0
    catalog = (copy / "locales" / "en" / "LC_MESSAGES" / "ecole.po").read_text(encoding="utf-8")
    assert "(the French was: “Le cahier où la famille et l’école s’écrivent.”)" in catalog


# --- Checks and reading ----------------------------------------------------------------------


def test_book_has_no_problem() -> None:
    done = publish("check", "--book", ECOLE)
    french, english = done.stdout.splitlines()
    assert "interface.po: left-out: French has no tables of translations of words, units" in french
    assert "ecole.po: left-out: English from French has no tables of " in english
    assert done.returncode == 0


def test_source_text_is_checked_as_french() -> None:
    def found(text: str) -> list[str]:
        return [p.code for p in check_source(ParsedText(text, "fr"), "a.md", 1, frozenset(), ("spaces", "spelling"))]

    assert found(f"Où attendre{NBSP}?") == []
    assert found("Où attendre ?") == ["spaces"]
    assert found("Une feuile.") == ["spelling"]


@pytest.mark.parametrize(
    ("lang", "text", "expected"),
    [
        ("de", "„Nicht stören“, sagt sie, „außer ‚heute‘.“", []),
        ("de", "„Nicht stören, sagt sie.", ["“„” is not closed"]),
        ("de", "»Nicht stören«, sagt sie.", []),
        ("de", "Frauen, die die Bienen halten.", []),
        ("pl", "Powiedziała: „Nie teraz”.", []),
        ("sv", "Hon sa: ”Inte nu”.", []),
        ("fr", f"Elle dit : «{NBSP}Pas ici{NBSP}».", []),
        ("fr", f"Elle dit : «{NBSP}Pas ici.", ["“«” is not closed"]),
        ("fr", "Nous nous lavons les mains.", []),
        ("fr", "Lavez les les mains.", ["“les les” repeats a word"]),
        ("en", "“Not the the way”, she wrote.", ["“the the” repeats a word"]),
        ("en", "“Not now, she wrote.", ["““” is not closed"]),
    ],
)
def test_quotation_marks_and_repetitions_are_those_of_the_language(lang: str, text: str, expected: list[str]) -> None:
    problems = check_source(ParsedText(text, lang), "a.md", 1, frozenset(), ("quotes", "repeated-word"))
    assert [problem.message for problem in problems] == expected


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("Ab etwa 12 °C öffnen.", "Open it from about 12 °C.", []),
        ("Im März 5 kg Futter.", "In March, 5 kg of food.", []),
        ("Im März 5 Kilogramm Futter.", "In March, 5 g of food.", ["“5” has the unit “kilogram” in German, but “gram” in the translation"]),
    ],
)  # fmt: skip
def test_units_of_a_language_without_tables(source: str, target: str, expected: list[str]) -> None:
    pair = Pair(source, target, "en", "paragraph", "a.po", 1, "de")
    assert [problem.message for problem in check_pair(Subject(pair), ("unit",))] == expected


def test_findings_name_the_source_language() -> None:
    pair = Pair("Rendez les 2 feuilles.", "Hand in 3 English sheets.", "en", "paragraph", "a.po", 1, "fr")
    (problem,) = check_pair(Subject(pair), ("number",))
    assert (problem.message, problem.hint) == ("“2” has become “3”", "write the number of the French")
    same = Pair("Lisez cette feuille avec nous.", "Lisez cette feuille avec nous.", "en", "paragraph", "a.po", 1, "fr")
    (problem,) = check_pair(Subject(same), ("same-as-source",))
    assert problem.message == "the translation is the French text"


def test_reading_says_once_that_it_has_no_formula() -> None:
    lines = publish("reading", "--book", ECOLE).stdout.splitlines()
    assert [line.strip() for line in lines if "formula" in line] == [
        "no reading formula for French: the table has counts only"
    ]


# --- For reviewers and translators -----------------------------------------------------------


def test_dossier_has_the_french_beside_its_translation(tmp_path: Path) -> None:
    done = publish("dossier", "--book", ECOLE, "--lang", "en", "--out", tmp_path)
    assert done.returncode == 0, done.stderr
    folder = tmp_path / "generic" / "en"
    text = (folder / "ecole-dossier-en.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    row = next(row for row in rows if row["id"] == "bienvenue.1")
    assert (row["french"], row["translation"]) == ("Bienvenue", "Welcome")
    pdf = open_pdf(folder / "ecole-dossier-en.pdf")
    assert str(pdf.file.Root.Lang) == "en"
    assert "English, beside the French" in flat(" ".join(pdf.texts))
    assert "March 1, 2026" in flat(" ".join(pdf.texts))


def test_preview_names_the_languages() -> None:
    snapshot = read_snapshot(PROJECT, ECOLE, "en")
    view = View("", "en", "", "", True, False, snapshot, snapshot.section("chapter-bienvenue"), None)
    assert (view.source_language, view.language, view.translated) == ("French", "English", True)
    assert view.source_attributes == 'lang="fr" dir="ltr"'
    assert "so the French is printed" in view.meaning("missing")


def test_preview_of_the_source_shows_the_interface_as_a_translation() -> None:
    snapshot = read_snapshot(PROJECT, ECOLE, "fr")
    chapter, words = (
        View("", "fr", "", "", True, False, snapshot, snapshot.section(name), None)
        for name in ("chapter-bienvenue", "interface")
    )
    assert (chapter.source_language, chapter.translated) == ("French", False)
    assert (words.source_language, words.translated) == ("English", True)


# --- book.toml -------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["french", "FR", "fr-CA", "xx"])
def test_unknown_language(copy: Path, code: str) -> None:
    edit(copy / "book.toml", 'lang = "fr"', f'lang = "{code}"')
    with pytest.raises(PublishError, match=r"content/ecole/book.toml:3: .*lang"):
        read_book(copy)


def test_no_break_spaces_survive() -> None:
    questions = next(chapter for chapter in read_book(ECOLE).chapters() if chapter.id == "bienvenue")
    assert f"Où attendre quand il pleut{NBSP}?" in repr(questions).replace("\\xa0", NBSP)
