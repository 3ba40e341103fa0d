"""publish.py contact-sheet"""

from __future__ import annotations

from pathlib import Path

import click

from carepress.pdf.contact_sheet import contact_sheet as make_sheet
from carepress.workspace.files import atomic_write


@click.command("contact-sheet")
@click.argument("pdf", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--pages", metavar="LIST", help="Pages, such as 1-8,12. [default: all]")
@click.option("--columns", type=click.IntRange(1, 40), default=8, show_default=True, help="Pages per row.")
@click.option(
    "--width", type=click.IntRange(40, 2000), default=220, show_default=True, help="Width of a page, in pixels."
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The PNG file. [default: next to the PDF]",
)
def contact_sheet(pdf: Path, pages: str | None, columns: int, width: int, out: Path | None) -> None:
    """Put the pages of a PDF side by side in one PNG picture."""
    out = out or pdf.with_suffix(".png")
    atomic_write(out, make_sheet(pdf, _page_list(pages) if pages else None, columns, width))
    click.echo(out)


def _page_list(text: str) -> list[int]:
    """Return the numbers in a list such as 1-3,7. Raises click.UsageError."""
    pages: list[int] = []
    for piece in text.split(","):
        first, _, last = piece.partition("-")
        if not first.strip().isdigit() or (last and not last.strip().isdigit()):
            raise click.UsageError(f"invalid page or range “{piece}”: use the form 7 or 1-8")
        pages.extend(range(int(first), int(last or first) + 1))
    return pages
