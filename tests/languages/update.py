"""Update the catalogs of languages that no native reader has reviewed. They are apart from the books, so that these
are built and tested without them.

Run it after each change of the garden's text or of the handbook's first handout:
`.venv/bin/python tests/languages/update.py`.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import polib

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[1])]

from support_languages import (  # noqa: E402
    FOLDER,
    GARDEN,
    HANDOUT_LANGS,
    LANGS,
    START_HERE,
    add_garden_languages,
    add_handout_languages,
)

from carepress.content import read_book  # noqa: E402
from carepress.handouts.cut import cut  # noqa: E402
from carepress.handouts.select import find_handout  # noqa: E402
from carepress.model import Key, Selection, segments  # noqa: E402
from support import HANDBOOK, copy_project, publish  # noqa: E402


def main() -> None:
    with TemporaryDirectory() as name:
        root = copy_project(Path(name) / "project")
        locales = add_garden_languages(root)
        update(root, "--book", GARDEN)
        for lang in LANGS:
            shutil.copy(locales / lang / "LC_MESSAGES" / "garden.po", FOLDER / f"{lang}.po")
        locales = add_handout_languages(root)
        update(root, *(part for lang in HANDOUT_LANGS for part in ("--lang", lang)))
        for lang in HANDOUT_LANGS:
            keep_handout(locales / lang / "LC_MESSAGES" / "childhood-all.po", START_HERE / f"{lang}.po")


def update(root: Path, *args: object) -> None:
    done = publish("catalogs", "update", *args, root=root)
    if done.returncode:
        sys.exit(done.stderr)


def handout_keys() -> list[Key]:
    """Return the messages of the handout and of the sheets that may fill its pages, in order."""
    book = read_book(HANDBOOK)
    small = cut(book, find_handout(book, Selection("start-here")))
    assert small.cut
    found = (segment for part in (small, *small.cut.fill) for segment in segments(part) if segment.has_words)
    return list(dict.fromkeys((segment.context, segment.source) for segment in found))


def keep_handout(updated: Path, path: Path) -> None:
    """Write the handout's messages of an updated catalog, without comments, and list what is to be translated."""
    entries = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(updated))}
    catalog = polib.POFile(wrapwidth=0)
    catalog.metadata = polib.pofile(str(path)).metadata
    for key in handout_keys():
        entry = entries[key]
        if not entry.translated():
            print(f"{path.name}: to translate: {entry.msgid}")
        flags = ["fuzzy"] if entry.fuzzy else []
        catalog.append(polib.POEntry(msgctxt=entry.msgctxt, msgid=entry.msgid, msgstr=entry.msgstr, flags=flags))
    head = path.read_text(encoding="utf-8").splitlines()[0]
    path.write_text(f"{head}\n{str(catalog).removeprefix('#').strip()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
