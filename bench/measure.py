"""What the benchmarks share: timing, rows of a table with their limits, a straight line, what the machine is."""

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
GARDEN_IN = Path("tests", "books", "garden")  # in a project
GARDEN = str(ROOT / GARDEN_IN)
WORKERS = 2
MISSING = 2  # exit status: nothing was measured


# --- rows ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the report. `ours` and `theirs` are shown as they are; `measured` must be at most `limit`.

    `unit` is that of both: s, MB or %; a ratio has none. A row without a limit is for the reader alone.
    """

    what: str
    ours: str
    theirs: str = ""
    measured: float | None = None
    limit: float | None = None
    unit: str = ""

    @property
    def within(self) -> bool:
        return self.limit is None or (self.measured is not None and self.measured <= self.limit)


def compared(what: str, ours: float, theirs: float, limit: float, program: str) -> Row:
    """Return the row of a ratio of two times in seconds."""
    return Row(what, f"{ours:.2f} s", f"{theirs:.2f} s, {program}", ours / theirs, limit)


def table(rows: Sequence[Row]) -> str:
    """Return rows as a table in Markdown."""
    lines = ["| | Carepress | beside it | measured | at most | |", "|---|---:|---:|---:|---:|---|"]
    for row in rows:
        verdict = "" if row.limit is None else "within" if row.within else "**over**"
        cells = (row.what, row.ours, row.theirs, _figure(row.measured, row.unit), _figure(row.limit, row.unit), verdict)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _figure(number: float | None, unit: str) -> str:
    """Return a number in three digits, with its unit; a small one keeps its decimals."""
    if number is None:
        return ""
    digits = f"{number:.0f}" if abs(number) >= 100 else f"{number:.3g}"
    return f"{digits} {unit}".strip()


@dataclass(frozen=True, slots=True)
class Line:
    """The straight line nearest to some points; `deviation` is the farthest point's, in units of the last point."""

    slope: float
    start: float
    deviation: float


def straight_line(points: Sequence[tuple[float, float]]) -> Line:
    """Return the line of least squares through points (count, seconds)."""
    slope, start = linear_regression([x for x, _ in points], [y for _, y in points])
    farthest = max(abs(y - (start + slope * x)) for x, y in points)
    return Line(slope, start, farthest / points[-1][1])


# --- the command line of a benchmark ---------------------------------------------------------


def options_of(words: str | None) -> argparse.ArgumentParser:
    """Return the options that all benchmarks have; `words` are the script's own description."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="the small garden book and few runs: only to try it")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there too, for bench/report.py")
    return parser


def finish(rows: Sequence[Row], options: argparse.Namespace) -> int:
    """Print the rows, keep them for the report, and return the exit status: 1 when one is over its limit."""
    print(table(rows), flush=True)
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows]), encoding="utf-8")
    return int(not all(row.within for row in rows))


def need(program: str | Path, hint: str) -> str:
    """Return the path of a program; without it, end with exit status 2 and tell how to get it."""
    found = shutil.which(program)
    if not found:
        print(f"{Path(program).name} is missing: {hint}", file=sys.stderr)
        sys.exit(MISSING)
    return found


# --- timing ----------------------------------------------------------------------------------


def seconds(step: Callable[[], object]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def run(*command: object, root: Path = ROOT, **variables: str) -> None:
    """Run a program quietly. What it said is shown when it fails, and ends the benchmark."""
    done = subprocess.run(
        list(map(str, command)), cwd=root, env=os.environ | variables, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")


def publish(*args: object, root: Path = ROOT) -> None:
    run(*publish_command(*args, root=root), root=root)


def publish_command(*args: object, root: Path = ROOT) -> list[str]:
    return [sys.executable, *map(str, (root / "publish.py", *args))]


# --- the machine -----------------------------------------------------------------------------


def machine() -> Iterator[tuple[str, str]]:
    """Yield what the measurements were made on and with, as (what, its name or version)."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    about = _said(sys.executable, "-m", "weasyprint", "--info")
    yield "Processor", f"{_processor()}, {os.cpu_count()} cores"
    yield "Memory", f"{pages * size / 2**30:.0f} GiB"
    yield "System", f"{_system()}, {platform.system()} {platform.release()}"
    yield "Python", platform.python_version()
    yield "WeasyPrint", _after("WeasyPrint version", about)
    yield "Pango", _pango(_after("Pango version", about))


def version(program: str | Path, *args: str) -> str:
    """Return the version that a program tells of itself."""
    found = re.search(r"\d+(\.\d+)+", _said(program, *(args or ("--version",))))
    return found[0] if found else "not installed"


def _said(program: str | Path, *args: str) -> str:
    try:
        return subprocess.run([program, *args], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def _after(label: str, text: str) -> str:
    found = re.search(rf"^{label}: *(.+)$", text, re.MULTILINE)
    return found[1] if found else "not known"


def _pango(number: str) -> str:
    """Return 1.50.12 for 15012."""
    if not number.isdigit():
        return number
    return f"{int(number) // 10000}.{int(number) // 100 % 100}.{int(number) % 100}"


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*: *(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except OSError:
        return platform.platform()


@contextmanager
def telling(words: str) -> Iterator[None]:
    """Say what is being done, for long benchmarks, and how long it took."""
    print(f"{words} …", end=" ", file=sys.stderr, flush=True)
    started = time.perf_counter()
    yield
    print(f"{time.perf_counter() - started:.1f} s", file=sys.stderr, flush=True)
