"""The first handout of the handbook in four languages more: built, validated, its words and typefaces found in the files.

No native reader and no clinician has seen these translations. They are in tests/languages/start-here/, apart from the
handbook, so that no family gets them.
"""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from support_languages import HANDOUT_LANGS, START_HERE, add_handout_languages
from support_validators import CLAIMED, epubcheck, vera

from carepress.content import read_book
from carepress.handouts.cut import cut
from carepress.handouts.select import find_handout
from carepress.model import Selection, segments
from carepress.text.language import language_tag, text_direction
from carepress.workspace.project import Project
from support import HANDBOOK, ROOT, copy_project, open_epub, open_pdf, publish

EDITIONS = {"booklet": "pdf", "sheets": "pdf", "epub": "epub"}
TYPEFACES = {"ar": "IBM-Plex-Sans-Arabic", "ru": "Noto-Sans", "vi": "Noto-Sans", "zh_Hans": "Noto-Sans-SC"}
# Right texts that the checks doubt: Vietnamese dictionaries lack “lympho”.
DOUBTS = {"vi": {"spelling"}}


def test_unreviewed_languages_are_not_in_the_handbook() -> None:
    assert not set(HANDOUT_LANGS) & set(Project(ROOT).languages(HANDBOOK))


def test_most_of_the_handout_is_translated() -> None:
    """A changed sentence makes a draft. If this fails, run tests/languages/update.py and translate what it lists."""
    book = read_book(HANDBOOK)
    small = cut(book, find_handout(book, Selection("start-here")))
    keys = {(segment.context, segment.source) for segment in segments(small) if segment.has_words}
    for lang in HANDOUT_LANGS:
        done = {
            (entry.msgctxt, entry.msgid) for entry in polib.pofile(str(START_HERE / f"{lang}.po")).translated_entries()
        }
        assert len(keys & done) >= 0.9 * len(keys), sorted(source for _context, source in keys - done)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project whose handbook has the handout in four languages more."""
    root = copy_project(tmp_path_factory.mktemp("start-here") / "project")
    add_handout_languages(root)
    return root


@pytest.fixture(scope="module")
def built(project: Path) -> Path:
    langs = [part for lang in HANDOUT_LANGS for part in ("--lang", lang)]
    chosen = [part for edition in EDITIONS for part in ("--edition", edition)]
    done = publish("build", "--handout", "start-here", *langs, *chosen, root=project)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not re.search(" extends | is over ", done.stderr), done.stderr
    return project / "build" / "generic"


def file_of(built: Path, edition: str, lang: str) -> Path:
    name = f"childhood-all-start-here-{edition}-{lang}*.{EDITIONS[edition]}"
    (path,) = (built / lang / "handouts").glob(name)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("lang", HANDOUT_LANGS)
def test_checks_find_nothing_wrong(project: Path, lang: str) -> None:
    done = publish("check", "--lang", lang, root=project)
    found = [line for line in (done.stdout + done.stderr).splitlines() if ": left-out: " not in line]
    assert {line.split(": ")[1] for line in found} <= DOUBTS.get(lang, set()), "\n".join(found)


@pytest.mark.slow
@pytest.mark.parametrize("lang", HANDOUT_LANGS)
def test_files_have_their_words_and_typeface(built: Path, lang: str) -> None:
    texts = {entry.msgid: entry.msgstr for entry in polib.pofile(str(START_HERE / f"{lang}.po"))}
    for edition, title in (("booklet", "Start here"), ("sheets", "Our team")):
        pdf = open_pdf(file_of(built, edition, lang))
        assert pdf.file.Root.Lang == language_tag(lang)
        if text_direction(lang) == "ltr":
            assert "".join(texts[title].split()) in "".join("".join(pdf.texts).split())
        fonts = {str(font.BaseFont) for page in pdf.file.pages for font in page.Resources.Font.values()}
        assert any(font.endswith(f"+{TYPEFACES[lang]}") for font in fonts), fonts
    assert texts["Start here"] in open_epub(file_of(built, "epub", lang)).text


@pytest.mark.slow
def test_long_words_of_cells_are_hyphenated(built: Path) -> None:
    pages = open_pdf(file_of(built, "booklet", "ru")).texts
    assert any(re.search(r"послед-\s*нюю", text) for text in pages), pages[2]


@pytest.mark.slow
def test_foot_of_arabic_pages(built: Path) -> None:
    """A page number between two digits would be read as the number of pages."""
    foot = open_pdf(file_of(built, "booklet", "ar")).strip(2, 0, 17)
    assert "/" not in foot
    assert re.search("2 (من|نم) 12|12 (من|نم) 2", foot)


@pytest.mark.slow
def test_validators_report_nothing(built: Path) -> None:
    pdfs = [file_of(built, edition, lang) for lang in HANDOUT_LANGS for edition in ("booklet", "sheets")]
    assert vera(CLAIMED, *pdfs) == {}
    assert epubcheck(*(file_of(built, "epub", lang) for lang in HANDOUT_LANGS)) == {}
