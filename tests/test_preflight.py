"""Preflight of a PDF: each fault of a written file is found."""

from __future__ import annotations

import io
from collections.abc import Callable

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from carepress.preflight.pdf import check_pdf


def make_pdf_file(font: str = "ABCDEF+Atkinson-Hyperlegible-Bold", lang: str = "es", title: str = "Libro") -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.Lang = lang
    pdf.docinfo["/Title"] = title
    file = pdf.make_stream(b"")
    pdf.Root.Extra = pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=Name("/" + font), FontFile2=file))
    data = io.BytesIO()
    pdf.save(data)
    return data.getvalue()


def test_sound_pdf() -> None:
    assert check_pdf(make_pdf_file(), "x.pdf", "Libro", "es") == (1, [])


@pytest.mark.parametrize(
    ("change", "code"),
    [({"font": "ABCDEF+DejaVu-Sans"}, "pdf-font"), ({"lang": "en"}, "pdf-language"), ({"title": ""}, "pdf-title")],
)
def test_faults(change: dict[str, str], code: str) -> None:
    _pages, problems = check_pdf(make_pdf_file(**change), "x.pdf", "Libro", "es")
    assert [(problem.code, problem.severity) for problem in problems] == [(code, "error")]


def codes_after(change: Callable[[pikepdf.Pdf], None]) -> list[str]:
    """Change a sound file; return the codes of its problems."""
    with pikepdf.open(io.BytesIO(make_pdf_file())) as pdf:
        change(pdf)
        data = io.BytesIO()
        pdf.save(data)
    return [problem.code for problem in check_pdf(data.getvalue(), "x.pdf", "Libro", "es")[1]]


def test_font_that_is_not_embedded() -> None:
    def change(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.Extra.FontFile2

    assert codes_after(change) == ["pdf-font"]


def test_links_and_bookmarks_without_a_target() -> None:
    def link(pdf: pikepdf.Pdf) -> None:
        note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Dest=pikepdf.String("lost"))
        pdf.pages[0].Annots = pikepdf.Array([note])

    def bookmark(pdf: pikepdf.Pdf) -> None:
        gone = pdf.make_indirect(Dictionary(Type=Name.Page))
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("Lost", pikepdf.Array([gone, Name.Fit])))

    assert codes_after(link) == ["pdf-link"]
    assert codes_after(bookmark) == ["pdf-bookmark"]


@pytest.mark.parametrize(("pages", "codes"), [(1, ["pdf-pages"]), (4, [])])
def test_pages_fill_whole_sheets(pages: int, codes: list[str]) -> None:
    with pikepdf.open(io.BytesIO(make_pdf_file())) as pdf:
        for _ in range(pages - 1):
            pdf.add_blank_page()
        data = io.BytesIO()
        pdf.save(data)
    problems = check_pdf(data.getvalue(), "x.pdf", "Libro", "es", folded=True)[1]
    assert [problem.code for problem in problems] == codes


def test_file_that_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("carepress.preflight.pdf.MAX_BYTES", 100)
    assert [problem.code for problem in check_pdf(make_pdf_file(), "x.pdf", "Libro", "es")[1]] == ["pdf-size"]
