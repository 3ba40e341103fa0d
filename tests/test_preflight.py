"""Stage 5: what is wrong with a written file is found when it is opened again."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from carepress.preflight.files import check_epub, check_pdf


def a_pdf(font: str = "ABCDEF+Atkinson-Hyperlegible-Bold", lang: str = "es", title: str = "Libro") -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.Lang = lang
    pdf.docinfo["/Title"] = title
    pdf.Root.Extra = pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=Name("/" + font)))
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


@pytest.mark.parametrize(("first", "kind", "faults"), [("mimetype", 0, 0), ("mimetype", 8, 1), ("other", 0, 1)])
def test_containers(first: str, kind: int, faults: int, tmp_path: Path) -> None:
    path = tmp_path / "x.epub"
    with zipfile.ZipFile(path, "w", kind) as archive:
        archive.writestr(first, "application/epub+zip")
    assert len(check_epub(path.read_bytes(), "x.epub")) == faults
