"""DAISY Ace finds no accessibility barriers and no missing accessibility metadata in the e-books."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from conftest import build_once
from support_wait import LONG, WAIT

from support import GARDEN, NODE, needs

# A violation, as (file, rule).
Finding = tuple[str, str]


def ace(path: Path, out: Path, lang: str) -> dict[str, Any]:
    """Return Ace's report of an e-book."""
    program, chromium = NODE / ".bin" / "ace-cli", shutil.which("chromium")
    needs(program.exists() and chromium, "Ace and Chromium")
    variables = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",  # Node.js is installed
        "PUPPETEER_EXECUTABLE_PATH": chromium,
        "ACE_TIMEOUT_INITIAL": str(round(1000 * WAIT)),  # ms; a busy machine starts a browser slowly
        "XDG_CONFIG_HOME": str(out / "config"),
    }
    command = [program, "--force", "--silent", "--lang", lang, "--outdir", out, path]
    done = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, timeout=LONG, check=False
    )
    assert (out / "report.json").exists(), done.stdout + done.stderr
    report: dict[str, Any] = json.loads((out / "report.json").read_text())
    return report


def findings(report: dict[str, Any]) -> list[Finding]:
    return [
        (document["earl:testSubject"]["url"], finding["earl:test"]["dct:title"])
        for document in report["assertions"]
        for finding in document["assertions"]
    ]


def test_ace_reports_no_violations(epub_path: Path, tmp_path: Path, lang: str) -> None:
    report = ace(epub_path, tmp_path / "ace", lang)
    assert findings(report) == []
    assert report["earl:result"] == {"earl:outcome": "pass"}
    assert (report["a11y-metadata"]["missing"], report["a11y-metadata"]["empty"]) == ([], [])
    names = zipfile.ZipFile(epub_path).namelist()
    looked_at = {document["earl:testSubject"]["url"] for document in report["assertions"]}
    assert {name.removeprefix("EPUB/") for name in names if name.endswith(".xhtml")} <= looked_at


def test_ace_detects_violations(shared: Path, tmp_path: Path) -> None:
    """The book has only a cover without alternative text, and no metadata about hazards."""
    book = build_once(shared / "built-garden", "--book", GARDEN) / "generic" / "en" / "garden-epub-en.epub"
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(book) as source, zipfile.ZipFile(broken, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename.endswith("cover.xhtml"):
                data = re.sub(rb' alt="[^"]+"', b"", data)
            elif item.filename.endswith("content.opf"):
                data = re.sub(
                    rb'<itemref idref="(?!cover").*?/>|<meta property="schema:accessibilityHazard.*?</meta>', b"", data
                )
            target.writestr(item, data)
    report = ace(broken, tmp_path / "ace", "en")
    assert report["a11y-metadata"]["missing"] == ["schema:accessibilityHazard"]
    violations = findings(report)
    assert ("EPUB/content.opf", "metadata-accessibilityhazard") in violations
    assert ("text/cover.xhtml", "image-alt") in violations
