"""Tables that do not fit: columns as wide as their words, smaller type, hyphens, then a block for each row."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path

import pytest

from carepress.model import EDITIONS
from carepress.model.editions import A4, A5
from carepress.pages.tables import fit_sheet_table, fit_table
from carepress.text.hyphens import hyphenated
from support import Epub, Pdf, copy_project, publish

LABEL = "{}:".format


def table(*rows: tuple[str, ...]) -> str:
    """Return a table as templates/blocks.j2 does; the first row has the headings."""
    head, *body = rows
    lines = "".join(f"<tr><th>{first}</th>{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>" for first, *rest in body)
    return (
        f'<table id="t" class="data columns-{len(head)}"><caption>C</caption>\n<thead>\n'
        f"<tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>\n</thead>\n<tbody>{lines}</tbody></table>"
    )


def fitted(html: str, edition: str = "booklet", lang: str = "en") -> str:
    paper = A4 if edition == "large-print" else A5
    return str(fit_table(html, EDITIONS[edition], paper, lang, LABEL))


def widths(html: str) -> list[float]:
    return [float(share) for share in re.findall(r"width: ?([\d.]+)%", html)]


def test_table_that_fits_stays() -> None:
    html = table(("Vegetable", "Depth", "What to watch for"), ("Radish", "1 cm", "Flea beetles"))
    assert fitted(html) == html


def test_columns_as_wide_as_their_words() -> None:
    html = table(("Name", "What", "Note"), ("Hyperparathyroidism and", "more words", "none"))
    made = fitted(html)
    assert 'class="data fitted columns-3"' in made
    first, *_rest = shares = widths(made)
    assert sum(shares) == pytest.approx(100, abs=0.05)
    assert first > 30  # the style sheet has 24


def test_smaller_type_before_hyphens_and_never_below_the_minimum() -> None:
    html = table(("Hospitalization", "Anticoagulation", "Antiinflammatory", "Gastroenterology"), ("a", "b", "c", "d"))
    assert 'class="data fitted small' in fitted(html)
    large = fitted(html, "large-print")
    assert "small" not in large
    assert "\u00ad" in large


def test_rows_as_blocks_with_labels() -> None:
    html = table(
        tuple(f"Heading {number}" for number in range(9)), tuple(f"Unbreakable{number}" for number in range(9))
    )
    made = fitted(html.replace("Unbreakable", "Medicines<b>&amp;</b>"))
    assert 'class="data blocks' in made
    assert re.findall(r'<td data-label="(.*?)">', made) == [f"Heading {number}:" for number in range(1, 9)]
    assert re.sub(r' data-label=".*?"| blocks', "", made) == html.replace("Unbreakable", "Medicines<b>&amp;</b>")


@pytest.mark.parametrize(
    ("word", "lang", "parts"),
    [
        ("Hospitalization", "en", "Hos-pit-al-iz-a-tion"),
        ("Blutgerinnungsuntersuchung", "de", "Blut-ge-rin-nungs-un-ter-su-chung"),
        ("inmunohistoquímica", "es-419", "inmu-no-his-to-quí-mica"),
        ("ультразвуковое", "ru", "уль-тра-зву-ко-вое"),
        ("clinic", "en", "clinic"),
        ("Hospitalization", "tlh", "Hospitalization"),
    ],
)
def test_hyphens_of_a_language(word: str, lang: str, parts: str) -> None:
    assert hyphenated(word, lang).replace("\u00ad", "-") == parts


def test_each_language_of_a_bilingual_cell_has_its_hyphens() -> None:
    both = '<span class="first" lang="en">Hospitalization</span><span class="second" lang="es">Hospitalización</span>'
    made = fitted(table(*[(both,) * 5] * 2), "large-print")
    assert {"Hos\u00adpit\u00adal\u00adiz\u00ada\u00adtion", "Hos\u00adpi\u00adta\u00adli\u00adza\u00adción"} <= set(
        re.findall(r"[\w\u00ad]*\u00ad[\w\u00ad]*", made)
    )


def sheet(*labels: str) -> str:
    cols = "".join(f'<col style="width: {100 / len(labels):.2f}%">' for _label in labels)
    heads = "".join(f'<th scope="col">{label}</th>' for label in labels)
    return f'<table class="fill"><caption>C</caption><colgroup>{cols}</colgroup><thead><tr>{heads}</tr></thead></table>'


def test_columns_of_a_sheet() -> None:
    fit = partial(fit_sheet_table, edition=EDITIONS["booklet"], paper=A5, lang="en", orientation="portrait")
    assert fit(sheet("Day", "Bed", "Cans")) == sheet("Day", "Bed", "Cans")
    made = str(fit(sheet("Hospitalization", "Day", "Bed", "Cans", "Who", "Remark")))
    assert widths(made)[0] > 100 / 6 > widths(made)[1]
    assert "\u00ad" not in made
    assert "\u00ad" in fit(sheet(*["Hospitalization"] * 6))


def test_row_to_fill_in_becomes_a_form() -> None:
    """Of more than six columns, or if hyphenated words do not fit; each cell is kept, with the heading of its column."""
    heads = [*["Hospitalization"] * 6, "Blutgerinnungsuntersuchung"]
    html = sheet(*heads)
    cells = "".join(f'<td><span class="entry" data-name="a-{number}"></span></td>' for number in range(5))
    chosen = '<td class="chosen"><span class="rings">no</span></td>'
    row = f'<tr class="grow lines-2 more"><th scope="row">Monday</th>{cells}{chosen}</tr>'
    made = str(
        fit_sheet_table(
            html.replace("</thead>", f"</thead><tbody>{row}</tbody>"), EDITIONS["booklet"], A5, "de", "portrait"
        )
    )
    assert re.findall(r'<div class="(field-line.*?|fields.*?)">', made) == [
        "fields of-row more",
        "field-line",
        "field-line grow lines-2",
        "field-line grow lines-2",
    ]
    labels = re.findall(r'<div class="field text (\w+)"><span class="label">(.*?)</span>(.*?)</div>', made)
    assert [label.replace("\u00ad", "") for _width, label, _cell in labels] == heads
    assert [width for width, _label, _cell in labels] == ["full", *["third"] * 6]
    assert [cell for _width, _label, cell in labels] == [
        "Monday",
        *(f'<span class="entry" data-name="a-{number}"></span>' for number in range(5)),
        '<span class="rings">no</span>',
    ]


def test_hyphens_only_in_few_columns() -> None:
    row = ("Hospitalization", "Immunosuppression", "Gastroenterology")
    assert "\u00ad" in fitted(table(row * 2, ("a", "b", "c") * 2))
    made = fitted(table((*row * 2, "x"), ("a", "b", "c", "d", "e", "f", "g")))
    assert 'class="data blocks' in made


LONG = "Otorhinolaryngologische"
NINE = [
    "Medicine",
    "Hospitalization",
    "Anticoagulation",
    "Evening",
    "Morning",
    LONG,
    "Immunosuppression",
    "Weight",
    "Note",
]


@pytest.mark.parametrize(
    "edition", [*(pytest.param(name, marks=pytest.mark.slow) for name in ("booklet", "large-print")), "epub", "sheets"]
)
def test_many_columns_in_a_book(edition: str, tmp_path: Path) -> None:
    """No word is lost or cut, and the release is made: of a table of nine columns, and of one of twelve to fill in."""
    root = copy_project(tmp_path)
    book = root / "tests" / "books" / "garden"
    heads = "".join(f'[[columns]]\nlabel = "{name}"\n' for name in NINE)
    cells = ", ".join(f'"qx{number}z {LONG}"' for number in range(9))
    text = f'caption = "Nine"\n{heads}[[rows]]\ncells = [{cells}]\n'
    (book / "tables" / "depths.toml").write_text(text, encoding="utf-8")
    columns = ", ".join(f'{{ label = "qs{number}z {LONG}" }}' for number in range(12))
    sheet_file = book / "sheets" / "watering.toml"
    text = sheet_file.read_text(encoding="utf-8").rpartition("[[parts]]")[0]
    sheet_file.write_text(f'{text}[[parts]]\nkind = "table"\nrows = 4\ncolumns = [{columns}]\n', encoding="utf-8")
    done = publish(
        "build", "--book", "tests/books/garden", "--lang", "en", "--edition", edition, "--release", root=root
    )
    assert done.returncode == 0, done.stderr
    (path,) = (root / "build" / "generic" / "en").glob(f"garden-{edition}-en.*")
    text = Epub(path).text if edition == "epub" else "\n".join(Pdf(path).texts)
    assert edition == "sheets" or [number for number in range(9) if f"qx{number}z" not in text] == []
    assert [number for number in range(12) if f"qs{number}z" not in text] == []
    if edition in ("booklet", "large-print"):
        assert [name for name in NINE[1:] if f"{name}:" not in text] == []


def test_words_longer_than_a_line(tmp_path: Path) -> None:
    """In running text and headings of any size they are hyphenated, or broken where they have no hyphens."""
    root = copy_project(tmp_path)
    chapter = root / "tests" / "books" / "garden" / "chapters" / "soil.md"
    words = ("Donaudampfschifffahrtselektrizitätenhauptbetriebswerk", "https://example.org/" + "0123456789/abc?x=" * 8)
    # A hyphen that no longer fits beside the first part of a word is a text of its own.
    compounds = "bauunterbeamtengesellschaft and methotrexate-polyglutamate/6-mercaptopurine/dexamethasone"
    text = chapter.read_text(encoding="utf-8").rstrip()
    added = f"A word {words[0]} and an address {words[1]} here.\n\n- {words[0]}{compounds}\n"
    chapter.write_text(f"{text}\n\n{added}", encoding="utf-8")
    done = publish(
        "build", "--book", "tests/books/garden", "--lang", "en", "--edition", "booklet", "--release", root=root
    )
    assert done.returncode == 0, done.stderr
    text = re.sub(r"[\s\u00ad-]", "", "".join(Pdf(root / "build/generic/en/garden-booklet-en.pdf").texts))
    assert [word for word in words if word not in text] == []


NO_WRAP = "\n.data td { white-space: nowrap; text-indent: 90mm }\n"


@pytest.mark.slow
@pytest.mark.parametrize(("edition", "place"), [("booklet", "es"), ("bilingual", "en+es")])
def test_draft_marks_what_does_not_fit(edition: str, place: str, tmp_path: Path) -> None:
    root = copy_project(tmp_path)
    style = root / "templates" / "styles" / "print.css"
    style.write_text(style.read_text(encoding="utf-8") + NO_WRAP, encoding="utf-8")
    args = ("build", "--book", "tests/books/garden", "--lang", "es", "--edition", edition)
    done = publish(*args, root=root)
    assert done.returncode == 0, done.stderr
    assert f"garden-{edition}-{place}-draft.pdf" in done.stdout
    assert "“1 cm” extends" in done.stderr or "“1 cm” does not fit" in done.stderr
    draft = root / "build" / "generic" / place / f"garden-{edition}-{place}-draft.pdf"
    words = " ".join(" ".join(Pdf(draft).texts[1:]).split())
    assert {"booklet": "No cabe: 1 cm", "bilingual": "Does not fit: / No cabe: 1 cm"}[edition] in words
    assert publish(*args, "--release", root=root).returncode == 1


@pytest.mark.slow
def test_draft_marks_what_does_not_fit_on_a_color(tmp_path: Path) -> None:
    """The mark on the panel of the cover and on the band of a part could not be read, and no draft was made."""
    root = copy_project(tmp_path)
    path = root / "tests" / "books" / "garden" / "book.toml"
    text = path.read_text(encoding="utf-8")
    for title, times in (("A First Vegetable Garden", 12), ("Growing", 1)):
        whole = "\u00a0".join([title] * 5).replace(" ", "\u00a0")
        text = text.replace(f'title = "{title}"', f'title = "{" ".join([whole] * times)}"')
    path.write_text(text, encoding="utf-8")
    args = ("build", "--book", "tests/books/garden", "--lang", "en", "--edition", "booklet")
    done = publish(*args, root=root)
    assert done.returncode == 0, done.stderr
    texts = Pdf(root / "build" / "generic" / "en" / "garden-booklet-en-draft.pdf").texts
    assert {0, 4} <= {number for number, text in enumerate(texts) if "Does not" in text}
    found = [line.split(": ") for line in done.stderr.splitlines() if " extends " in line]
    places = [(place, page) for place, page, message, *_hint in found if message.startswith("“")]
    assert places
    assert {re.sub(":[0-9]+$", "", place) for place, *_others in found} == {"tests/books/garden/book.toml"}
    excess = [float(re.search(r"extends (\S+) mm", message)[1]) for _place, _page, message, *_hint in found]
    assert excess[0] > 200, "the farthest of the lines of the title"
    assert len(places) == len(set(places)), "each passage is reported once, not each of its lines"
    assert publish(*args, "--release", root=root).returncode == 1


@pytest.mark.slow
def test_draft_marks_labels_that_do_not_fit(tmp_path: Path) -> None:
    """In each edition that has the drawing: in its language, above the drawing."""
    root = copy_project(tmp_path)
    book = root / "tests" / "books" / "garden"
    for name, label in (("bed", ">1<"), ("scale", ">0<")):
        drawing = book / "drawings" / f"{name}.svg"
        text = drawing.read_text(encoding="utf-8").replace(
            label, ">A label that runs over all that is beside it and on<"
        )
        drawing.write_text(text, encoding="utf-8")
    editions = ("booklet", "sheets", "epub")
    args = ("build", "--book", "tests/books/garden", "--lang", "es", *(f"--edition={name}" for name in editions))
    done = publish(*args, root=root)
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"bed\.svg:15: .*the label “A label", done.stderr)) == 2, done.stderr
    assert "scale.svg:7: " in done.stderr
    made = root / "build" / "generic" / "es"
    for name in ("booklet", "sheets"):
        assert "No cabe:" in " ".join(Pdf(made / f"garden-{name}-es-draft.pdf").texts), name
    assert "No cabe:" in Epub(made / "garden-epub-es-draft.epub").text
    assert publish(*args[:5], "--edition", "booklet", "--release", root=root).returncode == 1


UNBREAKABLE = "\u00a0".join(["Watering", "the", "long", "bed", "of", "the", "old", "garden", "again"] * 2)


@pytest.mark.parametrize(
    ("product", "edition"),
    [
        (("--pick", "sheet:watering", "--title", "Today"), "large-print"),
        *(
            pytest.param(product, edition, marks=pytest.mark.slow)
            for product, edition in (
                (("--packet", "day"), "large-print"),
                (("--packet", "day"), "booklet"),
                (("--packet", "day"), "bilingual"),
                (("--handout", "water"), "press"),
            )
        ),
    ],
)
def test_draft_of_what_is_given_to_a_family(product: tuple[str, ...], edition: str, tmp_path: Path) -> None:
    """A sheet whose words do not fit: in large print, the example of its form was too small, and no draft was made."""
    root = copy_project(tmp_path)
    book = root / "tests" / "books" / "garden"
    with (book / "book.toml").open("a", encoding="utf-8") as file:
        file.write('[[packets]]\nid = "day"\nname = "A day"\nsheets = ["watering"]\n')
    sheet_file = book / "sheets" / "watering.toml"
    text = sheet_file.read_text(encoding="utf-8").replace('title = "Watering"', f'title = "{UNBREAKABLE}"')
    sheet_file.write_text(text.replace('label = "Bed"', f'label = "{UNBREAKABLE}"'), encoding="utf-8")
    lang = "es" if edition == "bilingual" else "en"
    args = ("build", "--book", "tests/books/garden", "--lang", lang, *product, "--edition", edition)
    done = publish(*args, root=root)
    assert done.returncode == 0, done.stderr
    (path,) = (root / "build").rglob(f"garden-*-{edition}-*draft.pdf")
    text = " ".join(Pdf(path).texts)
    for words in {"en": ("Does not fit:", "Grandfather"), "es": ("No cabe:", "El abuelo")}[lang]:
        assert words in text
    assert publish(*args, "--release", root=root).returncode == 1
