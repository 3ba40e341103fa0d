"""Building when nothing has changed, compared with Sphinx.

`publish.py build` runs on a book whose booklets and e-books are already built in all languages. Sphinx has only the
English text of the chapters as reStructuredText, without sheets and drawings, and its web pages are already built too.
The two run alternately. The times are medians; the ratio is the median of the ratios of each pair of runs.

Exit status: 0 within the limits, 1 over one, 2 Sphinx is missing.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import GARDEN, HANDBOOK, ROOT, WORKERS, Row, finish, need, options_of, publish, run, seconds, timed_step
from restructured import write_project

SECONDS, RATIO = 0.3, 1.0
SPHINX = ROOT / ".venv" / "bench" / "bin" / "sphinx-build"


def main() -> int:
    parser = options_of(__doc__)
    parser.add_argument("--sphinx", type=Path, default=SPHINX, metavar="FILE", help="path of sphinx-build")
    options = parser.parse_args()
    sphinx, runs = need(options.sphinx, "make bench installs it"), 3 if options.quick else 11
    book = GARDEN if options.quick else HANDBOOK
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(book, folder / "text")

        def ours() -> None:
            publish("build", "--book", book, "--jobs", WORKERS, "--out", folder / "built")

        def theirs() -> None:
            run(sphinx, "-q", "-W", folder / "text", folder / "web")

        with timed_step("first build"):
            ours()
        theirs()
        ours()
        turns = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    our, their = (median(column) for column in zip(*turns))
    ratio = median(mine / other for mine, other in turns)
    beside = f"{their:.2f} s, Sphinx"
    return finish(
        [
            Row(f"a build of unchanged files, median of {runs}", f"{our:.3f} s", "", our, SECONDS, "s"),
            Row("the same, compared with Sphinx", f"{our:.3f} s", beside, ratio, RATIO),
        ],
        options,
    )


if __name__ == "__main__":
    sys.exit(main())
