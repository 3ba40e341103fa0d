"""Two e-books, compared with pandoc.

Both programs make two e-books of the handbook, in English and Spanish, from prepared files: Carepress from the book
and its catalogs, with the page numbers of a booklet built before; pandoc from one Markdown file per language with the
same text, drawings, fonts and a cover. Both build the two languages in parallel, and the programs run alternately.
The times are medians; the ratio is the median of the ratios of each pair of runs.

Exit status: 0 within the limit, 1 over it, 2 pandoc is missing.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import GARDEN, HANDBOOK, WORKERS, Row, finish, need, options_of, publish, run, seconds, timed_step

from carepress.text.fonts import FACES, font_path

LANGS = ("en", "es")
RATIO = 1.0


def prepare(book: str, folder: Path) -> list[list[str]]:
    """Build a book, convert its e-books to Markdown, and return pandoc's commands."""
    publish("build", "--book", book, "--jobs", WORKERS, "--out", folder)
    commands = []
    for lang in LANGS:
        epub, text = folder / "generic" / lang / f"{Path(book).name}-epub-{lang}.epub", folder / f"{lang}.md"
        media = folder / f"media-{lang}"
        run("pandoc", epub, "--extract-media", media, "-t", "markdown", "-o", text)
        cover = next(media.rglob("cover.jpg"))
        fonts = [f"--epub-embed-font={font_path(face)}" for face in FACES]
        options = [*fonts, f"--epub-cover-image={cover}", "--toc", "--toc-depth=2", f"--metadata=lang:{lang}"]
        commands.append(
            ["pandoc", str(text), "-t", "epub3", "-o", str(folder / f"{lang}.epub"), "--metadata=title:x", *options]
        )
    return commands


def by_pandoc(commands: list[list[str]]) -> None:
    """Run pandoc's commands in parallel."""
    for process in [subprocess.Popen(command) for command in commands]:
        assert process.wait() == 0


def main() -> int:
    options = options_of(__doc__).parse_args()
    need("pandoc", "apt-get install pandoc")
    book, runs = (GARDEN, 2) if options.quick else (HANDBOOK, 5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with timed_step("booklets"):
            commands = prepare(book, folder)
        ours = ("build", "--book", book, "--edition", "epub", "--force", "--jobs", WORKERS, "--out", folder)
        turns = [(seconds(lambda: publish(*ours)), seconds(lambda: by_pandoc(commands))) for _ in range(runs)]
    our, their = (median(column) for column in zip(*turns))
    ratio = median(mine / other for mine, other in turns)
    row = Row(f"two e-books, median of {runs}", f"{our:.2f} s", f"{their:.2f} s, pandoc", ratio, RATIO)
    return finish([row], options)


if __name__ == "__main__":
    sys.exit(main())
