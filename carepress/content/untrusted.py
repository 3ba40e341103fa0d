"""Files that may come from a stranger: they stay in their folder, and are short and visible."""

from __future__ import annotations

from pathlib import Path

from carepress.content.tomlfile import read_text
from carepress.model import PublishError
from carepress.text.visible import unprintable

LONGEST_FILE = 100_000  # bytes of a text
LONGEST_LINE = 2000  # letters


def inside(path: Path, folder: Path, display_path: str) -> Path:
    """Return the path of a file that is in `folder`. Raises PublishError for any other."""
    if not path.exists():
        raise PublishError(display_path, None, "the file does not exist", "create it, or mend its name")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise PublishError(display_path, None, "the file leads out of the hospital’s folder", "copy it into the folder")
    if not path.is_file():
        raise PublishError(display_path, None, "this is not a file", "put a file in its place")
    return path


def read_untrusted(path: Path, folder: Path, display_path: str) -> str:
    """Return the text of a file in `folder`. Raises PublishError for one that is too long, or holds what nobody
    sees: characters that turn the order of letters are how a text says other things to people than to programs.
    """
    if inside(path, folder, display_path).stat().st_size > LONGEST_FILE:
        raise PublishError(display_path, None, f"the file is longer than {LONGEST_FILE // 1000} kB", "shorten it")
    text = read_text(path, display_path)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            raise PublishError(display_path, number, f"the line has more than {LONGEST_LINE} letters", "break it")
        hidden = "".join(letter for letter in line if not letter.isprintable() and letter not in "\t\r")
        if fault := unprintable(hidden):
            raise PublishError(display_path, number, "the line has an invisible character", f"expected: {fault}")
    return text
