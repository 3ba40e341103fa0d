"""Packets: handouts and sheets in one file, and the command that builds them."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from conftest import build_once
from support_hospital import SHED, write_shed
from support_validators import CLAIMED, epubcheck, vera
from test_approvals import BOOK, ROLES, approve, begin, edit, release, status

from carepress.build import pipeline
from carepress.build.jobs import BuildRequest, job_table
from carepress.content import read_book
from carepress.content.packets import with_given_rows
from carepress.hospital.adapt import apply_hospital
from carepress.hospital.reader import check_hospital, read_hospital
from carepress.model import Book, Handout, Job, PublishError, TablePart
from carepress.signoff.digest import content_digest, passages
from carepress.workspace.manifest import read_manifest
from carepress.workspace.project import Project
from support import GARDEN, HANDBOOK, LANGS, ROOT, model, open_pdf, plain, publish

Made = Callable[[str], Path]  # builds in a language
ENGLISH_FIRST = ["en", pytest.param("es", marks=pytest.mark.slow)]


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GARDEN, tmp_path / "books" / "garden"))


@pytest.fixture(scope="module")
def made(shared: Path) -> Made:
    """Return a function that builds the garden's packet in a language once, and returns the output folder."""
    args = ("--book", GARDEN, "--packet", "start")
    return lambda lang: build_once(shared / "built-garden-packet", *args, "--lang", lang)


@pytest.fixture(scope="module")
def handouts(shared: Path) -> Made:
    """Return a function that builds the garden's handouts in a language once, and returns the output folder."""
    args = ("--book", GARDEN, "--handout", "all")
    return lambda lang: build_once(shared / "built-garden-handouts", *args, "--lang", lang)


def path(made: Made, edition: str, lang: str) -> Path:
    suffix = "epub" if edition == "epub" else "pdf"
    return made(lang) / "generic" / lang / "packets" / f"garden-packet-start-{edition}-{lang}.{suffix}"


# --- the files -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ENGLISH_FIRST)
def test_packet_has_the_pages_of_its_handouts_and_sheets(made: Made, handouts: Made, lang: str) -> None:
    pdf = open_pdf(path(made, "booklet", lang))
    folder = handouts(lang) / "generic" / lang / "handouts"
    water, soil = (open_pdf(folder / f"garden-{name}-booklet-{lang}.pdf") for name in ("water", "soil"))
    assert pdf.texts[:-1] == [*water.texts, *soil.texts]
    book = model(GARDEN, lang)
    sheet = next(sheet for sheet in book.sheets() if sheet.id == "watering")
    assert plain(sheet.title) in pdf.texts[-1]
    titles = {item.id: plain(item.title) for item in book.handouts}
    assert [(title, page) for title, page, _inside in pdf.outline] == [
        (titles["water"], 1),
        (titles["soil"], 1 + len(water.texts)),
        (plain(sheet.title), len(pdf.texts)),
    ]
    first = pdf.outline[0][2], pdf.outline[1][2]
    assert [row[1] for row in first[1]] == [row[1] + len(water.texts) for row in soil.outline]
    assert str(pdf.file.docinfo["/Title"]).startswith(plain(book.packets[0].name))


def test_link_in_a_packet_leads_to_its_own_handout(made: Made) -> None:
    """Both handouts have pages of the same names, such as that of a sheet and those of terms."""
    pdf = open_pdf(path(made, "booklet", "en"))
    numbers = {page.objgen: number for number, page in enumerate(pdf.file.pages)}
    names = pikepdf.NameTree(pdf.file.Root.Names.Dests)
    ends = [page for _title, page, _inside in pdf.outline[1:]]
    found = 0
    for number, page in enumerate(pdf.file.pages, 1):
        for link in page.get("/Annots", ()):
            if "/Dest" in link:
                target = numbers[names[str(link.Dest)][0].objgen] + 1
                assert sum(number >= end for end in ends) == sum(target >= end for end in ends)
                found += 1
    assert found > 4


def test_packet_is_filled_in_on_a_screen(made: Made) -> None:
    form = open_pdf(path(made, "booklet", "en")).file.Root.AcroForm
    assert len(form.Fields) > 10


def test_print_edition_folds_each_handout_by_itself(made: Made, handouts: Made) -> None:
    pdf = open_pdf(path(made, "print", "en"))
    folder = handouts("en") / "generic" / "en" / "handouts"
    water, soil = (open_pdf(folder / f"garden-{name}-print-en.pdf") for name in ("water", "soil"))
    assert pdf.texts[:-2] == [*water.texts, *soil.texts]
    assert len(water.texts) % 2 == len(soil.texts) % 2 == 0
    # Nothing is printed on the back of a sheet to write on.
    assert ("Watering" in pdf.texts[-2], pdf.texts[-1]) == (True, "")
    assert pdf.file.Root.ViewerPreferences.Duplex == "/DuplexFlipShortEdge"
    assert str(pdf.file.docinfo["/Title"]).startswith("Your first visit to the garden")


@pytest.mark.parametrize("lang", ENGLISH_FIRST)
def test_e_book_has_a_part_for_each_handout_and_each_chapter_once(made: Made, lang: str) -> None:
    file = path(made, "epub", lang)
    book, names = model(GARDEN, lang), [name.rpartition("/")[2] for name in zipfile.ZipFile(file).namelist()]
    assert [name for name in names if name.startswith("part-")] == ["part-water.xhtml", "part-soil.xhtml"]
    assert (names.count("sowing.xhtml"), names.count("soil.xhtml")) == (1, 1)
    assert names.index("sowing.xhtml") < names.index("part-soil.xhtml") < names.index("soil.xhtml")
    with zipfile.ZipFile(file) as archive:
        package = archive.read("EPUB/content.opf").decode()
        sheets = [archive.read(name).decode() for name in archive.namelist() if "/sheets-" in name]
    assert f">{plain(book.packets[0].name)}</dc:title>" in package
    assert "pageBreak" not in package, "no booklet has its pages"
    assert sum(text.count('id="sheet-watering"') for text in sheets) == 1


def test_validators_report_nothing(made: Made) -> None:
    assert vera(CLAIMED, *(path(made, "booklet", lang) for lang in LANGS)) == {}
    assert epubcheck(*(path(made, "epub", lang) for lang in LANGS)) == {}


def test_manifest_and_shelf_have_the_packet(made: Made, tmp_path: Path) -> None:
    record = read_manifest(made("en"))["generic/en/packets/garden-packet-start-booklet-en.pdf"]
    assert (record.packet, record.handout, record.personal) == ("start", None, False)
    assert record.title == "Your first visit to the garden"
    out = Path(shutil.copytree(made("en"), tmp_path / "build"))
    done = publish("shelf", "--book", GARDEN, "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    (page,) = out.glob("*.html")
    assert "garden-packet-start-booklet-en.pdf" in page.read_text(encoding="utf-8")


def test_parts_are_made_once_for_all_editions_of_the_same_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, made = begin(tmp_path / "project"), []

    def build_pdf(_project: Project, job: Job, *_args: object, **_options: object) -> pipeline.BuiltFile:
        made.append((job.edition, job.paper, job.handout))
        return pipeline.BuiltFile(b"pages", [])

    monkeypatch.setattr(pipeline, "_build_pdf", build_pdf)
    monkeypatch.setattr(pipeline, "check_pdf", lambda *_args: (1, []))
    monkeypatch.setattr(pipeline, "impose", lambda data, *_args: b"folded " + data)
    for join in ("join_accessible", "join_printable"):
        monkeypatch.setattr(pipeline, join, lambda _shell, files: b"+".join(file.data for file in files))

    def build(*args: str) -> int:
        before = len(made)
        done = publish("build", *BOOK, "--lang", "en", "--out", "build", *args, root=root)
        assert done.returncode == 0, done.stderr
        return len(made) - before

    assert build("--handout", "water", "--edition", "booklet", "--paper", "a5") == 1
    assert build("--packet", "start", "--edition", "booklet", "--paper", "a5") == 2, "the handout is there"
    assert build("--packet", "start", "--edition", "print", "--paper", "a4") == 0, "they are only imposed"
    assert next((root / "build").rglob("*packet*print*")).read_bytes() == b"folded pages+folded pages+pages"
    assert [edition for edition, _paper, _handout in made] == ["booklet", "booklet", "sheets"]
    edit(root, "content/garden/chapters/sowing.md", "Water in the morning", "Water in the evening")
    assert build("--packet", "start", "--edition", "print", "--paper", "a4") == 3


def test_packet_is_made_again_only_if_it_has_changed(made: Made) -> None:
    done = publish("build", "--book", GARDEN, "--packet", "all", "--lang", "en", "--out", made("en"))
    assert "unchanged  booklet packet start en: " in done.stdout
    assert publish("verify", "--book", GARDEN, path(made, "booklet", "en"), "--out", made("en")).returncode == 0


def test_files_of_a_packet_are_those_of_its_handouts_and_its_sheets(garden: Path, tmp_path: Path) -> None:
    request = BuildRequest(str(garden), tmp_path, ("en",), packets=("all",), separate=True)
    jobs = job_table(Project(ROOT), request)
    assert [(job.edition, job.handout, job.packet) for job in jobs] == [
        *[(edition, name, None) for name in ("water", "soil") for edition in ("booklet", "print", "epub")],
        ("sheets", None, "start"),
    ]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--packet", "stop"), "stop: unknown packet: use one of start, or all"),
        (("--packet", "start", "--edition", "press"), "press: a packet is not one file of this edition: add --files"),
        (("--packet", "start", "--handout", "soil"), "--packet has its own handouts and sheets: omit --handout"),
        (("--packet", "start", "--start", "2026-01-05"), "--packet has its own handouts and sheets: omit"),
        (("--files",), "--files needs --packet"),
    ],
)
def test_wrong_request_is_explained(tmp_path: Path, args: tuple[str, ...], message: str) -> None:
    done = publish("build", "--book", GARDEN, "--out", tmp_path, *args)
    assert done.returncode != 0
    assert message in done.stderr


def test_command_lists_packets() -> None:
    done = publish("handouts", "--book", GARDEN, "--lang", "es")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert ["packet", "start", "Su primera visita a la huerta"] in lines
    assert ["water,", "soil,", "watering"] in lines


# --- reading book.toml -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('id = "start"', 'id = "all"', "reserved name “all”: choose another id"),
        (
            'handouts = ["water"',
            'handouts = ["mower"',
            "there is no handout “mower”: use one of soil, water, or remove",
        ),
        ('handouts = ["water"', 'handouts = ["soil"', "duplicate “soil”: list it once"),
        ('["watering"]\n', '["water"]\n', "there is no sheet “water”: use one of watering, plan, or remove it"),
        ('handouts = ["water", "soil"]\nsheets = ["watering"]', "", "at least one handout or sheet"),
        ('name = "Your first visit to the garden"', "", "packets.0"),
    ],
)
def test_mistake_in_a_packet_is_reported_with_its_line(garden: Path, old: str, new: str, message: str) -> None:
    file = garden / "book.toml"
    before, text = file.read_text(encoding="utf-8").split("[[packets]]")
    assert old in text
    file.write_text(f"{before}[[packets]]{text.replace(old, new)}", encoding="utf-8")
    with pytest.raises(PublishError) as caught:
        read_book(garden)
    assert message in str(caught.value)
    assert "book.toml:" in str(caught.value)
    assert caught.value.line
    assert caught.value.line >= before.count("\n")


def test_packet_never_has_a_handout_given_apart(garden: Path) -> None:
    file = garden / "book.toml"
    text = file.read_text(encoding="utf-8").replace("color = 3", "color = 3\napart = true")
    file.write_text(text, encoding="utf-8")
    line = text[: text.index('handouts = ["water"')].count("\n") + 1
    with pytest.raises(PublishError, match=f":{line}: the handout “water” is apart, and never in a packet: remove it"):
        read_book(garden)


def test_duplicate_packet_is_reported(garden: Path) -> None:
    with (garden / "book.toml").open("a", encoding="utf-8") as file:
        file.write('\n\n[[packets]]\nid = "start"\nname = "Again"\nsheets = ["plan"]\n')
    with pytest.raises(PublishError, match="duplicate packet “start”: choose another id"):
        read_book(garden)


# --- the sheet of handouts -------------------------------------------------------------------


def given(book: Book) -> TablePart:
    return next(
        part for sheet in book.sheets() for part in sheet.parts if isinstance(part, TablePart) and part.per_handout
    )


def listed(book: Book) -> list[Handout]:
    return [item for item in book.handouts if not item.apart]


def test_sheet_of_handouts_has_those_of_the_packet_first_with_their_version() -> None:
    book = model(HANDBOOK, "en")
    names = [item.id for item in listed(book)]
    chosen = [names[4], names[2]]
    table = given(with_given_rows(book, book.handouts, chosen))
    order = [*chosen, *(name for name in names if name not in chosen)]
    titles = {item.id: item.title for item in listed(book)}
    assert list(table.row_labels) == [titles[name] for name in order]
    assert table.versions == (book.version, book.version, *[""] * (len(names) - 2))


# --- hospitals -------------------------------------------------------------------------------

PACKETS = """
[[books.garden.packets]]
id = "start"
name.en = "Welcome to the shed"
name.es = "Bienvenida al cobertizo"
handouts = ["water"]

[[books.garden.packets]]
id = "later"
name.en = "Later"
name.es = "Más tarde"
sheets = ["plan"]
"""


def shed_with(tmp_path: Path, packets: str) -> Path:
    folder = write_shed(tmp_path)
    with (folder / "hospital.toml").open("a", encoding="utf-8") as file:
        file.write(packets)
    return folder


@pytest.mark.parametrize("lang", LANGS)
def test_packet_of_a_hospital_replaces_that_of_the_book(tmp_path: Path, lang: str) -> None:
    hospital = read_hospital(shed_with(tmp_path, PACKETS), model(GARDEN, "en"), LANGS)
    packets = apply_hospital(model(GARDEN, lang), hospital).packets
    names = {"en": ["Welcome to the shed", "Later"], "es": ["Bienvenida al cobertizo", "Más tarde"]}
    assert [plain(packet.name) for packet in packets] == names[lang]
    assert [(packet.handouts, packet.sheets) for packet in packets] == [(("water",), ()), ((), ("plan",))]


def test_packet_of_the_book_loses_what_a_hospital_leaves_out(tmp_path: Path) -> None:
    hospital = read_hospital(write_shed(tmp_path), model(GARDEN, "en"), LANGS)
    (packet,) = apply_hospital(model(GARDEN, "en"), hospital).packets
    assert (packet.handouts, packet.sheets) == (("water",), ())


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('handouts = ["water"]', 'handouts = ["soil"]', "your profile leaves out the handout “soil”: remove it from"),
        ('sheets = ["plan"]', 'sheets = ["watering"]', "your profile leaves out the sheet “watering”: remove it"),
        ('handouts = ["water"]', 'handouts = ["mower"]', "there is no handout “mower”: use one of soil, water, or"),
        ('sheets = ["plan"]', 'sheets = ["plan", "plan"]', "duplicate “plan”: list it once"),
        ('id = "later"', 'id = "start"', "duplicate packet “start”: choose another id"),
        ('name.es = "Más tarde"\n', "", "“books.garden.packets.1.name” has no text in “es”: add name.es"),
    ],
)
def test_mistake_in_a_packet_of_a_hospital(tmp_path: Path, old: str, new: str, message: str) -> None:
    folder = shed_with(tmp_path, PACKETS.replace(old, new))
    errors, hospital = check_hospital(folder, model(GARDEN, "en"), LANGS)
    assert hospital is None
    (error,) = errors
    assert message in str(error)
    text = (folder / "hospital.toml").read_text(encoding="utf-8")
    assert error.line
    assert error.line > SHED.count("\n")
    assert error.line <= text.count("\n")


def test_packets_are_not_part_of_what_a_signature_for_the_book_covers(tmp_path: Path) -> None:
    book = model(GARDEN, "en")
    before = read_hospital(write_shed(tmp_path / "before"), book, LANGS)
    after = read_hospital(shed_with(tmp_path / "after", PACKETS), book, LANGS)
    digests = [content_digest(passages(apply_hospital(book, item), item)) for item in (before, after)]
    assert digests[0] == digests[1]


# --- sign-off --------------------------------------------------------------------------------

RELEASE = ("--lang", "es", "--packet", "start", "--edition", "booklet")
FILE = "build/shed/es/packets/garden-packet-start-booklet-es.pdf"


@pytest.fixture(scope="module")
def signed_packet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose hospital has signed the only handout of its packet, and released the packet."""
    root = begin(tmp_path_factory.mktemp("packet") / "project")
    refused = release(root, *RELEASE)
    assert refused.returncode == 1
    assert "es: the clinical reviewer has not signed" in refused.stderr
    for role in ROLES:
        done = approve(root, "es", role, handout="water")
        assert (done.returncode, done.stderr) == (0, "")
    done = release(root, *RELEASE)
    assert done.returncode == 0, done.stderr
    return root


def verify(root: Path, name: str = FILE) -> tuple[int, str]:
    done = publish("verify", *BOOK, "--on", "2026-12-01", "--out", "build", name, root=root)
    return done.returncode, done.stdout


def test_packet_is_released_if_its_handouts_are_signed(signed_packet: Path) -> None:
    code, text = verify(signed_packet)
    assert code == 0, text
    (row,) = [line for line in status(signed_packet)[1] if " packet start: " in line]
    assert row.startswith("shed es booklet packet start: current, review due on 2047-03-01; garden-packet-start-")


def test_packet_whose_name_is_not_filled_in_cannot_be_signed(tmp_path: Path) -> None:
    """Its handouts and sheets could be signed; its own title was only found at the release."""
    root = begin(tmp_path / "project")
    edit(root, "content/garden/book.toml", 'name = "Your first visit', 'name = "FILL IN: Your first visit')
    assert publish("catalogs", "update", *BOOK, root=root).returncode == 0
    done = approve(root, "en", "clinical reviewer", packet="start")
    assert (done.returncode, done.stdout) == (1, "")
    assert re.match(r"content/garden/book\.toml:\d+: 1 line is not filled in: \d+: write", done.stderr)


def test_packet_is_void_if_a_handout_has_changed(signed_packet: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(signed_packet, tmp_path / "project"))
    edit(root, "content/garden/chapters/sowing.md", "Water in the morning", "Water in the evening")
    code, text = verify(root)
    assert (code, "the text has changed since" in text) == (1, True)
    (row,) = [line for line in status(root)[1] if " packet start: " in line]
    assert row.startswith("shed es booklet packet start: void: ")
    done = publish("build", *BOOK, "--hospital", "shed", "--lang", "es", "--handout", "water", "--out", "build",
                   "--edition", "sheets", root=root)  # fmt: skip
    moved = f"void       {FILE}: the text has changed since; renamed to garden-packet-start-booklet-es-void-"
    assert moved in done.stdout


def test_changes_are_listed_if_the_book_was_signed(tmp_path: Path) -> None:
    """The packet and its handout were never signed by themselves; a chapter outside them has changed too."""
    root = begin(tmp_path / "project")
    for role in ROLES:
        assert approve(root, "es", role).returncode == 0
    handout = "build/shed/es/handouts/garden-water-booklet-es.pdf"
    for what in (RELEASE, ("--lang", "es", "--handout", "water", "--edition", "booklet")):
        done = release(root, *what)
        assert done.returncode == 0, done.stderr
    edit(root, "content/garden/chapters/sowing.md", "Water in the morning", "Water in the evening")
    edit(root, "content/garden/chapters/soil.md", "Good soil is dark", "Good soil is brown")
    for name in (FILE, handout):
        code, text = verify(root, name)
        assert code == 1
        assert "chapters/sowing.md" in text, text
        assert "Good soil" not in text


def test_packet_is_void_if_it_has_other_sheets(signed_packet: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(signed_packet, tmp_path / "project"))
    edit(root, "content/garden/book.toml", 'handouts = ["water", "soil"]\nsheets = ["watering"]',
         'handouts = ["water"]\nsheets = ["plan"]')  # fmt: skip
    code, text = verify(root)
    assert (code, "the text has changed since" in text) == (1, True)
    refused = release(root, *RELEASE)
    assert (refused.returncode, "es: the clinical reviewer has not signed" in refused.stderr) == (1, True)


BOTH = """
[[books.garden.packets]]
id = "both"
name.en = "Water and a plan"
name.es = "Agua y un plano"
handouts = ["water"]
sheets = ["plan"]
"""


def test_one_command_signs_all_parts_of_a_packet(tmp_path: Path) -> None:
    root = begin(tmp_path / "project")
    with (root / "content" / "hospitals" / "shed" / "hospital.toml").open("a", encoding="utf-8") as file:
        file.write(BOTH)
    for role in ROLES:
        done = approve(root, "es", role, packet="both")
        assert (done.returncode, done.stderr) == (0, "")
        assert [line.split(",")[0] for line in done.stdout.splitlines() if line.startswith("signed: ")] == [
            "signed: shed water es",
            "signed: shed packet-both-sheets es",
        ]
    wanted = ("--lang", "es", "--packet", "both", "--edition", "booklet")
    assert release(root, *wanted).returncode == 0
    name = FILE.replace("start", "both")
    assert verify(root, name)[0] == 0
    edit(root, "content/garden/chapters/sowing.md", "Water in the morning", "Water in the evening")
    code, text = verify(root, name)
    assert code == 1
    for shown in (text, "\n".join(status(root)[1])):
        assert "sowing.md" in shown
        assert "garden/sheets" not in shown, "the rows that the packet fills in are no change"


def test_packet_is_not_signed_with_other_texts() -> None:
    args = ("--hospital", "shed", "--lang", "es", "--packet", "start")
    for other in (("--handout", "water"), ("--changes",)):
        done = publish("approve", *args, *other)
        assert done.returncode == 2
        assert "--packet signs all of its handouts: omit --handout" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["large-print", "bilingual"])
def test_packet_in_other_editions(tmp_path: Path, edition: str) -> None:
    """Each handout has its own pages; the sheets follow, in the language of the family."""
    out = tmp_path / "build"
    done = publish("build", "--book", GARDEN, "--packet", "start", "--lang", "es", "--edition", edition, "--out", out)
    assert done.returncode == 0, done.stderr
    (file,) = out.rglob("*.pdf")
    pdf, book = open_pdf(file), model(GARDEN, "es")
    titles = {item.id: plain(item.title) for item in book.handouts}
    watering = next(sheet for sheet in book.sheets() if sheet.id == "watering")
    shown = [title for title, _page, _inside in pdf.outline]
    assert shown[-1] == plain(watering.title)
    assert all(titles[name] in title for name, title in zip(("water", "soil"), shown)), shown
    assert plain(watering.title) in pdf.texts[-1]
    assert pdf.file.Root.Lang
