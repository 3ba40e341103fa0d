from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from carepress.pdf.write import lay_out
from carepress.text.fonts import FACES, FAMILY, font_css, font_folder, font_path
from support import GARDEN, ROOT, publish_process


@pytest.mark.parametrize("face", FACES)
def test_every_face_exists_and_is_free(face: str) -> None:
    names = TTFont(font_path(face))["name"]
    assert names.getDebugName(1).startswith(FAMILY)
    assert "Open Font License" in names.getDebugName(13)


def test_css_declares_every_face() -> None:
    css = font_css("../fonts/")
    assert re.findall(r'url\("\.\./fonts/([^"]+)"\)', css) == [name for name, _style, _weight in FACES.values()]
    assert css.count(f'font-family:"{FAMILY}"') == len(FACES)


def test_documents_share_fonts_and_outlive_the_copies() -> None:
    """Each font configuration uses memory that is never freed, and keeps copies in the temporary folder."""
    html = f"<style>{font_css(font_folder().as_uri() + '/')}html {{font-family: '{FAMILY}'}}</style><p>a<b>b</b>"
    first, second = lay_out(html), lay_out(html)
    assert first.font_config is second.font_config
    shutil.rmtree(first.font_config._folder)
    third = lay_out(html)
    assert third.font_config is not first.font_config
    assert third.write_pdf() == first.copy().write_pdf() == second.write_pdf()
    assert lay_out(html).font_config is third.font_config


@pytest.mark.parametrize(  # one process, and a pool
    "langs", [pytest.param(("--lang", "en"), id="en", marks=pytest.mark.slow), pytest.param((), id="all")]
)
def test_font_copies_are_removed(langs: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "tmp").mkdir()
    args = ("build", "--book", GARDEN, *langs, "--edition", "sheets", "--jobs", "2", "--out", tmp_path / "out")
    assert publish_process(*args, TMPDIR=str(tmp_path / "tmp")).returncode == 0
    assert list((tmp_path / "tmp").iterdir()) == []


def test_import_starts_no_program() -> None:
    """Names of libraries that do not exist would be looked for with ldconfig, a compiler and a linker."""
    code = (
        "import subprocess\n"
        "def refuse(*args, **_settings): raise AssertionError(args)\n"
        "subprocess.Popen = refuse\n"
        "import carepress.pdf.write, ctypes.util\n"
        "assert ctypes.util.find_library.__module__ == 'ctypes.util'"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
