"""Paper sizes, and the table of editions."""

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
Reason = Literal["fill-in", "translation", "sign-off", "review", "lines", "layout"]  # why a file is a draft
Finish = Literal["accessible", "imposed", "press"]


@dataclass(frozen=True, slots=True)
class SaddleStitch:
    """How sheets are folded and stapled: at most `sheets` in a section, each `thickness` mm thick.

    All finishers of office printers and all long-reach staplers can staple 15 sheets; paper of 80 g/m² is 0.1 mm
    thick.
    """

    sheets: int = 15
    thickness: float = 0.1


@dataclass(frozen=True, slots=True)
class Edition:
    """A format in which a book is published: a row of `EDITIONS`.

    `default`: built unless `--edition` selects others. `finish`: how the pages of a PDF become a file, for readers,
    the hospital's own printer or a print shop. `papers`: the sizes of paper in the printer; an `imposed` edition has
    two pages on each side of a sheet; an e-book has those of the booklet with the same page numbers. `paired`: a
    translation is printed side by side with its source. `fillable`: contains only the sheets, as forms. `smallest`: the minimum
    type size in pt, also in drawings. `figure` and `mark`: the maximum height of a drawing in a chapter and on a
    sheet, as a share of the page height. `type_sizes`: the sizes in pt that its text may have; none are checked if it
    is empty. `fill`: the least share of a page within a text that is full; `divisible`: the boxes that may be divided
    between two pages, where large type makes them as high as half a page. `pages_of`: the edition whose typeset pages it shares. `binding_styles`: style
    sheets that only change the accent colors of typeset pages.
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
    figure: float = 0.5
    mark: float = 0.24
    type_sizes: tuple[float, ...] = ()
    fill: float = 0.6
    divisible: tuple[str, ...] = ()
    pages_of: str = ""
    binding_styles: tuple[str, ...] = ()

    @property
    def joins(self) -> bool:
        """Whether several files of this edition can be one: not what goes to a print shop."""
        return self.finish != "press"

    def page(self, paper: Paper) -> Paper:
        """Return the page size for a paper size of this edition."""
        return HALF[paper] if self.finish == "imposed" else paper


ON_DEMAND = False
HANDOUT_EDITIONS = ("booklet", "print", "epub")  # of handouts, unless others are named
PACKET_EDITIONS = ("booklet", "print", "epub")  # of packets, unless others are named
TYPE_SIZES = (28.0, 21.0, 15.0, 12.0, 10.5, 9.0)  # pt, as in templates/styles/print.css
LARGE_TYPE_SIZES = (38.0, 32.0, 28.0, 24.0, 20.0, 18.0)  # pt, as in templates/styles/large-print.css
GENERIC = "generic"  # the hospital id of editions without a hospital

EDITIONS = {
    edition.name: edition
    for edition in (
        Edition("booklet", "pdf", (A5, HALF_LETTER), ("base", "print", "sheets"), type_sizes=TYPE_SIZES),
        Edition(
            "print",
            "pdf",
            (A4, LETTER),
            ("base", "print", "sheets"),
            ON_DEMAND,
            "imposed",
            type_sizes=TYPE_SIZES,
            pages_of="booklet",
        ),
        Edition("epub", "epub", (A5, HALF_LETTER), ("base", "epub"), pages_of="booklet"),
        Edition(
            "press",
            "pdf",
            (A5, HALF_LETTER),
            ("base", "print", "sheets"),
            ON_DEMAND,
            "press",
            type_sizes=TYPE_SIZES,
            pages_of="booklet",
            binding_styles=("press",),
        ),
        Edition(
            "large-print",
            "pdf",
            (A4, LETTER),
            ("base", "print", "sheets", "large-print"),
            ON_DEMAND,
            smallest=18,
            figure=0.72,
            mark=0.34,
            type_sizes=LARGE_TYPE_SIZES,
            fill=0.4,
            divisible=("next", "ask", "words"),
        ),
        Edition(
            "sheets",
            "pdf",
            (A4, LETTER),
            ("base", "print", "sheets", "loose-sheets"),
            ON_DEMAND,
            fillable=True,
            mark=0.33,
            type_sizes=TYPE_SIZES,
        ),
        Edition(
            "bilingual",
            "pdf",
            (A4, LETTER),
            ("base", "print", "sheets", "bilingual"),
            ON_DEMAND,
            paired=True,
            mark=0.215,
            type_sizes=TYPE_SIZES,
            fill=0.4,
            divisible=("next", "ask", "words"),
        ),
    )
}
