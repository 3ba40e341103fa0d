"""What keeps a test run independent of the machine: waits that repeat what was lost, and the same inputs every time."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
import support_wait
from conftest import PROFILE
from hypothesis import given, settings
from hypothesis import strategies as st
from support_wait import wait_for


def test_lost_action_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support_wait, "AGAIN", 0.01)
    acts: list[int] = []
    assert wait_for(lambda: len(acts) == 3 and "shown", lambda: acts.append(1)) == "shown"
    assert len(acts) == 3


def test_wait_ends_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support_wait, "WAIT", 0.05)
    with pytest.raises(AssertionError, match="timed out") as ended:
        wait_for(lambda: [].pop(), passing=(IndexError,))
    assert isinstance(ended.value.__cause__, IndexError)
    with pytest.raises(KeyError):
        wait_for(lambda: {}["a"], passing=(IndexError,))


@pytest.mark.skipif(PROFILE != "seeded", reason="each run has other inputs")
def test_inputs_do_not_depend_on_loaded_modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = inputs()
    module = ModuleType("constants")
    module.__file__ = str(tmp_path / "constants.py")
    Path(module.__file__).write_text(f"VALUES = {[f'value {number}' for number in range(100)]}\n")
    monkeypatch.setitem(sys.modules, "constants", module)
    assert inputs() == before


def inputs() -> list[str]:
    drawn: list[str] = []

    @settings(max_examples=200)
    @given(st.text())
    def record(text: str) -> None:
        drawn.append(text)

    record()
    return drawn
