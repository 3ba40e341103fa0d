"""Handouts, compared with the two booklets of their book, and one handout with a warm cache.

Two processes build the booklets of all languages with an empty cache, then all handouts of all languages. The handouts
are typeset again, because their chapters begin elsewhere on a page and their links differ; the text of each is tried in up
to nine ways until its pages are full. Then one handout is built again, in another folder, with the pages that are cached: what
a nurse waits for. Its time includes the start of Python.

Exit status: 0 within the limits, 1 over one.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from measure import GARDEN, HANDBOOK, WORKERS, Row, compared, finish, options_of, publish, seconds, timed_step

RATIO = 0.5
WARM = 1.5  # s
RUNS = 5


def main() -> int:
    options = options_of(__doc__).parse_args()
    book, handout = (GARDEN, "soil") if options.quick else (HANDBOOK, "chemotherapy")
    with tempfile.TemporaryDirectory() as name:
        cold, warm = Path(name) / "cold", Path(name) / "warm"
        build = ("build", "--book", book, "--edition", "booklet", "--jobs", WORKERS)
        with timed_step("booklets of all languages"):
            booklets = seconds(lambda: publish(*build, "--out", cold))
        with timed_step("handouts of all languages"):
            handouts = seconds(lambda: publish(*build, "--out", cold, "--handout", "all"))
        times = []
        for _run in range(RUNS):
            shutil.rmtree(warm, ignore_errors=True)
            shutil.copytree(cold / ".cache", warm / ".cache")
            times.append(seconds(lambda: publish(*build, "--out", warm, "--lang", "en", "--handout", handout)))
    one = statistics.median(times)
    rows = [
        compared("all handouts, after the booklets", handouts, booklets, RATIO, "the booklets"),
        Row(f"one handout, cached, median of {RUNS}", f"{one:.2f} s", "", one, WARM, "s"),
    ]
    return finish(rows, options)


if __name__ == "__main__":
    sys.exit(main())
