"""All PDF editions in all languages, compared with WeasyPrint's own command for each.

Carepress runs one `publish.py build` with two processes and an empty cache. It also checks every file, and writes tags
for screen readers, PDF/A and printing inks. WeasyPrint converts the same HTML to one PDF after another, without any of
that.

Exit status: 0 within the limit, 1 over it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from measure import GARDEN, HANDBOOK, ROOT, WORKERS, compared, finish, options_of, publish, seconds, timed_step
from weasy import by_weasyprint, write_html

from carepress.model import EDITIONS
from carepress.workspace.project import Project, source_language

RATIO = 0.4


def main() -> int:
    options = options_of(__doc__).parse_args()
    book, project = GARDEN if options.quick else HANDBOOK, Project(ROOT)
    editions = [edition for edition in EDITIONS.values() if edition.medium == "pdf"]
    pairs = [
        (edition.name, lang)
        for lang in project.languages(project.book(book))
        for edition in editions
        if not (edition.paired and lang == source_language(project.book(book)))
    ]
    chosen = [f"--edition={edition.name}" for edition in editions]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with timed_step(f"{len(pairs)} PDFs by Carepress"):
            build = ("build", "--book", book, "--jobs", WORKERS, "--out", folder / "built", *chosen)
            ours = seconds(lambda: publish(*build))
        pages = [write_html(folder / f"{edition}-{lang}.html", book, edition, lang) for edition, lang in pairs]
        theirs = 0.0
        for page in pages:
            with timed_step(f"{page.stem} by WeasyPrint"):
                theirs += by_weasyprint(page)
    return finish([compared(f"{len(pairs)} PDFs, nothing cached", ours, theirs, RATIO, "WeasyPrint")], options)


if __name__ == "__main__":
    sys.exit(main())
