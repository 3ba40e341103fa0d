"""How long the two e-books take beside pandoc: make bench, or python bench/ebooks.py

Both make two e-books of the real handbook, English and Spanish, from what lies ready on the disk: ours from the
book and its catalogs, with the pages of a booklet that was built before; pandoc from one Markdown file a language
with the same text and drawings, the same fonts, and a cover. Both run the two languages side by side, and they take
turns; the figures are medians, and the ratio is the median of the ratios within each turn.

Exit status: 0 within the limit, 1 slower than it allows, 2 pandoc is missing.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from carepress.fonts import FACES, font_path

ROOT = Path(__file__).resolve().parents[1]
LANGS = ("en", "es")
ROUNDS, RATIO = 5, 1.0


def build(out: Path, *more: str) -> None:
    command = [sys.executable, ROOT / "publish.py", "build", "--out", out, *more]
    subprocess.run(command, check=True, capture_output=True, cwd=ROOT)


def prepare(folder: Path) -> list[list[str]]:
    """Build the handbook, and write the text of its e-books for pandoc; return pandoc's commands."""
    build(folder)
    commands = []
    for lang in LANGS:
        book, text = folder / "generic" / lang / f"childhood-all-epub-{lang}.epub", folder / f"{lang}.md"
        media = folder / f"media-{lang}"
        subprocess.run(["pandoc", book, "--extract-media", media, "-t", "markdown", "-o", text], check=True)
        cover = next(media.rglob("cover.jpg"))
        fonts = [f"--epub-embed-font={font_path(face)}" for face in FACES]
        options = [*fonts, f"--epub-cover-image={cover}", "--toc", "--toc-depth=2", f"--metadata=lang:{lang}"]
        commands.append(
            ["pandoc", str(text), "-t", "epub3", "-o", str(folder / f"{lang}.epub"), "--metadata=title:x", *options]
        )
    return commands


def by_pandoc(commands: list[list[str]]) -> None:
    for process in [subprocess.Popen(command) for command in commands]:
        assert process.wait() == 0


def seconds(step: Callable[[], None]) -> float:
    started = time.perf_counter()
    step()
    return time.perf_counter() - started


def main() -> int:
    if not shutil.which("pandoc"):
        print("pandoc is missing: apt-get install pandoc", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = prepare(folder)
        turns = [
            (seconds(lambda: build(folder, "--edition", "epub", "--force")), seconds(lambda: by_pandoc(commands)))
            for _ in range(ROUNDS)
        ]
    ours, theirs = (median(column) for column in zip(*turns))
    ratio = median(our / their for our, their in turns)
    print(f"two e-books: {ours:.2f} s, pandoc {theirs:.2f} s, ratio {ratio:.2f} (at most {RATIO})")
    return int(ratio > RATIO)


if __name__ == "__main__":
    sys.exit(main())
