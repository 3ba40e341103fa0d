"""A shelf for tests: the built garden, and copies of its files as other editions."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

BOOKLET, EPUB = "generic/en/garden-booklet-en.pdf", "generic/en/garden-epub-en.epub"
SPANISH = "generic/es/garden-booklet-es.pdf"
PAPERS = {"large-print": "a4", "sheets": "letter", "print": "a4", "press": "a5"}


def build_folder(built: Path, to: Path) -> Path:
    """Copy a build folder and add the other editions as copies of the booklet, which saves the time to lay them out."""
    shutil.copytree(built, to)
    for edition, paper in PAPERS.items():
        for path in (BOOKLET, SPANISH):
            add(to, path.replace("booklet", edition), path, edition=edition, paper=paper)
    facts = {"edition": "bilingual", "langs": ["en", "es"], "paper": "a4"}
    add(to, "generic/en+es/garden-bilingual-en+es.pdf", SPANISH, **facts)
    return to


def add(out: Path, path: str, like: str, **facts: Any) -> None:
    """Add a copy of a file to a build folder, with changed facts in the manifest."""
    files = manifest(out)
    (out / path).parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(out / like, out / path)
    write_manifest(out, {**files, path: {**files[like], **facts}})


def manifest(out: Path) -> dict[str, dict[str, Any]]:
    return json.loads((out / "manifest.json").read_text(encoding="utf-8"))["files"]


def write_manifest(out: Path, files: dict[str, Any]) -> None:
    (out / "manifest.json").write_text(json.dumps({"files": files}), encoding="utf-8")


def facts_of(out: Path, path: str, **facts: Any) -> None:
    """Change the facts of a file in the manifest."""
    files = manifest(out)
    write_manifest(out, {**files, path: {**files[path], **facts}})


def content(out: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a shelf by its path."""
    made = [*out.glob("*.html"), *out.glob("opds.*"), *(out / "shelf").iterdir()]
    return {path.relative_to(out).as_posix(): sha256(path.read_bytes()).hexdigest() for path in made}
