"""The garden in ten languages of seven scripts, interface and all: built, validated, planned, offered for download.

No native reader has seen these translations. They are in tests/languages/, apart from the book.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import polib
import pytest
from lxml import html
from support_languages import FOLDER, GARDEN, LANGS, add_garden_languages
from support_validators import CLAIMED, epubcheck, vera

from carepress.shelf.words import shelf_words
from carepress.text.language import language_tag
from carepress.workspace.project import Project
from support import ROOT, copy_project, open_epub, open_pdf, publish

EDITIONS = ("booklet", "sheets", "epub")
# The fonts of each file, apart from that of Latin letters.
TYPEFACES = {
    "am": "Noto-Sans-Ethiopic", "ar": "IBM-Plex-Sans-Arabic", "hi": "Noto-Sans-Devanagari", "ko": "Noto-Sans-KR",
    "ru": "Noto-Sans", "th": "Noto-Sans-Thai", "vi": "Noto-Sans", "zh_Hans": "Noto-Sans-SC",
}  # fmt: skip


# What a handout, and a sheet to write on, are called: on the print desk as on the printed pages.
NAMES = {
    "am": ("በራሪ ጽሑፍ|በራሪ ጽሑፎች", "ወረቀት|ወረቀቶ"), "ar": ("نشر", "ورق|أوراق"), "es": ("folleto", "hoja"), "fr": ("fiche", "feuille"),
    "hi": ("पत्रक", "शीट"), "ht": ("depliyan", "fèy"), "ko": ("안내문", "기록지"), "ru": ("памят", "лист"),
    "th": ("เอกสารแนะนำ", "แบบบันทึก"), "vi": ("tờ thông tin", "phiếu"), "zh_Hans": ("折页", "表单"),
}  # fmt: skip
# Sheets of paper, and sheets that some languages count with another word.
OTHER_SHEETS = "Two pages on each side", "%(title)s: sheet", "Tracking sheets"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project whose garden has the ten languages."""
    root = copy_project(tmp_path_factory.mktemp("ten") / "project")
    shutil.rmtree(root / "content")
    add_garden_languages(root)
    return root


def texts(lang: str) -> dict[str, str]:
    return {entry.msgid: entry.msgstr for entry in polib.pofile(str(FOLDER / f"{lang}.po"))}


def test_catalogs_are_complete_and_up_to_date(tmp_path: Path) -> None:
    """If this fails, run tests/languages/update.py, and translate what is new."""
    root = copy_project(tmp_path / "project")
    locales = add_garden_languages(root)
    done = publish("catalogs", "update", "--book", GARDEN, root=root)
    assert done.returncode == 0, done.stderr
    for lang in LANGS:
        updated = locales / lang / "LC_MESSAGES" / "garden.po"
        assert [entry.msgid for entry in polib.pofile(str(updated)) if not entry.translated()] == []
        assert updated.read_bytes() == (FOLDER / f"{lang}.po").read_bytes()


@pytest.mark.parametrize("lang", NAMES)
def test_desk_names_handouts_and_sheets_as_the_printed_pages_do(lang: str) -> None:
    handout, sheet = NAMES[lang]
    for entry in polib.pofile(str(ROOT / "locales" / lang / "LC_MESSAGES" / "interface.po")):
        source, translated = entry.msgid.casefold(), entry.msgstr.casefold()
        if "handout" in source:
            assert re.search(handout, translated), entry.msgid
        if "sheet" in source and not entry.msgid.startswith(OTHER_SHEETS):
            assert re.search(sheet, translated), entry.msgid


@pytest.mark.parametrize("lang", LANGS)
def test_checks_find_nothing_wrong(project: Path, lang: str) -> None:
    done = publish("check", "--book", GARDEN, "--lang", lang, root=project)
    found = [line for line in (done.stdout + done.stderr).splitlines() if ": left-out: " not in line]
    assert found == []


@pytest.fixture(scope="module")
def built(project: Path) -> Path:
    chosen = [part for edition in EDITIONS for part in ("--edition", edition)]
    langs = [part for lang in LANGS for part in ("--lang", lang)]
    done = publish("build", "--book", GARDEN, *langs, *chosen, "--release", root=project)
    assert done.returncode == 0, done.stdout + done.stderr
    return project / "build" / "generic"


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
def test_books_have_their_words_and_typeface(built: Path, lang: str) -> None:
    files = {path.name for path in (built / lang).iterdir()}
    assert {f"garden-booklet-{lang}.pdf", f"garden-sheets-{lang}.pdf", f"garden-epub-{lang}.epub"} <= files
    title = texts(lang)["A First Vegetable Garden"]
    booklet = open_pdf(built / lang / f"garden-booklet-{lang}.pdf")
    assert booklet.file.Root.Lang == language_tag(lang)
    assert "".join(title.split()) in "".join("".join(booklet.texts).split())
    fonts = {str(font.BaseFont) for page in booklet.file.pages for font in page.Resources.Font.values()}
    assert any(font.endswith(f"+{TYPEFACES.get(lang, 'Atkinson-Hyperlegible')}") for font in fonts), fonts
    epub = open_epub(built / lang / f"garden-epub-{lang}.epub")
    root = epub.package
    assert root.findtext(".//{http://purl.org/dc/elements/1.1/}language") == language_tag(lang)
    css = next(epub.archive.read(name).decode() for name in epub.archive.namelist() if name.endswith(".css"))
    upright = f':is([lang="{language_tag(lang)}"],[lang="{language_tag(lang)}"] *):is(em,i){{font-style:normal;font-weight:bold}}'
    assert (upright in css) == (lang in {"am", "ar", "hi", "ko", "th", "zh_Hans"}), "which scripts have no italics"


@pytest.mark.slow
def test_bilingual_edition_in_both_directions(project: Path) -> None:
    """Its hidden captions, and the space at the end of a right-to-left line, are not words that do not fit."""
    args = ("--book", GARDEN, "--lang", "ar", "--edition", "bilingual", "--out", "both", "--release")
    done = publish("build", *args, root=project)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = open_pdf(project / "both" / "generic" / "en+ar" / "garden-bilingual-en+ar.pdf").texts
    assert any({"Kind", "نوع", "التربة"}.issubset(page.split()) for page in pages)


@pytest.mark.slow
def test_validators_report_nothing(built: Path) -> None:
    pdfs = [built / lang / f"garden-{edition}-{lang}.pdf" for lang in LANGS for edition in ("booklet", "sheets")]
    epubs = [built / lang / f"garden-epub-{lang}.epub" for lang in LANGS]
    assert epubcheck(*epubs) == {}
    assert vera(CLAIMED, *pdfs) == {}


@pytest.mark.slow
@pytest.mark.parametrize("lang", LANGS)
def test_follow_up_plan(project: Path, lang: str, tmp_path: Path) -> None:
    args = ("--book", GARDEN, "--lang", lang, "--ended", "2026-08-31", "--years", "2", "--out", tmp_path)
    done = publish("planner", *args, root=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".ics", ".pdf"]


def test_shelf_names_languages_of_other_scripts_twice(project: Path) -> None:
    """A device may lack the letters of a name."""
    places = (("ar", "en"), ("ar", "fr"), ("fr", "en"), ("en", "ar"), ("am", "ar"))
    found = [shelf_words(Project(project), lang).latin_name(first) for lang, first in places]
    assert found == [("en", "Arabic"), ("fr", "arabe"), ("", ""), ("", ""), ("en", "Amharic")]


@pytest.mark.slow
def test_shelf_offers_every_language(built: Path, project: Path) -> None:
    done = publish("shelf", "--book", GARDEN, root=project)
    assert done.returncode == 0, done.stdout + done.stderr
    page = html.parse(str(project / "build" / "index.html")).getroot()
    sections = {node.get("lang"): node.get("dir", "ltr") for node in page.iter() if node.get("lang")}
    for lang in LANGS:
        assert language_tag(lang) in sections
        assert texts(lang)["A First Vegetable Garden"] in page.text_content()
    assert [
        " ".join(link.text_content().split()) for link in page.xpath("//nav//a[@hreflang='am' or @hreflang='vi']")
    ] == [
        "አማርኛ Amharic",
        "Tiếng Việt",
    ]
