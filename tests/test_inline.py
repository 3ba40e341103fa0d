"""Inline markup: what it parses to, and what it refuses."""

from __future__ import annotations

import pytest

from carepress.text.inline import (
    Blank,
    Emphasis,
    InlineError,
    Link,
    Strong,
    Text,
    link_targets,
    parse_inline,
    placeholders,
    plain_text,
)


@pytest.mark.parametrize(
    ("source", "nodes"),
    [
        ("", ()),
        ("plain", (Text("plain"),)),
        ("one\ntwo", (Text("one"), Text(" "), Text("two"))),
        ("**a** *b*", (Strong((Text("a"),)), Text(" "), Emphasis((Text("b"),)))),
        ("**a *b***", (Strong((Text("a "), Emphasis((Text("b"),)))),)),
        ("[a **b**](term:c)", (Link("term:c", (Text("a "), Strong((Text("b"),)))),)),
        ("<https://a.org>", (Link("https://a.org", (Text("https://a.org"),)),)),
        ("call {clinic_phone}", (Text("call "), Blank("clinic_phone"))),
        ("{Not} {1} {}", (Text("{Not} {1} {}"),)),
        ("a < b > c & d", (Text("a < b > c & d"),)),
        ("a_b_c `d` ![e](f)", (Text("a_b_c `d` !"), Link("f", (Text("e"),)))),
    ],
)
def test_parse_inline(source: str, nodes: tuple) -> None:
    assert parse_inline(source) == nodes


@pytest.mark.parametrize("source", [r"\*a\*", "&#42;a&#42;", "&ast;a&ast;"])
def test_escapes_and_entities_are_text(source: str) -> None:
    assert plain_text(parse_inline(source)) == "*a*"


@pytest.mark.parametrize(
    "source", ["<b>a</b>", "a <br/> b", "</p>", "<!-- a -->", "**<i>a</i>**", "[<b>a</b>](term:b)"]
)
def test_html_is_refused(source: str) -> None:
    with pytest.raises(InlineError, match="HTML is not allowed"):
        parse_inline(source)


@pytest.mark.parametrize("source", ["a  \nb", "a\\\nb"])
def test_hard_breaks_are_refused(source: str) -> None:
    with pytest.raises(InlineError, match="hardbreak is not allowed"):
        parse_inline(source)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_dangerous_link_targets_are_ignored(target: str) -> None:
    assert link_targets(parse_inline(f"[a]({target})")) == []


def test_plain_text_placeholders_and_link_targets() -> None:
    nodes = parse_inline("Call {day} or **{night}**: [the *team*](sheet:team), [A](chapter:a#b).")
    assert plain_text(nodes) == "Call {day} or {night}: the team, A."
    assert placeholders(nodes) == ["day", "night"]
    assert link_targets(nodes) == ["sheet:team", "chapter:a#b"]
