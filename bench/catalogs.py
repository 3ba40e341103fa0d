"""How long a merge takes beside gettext's msgmerge: python bench/catalogs.py

Two books of random words (seeded): one with a wide vocabulary, one with so narrow a one that every sentence
is like many others. Each side reads two files and writes one; the best of several runs counts.
"""

from __future__ import annotations

import argparse
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import polib

from carepress.catalogs.merge import merge
from carepress.catalogs.po import new_catalog, read_po, write_po

VOCABULARIES = {"wide vocabulary": 4000, "narrow vocabulary": 60}


def make_words(count: int, chance: random.Random) -> list[str]:
    letters = "etaoinshrdlucmfwypvbgk"
    return ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(count)]


def make_sentences(count: int, words: list[str], chance: random.Random) -> list[str]:
    """Return different sentences of 8 to 40 words, as paragraphs of a handbook are."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[" ".join(chance.choices(words, k=chance.randint(8, 40))).capitalize() + "."] = None
    return list(found)


def edit(sentence: str, words: list[str], chance: random.Random) -> str:
    """Change, add or take away a word or two."""
    parts = sentence.split()
    for _ in range(chance.randint(1, 2)):
        place = chance.randrange(len(parts))
        parts[place : place + chance.randint(0, 1)] = chance.choices(words, k=chance.randint(0, 2))
    return " ".join(parts)


def make_files(folder: Path, segments: int, changed: int, vocabulary: int, seed: int) -> tuple[Path, Path]:
    """Write a translated catalog and the template of the edited book."""
    chance = random.Random(seed)
    words = make_words(vocabulary, chance)
    sentences = make_sentences(segments, words, chance)
    catalog, template = new_catalog("bench", "es"), new_catalog("bench", None)
    for sentence in sentences:
        catalog.append(polib.POEntry(msgid=sentence, msgstr=sentence.upper(), occurrences=[("a.md", "")]))
    for place in chance.sample(range(segments), changed):
        sentences[place] = edit(sentences[place], words, chance)
    for sentence in dict.fromkeys(sentences):
        template.append(polib.POEntry(msgid=sentence, comment="paragraph", occurrences=[("a.md", "")]))
    po, pot = folder / "bench.po", folder / "bench.pot"
    write_po(catalog, po)
    write_po(template, pot)
    return po, pot


def merge_ours(po: Path, pot: Path, out: Path) -> None:
    catalog = read_po(po, po.name)
    merge(read_po(pot, pot.name), catalog)
    write_po(catalog, out)


def merge_gettext(po: Path, pot: Path, out: Path) -> None:
    command = ["msgmerge", "--quiet", "--previous", "--no-wrap", "--output-file", out, po, pot]
    subprocess.run(command, check=True, timeout=600)


def best(step: Callable[[Path, Path, Path], None], po: Path, pot: Path, out: Path, runs: int) -> float:
    """Return the shortest time in seconds; each run begins without an earlier result."""
    times = []
    for _ in range(runs):
        out.unlink(missing_ok=True)
        started = time.perf_counter()
        step(po, pot, out)
        times.append(time.perf_counter() - started)
    return min(times)


def kept(path: Path) -> str:
    entries = [entry for entry in read_po(path, path.name) if not entry.obsolete]
    return f"{sum(entry.fuzzy for entry in entries)} / {sum(not entry.msgstr for entry in entries)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--segments", type=int, default=1200)
    parser.add_argument("--changed", type=int, default=100)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=3)
    options = parser.parse_args()
    theirs = shutil.which("msgmerge") is not None
    print(f"{options.segments} segments, {options.changed} changed, best of {options.runs}\n")
    print("| book | carepress | msgmerge | ratio | proposed / empty, carepress | msgmerge |")
    print("|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        for book, vocabulary in VOCABULARIES.items():
            po, pot = make_files(Path(name), options.segments, options.changed, vocabulary, options.seed)
            out = Path(name) / "out.po"
            ours = best(merge_ours, po, pot, out, options.runs)
            row = [book, f"{ours:.2f} s", "not installed", "", kept(out), ""]
            if theirs:
                gettext = best(merge_gettext, po, pot, out, options.runs)
                row[2:4], row[5] = [f"{gettext:.2f} s", f"{ours / gettext:.2f}"], kept(out)
            print(f"| {' | '.join(row)} |")
    if not theirs:
        print("\nmsgmerge is not installed; it comes with: apt-get install gettext")


if __name__ == "__main__":
    main()
