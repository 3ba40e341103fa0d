"""The command has help, starts fast, and is fully documented."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest
from PIL import Image

from carepress import __version__
from carepress.cli import COMMANDS, cli
from carepress.cli.paths import COMMAND
from support import GARDEN, ROOT, Pdf, copy_project, publish, publish_process

HEAVY = "weasyprint pydantic babel ebooklib lxml jinja2 pikepdf PIL rich uharfbuzz icu".split()


def test_help_lists_every_command() -> None:
    done = publish("--help")
    assert done.returncode == 0
    assert [name for name in COMMANDS if f"  {name} " not in done.stdout] == []


def test_missing_packages_are_reported() -> None:
    done = subprocess.run([sys.executable, "-S", ROOT / "publish.py"], capture_output=True, text=True, check=False)
    message = "publish.py: the library click is missing: run make book once, then .venv/bin/python publish.py …\n"
    assert (done.returncode, done.stderr) == (1, message)


def test_version() -> None:
    assert publish_process("--version").stdout == f"carepress, version {__version__}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_is_in_the_readme(name: str) -> None:
    done = publish(name, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert f"publish.py {name}" in (ROOT / "README.md").read_text()


def test_commands_on_a_book_are_known() -> None:
    context = click.Context(cli)
    rows = {name: cli.get_command(context, name) for name in COMMANDS}
    groups = [(name, row) for name, row in rows.items() if isinstance(row, click.Group)]
    rows |= {f"{name} {inner}": row for name, group in groups for inner, row in group.commands.items()}
    with_book = {name for name, row in rows.items() if any("--book" in option.opts for option in row.params)}
    assert {name for name in rows if COMMAND.fullmatch(f"publish.py {name}")} == with_book


def test_help_imports_no_heavy_modules() -> None:
    code = f"import sys, carepress.cli; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [("bild",), ("build", "--colour"), ("build", "--jobs", "0"), ("contact-sheet", "x.pdf", "--pages", "a")],
)
def test_usage_error_exits_2_with_one_message(arguments: tuple[str, ...]) -> None:
    done = publish(*arguments)
    assert done.returncode == 2
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr


def test_plain_output_without_terminal(tmp_path: Path) -> None:
    done = publish("build", "--book", GARDEN, "--lang", "en", "--edition", "sheets", "--out", tmp_path)
    assert done.stdout.startswith("built      sheets en: ")
    assert len(done.stdout.splitlines()) == 1, "one file needs no summary"
    assert "\x1b" not in done.stdout + done.stderr


def test_debug_shows_traceback(tmp_path: Path) -> None:
    root = copy_project(tmp_path / "project")
    with (root / "carepress" / "build" / "pipeline.py").open("a") as file:
        file.write("\n\ndef build_one(*_arguments):\n    raise ZeroDivisionError('by nought')\n")
    args = ("build", "--book", "tests/books/garden", "--edition", "sheets")
    done = publish_process(*args, root=root)
    assert done.returncode == 1
    assert "failed with an internal error (ZeroDivisionError): please report it and attach " in done.stderr
    assert "Traceback" not in done.stderr
    done = publish_process(*args, "--debug", root=root)
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == done.stderr.count("ZeroDivisionError: by nought") == 2
    assert "pipeline.py" in done.stderr


def test_half_letter_is_recorded_in_manifest(half_letter: Pdf) -> None:
    out = half_letter.path.parents[2]
    publish("build", "--book", GARDEN, "--lang", "en", "--edition", "sheets", "--out", out)
    assert [round(float(side), 1) for side in half_letter.file.pages[0].mediabox] == [0, 0, 396, 612]
    files = json.loads((out / "manifest.json").read_text())["files"]
    assert sorted(files) == ["generic/en/garden-booklet-en.pdf", "generic/en/garden-sheets-en.pdf"]
    assert files["generic/en/garden-booklet-en.pdf"]["pages"] > 10


def test_contact_sheet(garden_out: Path, tmp_path: Path) -> None:
    pdf = Path(shutil.copy(garden_out / "en" / "garden-booklet-en.pdf", tmp_path))
    done = publish("contact-sheet", pdf, "--pages", "1-3,5", "--columns", "2", "--width", "100")
    assert done.returncode == 0, done.stderr
    with Image.open(pdf.with_suffix(".png")) as picture:
        assert (picture.width, picture.height > 2 * 141) == (2 * 108 + 8, True)
    assert "there is no page 999" in publish("contact-sheet", pdf, "--pages", "999").stderr
    assert publish("contact-sheet", GARDEN / "book.toml").returncode == 1


def test_contact_sheet_has_the_colors_of_the_pages(tmp_path: Path) -> None:
    """The band of a part was green in place of violet: a few pixels among thousands of shades of another color."""
    pages = [Image.linear_gradient("L").resize((100, 140)).convert("RGB") for _page in range(9)]
    pages[4].paste((0x6B, 0x45, 0x8B), (10, 10, 40, 20))
    pdf = tmp_path / "pages.pdf"
    pages[0].save(pdf, save_all=True, append_images=pages[1:])
    assert publish("contact-sheet", pdf, "--columns", "3", "--width", "100").returncode == 0
    with Image.open(pdf.with_suffix(".png")) as picture:
        found = picture.convert("RGB").getpixel((8 + 108 + 25, 8 + 148 + 15))
    assert isinstance(found, tuple)
    assert all(abs(one - other) < 12 for one, other in zip(found, (0x6B, 0x45, 0x8B))), found


def test_reading_reports_every_chapter() -> None:
    done = publish("reading", "--book", GARDEN)
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines() if line.startswith("  soil")] == ["soil", "soil"]
    assert "Szigriszt" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 120
    tables = re.split(r"^(?=\w)", done.stdout, flags=re.MULTILINE)[1:]
    for table in tables:
        heading, *rows = [line.split() for line in table.splitlines()[1:]]
        assert heading[:7] == ["chapter", "words", "average", "spread", "longest", "it/this/they", "passive"]
        assert {len(row) for row in rows} == {len(heading)}
        assert rows[-1][0] == "median"
        longest = sorted(int(row[4]) for row in rows[:-1])
        assert longest[(len(longest) - 1) // 2] <= int(rows[-1][4]) <= longest[len(longest) // 2]
