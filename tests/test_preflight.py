"""Stage 5: what is wrong with a written file is found when it is opened again."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from carepress.preflight.pdf import check_pdf


def a_pdf(font: str = "ABCDEF+Atkinson-Hyperlegible-Bold", lang: str = "es", title: str = "Libro") -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.Lang = lang
    pdf.docinfo["/Title"] = title
    file = pdf.make_stream(b"")
    pdf.Root.Extra = pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=Name("/" + font), FontFile2=file))
    data = io.BytesIO()
    pdf.save(data)
    return data.getvalue()


def test_a_sound_pdf() -> None:
    assert check_pdf(a_pdf(), "x.pdf", "Libro", "es") == (1, [])


@pytest.mark.parametrize(
    ("change", "code"),
    [({"font": "ABCDEF+DejaVu-Sans"}, "pdf-font"), ({"lang": "en"}, "pdf-language"), ({"title": ""}, "pdf-title")],
)
def test_faults_of_a_pdf(change: dict[str, str], code: str) -> None:
    _pages, problems = check_pdf(a_pdf(**change), "x.pdf", "Libro", "es")
    assert [(problem.code, problem.severity) for problem in problems] == [(code, "error")]


def changed(change: Callable[[pikepdf.Pdf], None]) -> list[str]:
    """Return the codes of what is wrong with a sound file that was changed."""
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        change(pdf)
        data = io.BytesIO()
        pdf.save(data)
    return [problem.code for problem in check_pdf(data.getvalue(), "x.pdf", "Libro", "es")[1]]


def test_a_font_that_is_not_in_the_file() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.Extra.FontFile2

    assert changed(change) == ["pdf-font"]


def test_links_and_bookmarks_that_lead_nowhere() -> None:
    def link(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Dest=pikepdf.String("lost"))
        pdf.pages[0].Annots = pikepdf.Array([note])

    def bookmark(pdf: pikepdf.Pdf) -> None:
        gone = pdf.make_indirect(Dictionary(Type=Name.Page))
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Lost", pikepdf.Array([gone, Name.Fit])))

    assert changed(link) == ["pdf-link"]
    assert changed(bookmark) == ["pdf-bookmark"]


@pytest.mark.parametrize(("pages", "found"), [(1, ["pdf-pages"]), (4, [])])
def test_pages_fill_whole_sheets(pages: int, found: list[str]) -> None:
    with pikepdf.open(io.BytesIO(a_pdf())) as pdf:
        for _ in range(pages - 1):
            pdf.add_blank_page()
        data = io.BytesIO()
        pdf.save(data)
    problems = check_pdf(data.getvalue(), "x.pdf", "Libro", "es", folded=True)[1]
    assert [problem.code for problem in problems] == found


def test_a_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carepress.preflight.pdf.MAX_BYTES", 100)
    assert [problem.code for problem in check_pdf(a_pdf(), "x.pdf", "Libro", "es")[1]] == ["pdf-size"]
