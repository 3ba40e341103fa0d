"""Catalogs leave for other programs and come back: nothing is lost, what is broken is refused."""

from __future__ import annotations

import csv
import re
import shutil
import tomllib
from pathlib import Path
from types import ModuleType

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carepress.catalogs.exchange import spreadsheet, xliff, xliff2
from carepress.catalogs.exchange.markup import LANG
from carepress.catalogs.exchange.receive import Received, Result, receive
from carepress.catalogs.exchange.units import catalog_units, export_catalog
from carepress.catalogs.po import parse_po
from carepress.text.codes import Code, join, split_markdown
from carepress.text.safe_xml import parse_xml
from support import ROOT, publish

X = f"{{{xliff.NAMESPACE}}}"
PO = Path("tests/books/garden/locales/es/LC_MESSAGES/garden.po")
INTERFACE = Path("locales/es/LC_MESSAGES/interface.po")
BOOKS = {"tests/books/garden": PO, "childhood-all": Path("locales/es/LC_MESSAGES/childhood-all.po")}
GARDEN_FIRST = ["tests/books/garden", pytest.param("childhood-all", marks=pytest.mark.slow)]
GARDEN_ES = ("--book", "tests/books/garden", "--lang", "es")
FILES = {"xliff": "es.xlf", "xliff2": "es.xlf", "csv": "es.csv"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project with both books and their catalogs."""
    for name in ("templates", "locales", "content", "tests/books"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def export(project: Path, format_: str, book: str = "tests/books/garden") -> Path:
    out = project / FILES[format_]
    form = ("xliff", "--xliff-version", "2.0") if format_ == "xliff2" else (format_,)
    done = publish("catalogs", "export", "--book", book, "--lang", "es", "--format", *form, "--out", out, root=project)
    assert done.returncode == 0, done.stderr
    return out


def come_back(project: Path, file: Path, status: int = 0, book: str = "tests/books/garden") -> str:
    done = publish("catalogs", "import", file.name, "--book", book, root=project)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stderr + done.stdout


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (old, text.count(old))
    path.write_text(text.replace(old, new), encoding="utf-8")


def catalogs(project: Path) -> dict[str, bytes]:
    return {path.relative_to(project).as_posix(): path.read_bytes() for path in project.rglob("*.po")}


def entry(project: Path, start: str, path: Path = PO) -> polib.POEntry:
    return next(entry for entry in polib.pofile(str(project / path)) if entry.msgid.startswith(start))


# --- through the front door ----------------------------------------------------------------------


@pytest.mark.parametrize("format_", [*FILES])
@pytest.mark.parametrize("book", GARDEN_FIRST)
def test_untouched_file_changes_nothing(project: Path, book: str, format_: str) -> None:
    before = catalogs(project)
    printed = come_back(project, export(project, format_, book), book=book)
    assert ": 0 taken, " in printed
    assert printed.endswith(" unchanged, 0 refused\n")
    assert catalogs(project) == before


@pytest.mark.parametrize("format_", [*FILES])
@pytest.mark.parametrize("book", GARDEN_FIRST)
def test_file_restores_empty_catalogs(project: Path, book: str, format_: str) -> None:
    before, file = catalogs(project), export(project, format_, book)
    for path in (BOOKS[book], INTERFACE):
        po = polib.pofile(str(project / path), wrapwidth=0)
        for item in po:
            if item.obsolete:
                continue
            item.msgstr, item.msgstr_plural = "", dict.fromkeys(item.msgstr_plural, "")
        po.save()
    assert catalogs(project) != before
    come_back(project, file, book=book)
    entries = [polib.pofile(before[path.as_posix()].decode()) for path in (BOOKS[book], INTERFACE)]
    restored = [polib.pofile(str(project / path)) for path in (BOOKS[book], INTERFACE)]
    for one, other in zip(entries, restored):
        assert [(e.msgid, e.msgstr, e.msgstr_plural, e.flags) for e in one] == [
            (e.msgid, e.msgstr, e.msgstr_plural, e.flags) for e in other
        ]


def test_changed_translation_arrives(project: Path) -> None:
    file = export(project, "xliff")
    edit(file, ">Una primera huerta<", ">Mi primera huerta &amp; jardín<")
    assert ": 1 taken, " in come_back(project, file)
    assert entry(project, "A First Vegetable").msgstr == "Mi primera huerta & jardín"


def test_state_and_note_arrive(project: Path) -> None:
    file = export(project, "xliff")
    target = '<target state="translated">Una primera huerta</target>'
    edit(file, target, target.replace("translated", "needs-review-translation") + "<note>¿huerta o huerto?</note>")
    assert ": 1 taken (1 of them to review), " in come_back(project, file)
    found = entry(project, "A First Vegetable")
    assert (found.fuzzy, found.tcomment) == (True, "¿huerta o huerto?")
    again = export(project, "xliff")
    assert target.replace("translated", "needs-review-translation") in again.read_text(encoding="utf-8")
    assert "0 taken" in come_back(project, again)


def test_empty_target_erases_nothing(project: Path) -> None:
    before, file = catalogs(project), export(project, "xliff")
    edit(file, ">Una primera huerta<", "><")
    assert ", 1 empty in the file and left as they are, 0 refused" in come_back(project, file)
    assert catalogs(project) == before


BOLD = '<bpt id="1" rid="1" ctype="bold">**</bpt>apriételo<ept id="1" rid="1">**</ept>'
DEPTH = '<ept id="2" rid="2">](chapter:sowing#depth)</ept>. Las'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (BOLD, "apriételo", "the translation lacks bold (**): keep each mark of the English, once"),
        (BOLD, BOLD.replace("apriételo", "ap*rié*telo"), "the translation adds italics (*)"),
        (BOLD, BOLD.replace("apriételo", "apri*ételo"), "“*ételo” has no effect and would be printed"),
        (BOLD, BOLD.replace("apriételo", "apriételo<b/>"), "“<b>” is not in the export"),
        (BOLD, BOLD.replace("apriételo", "apriételo\n"), "the translation has a line break: write it in one line"),
        (BOLD, BOLD.replace("apriételo", "[apriételo](term:compost)"), "adds the link “term:compost”"),
        (BOLD, BOLD.replace("apriételo", "&lt;b>apriételo&lt;/b>"), "HTML is not allowed: <b>"),
        (BOLD, f"{BOLD} y {BOLD}", "the translation adds bold (**)"),
        (DEPTH, ". Las", "lacks the link “chapter:sowing#depth”"),
        (DEPTH, f'{DEPTH}<bpt id="1" rid="1">[</bpt>', "a link has no beginning or no end: keep both"),
        (
            ">Una primera huerta<",
            ">A First Vegetable Garden<",
            "the English has taken the place of the translation “Una",
        ),
        (">Una primera huerta<", ">Una primera {name} huerta<", "the translation adds the placeholder “name”"),
        (">Una primera huerta<", ">Una primera\u2028huerta<", "invisible character U+2028 in the translation"),
        (">A First Vegetable Garden<", ">A First Garden<", "not that of the catalog: A First [-Vegetable-] Garden:"),
    ],
)
def test_broken_unit_is_refused(project: Path, old: str, new: str, message: str) -> None:
    before, file = catalogs(project), export(project, "xliff")
    edit(file, old, new)
    printed = come_back(project, file, status=1)
    line = next(line for line in printed.splitlines() if message in line)
    assert line.startswith("es.xlf:")
    number = int(line.split(":")[1])
    assert "<trans-unit" in file.read_text(encoding="utf-8").splitlines()[number - 1]
    assert ", 1 refused" in printed
    assert catalogs(project) == before


def test_codes_are_those_of_the_english(project: Path) -> None:
    """What another program does to the text of a protected element changes nothing."""
    before, file = catalogs(project), export(project, "xliff")
    edit(file, DEPTH, DEPTH.replace("](chapter:sowing#depth)", "&lt;/a>"))
    assert "0 taken" in come_back(project, file)
    assert catalogs(project) == before


def test_codes_may_change_places_and_have_marks_around(project: Path) -> None:
    file = export(project, "xliff")
    edit(file, BOLD, "ya")
    edit(file, "lo que necesita saber.", f'lo que <mrk mtype="seg" mid="1">{BOLD}</mrk> necesita saber.')
    assert ": 1 taken, " in come_back(project, file)
    assert "lo que **apriételo** necesita" in entry(project, "Take a handful").msgstr


def test_empty_elements_mean_the_codes_of_the_english(project: Path) -> None:
    file = export(project, "xliff")
    edit(file, BOLD, '<g id="1">aplástelo</g>')
    assert ": 1 taken, " in come_back(project, file)
    assert "y **aplástelo**. Lo" in entry(project, "Take a handful").msgstr


def test_changed_english_is_refused(project: Path) -> None:
    file = export(project, "xliff")
    chapter = project / "tests/books/garden/chapters/soil.md"
    edit(chapter, "Take a handful of moist soil", "Take two handfuls of moist soil")
    publish("catalogs", "update", "--book", "tests/books/garden", root=project)
    before = catalogs(project)
    edit(file, BOLD, BOLD.replace("apriételo", "aplástelo"))
    printed = come_back(project, file, status=1)
    assert "the English has changed since the export: Take [-a handful-] {+two handfuls+} of moist" in printed
    assert "0 taken, " in printed
    assert catalogs(project) == before


def test_newer_translation_is_not_replaced(project: Path) -> None:
    file = export(project, "xliff")
    edit(project / PO, 'msgstr "Una primera huerta"', 'msgstr "La primera huerta"')
    before = catalogs(project)
    assert "0 taken, " in come_back(project, file)
    edit(file, ">Una primera huerta<", ">Mi primera huerta<")
    printed = come_back(project, file, status=1)
    assert "changed since the export, and so has the file: “La primera huerta” and “Mi primera huerta”" in printed
    assert catalogs(project) == before


def test_unknown_and_repeated_units_are_refused(project: Path) -> None:
    file = export(project, "xliff")
    units = list(parse_xml(file.read_bytes()).iter(f"{X}trans-unit"))
    ids = [unit.get("id") for unit in units]
    edit(file, f'"{ids[0]}"', '"0"')
    edit(file, f'"{ids[2]}"', f'"{ids[1]}"')
    printed = come_back(project, file, status=1)
    source = units[0].findtext(f"{X}source")
    assert f"no catalog has the unit “0”: “{source}”: if it is of another book, use --book" in printed
    assert f"the unit “{ids[1]}” is in the file twice" in printed


def test_plural_forms_are_a_group(project: Path) -> None:
    file = export(project, "xliff")
    group = next(parse_xml(file.read_bytes()).iter(f"{X}group"))
    assert [unit.findtext(f"{X}source") for unit in group] == ["every month", "every "]
    edit(file, ">cada mes<", ">todos los meses<")
    edit(
        file,
        '<target state="translated">cada <ph id="1" ctype="x-placeholder">%(count)s</ph> meses<',
        '<target>x <ph id="1">%(count)s</ph><',
    )
    printed = come_back(project, file)
    assert ": 2 taken, " in printed
    assert entry(project, "every month", INTERFACE).msgstr_plural == {0: "todos los meses", 1: "x %(count)s"}


@pytest.mark.parametrize("form", [0, 1])
def test_plural_is_fuzzy_if_one_form_is(project: Path, form: int) -> None:
    file = export(project, "xliff")
    text = ("cada mes<", 'cada <ph id="1" ctype="x-placeholder">%(count)s</ph> meses<')[form]
    edit(file, f'<target state="translated">{text}', f'<target state="needs-adaptation">{text}')
    come_back(project, file)
    assert entry(project, "every month", INTERFACE).fuzzy
    file = export(project, "xliff")
    edit(file, f'<target state="needs-review-translation">{text}', f'<target state="final">{text}')
    come_back(project, file)
    assert entry(project, "every month", INTERFACE).fuzzy  # the other form still is


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("</xliff>", "", ": broken XML: Premature end of data"),
        (
            'target-language="es"',
            'target-language="fr"',
            ": translations in “fr” and “es”: import one language",
        ),
        ('target-language="es"', 'target-language="?"', "es.xlf:3: unknown language “?”: use a code"),
        ("document:1.2", "document:1.9", "es.xlf:2: not an XLIFF file"),
        ("<xliff", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xliff', "“&e;” is not in the export"),
    ],
)
def test_broken_file_writes_nothing(project: Path, old: str, new: str, message: str) -> None:
    before, file = catalogs(project), export(project, "xliff")
    text = file.read_text(encoding="utf-8").replace(
        ">Una primera huerta<", ">&e;<" if "ENTITY" in new else ">Otra huerta<"
    )
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    printed = come_back(project, file, status=1)
    assert message in printed
    assert printed.startswith("es.xlf:")
    assert catalogs(project) == before


# --- XLIFF 2.0 -------------------------------------------------------------------------------

PAIR = '<pc id="1" dataRefStart="d1" type="fmt" subType="xlf:b" dataRefEnd="d1">apriételo</pc>'


def test_segments_of_version_2_are_joined(project: Path) -> None:
    file = export(project, "xliff2")
    edit(file, PAIR, PAIR.replace("apriételo", "aplástelo"))
    whole = r"<source>(Take a handful.*?\.) (.*?)</source>\s*<target>(.*?\.) (.*?)</target>"
    between = "</segment><ignorable><source> </source></ignorable><segment state='final'>"
    parts = rf"<source>\1</source><target>\3</target>{between}<source>\2</source><target>\4</target>"
    text, count = re.subn(whole, parts, file.read_text(encoding="utf-8"))
    assert count == 1
    file.write_text(text, encoding="utf-8")
    assert ": 1 taken, " in come_back(project, file)
    assert "y **aplástelo**. Lo que pasa" in entry(project, "Take a handful").msgstr


def test_start_and_end_of_a_pair_may_be_apart(project: Path) -> None:
    file = export(project, "xliff2")
    edit(file, PAIR, '<sc id="1" dataRef="d1"/>aplástelo<ec startRef="1" dataRef="d1"/>')
    assert ": 1 taken, " in come_back(project, file)
    assert "y **aplástelo**. Lo que pasa" in entry(project, "Take a handful").msgstr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (PAIR, "apriételo", "the translation lacks bold (**)"),
        (PAIR, f"{PAIR} {PAIR}", "the translation adds bold (**)"),
        (PAIR, "<b>apriételo</b>", "“<b>” is not in the export"),
        (
            'trgLang="es"',
            'trgLang="fr"',
            "es.xlf:2: translations in “fr”: the book does not have this language: use one",
        ),
        (' trgLang="es"', "", "es.xlf:2: the file does not name the language of its translations: write its code"),
    ],
)
def test_broken_version_2_is_refused(project: Path, old: str, new: str, message: str) -> None:
    before, file = catalogs(project), export(project, "xliff2")
    edit(file, old, new)
    assert message in come_back(project, file, status=1)
    assert catalogs(project) == before


def test_fuzzy_entry_and_note_survive_version_2(project: Path) -> None:
    edit(project / PO, 'msgid "Soil & seed"', '#, fuzzy\n#| msgid "Soil"\nmsgid "Soil & seed"')
    before, file = catalogs(project), export(project, "xliff2")
    assert "0 taken" in come_back(project, file)
    assert catalogs(project) == before
    old = '<segment state="initial" subState="carepress:fuzzy">'
    edit(file, old, '<segment state="reviewed">')
    assert ": 1 taken, " in come_back(project, file)
    assert (entry(project, "Soil & seed").fuzzy, entry(project, "Soil & seed").previous_msgid) == (False, None)


# --- spreadsheets ----------------------------------------------------------------------------


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as table:
        return list(csv.DictReader(table))


def save(file: Path, table: list[dict[str, str]], encoding: str = "utf-8", **settings: str) -> None:
    with file.open("w", encoding=encoding, newline="") as text:
        writer = csv.DictWriter(text, [*table[0]], **settings)
        writer.writeheader()
        writer.writerows(table)


@pytest.mark.parametrize("format_", [*FILES])
def test_spaces_at_the_ends_of_a_translation_are_not_taken(project: Path, format_: str) -> None:
    """Spreadsheets leave some, and programs that indent XML."""
    before, file = catalogs(project), export(project, format_)
    if format_ == "csv":
        save(file, [{**row, "target": f" {row['target']} \n"} for row in rows(file)])
    else:
        text = re.sub(
            r"(<target(?: [^>/]*)?>)(.*?)</target>", r"\1\n    \2\n  </target>", file.read_text(encoding="utf-8")
        )
        file.write_text(text, encoding="utf-8")
    assert ": 0 taken, " in come_back(project, file)
    assert catalogs(project) == before


def test_row_at_the_end_of_a_file_that_was_cut_off_is_refused(project: Path) -> None:
    before, file = catalogs(project), export(project, "csv")
    lines = file.read_bytes().splitlines(keepends=True)
    at = next(at for at, line in enumerate(lines) if b"Una primera huerta" in line)
    line = lines[at].decode()
    file.write_bytes(b"".join([*lines[:at], line[: line.index("primera huerta")].encode()]))
    printed = come_back(project, file, status=1)
    assert f"es.csv:{at + 1}: the row has no cell in the column “exported”: save the table again" in printed
    assert catalogs(project) == before


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_table_from_a_spreadsheet_is_read(project: Path, delimiter: str, encoding: str) -> None:
    file = export(project, "csv")
    table = rows(file)
    row = next(row for row in table if row["source"] == "A First Vegetable Garden")
    row["target"], row["note"] = "Mi «huerta»; la primera, dice", "línea 1\r\nlínea\u2028 2"
    save(
        file,
        [{name: row[name] for name in ("note", "target", "source", "id")} for row in table],
        encoding,
        delimiter=delimiter,
    )
    assert ": 1 taken, " in come_back(project, file)
    found = entry(project, "A First Vegetable")
    assert (found.msgstr, found.tcomment, found.fuzzy) == ("Mi «huerta»; la primera, dice", "línea 1\nlínea\n 2", False)


def test_cells_are_no_formulas(project: Path) -> None:
    edit(project / PO, 'msgstr "Una primera huerta"', 'msgstr "=1+1"')
    edit(project / PO, 'msgstr "Un pequeño manual para principiantes"', 'msgstr "\'-uno"')
    before, file = catalogs(project), export(project, "csv")
    table = rows(file)
    cells = {row["target"] for row in table}
    assert {"'=1+1", "''-uno"} <= cells
    assert not [cell for row in table for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert "0 taken" in come_back(project, file)
    save(file, [{**row, "exported": ""} | {"state": row["state"]} for row in table])
    assert "0 taken" in come_back(project, file)
    assert catalogs(project) == before


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target": "Tome un puñado y apriételo."}, "the translation lacks bold (**)"),
        ({"state": "done"}, "unknown state “done”: write one of missing, fuzzy, translated"),
        ({"source": "Take a handful."}, "the English in the file is not that of the catalog"),
    ],
)
def test_broken_row_is_refused(project: Path, changes: dict[str, str], message: str) -> None:
    before, file = catalogs(project), export(project, "csv")
    table = rows(file)
    index = next(index for index, row in enumerate(table) if row["source"].startswith("Take a handful"))
    table[index] |= changes
    save(file, table)
    printed = come_back(project, file, status=1)
    assert printed.startswith(f"es.csv:{index + 2}: ")
    assert message in printed
    assert catalogs(project) == before


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"id,source\n", "es.csv:1: the table has no column “target”: the first row names the columns: id, "),
        (b"", "es.csv:1: the table has no column “id”"),
        (b"id,source,target\nes/1,a,\xe1\n", "es.csv:2: the file is not UTF-8: save it as “CSV UTF-8”"),
        (b'id,source,target\nes/1,a,"b\n', "es.csv:2: broken CSV: "),
        (b"id,source,target\n", "es.csv: the file has no translations"),
        (b"id,source,target\nes/1,a,b\nfr/2,a,b\n", "es.csv:3: translations in “es” and “fr”"),
        (b"id,source,target\n1,a,b\n", "es.csv:2: unknown language “1”"),
        (b"id,source,target\nes/1\n", "es.csv:2: no catalog has the unit “1”"),
    ],
)
def test_broken_table_is_refused(project: Path, data: bytes, message: str) -> None:
    (project / "es.csv").write_bytes(data)
    assert come_back(project, project / "es.csv", status=1).startswith(message)


# --- memory and terms ------------------------------------------------------------------------


def test_memory_has_finished_translations(project: Path) -> None:
    edit(project / PO, 'msgstr "Una primera huerta"', 'msgstr ""')
    edit(project / PO, 'msgid "Soil & seed"', '#, fuzzy\nmsgid "Soil & seed"')
    publish("catalogs", "export", *GARDEN_ES, "--format", "tmx", "--out", "es.tmx", root=project)
    root = parse_xml((project / "es.tmx").read_bytes())
    pairs = [tuple("".join(seg.itertext()) for seg in unit.iter("seg")) for unit in root.iter("tu")]
    finished = [
        (source, target)
        for path in (INTERFACE, PO)
        for item in polib.pofile(str(project / path))
        if item.translated()
        for source, target in zip(
            (item.msgid, *[item.msgid_plural] * (len(item.msgstr_plural) - 1)),
            (item.msgstr_plural or {0: item.msgstr}).values(),
        )
    ]
    assert pairs == finished
    assert not {"A First Vegetable Garden", "Soil & seed"} & {source for source, _target in pairs}
    assert {tuv.get(LANG) for tuv in root.iter("tuv")} == {"en", "es"}
    marked = next(unit for unit in root.iter("tu") if "squeeze it" in "".join(unit.itertext()))
    assert [[code.get("x") for code in seg.iter("bpt")] for seg in marked.iter("seg")] == [["1", "2"], ["1", "2"]]


TERMS = """\
[[terms]]
en = "complete blood count (CBC)"
es = "hemograma completo"
avoid = ["conteo & recuento"]

[[terms]]
en = "compost"
es = ""
"""


def test_terms_with_acronyms_and_words_to_avoid(project: Path) -> None:
    (project / PO).parents[1].joinpath("terms.toml").write_text(TERMS, encoding="utf-8")
    publish("catalogs", "export", *GARDEN_ES, "--format", "tbx", "--out", "es.tbx", root=project)
    (concept,) = parse_xml((project / "es.tbx").read_bytes()).iter("termEntry")
    assert [
        (group.getparent().get(LANG), group.findtext("term"), *[note.text for note in group.iter("termNote")])
        for group in concept.iter("tig")
    ] == [
        ("en", "complete blood count", "fullForm", "preferredTerm-admn-sts"),
        ("en", "CBC", "acronym", "preferredTerm-admn-sts"),
        ("es", "hemograma completo", "preferredTerm-admn-sts"),
        ("es", "conteo & recuento", "deprecatedTerm-admn-sts"),
    ]


def test_handbook_exports_all_its_terms(tmp_path: Path) -> None:
    out = tmp_path / "es.tbx"
    publish("catalogs", "export", "--lang", "es", "--format", "tbx", "--out", out)
    terms = tomllib.loads((ROOT / "locales/es/terms.toml").read_text(encoding="utf-8"))["terms"]
    assert len(list(parse_xml(out.read_bytes()).iter("termEntry"))) == len(terms)


def test_list_without_terms_is_an_error(project: Path) -> None:
    done = publish("catalogs", "export", *GARDEN_ES, "--format", "tbx", "--out", "es.tbx", root=project)
    assert "locales/es/terms.toml: there are no terms: write terms in it" in done.stderr
    assert not (project / "es.tbx").exists()


@pytest.mark.parametrize("name", ["es.tmx", "es.tbx"])
def test_memory_and_terms_are_not_imported(project: Path, name: str) -> None:
    (project / name).write_text("<x/>", encoding="utf-8")
    printed = come_back(project, project / name, status=1)
    assert (
        printed == f"{name}:1: not an XLIFF file: export with publish.py catalogs export "
        "--book tests/books/garden --format xliff, and import that file\n"
    )


# --- any text --------------------------------------------------------------------------------

TRICKY = st.sampled_from(
    [
        *"<&>\"'*[](){}%=+-@ \u00a0\u202f\u200f\u2067é😀\\",
        "**",
        "](term:x)",
        "{name}",
        "]]>",
        "&amp;",
        "שלום",
        "مرحبا",
        "\t",
    ]
)
TEXTS = st.lists(TRICKY | st.text("abc ", max_size=3), min_size=1, max_size=12).map("".join)


@given(TEXTS)
def test_pieces_join_to_the_text(text: str) -> None:
    assert join(split_markdown(text)) == text


@given(TEXTS)
def test_codes_are_paired(text: str) -> None:
    open_ones: list[int] = []
    for piece in split_markdown(text):
        if isinstance(piece, Code) and piece.role == "open":
            open_ones.append(piece.number)
        elif isinstance(piece, Code) and piece.role == "close":
            assert open_ones.pop() == piece.number
    assert open_ones == []


def round_trip(version: ModuleType, source: str, target: str) -> tuple[Result, Received, str]:
    """Write one entry in a version of XLIFF, and read it into the same catalog."""
    catalog = parse_po('msgid "x"\nmsgstr "y"\n', "x.po")
    catalog[0].msgid, catalog[0].msgstr = source, target
    write = xliff.write_xliff if version is xliff else xliff2.write_xliff2
    data = write([export_catalog(catalog, "book", "a/es/LC_MESSAGES/book.po")], "es")
    units = {unit.id: unit for unit in catalog_units(catalog, "book")}
    (received,) = version.read_units(parse_xml(data), units)
    return receive([received], units, "x.xlf"), received, catalog[0].msgstr


@pytest.mark.parametrize("version", [xliff, xliff2])
@given(TEXTS, TEXTS)
def test_any_text_survives(version: ModuleType, source: str, target: str) -> None:
    result, received, after = round_trip(version, source, target)
    assert (received.source, received.target, after) == (source, target, target)
    assert (result.taken, result.refused) == (0, [])


@given(TEXTS, TEXTS)
def test_any_text_survives_a_table(source: str, target: str) -> None:
    catalog = parse_po('msgid "x"\nmsgstr "y"\n', "x.po")
    catalog[0].msgid, catalog[0].msgstr = source, target
    data = spreadsheet.write_spreadsheet([export_catalog(catalog, "book", "a/es/LC_MESSAGES/book.po")], "es")
    (received,) = spreadsheet.read_units(spreadsheet.read_rows(data, "x.csv"))
    assert (received.source, received.target) == (source, target)
