"""Stage 5, prove: a written file is opened again, as a reader would, before it replaces an older one."""

from __future__ import annotations

import io
import zipfile

from carepress.fonts import FAMILY
from carepress.model import Problem


def check_pdf(data: bytes, name: str, title: str, lang: str) -> tuple[int, list[Problem]]:
    """Return the number of pages and what is wrong with a PDF file: fonts, title, language, pages."""
    import pikepdf

    problems = []
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = len(pdf.pages)
        for font in sorted(
            font for font in _fonts(pdf) if not font.replace("-", "").startswith(FAMILY.replace(" ", ""))
        ):
            problems.append(
                Problem(
                    "pdf-font",
                    "error",
                    name,
                    None,
                    f"the font {font} has leaked in",
                    "use only the fonts of carepress/fonts.py",
                )
            )
        if str(pdf.Root.get("/Lang", "")) != lang:
            problems.append(
                Problem("pdf-language", "error", name, None, "the file does not say its language", f"set it to {lang}")
            )
        if title not in str(pdf.docinfo.get("/Title", "")):
            problems.append(
                Problem("pdf-title", "error", name, None, "the file has no title", "set the title of the page")
            )
    return pages, problems


def _fonts(pdf: object) -> set[str]:
    """Return the names of all fonts, without the prefix of a subset."""
    import pikepdf

    assert isinstance(pdf, pikepdf.Pdf)
    names = set()
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
            names.add(str(item.FontName).lstrip("/").partition("+")[2] or str(item.FontName).lstrip("/"))
    return names


def check_epub(data: bytes, name: str) -> list[Problem]:
    """Return what is wrong with an EPUB file as a container (OCF 3.3, section 4.2)."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        first = archive.infolist()[0]
        if first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED or archive.testzip():
            return [
                Problem(
                    "epub-container",
                    "error",
                    name,
                    None,
                    "the file is not a sound EPUB container",
                    "report this as a fault of Carepress",
                )
            ]
    return []
