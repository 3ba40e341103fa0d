"""Answers for electronic records: the request, what fits, and a strict reader of the feed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from carepress.content import read_book
from carepress.infobutton import Answer, Topic, answer, topics
from carepress.infobutton.request import ATOM as ATOM_FORM
from carepress.infobutton.request import FORM, FORMS, MAX_CODES, REPEATED, XML
from carepress.infobutton.request import JSONP as JSONP_FORM
from carepress.model import OIDS, Code, PublishError
from carepress.signoff.digest import content_digest, passages
from carepress.text.code_forms import is_icd10cm, is_rxnorm, is_snomed
from carepress.text.safe_xml import parse_xml
from support import GARDEN, HANDBOOK, LANGS, model

JSONP = "&knowledgeResponseType=application/javascript"
BASE = "https://desk.example/ward/"
ICD, SNOMED, RXNORM = OIDS["icd10cm"], OIDS["snomed"], OIDS["rxnorm"]
ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def topic(name: str, lang: str = "en", *codes: Code, **changed: object) -> Topic:
    own = Topic(f"urn:uuid:{name}-{lang}", lang, name, f"About {name} & <more>", "St. Mary", date(2026, 3, 1), codes,
                f"{lang}/{name}", f"{lang}/{name}.pdf", f"{lang}/{name}.epub")  # fmt: skip
    return replace(own, **changed)


ALL, RELAPSE, DRUG = Code("icd10cm", "C91.0"), Code("icd10cm", "C91.02"), Code("rxnorm", "6851")
ENTRIES = (
    topic("blood", "en", ALL, Code("snomed", "91857003")),
    topic("drugs", "en", ALL, DRUG),
    topic("back", "en", RELAPSE),
    topic("teens", "en", ALL, ages=("adolescent",)),
    topic("sangre", "es", ALL),
)


def ask(url: str, entries: Sequence[Topic] = ENTRIES) -> Answer:
    return answer(parse_qs(urlsplit(url).query, keep_blank_values=True), entries, BASE)


def main(code: str, system: str = ICD, more: str = "") -> str:
    return f"/infobutton?mainSearchCriteria.v.c={code}&mainSearchCriteria.v.cs={system}{more}"


# --- a strict reader -------------------------------------------------------------------------

# The children of a feed and of an entry: how often each must and may be there.
FEED = {"title": (1, 1), "subtitle": (1, 1), "author": (1, 1), "updated": (1, 1), "category": (2, 99), "id": (1, 1),
        "entry": (0, 99)}  # fmt: skip
ENTRY = {"title": (1, 1), "link": (1, 3), "id": (1, 1), "updated": (1, 1), "summary": (1, 1)}


def children(node: etree._Element, allowed: dict[str, tuple[int, int]]) -> None:
    names = [child.tag.removeprefix(ATOM) for child in node]
    assert set(names) <= set(allowed)
    for name, (least, most) in allowed.items():
        assert least <= names.count(name) <= most, name


def read_feed(data: bytes) -> tuple[dict[str, str], list[dict[str, str]]]:
    """Return the categories of a feed, and its entries: title, language, and addresses by type."""
    feed = parse_xml(data)
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(LANG)
    children(feed, FEED)
    assert [child.tag for child in feed.find(f"{ATOM}author")] == [f"{ATOM}name", f"{ATOM}uri"]
    for node in feed.iter(f"{ATOM}updated"):
        assert datetime.fromisoformat(node.text).tzinfo
    for node in feed.iter(f"{ATOM}id"):
        assert node.text.startswith("urn:uuid:")
    ids = [node.text for node in feed.iter(f"{ATOM}id")]
    assert len(ids) == len(set(ids))
    categories = {}
    for node in feed.iterfind(f"{ATOM}category"):
        assert set(node.attrib) == {"scheme", "term"}
        categories[node.get("scheme")] = node.get("term")
    rows = []
    for entry in feed.iterfind(f"{ATOM}entry"):
        children(entry, ENTRY)
        links = {link.get("type"): link.get("href") for link in entry.iterfind(f"{ATOM}link")}
        # RFC 4287, 4.1.2: an entry without content needs an alternate link, and no two of the same type and language.
        assert [link.get("rel") for link in entry.iterfind(f"{ATOM}link")].count("alternate") == 1
        assert all(href.startswith(BASE) for href in links.values())
        rows.append({"title": entry.findtext(f"{ATOM}title"), "lang": entry.get(LANG), **links})
    return categories, rows


def titles(url: str) -> list[str]:
    found = ask(url)
    assert (found.status, found.media_type) == (200, "application/atom+xml; charset=utf-8")
    return [row["title"] for row in read_feed(found.data)[1]]


# --- what fits -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (main("C91.0"), ["blood", "drugs", "teens"]),
        (main("C91.00"), ["blood", "drugs", "teens"]),
        (main("C9100"), ["blood", "drugs", "teens"]),
        (main("c91.01"), ["blood", "drugs", "teens"]),
        (main("C91.02"), ["blood", "drugs", "back", "teens"]),
        (main("C91"), []),
        (main("C91.1"), []),
        (main("91857003", SNOMED), ["blood"]),
        (main("6851", RXNORM), ["drugs"]),
        (main("685", RXNORM), []),
        (main("68510", RXNORM), []),
        (main("6851", ICD), []),
        (main("C91.0", "1.2.3"), []),
        (main("%2e%2e/%3Cscript%3E"), []),
        (main("C91.0", ICD, "&subTopic.v.c=6851&subTopic.v.cs=" + RXNORM), ["drugs"]),
        (main("C91.0", ICD, "&subTopic.v.c=1&subTopic.v.cs=" + RXNORM), ["blood", "drugs", "teens"]),
        (main("C91.1", ICD, "&mainSearchCriteria.v.c=C91.0"), ["blood", "drugs", "teens"]),
        (main("C91.1", ICD, f"&mainSearchCriteria.v.c=6851&mainSearchCriteria.v.cs={RXNORM}"), ["drugs"]),
        (f"/infobutton?mainSearchCriteria.v.dn=methotrexate&mainSearchCriteria.v.cs={RXNORM}", []),
        (main("C91.0", ICD, "&informationRecipient.languageCode.c=es"), ["sangre"]),
        (main("C91.0", ICD, "&informationRecipient.languageCode.c=es-MX"), ["sangre"]),
        (main("C91.0", ICD, "&informationRecipient.languageCode.c=spa"), ["sangre"]),
        (main("C91.0", ICD, "&informationRecipient.languageCode.c=SPA-MX"), ["sangre"]),
        (main("C91.0", ICD, "&informationRecipient.languageCode.c=ko"), []),
        (main("C91.0", ICD, "&ageGroup.v.c=D000293"), ["teens", "blood", "drugs"]),
        (
            main("C91.0", ICD, "&ageGroup.v.c=D000293&ageGroup.v.cs=2.16.840.1.113883.6.177"),
            ["teens", "blood", "drugs"],
        ),
        (main("C91.0", ICD, "&ageGroup.v.c=D002648"), ["blood", "drugs"]),
        (main("C91.0", ICD, "&ageGroup.v.c=D002648&ageGroup.v.cs=1.2.3"), ["blood", "drugs", "teens"]),
        (main("C91.0", ICD, "&ageGroup.v.c=unknown"), ["blood", "drugs", "teens"]),
        (main("6851", RXNORM, "&ageGroup.v.c=D000293"), ["drugs"]),
        (
            main("C91.0", ICD, "&informationRecipient=PROV&performer=PROV&taskContext.c.c=PATEDU"),
            ["blood", "drugs", "teens"],
        ),
    ],
)
def test_handouts_that_fit(url: str, expected: list[str]) -> None:
    assert titles(url) == expected


def test_feed_has_the_addresses_and_repeats_the_request() -> None:
    more = "&informationRecipient.languageCode.c=es&informationRecipient=PAT&mainSearchCriteria.v.dn=ALL%20%26%20more"
    categories, rows = read_feed(ask(main("C91.01", ICD, more)).data)
    assert categories == {
        "mainSearchCriteria.v.c": "C91.01",
        "mainSearchCriteria.v.cs": ICD,
        "mainSearchCriteria.v.dn": "ALL & more",
        "informationRecipient.languageCode.c": "es",
        "informationRecipient": "PAT",
    }
    assert rows == [
        {
            "title": "sangre",
            "lang": "es",
            "text/html": f"{BASE}es/sangre",
            "application/pdf": f"{BASE}es/sangre.pdf",
            "application/epub+zip": f"{BASE}es/sangre.epub",
        }
    ]


def test_nothing_about_the_patient_is_repeated() -> None:
    person = "&age.v.v=7&age.v.u=a&patientPerson.administrativeGenderCode.c=F&patientPerson.name=Mia"
    found = ask(main("C91.0", ICD, person))
    assert found == ask(main("C91.0"))
    assert b"Mia" not in found.data
    assert b"D000293" not in ask(main("C91.0", ICD, "&ageGroup.v.c=D000293")).data


def test_json_is_the_feed() -> None:
    found = ask(main("C91.0", ICD, "&knowledgeResponseType=application/json"))
    assert (found.status, found.media_type) == (200, "application/json; charset=utf-8")
    feed = json.loads(found.data)["feed"]
    assert list(feed) == ["lang", "title", "subtitle", "author", "updated", "category", "id", "entry"]
    rows = read_feed(ask(main("C91.0")).data)[1]
    assert [
        {"title": row["title"]["_value"], "lang": row["lang"], **{link["type"]: link["href"] for link in row["link"]}}
        for row in feed["entry"]
    ] == rows
    assert feed["entry"][0]["summary"] == {"_value": "About blood & <more>", "type": "text"}


def test_script_calls_the_function_of_the_record() -> None:
    found = ask(main("C91.0", ICD, f"{JSONP}&callback=record.show"))
    assert found.media_type == "application/javascript; charset=utf-8"
    start, end = b"/**/record.show(", b");\n"
    assert (found.data[: len(start)], found.data[-len(end) :]) == (start, end)
    feed = ask(main("C91.0", ICD, "&knowledgeResponseType=application/json")).data
    assert json.loads(found.data[len(start) : -len(end)]) == json.loads(feed)


def test_form_and_missing_files() -> None:
    found = ask(main("C91.0", ICD, "&knowledgeResponseType=text/xml"), [topic("blood", "en", ALL, pdf=None, epub=None)])
    assert found.media_type == "text/xml; charset=utf-8"
    assert [sorted(row) for row in read_feed(found.data)[1]] == [["lang", "text/html", "title"]]
    assert read_feed(ask(main("C91.0"), []).data)[1] == []


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("/infobutton", "name a code in mainSearchCriteria.v.c, and its system"),
        ("/infobutton?mainSearchCriteria.v.c=C91.0", "name a code"),
        (f"/infobutton?mainSearchCriteria.v.cs={ICD}", "name a code"),
        (main("", ICD), "name a code"),
        (main("C91.0", ICD, "&knowledgeResponseType=text/html"), "knowledgeResponseType: use one of"),
        (main("C91.0", ICD, JSONP), "callback: application/javascript needs the name of a function"),
        (main("C91.0", ICD, f"{JSONP}&callback=alert(1)//"), "callback: application/javascript needs"),
        (main("C91.0", ICD, f"{JSONP}&callback=a;b"), "callback: application/javascript needs"),
        (main("C" * 201), "mainSearchCriteria.v.c: use up to 200 printable characters"),
        (main("C91.0%00"), "mainSearchCriteria.v.c: use up to 200 printable characters"),
        (main("C91.0", ICD, "&performer=%1b"), "performer: use up to"),
        (main("C91.0", ICD, "&mainSearchCriteria.v.c=C91.0" * MAX_CODES), "use up to 20 codes"),
        (
            main("C91.0", ICD, f"&mainSearchCriteria.v.c=1&mainSearchCriteria.v.c=2&mainSearchCriteria.v.cs={ICD}"),
            "mainSearchCriteria.v.cs: name one system for all codes, or one for each",
        ),
    ],
)
def test_request_that_cannot_be_answered_is_explained(url: str, message: str) -> None:
    found = ask(url)
    assert (found.status, found.media_type) == (400, "text/plain; charset=utf-8")
    assert message in found.data.decode()


# What may be wrong in each parameter: text, a code of another system, markup, a path, control characters.
PARAMETERS = st.sampled_from((*REPEATED, FORM, "callback", "ageGroup.v.c", "ageGroup.v.cs", "patientPerson.name", "x"))
HOSTILE = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        ["", "C91.0", ICD, "<script>alert(1)</script>", "../..", "\x00", "es", "D000293", *FORMS, "9" * 300]
    ),
)


@settings(max_examples=150)
@given(st.dictionaries(PARAMETERS, st.lists(HOSTILE, max_size=3), max_size=5), st.booleans())
def test_any_value_of_any_parameter_gets_a_feed_or_an_explanation(query: dict[str, list[str]], coded: bool) -> None:
    own = {"mainSearchCriteria.v.c": ["C91.0"], "mainSearchCriteria.v.cs": [ICD]} if coded else {}
    found = answer(own | query, ENTRIES, BASE)
    if found.status == 400:
        assert found.media_type.startswith("text/plain")
        assert b"<script" not in found.data
    elif found.media_type.startswith((ATOM_FORM, XML)):
        read_feed(found.data)
    elif found.media_type.startswith(JSONP_FORM):
        json.loads(found.data.removesuffix(b");\n").partition(b"(")[2])
    else:
        json.loads(found.data)


# --- codes of a book -------------------------------------------------------------------------


def test_forms_of_codes() -> None:
    assert [
        code for code in ("C91.0", "C91", "U07.1", "c91.0", "C910", "C91.", "91.0", "C91.00000") if is_icd10cm(code)
    ] == [
        "C91.0",
        "C91",
        "U07.1",
    ]
    # The second has two digits the other way round, the third another check digit, the last the partition of terms.
    assert [code for code in ("91857003", "91875003", "91857004", "404684003", "0", "91857016") if is_snomed(code)] == [
        "91857003",
        "404684003",
    ]
    assert [code for code in ("6851", "06851", "685a", "123456789", "") if is_rxnorm(code)] == ["6851"]


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        ('icd10cm = ["C910"]', "a code of ICD-10-CM with its point, such as C91.0"),
        ('snomed = ["91857004"]', "a concept of SNOMED CT; its last digit checks the others"),
        ('rxnorm = ["methotrexate"]', "a concept of RxNorm (RXCUI): up to 8 digits"),
        ('icd10cm = ["C91.0", "C91.0"]', "duplicate code “C91.0”: list it once"),
        ('loinc = ["1-8"]', "loinc"),
    ],
)
def test_mistake_in_a_code_is_reported_with_its_line(tmp_path: Path, codes: str, message: str) -> None:
    garden = Path(shutil.copytree(GARDEN, tmp_path / "books" / "garden"))
    file = garden / "book.toml"
    text = file.read_text(encoding="utf-8").replace("color = 3\n", f"color = 3\ncodes = {{ {codes} }}\n")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PublishError) as caught:
        read_book(garden)
    assert message in str(caught.value)
    assert caught.value.line == text[: text.index("codes = ")].count("\n") + 1


@pytest.mark.parametrize(
    ("ages", "message"),
    [
        ('["teen"]', "“handouts.1.ages.0” is 'teen', which is not valid"),
        ('["child", "child"]', "duplicate age “child”"),
    ],
)
def test_mistake_in_an_age_is_reported(tmp_path: Path, ages: str, message: str) -> None:
    garden = Path(shutil.copytree(GARDEN, tmp_path / "books" / "garden"))
    text = (garden / "book.toml").read_text(encoding="utf-8")
    (garden / "book.toml").write_text(text.replace("color = 3\n", f"color = 3\nages = {ages}\n"), encoding="utf-8")
    with pytest.raises(PublishError) as caught:
        read_book(garden)
    assert message in str(caught.value)


@pytest.mark.parametrize("lang", LANGS)
def test_handouts_of_the_handbook_are_found_by_the_diagnosis_and_the_drugs(lang: str) -> None:
    book = model(HANDBOOK, lang)
    entries = tuple(topics(book, "St. Mary", lambda name, kind: f"{lang}/{name}.{kind}"))
    assert entries
    assert not {item.id for item in book.handouts if item.apart} & {entry.page.split("/")[1] for entry in entries}
    more = f"&informationRecipient.languageCode.c={lang}"
    found = [row["text/html"] for row in read_feed(ask(main("C91.00", ICD, more), entries).data)[1]]
    assert f"{BASE}{lang}/start-here.page" in found
    for code, system in (("91857003", SNOMED), ("6851", RXNORM)):
        found = [row["text/html"] for row in read_feed(ask(main(code, system, more), entries).data)[1]]
        assert f"{BASE}{lang}/chemotherapy.page" in found


def test_handout_for_teenagers_is_left_out_for_younger_children() -> None:
    entries = tuple(topics(model(HANDBOOK, "en"), "St. Mary", lambda name, kind: f"{name}.{kind}"))
    paths = {}
    for group in ("D000293", "D002648"):
        rows = read_feed(ask(main("C91.0", ICD, f"&ageGroup.v.c={group}"), entries).data)[1]
        paths[group] = [row["text/html"].removeprefix(BASE) for row in rows]
    assert paths["D000293"][0] == "teenagers.page"
    assert sorted(paths["D002648"]) == sorted(set(paths["D000293"]) - {"teenagers.page"})


def test_drug_of_a_subtopic_narrows_the_handouts_of_the_handbook() -> None:
    entries = tuple(topics(model(HANDBOOK, "en"), "St. Mary", lambda name, kind: f"{name}.{kind}"))
    rows = read_feed(ask(main("C91.0", ICD, f"&subTopic.v.c=11202&subTopic.v.cs={RXNORM}"), entries).data)[1]
    assert [row["text/html"] for row in rows] == [f"{BASE}chemotherapy.page"]


def test_each_code_of_the_handbook_is_cited() -> None:
    text = (HANDBOOK / "book.toml").read_text(encoding="utf-8")
    for handout in model(HANDBOOK, "en").handouts:
        for code in handout.codes:
            assert any(line.startswith(f"#   {code.value} ") and "http" in line for line in text.splitlines()), code


def test_codes_and_ages_are_not_signed() -> None:
    book = model(HANDBOOK, "en")
    without = replace(book, handouts=tuple(replace(item, codes=(), ages=()) for item in book.handouts))
    assert content_digest(passages(book, None)) == content_digest(passages(without, None))
