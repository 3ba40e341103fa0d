"""Start-up time: `publish.py --help`.

The figure is the median of many runs, including the start of Python. It is compared with a Python that does nothing.

Exit status: 0 within the limit, 1 over it.
"""

from __future__ import annotations

import sys
from statistics import median

from measure import Row, finish, options_of, publish, run, seconds

SECONDS = 0.15


def main() -> int:
    parser = options_of(__doc__)
    parser.add_argument("--runs", type=int, metavar="N", help="[default: 31; 5 with --quick]")
    options = parser.parse_args()
    runs = options.runs or (5 if options.quick else 31)
    publish("--help")
    turns = [(seconds(lambda: publish("--help")), seconds(lambda: run(sys.executable, "-c", ""))) for _ in range(runs)]
    ours, python = (median(column) for column in zip(*turns))
    return finish(
        [Row(f"publish.py --help, median of {runs}", f"{ours:.3f} s", f"{python:.3f} s, Python", ours, SECONDS, "s")],
        options,
    )


if __name__ == "__main__":
    sys.exit(main())
