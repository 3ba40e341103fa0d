"""The shelf: an HTML page in every language, and OPDS catalogs for reading apps."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from conftest import build_once
from lxml import etree, html
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from support_shelf import BOOKLET, EPUB, add, build_folder, content, facts_of, manifest, write_manifest

from carepress.model import EDITIONS
from carepress.model.colors import THEMES
from carepress.shelf import anchor
from carepress.shelf.entries import FAMILY_EDITIONS, STAFF_EDITIONS
from carepress.shelf.words import shelf_words
from carepress.workspace.project import Project
from support import GARDEN, LANGS, ROOT, flat, interface, model, open_epub, plain, publish

PROJECT = Project(ROOT)
ATOM, DC = "{http://www.w3.org/2005/Atom}", "{http://purl.org/dc/terms/}"
ACQUISITION = "http://opds-spec.org/acquisition/open-access"
SCHEMA = etree.RelaxNG(etree.parse(Path(__file__).parent / "schemas" / "opds-1.2.rng"))


def make(out: Path, *args: object, status: int = 0) -> str:
    """Make the shelf of a folder; return the messages on stderr."""
    done = publish("shelf", "--out", out, *args)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stdout + done.stderr
    return done.stderr


@pytest.fixture(scope="session")
def garden_built(shared: Path) -> Path:
    return build_once(shared / "built-garden", "--book", GARDEN)


@pytest.fixture(scope="module")
def built(garden_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with every edition of the garden, and its shelf."""
    out = build_folder(garden_built, tmp_path_factory.mktemp("shelf") / "build")
    assert make(out) == ""
    return out


@pytest.fixture
def folder(garden_built: Path, tmp_path: Path) -> Path:
    """Return a copy of a build with only the two English files."""
    out = tmp_path / "build"
    shutil.copytree(garden_built, out)
    write_manifest(out, {path: facts for path, facts in manifest(out).items() if path in (BOOKLET, EPUB)})
    return out


@pytest.fixture(scope="module")
def page(built: Path) -> html.HtmlElement:
    return html.parse(built / "index.html", parser=html.HTMLParser(encoding="utf-8")).getroot()


def picture_size(path: Path) -> tuple[int, int]:
    with Image.open(path) as picture:
        return picture.size


def block(page: html.HtmlElement, lang: str) -> html.HtmlElement:
    (section,) = page.xpath(f'//main/section[@lang="{lang}"]')
    return section


def downloads(node: html.HtmlElement) -> list[str]:
    return [unquote(link.get("href")) for link in node.xpath(".//a[@download]")]


# --- the page ---


def test_every_file_is_in_the_block_of_its_language(built: Path, page: html.HtmlElement) -> None:
    for lang in LANGS:
        paths = [path for path, facts in manifest(built).items() if lang in facts["langs"]]
        assert sorted(downloads(block(page, lang))) == sorted(paths)
        for path in paths:
            facts = manifest(built)[path]
            (item,) = [node for node in block(page, lang).xpath(".//li[.//a]") if path in downloads(node)]
            text = flat(item.text_content())
            assert shelf_words(PROJECT, lang).size(facts["bytes"]) in text
            assert ("EPUB" if path.endswith("epub") else f"{facts['pages']} p") in text
            cover = built / unquote(item.find(".//img").get("src"))
            assert picture_size(cover)[1] == int(item.find(".//img").get("height"))
            assert len(item.find(".//img").get("alt")) > 20


def test_editions_for_families_come_first(page: html.HtmlElement) -> None:
    editions = [re.sub(r".*/garden-(.*)-en.*", r"\1", path) for path in downloads(block(page, "en"))]
    assert editions == "epub booklet large-print sheets bilingual print press".split()
    assert downloads(block(page, "en").find(".//section[@class='staff']")) == downloads(block(page, "en"))[-2:]


def test_every_edition_has_a_name_and_a_group() -> None:
    assert {*FAMILY_EDITIONS, *STAFF_EDITIONS} == set(EDITIONS)
    for lang in LANGS:
        words = shelf_words(PROJECT, lang)
        assert set(words.names) == set(words.purposes) == set(EDITIONS)


def test_each_block_is_in_one_language(page: html.HtmlElement) -> None:
    texts = {lang: flat(block(page, lang).text_content()) for lang in LANGS}
    strings = [text for text in interface("es") if len(text) > 12 and "%(" not in text and text in texts["en"]]
    assert len(strings) > 8
    for text in strings:
        assert interface("es")[text] in texts["es"]
        assert text not in texts["es"]
    for lang, pages in (("en", "pages"), ("es", "páginas")):
        book = model(GARDEN, lang)
        for text in (plain(book.title), plain(book.subtitle), plain(book.description), pages, f"{book.version} "):
            assert text in texts[lang]
        assert shelf_words(PROJECT, lang).date(book.revised) in texts[lang]
        assert shelf_words(PROJECT, lang).date(book.review_due) in texts[lang]


def test_page_is_accessible_and_self_contained(built: Path, page: html.HtmlElement) -> None:
    source = (built / "index.html").read_text(encoding="utf-8")
    assert source.startswith("<!DOCTYPE html>")
    assert [len(page.xpath("//h1")), len(page.xpath("//main"))] == [1, 1]
    levels = [int(node.tag[1]) for node in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    names = [node.text_content() for node in page.xpath("//a[@download]")]
    assert len(names) == len({*map(flat, names)})
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert [link.get("href") for link in page.xpath("//nav//a")] == [f"#{lang}" for lang in LANGS]
    assert not page.xpath("//ul[not(li)] | //*[normalize-space(@alt)='' and @alt]")
    assert not page.xpath("//script[@src] | //link[@rel='stylesheet'] | //iframe")
    assert not re.search(r"(?:src|href)=[\"']?(?:https?:)?//|url\((?!data:)|@import", source)
    for address in {*page.xpath("//@href"), *page.xpath("//@src")} - {"data:,"}:
        assert address[1:] in ids if address.startswith("#") else (built / unquote(address)).is_file()


def test_colors_have_enough_contrast() -> None:
    light, dark = THEMES["shelf"].light, THEMES["shelf"].dark
    pairs = (
        "ink/ground ink/card soft/ground soft/card soft/band teal/ground teal/card teal/band deep/card on/teal on/deep"
    )
    for colors in (light, dark):
        for pair in f"{pairs} rust/ground rust/card".split():
            assert contrast(*(colors[name] for name in pair.split("/"))) >= 4.5, pair


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors (WCAG 2.2, "contrast ratio")."""

    def luminance(color: str) -> float:
        parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


# --- the catalogs ---


class StrictModel(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Link(StrictModel):
    """A link object (Readium Web Publication Manifest, section 2.3)."""

    rel: str
    href: str = Field(min_length=1)
    type: str = Field(pattern=r"^[a-z]+/[a-z0-9.+-]+$")
    title: str | None = Field(None, min_length=1)


class NavigationLink(Link):
    """OPDS 2.0, 2.1: a navigation link has a title."""

    title: str = Field(min_length=1)
    type: Literal["application/opds+json"]


class AcquisitionLink(Link):
    """OPDS 2.0, 5.3"""

    rel: Literal["http://opds-spec.org/acquisition/open-access", "download"]


class ImageLink(StrictModel):
    """OPDS 2.0, 2.3"""

    href: str = Field(min_length=1)
    type: Literal["image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"]
    width: int = Field(gt=0)
    height: int = Field(gt=0)


class Metadata(StrictModel):
    """OPDS 2.0, 5.2: no value is blank."""

    schema_type: Literal["http://schema.org/Book", "http://schema.org/EBook"] = Field(alias="@type")
    identifier: str = Field(pattern=r"^urn:uuid:[0-9a-f-]{36}$")
    title: str = Field(min_length=1)
    subtitle: str = Field(min_length=1)
    author: str = Field(min_length=1)
    publisher: str | None = Field(None, min_length=1)
    language: list[str] = Field(min_length=1)
    modified: str
    description: str = Field(min_length=1)
    subject: list[str] | None = Field(None, min_length=1)

    def model_post_init(self, _context: object) -> None:
        assert datetime.fromisoformat(self.modified).tzinfo


class Book(StrictModel):
    """OPDS 2.0, 5.1: at least one acquisition link; 2.2: pictures."""

    metadata: Metadata
    links: list[AcquisitionLink] = Field(min_length=1)
    images: list[ImageLink] = Field(min_length=1)


class FeedMetadata(StrictModel):
    """OPDS 2.0, 4"""

    title: str = Field(min_length=1)
    numberOfItems: int | None = Field(None, gt=0)  # noqa: N815


class Catalog(StrictModel):
    """OPDS 2.0, 1.1: a title, a link to itself, and a collection."""

    metadata: FeedMetadata
    links: list[Link] = Field(min_length=1)
    navigation: list[NavigationLink] | None = Field(None, min_length=1)
    publications: list[Book] | None = Field(None, min_length=1)

    def model_post_init(self, _context: object) -> None:
        assert "self" in [link.rel for link in self.links]
        assert (self.navigation is None) != (self.publications is None)


def atom(path: Path) -> etree._Element:
    """Read an Atom catalog; assert that it is valid."""
    feed = etree.parse(path).getroot()
    assert SCHEMA.validate(feed), SCHEMA.error_log
    return feed


def opds2(path: Path) -> Catalog:
    return Catalog.model_validate(json.loads(path.read_text(encoding="utf-8")))


def links(node: etree._Element, rel: str) -> list[etree._Element]:
    return [link for link in node.findall(f"{ATOM}link") if link.get("rel") == rel]


def target(feed: Path, href: str) -> Path:
    """Return the file that a URL in a catalog resolves to."""
    return Path(unquote(urlsplit(urljoin(feed.as_uri(), href)).path))


def test_catalog_links_to_every_file_for_families(built: Path) -> None:
    paths = set()
    for entry in atom(built / "opds.xml").findall(f"{ATOM}entry"):
        (link,) = links(entry, "subsection")
        path = target(built / "opds.xml", link.get("href"))
        feed = atom(path)
        assert target(path, links(feed, "self")[0].get("href")) == path
        assert [target(path, links(feed, rel)[0].get("href")) for rel in ("start", "up")] == [built / "opds.xml"] * 2
        for item in feed.iter(f"{ATOM}link"):
            assert target(path, item.get("href")).is_file()
        for item in (link for entry in feed.findall(f"{ATOM}entry") for link in links(entry, ACQUISITION)):
            file = target(path, item.get("href"))
            assert file.stat().st_size == int(item.get("length"))
            assert item.get("type") == ("application/epub+zip" if file.suffix == ".epub" else "application/pdf")
            paths.add(file.relative_to(built).as_posix())
    assert paths == {path for path, facts in manifest(built).items() if facts["edition"] in FAMILY_EDITIONS}


def test_both_catalog_formats_list_the_same_books(built: Path) -> None:
    root = opds2(built / "opds.json")
    titles = [entry.findtext(f"{ATOM}title") for entry in atom(built / "opds.xml").findall(f"{ATOM}entry")]
    assert [link.title for link in root.navigation or ()] == titles == ["English", "Español"]
    for lang, link in zip(LANGS, root.navigation or ()):
        path = target(built / "opds.json", link.href)
        books, feed = opds2(path).publications or [], atom(path.with_suffix(".xml"))
        assert [(book.metadata.title, book.metadata.language, book.metadata.description) for book in books] == [
            (
                entry.findtext(f"{ATOM}title"),
                [node.text for node in entry.findall(f"{DC}language")],
                entry.findtext(f"{ATOM}content"),
            )
            for entry in feed.findall(f"{ATOM}entry")
        ]
        assert {book.metadata.language[0] for book in books} == {lang}
        assert [[link.href for link in book.links] for book in books] == [
            [link.get("href") for link in links(entry, ACQUISITION)] for entry in feed.findall(f"{ATOM}entry")
        ]
        for picture in (picture for book in books for picture in book.images):
            assert picture_size(target(path, picture.href)) == (picture.width, picture.height)


def test_book_and_catalog_share_an_identifier(built: Path) -> None:
    entry = atom(built / "shelf" / "en.xml").find(f"{ATOM}entry")
    identifier = open_epub(built / EPUB).package.findtext(".//{http://purl.org/dc/elements/1.1/}identifier")
    assert (
        entry.findtext(f"{DC}identifier")
        == identifier
        == opds2(built / "shelf" / "en.json").publications[0].metadata.identifier
    )
    assert entry.findtext(f"{ATOM}id") != identifier
    assert entry.findtext(f"{ATOM}updated") == f"{model(GARDEN, 'en').revised.isoformat()}T00:00:00Z"
    ids = [node.text for path in (built / "shelf").glob("*.xml") for node in atom(path).iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))


def remove_element(name: str) -> Callable[[etree._Element], None]:
    def change(feed: etree._Element) -> None:
        node = next(feed.iter(name))
        node.getparent().remove(node)

    return change


def set_attribute(rel: str, name: str, value: str) -> Callable[[etree._Element], None]:
    def change(feed: etree._Element) -> None:
        next(link for link in feed.iter(f"{ATOM}link") if link.get("rel") == rel).set(name, value)

    return change


@pytest.mark.parametrize(
    "spoil",
    [
        *map(
            remove_element,
            (f"{ATOM}id", f"{ATOM}title", f"{ATOM}updated", f"{ATOM}author", f"{ATOM}content", f"{DC}language"),
        ),
        set_attribute(ACQUISITION, "rel", "http://opds-spec.org/acquisition/buy"),
        set_attribute(ACQUISITION, "length", "0"),
        set_attribute("start", "type", "application/atom+xml"),
        set_attribute("http://opds-spec.org/image", "type", "image/svg+xml"),
        lambda feed: next(feed.iter(f"{ATOM}updated")).__setattr__("text", "2026-11-21"),
        lambda feed: next(feed.iter(f"{ATOM}id")).__setattr__("text", "en"),
        lambda feed: etree.SubElement(feed, f"{DC}title"),
    ],
)
def test_atom_schema_refuses_faults(built: Path, spoil: Callable[[etree._Element], None]) -> None:
    feed = atom(built / "shelf" / "en.xml")
    spoil(feed)
    assert not SCHEMA.validate(feed)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("metadata", "title"), ""),
        (("links", 0, "rel"), "start"),
        (("publications",), []),
        (("publications", 0, "metadata", "modified"), "2026-11-21"),
        (("publications", 0, "metadata", "publisher"), ""),
        (("publications", 0, "links"), []),
        (("publications", 0, "links", 0, "rel"), "self"),
        (("publications", 0, "images", 0, "type"), "image/svg+xml"),
    ],
)
def test_json_schema_refuses_faults(built: Path, place: tuple, value: Any) -> None:
    feed = node = json.loads((built / "shelf" / "en.json").read_text(encoding="utf-8"))
    for key in place[:-1]:
        node = node[key]
    node[place[-1]] = value
    with pytest.raises((ValidationError, AssertionError)):
        Catalog.model_validate(feed)


# --- the command ---


def test_shelf_is_reproducible(built: Path) -> None:
    before = content(built)
    make(built)
    assert content(built) == before


def test_absolute_addresses(folder: Path) -> None:
    make(folder, "--address", "https://example.org/books")
    feed = atom(folder / "shelf" / "en.xml")
    hrefs = [link.get("href") for link in feed.iter(f"{ATOM}link")]
    assert all(href.startswith("https://example.org/books/") for href in hrefs)
    assert f"https://example.org/books/{EPUB}" in hrefs
    assert "https://example.org/books/opds.xml" in (folder / "index.html").read_text()
    done = publish("shelf", "--out", folder, "--address", "example.org")
    assert (done.returncode, "invalid web address" in done.stderr) == (2, True)


def test_nothing_built(tmp_path: Path) -> None:
    error = make(tmp_path, status=1)
    assert error == f"{tmp_path}/manifest.json: nothing has been built there: run publish.py build first\n"
    (tmp_path / "manifest.json").write_text("[]")
    assert "not a manifest" in make(tmp_path, status=1)
    assert not (tmp_path / "index.html").exists()


def test_missing_file_is_removed_from_the_shelf(folder: Path) -> None:
    make(folder)
    cover = folder / "shelf" / "generic.garden-epub-en.jpg"
    assert cover.is_file()
    (folder / EPUB).unlink()
    assert make(folder) == f"{folder}/{EPUB}: left out: the file no longer exists: build it again to show it\n"
    assert "garden-epub" not in (folder / "index.html").read_text()
    assert not cover.exists()
    (folder / BOOKLET).unlink()
    assert make(folder, status=1).splitlines()[-1] == (
        f"{folder}/manifest.json: none of the built files can be listed: run publish.py build"
    )


def test_altered_file_is_not_shown(folder: Path) -> None:
    (folder / BOOKLET).write_bytes((folder / BOOKLET).read_bytes() + b" ")
    assert make(folder, status=1) == (
        f"{folder}/{BOOKLET}: left out: the file has changed since it was built: build it again\n"
    )
    assert downloads(html.parse(folder / "index.html").getroot()) == [EPUB]


def test_drafts_and_files_of_earlier_versions_are_not_shown(folder: Path) -> None:
    add(folder, "generic/es/garden-epub-es-draft.epub", EPUB, langs=["es"])
    files = manifest(folder)
    del files[BOOKLET]["langs"]
    write_manifest(folder, files)
    messages = make(folder).splitlines()
    assert [line.split(": ")[1:4] for line in messages] == [
        ["left out", "built by an earlier version of Carepress", "build it again"],
        ["left out", "the file is a draft", "publish.py build --release lists what is missing"],
    ]
    page = html.parse(folder / "index.html").getroot()
    assert (downloads(page), len(page.xpath("//nav"))) == ([EPUB], 0)


def test_drafts_of_released_files_are_counted(folder: Path) -> None:
    for path in (BOOKLET, EPUB):
        add(folder, "-draft.".join(path.rsplit(".", 1)), EPUB)
    add(folder, "generic/es/garden-epub-es-draft.epub", EPUB, langs=["es"])
    alone, together = make(folder).splitlines()
    assert alone.startswith(f"{folder}/generic/es/garden-epub-es-draft.epub: left out: the file is a draft: ")
    assert together == (
        f"{folder}/manifest.json: left out: 2 drafts of files that are listed: delete what is no longer needed"
    )


def test_each_hospital_has_a_section(folder: Path) -> None:
    for name in ("zion", "abbey"):
        add(folder, f"{name}/en/garden-epub-en.epub", EPUB, hospital=name, hospital_name=f"{name.title()} & Sons")
    make(folder)
    page = html.parse(folder / "index.html", parser=html.HTMLParser(encoding="utf-8")).getroot()
    parts = page.xpath('//section[@class="hospital"]')
    ids = [part.find("article").get("id") for part in parts]
    assert ids == [anchor("en", name, "garden") for name in ("abbey", "zion", "generic")]
    assert [part.findtext("h3") for part in parts] == ["Abbey & Sons", "Zion & Sons", "For any hospital"]
    assert [downloads(part)[0] for part in parts] == [
        f"{name}/en/garden-epub-en.epub" for name in ("abbey", "zion", "generic")
    ]
    titles = [entry.findtext(f"{ATOM}title") for entry in atom(folder / "opds.xml").findall(f"{ATOM}entry")]
    assert titles == ["English: Abbey & Sons", "English: Zion & Sons", "English"]
    (book,) = opds2(folder / "shelf" / "zion.en.json").publications or ()
    assert book.metadata.publisher == "Zion & Sons"
    assert atom(folder / "shelf" / "zion.en.xml").findtext(f".//{DC}publisher") == "Zion & Sons"


def test_differing_versions_are_shown(folder: Path) -> None:
    add(folder, "generic/en/garden-sheets-en-2026-11-23.pdf", BOOKLET, edition="sheets", weeks=["2026-11-23"])
    facts_of(folder, BOOKLET, version="0.9", revised="2025-01-02", review_due="2026-01-02")
    make(folder)
    items = html.parse(folder / "index.html").getroot().xpath("//li[.//a[@download]]")
    texts = [flat(item.text_content()) for item in items]
    assert [("Version 0.9 of January 2, 2025" in text, "January 2, 2026" in text) for text in texts] == [
        (False, False),
        (True, True),
        (False, False),
    ]
    assert texts[2].startswith("Sheets to fill in, November 23, 2026")
