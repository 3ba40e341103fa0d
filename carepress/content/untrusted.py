"""Untrusted input files: they must be inside their folder, short, and free of invisible characters."""

from __future__ import annotations

from pathlib import Path

from carepress.content.tomlfile import read_text
from carepress.model import PublishError
from carepress.text.visible import unprintable

MAX_FILE_BYTES = 100_000
MAX_LINE_LENGTH = 2000  # characters


def inside(path: Path, folder: Path, display_path: str) -> Path:
    """Return `path` if it is a file in `folder`. Raises PublishError otherwise."""
    if not path.exists():
        raise PublishError(display_path, None, "the file does not exist", "create it, or correct its name")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise PublishError(
            display_path, None, "the file is a link to outside the hospital’s folder", "copy the file into the folder"
        )
    if not path.is_file():
        raise PublishError(display_path, None, "not a regular file", "replace it with a file")
    return path


def read_untrusted(path: Path, folder: Path, display_path: str) -> str:
    """Return the text of a file in `folder`.

    Raises PublishError for a file or line that is too long, and for an invisible character. Some of these change the
    direction of writing: a text then reads differently to people and to programs (Unicode Technical Standard 55).
    """
    if inside(path, folder, display_path).stat().st_size > MAX_FILE_BYTES:
        raise PublishError(display_path, None, f"the file is longer than {MAX_FILE_BYTES // 1000} kB", "shorten it")
    text = read_text(path, display_path)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_LINE_LENGTH:
            raise PublishError(display_path, number, f"the line has more than {MAX_LINE_LENGTH} characters", "break it")
        hidden = "".join(letter for letter in line if not letter.isprintable() and letter not in "\t\r")
        if expected := unprintable(hidden):
            raise PublishError(display_path, number, "the line has an invisible character", f"expected: {expected}")
    return text
