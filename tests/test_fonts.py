from __future__ import annotations

import re

import pytest
from fontTools.ttLib import TTFont

from carepress.fonts import FACES, FAMILY, font_css, font_path


@pytest.mark.parametrize("face", FACES)
def test_every_face_is_there_and_free(face: str) -> None:
    names = TTFont(font_path(face))["name"]
    assert names.getDebugName(1).startswith(FAMILY)
    assert "Open Font License" in names.getDebugName(13)


def test_css_names_every_face() -> None:
    css = font_css("../fonts/")
    assert re.findall(r'url\("\.\./fonts/([^"]+)"\)', css) == [name for name, _style, _weight in FACES.values()]
    assert css.count(f'font-family:"{FAMILY}"') == len(FACES)
