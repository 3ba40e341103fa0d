"""The index of a book: page numbers in print, links in e-books, and what a hospital leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import build_once
from structure import read_structure
from support_hospital import shed

from carepress.catalogs.extract import book_messages
from carepress.hospital.adapt import apply_hospital
from carepress.model import Book, Index, IndexEntry, Segment
from carepress.pages.environment import by_letter
from support import GARDEN, OPS, XHTML, Epub, Pdf, flat, model, open_pdf, plain, words

ORDER = {
    "en": ["20-liter barrel", "acid soil", "beans, depth of", "childhood gardens", "mulch or straw", "night frost",
           "trees near the bed", "watering", "yam"],
    "es": ["20 litros, barril de", "árboles cerca del cantero", "cobertura o paja", "frijoles, profundidad de los",
           "niñez, huertos de la", "noche, helada de", "ñame", "riego", "tierra ácida"],
}  # fmt: skip
CONTENTS = 2  # the page of the contents
# Where the text of a target begins, by target.
BEGINS = {
    "chapter:sowing": {"en": "Small seeds lie", "es": "Las semillas pequeñas"},
    "chapter:sowing#water": {"en": "Push a finger", "es": "Meta un dedo"},
    "chapter:sowing#depth": {"en": "Cover a seed", "es": "Cubra"},
    "chapter:soil#feeding": {"en": "Spread compost", "es": "Extienda"},
    "chapter:soil#not-add": {"en": "Some things harm", "es": "Algunas cosas"},
    "chapter:welcome": {"en": "Start with one bed", "es": "Empiece con un cantero"},
    "chapter:welcome#begin": {"en": "Read Know your soil", "es": "Lea hoy Conozca"},
    "chapter:glossary": {"en": "These are the words", "es": "Estas son las palabras"},
    "sheet:watering": {"en": "This sheet shows", "es": "Esta hoja"},
    "sheet:plan": {"en": "This page says", "es": "Esta página"},
}


def index_of(book: Book) -> Index:
    return next(block for page in book.chapters() for block in page.blocks if isinstance(block, Index))


def index_text(pdf: Pdf, lang: str) -> str:
    """Return the text of an index, with its letters and with the pages on which its targets begin."""
    entries = {plain(entry.text): entry.targets for entry in index_of(model(GARDEN, lang)).entries}
    rows, letters = [], [""]
    for text in ORDER[lang]:
        pages = sorted(page_of(pdf, BEGINS[target][lang]) for target in entries[text])
        letter = {"á": "A", "2": ""}.get(text[0], text[0].upper())
        rows += [letter] * (letter not in letters) + [", ".join([text, *map(str, pages)])]
        letters.append(letter)
    assert len(entries) == len(ORDER[lang])
    return " ".join(rows)


def page_of(pdf: Pdf, words: str) -> int:
    """Return the first page after the contents that has these words."""
    return next(number for number, text in enumerate(pdf.texts, 1) if number > CONTENTS and words in text)


def read_aloud(pdf: Pdf) -> str:
    """Return the paragraphs and the list items of a book in order, also those that go on after a page break."""
    nodes = read_structure(pdf.path).walk()
    return " ".join(flat(node.own_text()) for node in nodes if node.role in ("P", "LBody"))


# --- print ---


def test_entries_are_in_alphabetical_order_with_their_pages(garden_booklet: Pdf, lang: str) -> None:
    assert index_text(garden_booklet, lang) in read_aloud(garden_booklet)


def test_each_number_is_a_link_with_a_name(garden_booklet: Pdf, lang: str) -> None:
    sections = [node for node in read_structure(garden_booklet.path).walk() if node.role == "Sect"]
    index = next(node for part in sections for node in part.walk() if node.role == "Div" and len(node.kids) > 4)
    entries = index_of(model(GARDEN, lang)).entries
    assert len([node for node in index.walk() if node.role == "Link"]) == sum(len(entry.targets) for entry in entries)
    names = {str(note.get("/Contents")) for page in garden_booklet.file.pages for note in page.get("/Annots", ())}
    assert {"en": "watering: Sowing and watering", "es": "riego: Sembrar y regar"}[lang] in names


@pytest.mark.parametrize("edition", ["bilingual"])
def test_bilingual_edition_has_both_indexes(edition: str, shared: Path) -> None:
    out = build_once(shared / f"built-garden-{edition}", "--book", GARDEN, "--lang", "es", "--edition", edition)
    pdf = open_pdf(out / "generic" / "en+es" / f"garden-{edition}-en+es.pdf")
    assert f"English {index_text(pdf, 'en')} Español {index_text(pdf, 'es')}" in read_aloud(pdf)


# --- e-books ---


def test_ebook_links_have_titles_and_lead_to_their_targets(garden_ebook: Epub, lang: str) -> None:
    root = garden_ebook.pages["index"]
    section = next(root.iter(XHTML + "section"))
    assert (section.get(OPS + "type"), section.get("role")) == ("index", "doc-index")
    items = [flat(words(item)) for item in root.iter(XHTML + "li")]
    assert [item.partition(":")[0] for item in items] == ORDER[lang]
    assert items[-1] == {"en": "yam: Know your soil, Sowing and watering, Sowing and watering",
                         "es": f"tierra ácida: {plain(model(GARDEN, 'es').parts[0].chapters[0].short)}"}[lang]  # fmt: skip
    links = [link.get("href") for item in root.iter(XHTML + "li") for link in item.iter(XHTML + "a")]
    assert len(links) == sum(len(entry.targets) for entry in index_of(model(GARDEN, lang)).entries)
    for file, _, name in (link.partition(".xhtml#") for link in links):
        assert garden_ebook.pages[file].xpath(f"//*[@id='{name}']"), name


# --- a hospital ---


def test_hospital_leaves_out_targets_and_entries(tmp_path: Path) -> None:
    """The hospital leaves out the chapter on soil and the watering sheet."""
    entries = {e.text.source: e.targets for e in index_of(apply_hospital(model(GARDEN, "es"), shed(tmp_path))).entries}
    assert entries["watering"] == ("chapter:sowing#water",)
    assert entries["yam"] == ("chapter:sowing", "chapter:sowing#depth")
    assert {"acid soil", "20-liter barrel"}.isdisjoint(entries)
    assert len(entries) == len(ORDER["es"]) - 2


# --- pieces ---


def entry(text: str) -> IndexEntry:
    return IndexEntry(Segment(text, "index.toml", 1, "index entry", text, "es"), ("chapter:a",))


@pytest.mark.parametrize(
    ("lang", "groups"),
    [
        ("en", ": 6-MP | A: «ácido» · åker · äpple | D: Đá · day | N: ñame · Ñu · nz | O: oca | Z: zona | : 水"),
        ("es", ": 6-MP | A: «ácido» · åker · äpple | D: Đá · day | N: nz | Ñ: ñame · Ñu | O: oca | Z: zona | : 水"),
        ("vi", ": 6-MP | A: «ácido» · åker · äpple | D: day | Đ: Đá | N: ñame · Ñu · nz | O: oca | Z: zona | : 水"),
        ("sv", ": 6-MP | A: «ácido» | D: Đá · day | N: ñame · Ñu · nz | O: oca | Z: zona | Å: åker | Ä: äpple | : 水"),
    ],
)
def test_groups(lang: str, groups: str) -> None:
    entries = [entry(text) for text in "oca ñame zona åker nz 6-MP «ácido» day äpple Ñu Đá 水".split()]
    assert grouped(entries, lang) == groups


@pytest.mark.parametrize(
    ("lang", "groups"),
    [
        ("zh_Hans", "B: 白血病 | F: 发烧 | G: 骨髓 | Y: 药 · 医院"),
        ("zh_Hant", "5劃: 白血病 | 10劃: 骨髓 | 12劃: 發燒 | 18劃: 醫院"),
        ("ko", "ㅂ: 백혈병 | ㅇ: 약 | ㅎ: 화학"),
        ("ru", "Е: ёлка · ель | Ж: жар"),
        ("th", "ก: เกลือ | ข: ไข้"),
        # The article is ignored; “التهاب” and “ألم” only begin like it.
        ("ar", "ا: التهاب · الالتهاب الرئوي · ألم | ت: «التربة» · تقليم · التماسك | د: دم · الدم والعظام | س: السقي"),
        ("ar", "ا: البومين · التهابا · التهاباتها · التهابه · التوائه · الكترونيات | ت: التزامن · التوائم"),
        ("he", "ד: דם | ה: הדם · הקאה"),
    ],
)
def test_groups_in_other_scripts(lang: str, groups: str) -> None:
    words = [word for group in groups.split(" | ") for word in group.partition(": ")[2].split(" · ")]
    assert grouped([entry(word) for word in sorted(words, reverse=True)], lang) == groups


def grouped(entries: list[IndexEntry], lang: str) -> str:
    groups = by_letter(entries, lang)
    return " | ".join(f"{letter}: {' · '.join(item.text.text for item in items)}" for letter, items in groups)


def test_translators_see_the_targets_of_an_entry() -> None:
    notes = {message.msgid: message.note for message in book_messages(model(GARDEN, "en")) if "index" in message.note}
    assert notes["watering"] == "index entry: chapter:sowing#water, sheet:watering"
