"""Papers and editions: the forms in which a book is published, a row each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Paper:
    """A page size in CSS, as width and height in mm."""

    name: str
    width: float
    height: float


A5 = Paper("a5", 148, 210)
HALF_LETTER = Paper("half-letter", 139.7, 215.9)
A4 = Paper("a4", 210, 297)
LETTER = Paper("letter", 215.9, 279.4)
HALF = {A4: A5, LETTER: HALF_LETTER}

Medium = Literal["pdf", "epub"]
Reason = Literal["translation", "sign-off", "review"]  # why a draft is one
Finish = Literal["accessible", "imposed", "press"]


@dataclass(frozen=True, slots=True)
class SaddleStitch:
    """How sheets are folded and stapled: at most `sheets` in a section, each `thickness` mm thick.

    Fifteen is what the finishers of office printers and long-reach staplers all manage; paper of 80 g/m² is
    0.1 mm thick.
    """

    sheets: int = 15
    thickness: float = 0.1


@dataclass(frozen=True, slots=True)
class Edition:
    """A form in which a book is published: a row of `EDITIONS`.

    One that is not `default` is made when it is asked for. `finish` is how the pages of a PDF become a file:
    for readers, for the hospital's own printer, or for a print shop. `papers` are what lies in the printer:
    of an `imposed` edition the sheets, on each side of which stand two pages; of an e-book those of the booklet
    whose page numbers it has. A `paired` edition prints a translation beside its source; a `fillable` one has
    the sheets alone, as forms. No letter is smaller than `smallest` pt, in drawings neither. A drawing is as
    wide as the text, but no higher than a share of the page's height: `figure` in chapters, `mark` on sheets.
    `pages_of` names the edition whose pages it has: they are typeset once for both. `binding_styles` change only
    the accent colors of typeset pages.
    """

    name: str
    medium: Medium
    papers: tuple[Paper, ...] = ()
    styles: tuple[str, ...] = ()
    default: bool = True
    finish: Finish = "accessible"
    stitch: SaddleStitch = SaddleStitch()
    paired: bool = False
    fillable: bool = False
    smallest: float = 9.0
    figure: float = 0.61
    mark: float = 0.24
    pages_of: str = ""
    binding_styles: tuple[str, ...] = ()

    def page(self, paper: Paper) -> Paper:
        """Return the size of a page on a paper of this edition."""
        return HALF[paper] if self.finish == "imposed" else paper


ON_DEMAND = False
GENERIC = "generic"  # in place of a hospital's id: editions without one

EDITIONS = {
    edition.name: edition
    for edition in (
        Edition("booklet", "pdf", (A5, HALF_LETTER), ("base", "print")),
        Edition("print", "pdf", (A4, LETTER), ("base", "print"), ON_DEMAND, "imposed", pages_of="booklet"),
        Edition("epub", "epub", (A5, HALF_LETTER), ("base", "epub"), pages_of="booklet"),
        Edition(
            "press",
            "pdf",
            (A5, HALF_LETTER),
            ("base", "print"),
            ON_DEMAND,
            "press",
            pages_of="booklet",
            binding_styles=("press",),
        ),
        Edition(
            "large-print",
            "pdf",
            (A4, LETTER),
            ("base", "print", "large-print"),
            ON_DEMAND,
            smallest=18,
            figure=0.72,
            mark=0.34,
        ),
        Edition("sheets", "pdf", (A4, LETTER), ("base", "print", "sheets"), ON_DEMAND, fillable=True, mark=0.26),
        Edition("bilingual", "pdf", (A4, LETTER), ("base", "print", "bilingual"), ON_DEMAND, paired=True, mark=0.215),
    )
}
