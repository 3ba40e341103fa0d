"""Inline markup: what it parses to, and what it refuses."""

from __future__ import annotations

import re

import pytest

from carepress.text.inline import (
    Blank,
    Emphasis,
    InlineError,
    Link,
    Strong,
    Text,
    link_targets,
    one_line,
    parse_inline,
    placeholders,
    plain_text,
)


@pytest.mark.parametrize(
    ("source", "nodes"),
    [
        ("", ()),
        ("plain", (Text("plain"),)),
        ("one\ntwo", (Text("one two"),)),
        ("**a** *b*", (Strong((Text("a"),)), Text(" "), Emphasis((Text("b"),)))),
        ("**a *b***", (Strong((Text("a "), Emphasis((Text("b"),)))),)),
        ("[a **b**](term:c)", (Link("term:c", (Text("a "), Strong((Text("b"),)))),)),
        ("<https://a.org>", (Link("https://a.org", (Text("https://a.org"),)),)),
        ("call {clinic_phone}", (Text("call "), Blank("clinic_phone"))),
        ("a < b > c & d", (Text("a < b > c & d"),)),
        ("**每天浇水。**叶子", (Strong((Text("每天浇水。"),)), Text("叶子"))),
        ("이 **용어(term)**를", (Text("이 "), Strong((Text("용어(term)"),)), Text("를"))),
        ("ดู*(ข้อ 2)*ก่อน", (Text("ดู"), Emphasis((Text("(ข้อ 2)"),)), Text("ก่อน"))),
        ("从**“水”**开始", (Text("从"), Strong((Text("“水”"),)), Text("开始"))),
        ("水 * 土 * 光", (Text("水 * 土 * 光"),)),
        ("a_b_c ~5 a~b 3 < 4 [sic] (x) # 1. -", (Text("a_b_c ~5 a~b 3 < 4 [sic] (x) # 1. -"),)),
        (r"\[x] \*a\* \`b\` \~~c \\ \_", (Text("[x] *a* `b` ~~c \\ _"),)),
        ("5&nbsp;mg", (Text("5\u00a0mg"),)),
    ],
)
def test_parse_inline(source: str, nodes: tuple) -> None:
    assert parse_inline(source) == nodes


@pytest.mark.parametrize(
    "source", ["**发烧：**38°C以上请打电话。", "每天喝3**杯**水", "2024**年**", "10**mg**", "m²**b**", "**1** 0"]
)
def test_bold_beside_a_digit_is_allowed(source: str) -> None:
    assert plain_text(parse_inline(source)) == source.replace("**", "")


@pytest.mark.parametrize(
    "source", ["2*5 mg, 3*2 mg", "**1**0 mg", "1**0** mg", "5*x and 6*y", "2*½ tablet, 3*½ tablet", "½*5 mg, ½*2 mg"]
)
def test_mark_that_joins_digits_is_refused(source: str) -> None:
    with pytest.raises(InlineError, match="next to the digit"):
        parse_inline(source)


@pytest.mark.parametrize("source", [r"\*a\*", "&#42;a&#42;", "&ast;a&ast;"])
def test_escapes_and_entities_are_text(source: str) -> None:
    assert plain_text(parse_inline(source)) == "*a*"


@pytest.mark.parametrize(
    "source", ["<b>a</b>", "a <br/> b", "</p>", "<!-- a -->", "**<i>a</i>**", "[<b>a</b>](term:b)"]
)
def test_html_is_refused(source: str) -> None:
    with pytest.raises(InlineError, match="HTML is not allowed"):
        parse_inline(source)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a  \nb", "a line break"),
        ("a\\\nb", "a line break"),
        ("Give ~~10 mg~~ 5 mg", "struck-out"),
        ("Give ~10 mg~ 5 mg", "“~10 mg~” has no effect"),
        ("type `9`", "code"),
        ("type `9", "“`9” has no effect"),
        ("![e](f)", "an image"),
        ("**Note:**the ward", "“**Note:” has no effect"),
        ("**Note", "“**Note” has no effect"),
        ("*See below", "“*See” has no effect"),
        ("a**(b)**c", "“**(b)” has no effect"),
        ("_Note:_the ward", "“_Note” has no effect"),
        ("==Note==", "“==” has no effect"),
        ("Give ++10 mg++", "“++10 mg++” has no effect"),
        ("drink H~2~O", "“~2~” has no effect"),
        ("2 m^2^ of bed", "“^2^” has no effect"),
        ("[ ] bring", "“[ ]” has no effect"),
        ("[x] bring", "“[x]” has no effect"),
        ("the [care plan][1]", "“][1]” has no effect"),
        ("the plan[^1]", "“[^1]” has no effect"),
        ("[plan] (chapter:a)", "“] (” has no effect"),
        ("[plan]( chapter:a b)", "“](” has no effect"),
        ('[plan](chapter:a "Title")', "the title “Title”"),
        ("[](chapter:a)", "link text without words"),
        ("&nbps;", "“&nbps;” has no effect"),
        (r"a \b", "has no effect"),
        ("a ::: b", "“:::” has no effect"),
        ("{meeting-place}", "“{meeting-place}” is not a placeholder"),
        ("{Meeting place}", "“{Meeting place}” is not a placeholder"),
        ("{{meeting_place}}", "“{” is not a placeholder"),
        ("{meeting_place", "“{” is not a placeholder"),
        ("meeting_place}", "“}” is not a placeholder"),
        (r"\{a}", "“{” in the text"),
        ("{} {1}", "“{}” is not a placeholder"),
    ],
)
def test_what_would_print_as_signs_is_refused(source: str, message: str) -> None:
    with pytest.raises(InlineError, match=re.escape(message)):
        parse_inline(source)


@pytest.mark.parametrize("source", ["Protein ++/+++ in urine", "the strip (“++” or “+++”)", "from ++ to +++", "C++"])
def test_signs_of_a_dipstick_are_text(source: str) -> None:
    assert plain_text(parse_inline(source)) == source


def test_the_hint_has_the_name_of_a_placeholder() -> None:
    with pytest.raises(InlineError) as caught:
        parse_inline("Call { Meeting-Place }.")
    assert caught.value.args[1].startswith("write {meeting_place}:")


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_dangerous_link_targets_are_refused(target: str) -> None:
    with pytest.raises(InlineError, match="has no effect"):
        parse_inline(f"[a]({target})")


def test_one_line_keeps_every_space_but_the_plain_ones() -> None:
    spaces = "".join(chr(code) for code in (0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x200A, 0x202F))
    assert one_line(f" 5{spaces}mg \n\t at  38") == f"5{spaces}mg at 38"


def test_plain_text_placeholders_and_link_targets() -> None:
    nodes = parse_inline("Call {day} or **{night}**: [the *team*](sheet:team), [A](chapter:a#b).")
    assert plain_text(nodes) == "Call {day} or {night}: the team, A."
    assert placeholders(nodes) == ["day", "night"]
    assert link_targets(nodes) == ["sheet:team", "chapter:a#b"]
