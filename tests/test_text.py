"""Rules that all packages share: languages, invisible characters, contrast, XML."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel import Locale
from babel.dates import get_day_names
from lxml import etree

from carepress.content.svg import parse_svg, svg_markup
from carepress.model import Problem, PublishError
from carepress.text.contrast import WHITE, contrast, parse_hex
from carepress.text.inline import InlineError, parse_inline, plain_text, strip_markup
from carepress.text.language import PSEUDO_LOCALES, formatting_locale, language_tag, text_direction
from carepress.text.safe_xml import parse_xml
from carepress.text.visible import find_invisible, unprintable


@pytest.mark.parametrize(("locale", "tag"), [("en", "en"), ("es_419", "es-419"), ("zh_Hant_TW", "zh-Hant-TW")])
def test_language_tag(locale: str, tag: str) -> None:
    assert language_tag(locale) == tag


def test_text_direction_and_formatting_locale() -> None:
    langs = ["en", "ar", "he", "es_419", *PSEUDO_LOCALES]
    assert [text_direction(lang) for lang in langs] == ["ltr", "rtl", "rtl", "ltr", "ltr", "rtl"]
    assert [formatting_locale(lang) for lang in langs] == ["en", "ar", "he", "es_419", "en", "en"]


@pytest.mark.parametrize(
    ("letter", "invisible", "refused_in_segments", "in_messages"),
    [
        ("a", False, False, "a"),
        ("é", False, False, "é"),
        ("\u00a0", False, False, " "),
        ("\u200d", False, False, "\ufffd"),  # a joiner changes the letters beside it
        ("\u0007", True, True, "\ufffd"),
        ("\t", True, False, " "),
        ("\u202e", True, False, "\ufffd"),  # right-to-left override
        ("\u2028", True, False, " "),
        ("\ue000", True, False, "\ufffd"),
        ("\uffff", True, True, "\ufffd"),
        ("ཀ", False, False, "ཀ"),
    ],
)
def test_invisible_characters(letter: str, invisible: bool, refused_in_segments: bool, in_messages: str) -> None:
    assert find_invisible(f"x{letter}y") == (letter if invisible else None)
    assert (unprintable(letter) is not None) == (invisible or letter == "ཀ")
    assert str(Problem("c", "error", "p", 1, f"x{letter}y", "")) == f"p:1: x{in_messages}y"
    if refused_in_segments:
        with pytest.raises(InlineError, match=f"U\\+{ord(letter):04X}"):
            parse_inline(letter)
    else:
        assert plain_text(parse_inline(f"x{letter}y")) == f"x{letter}y"


def test_contrast_with_white() -> None:
    assert contrast(parse_hex("#000000"), WHITE) == pytest.approx(21)
    assert contrast(parse_hex("#777777"), WHITE) == pytest.approx(4.48, abs=0.005)


def test_strip_markup() -> None:
    assert strip_markup("**Call** [us](chapter:call), {clinic_phone}") == "Call us, {clinic_phone}"


def test_xml_loads_no_external_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    root = parse_xml(f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "z">]><a>&x;&y;</a>'.encode())
    assert "".join(root.itertext(etree.Element)) == ""
    assert parse_xml(b"<a><!-- c --><?p i?><b/></a>")[0].tag == "b"
    assert len(parse_xml(b"<a><!-- c --><?p i?><b/></a>", keep_comments=True)) == 3
    with pytest.raises(etree.XMLSyntaxError):
        parse_xml(b"<a>" * 5000 + b"</a>" * 5000)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<svg", r"^x\.svg:1: broken SVG: "),
        (b"<html/>", r"^x\.svg:1: not an SVG file"),
        (b'\n<!doctype svg SYSTEM "file:///etc/hostname"><svg/>', r"^x\.svg:2: document type, entity or NUL"),
        (b"<svg>\n\0</svg>", r"^x\.svg:2: document type, entity or NUL character in a logo"),
    ],
)
def test_svg_with_a_document_type_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(PublishError, match=message):
        parse_svg(data, "x.svg", "logo")


def test_svg_attributes_are_escaped() -> None:
    assert svg_markup("g", [("d", 'a\n "<&')], "") == '<g d="a &quot;&lt;&amp;"></g>'


def test_the_days_of_a_language_do_not_depend_on_others_before() -> None:
    swahili, french = (
        get_day_names(width, "stand-alone", Locale.parse(lang))
        for lang, width in (("sw", "short"), ("fr", "abbreviated"))
    )
    assert (swahili[0], french[0]) == ("Jumatatu", "lun.")
