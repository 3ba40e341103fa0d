"""Two hundred hospitals in two languages: does time grow linearly, and does memory stay constant?

One build of all their booklets, with two processes. The time is recorded when a quarter, a half, three quarters and
all of the hospitals are finished; meanwhile, the memory of the processes is read from /proc five times a second. The
deviation is the largest distance of a time from the straight line through all four, in percent of the last time.
Memory growth compares the highest figure of the last quarter with that of the first.

A fixed loop is timed every few seconds meanwhile. If it slows down as much as the build does, the machine is slower and
not the program, so the ratio of the last quarter to the third, in CPU seconds, is divided by that of the loop. These two
quarters are compared because both are translations: the books in the source language are built first, and take less.

Exit status: 0 within the limits, 1 over one, 2 no /proc, which only Linux has.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import median

from measure import GARDEN_IN, HANDBOOK, MISSING, WORKERS, Row, finish, options_of, publish_command, straight_line
from profiles import add_hospitals, copy_project

# A time that grows with the square of the number deviates by 6 %, and has a ratio of 2.3.
DEVIATION, LATER = 2.0, 1.1  # % of the total time; the last quarter divided by the third
MEMORY, GROWTH = 400.0, 10.0  # MB, %
QUARTERS = 4
INTERVAL = 0.2  # seconds
REFERENCE_EVERY = 15  # intervals between two runs of the reference loop
REFERENCE_STEPS = 400_000  # about 30 ms
SIGHTINGS = 3  # a process seen less often was about to exec another program


@dataclass
class Watch:
    """Samples of a build: `highest` in MB by process and quarter; `peak` in MB and `sightings` by process.

    `marks` and `first` are seconds since the start. `loops` has the CPU seconds of the reference loop by quarter, `cpu`
    the CPU seconds of each process up to the end of a quarter.
    """

    marks: list[float] = field(default_factory=list)
    highest: dict[int, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    peak: dict[int, float] = field(default_factory=dict)
    sightings: Counter[int] = field(default_factory=Counter)
    first: float = 0.0
    loops: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    cpu: dict[int, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))


def watch(command: list[str], root: Path, files: int) -> Watch:
    """Run a build of `files` files, recording when each quarter is finished and the memory of its processes."""
    seen, over = Watch(), threading.Event()
    started = time.perf_counter()
    errors = root / "stderr"
    with (
        errors.open("w") as stderr,
        subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=stderr, text=True) as process,
    ):
        sampler = threading.Thread(target=_sample, args=(process.pid, seen, over))
        sampler.start()
        assert process.stdout
        made = 0
        for line in process.stdout:
            if not line.startswith("built "):
                continue
            made += 1
            seen.first = seen.first or time.perf_counter() - started
            if made * QUARTERS >= files * (len(seen.marks) + 1):
                seen.marks.append(time.perf_counter() - started)
                print(f"{made} of {files} after {seen.marks[-1]:.1f} s", file=sys.stderr, flush=True)
    over.set()
    sampler.join()
    if process.returncode or made < files:
        sys.exit(f"only {made} of {files} files were built\n{errors.read_text()}")
    return seen


def _sample(parent: int, seen: Watch, over: threading.Event) -> None:
    turn = 0
    while not over.wait(INTERVAL):
        quarter = min(len(seen.marks), QUARTERS - 1)
        if turn % REFERENCE_EVERY == 0:
            seen.loops[quarter].append(reference_loop())
        turn += 1
        for pid in (parent, *_below(parent)):
            now, peak = _memory(pid, "VmRSS"), _memory(pid, "VmHWM")
            if now and peak:
                seen.highest[pid][quarter] = max(seen.highest[pid].get(quarter, 0), now)
                seen.peak[pid] = peak
                seen.sightings[pid] += 1
                seen.cpu[pid][quarter] = _cpu_seconds(pid)


def reference_loop() -> float:
    """Return the CPU seconds of a fixed piece of work, to compare the speed of the machine at two moments."""
    started, total = time.thread_time(), 0
    for number in range(REFERENCE_STEPS):
        total += number * number % 7
    return time.thread_time() - started


def _cpu_seconds(pid: int) -> float:
    """Return the user and system time of a process in seconds (proc_pid_stat(5), fields 14 and 15)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _below(parent: int) -> Iterator[int]:
    """Yield the descendants of a process that run the same program."""
    try:
        program = Path(f"/proc/{parent}/exe").readlink()
        children = Path(f"/proc/{parent}/task").glob("*/children")
        pids = [int(pid) for path in children for pid in path.read_text().split()]
    except OSError:
        return  # the process has ended
    for pid in pids:
        with suppress(OSError):
            if Path(f"/proc/{pid}/exe").readlink() == program:
                yield pid
                yield from _below(pid)


def _memory(pid: int, name: str) -> float:
    """Return a line of /proc/PID/status in MB, or 0 for a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith(f"{name}:")), 0)


def rows_of(seen: Watch, hospitals: int) -> list[Row]:
    """Return the rows of the report."""
    return [*_time_rows(seen, hospitals), *_memory_rows(seen)]


def _time_rows(seen: Watch, hospitals: int) -> Iterator[Row]:
    counts = [hospitals * quarter / QUARTERS for quarter in range(1, QUARTERS + 1)]
    for count, mark in zip(counts, seen.marks):
        yield Row(f"{count:g} hospitals", f"{mark:.1f} s")
    line = straight_line(list(zip(counts, seen.marks)))
    yield Row("until the first file", f"{seen.first:.2f} s")
    yield Row("each further hospital, in two languages", f"{line.slope:.2f} s")
    deviation = line.deviation * 100
    yield Row("largest deviation from the straight line", f"{deviation:.2f} %", "", deviation, DEVIATION, "%")
    _second, third, last_one = (later - sooner for sooner, later in pairwise(seen.marks))
    yield Row("last quarter compared with the third", f"{last_one:.1f} s", f"{third:.1f} s, itself")
    loops = [median(seen.loops[quarter]) for quarter in (QUARTERS - 2, QUARTERS - 1)]
    words = [f"{seconds * 1000:.1f} ms" for seconds in loops]
    yield Row("a fixed loop, last quarter compared with the third", words[1], f"{words[0]}, itself")
    before, after = (_cpu_of(seen, quarter) - _cpu_of(seen, quarter - 1) for quarter in (QUARTERS - 2, QUARTERS - 1))
    what, ratio = (
        "last quarter compared with the third, in CPU seconds and by the loop",
        after / before * loops[0] / loops[1],
    )
    yield Row(what, f"{after:.1f} s", f"{before:.1f} s, itself", ratio, LATER)


def _cpu_of(seen: Watch, quarter: int) -> float:
    """Return the CPU seconds of all processes up to the end of a quarter; a process that ended counts with its last figure."""
    return sum(
        max((seconds for number, seconds in by.items() if number <= quarter), default=0) for by in seen.cpu.values()
    )


def _memory_rows(seen: Watch) -> Iterator[Row]:
    parent, *others = seen.peak  # in order of first sighting
    workers = [pid for pid in others if seen.sightings[pid] >= SIGHTINGS]
    yield Row("memory of the main process", f"{seen.peak[parent]:.0f} MB")
    for number, pid in enumerate(workers, 1):
        by_quarter = [seen.highest[pid].get(quarter, 0) for quarter in range(QUARTERS)]
        words = ", ".join(f"{value:.0f}" for value in by_quarter)
        yield Row(f"memory of worker {number}", f"{words} MB in each quarter", "", seen.peak[pid], MEMORY, "MB")
    # A worker may be replaced, so compare the highest figure of all workers.
    first, last = (
        max((seen.highest[pid].get(quarter, 0) for pid in workers), default=0) for quarter in (0, QUARTERS - 1)
    )
    growth = (last / first - 1) * 100 if first else None
    what = "memory growth, first to last quarter"
    yield Row(what, f"{first:.0f} to {last:.0f} MB", "", growth, GROWTH, "%")


def main() -> int:
    parser = options_of(__doc__)
    parser.add_argument("--hospitals", type=int, metavar="N", help="[default: 200; 8 with --quick]")
    options = parser.parse_args()
    hospitals = options.hospitals or (8 if options.quick else 200)
    if hospitals < QUARTERS:
        parser.error(f"--hospitals must be {QUARTERS} or more")
    if not Path("/proc/self/status").exists():
        print("/proc is missing: this benchmark runs only on Linux", file=sys.stderr)
        return MISSING
    with tempfile.TemporaryDirectory() as name:
        root = copy_project(Path(name) / "project")
        add_hospitals(root, 1, hospitals, garden=options.quick)
        book = root / GARDEN_IN if options.quick else HANDBOOK
        build_options = ("--book", book, "--hospital", "all", "--edition", "booklet", "--jobs", WORKERS)
        seen = watch(publish_command("build", *build_options, root=root), root, 2 * hospitals)
    return finish(rows_of(seen, hospitals), options)


if __name__ == "__main__":
    sys.exit(main())
