"""Other programs read what is exported, and what they save comes back: translate-toolkit, OmegaT."""

from __future__ import annotations

import shutil
import subprocess
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polib
import pytest
from support_wait import LONG
from test_exchange import INTERFACE, PO, come_back

from support import copy_project, needs, publish

BOOK = ("--book", "tests/books/garden", "--lang", "es")
READERS = {
    "xliff": ("xliff", "xlifffile"),
    "xliff2": ("xliff2", "Xliff2File"),
    "tmx": ("tmx", "tmxfile"),
    "csv": ("csvl10n", "csvfile"),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_project(tmp_path / "project")


def export(project: Path, format_: str, name: str, book: tuple[str, ...] = BOOK) -> Path:
    form = ("xliff", "--xliff-version", "2.0") if format_ == "xliff2" else (format_,)
    assert publish("catalogs", "export", *book, "--format", *form, "--out", name, root=project).returncode == 0
    return project / name


def translations(project: Path) -> list[tuple[str, str]]:
    """Return each text of both catalogs with its translation, a plural form for itself."""
    entries = [entry for path in (INTERFACE, PO) for entry in polib.pofile(str(project / path)) if not entry.obsolete]
    return [
        (entry.msgid if form == 0 else entry.msgid_plural, text)
        for entry in entries
        for form, text in (entry.msgstr_plural or {0: entry.msgstr}).items()
    ]


def toolkit(module: str, store: str) -> Any:
    needs(find_spec("translate"), "translate-toolkit")
    return getattr(import_module(f"translate.storage.{module}"), store)


def texts(unit: Any) -> list[tuple[str, str]]:
    """Return the texts of a unit of translate-toolkit with their translations; a plural has several."""
    sources, targets = (getattr(text, "strings", [text]) for text in (unit.source, unit.target))
    return [(str(source), str(target)) for source, target in zip(sources, targets)]


@pytest.mark.parametrize("format_", READERS)
def test_translate_toolkit_reads_every_text(project: Path, format_: str) -> None:
    store = toolkit(*READERS[format_]).parsefile(str(export(project, format_, f"es.{format_}")))
    read = [pair for unit in store.units if not unit.isheader() for pair in texts(unit)]
    if format_ == "xliff2":  # its reader leaves out elements, and what is in them
        plain = [pair for pair in translations(project) if not {*"%*[{\\"} & {*"".join(pair)}]
        assert len(read) == len(translations(project))
        assert {*plain} <= {*read}
    else:
        assert read == translations(project)


@pytest.mark.parametrize("format_", ["xliff", "xliff2", "csv"])
def test_a_file_that_translate_toolkit_has_saved_changes_nothing(project: Path, format_: str) -> None:
    file = export(project, format_, f"es.{format_}" if format_ == "csv" else "es.xlf")
    store = toolkit(*READERS[format_]).parsefile(str(file))
    store.savefile(str(file))
    printed = come_back(project, file)
    assert ": 0 taken, " in printed
    assert printed.endswith(" 0 refused\n")


def test_a_translation_in_translate_toolkit_arrives(project: Path) -> None:
    file = export(project, "xliff", "es.xlf")
    store = toolkit(*READERS["xliff"]).parsefile(str(file))
    store.findunit("A First Vegetable Garden").target = "Mi primera huerta"
    store.savefile(str(file))
    assert ": 1 taken, " in come_back(project, file)
    assert ("A First Vegetable Garden", "Mi primera huerta") in translations(project)


def test_translate_toolkit_reads_every_term(project: Path) -> None:
    book = ("--book", "childhood-all", "--lang", "es")
    store = toolkit("tbx", "tbxfile").parsefile(str(export(project, "tbx", "es.tbx", book)))
    assert {("bone marrow", "médula ósea"), ("spleen", "bazo")} <= {
        pair for unit in store.units for pair in texts(unit)
    }


def test_what_is_not_translated_has_the_source_for_omegat(project: Path) -> None:
    """OmegaT translates what is in targets."""
    empty_catalogs(project)
    file = export(project, "omegat", "es.xlf")
    text = file.read_text(encoding="utf-8")
    assert '<target state-qualifier="x-copied">A First Vegetable Garden</target>' in text
    assert ": 0 taken, " in come_back(project, file)
    file.write_text(text.replace('x-copied">A First Vegetable Garden', 'x-copied">Una huerta'), encoding="utf-8")
    assert ": 1 taken, " in come_back(project, file)
    entry = next(entry for entry in polib.pofile(str(project / PO)) if entry.msgid == "A First Vegetable Garden")
    assert (entry.msgstr, entry.fuzzy) == ("Una huerta", False)


def test_fuzzy_text_that_was_corrected_in_omegat_is_a_translation(project: Path) -> None:
    """OmegaT leaves the states of texts as they are."""
    catalog = polib.pofile(str(project / PO))
    entry = catalog.find("A First Vegetable Garden")
    entry.flags.append("fuzzy")
    catalog.save()
    file = export(project, "omegat", "es.xlf")
    assert ": 0 taken, " in come_back(project, file)
    assert polib.pofile(str(project / PO)).find(entry.msgid).fuzzy
    file.write_text(file.read_text(encoding="utf-8").replace(f">{entry.msgstr}<", ">Una huerta<"), encoding="utf-8")
    assert ": 1 taken, " in come_back(project, file)
    entry = polib.pofile(str(project / PO)).find(entry.msgid)
    assert (entry.msgstr, entry.fuzzy) == ("Una huerta", False)


OMEGAT_PROJECT = """\
<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<omegat><project version="1.0">
<source_dir>__DEFAULT__</source_dir><target_dir>__DEFAULT__</target_dir><tm_dir>__DEFAULT__</tm_dir>
<glossary_dir>__DEFAULT__</glossary_dir><dictionary_dir>__DEFAULT__</dictionary_dir>
<source_lang>EN</source_lang><target_lang>ES</target_lang><sentence_seg>false</sentence_seg>
<support_default_translations>true</support_default_translations><remove_tags>false</remove_tags>
</project></omegat>
"""


def test_omegat_translates_from_the_memory(project: Path, tmp_path: Path) -> None:
    """Texts with codes need a person's hand in OmegaT; the others are those of the memory."""
    work = tmp_path / "omegat"
    for name in ("source", "target", "tm/auto", "glossary", "dictionary", "omegat"):
        (work / name).mkdir(parents=True)
    (work / "omegat.project").write_text(OMEGAT_PROJECT, encoding="utf-8")
    before = translations(project)
    shutil.move(export(project, "tmx", "es.tmx"), work / "tm" / "auto")
    empty_catalogs(project)
    shutil.move(export(project, "omegat", "es.xlf"), work / "source")
    omegat(work, tmp_path / "settings")
    shutil.copy(work / "target" / "es.xlf", project)
    assert come_back(project, project / "es.xlf").endswith(" 0 refused\n")
    pairs = [*zip(before, translations(project))]
    assert all(after in (was, (was[0], "")) for was, after in pairs)
    plain = [(was, after) for was, after in pairs if was[0] != was[1] and not {*"%*[{\\"} & {*"".join(was)}]
    assert len(plain) > 300
    lost = [was for was, after in plain if after != was]
    assert lost == []


def omegat(work: Path, settings: Path) -> None:
    needs(shutil.which("omegat"), "OmegaT")
    command = ["omegat", "--mode=console-translate", f"--config-dir={settings}", work]
    subprocess.run(command, capture_output=True, check=True, timeout=LONG)


def empty_catalogs(project: Path) -> None:
    for path in (INTERFACE, PO):
        catalog = polib.pofile(str(project / path), wrapwidth=0)
        for entry in catalog:
            if not entry.obsolete:
                entry.msgstr, entry.msgstr_plural = "", dict.fromkeys(entry.msgstr_plural, "")
        catalog.save()
