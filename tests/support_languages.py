"""Lay translations that no native reader has reviewed into a copy of the project; they are apart from the books."""

from __future__ import annotations

import shutil
from pathlib import Path

from support import ECOLE, ROOT

FOLDER = ROOT / "tests" / "languages"
LANGS = sorted(path.stem for path in FOLDER.glob("*.po"))  # the garden, complete
START_HERE = FOLDER / "start-here"  # the first handout of the handbook alone
HANDOUT_LANGS = sorted(path.stem for path in START_HERE.glob("*.po"))
GARDEN = Path("tests/books/garden")
CATALOGS = sorted(
    path
    for folder in (ROOT / "locales", ROOT / GARDEN, ECOLE, FOLDER)
    for path in folder.rglob("*.po")
    if path.stem != "interface"
)
"""Those of the books, in every language."""


def add_garden_languages(root: Path) -> Path:
    """Add the ten languages to the garden of a copied project; return the folder of its catalogs."""
    locales = root / GARDEN / "locales"
    for lang in LANGS:
        folder = locales / lang / "LC_MESSAGES"
        folder.mkdir(parents=True)
        shutil.copy(FOLDER / f"{lang}.po", folder / "garden.po")
    return locales


def add_handout_languages(root: Path) -> Path:
    """Add the handout “Start here” to the handbook of a copied project; return the folder of its catalogs.

    All else in these catalogs is missing, so the rest of the handbook is a draft in these languages.
    """
    for lang in HANDOUT_LANGS:
        shutil.copy(START_HERE / f"{lang}.po", root / "locales" / lang / "LC_MESSAGES" / "childhood-all.po")
        shutil.copy(START_HERE / f"{lang}-terms.toml", root / "locales" / lang / "terms.toml")
    return root / "locales"
