"""The print desk: what it offers, prints and refuses, what it keeps to itself, and what it does under load."""

from __future__ import annotations

import asyncio
import errno
import gc
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from datetime import date, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urljoin

import polib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.html import document_fromstring
from support_desk import PATIENT, garden_project, sign_shed
from support_preview import Client, serving
from support_wait import LONG, WAIT, wait_for
from test_shelf import ATOM, SCHEMA, Catalog

from carepress.desk.ahead import LOWEST, Ahead
from carepress.desk.app import Settings, make_app
from carepress.desk.choices import Choice, ChoiceError, Item, read_choice
from carepress.desk.making import Changes, Line, Mark, Pictures, build_file, find_changes, warm
from carepress.desk.memory import Memory
from carepress.desk.pages import Pages, image
from carepress.desk.security import LOOPBACK
from carepress.desk.server import Impatient, configured
from carepress.desk.stock import folded, searched
from carepress.desk.work import BusyError, Flights, LostError, Worker, Workers
from carepress.model import Job, Selection
from carepress.pages.hospital import qr_svg
from carepress.pdf.typeset import SECTION_ENTRY
from carepress.shelf.opds1 import NAVIGATION
from carepress.workspace.fingerprint import Inputs
from carepress.workspace.project import Project
from support import ROOT, open_pdf, outer_environment, publish

WEEK = date(2031, 3, 3)
LONG_QUERY = "q=" + "a" * 3000
SHEET = urlencode({"lang": "en", "what": "sheet:watering"})


# --- choices ---


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice("es", "shed", "en", (Item("handout", "soil"),), "two", "letter"),
        Choice(lang="en", what=(Item("sheet", "plan"), Item("sheet", "watering")), week=WEEK, weeks=3),
        Choice(lang="en", what=(Item("plan"),), ended=WEEK, q="a & b=é"),
    ],
)
def test_choices_are_read_from_their_own_query(choice: Choice) -> None:
    assert read_choice(parse_qsl(choice.query())) == choice


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("who=me", "unknown"),
        ("lang=en&lang=es", "unknown"),
        ("what=handout:soil&what=handout:water", "unknown"),
        ("what=handout:../../etc/passwd", "unknown"),
        ("what=handout:", "unknown"),
        ("what=plan:x", "unknown"),
        ("how=fax", "unknown"),
        ("paper=a0", "unknown"),
        ("weeks=9", "unknown"),
        ("weeks=٣", "unknown"),
        ("hospital=" + "x" * 41, "unknown"),
        ("q=" + "x" * 81, "unknown"),
        ("week=2026-02-30", "date"),
        ("week=20260228", "date"),
        ("ended=0001-01-01", "date"),
    ],
)
def test_query_that_is_not_the_desks_is_refused(query: str, reason: str) -> None:
    with pytest.raises(ChoiceError) as refused:
        read_choice(parse_qsl(query))
    assert refused.value.reason == reason


def test_search_ignores_accents_and_capitals() -> None:
    assert folded("Síntomas ÑU") == "sintomas nu"


def test_search_leaves_out_targets_and_placeholders() -> None:
    assert searched(["Call {phone_2}.", "[the *Soil*](https://a.example/b_(c))"]).split() == [
        "call",
        ".",
        "the",
        "soil",
    ]


# --- the garden, with a hospital that has not signed ---


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return garden_project(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def client(project: Project) -> Iterator[Client]:
    app = make_app(project, project.book("garden"), project.root / "build", LOOPBACK, settings=PATIENT)
    with serving(app) as client:
        yield client


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The same with the signatures of the hospital: a project of its own, for tests run in any order."""
    project = garden_project(tmp_path_factory.mktemp("signed"))
    sign_shed(project)
    return project


@pytest.fixture(scope="module")
def signed_client(signed: Project) -> Iterator[Client]:
    app = make_app(signed, signed.book("garden"), signed.root / "build", LOOPBACK, settings=PATIENT)
    with serving(app) as client:
        yield client


def page(client: Client, address: str, status: int = 200) -> str:
    answer, body = client.ask(address)
    assert answer.status == status, (address, answer.status, body[:2000])
    assert "Content-Security-Policy" in answer.headers
    assert "Set-Cookie" not in answer.headers
    return body.decode()


def links(html: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in re.findall(r'(?:href|src)="([^"]+)"', html)]


def test_three_clicks_lead_from_the_first_page_to_the_file(client: Client, project: Project) -> None:
    home = page(client, "/?staff=es")
    assert '<html lang="es"' in home
    assert "¿Qué idioma lee la familia?" in home
    (first,) = [link for link in links(home) if link.startswith("choose?") and "lang=es" in link and "shed" not in link]
    choose = page(client, f"/{first}")
    assert "Conozca su tierra" in choose or "suelo" in choose
    (second,) = [link for link in links(choose) if "what=sheet%3Aplan" in link] or [""]
    (third,) = [link for link in links(page(client, f"/{second}")) if link.startswith("file?") and "save" not in link]
    answer, pdf = client.ask(f"/{third}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("inline")
    built = publish("build", "--book", "garden", "--lang", "es", "--sheet", "plan", "--out", "again", root=project.root)
    assert built.returncode == 0, built.stderr
    (same,) = (project.root / "again").rglob("*.pdf")
    assert pdf == same.read_bytes()


def test_phone_scans_the_address_of_the_published_shelf(project: Project) -> None:
    shelf = "https://books.example.org/"
    app = make_app(
        project, project.book("garden"), project.root / "build", LOOPBACK, shelf=shelf, settings=Settings(workers=1)
    )
    with serving(app) as client:
        signed = page(client, "/make?lang=es&staff=en&what=packet:start")
        handout = page(client, "/make?lang=es&staff=en&what=handout:water")
        draft = page(client, "/make?hospital=shed&lang=en&staff=en&what=handout:water")
        sheet = page(client, "/make?lang=es&staff=en&what=sheet:plan")
    address = f"{shelf}#es.generic.garden.packet.start"
    assert f'<a href="{address}"' in signed
    assert f'<a href="{shelf}#es.generic.garden.water"' in handout
    code = etree.fromstring(signed[signed.index("<svg") : signed.index("</svg>") + 6])
    assert code.get("role") == "img"
    assert [node.text for node in code[:2]] == ["Code to scan with a phone", address]
    assert code[3].get("d") == etree.fromstring(qr_svg(address, "", "", ""))[3].get("d")
    assert [link for link in links(signed) if "how=phone" in link]
    assert "<svg" not in draft + sheet


def test_folder_that_cannot_be_written_is_reported_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    other = ("--host", "192.0.2.1", "--allow-host", "desk.example")  # no address of this machine: it does not start
    note, _address = publish("desk", "--no-open", *other, "--out", tmp_path / "file" / "build").stderr.splitlines()
    assert "build: cannot be written (Not a directory): only files that are already there can be printed: " in note
    assert note.endswith(", or name another folder with --out")
    assert len(publish("desk", "--no-open", *other, "--out", tmp_path / "build").stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "address", ["http://example.org", "https://example.org/?q=1", "example.org", "https://a b.org"]
)
def test_address_of_the_shelf_is_checked(address: str) -> None:
    done = publish("desk", "--no-open", "--shelf-url", address)
    assert done.returncode == 2
    assert f"invalid web address “{address}”: use the form https://" in done.stderr


def test_packet_is_one_file(client: Client) -> None:
    choose = page(client, "/choose?lang=es&staff=en")
    assert "Packets, to print in one go" in choose
    (packet,) = {link for link in links(choose) if "what=packet" in link}
    html = page(client, f"/{packet}")
    assert any(link.startswith("file?") for link in links(html))
    (contents,) = document_fromstring(html).find_class("when")
    assert (contents.get("lang"), contents.text) == ("en", "Water and seed; Know your soil; Watering")


def test_electronic_record_is_answered(client: Client, project: Project) -> None:
    book = project.book("garden") / "book.toml"
    before = book.read_text()
    book.write_text(before.replace('id = "water"\n', 'id = "water"\ncodes = { icd10cm = ["C91.0"] }\n', 1))
    try:
        code = "mainSearchCriteria.v.c=C91.0&mainSearchCriteria.v.cs=2.16.840.1.113883.6.90"
        feed = page(client, f"/infobutton?{code}&informationRecipient.languageCode.c=es")
        assert "Agua y semilla" in feed
        (address,) = [link for link in links(feed) if "/make?" in link]
        assert "Agua y semilla" in page(client, address.partition(f":{client.port}")[2])
        assert "<entry" not in page(client, f"/infobutton?{code.replace('C91.0', 'Z99')}")
        answer, body = client.ask("/infobutton?staff=es")
        assert (answer.status, answer.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
        assert body.startswith(b"name a code in mainSearchCriteria.v.c, and its system in")
    finally:
        book.write_text(before)


@pytest.mark.parametrize(("proxy", "scheme"), [(None, "http"), ("192.0.2.1", "http"), ("127.0.0.1", "https")])
def test_forwarded_headers_count_only_from_the_named_proxy(project: Project, proxy: str | None, scheme: str) -> None:
    app = make_app(project, project.book("garden"), project.root / "build", LOOPBACK, settings=Settings(workers=0))
    with serving(app, configured(app, proxy)) as client:
        code = "mainSearchCriteria.v.c=C91.0&mainSearchCriteria.v.cs=2.16.840.1.113883.6.90"
        answer, feed = client.ask(f"/infobutton?{code}", **{"X-Forwarded-Proto": "https", "X-Forwarded-For": "evil"})
    assert answer.status == 200
    assert f"<uri>{scheme}://127.0.0.1:" in feed.decode()


def test_record_loads_jsonp_from_another_site_and_nothing_else(client: Client) -> None:
    code = "/infobutton?mainSearchCriteria.v.c=C91.0&mainSearchCriteria.v.cs=2.16.840.1.113883.6.90"
    answer, body = client.ask(f"{code}&knowledgeResponseType=application/javascript&callback=show")
    assert (answer.status, answer.headers["Cross-Origin-Resource-Policy"]) == (200, "cross-origin")
    assert body.startswith(b"/**/show(")
    answer, _body = client.ask(code)
    assert (answer.status, answer.headers["Cross-Origin-Resource-Policy"]) == (200, "same-origin")


@pytest.mark.parametrize("staff", ["en", "es", "ru", "ar", "ko"])
def test_page_of_dated_sheets_names_the_week_in_every_language(client: Client, staff: str) -> None:
    for weeks in (1, 2, 5):
        html = page(client, f"/make?staff={staff}&{SHEET}&week={WEEK}&weeks={weeks}")
        assert "2031" in html.partition('class="second"')[2]


def test_error_in_the_frame_of_the_pages_leads_out_of_it(client: Client) -> None:
    framed, own = (page(client, f"/{name}?lang=en&what=sheet:mower", 400) for name in ("pages", "make"))
    assert ("<header" in framed, 'target="_top"' in framed) == (False, True)
    assert ("<header" in own, 'target="_top"' in own) == (True, False)


def test_search_finds_in_both_languages_and_offers_another_way(client: Client) -> None:
    found = page(client, "/choose?lang=es&staff=en&q=know+your+soil+visit")
    assert "handout%3Asoil" in found
    assert found.index("handout%3Asoil") < found.find("handout%3Awater") % len(found)
    assert "<title>Found<" in found
    # A screen reader begins with the title.
    assert "<title>Nothing has all of these words." in page(client, "/choose?lang=es&staff=en&q=zebra")


@pytest.mark.parametrize(("words", "found"), [("riego", True), ("watering", False), ("hospital_name", False)])
def test_search_does_not_find_what_no_reader_sees(client: Client, words: str, found: bool) -> None:
    """The Spanish text has links to `sheet:watering`."""
    assert ("what=handout" in page(client, f"/choose?lang=es&staff=es&q={words}")) is found


def test_hospital_that_does_not_publish_the_book_is_not_offered(project: Project) -> None:
    other = project.hospital("shed").with_name("other")
    shutil.copytree(project.hospital("shed"), other)
    profile = other / "hospital.toml"
    profile.write_text(profile.read_text().replace("[books.garden]", "[books.mower]"))

    def home(*only: str) -> str:
        app = make_app(
            project, project.book("garden"), project.root / "build", LOOPBACK, "en", only, settings=Settings(workers=0)
        )
        with serving(app) as client:
            return page(client, "/")

    try:
        assert "mistake" not in home()
        assert "no settings for the book “garden”" in home("other", "shed")
    finally:
        shutil.rmtree(other)


def test_hospital_without_the_language_of_the_book_has_nothing_side_by_side(client: Client, project: Project) -> None:
    profile = project.hospital("shed") / "hospital.toml"
    before = profile.read_text()
    query = "hospital=shed&lang=es&staff=en&what=handout:water"
    assert "how=two" in page(client, f"/make?{query}")
    lines = [line for line in before.splitlines() if ".en = " not in line]
    profile.write_text("\n".join(lines).replace('languages = ["en", "es"]', 'languages = ["es"]'))
    try:
        assert "how=two" not in page(client, f"/make?{query}")
        page(client, f"/pages?{query}&how=two", 400)
    finally:
        profile.write_text(before)


def test_draft_says_so_and_is_not_printed_unless_the_profile_allows_it(client: Client, project: Project) -> None:
    query = "hospital=shed&lang=en&staff=en&what=sheet:plan"
    html = page(client, f"/make?{query}")
    assert "It has not been signed off." in html
    assert not [link for link in links(html) if link.startswith("file?")]
    assert "This is a draft." in page(client, f"/file?{query}", 403)
    profile = project.hospital("shed") / "hospital.toml"
    before = profile.read_text()
    profile.write_text(f"print_drafts = true\n{before}")
    try:
        html = page(client, f"/make?{query}")
        assert any(link.startswith("file?") for link in links(html))
        assert "Your hospital lets you print it" in html
        assert "It has not been signed off." in html
        assert "not for families" not in html
        answer, _pdf = client.ask(f"/file?{query}")
        assert (answer.status, "-draft.pdf" in answer.headers["Content-Disposition"]) == (200, True)
        profile.write_text("broken")
        assert "has a mistake" in page(client, "/")
        assert "hospital.toml:1: " in page(client, f"/file?{query}", 500)
    finally:
        profile.write_text(before)


@pytest.mark.parametrize(
    ("staff", "words"),
    [
        ("en", "“Telephone of the shared garden” is empty: every handout and sheet for families needs it"),
        ("es", "El dato «Teléfono de la huerta compartida» está vacío: "),
        ("ko", "“Telephone of the shared garden” 항목이 비어 있습니다"),
    ],
)
@pytest.mark.parametrize("what", ["sheet:plan", "handout:water", "packet:start"])
def test_missing_telephone_is_named_as_in_status(
    client: Client, project: Project, what: str, staff: str, words: str
) -> None:
    profile = project.hospital("shed") / "hospital.toml"
    before = profile.read_text()
    profile.write_text(before.replace('fills = "garden_phone"\n', ""))
    try:
        html = page(client, f"/make?hospital=shed&lang=es&staff={staff}&what={what}")
        done = publish(
            "build", "--book", "garden", "--hospital", "shed", "--sheet", "plan", "--release", root=project.root
        )
    finally:
        profile.write_text(before)
    assert words in html
    if staff == "en":
        assert words in done.stderr
    assert "is empty" not in page(client, f"/make?hospital=shed&lang=es&staff=en&what={what}")


def test_signed_sheet_of_a_hospital_has_its_name(signed_client: Client, signed: Project) -> None:
    client, project = signed_client, signed
    query = "hospital=shed&lang=es&what=sheet:plan"
    answer, pdf = client.ask(f"/file?{query}")
    assert answer.status == 200, pdf
    target = project.root / "signed.pdf"
    target.write_bytes(pdf)
    assert "El cobertizo" in " ".join(open_pdf(target).texts)


def test_nothing_that_was_typed_is_stored_or_logged(
    client: Client, project: Project, capfd: pytest.CaptureFixture[str]
) -> None:
    words = "quetzalword"
    for address in (
        f"/choose?lang=en&q={words}",
        f"/file?{SHEET}&week={WEEK}",
        f"/file?lang=en&what=plan&ended={WEEK}",
        f"/calendar?lang=en&what=plan&ended={WEEK}",
        f"/make?lang=en&what=handout:{words}",
        f"/{words}",
    ):
        answer, body = client.ask(address)
        assert answer.status in (200, 400, 404), body
        assert answer.headers["Cache-Control"] == "no-store"
    printed = "".join(capfd.readouterr())
    typed = [words.encode(), WEEK.isoformat().encode(), b"20310303", b"March 3, 2031"]
    assert not [text for text in typed if text.decode() in printed]
    for path in project.root.rglob("*"):
        assert not any(text.decode() in path.name for text in typed)
        if path.is_file():
            data = path.read_bytes()
            assert not [text for text in typed if text in data], path


def test_plan_in_a_language_that_is_not_translated_is_a_draft(client: Client, project: Project) -> None:
    query = f"lang=es&staff=en&what=plan&ended={WEEK}"
    po = project.book("garden") / "locales" / "es" / "LC_MESSAGES" / "garden.po"
    before = po.read_text(encoding="utf-8")
    catalog = polib.pofile(str(po))
    next(entry for entry in catalog if "schedule" in entry.comment).msgstr = ""
    try:
        catalog.save(str(po))
        html = page(client, f"/make?{query}")
        assert "not yet translated" in html
        assert not [link for link in links(html) if link.startswith(("file?", "calendar?"))]
        for path in ("file", "calendar"):
            assert "This is a draft." in page(client, f"/{path}?{query}", 403)
        assert page(client, f"/pages?{query}").count("<img") == 1
    finally:
        po.write_text(before, encoding="utf-8")


def test_plan_that_the_book_does_not_have_is_unknown(client: Client, project: Project) -> None:
    """A bookmark may be older than the book."""
    toml = project.book("garden") / "book.toml"
    before = toml.read_text(encoding="utf-8")
    toml.write_text(before.replace('schedules = ["tree", "hedge"]', "schedules = []"), encoding="utf-8")
    try:
        for path in ("make", "pages", "file", "calendar"):
            assert client.ask(f"/{path}?lang=en&what=plan&ended={WEEK}")[0].status == 400
    finally:
        toml.write_text(before, encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_plan_has_a_page_to_print_it(client: Client, lang: str) -> None:
    answer, body = client.ask(f"/make?lang={lang}&staff={lang}&what=plan&ended={WEEK}")
    assert answer.status == 200, body
    assert b"calendar?" in body


def test_same_request_is_built_once(client: Client, project: Project) -> None:
    results: list[bytes] = []
    query = f"/file?lang=en&what=sheet:plan&what=sheet:watering&week={WEEK + timedelta(7)}"
    threads = [threading.Thread(target=lambda: results.append(client.ask(query)[1])) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 6
    assert len(set(results)) == 1
    assert results[0].startswith(b"%PDF"), results[0].decode()


NAMES = st.sampled_from(
    ["staff", "hospital", "lang", "what", "how", "paper", "week", "weeks", "ended", "q", "save", "since", "x"]
)
VALUES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["en", "shed", "sheet:plan", "plan", "../..", "<script>alert(1)</script>", "2026-01-01", "\x00", "%00"]
    ),
)


def test_healthz_fails_while_nothing_can_be_printed(project: Project) -> None:
    book, profile = project.book("garden") / "book.toml", project.hospital("shed") / "hospital.toml"
    app = make_app(
        project, project.book("garden"), project.root / "build", LOOPBACK, "en", ("shed",), settings=Settings(workers=0)
    )
    with serving(app) as client:
        for file in (book, profile):
            before = file.read_text()
            assert client.ask("/healthz")[0].status == 200
            file.write_text(f"{before}\nnonsense")
            try:
                assert "broken TOML" in page(client, "/healthz", 500)
            finally:
                file.write_text(before)
        assert client.ask("/healthz")[1] == b"ok\n"


@settings(max_examples=60)
@given(
    path=st.sampled_from(["/", "/choose", "/make", "/calendar", "/file", "/pages", "/state"]),
    pairs=st.lists(st.tuples(NAMES, VALUES), max_size=6),
)
def test_any_query_gets_a_clear_page(client: Client, path: str, pairs: list[tuple[str, str]]) -> None:
    answer, body = client.ask(f"{path}?{urlencode(pairs, errors='replace')}")
    assert answer.status in (200, 400, 403), (pairs, answer.status)
    assert b"Traceback" not in body
    assert b"<script>" not in body
    assert b"<h1" in body or answer.status == 200
    assert body[:4] == b"%PDF" or answer.headers["Content-Type"].startswith("text/")


@pytest.mark.parametrize(
    ("address", "method", "headers", "status"),
    [
        ("/../../etc/passwd", "GET", {}, 404),
        ("/file?" + "a" * 3000, "GET", {}, 414),
        ("/", "POST", {}, 405),
        ("/", "GET", {"Host": "evil.example"}, 421),
        ("/", "GET", {"Host": "127.0.0.1:x"}, 421),
        ("/?lang=%ff%fe", "GET", {}, 400),
        ("/choose/?lang=en", "GET", {}, 404),
    ],
)
def test_hostile_request_is_refused(
    client: Client, address: str, method: str, headers: dict[str, str], status: int
) -> None:
    answer, body = client.ask(address, method, **headers)
    assert answer.status == status
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert b"Traceback" not in body


@pytest.mark.parametrize(
    ("address", "method", "headers", "status", "words"),
    [
        ("/?staff=es", "POST", {}, 405, "El puesto de impresión no puede responder a esta solicitud."),
        ("/choose?staff=fr", "OPTIONS", {"Accept-Language": "es"}, 405, "Le poste d’impression ne peut pas répondre"),
        (f"/file?{LONG_QUERY}", "GET", {"Accept-Language": "tlh, es-MX;q=0.9, en;q=0.5"}, 414, "es demasiado larga"),
        (f"/file?{LONG_QUERY}&staff=ko", "GET", {"Accept-Language": "es"}, 414, "이 주소가 너무 깁니다."),
        ("/?staff=es", "GET", {"Host": "evil.example"}, 421, "no responde en esta dirección"),
        ("/?staff=es", "GET", {"Host": "[::1"}, 421, "no responde en esta dirección"),
        ("/make?staff=es&lang=en&fax=1", "GET", {"Accept-Language": "ru"}, 400, "Esta dirección pide algo"),
        ("/make?staff=es&staff=fr&lang=en", "GET", {"Accept-Language": "ru"}, 400, "По этому адресу"),
        ("/fax?staff=es", "GET", {}, 404, "No existe esta página."),
    ],
)
def test_every_refusal_is_a_page_in_the_language_of_the_staff(
    client: Client, address: str, method: str, headers: dict[str, str], status: int, words: str
) -> None:
    answer, body = client.ask(address, method, **headers)
    assert (answer.status, answer.headers["Allow"]) == (status, "GET, HEAD" if status == 405 else None)
    html = document_fromstring(body.decode())
    assert words in html.text_content()
    assert html.findtext("head/title") == html.findtext(".//h1")
    assert "lang" not in html.find(".//h1").attrib
    assert not [node.text for node in html.iterfind(".//h1//*[@lang]")]


@pytest.mark.parametrize("staff", ["ko", "ar"])
def test_no_page_has_english_words_in_a_language_with_other_letters(client: Client, staff: str) -> None:
    """Names of hospitals and text in an element with a language of its own apart."""
    for path, method, host in (
        ("/?", "GET", "localhost"),
        ("/choose?lang=es&hospital=shed&", "GET", "localhost"),
        ("/choose?lang=es&q=agua&", "GET", "localhost"),
        ("/choose?lang=es&q=zebra&", "GET", "localhost"),
        ("/make?lang=es&hospital=shed&what=handout:water&", "GET", "localhost"),
        ("/make?lang=es&what=packet:start&", "GET", "localhost"),
        (f"/make?{SHEET}&week={WEEK}&weeks=2&", "GET", "localhost"),
        (f"/make?lang=es&what=plan&ended={WEEK}&", "GET", "localhost"),
        ("/pages?lang=en&what=sheet:plan&", "GET", "localhost"),
        ("/make?lang=es&", "GET", "localhost"),
        ("/make?lang=es&what=plan&", "GET", "localhost"),
        ("/file?lang=es&hospital=shed&what=handout:water&", "GET", "localhost"),
        ("/crowded?", "GET", "localhost"),
        ("/fax?", "GET", "localhost"),
        ("/?", "POST", "localhost"),
        ("/?", "GET", "evil.example"),
        (f"/?{LONG_QUERY}&", "GET", "localhost"),
    ):
        answer, body = client.ask(f"{path}staff={staff}", method, Host=host)
        html = document_fromstring(body.decode())
        assert html.get("lang") == staff
        for node in html.xpath("//body//*[@lang] | //bdi | //style | //script"):
            node.drop_tree()
        values = [*html.xpath("//text()"), *html.xpath("//@title | //@alt | //@aria-label | //@placeholder")]
        words = {word for value in values for word in re.findall("[A-Za-z]{2,}", value)}
        # For staff whose language the garden does not have, its titles are in English.
        title = html.findtext("head/title") if answer.status == 200 else ""
        assert words <= {"Ctrl", "US", "Letter", *re.findall("[A-Za-z]+", title or "")}, path


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("es-419,es;q=0.9", "es"),
        ("en;q=0.1, es;q=0.9", "es"),
        ("es;q=0, fr ; q=0.5", "fr"),
        ("tlh, x-y, ru;q=0.1", "ru"),
        ("zh-CN", "zh-Hans"),
        ("*", "en"),
        ("de;q=nonsense,,;", "en"),
    ],
)
def test_page_is_in_the_language_that_the_browser_prefers(client: Client, accepted: str, lang: str) -> None:
    answer, body = client.ask("/", **{"Accept-Language": accepted})
    assert answer.status == 200
    assert document_fromstring(body.decode()).get("lang") == lang


@pytest.mark.slow
def test_words_that_do_not_fit_are_reported_in_the_language_of_the_staff(client: Client) -> None:
    html = page(client, "/file?lang=es&staff=es&what=handout:water&how=two", 500)
    assert "No se pudo hacer el archivo." in html
    assert "Algunas palabras no caben en su página." in html


@pytest.fixture(scope="module")
def bare(project: Project) -> Iterator[Client]:
    """The desk as the command runs it, without workers."""
    app = make_app(project, project.book("garden"), project.root / "build", LOOPBACK, settings=Settings(workers=0))
    with serving(app, configured(app, None)) as client:
        yield client


def sent(client: Client, data: bytes) -> bytes:
    """Send what need not be HTTP; return the answer."""
    received = b""
    with socket.create_connection(("127.0.0.1", client.port)) as raw:
        raw.settimeout(LONG)
        raw.sendall(data)
        with suppress(ConnectionError):  # what the desk has not read is lost with the connection
            while part := raw.recv(1_000_000):
                received += part
    return received


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (b"GET /?staff=es HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: %s" % (b"a" * 70_000), "no puede responder"),
        (b"GET / HTTP/1.1\r\nAccept-Language: fr\r\nCookie: %s" % (b"a" * 70_000), "ne peut pas répondre"),
        (b"GET /?staff=es&staff=en HTTP/1.1\r\nAccept-Language: fr\r\nA: %s" % (b"a" * 70_000), "ne peut pas répondre"),
        (b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nbroken\r\n\r\n", "cannot answer"),
        (b"\x16\x03\x01\r\n\r\n", "cannot answer"),
    ],
)
def test_request_that_is_not_http_gets_a_page(bare: Client, request_: bytes, words: str) -> None:
    head, _, body = sent(bare, request_).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request")
    assert b"content-security-policy: default-src 'none'" in head
    assert words in body.decode()


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("http://127.0.0.1:8765/healthz", 200),
        ("HTTPS://LOCALHOST/healthz?x=http://evil.example/", 200),
        ("http://localhost/%68ealthz", 200),
        ("http://localhost?staff=es", 200),
        ("http://localhost/fax", 404),
        ("http://evil.example/healthz", 421),
        ("http://user@localhost/healthz", 421),
        ("http:///healthz", 421),
        ("/http://localhost/healthz", 404),
    ],
)
def test_whole_address_is_a_request_for_its_path(bare: Client, target: str, status: int) -> None:
    """Its host counts, whatever the Host header says (RFC 9112, 3.2.2)."""
    for host in ("localhost",) if target.startswith("/") else ("localhost", "other.example"):
        answer = sent(bare, f"GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        assert answer.startswith(f"HTTP/1.1 {status} ".encode())


def test_broken_chunks_do_not_reach_the_log(bare: Client, caplog: pytest.LogCaptureFixture) -> None:
    """The answer is complete before the rest of the request arrives."""
    with socket.create_connection(("127.0.0.1", bare.port)) as raw:
        raw.settimeout(LONG)
        raw.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n")
        received = b""
        while not received.endswith(b"ok\n"):
            received += raw.recv(1_000_000)
        raw.sendall(b"zzz not a chunk\r\n")
        assert raw.recv(1_000_000) == b"", "closed by the desk"
    assert caplog.messages == []


def test_broken_catalog_of_the_page_is_reported_in_english(project: Project) -> None:
    po = project.book("garden") / "locales" / "fr" / "LC_MESSAGES" / "interface.po"
    po.parent.mkdir(parents=True)
    po.write_text('msgid "Print desk"\nmsgstr "Poste')
    try:
        app = make_app(project, project.book("garden"), project.root / "build", LOOPBACK, settings=Settings(workers=0))
        with serving(app, configured(app, None)) as client:
            html = page(client, "/?staff=fr", 500)
            assert b"cannot answer" in sent(client, b"GET /?staff=fr HTTP/1.1\r\nCookie: " + b"a" * 70_000)
    finally:
        shutil.rmtree(po.parents[1])
    assert '<html lang="en"' in html
    assert "interface.po:2: malformed catalog" in html


@settings(max_examples=40)
@given(name=NAMES, value=VALUES, path=st.sampled_from(["/make", "/file", "/pages", "/state"]))
def test_any_value_beside_a_good_choice_gets_a_clear_page(client: Client, name: str, value: str, path: str) -> None:
    """Only one value is wrong: the rest leads to a file that is made."""
    good = {"lang": "en", "what": "sheet:plan"} | {name: value}
    answer, body = client.ask(f"{path}?{urlencode(good, errors='replace')}")
    assert answer.status in (200, 400, 403), (name, value, answer.status)
    assert b"<h1" in body or answer.status == 200
    if answer.status == 400:
        assert b"<script" not in body
        assert len(value) < 4 or name == "staff" or f"={value}".encode() not in body


def test_full_queue_names_the_time_to_try_again(project: Project) -> None:
    limits = replace(PATIENT, waiting=-1)
    with serving(make_app(project, project.book("garden"), project.root / "full", LOOPBACK, settings=limits)) as busy:
        answer, body = busy.ask(f"/file?{SHEET}&week={WEEK}&staff=en")
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) >= 2
    assert b"Try again in" in body


def test_disk_without_room_gives_one_clear_page(project: Project) -> None:
    (project.root / "no-folder").write_text("a file where the build folder should be")
    app = make_app(project, project.book("garden"), project.root / "no-folder", LOOPBACK, settings=PATIENT)
    with serving(app) as client:
        html = page(client, f"/file?{SHEET}&staff=en", 500)
    assert "The file could not be made. Nothing was printed." in html


def test_full_disk_gives_one_clear_page(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    app = make_app(project, project.book("garden"), project.root / "full", LOOPBACK, settings=PATIENT)
    with serving(app) as client:
        monkeypatch.setattr("carepress.desk.app.tempfile.TemporaryDirectory", full)
        html = page(client, f"/file?{SHEET}&week={WEEK}&staff=en", 500)
        assert "No space left on device" in html
        assert str(WEEK) not in html
        monkeypatch.undo()
        assert client.ask(f"/file?{SHEET}&week={WEEK}")[0].status == 200


def test_slow_and_cut_connections_do_not_hold_the_desk(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Impatient, "idle", 3.0)  # seconds, for a client that is held up by other tests
    monkeypatch.setattr("carepress.desk.server.PATIENCE", 200)  # the answer may take its time
    app = make_app(project, project.book("garden"), project.root / "build", LOOPBACK, settings=PATIENT)
    with serving(app, configured(app, None)) as client:
        slow = [socket.create_connection(("127.0.0.1", client.port)) for _number in range(60)]
        for number, connection in enumerate(slow):
            with suppress(ConnectionError):  # the desk may have closed it
                connection.sendall(b"GET /file?lang=en HTTP/1.1\r\nHost: 127"[: number + 1])
        for _number in range(20):
            with socket.create_connection(("127.0.0.1", client.port)) as cut, suppress(ConnectionError):
                cut.sendall(f"GET /pages?{SHEET} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert client.ask("/healthz")[0].status == 200
        assert client.ask(f"/file?{SHEET}")[0].status == 200
        for connection in slow:
            connection.settimeout(WAIT)
            with suppress(ConnectionError):
                assert connection.recv(1) == b"", "closed by the desk"
            connection.close()


def test_browser_that_is_one_too_many_is_asked_to_try_again(
    client: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carepress.desk.server.MAX_CONNECTIONS", 2)
    app = make_app(project, project.book("garden"), project.root / "build", LOOPBACK, settings=Settings(workers=0))
    with serving(app, configured(app, None)) as crowded:
        others = [socket.create_connection(("127.0.0.1", crowded.port)) for _number in range(2)]
        browser = HTTPConnection("127.0.0.1", crowded.port, timeout=LONG)
        browser.request("GET", "/choose?lang=en&staff=es")
        answer = browser.getresponse()
        assert (answer.status, answer.headers["Retry-After"]) == (503, "15")
        assert (
            "El puesto de impresión tiene demasiadas conexiones. Vuelva a intentarlo en un momento."
            in answer.read().decode()
        )
        for other in others:
            other.close()

        def served() -> bool:
            """Ask on the same connection, as a browser does while the server keeps it open."""
            browser.request("GET", "/healthz")
            answer = browser.getresponse()
            answer.read()
            return answer.status == 200

        with closing(browser):
            wait_for(served)


@pytest.mark.slow
def test_profile_may_be_edited_while_files_are_made(signed_client: Client, signed: Project) -> None:
    """What was signed is printed, or nothing: a file with the new number needs a new signature."""
    client, project = signed_client, signed
    profile = project.hospital("shed") / "hospital.toml"
    before = profile.read_text()
    number = re.search(r'number = "([^"]+)"', before)[1]  # type: ignore[index]
    answers: list[tuple[int, bytes]] = []

    def ask() -> None:
        for what in 3 * ("sheet:plan", "handout:water&how=single", "handout:water"):
            for paper in ("a4", "letter"):
                answer, body = client.ask(f"/file?hospital=shed&lang=en&what={what}&paper={paper}")
                answers.append((answer.status, body))

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        while asking.is_alive():
            for text in (before.replace(number, "+1 555-555-0199"), before):
                profile.write_text(text)
                asking.join(0.3)
    finally:
        profile.write_text(before)
        asking.join()
    ask()
    assert {status for status, _body in answers} <= {200, 403, 500}
    assert {status for status, _body in answers[18:]} == {200}, "it is no longer edited"
    for number_of, (status, body) in enumerate(answers):
        if status == 200:
            file = project.root / f"edited-{number_of}.pdf"
            file.write_bytes(body)
            assert "0199" not in " ".join(open_pdf(file).texts)


@pytest.mark.parametrize(
    "query",
    [
        "lang=en&what=handout:mower",
        "lang=en&what=packet:mower",
        "lang=en&what=sheet:mower",
        "lang=en&what=handout:water&week=2031-03-03",
        "hospital=shed&lang=en&what=sheet:watering",
        "hospital=mower&lang=en&what=sheet:plan",
        "lang=fr&what=sheet:plan",
        "lang=en&what=handout:water&how=two",
    ],
)
def test_what_is_not_offered_is_never_made(client: Client, query: str) -> None:
    for path in ("/make", "/pages", "/file", "/state"):
        assert "does not have" in page(client, f"{path}?{query}&staff=en", 400)


def test_e_book_has_no_pages_to_look_at(client: Client) -> None:
    for path in ("/make", "/pages", "/state"):
        assert "does not have" in page(client, f"{path}?lang=en&what=handout:water&how=phone&staff=en", 400)


@pytest.mark.parametrize(
    "path", ["/?", "/choose?lang=es&", "/choose?lang=es&q=agua&", "/make?lang=es&what=handout:water&"]
)
def test_other_languages_on_an_arabic_page_have_their_direction(client: Client, path: str) -> None:
    document = document_fromstring(page(client, f"{path}staff=ar"))
    assert document.get("dir") == "rtl"
    assert [node.text_content() for node in document.xpath(".//*[@lang][not(@dir)]")] == []
    names = [node.text_content() for node in document.iter("bdi")]
    assert names, "a hospital may have a name in any language"
    assert all(names)


def test_form_found_beside_dated_sheets_has_no_dates(client: Client, project: Project) -> None:
    for query, pages in (("what=sheet:plan", 1), ("what=sheet:plan&what=sheet:watering", 3)):
        answer, body = client.ask(f"/file?lang=en&{query}&week=2031-03-10&weeks=2")
        assert answer.status == 200
        path = project.root / f"found-{pages}.pdf"
        path.write_bytes(body)
        assert len(open_pdf(path).texts) == pages


def test_pages_that_change_are_marked(signed_client: Client, signed: Project) -> None:
    client, project = signed_client, signed
    query = "hospital=shed&lang=en&staff=en&what=handout:water"
    profile = project.hospital("shed") / "hospital.toml"
    before = profile.read_text()
    state = client.text(f"/state?{query}")
    first = page(client, f"/pages?{query}")
    assert f'data-state="{state}"' in first
    assert "Changed" not in first
    assert f"since={state}" in page(client, f"/make?{query}")
    other = page(client, f"/make?{query}&paper=letter&since={state}")
    assert f"&since={state}" in next(link for link in links(other) if link.startswith("pages?"))
    # Another paper: the same words are on the pages.
    assert "Changed" not in page(client, f"/pages?{query}&paper=letter&since={state}")
    try:
        profile.write_text(before.replace("The Shed &amp; Sons", "The Barn").replace("The Shed & Sons", "The Barn"))
        assert client.text(f"/state?{query}") != state
        # The cover and the last page are other ones. That it is now a draft is at the foot of all the others: one line says so.
        changed = page(client, f"/pages?{query}&since={state}")
        pages = [node.get("class") for node in document_fromstring(changed).iterfind(".//li")]
        assert pages == ["changed", *[None] * (first.count("<li>") - 2), "changed"]
        (status,) = document_fromstring(changed).find_class("status")
        assert " ".join(status.text_content().split()) == (
            f"All of it has {len(pages)} pages. New on most pages: Draft · Water and seed Changed pages: 1, {len(pages)}"
        )
        assert "Changed" not in page(client, f"/pages?{query}&since={'0' * 16}")
        page(client, f"/pages?{query}&since=x", 400)
    finally:
        profile.write_text(before)


def test_changed_pages_are_those_that_were_not_there() -> None:
    def mark(drawing: str, words: str, width: float = 1.0, color: int = 0) -> Mark:
        return Mark((width, 2.0), tuple(Line(word, (color,)) for word in words.split()), drawing)

    def changes(now: list[Mark], before: list[Mark]) -> Changes:
        return find_changes(*(Pictures((), tuple(marks), len(marks)) for marks in (now, before)))

    old = [mark("a", "one"), mark("b", "two")]
    assert changes([mark("x", "new"), mark("a", "one"), mark("c", "two")], old) == Changes(frozenset({0, 2}), earlier=2)
    assert changes([mark("a", "one", color=9), mark("b", "two")], old) == Changes(frozenset({0}))
    assert changes([mark("q", "one", 3.0), mark("r", "three", 3.0)], old) == Changes(frozenset({1}))
    codes = [[mark("a", f"garden-en 0.1 {code}")] for code in ("d79b11981601", "5ed6f39599e9", "155555550100")]
    assert [changes(codes[0], other).numbers for other in codes] == [(), (), (1,)]
    signed = [mark("a", "cover"), mark("a", "one title"), mark("a", "two title"), mark("a", "three title")]
    draft = [mark("a", "cover draft"), *(mark("a", f"{word} draft-title") for word in ("one", "2", "three"))]
    assert changes(draft, signed) == Changes(frozenset({0, 2}), ("draft-title",), ("title",))
    assert changes(signed, draft) == Changes(frozenset({0, 2}), ("title",), ("draft-title",))
    assert changes(signed, [mark("a", "title")]) == Changes(frozenset({0, 1, 2, 3}), earlier=1)
    assert changes(old[:1], old) == Changes(earlier=2)
    # A line that most pages had, or have, and another page still, or already: it counts for the page that changed.
    three, two = ([mark("a", word + " 555" * (word in kept)) for word in "abcd"] for kept in ("abc", "bc"))
    assert changes(two, three) == changes(three, two) == Changes(frozenset({0}))
    red = [mark("a", word + " 555", color=9 * (word in "abc")) for word in "abcd"]
    assert changes(red, [mark("a", f"{word} 555") for word in "abcd"]) == Changes(frozenset({0, 1, 2}))


def test_everything_that_changed_is_named(project: Project) -> None:
    values = {"state": "", "choice": Choice(lang="en"), "image": image, "again": 0}
    changes = Changes(frozenset({0}), ("Draft",), ("Call 555", "Call 556"), 1200)
    pictures = Pictures((b"", b""), (), 2)
    html = Pages(project, project.book("garden")).render("strip", "en", pictures=pictures, changes=changes, **values)
    (status,) = document_fromstring(html).find_class("status")
    assert [node.text_content() for node in status] == [
        "All of it has 2 pages.",
        "The earlier version had 1,200 pages.",
        "New on most pages: Draft",
        "Gone from most pages: Call 555; Call 556",
        "Changed pages: 1",
    ]


def test_workers_are_warm_before_the_first_click(project: Project, tmp_path: Path) -> None:
    """A worker typesets a cover as soon as it starts; a book that cannot be read does not end it."""
    job = Job(project.book("garden"), "en", "booklet", tmp_path / "build")
    warm(project, (replace(job, lang="xx"), job))
    assert not (tmp_path / "build").exists()
    warm(project, (job, replace(job, lang="es")))
    assert len(list((tmp_path / "build").rglob(f"{SECTION_ENTRY}*"))) == 1


def test_worker_does_not_make_a_file_that_is_there(project: Project, tmp_path: Path) -> None:
    job = Job(project.book("garden"), "en", "booklet", tmp_path / "build", selection=Selection("water"))
    first, second = build_file(project, job), build_file(project, job)
    assert first.path
    assert (second.path, first.unchanged, second.unchanged) == (first.path, False, True)


def test_memory_is_bounded() -> None:
    memory: Memory[str] = Memory(3, 10)
    for name in "abc":
        memory.keep(name, name, 3)
    assert memory.get("a") == "a"
    memory.keep("d", "d", 3)
    assert [memory.get(name) for name in "abcd"] == ["a", None, "c", "d"]
    memory.keep("d", "D", 6)
    assert [memory.get(name) for name in "acd"] == [None, "c", "D"]
    memory.keep("c", "large", 11)
    assert [memory.get(name) for name in "cd"] == [None, "D"]


def test_inputs_are_freed_at_once(project: Project) -> None:
    """Each request reads all files of the book: in a reference cycle, they would fill the memory."""
    inputs = Inputs(project)
    inputs.digest(project.book("garden"), "es", project.hospital("shed"))
    freed = weakref.ref(inputs)
    gc.disable()
    try:
        del inputs
        assert freed() is None
    finally:
        gc.enable()


def test_dated_sheets_are_made_once_for_all_families(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    query = f"/file?{SHEET}&week={WEEK + timedelta(70)}"
    first = client.ask(query)[1]
    monkeypatch.setattr("carepress.desk.app.making.build_file", None)
    answer, again = client.ask(query)
    assert (answer.status, again == first, answer.headers["Cache-Control"]) == (200, True, "no-store")


def test_catalog_of_nothing_is_empty_and_valid(project: Project, tmp_path: Path) -> None:
    with serving(make_app(project, project.book("garden"), tmp_path, LOOPBACK, settings=PATIENT)) as client:
        answer, body = client.ask("/opds/")
        assert (answer.status, answer.headers["Content-Type"]) == (200, NAVIGATION)
        feed = etree.fromstring(body)
        assert SCHEMA.validate(feed), SCHEMA.error_log
        assert feed.findtext(f"{ATOM}title") == "Handbooks for families · Libros para las familias"
        assert list(feed.iter(f"{ATOM}entry")) == []
        Catalog.model_validate(client.json("/opds/opds.json"))
        assert client.ask("/opds/shelf/en.xml")[0].status == 404
    assert not (tmp_path / "manifest.json").exists()


def test_reading_apps_get_what_is_on_the_shelf(client: Client, project: Project) -> None:
    for how in ("phone", "single"):
        assert client.ask(f"/file?lang=en&what=handout:water&how={how}")[0].status == 200
    assert client.ask("/opds")[0].headers["Location"] == "opds/"
    found: dict[str, str] = {}

    def follow(address: str) -> None:
        answer, body = client.ask(address)
        assert answer.status == 200, address
        feed = etree.fromstring(body)
        assert SCHEMA.validate(feed), SCHEMA.error_log
        for entry in feed.iter(f"{ATOM}entry"):
            for link in entry.iter(f"{ATOM}link"):
                target = urljoin(address, str(link.get("href")))
                if link.get("rel") == "subsection":
                    follow(target)
                elif target not in found:
                    got, data = client.ask(target)
                    assert (got.status, got.headers["Content-Type"]) == (200, link.get("type"))
                    assert link.get("length") in (None, str(len(data)))
                    found[target] = str(link.get("type"))

    follow("/opds/")
    book = "/opds/generic/en/handouts/garden-water-epub-en.epub"
    assert found[book] == "application/epub+zip"
    whole = client.ask(book)[1]
    for wanted, status, part in (("bytes=0-9", 206, whole[:10]), ("bytes=x", 200, whole), ("lines=1-2", 200, whole)):
        answer, data = client.ask(book, Range=wanted)
        assert (answer.status, data) == (status, part)
    pdf = next(name for name in found if name.endswith(".pdf"))
    for address in (book, pdf):
        first = client.ask(address)[0]
        for headers in (
            {"If-None-Match": f'"x", W/{first.headers["ETag"]}'},
            {"If-None-Match": "*", "Range": "bytes=0-9"},
        ):
            again, data = client.ask(address, **headers)
            assert (again.status, data) == (304, b"")
            for name in ("ETag", "Cache-Control", "Content-Security-Policy"):
                assert again.headers[name] == first.headers[name]
        assert client.ask(address, **{"If-None-Match": '"x"'})[0].status == 200
    assert "image/jpeg" in found.values()
    assert not [name for name in found if "draft" in name]
    assert json.loads(client.text("/opds/opds.json"))["navigation"]
    for other in ("/opds/manifest.json", "/opds/.cache/x", "/opds/../hospitals/shed/hospital.toml", "/opds/x.jpg"):
        assert client.ask(other)[0].status == 404
    text = project.book("garden") / "book.toml"
    before = text.read_text()
    try:
        text.write_text(before.replace("Water and seed", "Seed and water"))
        assert client.ask(book)[0].status == 404, "the text has changed since"
    finally:
        text.write_text(before)
    assert client.ask(book)[0].status == 200


# --- what is made before it is asked for ---


def test_pages_and_ways_that_a_page_offers_are_made_ahead(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[list[Choice]] = []
    monkeypatch.setattr(Ahead, "want", lambda _ahead, choices: wanted.append([*choices]))
    limits = Settings(workers=0, ahead=True)
    with serving(
        make_app(project, project.book("garden"), project.root / "build", LOOPBACK, settings=limits)
    ) as client:
        html = page(client, "/choose?lang=es&staff=en")
        page(client, "/choose?lang=es&staff=en&q=water")
        page(client, "/make?lang=es&staff=en&what=handout:water&paper=letter")
        page(client, "/make?lang=en&staff=en&what=packet:start&how=single")
        page(client, "/make?lang=en&staff=en&what=handout:water&hospital=shed")
        page(client, "/make?lang=en&staff=en&what=sheet:plan")
    rows = [read_choice(parse_qsl(link.partition("?")[2])).what for link in links(html) if link.startswith("make?")]
    water, start = (Item("handout", "water"),), (Item("packet", "start"),)
    assert {water, start} <= {*rows}
    assert wanted == [
        [Choice(lang="es", what=row, how="single") for row in rows if row and row[0].kind in ("packet", "handout")],
        [Choice(lang="es", what=water, how=how, paper="letter") for how in ("fold", "large", "two")],
        [Choice(lang="en", what=start, how=how) for how in ("single", "large")],
        [Choice(lang="en", what=water, how="large", hospital="shed")],  # a draft is not printed
    ]


@pytest.mark.slow
@pytest.mark.parametrize("others", [(), ("*-large-print-en.pdf", "*[!e]-print-en.pdf")])
def test_what_the_page_offers_is_made_before_it_is_asked_for(
    others: tuple[str, ...], project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("carepress.desk.app.LOWEST", 0)  # other tests are running
    limits = replace(PATIENT, ahead=True)
    out = project.root / "ahead"
    with serving(make_app(project, project.book("garden"), out, LOOPBACK, settings=limits)) as client:
        html = page(client, "/choose?lang=en")
        offered = [link for link in links(html) if re.search("what=(handout|packet)", link)]
        assert len(offered) >= 3
        wait_for(lambda: len(list(out.rglob("*-booklet-en.pdf"))) >= len(offered))
        wait_for(lambda: len(list(out.rglob("job-*"))) >= len(offered))  # the record comes after the file
        # Whether they are made again is seen from the files. The digests that this process computes must not matter: they
        # are not those of the workers if the code was edited while the tests run.
        made = _changes(out)
        for link in offered:
            assert "<img" in page(client, f"/{link.replace('make?', 'pages?')}")
        assert _changes(out) == made
        page(client, f"/{offered[0]}")
        for files in others:
            wait_for(lambda files=files: list(out.rglob(files)))


def _changes(out: Path) -> dict[Path, int]:
    """Return when each booklet was written."""
    return {path: path.stat().st_mtime_ns for path in out.rglob("*-booklet-en.pdf")}


class Maker:
    """Records what it makes, in place of a process."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.running = 0

    def start(self) -> Maker:
        self.running += 1
        return self

    def stop(self) -> None:
        self.running -= 1

    async def call(self, _build: object, job: str) -> None:
        if job == "broken":
            raise BrokenProcessPool
        self.made.append(job)


def test_files_are_made_ahead_while_the_workers_are_idle_the_latest_wish_first() -> None:
    async def run() -> None:
        maker, idle = Maker(), asyncio.Event()
        ahead = Ahead(idle.wait, lambda choice: choice.q or None, maker.start, lambda job: job, 5.0)  # type: ignore[arg-type]
        ahead.want(Choice(q=name) for name in ("a", "broken", "", "b"))
        await asyncio.sleep(0.05)
        assert (maker.made, maker.running) == ([], 0)
        ahead.want(Choice(q=name) for name in ("c", "b"))
        idle.set()
        while not (maker.made and maker.running == 0):
            await asyncio.sleep(0.01)
        assert maker.made == ["c", "b", "a"]
        idle.clear()
        ahead.want([Choice(q="d")])
        await ahead.stop()
        assert (maker.made[3:], maker.running) == ([], 0)

    asyncio.run(run())


def test_workers_are_idle_between_calls() -> None:
    async def run() -> None:
        workers = Workers(1, 0, 5.0, (int, ()))
        assert await asyncio.wait_for(workers.idle(), WAIT) is None
        calling = asyncio.ensure_future(workers.call(int))
        await asyncio.sleep(0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(workers.idle(), 0.05)
        calling.cancel()
        await asyncio.wait_for(workers.idle(), WAIT)

    asyncio.run(run())


def test_work_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    async def run() -> None:
        workers = Workers(1, 0, 60, (int, ()))
        workers.start(str(tmp_path))
        try:
            temporary = await workers.call(tempfile.mkdtemp)
            assert tmp_path in Path(temporary).parents
            workers.limit = 1.5
            with pytest.raises(LostError):
                await workers.call(time.sleep, 60)
            workers.limit = 60
            assert await workers.call(abs, -1) == 1
            assert not Path(temporary).exists()
        finally:
            workers.stop()

    asyncio.run(run())


def test_browser_waits_no_longer_than_its_patience_and_the_work_goes_on() -> None:
    async def run() -> None:
        flights, finish, begun = Flights(), asyncio.Event(), []

        async def make() -> str:
            begun.append(1)
            await finish.wait()
            return "made"

        with pytest.raises(BusyError):
            await flights.share("key", make, 0.01)
        finish.set()
        assert await flights.share("key", make, WAIT) == "made"
        assert begun == [1]

    asyncio.run(run())


def test_process_that_makes_files_ahead_has_the_lowest_priority(tmp_path: Path) -> None:
    async def run() -> int:
        worker = Worker((int, ()), str(tmp_path), LOWEST)
        try:
            return await worker.call(os.getpriority, os.PRIO_PROCESS, 0)
        finally:
            worker.stop()

    assert asyncio.run(run()) == 19


def test_process_that_died_while_it_was_idle_is_replaced(tmp_path: Path) -> None:
    worker = Worker((int, ()), str(tmp_path))

    def ask() -> int:
        return asyncio.run(worker.call(os.getpid))

    try:
        first = ask()
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: worker._pool._broken)
        assert ask() != first
    finally:
        worker.stop()


@pytest.mark.slow
def test_command_survives_a_killed_worker_and_finishes_before_it_stops(project: Project) -> None:
    command = [
        sys.executable,
        str(ROOT / "publish.py"),
        "desk",
        "--book",
        "garden",
        "--port",
        "0",
        "--no-open",
        "--lang",
        "en",
    ]
    running = subprocess.Popen(
        command, cwd=project.root, env=outer_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert running.stdout
        port = int(re.search(r":(\d+)/", running.stdout.readline())[1])  # type: ignore[index]
        client = Client(port)
        assert client.ask("/healthz")[1] == b"ok\n"
        wait_for(lambda: len(_children(running.pid)) >= 2)
        with _asked(client, f"/file?{SHEET}") as asked:
            for pid in _children(running.pid):
                with suppress(ProcessLookupError):  # the process that makes files ahead ends by itself
                    os.kill(pid, signal.SIGKILL)
            assert asked.getresponse().read(4) == b"%PDF"
        with _asked(client, f"/file?{SHEET}&week={WEEK}") as asked:
            running.send_signal(signal.SIGTERM)
            assert asked.getresponse().status == 200
        assert running.communicate(timeout=LONG)[0] == ""
        assert running.returncode == 0
    finally:
        running.kill()


@contextmanager
def _asked(client: Client, address: str) -> Iterator[HTTPConnection]:
    """Send a request to the server; it has arrived when the server answers the one after it."""
    connection = HTTPConnection("127.0.0.1", client.port, timeout=LONG)
    try:
        connection.request("GET", address)
        assert client.ask("/healthz")[0].status == 200
        yield connection
    finally:
        connection.close()


def _children(pid: int) -> list[int]:
    """Return the worker processes of a server: those that run its spawned code."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
            command = (path.parent / "cmdline").read_bytes()
        except OSError:
            continue
        if int(fields[1]) == pid and b"spawn_main" in command:
            found.append(int(path.parent.name))
    return found


@pytest.mark.slow
def test_fifty_clients_get_files_or_a_time_to_try_again(client: Client) -> None:
    """Fifty browsers at once: each answer is a page, a file, or a time to try again."""
    statuses: dict[str, list[int]] = {"page": [], "file": []}

    def browse(number: int) -> None:
        for step in range(6):
            day = WEEK + timedelta(days=number)
            address = (
                "/",
                "/choose?lang=es",
                f"/make?{SHEET}",
                f"/file?{SHEET}",
                f"/file?{SHEET}&week={day}",
                "/healthz",
            )[step]
            statuses["file" if address.startswith("/file") else "page"].append(client.ask(address)[0].status)

    threads = [threading.Thread(target=browse, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses["page"] == [200] * 200
    assert len(statuses["file"]) == 100
    assert 200 in statuses["file"]
    assert set(statuses["file"]) <= {200, 503}


def test_other_address_needs_a_name() -> None:
    done = publish("desk", "--host", "0.0.0.0", "--no-open")
    assert done.returncode == 2
    assert "--allow-host" in done.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--allow-host", "https://desk.example.org/"),
        ("--allow-host", "desk.example.org:8018"),
        ("--allow-host", "*"),
        ("--allow-host", ""),
        ("--allow-host", "desk..example"),
        ("--proxy", "*"),
        ("--proxy", "localhost"),
        ("--proxy", "0.0.0.0/0"),
    ],
)
def test_name_that_no_browser_sends_and_proxy_that_is_not_one_address_are_refused(option: str, value: str) -> None:
    nowhere = "--host", "192.0.2.1", "--allow-host", "desk.example.org"  # otherwise, the desk would begin to serve
    done = publish("desk", *nowhere, "--no-open", option, value)
    assert done.returncode == 2
    assert f"“{value}”: write the " in done.stderr


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        ("müller.example", "write it as browsers send it, xn--mller-kva.example"),
        ("::1", "write an IPv6 address in brackets, [::1]"),
    ],
)
def test_name_that_browsers_send_in_another_form_is_shown_in_it(value: str, hint: str) -> None:
    done = publish("desk", "--host", "192.0.2.1", "--no-open", "--allow-host", value)
    assert done.returncode == 2
    assert f"“{value}”: {hint}" in " ".join(done.stderr.split())


def test_name_of_an_intranet_may_have_an_underscore() -> None:
    done = publish("desk", "--host", "192.0.2.1", "--no-open", "--allow-host", "desk_1")
    assert "desk_1" not in done.stderr
    assert "192.0.2.1: the address cannot be used" in done.stderr or "192.0.2.1:8018: " in done.stderr


@pytest.mark.slow
def test_titles_begin_on_the_side_of_the_page() -> None:
    """A title in an element with a direction of its own matches both rules, if they are not those of the page."""
    rules = (ROOT / "templates" / "desk" / "desk.css").read_text()
    assert "html[dir=" in rules
    assert not re.findall(r"(?<!html)\[dir=", rules)
