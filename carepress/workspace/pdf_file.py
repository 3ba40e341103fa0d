"""Open a PDF file from a folder."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pikepdf


def open_pdf(path: Path) -> pikepdf.Pdf:
    """Open a PDF file, also one whose name is not Unicode, which pikepdf itself refuses.

    Raises OSError, pikepdf.PdfError, and pikepdf.PasswordError for a file that is protected by a password.
    """
    return pikepdf.open(BytesIO(path.read_bytes()))
