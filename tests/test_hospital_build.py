"""A hospital's editions of the real handbook through the command: a Spanish booklet and e-book."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from conftest import build_once
from PIL import Image
from support_hospital import write_shed
from support_validators import epubcheck

from carepress.model.units import MM_TO_PT
from support import HANDBOOK, OPS, XHTML, Epub, Pdf, copy_project, flat, open_epub, open_pdf, publish

OPF = "{http://www.idpf.org/2007/opf}"
NAME = "Hospital Infantil Riverbend (muestra)"


@pytest.fixture(scope="module")
def built(shared: Path) -> Path:
    args = ("--book", HANDBOOK, "--hospital", "riverbend", "--lang", "es", "--edition", "booklet", "--edition", "epub")
    return build_once(shared / "built-handbook", *args)


@pytest.fixture(scope="module")
def folder(built: Path) -> Path:
    return built / "riverbend" / "es"


@pytest.fixture(scope="module")
def own_pdf(folder: Path) -> Pdf:
    return open_pdf(next(folder.glob("*-booklet-es*.pdf")))


@pytest.fixture(scope="module")
def own_epub(folder: Path) -> Epub:
    return open_epub(next(folder.glob("*-epub-es*.epub")))


def test_booklet_shows_the_hospital(own_pdf: Pdf) -> None:
    page = own_pdf.file.pages[0].mediabox
    assert (round(float(page[2]) / MM_TO_PT, 1), round(float(page[3]) / MM_TO_PT, 1)) == (139.7, 215.9)
    assert NAME in own_pdf.texts[0]
    for words in ("+1 555-555-0110", "aquí sus médicos escriben cuándo llamar por fiebre"):
        assert words in flat(own_pdf.texts[-1]).replace("\N{NO-BREAK SPACE}", " ")


def test_epub_has_page_numbers_of_the_booklet(own_pdf: Pdf, own_epub: Epub) -> None:
    page_list = next(nav for nav in own_epub.nav.iter(XHTML + "nav") if nav.get(OPS + "type") == "page-list")
    assert [node.text for node in page_list.iter(XHTML + "a")] == [str(n) for n in range(1, len(own_pdf.texts) + 1)]
    for name in ("own-finding-us", "own-clinic-day", "follow-up-care"):
        root = own_epub.pages[name]
        marker = root.xpath("//*[starts-with(@id, 'page-')]")[0]
        runs_on = marker in root.xpath("//h:h1/following::*", namespaces={"h": XHTML.strip("{}")})
        title = re.sub(r"^Capítulo \d+ ", "", flat("".join(root.find(f".//{XHTML}h1").itertext())))
        # A chapter that begins below another begins on the page before its first marker.
        assert title in own_pdf.texts[int(marker.get("id").removeprefix("page-")) - 1 - runs_on], name


def test_epub_names_the_hospital_as_certifier(own_epub: Epub) -> None:
    metas = {node.get("property"): node.text for node in own_epub.package.iter(OPF + "meta")}
    assert metas["a11y:certifiedBy"] == NAME
    assert NAME in own_epub.text


def test_phone_numbers_are_links(own_epub: Epub) -> None:
    links = {node.get("href"): flat("".join(node.itertext())) for root in own_epub.pages.values()
             for node in root.iter(XHTML + "a") if node.get("class") == "tel"}  # fmt: skip
    assert links["tel:+15555550110"].replace("\N{NO-BREAK SPACE}", " ") == "+1 555-555-0110"
    assert all("(" not in words for words in links.values())


def test_omitted_chapters_are_absent(own_epub: Epub) -> None:
    assert not {"risk-factors", "sheet-appointment-log"} & set(own_epub.pages)
    assert {"own-finding-us", "own-clinic-day"} <= set(own_epub.pages)


def test_epubcheck_reports_nothing(own_epub: Epub) -> None:
    assert epubcheck(own_epub.path) == {}


def test_manifest_names_the_hospital(built: Path) -> None:
    records = json.loads((built / "manifest.json").read_text())["files"]
    files = {path: row for path, row in records.items() if path.startswith("riverbend/")}
    assert len(files) == 2
    assert {row["hospital"] for row in files.values()} == {"riverbend"}
    assert {row["hospital_name"] for row in files.values()} == {NAME}
    assert {row["paper"] for row in files.values()} == {"half-letter"}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--hospital", "nowhere"), "nowhere: unknown hospital: use one of riverbend, sierra-clara"),
        (("--hospital", "riverbend", "--lang", "fr"), "fr: the book does not have this language"),
    ],
)
def test_unknown_names(args: tuple[str, ...], message: str, tmp_path: Path) -> None:
    done = publish("build", "--out", tmp_path, *args)
    assert done.returncode == 1
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.handbook
def test_hospital_may_publish_only_spanish(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project")
    path = root / "content" / "hospitals" / "sierra-clara" / "hospital.toml"
    text = path.read_text(encoding="utf-8").replace('languages = ["es", "en"]', 'languages = ["es"]', 1)
    text = re.sub(r"^[\w.]+\.en = .*\n", "", text.replace(', "bilingual"]', "]"), flags=re.M)
    path.write_text(text, encoding="utf-8")
    done = publish("hospital", "check", "sierra-clara", root=root)
    assert (done.returncode, done.stderr) == (0, "")
    assert "; es; booklet, print, press, epub, sheets; " in done.stdout
    done = publish("build", "--hospital", "sierra-clara", "--edition", "sheets", root=root)
    assert (done.returncode, done.stdout.count("built ")) == (0, 1)
    done = publish("status", "--hospital", "sierra-clara", root=root)
    assert (done.returncode, done.stderr) == (1, "")
    assert {line.split()[1] for line in done.stdout.splitlines()} == {"es"}


def test_png_logo_in_files_of_each_kind(tmp_path: Path) -> None:
    """In an e-book, a PNG is a file of its own: embedded in the page, it was refused."""
    root = copy_project(tmp_path / "project")
    folder = write_shed(root)
    profile = folder / "hospital.toml"
    editions = ("epub", "press", "sheets")
    text = profile.read_text().replace("logo.svg", "logo.png").replace("logo-mono.svg", "mono.png")
    profile.write_text(text.replace('["booklet", "epub"]', json.dumps(editions)))
    Image.new("LA", (900, 300), (40, 255)).save(folder / "mono.png")
    Image.new("RGBA", (900, 300), (170, 34, 17, 255)).quantize(4).save(folder / "logo.png")
    options = ("--book", "tests/books/garden", "--hospital", "shed", "--lang", "es")
    done = publish("build", *options, *(f"--edition={edition}" for edition in editions), root=root)
    assert done.returncode == 0, done.stderr
    book = open_epub(root / "build" / "shed" / "es" / "garden-epub-es-draft.epub")
    assert [name for name in book.archive.namelist() if name.endswith(".png")] == ["EPUB/img/logo-1.png"]
    (picture,) = book.pages["imprint"].iter(XHTML + "img")
    assert (picture.get("src"), picture.get("alt")) == ("../img/logo-1.png", "Logotipo: El cobertizo")
    assert epubcheck(book.path) == {}
