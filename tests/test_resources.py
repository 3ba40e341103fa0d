"""Resources: unchecked in a generic edition; a hospital's edition prints what the hospital has confirmed."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support_hospital import SHED, write_shed

from carepress.hospital.adapt import apply_hospital
from carepress.hospital.profiles import check_hospitals
from carepress.hospital.reader import check_hospital, read_hospital
from carepress.model import Book, Heading, Hospital, ResourceList, segments
from carepress.signoff.digest import content_digest, passages
from carepress.translation.proofread import proofread_hospital
from carepress.workspace.project import Project
from support import (
    GARDEN,
    LANGS,
    XHTML,
    Epub,
    Pdf,
    copy_project,
    flat,
    interface,
    model,
    open_epub,
    open_pdf,
    page_words,
    plain,
    publish,
)

UNCHECKED = "No one has checked these yet. They are printed as our sources name them; ask your team which still exist."
CONFIRMED = """\
resources = [
  { id = "garden-line", confirmed = 2026-11-20, address = "+1 555-555-0161", text.en = "Ask by day & night.", text.es = "Pregunte de día y de noche." },
  { id = "seed-library", confirmed = 2026-11-20 },
  { id = "own-shop", kind = "website", confirmed = 2026-11-21, name.en = "The shop", name.es = "La tienda", text.en = "Sells string.", text.es = "Vende hilo.", address = "https://shop.example/string" },
]
"""


def shed_with(to: Path, resources: str = CONFIRMED, *changes: tuple[str, str]) -> Path:
    """Write the profile of the shed with these resources; return its folder."""
    folder = write_shed(to)
    text = SHED + resources
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "hospital.toml").write_text(text, encoding="utf-8")
    return folder


def read(to: Path, *args: str | tuple[str, str]) -> Hospital:
    return read_hospital(shed_with(to, *args), model(GARDEN, "en"), LANGS)


def lists(book: Book) -> list[ResourceList]:
    return [block for page in book.chapters() for block in page.blocks if isinstance(block, ResourceList)]


# --- the generic edition ---


def test_generic_edition_says_that_no_one_has_checked(garden_out: Path, lang: str) -> None:
    text = flat(" ".join(open_pdf(garden_out / lang / f"garden-booklet-{lang}.pdf").texts))
    assert text.count(interface(lang)[UNCHECKED]) == 1
    (listed,) = lists(model(GARDEN, lang))
    rows = [f"{plain(item.name)}. {plain(item.text)}" for item in listed.resources]
    places = [text.index(row) for row in (interface(lang)[UNCHECKED], *rows)]
    assert places == sorted(places)
    assert len(rows) == 3


def test_addresses_are_links(garden_out: Path) -> None:
    root = open_epub(garden_out / "en" / "garden-epub-en.epub").pages["sowing"]
    links = {link.get("href"): "".join(link.itertext()) for link in root.iter(XHTML + "a")}
    assert links["https://www.example.org/seeds"] == "www.example.org/seeds"
    assert links["tel:05555550160"] == "0555 555 0160"
    pdf = open_pdf(garden_out / "en" / "garden-booklet-en.pdf").file
    actions = [str(note.A.URI) for page in pdf.pages for note in page.get("/Annots", ()) if "/A" in note]
    assert {"https://www.example.org/seeds", "tel:05555550160"} <= set(actions)


# --- a hospital's edition ---


@pytest.fixture(scope="module")
def shed_out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = copy_project(tmp_path_factory.mktemp("shed"))
    shed_with(root)
    book, out = root / "tests" / "books" / "garden", root / "out"
    done = publish("build", "--book", book, "--hospital", "shed", "--lang", "es", "--out", out, root=root)
    assert done.returncode == 0, done.stderr
    return out


def test_hospital_prints_what_it_has_confirmed_by_kind(shed_out: Path) -> None:
    pdf, epub = Pdf(next(shed_out.rglob("*.pdf"))), Epub(next(shed_out.rglob("*.epub")))
    rows = (
        "Dónde preguntar Teléfono",
        "Línea de la huerta. Pregunte de día y de noche. +1 555-555-0161",
        "Sitios web",
        "Biblioteca de semillas. Presta semillas a principiantes. www.example.org/seeds",
        "La tienda. Vende hilo. https://shop.example/string",
    )
    printed = flat(" ".join(pdf.texts).replace("•", ""))
    places = [printed.index(row) for row in rows]
    assert places == sorted(places)
    assert " ".join(rows) in page_words(epub.pages["sowing"])
    for words in (interface("es")[UNCHECKED], "Mill Lane. Se reúnen"):
        assert words not in epub.text
    assert {"tel:+15555550161", "https://shop.example/string"} <= {
        link.get("href") for link in epub.pages["sowing"].iter(XHTML + "a")
    }


def test_bilingual_texts_are_those_of_the_hospital(tmp_path: Path) -> None:
    (listed,) = lists(apply_hospital(model(GARDEN, "es"), read(tmp_path)))
    assert [(s.source, s.text) for s in segments(listed.resources[0])] == [
        ("Garden line", "Línea de la huerta"),
        ("Ask by day & night.", "Pregunte de día y de noche."),
    ]
    assert {segment.lang for segment in segments(listed)} == {"es"}


@pytest.mark.parametrize("lang", LANGS)
def test_empty_list_has_no_heading(tmp_path: Path, lang: str) -> None:
    book = apply_hospital(model(GARDEN, lang), read(tmp_path, ""))
    assert lists(book) == []
    assert "where-to-ask" not in [b.id for page in book.chapters() for b in page.blocks if isinstance(b, Heading)]
    assert "water" in [b.id for page in book.chapters() for b in page.blocks if isinstance(b, Heading)]


def test_heading_with_more_text_is_kept(tmp_path: Path) -> None:
    book = model(GARDEN, "en")
    sowing = book.parts[0].chapters[1]
    index = next(n for n, block in enumerate(sowing.blocks) if isinstance(block, ResourceList))
    paragraph = next(block for block in sowing.blocks if type(block).__name__ == "Paragraph")
    chapter = replace(sowing, blocks=(*sowing.blocks[: index + 1], paragraph, *sowing.blocks[index + 1 :]))
    book = replace(book, parts=(replace(book.parts[0], chapters=(chapter,)), *book.parts[1:]))
    headings = [
        block.id
        for page in apply_hospital(book, read(tmp_path, "")).chapters()
        for block in page.blocks
        if isinstance(block, Heading)
    ]
    assert "where-to-ask" in headings


# --- the profile ---

GARDEN_LINE = 'id = "garden-line", confirmed = 2026-11-20'


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("seed-library", "seed-bank", "the book has no resource “seed-bank”"),
        ("seed-library", "garden-line", "duplicate “garden-line”"),
        ('"seed-library", confirmed = 2026-11-20', '"seed-library"', "neither confirmed nor left out"),
        (GARDEN_LINE, 'id = "garden-line", confirmed = 2026-11-22', "was confirmed after revised"),
        (GARDEN_LINE, 'id = "garden-line", confirmed = 1999-11-20', "was confirmed 9863 days before revised"),
        (GARDEN_LINE, 'id = "garden-line", leave_out = true', "cannot be left out like this"),
        (GARDEN_LINE, GARDEN_LINE + ', kind = "people"', "the kind of “garden-line” is that of the book"),
        ('kind = "website", ', "", "your own resource “own-shop” is incomplete"),
        (', name.es = "La tienda"', "", "has no text in “es”"),
        ("https://shop.example/string", "javascript:alert(1)", "is not valid"),
        ("https://shop.example/string", "http://shop.example", "is not valid"),
    ],
)
def test_mistakes_are_reported_with_their_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = shed_with(tmp_path, CONFIRMED, (old, new))
    errors, hospital = check_hospital(folder, model(GARDEN, "en"), LANGS)
    assert hospital is None
    assert [message in error.message for error in errors] == [True]
    assert "resources" in "".join((folder / "hospital.toml").read_text().splitlines()[: errors[0].line])


def test_check_counts_what_is_not_confirmed(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    shed_with(root, 'resources = [{ id = "neighbors", leave_out = true }]\n')
    done = publish("hospital", "check", "shed", "--book", root / "tests" / "books" / "garden", root=root)
    assert done.returncode == 0, done.stderr
    assert re.search(
        r"^note: content/hospitals/shed/hospital.toml:\d+: 2 resources of the book are not", done.stdout, re.M
    )
    assert "seed-library, garden-line: they are not printed" in done.stdout


def test_signatures_cover_the_resources_but_not_the_dates(tmp_path: Path) -> None:
    def digest(name: str, *changes: tuple[str, str]) -> str:
        hospital = read(tmp_path / name, CONFIRMED, *changes)
        return content_digest(passages(apply_hospital(model(GARDEN, "es"), hospital), hospital))

    signed = digest("a")
    assert digest("b", ("confirmed = 2026-11-20", "confirmed = 2026-11-19")) == signed
    for name, change in {
        "c": ("Vende hilo.", "Vende palas."),
        "d": ("555-0161", "555-0162"),
        "e": ('{ id = "seed-library", confirmed = 2026-11-20 },', ""),
        "f": ('kind = "website"', 'kind = "people"'),
    }.items():
        assert digest(name, change) != signed, change


def test_own_translations_are_checked(tmp_path: Path) -> None:
    hospital = read(tmp_path, CONFIRMED, ("Sells string.", "Sells 3 strings."))
    problems = list(proofread_hospital(Project(GARDEN.parents[2]), GARDEN, "garden", hospital, ""))
    assert [problem.message for problem in problems if "text of own-shop" in problem.message]


def test_new_profile_lists_the_resources(tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    book = root / "tests" / "books" / "garden"
    publish("hospital", "new", "barn", "--book", book, root=root)
    text = (root / "content" / "hospitals" / "barn" / "hospital.toml").read_text(encoding="utf-8")
    assert 'resources = [\n  # { id = "seed-library", confirmed = YYYY-MM-DD },\n' in text
    (report,) = check_hospitals(Project(root), ("barn",), str(book))
    assert not any("TOML" in error.message for error in report.errors)
