"""The print desk: from the click to the file, and fifty browsers at once.

The desk runs with two workers on a copy of the book that has a packet of five handouts. What a nurse waits for is
measured as she asks for it: the pages to look at, before and after the desk has made them beforehand, then the file to
print, whose pages are typeset by then. The layout of the booklet of the book, with an empty cache, is what the times are
compared with. CPU seconds are those of the server and its workers. Then 50 browsers ask for pages, pictures, files and
sheets with dates for two minutes, without a pause; the memory is that of the server and its workers, without the process
that makes files beforehand, after a fifth of the time, and at the end.

Exit status: 0 within the limits, 1 over one.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from measure import GARDEN, HANDBOOK, ROOT, WORKERS, Row, compared, finish, options_of, publish, seconds, timed_step

LOOK, ONE, FIVE = 2.0, 1.5, 4.0  # s
LOWEST = "19"  # priority of the process that makes files beforehand
CLIENTS, LOAD = 50, 120.0  # s
GROWTH = 1.15  # memory at the end, divided by that after a fifth of the time
WEEK = date(2031, 3, 3)


@dataclass(frozen=True, slots=True)
class Desk:
    """A running desk: its process and its port."""

    pid: int
    port: int

    def get(self, address: str) -> tuple[int, bytes]:
        """Return the status and the body of an answer."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=300)
        try:
            connection.request("GET", address)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def need(self, address: str) -> None:
        """Ask for what must succeed; otherwise end the benchmark."""
        status, body = self.get(address)
        if status != 200:
            sys.exit(f"{address}: {status}\n{re.sub(r'<[^>]*>', ' ', body.decode(errors='replace'))[-500:]}")

    def processes(self) -> Iterator[Path]:
        """Yield the folders in /proc of the server and its workers."""
        for path in Path("/proc").glob("[0-9]*"):
            try:
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            if self.pid in (int(path.name), parent):
                yield path

    def cpu(self, ahead: bool = False) -> float:
        """Return the CPU seconds so far: of the process that makes files beforehand, or of all others."""
        rows = [row for row in self._stats() if (row[16] == LOWEST) == ahead]
        return sum(int(row[11]) + int(row[12]) for row in rows) / os.sysconf("SC_CLK_TCK")

    def finish_ahead(self) -> float:
        """Wait until all files are made beforehand; return the CPU seconds that this took."""
        total = 0.0
        while any(row[16] == LOWEST for row in self._stats()):
            total = self.cpu(ahead=True)
            time.sleep(0.2)
        return total

    def _stats(self) -> list[list[str]]:
        """Return the fields of /proc/PID/stat of each process after its name: 16 is its priority (nice), 21 its memory."""
        found = []
        for path in self.processes():
            with suppress(OSError):  # it has ended
                found.append((path / "stat").read_text().rpartition(")")[2].split())
        return found

    def memory(self) -> float:
        """Return the resident memory in MB, without that of the process that makes files beforehand and then ends."""
        pages = sum(int(row[21]) for row in self._stats() if row[16] != LOWEST)
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def running(root: Path, book: str, out: Path) -> Iterator[Desk]:
    """Run the desk, and stop it."""
    command = [sys.executable, str(ROOT / "publish.py"), "desk", "--book", book, "--port", "0", "--no-open"]
    process = subprocess.Popen([*command, "--out", str(out)], cwd=root, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        port = re.search(r":(\d+)/", process.stdout.readline())
        assert port
        desk = Desk(process.pid, int(port[1]))
        desk.need("/healthz")
        time.sleep(8)  # the workers load their libraries and the books
        yield desk
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def project_with_packet(root: Path, source: Path, handouts: tuple[str, ...]) -> str:
    """Make a project with a copy of a book that has a packet; return the name of the book."""
    for name in ("templates", "locales"):
        (root / name).symlink_to(ROOT / name)
    folder = Path(shutil.copytree(source, root / "content" / source.name))
    names = ", ".join(f'"{name}"' for name in handouts)
    with (folder / "book.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[[packets]]\nid = "bench"\nname = "For the bench"\nhandouts = [{names}]\n')
    return source.name


# --- from the click to the file --------------------------------------------------------------


def clicks(desk: Desk, handouts: tuple[str, ...], late: str, booklet: float) -> Iterator[Row]:
    """Yield a row for each thing that a nurse asks for; the desk makes the handout `late` as one of the last."""
    first, packet = f"lang=en&what=handout:{handouts[0]}", "lang=en&what=packet:bench"
    yield _look(desk, "the pages of a handout that was never typeset", f"lang=es&what=handout:{late}", None)
    waited = time.monotonic()
    cpu = desk.finish_ahead()
    waited = time.monotonic() - waited
    yield Row("all handouts in both languages, made beforehand", f"{waited:.0f} s", f"{cpu:.0f} s of CPU")
    yield _look(desk, "the pages of a handout that was made beforehand", first, LOOK)
    yield _look(desk, f"the pages of a packet of {len(handouts)} that was made beforehand", packet, LOOK)
    yield from _click(desk, "one handout, its pages typeset", f"/file?{first}", ONE, booklet)
    yield from _click(desk, f"a packet of {len(handouts)}, its pages typeset", f"/file?{packet}", FIVE, booklet)
    again = statistics.median(seconds(lambda: desk.need(f"/file?{packet}")) for _run in range(5))
    yield Row("the same packet again", f"{again:.3f} s")


def _look(desk: Desk, what: str, query: str, limit: float | None) -> Row:
    before = desk.cpu()
    taken = seconds(lambda: desk.need(f"/pages?{query}"))
    return Row(what, f"{taken:.2f} s", f"{desk.cpu() - before:.1f} s of CPU", taken if limit else None, limit, "s")


def _click(desk: Desk, what: str, address: str, limit: float, booklet: float) -> Iterator[Row]:
    before = desk.cpu()
    taken = seconds(lambda: desk.need(address))
    yield Row(what, f"{taken:.2f} s", f"{desk.cpu() - before:.1f} s of CPU", taken, limit, "s")
    yield compared("… to the layout of the booklet", taken, booklet, limit / 10, "the booklet")


# --- fifty browsers --------------------------------------------------------------------------


@dataclass(slots=True)
class Load:
    """What the browsers got: how often each status, and how long each answer took."""

    statuses: Counter[int] = field(default_factory=Counter)
    times: list[float] = field(default_factory=list)


def browse(desk: Desk, load: Load, addresses: list[str], until: float, seed: int) -> None:
    """Ask for one address after the other; a lost connection counts as status 0."""
    chance = random.Random(seed)
    while time.monotonic() < until:
        started = time.monotonic()
        try:
            status = desk.get(chance.choice(addresses))[0]
        except (OSError, HTTPException):
            status = 0
        load.statuses[status] += 1
        load.times.append(time.monotonic() - started)


def loaded(desk: Desk, handout: str, sheet: str, length: float) -> Iterator[Row]:
    """Yield the rows about fifty browsers."""
    weeks = [f"/file?lang=en&what=sheet:{sheet}&week={WEEK + timedelta(7 * number)}" for number in range(12)]
    made = f"lang=en&what=handout:{handout}"
    pages = ["/", "/choose?lang=en", "/choose?lang=es&q=a", f"/make?{made}", f"/pages?{made}", f"/file?{made}"]
    addresses = [*pages, *pages, *weeks, f"/pages?{made}&how=large", "/file?lang=en&what=sheet:x", "/healthz"]
    allowed = {200, 400, 503}  # there is no sheet x
    load, until = Load(), time.monotonic() + length
    args = [(desk, load, addresses, until, number) for number in range(CLIENTS)]
    threads = [threading.Thread(target=browse, args=row) for row in args]
    for thread in threads:
        thread.start()
    time.sleep(length / 5)
    early = desk.memory()
    for thread in threads:
        thread.join()
    late, total = desk.memory(), sum(load.statuses.values())
    errors = sum(count for status, count in load.statuses.items() if status not in allowed)
    tenth = statistics.quantiles(load.times, n=20)
    asked = f"{total} answers, {load.statuses[503]} times 503"
    yield Row(f"{CLIENTS} browsers for {length:.0f} s: answers that are errors", f"{errors}", asked, errors, 0)
    yield Row("… time for an answer, median; 95th percentile", f"{tenth[9]:.2f} s; {tenth[18]:.2f} s")
    yield Row("… memory at the end, and after a fifth", f"{late:.0f} MB", f"{early:.0f} MB", late / early, GROWTH)


def main() -> int:
    options = options_of(__doc__).parse_args()
    if options.quick:
        source, handouts, late, sheet, length = Path(GARDEN), ("water", "soil"), "soil", "watering", 5.0
    else:
        five = ("start-here", "what-is-all", "chemotherapy", "side-effects", "follow-up")
        source, handouts, late, sheet, length = ROOT / "content" / HANDBOOK, five, "late-effects", "temperature", LOAD
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        book = project_with_packet(root, source, handouts)
        with timed_step("the booklet"):
            build = ("build", "--book", source, "--edition", "booklet", "--lang", "en", "--jobs", WORKERS)
            booklet = seconds(lambda: publish(*build, "--out", root / "booklet"))
        with running(root, book, root / "build") as desk:
            with timed_step("one handout and a packet"):
                rows = list(clicks(desk, handouts, late, booklet))
            with timed_step(f"{CLIENTS} browsers"):
                rows += loaded(desk, handouts[0], sheet, length)
    return finish(rows, options)


if __name__ == "__main__":
    sys.exit(main())
