"""Render the shelf as a page: one file in every language, which needs no network and no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from markupsafe import Markup

from carepress.model import GENERIC
from carepress.shelf.covers import Cover
from carepress.shelf.entries import Volume
from carepress.shelf.feeds import Root
from carepress.shelf.words import ShelfWords
from carepress.text.fonts import FACES, FAMILY, font_path, subset_font
from carepress.text.palette import theme_colors

_FACES = ("regular", "bold")


def render_page(
    templates: Path,
    words: Mapping[str, ShelfWords],
    shelf: Mapping[str, list[Volume]],
    covers: Mapping[str, Cover],
    root: Root | None,
    address: str,
) -> str:
    """Return index.html. `covers` are keyed by the path of their file; `address` is the URL of the folder, or empty."""
    catalog = f"{address}{root.path}.xml" if root else ""
    blocks = [(words[lang], _block(words[lang], volumes, covers, catalog)) for lang, volumes in shelf.items()]
    feeds = root.feeds if root else ()
    css, script = ((templates / "shelf" / name).read_text(encoding="utf-8-sig") for name in ("shelf.css", "shelf.js"))
    page = blocks[0][0].environment.get_template("shelf/index.html.j2")
    bare = page.render(blocks=blocks, feeds=feeds, css="", script="")
    return page.render(
        blocks=blocks, feeds=feeds, css=Markup(_fonts(bare) + theme_colors("shelf") + css), script=Markup(script)
    )


def _block(words: ShelfWords, volumes: list[Volume], covers: Mapping[str, Cover], catalog: str) -> Markup:
    """Return all volumes of a language, in that language."""
    hospitals = [(key, list(group)) for key, group in groupby(volumes, key=lambda volume: volume.hospital)]
    template = words.environment.get_template("shelf/block.html.j2")
    html = template.render(
        words=words,
        hospitals=hospitals,
        named=any(name != GENERIC for name, _ in hospitals),
        generic=GENERIC,
        covers=covers,
        catalog=catalog,
        href=quote,
    )
    return Markup(html)


def _fonts(html: str) -> str:
    """Return @font-face rules with the typeface of the books, limited to the characters of the page."""
    letters = {ord(letter) for letter in html} | set(range(0x20, 0x7F))
    rules = []
    for face in _FACES:
        data = b64encode(subset_font(font_path(face), letters, "woff2")).decode()
        weight = FACES[face][2]
        source = f"url(data:font/woff2;base64,{data})"
        rules.append(f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};font-display:swap;src:{source}}}\n')
    return "".join(rules)
