"""Run the benchmarks and report the results and the machine as Markdown: make bench

Without arguments, all benchmarks run one after the other, and the report is written to bench/REPORT.md. With names or
--quick, the report is printed; --out writes it to a file.

Exit status: 0 all within their limits, 1 a limit was exceeded or a benchmark could not run.
"""

from __future__ import annotations

import argparse
import ast
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from measure import ROOT, Row, machine, table, version
from unchanged import SPHINX

HERE = Path(__file__).resolve().parent
# The quick ones first: problems with the set-up show early.
BENCHMARKS = (
    "startup",
    "checks",
    "catalogs",
    "unchanged",
    "ebooks",
    "editions",
    "handouts",
    "desk",
    "hospitals",
    "growth",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of a benchmark: the docstring of its script, and its rows, which are empty if it could not run."""

    title: str
    words: str
    rows: tuple[Row, ...]

    @property
    def within(self) -> bool:
        """Whether it was measured, and all rows are within their limits."""
        return bool(self.rows) and all(row.within for row in self.rows)


def run_benchmark(name: str, args: Sequence[str]) -> Outcome:
    """Run the script of a benchmark and return its outcome."""
    script = HERE / f"{name}.py"
    title, *paragraphs, _status = (ast.get_docstring(ast.parse(script.read_text(encoding="utf-8"))) or "").split("\n\n")
    rows: list[Row] = []
    print(f"\n{name}\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.json"
        subprocess.run([sys.executable, script, "--json", path, *args], cwd=ROOT, check=False)
        if path.exists():
            rows = [Row(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
    return Outcome(title.rstrip("."), "\n\n".join(paragraphs), tuple(rows))


def report(outcomes: Iterable[Outcome], about: Iterable[tuple[str, str]]) -> str:
    """Return the report as Markdown."""
    parts = ["# Benchmarks", HEAD, "\n".join(f"- {what}: {value}" for what, value in about)]
    for outcome in outcomes:
        parts += [f"## {outcome.title}", outcome.words]
        parts.append(table(outcome.rows) if outcome.rows else "**Not measured.**")
    return "\n\n".join(parts) + "\n"


HEAD = """\
Written by `make bench`. Each ratio divides Carepress's time by that of the other program, both measured in the same
run on the same machine; below 1, Carepress is faster. “Over” marks a result that exceeds its promised limit."""


def compared_with() -> Iterator[tuple[str, str]]:
    """Yield the versions of the other programs, as (name, version)."""
    yield "Sphinx", version(SPHINX)
    yield "pandoc", version("pandoc")
    yield "msgmerge", version("msgmerge")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"benchmarks to run: {', '.join(BENCHMARKS)}")
    parser.add_argument(
        "--quick", action="store_true", help="use the small garden book and few runs, only to try the benchmarks"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the report to this file")
    options = parser.parse_args()
    if unknown := set(options.names) - set(BENCHMARKS):
        parser.error(f"unknown benchmark {', '.join(sorted(unknown))}: choose from {', '.join(BENCHMARKS)}")
    about = [*machine(), *compared_with()]
    outcomes = [run_benchmark(name, ["--quick"] * options.quick) for name in options.names or BENCHMARKS]
    text = report(outcomes, about)
    complete = not options.names and not options.quick
    if out := options.out or (HERE / "REPORT.md" if complete else None):
        out.write_text(text, encoding="utf-8")
        print(f"written: {out}")
    else:
        print(f"\n{text}")
    return int(not all(outcome.within for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
