"""`publish.py dossier`: the PDF and the CSV file that reviewers sign from."""

from __future__ import annotations

import csv
import io
import shutil
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from support_hospital import write_shed
from support_validators import CLAIMED, vera

from carepress.content.evidence import read_evidence
from carepress.dossier.csv_file import COLUMNS, write_csv
from carepress.dossier.passages import ReviewPassage, review_passages
from carepress.localize import localize
from carepress.model import Index, segments
from carepress.signoff.state import sign_off
from carepress.text.inline import strip_markup
from carepress.workspace.project import Project
from support import GARDEN, HANDBOOK, LANGS, ROOT, Pdf, flat, model, publish

PROJECT = Project(ROOT)
Row = dict[str, str]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project with the garden book and a hospital for it."""
    root = tmp_path_factory.mktemp("dossier")
    shutil.copytree(GARDEN, root / "content" / "garden")
    write_shed(root)
    return root


def dossier(root: Path, *args: object, out: Path | None = None) -> Path:
    """Make a dossier of the garden; return its PDF."""
    done = publish("dossier", "--book", "garden", *args, "--out", out or root / "build", root=root)
    assert (done.returncode, done.stderr) == (0, "")
    paths = [Path(line.removeprefix("wrote").strip()) for line in done.stdout.splitlines() if line.startswith("wrote")]
    assert [path.suffix for path in paths] == [".pdf", ".csv"]
    return root / paths[0]


@pytest.fixture(scope="module")
def spanish(root: Path) -> Path:
    return dossier(root, "--lang", "es")


@pytest.fixture(scope="module")
def of_hospital(root: Path) -> Path:
    return dossier(root, "--lang", "es", "--hospital", "shed", "--paper", "letter")


def rows(pdf: Path) -> dict[str, Row]:
    """Return the rows of the CSV file beside a PDF, by id."""
    text = pdf.with_suffix(".csv").read_bytes().decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len({row["id"] for row in table}) == len(table)
    return {row["id"]: row for row in table}


def review_rows(lang: str) -> list[ReviewPassage]:
    source = model(GARDEN, "en")
    return list(review_passages(localize(PROJECT, source, lang), read_evidence(source)))


# --- the passages ----------------------------------------------------------------------------


def test_every_text_is_listed_in_both_languages(spanish: Path) -> None:
    table = rows(spanish).values()
    assert [row["english"] for row in table] == [row.source for row in review_rows("es")]
    for lang, column in zip(LANGS, ("english", "translation")):
        book = model(GARDEN, lang)
        index = {s for c in book.chapters() for b in c.blocks if isinstance(b, Index) for s in segments(b)}
        missing = {strip_markup(s.text) for s in set(segments(book)) - index} - {row[column] for row in table}
        assert missing == set()


def test_row_has_its_evidence(spanish: Path) -> None:
    table = rows(spanish)
    fed = table["soil#feeding.2"]
    assert fed["translation"].startswith("Extienda abono sobre el cantero")
    assert (fed["group"], fed["within"], fed["kind"], fed["box"]) == ("Know your soil", "soil#feeding", "paragraph", "")
    assert (fed["sources"], fed["reviewed"], fed["state"]) == ("notes: Feeding the bed", "2025-03", "translated")
    assert fed["disagrees"].startswith("The notebook gives one barrow")
    assert fed["file"].endswith("garden/chapters/soil.md")
    assert (fed["line"], table["soil#worms.5"]["box"]) == ("26", "call")
    assert table["drawing:bed.2"]["sources"] == fed["sources"]
    assert table["table:depths.5"]["within"] == "sowing#depth"
    assert table["glossary:acid.1"]["ours"]
    assert table["schedule:tree.1"]["sources"] == "notes: Trees"
    assert table["soil#not-add.2"]["reviewed"] == "2025-03; 2025-03-14"


def test_english_dossier_has_no_translation(root: Path) -> None:
    pdf = dossier(root)
    assert pdf == root / "build/generic/en/garden-dossier-en.pdf"
    assert {row["translation"] for row in rows(pdf).values()} == {""}
    assert {row["state"] for row in rows(pdf).values()} == {"source"}
    assert "Spanish" not in " ".join(Pdf(pdf).texts)


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "paper"), [("en", "letter"), ("es", "a4")])
def test_dossier_of_handbook(lang: str, paper: str, tmp_path: Path) -> None:
    """Its lists of sources have many lengths: each fits into its row."""
    done = publish("dossier", "--book", HANDBOOK, "--lang", lang, "--paper", paper, "--out", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / f"generic/{lang}/childhood-all-dossier-{lang}.pdf").is_file()


def test_folder_that_cannot_be_written_is_one_line(root: Path, tmp_path: Path) -> None:
    (tmp_path / "generic").touch()
    done = publish("dossier", "--book", "garden", "--out", tmp_path, root=root)
    assert done.returncode == 1
    assert "cannot be written (Not a directory)" in done.stderr
    assert "or name another folder with --out" in done.stderr


def test_texts_of_hospital_are_its_own(of_hospital: Path) -> None:
    table = rows(of_hospital)
    own = {name for name, row in table.items() if row["sources"] == "the hospital's own"}
    assert {name for name in own if not name.startswith("hospital:")} == {
        *(f"own-{page}{place}" for page in ("tools", "gate") for place in (".1", ".2", "#more.1", "#more.2"))
    }
    assert table["hospital:emergency"]["translation"] == "Texto de muestra: suelte la horca."
    assert table["hospital:emergency"]["english"] == "Sample text: put the fork down."
    assert table["hospital:address"]["english"] == "1 Mill Lane, Gardenby"
    # A number is not a formula.
    assert table["hospital:telephones.1.number"]["english"] == "'+1 555-555-0150"
    assert not [name for name in table if name.startswith(("soil", "sheet:watering"))], "what the hospital leaves out"


def test_hospital_without_english(tmp_path: Path) -> None:
    shutil.copytree(GARDEN, tmp_path / "content" / "garden")
    folder = write_shed(tmp_path)
    lines = (folder / "hospital.toml").read_text(encoding="utf-8").splitlines(keepends=True)
    text = "".join(line for line in lines if ".en =" not in line).replace('["en", "es"]', '["es"]')
    (folder / "hospital.toml").write_text(text, encoding="utf-8")
    for path in folder.glob("pages/*.en.md"):
        path.unlink()
    table = rows(dossier(tmp_path, "--lang", "es", "--hospital", "shed"))
    assert (table["own-gate.2"]["english"], table["own-gate.2"]["translation"]) == (
        "",
        "Cierre la puerta. Cierre la puerta.",
    )
    assert (table["hospital:name"]["english"], table["hospital:name"]["translation"]) == ("", "El cobertizo")
    assert table["sowing.1"]["english"] == "Sowing and watering"


# --- the CSV file ----------------------------------------------------------------------------


def test_csv_format(spanish: Path) -> None:
    data = spanish.with_suffix(".csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,group,within,")
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == len(rows(spanish)) + 1


def test_columns_are_documented() -> None:
    text = (ROOT / "docs" / "dossier.md").read_text(encoding="utf-8")
    table = text.partition("## The CSV file")[2].partition("\n## ")[0]
    documented = [
        name for line in table.splitlines() if line.startswith("| `") for name in line.split(" | ")[0].split("`")[1::2]
    ]
    assert documented == list(COLUMNS)


@pytest.mark.parametrize("text", ["=1+1", "+1 555", "-2", "@cell", "\tx", "\rx"])
def test_formulas_become_text(text: str) -> None:
    passage = replace(review_rows("es")[0], id=text, source=text, translation=text)
    lines = list(csv.reader(io.StringIO(write_csv([passage], "en").decode("utf-8-sig"), newline="")))
    row = dict(zip(*lines))
    assert (row["id"], row["english"], row["translation"]) == (f"'{text}",) * 3


def test_quotes_commas_and_line_breaks_survive() -> None:
    text = 'He wrote "a, b"\r\nand 1-2 = 3'
    lines = list(
        csv.reader(io.StringIO(write_csv([replace(review_rows("en")[0], source=text)], "en").decode(), newline=""))
    )
    assert lines[1][list(COLUMNS).index("source")] == text


# --- the PDF ---------------------------------------------------------------------------------


def test_title_page(root: Path, spanish: Path) -> None:
    source = model(root / "content" / "garden", "en")
    signing = sign_off(Project(root, ROOT), localize(Project(root, ROOT), source, "es"))
    text = Pdf(spanish).texts[0]
    for words in (
        "A First Vegetable Garden.",
        "garden, version 0.1",
        "March 1, 2026",
        "March 1, 2047",
        "Spanish, beside the English",
        "none: the generic text",
        signing.digests["es"],
        "No clinician has reviewed this text yet.",
        "never signed",
        "Notebook of a shared garden. The neighbors of Mill Lane. Read through in March 2025.",
        "Digging (2025-03-14); Feeding the bed (2025-03)",
    ):
        assert words in text, words


def test_discrepancies_come_before_passages(spanish: Path) -> None:
    text = " ".join(Pdf(spanish).texts)
    places = [
        text.index(words)
        for words in (
            "What the sources disagree on",
            "soil#feeding The notebook gives one barrow",
            "What is ours alone",
            "soil#worms The telephone call about the smell of fuel. notes: Digging",
            "How to use this small handbook Id English",
            "Sources disagree: The notebook",
        )
    ]
    assert places == sorted(places)
    assert "Passages without evidence" not in text
    assert "No evidence." not in text


def test_pages_are_landscape_with_header_rows_and_numbers(spanish: Path, of_hospital: Path) -> None:
    for path, size in ((spanish, (842, 595)), (of_hospital, (792, 612))):
        pdf = Pdf(path)
        assert {tuple(round(value) for value in pdf.reader[i].get_size()) for i in range(len(pdf.texts))} == {size}
        for number, text in enumerate(pdf.texts, 1):
            assert f"{number} / {len(pdf.texts)}" in text
    long = [text for text in Pdf(spanish).texts if "sheet:plan" in text or "Sheets and forms" in text]
    assert len(long) > 1
    assert all("Id English Spanish Correct?" in text for text in long), "each page repeats the heading of its table"


def test_every_passage_is_printed(spanish: Path) -> None:
    text = flat(" ".join(Pdf(spanish).texts)).replace(" ", "")
    lost = [row.id for row in review_rows("es") if flat(row.source).replace(" ", "") not in text]
    assert lost == []


def test_pdf_is_tagged_with_languages(spanish: Path) -> None:
    with pikepdf.open(spanish) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.MarkInfo.Marked
        languages = {str(item.Lang) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/S" in item and "/Lang" in item}  # fmt: skip
    assert "es" in languages


def test_verapdf(spanish: Path) -> None:
    assert vera(CLAIMED, spanish) == {}


def test_hospital_and_its_signatures(root: Path, of_hospital: Path, tmp_path: Path) -> None:
    text = Pdf(of_hospital).texts[0]
    assert "as The Shed & Sons publishes it" in text
    assert "es: the clinical reviewer has not signed." in text
    assert "publish.py approve --book garden --hospital shed --lang es --role ROLE" in text
    assert "No clinician has reviewed this text yet." in text
    copy = shutil.copytree(root / "content", tmp_path / "content").parent
    signature = ("--role", "clinical reviewer", "--name", "Ana Sample", "--date", "2026-11-23")
    done = publish("approve", "--book", "garden", "--hospital", "shed", "--lang", "es", *signature, root=copy)
    code = done.stdout.splitlines()[0].rpartition(" ")[2]
    assert code in text, "the content code that the reviewer signs"
    text = Pdf(dossier(copy, "--lang", "es", "--hospital", "shed")).texts[0]
    assert "clinical reviewer: Ana Sample, signed on November 23, 2026." in text
    assert "No clinician has reviewed" not in text
    assert "es: the parent reviewer has not signed." in text


# --- the command -----------------------------------------------------------------------------


def test_bytes_are_the_same_each_time(root: Path, spanish: Path, tmp_path: Path) -> None:
    again = dossier(root, "--lang", "es", out=tmp_path)
    for suffix in (".pdf", ".csv"):
        assert again.with_suffix(suffix).read_bytes() == spanish.with_suffix(suffix).read_bytes()
    assert sorted(path.name for path in again.parent.iterdir()) == ["garden-dossier-es.csv", "garden-dossier-es.pdf"]


def test_missing_evidence_and_translations_are_shown(root: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(root / "content", tmp_path / "content").parent
    (copy / "content/garden/evidence/sowing.toml").unlink()
    catalog = copy / "content/garden/locales/es/LC_MESSAGES/garden.po"
    text = catalog.read_text(encoding="utf-8")
    assert 'msgid "For 1 year"' in text
    catalog.write_text(text.replace('msgid "For 1 year"', '#, fuzzy\nmsgid "For 1 year"'), encoding="utf-8")
    pdf = dossier(copy, "--lang", "es")
    text = " ".join(Pdf(pdf).texts)
    assert "The translation is not complete: 1 passage is marked" in text
    assert "Passages without evidence" in text
    assert "these 6 places: sowing, sowing#depth, sowing#water, sowing#where-to-ask, sowing#next, sowing#ask." in text
    assert [row["id"] for row in rows(pdf).values() if row["state"] == "fuzzy"] == ["schedule:hedge.8"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (("--lang", "fr"), "the book does not have this language"),
        (("--hospital", "nowhere"), "unknown hospital"),
    ],
)
def test_errors(root: Path, args: tuple[str, ...], message: str) -> None:
    done = publish("dossier", "--book", "garden", *args, root=root)
    assert done.returncode == 1
    assert message in done.stderr


def test_broken_evidence_writes_nothing(root: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(root / "content", tmp_path / "content").parent
    path = copy / "content/garden/evidence/soil.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('at = "next"', 'at = "last"'), encoding="utf-8")
    done = publish("dossier", "--book", "garden", root=copy)
    assert done.returncode == 1
    assert done.stderr.startswith("content/garden/evidence/soil.toml:20: the chapter has no passage “last”")
    assert not (copy / "build").exists()
