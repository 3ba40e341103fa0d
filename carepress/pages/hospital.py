"""Pictures of a hospital: its logo, and the QR code of its web page."""

from __future__ import annotations

from functools import cache

import segno
from markupsafe import Markup

from carepress.model import Logo
from carepress.model.colors import COLORS

PAPER, BLACK = COLORS["paper"].hex, COLORS["black"].hex
QUIET_ZONE = 4  # modules of white around a QR code (ISO/IEC 18004, 9.1)


def logo_html(logo: Logo, title: str, words: str, key: str, alternative: str) -> Markup:
    """Return a logo; screen readers read its title and words, or its `alternative`. `key` makes its ids unique."""
    if logo.kind == "png":
        return Markup('<img class="logo" src="data:image/png;base64,{}" alt="{}"/>').format(logo.data, alternative)
    return Markup(
        '<svg class="logo" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" role="img"'
        ' aria-labelledby="{key}-title" aria-describedby="{key}-desc"><title id="{key}-title">{title}</title><desc id="{key}-desc">{words}</desc>'
        # A white background keeps the shapes visible on a dark screen.
        '<rect width="{width:g}" height="{height:g}" fill="{paper}"></rect>{shapes}</svg>'
    ).format(
        width=logo.width, height=logo.height, key=key, title=title, words=words, shapes=Markup(logo.data), paper=PAPER
    )


def qr_svg(address: str, title: str, words: str, key: str) -> Markup:
    """Return the QR code of an address with its quiet zone, on white. `key` makes its ids unique."""
    size, path = _modules(address)
    return Markup(
        '<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" role="img"'
        ' aria-labelledby="{key}-title" aria-describedby="{key}-desc"><title id="{key}-title">{title}</title><desc id="{key}-desc">{words}</desc>'
        '<rect width="{size}" height="{size}" fill="{paper}"></rect><path fill="{black}" d="{path}"></path></svg>'
    ).format(size=size, path=path, key=key, title=title, words=words, paper=PAPER, black=BLACK)


@cache
def _modules(address: str) -> tuple[int, str]:
    """Return the width of a QR code in modules, and an SVG path with a bar for each run of dark modules in a row."""
    # Level M restores 15 % of the code: enough for a fold or a coffee stain, and the modules stay large.
    rows = [bytes(row) for row in segno.make_qr(address, error="m", boost_error=False).matrix]
    runs = []
    for y, row in enumerate(rows):
        start = None
        for x, dark in enumerate((*row, 0)):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append(f"M{start + QUIET_ZONE} {y + QUIET_ZONE}h{x - start}v1h-{x - start}z")
                start = None
    return len(rows) + 2 * QUIET_ZONE, "".join(runs)
