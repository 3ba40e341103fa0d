"""The cost of one more hospital's booklet, compared with a full run of WeasyPrint.

Two builds of English booklets, with two processes: one for a few hospitals, one for many. None of them was built
before, but another hospital was, so the pages that hospitals share are cached. The cost of one more hospital is the
difference in time divided by the difference in number. WeasyPrint converts one hospital's booklet from HTML before and
after these builds; its time is the mean of the two.

Exit status: 0 within the limit, 1 over it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import GARDEN_IN, HANDBOOK, WORKERS, compared, finish, options_of, publish, seconds, timed_step
from profiles import add_hospitals, copy_project
from weasy import by_weasyprint, write_html

RATIO, AIM = 1 / 8, 1 / 20
LANG = "en"


def main() -> int:
    parser = options_of(__doc__)
    parser.add_argument("--few", type=int, metavar="N", help="[default: 4; 2 with --quick]")
    parser.add_argument("--many", type=int, metavar="N", help="[default: 24; 8 with --quick]")
    options = parser.parse_args()
    few, many = options.few or (2 if options.quick else 4), options.many or (8 if options.quick else 24)
    if few >= many:
        parser.error("--many must be more than --few")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = copy_project(folder / "project")
        book = str(root / GARDEN_IN) if options.quick else HANDBOOK

        def build(first: int, count: int) -> float:
            ids = add_hospitals(root, first, first + count - 1, garden=options.quick)
            chosen = [f"--hospital={id_}" for id_ in ids]
            build = ("build", "--book", book, "--lang", LANG, "--edition", "booklet", "--jobs", WORKERS, *chosen)
            with timed_step(f"booklets of {count} hospitals"):
                return seconds(lambda: publish(*build, root=root))

        build(0, 1)
        page = write_html(folder / "booklet.html", book, "booklet", LANG, "hospital-0000", root)
        theirs = [by_weasyprint(page)]
        short, long = build(1, few), build(1 + few, many)
        theirs.append(by_weasyprint(page))
    ours, their = (long - short) / (many - few), sum(theirs) / len(theirs)
    what = f"one more hospital’s booklet, from {few} to {many} (the aim is {AIM:g})"
    return finish([compared(what, ours, their, RATIO, "WeasyPrint")], options)


if __name__ == "__main__":
    sys.exit(main())
