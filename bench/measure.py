"""Helpers for the benchmarks: timing, table rows with limits, line fitting, facts about the machine."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import linear_regression

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

HANDBOOK = "childhood-all"
GARDEN_IN = Path("tests", "books", "garden")  # relative to a project
GARDEN = str(ROOT / GARDEN_IN)
WORKERS = 2
MISSING = 2  # exit status: nothing was measured


# --- rows ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the report. `ours` and `theirs` are printed verbatim; `measured` must be at most `limit`.

    `unit` applies to both: s, MB or %; ratios have none. A row without a limit is only informative.
    """

    what: str
    ours: str
    theirs: str = ""
    measured: float | None = None
    limit: float | None = None
    unit: str = ""

    @property
    def within(self) -> bool:
        """Whether the row is within its limit, or has none."""
        return self.limit is None or (self.measured is not None and self.measured <= self.limit)


def compared(what: str, ours: float, theirs: float, limit: float, program: str) -> Row:
    """Return a row with the ratio of two times in seconds."""
    return Row(what, f"{ours:.2f} s", f"{theirs:.2f} s, {program}", ours / theirs, limit)


def table(rows: Sequence[Row]) -> str:
    """Return rows as a Markdown table."""
    lines = ["| | Carepress | compared with | measured | limit | |", "|---|---:|---:|---:|---:|---|"]
    for row in rows:
        verdict = "" if row.limit is None else "within" if row.within else "**over**"
        cells = (row.what, row.ours, row.theirs, _figure(row.measured, row.unit), _figure(row.limit, row.unit), verdict)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _figure(number: float | None, unit: str) -> str:
    """Return a number with its unit, to three significant digits or, from 100, as an integer."""
    if number is None:
        return ""
    digits = f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"
    return f"{digits} {unit}".strip()


@dataclass(frozen=True, slots=True)
class Line:
    """A fitted straight line; `deviation` is the largest distance of a point, as a share of the last point's value."""

    slope: float
    start: float
    deviation: float


def straight_line(points: Sequence[tuple[float, float]]) -> Line:
    """Fit a line to points (count, seconds) by least squares."""
    slope, start = linear_regression([x for x, _ in points], [y for _, y in points])
    farthest = max(abs(y - (start + slope * x)) for x, y in points)
    return Line(slope, start, farthest / points[-1][1])


# --- the command line of a benchmark ---------------------------------------------------------


def options_of(words: str | None) -> argparse.ArgumentParser:
    """Return a parser with the options of all benchmarks; `words` is the description of the script."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="use the small garden book and few runs, only to try the benchmark"
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="also write the rows to this file, for bench/report.py"
    )
    return parser


def finish(rows: Sequence[Row], options: argparse.Namespace) -> int:
    """Print the rows, save them for the report, and return the exit status: 1 if any is over its limit."""
    print(table(rows), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")
    return int(not all(row.within for row in rows))


def need(program: str | Path, hint: str) -> str:
    """Return the path of a program; if it is missing, print the hint and exit with status 2."""
    path = shutil.which(program)
    if not path:
        print(f"{Path(program).name} is missing: {hint}", file=sys.stderr)
        sys.exit(MISSING)
    return path


# --- timing ----------------------------------------------------------------------------------


def seconds(step: Callable[[], object]) -> float:
    """Return the duration of a step in seconds."""
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def run(*command: object, root: Path = ROOT, **variables: str) -> None:
    """Run a program quietly. If it fails, print its output and end the benchmark."""
    done = subprocess.run(
        list(map(str, command)), cwd=root, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def publish(*args: object, root: Path = ROOT) -> None:
    """Run publish.py with arguments; if it fails, end the benchmark."""
    run(*publish_command(*args, root=root), root=root)


def publish_command(*args: object, root: Path = ROOT) -> list[str]:
    """Return the command that runs publish.py with arguments."""
    return [sys.executable, *map(str, (root / "publish.py", *args))]


# --- the machine -----------------------------------------------------------------------------


def machine() -> Iterator[tuple[str, str]]:
    """Yield facts about the machine and the software, as (label, name or version)."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    about = _output(sys.executable, "-m", "weasyprint", "--info")
    yield "Processor", f"{_processor()}, {os.cpu_count()} cores"
    yield "Memory", f"{pages * size / 2**30:.0f} GiB"
    yield "System", f"{_system()}, {platform.system()} {platform.release()}"
    yield "Python", platform.python_version()
    yield "WeasyPrint", _after("WeasyPrint version", about)
    yield "Pango", _pango(_after("Pango version", about))


def version(program: str | Path, *args: str) -> str:
    """Return the version that a program reports."""
    match = re.search(r"\d+(\.\d+)+", _output(program, *(args or ("--version",))))
    return match[0] if match else "not installed"


def _output(program: str | Path, *args: str) -> str:
    try:
        return subprocess.run([program, *args], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def _after(label: str, text: str) -> str:
    match = re.search(rf"^{label}: *(.+)$", text, re.MULTILINE)
    return match[1] if match else "unknown"


def _pango(number: str) -> str:
    """Return 1.50.12 for 15012."""
    if not number.isdigit():
        return number
    return f"{int(number) // 10000}.{int(number) // 100 % 100}.{int(number) % 100}"


def _processor() -> str:
    try:
        match = re.search(r"^model name\s*: *(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        match = None
    return match[1] if match else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()


@contextmanager
def timed_step(words: str) -> Iterator[None]:
    """Print the name of a long step to stderr and, when it is done, its duration."""
    print(f"{words} …", end=" ", file=sys.stderr, flush=True)
    started = time.perf_counter()
    yield
    print(f"{time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
