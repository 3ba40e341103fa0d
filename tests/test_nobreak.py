"""Words that belong together stay on one line."""

from __future__ import annotations

import unicodedata

import pytest

from carepress.text.nobreak import bind_spaces, compounds


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("They are called linfocitos T y B.", "They are called linfocitos~T y~B."),
        ("Can I take vitamin K with it every day?", "Can I take vitamin~K with it every~day?"),
        ("At 38.1 °C or 100.6 °F, call your clinic nurse.", "At 38.1~°C or 100.6~°F, call your clinic~nurse."),
        ("Call 0808 800 40 40 between seven and eleven.", "Call 0808~800~40~40 between seven and~eleven."),
        ("Call +1 555 0100 between seven and eleven.", "Call +1~555~0100 between seven and~eleven."),
        ("Between 2 and 3 years, or 4 5 or 6 somewhere.", "Between 2 and 3 years, or 4 5 or 6~somewhere."),
        ("Bring this list with you today.", "Bring this list with you~today."),
        ("Your doctor may suggest a transplantation.", "Your doctor may suggest a transplantation."),
        ("Two words", "Two words"),
        ("Word", "Word"),
        ("", ""),
    ],
)
def test_bound_spaces(text: str, bound: str) -> None:
    assert bind_spaces(text).replace("\N{NO-BREAK SPACE}", "~") == bound


def test_end_of_a_text_that_goes_on_is_not_bound() -> None:
    assert bind_spaces("and then it is ", after="another sentence") == "and then it is "


@pytest.mark.parametrize(
    ("text", "after", "bound"),
    [
        ("the conditions of ", "health).", "the conditions of~"),
        ("the signs of good health", ").", "the signs of good~health"),
    ],
)
def test_end_of_a_text_is_bound_across_markup(text: str, after: str, bound: str) -> None:
    assert bind_spaces(text, after=after).replace("\N{NO-BREAK SPACE}", "~") == bound


@pytest.mark.parametrize(
    ("title", "bound"),
    [
        ("What is acute lymphoblastic leukemia?", "What is acute lymphoblastic~leukemia?"),
        ("Remission, and why treatment goes on", "Remission, and why treatment~goes~on"),
        ("Dónde encontrar ayuda", "Dónde encontrar~ayuda"),
        ("Chemotherapy", "Chemotherapy"),
        ("Late effects", "Late effects"),
    ],
)
def test_title_does_not_end_in_one_short_word(title: str, bound: str) -> None:
    assert bind_spaces(title, title=24).replace("\N{NO-BREAK SPACE}", "~") == bound


def test_long_words_of_a_title_are_not_bound() -> None:
    assert bind_spaces("Then supportive afterward", title=17) == "Then supportive afterward"


def test_number_with_thin_spaces_is_whole() -> None:
    assert ("10\u2009000", True) in compounds("Give 10\u2009000 units.")


@pytest.mark.parametrize("word", ["एक-दूसरे", "क्षेत्र-क्ष", "ทีละ-น้อย", "שַׁבָּת-שַׁבָּת"])
def test_compound_is_not_divided_before_a_mark(word: str) -> None:
    """A vowel sign in a piece of its own would be drawn on a dotted circle."""
    for text in (word, f"{word}ि।", f"और {word}, {word}"):
        assert not any(unicodedata.category(piece[0])[0] == "M" for piece, _whole in compounds(text))


def test_short_compounds_are_whole() -> None:
    pieces = compounds("A B-cell or T-lymphoblastic count, Cytosar-U and follow-up; a well-established-rule.")
    assert [piece for piece, is_whole in pieces if is_whole] == ["B-cell", "T-lymphoblastic", "Cytosar-U", "follow-up"]
    assert "".join(piece for piece, _is_whole in pieces).startswith("A B-cell or T-lymphoblastic count")
    assert compounds("no compound") == [("no compound", False)]


def test_last_two_words_in_a_link_are_bound() -> None:
    assert bind_spaces("care plan", before="Write it into the ", after=".") == "care\N{NO-BREAK SPACE}plan"
    assert bind_spaces("care plan") == "care plan"
