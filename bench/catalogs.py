"""Merging catalogs, compared with gettext's msgmerge.

Two books of random words (seeded): one with a wide vocabulary, one with a vocabulary so narrow that every sentence
resembles many others. Both programs read the same two files and write one, in alternating runs. The times are
medians of all runs; the ratio is the median of the ratios of each pair of runs. The merge runs in this process, so its
time does not include the start of Python; a separate row shows the time as a program of its own.

Exit status: 0 within the limits, 1 over one, 2 msgmerge is missing.
"""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import polib
from measure import Row, finish, need, options_of, seconds

from carepress.catalogs.merge import merge
from carepress.catalogs.po import new_catalog, read_po, write_po

Step = Callable[[Path, Path, Path], None]

# The limits for 1200 segments with 100 changed.
SECONDS, RATIO = 2.0, 2.0
VOCABULARIES = {"wide vocabulary": 4000, "narrow vocabulary": 60}


def make_words(count: int, rng: random.Random) -> list[str]:
    """Return random words of 2 to 9 letters."""
    letters = "etaoinshrdlucmfwypvbgk"
    return ["".join(rng.choices(letters, k=rng.randint(2, 9))) for _ in range(count)]


def make_sentences(count: int, words: list[str], rng: random.Random) -> list[str]:
    """Return distinct sentences of 8 to 40 words, the length of a handbook's paragraphs."""
    sentences: dict[str, None] = {}
    while len(sentences) < count:
        sentences[" ".join(rng.choices(words, k=rng.randint(8, 40))).capitalize() + "."] = None
    return list(sentences)


def edit(sentence: str, words: list[str], rng: random.Random) -> str:
    """Change, add or remove one or two words."""
    parts = sentence.split()
    while " ".join(parts) == sentence:
        for _ in range(rng.randint(1, 2)):
            place = rng.randrange(len(parts))
            parts[place : place + rng.randint(0, 1)] = rng.choices(words, k=rng.randint(0, 2))
    return " ".join(parts)


def make_files(folder: Path, segments: int, changed: int, vocabulary: int, seed: int) -> tuple[Path, Path]:
    """Write a translated catalog and the template of the edited book."""
    rng = random.Random(seed)
    words = make_words(vocabulary, rng)
    sentences = make_sentences(segments, words, rng)
    catalog, template = new_catalog("bench", "es"), new_catalog("bench", None)
    for sentence in sentences:
        catalog.append(polib.POEntry(msgid=sentence, msgstr=sentence.upper(), occurrences=[("a.md", "")]))
    for place in rng.sample(range(segments), changed):
        sentences[place] = edit(sentences[place], words, rng)
    for sentence in dict.fromkeys(sentences):
        template.append(polib.POEntry(msgid=sentence, comment="paragraph", occurrences=[("a.md", "")]))
    po, pot = folder / "bench.po", folder / "bench.pot"
    write_po(catalog, po)
    write_po(template, pot)
    return po, pot


def merge_ours(po: Path, pot: Path, out: Path) -> None:
    """Merge with Carepress, in this process."""
    catalog = read_po(po, po.name)
    merge(read_po(pot, pot.name), catalog)
    write_po(catalog, out)


def merge_gettext(po: Path, pot: Path, out: Path) -> None:
    """Merge with msgmerge."""
    command = ["msgmerge", "--quiet", "--previous", "--no-wrap", "--output-file", out, po, pot]
    subprocess.run(command, check=True, timeout=600)


def merge_in_process(po: Path, pot: Path, out: Path) -> None:
    """Merge with Carepress, in a process of its own."""
    subprocess.run([sys.executable, __file__, "--merge", po, pot, out], check=True, timeout=600)


def timed(step: Step, files: tuple[Path, Path, Path]) -> float:
    """Return the time of one merge in seconds, after deleting any earlier result."""
    files[2].unlink(missing_ok=True)
    return seconds(lambda: step(*files))


def count_results(path: Path) -> str:
    """Return how many entries of a merged catalog have a proposal, and how many are empty."""
    entries = [entry for entry in read_po(path, path.name) if not entry.obsolete]
    return f"{sum(entry.fuzzy for entry in entries)} / {sum(not entry.msgstr for entry in entries)}"


def rows_of(book: str, files: tuple[Path, Path, Path], runs: int) -> Iterator[Row]:
    """Time both programs alternately and yield the rows of the report."""
    timed(merge_ours, files)
    turns = [(timed(merge_ours, files), timed(merge_gettext, files)) for _ in range(runs)]
    results = [(timed(step, files), count_results(files[2]))[1] for step in (merge_ours, merge_gettext)]
    ours, theirs = (median(column) for column in zip(*turns))
    ratio, separate = (
        median(our / their for our, their in turns),
        median(timed(merge_in_process, files) for _ in range(runs)),
    )
    yield Row(book, f"{ours:.2f} s", f"{theirs:.2f} s, msgmerge", ratio, RATIO)
    yield Row(f"{book}, time", f"{ours:.2f} s", "", ours, SECONDS, "s")
    yield Row(f"{book}, with Python’s start", f"{separate:.2f} s")
    yield Row(f"{book}, proposed / left empty", results[0], results[1])


def main() -> int:
    parser = options_of(__doc__)
    parser.add_argument("--segments", type=int, default=1200)
    parser.add_argument("--changed", type=int, default=100)
    parser.add_argument("--runs", type=int, help="[default: 7; 2 with --quick]")
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--merge", nargs=3, type=Path, metavar="FILE", help="merge once: PO POT OUT")
    options = parser.parse_args()
    if options.merge:
        merge_ours(*options.merge)
        return 0
    need("msgmerge", "apt-get install gettext")
    runs = options.runs or (2 if options.quick else 7)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        for book, vocabulary in VOCABULARIES.items():
            po, pot = make_files(Path(name), options.segments, options.changed, vocabulary, options.seed)
            what = f"{book}, {options.changed} of {options.segments} segments changed"
            rows += rows_of(what, (po, pot, Path(name) / "out.po"), runs)
    return finish(rows, options)


if __name__ == "__main__":
    sys.exit(main())
