"""What the preview shows of translations put back into the source language by Apertium, an optional program."""

from __future__ import annotations

import os
import time
from pathlib import Path

import polib
import pytest
from lxml import html
from support_preview import Client, copy_garden, previewing
from support_wait import wait_for

from carepress.preview.back import BackTranslator, find_mode
from support import ECOLE, GARDEN, HANDBOOK, publish

SOIL = "/section/chapter-soil"
# In place of Apertium: it writes in capitals, and knows one pair of languages.
PROGRAM = """#!/bin/sh
if [ "$1" = -l ]; then echo "  spa-eng"; exit; fi
case "$*" in *spa-eng) tr a-záéíóúñ A-ZÁÉÍÓÚÑ;; *) exit 1;; esac
"""


def install(folder: Path, program: str = PROGRAM) -> None:
    folder.mkdir()
    (folder / "apertium").write_text(program)
    (folder / "apertium").chmod(0o755)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)


def shown(page: str) -> dict[str, str]:
    """Return what is put back, by the source text above it."""
    rows = html.fromstring(page).iterfind(".//div[@class='source']")
    return {
        row.findtext("p") or "": back[0].text_content().partition("by machine")[2]
        for row in rows
        if (back := row.find_class("back"))
    }


def put_back(client: Client, address: str = SOIL) -> dict[str, str]:
    """Return what is put back, when it has been: the first page is shown without it."""
    return wait_for(lambda: shown(client.text(address)))


def test_every_translation_is_put_back_below_its_source(tmp_path: Path, program: None) -> None:
    garden = copy_garden(tmp_path / "project")
    with previewing(garden, back=BackTranslator("es", "en")) as client, client.events() as following:
        version = following()["version"]
        assert shown(client.text(SOIL)) == {}
        assert following()["version"] != version  # the page fetches what was found
        found = put_back(client)
    texts = {entry.msgid: entry.msgstr for entry in polib.pofile(str(garden.po))}
    assert len(found) > 20
    plain = {text for text in found if texts.get(text, "").isalpha()}
    assert len(plain) > 3
    assert {text: found[text] for text in plain} == {text: texts[text].upper() for text in plain}


def test_markup_is_not_put_back(tmp_path: Path, program: None) -> None:
    garden = copy_garden(tmp_path / "project")
    garden.edit("Take a handful", msgstr="Tome *un* [puñado](term:compost)")
    with previewing(garden, back=BackTranslator("es", "en")) as client:
        assert "TOME UN PUÑADO" in put_back(client).values()


def test_missing_translation_is_not_put_back(tmp_path: Path, program: None) -> None:
    garden = copy_garden(tmp_path / "project")
    garden.edit("Take a handful", msgstr="")
    with previewing(garden, back=BackTranslator("es", "en")) as client:
        assert not any(source.startswith("Take a handful") for source in put_back(client))


@pytest.mark.parametrize(
    ("failure", "message"),
    [
        ("echo 'no mode' >&2; exit 3", "it ended with status 3: no mode"),
        ("cat > /dev/null; echo one", "it returned another number of texts than it was given"),
    ],
)
def test_failure_is_named_on_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: str, message: str
) -> None:
    install(tmp_path / "bin", PROGRAM.replace("tr a-záéíóúñ A-ZÁÉÍÓÚÑ", failure))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    with previewing(copy_garden(tmp_path / "project"), back=BackTranslator("es", "en")) as client:
        wait_for(lambda: message in client.text(SOIL))
        assert shown(client.text(SOIL)) == {}


def test_end_of_the_preview_does_not_wait_for_apertium(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mark = tmp_path / "started"
    install(tmp_path / "bin", PROGRAM.replace("tr a-z", f"touch {mark}; sleep 600 | cat; tr a-z"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    back = BackTranslator("es", "en")
    with previewing(copy_garden(tmp_path / "project"), back=back) as client:
        assert shown(client.text(SOIL)) == {}
        wait_for(mark.exists)
        started = time.monotonic()
    assert time.monotonic() - started < 60  # it sleeps for ten times as long
    assert "status -9" in back.problem


def test_without_the_option_nothing_is_put_back(tmp_path: Path, program: None) -> None:
    with previewing(copy_garden(tmp_path / "project")) as client:
        assert "by machine" not in client.text(SOIL)


def test_command_names_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    result = publish("preview", "--book", GARDEN, "--lang", "es", "--back")
    assert result.returncode == 1
    assert result.stderr == (
        "apertium: --back needs this program, which is not installed: "
        "install Apertium and apertium-eng-spa, or leave out --back\n"
    )


def test_command_says_that_apertium_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "bin", "#!/bin/sh\nexit 4\n")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)
    result = publish("preview", "--book", GARDEN, "--lang", "es", "--back")
    assert result.returncode == 1
    assert result.stderr.startswith("apertium: it ended with status 4: run “apertium -l”")


def test_command_names_a_pair_that_apertium_lacks(program: None) -> None:
    result = publish("preview", "--book", ECOLE, "--lang", "en", "--back")
    assert result.returncode == 1
    assert "it does not translate from English into French: install Apertium and its package" in result.stderr


def test_command_refuses_to_put_back_the_source(program: None) -> None:
    result = publish("preview", "--book", GARDEN, "--lang", "en", "--back")
    assert result.returncode == 2
    assert "choose one with --lang" in result.stderr


@pytest.mark.parametrize(
    ("modes", "lang", "source", "mode"),
    [
        ("eng-spa spa-eng_US spa-eng", "es", "en", "spa-eng"),
        ("eng-spa spa-eng", "es_419", "en", "spa-eng"),
        ("fr-es cat-eng", "fr", "en", None),
        ("fra-eng eng-fra", "en", "fr", "eng-fra"),
        ("", "es", "en", None),
    ],
)
def test_modes_of_apertium(modes: str, lang: str, source: str, mode: str | None) -> None:
    assert find_mode(modes.split(), lang, source) == mode


@pytest.mark.slow
@pytest.mark.parametrize("folder", [GARDEN, HANDBOOK], ids=["garden", "handbook"])
def test_apertium_puts_back_each_text_of_a_book(folder: Path) -> None:
    """The real program."""
    name = "garden" if folder == GARDEN else "childhood-all"
    locales = folder / "locales" if folder == GARDEN else folder.parents[1] / "locales"
    texts = [entry.msgstr for entry in polib.pofile(str(locales / "es" / "LC_MESSAGES" / f"{name}.po"))]
    back = BackTranslator("es", "en")
    back.translate(texts)
    found = back.found(texts)
    assert set(found) == set(texts)
    assert all(found.values())


@pytest.mark.slow
def test_apertium_keeps_what_it_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "xx_XX.ISO-8859-1")  # a locale that the machine lacks
    text = "**No** le dé [aspirina](term:x) antes de las 9:30; llame al {clinic_phone} [^1] <b> & @ \\\\."
    back = BackTranslator("es", "en")
    back.translate([text])
    found = back.found([text])[text]
    assert "aspirin" in found
    assert "not" in found
    assert "{clinic_phone} [^1] <b> & @ \\" in found
