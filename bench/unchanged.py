"""A build when nothing has changed, beside Sphinx.

Ours is `publish.py build` of a book that was built before, its booklets and e-books in all languages. Sphinx has the
text of the chapters, English alone, as reStructuredText, without sheets and drawings; it makes web pages of it, and
has made them before too. They take turns; the figures are medians, and the ratio is the median of the ratios within
each turn.

Exit status: 0 within the limits, 1 over one, 2 Sphinx is missing.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import GARDEN, HANDBOOK, ROOT, WORKERS, Row, finish, need, options_of, publish, run, seconds, telling
from restructured import write_project

SECONDS, RATIO = 0.3, 1.0
SPHINX = ROOT / ".venv" / "bench" / "bin" / "sphinx-build"


def main() -> int:
    parser = options_of(__doc__)
    parser.add_argument("--sphinx", type=Path, default=SPHINX, metavar="FILE", help="the program sphinx-build")
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

        with telling("the first build"):
            ours()
        theirs()
        ours()
        turns = [(seconds(ours), seconds(theirs)) for _ in range(runs)]
    our, their = (median(column) for column in zip(*turns))
    ratio = median(mine / other for mine, other in turns)
    beside = f"{their:.2f} s, Sphinx"
    return finish(
        [
            Row(f"a build of what is there already, median of {runs}", f"{our:.3f} s", "", our, SECONDS, "s"),
            Row("the same, beside Sphinx", f"{our:.3f} s", beside, ratio, RATIO),
        ],
        options,
    )


if __name__ == "__main__":
    sys.exit(main())
