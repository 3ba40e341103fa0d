"""The benchmarks measure what their report claims."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from support_wait import LONG

from carepress.hospital.reader import read_hospital
from carepress.model import Heading, segments
from carepress.text.inline import parse_inline, plain_text
from support import GARDEN, HANDBOOK, LANGS, ROOT, flat, model

sys.path.append(str(ROOT / "bench"))

from growth import Watch, rows_of
from measure import Row, finish, options_of, straight_line, table
from profiles import add_hospitals
from report import BENCHMARKS, Outcome, report
from restructured import write_project

BENCH = ROOT / "bench"


def run(script: str, *args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, BENCH / script, *args]
    return subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=LONG, check=False)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


# --- rows and their limits -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (Row("a", "1 s", "4 s, x", 0.25, 0.4), ["a", "1 s", "4 s, x", "0.25", "0.4", "within"]),
        (Row("a", "2 s", "", 2, 2, "s"), ["a", "2 s", "", "2 s", "2 s", "within"]),
        (Row("a", "9 s", "", 9.06, 2, "s"), ["a", "9 s", "", "9.06 s", "2 s", "**over**"]),
        (Row("a", "399 MB", "", 399.4, 400, "MB"), ["a", "399 MB", "", "399 MB", "400 MB", "within"]),
        (Row("a", "3"), ["a", "3", "", "", "", ""]),
    ],
)
def test_row_shows_its_limit(row: Row, expected: list[str]) -> None:
    head, rule, line = table([row]).splitlines()
    assert len(cells(head)) == len(cells(rule)) == len(expected)
    assert cells(line) == expected


def test_pipe_in_a_cell_is_escaped() -> None:
    assert r"| a \| b |" in table([Row("a | b", "1")])


@pytest.mark.parametrize(("measured", "status"), [(1.0, 0), (2.0, 0), (2.1, 1), (None, 1)])
def test_exit_status_when_over_the_limit(measured: float | None, status: int, tmp_path: Path) -> None:
    options = options_of("").parse_args(["--json", str(tmp_path / "rows.json")])
    row = Row("a", "1", "2", measured, 2.0, "s")
    assert finish([Row("b", "1"), row], options) == status
    assert Row(**json.loads((tmp_path / "rows.json").read_text())[1]) == row


# --- the straight line -----------------------------------------------------------------------


def test_deviation_of_collinear_points_is_zero() -> None:
    line = straight_line([(50, 13.0), (100, 23.0), (150, 33.0), (200, 43.0)])
    assert (line.slope, line.start, line.deviation) == pytest.approx((0.2, 3.0, 0.0))


def test_deviation_is_relative_to_the_last_point() -> None:
    # The least-squares line through (0, 0), (1, 0), (2, 6) is 3x - 1: the points are 1, 2 and 1 away.
    line = straight_line([(0, 0), (1, 0), (2, 6)])
    assert (line.slope, line.start, line.deviation) == pytest.approx((3, -1, 2 / 6))


def growth(marks: list[float], memory: list[float], peak: float, *speed: object) -> dict[str, Row]:
    steady = {quarter: [0.02] for quarter in range(4)}
    speed = speed or (steady, {1: dict(enumerate(marks))})
    by_quarter = dict(enumerate(memory))
    highest, peaks = {1: {}, 2: by_quarter, 3: by_quarter, 4: {0: 999}}, {1: 50, 2: peak, 3: peak, 4: 999}
    # The last process is a worker's helper before its exec().
    seen = Watch(marks, highest, peaks, Counter({1: 90, 2: 90, 3: 90, 4: 1}), 1.0, *speed)
    return {row.what: row for row in rows_of(seen, 200)}


LATER = "last quarter compared with the third, in CPU seconds and by the loop"
TIMES = {"largest deviation from the straight line", LATER}


@pytest.mark.parametrize(
    ("marks", "memory", "peak", "over"),
    [
        ([10, 20, 30, 40], [100, 101, 102, 103], 150, set()),
        ([5, 15, 30, 50], [100, 101, 102, 103], 150, TIMES),
        ([10, 20, 30, 40], [100, 110, 120, 130], 150, {"memory growth, first to last quarter"}),
        ([10, 20, 30, 40], [100, 101, 102, 103], 401, {"memory of worker 1", "memory of worker 2"}),
    ],
)
def test_growth_in_time_and_memory_is_detected(marks: list, memory: list, peak: float, over: set[str]) -> None:
    rows = growth(marks, memory, peak)
    assert {what for what, row in rows.items() if not row.within} == over
    assert [rows[f"{count} hospitals"].ours for count in (50, 200)] == [f"{marks[0]:.1f} s", f"{marks[-1]:.1f} s"]


def test_slowdown_of_the_machine_is_not_reported_as_growth() -> None:
    spent = {1: dict(enumerate([10, 20, 30, 45]))}  # 10 s in the third quarter, 15 in the last
    slowing = {quarter: [0.02 * slower] for quarter, slower in enumerate((1, 1, 1, 1.5))}
    steady = {quarter: [0.02] for quarter in range(4)}
    rows = [growth([10, 20, 30, 40], [100] * 4, 150, loops, spent)[LATER] for loops in (slowing, steady)]
    assert [row.within for row in rows] == [True, False]
    assert [row.measured for row in rows] == pytest.approx([1, 1.5])


# --- what is compared ------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [HANDBOOK, GARDEN])
def test_generated_hospitals_are_valid_and_distinct(folder: Path, tmp_path: Path) -> None:
    names = add_hospitals(tmp_path, 1, 3, garden=folder == GARDEN)
    hospitals = [read_hospital(tmp_path / "content" / "hospitals" / name, model(folder, "en"), LANGS) for name in names]
    for fact in ("name", "telephones", "values", "colors", "review_due"):
        assert len({repr(getattr(hospital, fact)) for hospital in hospitals}) == 3, fact


def test_sphinx_source_contains_the_whole_text(tmp_path: Path) -> None:
    write_project(str(GARDEN), tmp_path / "text")
    for chapter in model(GARDEN, "en").chapters():
        text = flat((tmp_path / "text" / f"{chapter.id}.rst").read_text().replace("\\", ""))
        for segment in segments((chapter.title, chapter.blocks)):
            if not segment.kind.startswith("drawing"):
                assert flat(plain_text(parse_inline(segment.text))) in text
        for block in chapter.blocks:
            if isinstance(block, Heading):
                assert re.search(rf" {re.escape(block.text.text)} [-~]{{{len(block.text.text)}}} ", text)


# --- the report ------------------------------------------------------------------------------


def test_report_covers_every_benchmark_and_the_machine() -> None:
    outcomes = [
        Outcome("One", "What one is.", (Row("a", "1 s", "", 1, 2, "s"),)),
        Outcome("Two", "What two is.", ()),
    ]
    text = report(outcomes, [("Processor", "a fast one")])
    assert "- Processor: a fast one\n" in text
    assert "## One\n\nWhat one is.\n\n| |" in text
    assert "## Two\n\nWhat two is.\n\n**Not measured.**\n" in text
    assert [outcome.within for outcome in outcomes] == [True, False]


@pytest.mark.parametrize("script", ["report", *BENCHMARKS])
def test_every_script_has_help(
    script: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", [f"{script}.py", "--help"])
    with pytest.raises(SystemExit) as ended:
        import_module(script).main()
    assert ended.value.code == 0
    assert "Exit status: 0" in capsys.readouterr().out


def test_report_covers_every_script() -> None:
    scripts = {path.stem for path in BENCH.glob("*.py") if "def main()" in path.read_text()}
    assert scripts == {"report", *BENCHMARKS}


def test_unknown_benchmark_is_a_usage_error() -> None:
    done = run("report.py", "weather")
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "startup" in done.stderr


def test_startup_benchmark_is_measured_and_reported(tmp_path: Path) -> None:
    out = tmp_path / "REPORT.md"
    done = run("report.py", "startup", "--quick", "--out", out)
    text = out.read_text()
    assert "- WeasyPrint: 70" in text
    over = "**over**" in text
    assert done.returncode == int(over), done.stdout + done.stderr
    assert over or "| within |" in text
    assert "publish.py --help, median of 5" in text
