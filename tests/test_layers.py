"""Imports only run downward, and each module can be imported alone."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from support import ROOT

# A package may import its own modules and packages of lower layers. CONTRIBUTING.md explains the table.
LAYERS = {
    "model": 1,
    "text": 2,
    "workspace": 2,
    "content": 3,
    "catalogs": 3,
    "pages": 3,
    "pdf": 3,
    "checks": 3,
    "epub": 4,
    "preflight": 4,
    "handouts": 4,
    "translation": 4,
    "infobutton": 4,
    "hospital": 5,
    "localize": 6,
    "preview": 7,
    "signoff": 7,
    "build": 8,
    "dossier": 8,
    "planner": 8,
    "shelf": 8,
    "desk": 9,
    "cli": 10,
}
LAZY = {
    "weasyprint",
    "pydantic",
    "babel",
    "ebooklib",
    "lxml",
    "jinja2",
    "pikepdf",
    "pypdfium2",
    "fontTools",
    "icalendar",
    "fsspec",
    "distributed",
    "icu",
}
FILES = sorted((ROOT / "carepress").rglob("*.py"))
MODULES = [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in FILES]


def imports(path: Path) -> set[str]:
    """Return the modules of carepress that a file imports, even inside functions, without the prefix "carepress."."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are absolute"
            names.update([node.module] if node.module != "carepress" else [f"carepress.{a.name}" for a in node.names])
    return {name.removeprefix("carepress.") for name in names if name.startswith("carepress.")} - {"__version__"}


@pytest.mark.parametrize("path", FILES, ids=MODULES)
def test_imports_run_downward(path: Path) -> None:
    own = path.relative_to(ROOT / "carepress").with_suffix("").parts[0]
    if own == "__init__":
        assert imports(path) == set()
        return
    others = {name.partition(".")[0] for name in imports(path)} - {own}
    assert {name for name in others if LAYERS[name] >= LAYERS[own]} == set()


def test_table_lists_every_package() -> None:
    names = {path.relative_to(ROOT / "carepress").with_suffix("").parts[0] for path in FILES}
    assert names == {"__init__", *LAYERS}


def test_contributing_lists_the_same_layers() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (.+?) \|", text, re.MULTILINE)
    assert {name: int(layer) for layer, names in rows for name in re.findall(r"`(\w+)`", names)} == LAYERS


def loaded_modules(module: str) -> set[str]:
    """Import a module in a fresh interpreter; return the names of all loaded modules."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def first_imports(path: Path) -> set[str]:
    """Return the modules of carepress that a file imports when it is imported itself, not later in its functions."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names & set(MODULES)


def test_each_module_can_be_imported_alone() -> None:
    """Without a cycle, the order of imports does not matter."""
    graph = {
        module: {name for name in first_imports(path) if not f"{module}.".startswith(f"{name}.")}  # not its packages
        for module, path in zip(MODULES, FILES)
    }
    assert [*TopologicalSorter(graph).static_order()]


@pytest.mark.parametrize("module", ["carepress.cli", "carepress.cli.build", "carepress.build.jobs"])
def test_command_starts_without_heavy_modules(module: str) -> None:
    assert LAZY & {name.partition(".")[0] for name in loaded_modules(module)} == set()
