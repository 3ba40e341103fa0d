from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carepress.catalogs.differences import all_differences, meaning_differences

SAME = [
    ("Call at 38 °C.", "Call at 38 °C!"),
    ("Wait 1,000 minutes", "Wait 1000 minutes"),
    ("Wait 50,000 minutes", "Wait 50\u00a0000 minutes"),
    ("38.0 degrees", "38 degrees"),
    ("Don't stop", "Do not stop"),
    ("Don’t stop", "Don't stop"),
    ("You cannot go", "You can't go"),
    ("250 µg", "250 mcg"),
    ("1 tablet", "1 tablets"),
    ("The color of it", "The colour of it"),
    ("See [the page](chapter:a2)", "See [the page](chapter:b3)"),
    ("Call {clinic_phone}", "Call {team_phone}"),
    ("ALL is treated", "Leukemia is treated"),
    ("A follow-up visit", "A followup visit"),
]

CHANGED = [
    ("Give 250 mg", "Give 25 mg", "numbers"),
    ("Give .5 mL", "Give 5 mL", "numbers"),
    ("From 38 to 39", "From 39 to 38", "numbers"),
    ("Take ½ of it", "Take ¼ of it", "numbers"),
    ("Below −5", "Below 5", "numbers"),
    ("1,200 people", "1.2 people", "numbers"),
    ("At 8:30", "At 9:30", "numbers"),
    ("Stage II", "Stage III", "number words"),
    ("Two tablets", "Three tablets", "number words"),
    ("twice", "thrice", "number words"),
    ("every third child", "every tenth child", "number words"),
    ("Give it", "Do not give it", "negation"),
    ("NOT now", "now", "negation"),
    ("Do not eat; drink.", "Eat; do not drink.", "negation"),
    ("It isn’t safe", "It is safe", "negation"),
    ("with no food", "with food", "negation"),
    ("Never give it", "Give it", "negation"),
    ("Call, unless it stops", "Call, if it stops", "negation"),
    ("250 mg", "250 g", "units and dose words"),
    ("250 mcg", "250 mg", "units and dose words"),
    ("38 °C", "38 °F", "units and dose words"),
    ("5 mL/kg", "5 mL/day", "units and dose words"),
    ("One tablet", "One capsule", "units and dose words"),
    ("once a day", "once a week", "units and dose words"),
    ("10 %", "10", "units and dose words"),
    ("> 38", "< 38", "units and dose words"),
    ("Eat before it", "Eat after it", "words that reverse the meaning"),
    ("You must call", "You may call", "words that reverse the meaning"),
    ("This is usual", "This is unusual", "words of opposite meaning"),
    ("It is painful", "It is painless", "words of opposite meaning"),
    ("hypothermia", "hyperthermia", "words of opposite meaning"),
]

MARKUP = [
    ("See [it](chapter:a)", "See [it](chapter:b)", "links"),
    ("See [it](chapter:a)", "See it", "links"),
    ("Call {clinic_phone}", "Call {team_phone}", "placeholders"),
    ("Call %(who)s", "Call %(when)s", "placeholders"),
    ("**Call** now", "Call **now**", "emphasis"),
    ("**Call** now", "*Call* now", "emphasis"),
]


def kinds(old: str, new: str) -> list[str]:
    return [difference.what for difference in all_differences(old, new)]


@pytest.mark.parametrize(("old", "new"), SAME)
def test_same_meaning(old: str, new: str) -> None:
    assert meaning_differences(old, new) == ()
    assert meaning_differences(new, old) == ()


@pytest.mark.parametrize(("old", "new", "what"), CHANGED)
def test_different_meaning(old: str, new: str, what: str) -> None:
    assert what in [difference.what for difference in meaning_differences(old, new)]
    assert what in [difference.what for difference in meaning_differences(new, old)]


@pytest.mark.parametrize(("old", "new", "what"), MARKUP)
def test_different_markup(old: str, new: str, what: str) -> None:
    assert kinds(old, new) == kinds(new, old) == [what]


def test_broken_markup_is_a_difference() -> None:
    assert "emphasis" in kinds("Call <b>now", "Call now")


def test_difference_as_text() -> None:
    lines = [
        str(difference) for difference in meaning_differences("Give 2 and 3 doses, not 4.", "Give 2 and 5 doses, 4.")
    ]
    assert lines == ["numbers changed: “3” → “5”", "negation changed: “not” removed"]
    assert [str(difference) for difference in meaning_differences("38 or 39", "39 or 38")] == [
        "numbers changed: “38”, “39” → “39”, “38”"
    ]


@given(st.text(), st.integers(0, 9999), st.integers(0, 9999))
def test_changed_number_is_always_detected(text: str, old: int, new: int) -> None:
    kinds_of_change = [difference.what for difference in meaning_differences(f"{text} x {old} y", f"{text} x {new} y")]
    assert ("numbers" in kinds_of_change) == (old != new)


@given(st.text(), st.text())
def test_text_does_not_differ_from_itself(one: str, other: str) -> None:
    assert all_differences(one, one) == ()
    assert bool(all_differences(one, other)) == bool(all_differences(other, one))
