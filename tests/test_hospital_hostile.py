"""A hostile profile cannot read other files, run code, reach the network, or exhaust the machine."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from base64 import b64decode
from itertools import count
from pathlib import Path

import pytest
from PIL import Image, ImageFile
from support_hospital import SAMPLES, copy_sample, profile_errors

from carepress.hospital.logo import read_logo
from carepress.hospital.reader import check_hospital
from carepress.model import Hospital, Logo, PublishError
from support import HANDBOOK, LANGS, model

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 72">{}</svg>'
PATH = '<path d="M0 0H9V9Z" fill="#000000"/>'

MOST_CALLS = 10**7  # reading the handbook and a valid profile takes four million


def report(folder: Path) -> str:
    """Return the errors, one per line; assert that finding them takes few function calls."""
    calls = count()
    before = sys.getprofile()
    sys.setprofile(lambda *_event: next(calls))
    try:
        messages = "\n".join(map(str, profile_errors(folder)))
    finally:
        sys.setprofile(before)
    assert next(calls) < MOST_CALLS
    assert "Traceback" not in messages
    return messages


def edit(folder: Path, old: str, new: str) -> Path:
    path = folder / "hospital.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "../sierra-clara/logo.svg",
        "/etc/hostname.svg",
        "pages/../logo.svg",
        "https://example.org/logo.svg",
        "C:\\\\a.svg",
        "a b.svg",
    ],
)
def test_path_outside_folder_is_rejected(name: str, tmp_path: Path) -> None:
    folder = edit(copy_sample(tmp_path), 'light = "logo.svg"', f'light = "{name}"')
    assert "“logo.light” is" in report(folder)


@pytest.mark.parametrize("name", ["logo.svg", "hospital.toml", "pages/finding-us.en.md"])
def test_symlink_outside_folder_is_rejected(name: str, tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    (folder / name).rename(tmp_path / "elsewhere")
    (folder / name).symlink_to(tmp_path / "elsewhere")
    assert (
        f"content/hospitals/riverbend/{name}: the file is a link to outside the hospital’s folder: copy the file"
        in report(folder)
    )


def test_symlinked_folder_outside_is_rejected(tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    (folder / "pages").rename(tmp_path / "elsewhere")
    (folder / "pages").symlink_to(tmp_path / "elsewhere")
    assert report(folder).count("is a link to outside the hospital’s folder") == 4, "two pages in two languages"


def test_non_regular_file_is_rejected(tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    (folder / "logo.svg").unlink()
    (folder / "logo.svg").mkdir()
    (folder / "logo-mono.svg").unlink()
    os.mkfifo(folder / "logo-mono.svg")
    assert report(folder).count("not a regular file: replace it with a file") == 2


BOMB = (
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi"))
    + "]>"
)
LOGOS = {
    "doctype": ('<!DOCTYPE svg SYSTEM "file:///etc/hostname">' + SVG.format(PATH), "document type, entity or NUL"),
    "billion laughs": (BOMB + SVG.format("<title>&i;</title>" + PATH), "document type, entity or NUL"),
    "another file": ('<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.format("<title>&x;</title>"), "document type, entity or NUL"),
    "script": (SVG.format("<script>alert(1)</script>" + PATH), "<script> is not allowed"),
    "script of another kind": (SVG.format('<script href="https://example.org/a.js"/>'), "<script> is not allowed"),
    "foreign object": (SVG.format('<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>'), "<foreignObject>"),
    "html inside": (SVG.format('<b xmlns="http://www.w3.org/1999/xhtml">x</b>'), "<b> is not allowed"),
    "image": (SVG.format('<image href="https://example.org/a.png"/>'), "<image> is not allowed"),
    "use": (SVG.format('<use href="#a"/>'), "<use> is not allowed"),
    "link": (SVG.format(f'<a href="https://example.org">{PATH}</a>'), "<a> is not allowed"),
    "animation": (SVG.format('<animate attributeName="x"/>'), "<animate> is not allowed"),
    "style sheet": (SVG.format("<style>@import url(https://example.org)</style>" + PATH), "<style> is not allowed"),
    "text": (SVG.format("<text>Riverbend</text>"), "<text> is not allowed in a logo: convert text"),
    "event": (SVG.format('<path onload="alert(1)" d="M0 0"/>'), "the attribute onload is not allowed"),
    "event of the root": (SVG.format(PATH).replace("<svg ", '<svg onload="alert(1)" '), "the attribute onload"),
    "href": (SVG.format('<path xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://x.org" d="M0 0"/>'), "the attribute href"),
    "address in a fill": (SVG.format('<path fill="url(https://example.org/#a)" d="M0 0"/>'), "is not a plain color"),
    "address in a style": (SVG.format('<path style="fill:url(#a)" d="M0 0"/>'), "is not a plain color"),
    "odd style": (SVG.format('<path style="background:url(x)" d="M0 0"/>'), "the style “background” is not allowed"),
    "markup in a number": (SVG.format('<path d="&quot;&gt;&lt;script&gt;"/>'), "is not allowed in a logo"),
    "broken": (SVG.format("<g>"), "broken SVG"),
    "nul": (SVG.format(PATH) + "\0", "document type, entity or NUL"),
    "not svg": ("<html/>", "not an SVG file"),
    "no namespace": (SVG.format(PATH).replace("xmlns=", "xmlns:a="), "<svg> is not in the namespace of SVG: write xmlns"),
    "namespace lost": (SVG.format('<path xmlns="" d="M0 0h9"/>'), "<path> is not in the namespace of SVG"),
    "empty": (SVG.format(""), "the logo is empty"),
    "no size": (SVG.format(PATH).replace(' viewBox="0 0 96 72"', ""), "no usable viewBox"),
    "endless": (SVG.format(PATH).replace("96 72", "96 1e400"), "no usable viewBox"),
    "a thread": (SVG.format(PATH).replace("96 72", "9600 7"), "too wide or too tall"),
    "deep": (SVG.format("<g>" * 5000 + PATH + "</g>" * 5000), "broken SVG"),
    "many": (SVG.format('<path d="M0 0"/>' * 2001), "more than 2000 shapes"),
    "large": (SVG.format(f"<!--{'x' * 200_000}-->" + PATH), "the logo has 200 kB"),
    "not filled in": (SVG.format(f"<title>FILL IN</title>{PATH}"), "the sample logo of a new profile"),
}  # fmt: skip


@pytest.mark.parametrize("name", LOGOS)
def test_logo_with_unsafe_content_is_rejected(name: str, tmp_path: Path) -> None:
    text, message = LOGOS[name]
    folder = copy_sample(tmp_path)
    (folder / "logo.svg").write_text(text)
    messages = report(folder)
    assert messages.startswith("content/hospitals/riverbend/logo.svg:")
    assert message in messages


def test_logo_from_drawing_program_is_read(tmp_path: Path) -> None:
    path = tmp_path / "logo.svg"
    inside = (
        '<metadata>x</metadata><!-- made by hand --><g id="layer1" transform="translate(1 2)" style="fill:#1f5459;'
        'stroke-width:2"><circle class="a" cx="5" cy="5" r="4"/></g>'
    )
    path.write_text(SVG.format(inside).replace("0 0 96 72", "-10 0 96.5 72"))
    logo = read_logo(path, "logo.svg")
    assert (logo.kind, logo.width, logo.height) == ("svg", 96.5, 72)
    assert logo.data == (
        '<g transform="translate(10 0)"><g transform="translate(1 2)" fill="#1f5459" stroke-width="2">'
        '<circle cx="5" cy="5" r="4"></circle></g></g>'
    )


def test_single_ink_logo() -> None:
    assert read_logo(SAMPLES / "riverbend" / "logo-mono.svg", "x", mono=True).kind == "svg"
    with pytest.raises(PublishError, match="is not gray, and this is the one-ink logo"):
        read_logo(SAMPLES / "riverbend" / "logo.svg", "x", mono=True)


def png(path: Path, size: tuple[int, int], color: tuple[int, ...] = (0, 0, 0, 128)) -> Path:
    Image.new("RGBA", size, color).save(path)
    return path


def test_png_is_reencoded(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    image = Image.new("RGBA", (640, 200), (0, 0, 0, 128))
    image.save(path, exif=b"secret place", icc_profile=b"profile")
    logo = read_logo(path, "logo.png")
    assert (logo.kind, logo.width, logo.height) == ("png", 640, 200)
    again = Image.open(io.BytesIO(b64decode(logo.data)))
    assert again.getpixel((0, 0)) == (127, 127, 127)
    assert again.info == {}
    assert read_logo(path, "logo.png", mono=True).kind == "png"
    with pytest.raises(PublishError, match="the one-ink logo has a color"):
        read_logo(png(path, (640, 200), (200, 0, 0, 255)), "logo.png", mono=True)


def pixels(logo: Logo) -> Image.Image:
    return Image.open(io.BytesIO(b64decode(logo.data)))


def test_png_of_any_depth_prints_as_it_looks(tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    gray = Image.linear_gradient("L").resize((640, 200))
    deep = gray.convert("I").point(lambda value: value * 257).convert("I;16")
    mask = Image.new("L", gray.size, 255)
    rgba = Image.merge("RGBA", (gray, gray, gray, mask))
    options: list[tuple[Image.Image, dict[str, int]]] = [
        (gray, {}), (deep, {}), (gray.convert("P"), {}), (rgba, {}), (Image.merge("LA", (gray, mask)), {}),
        (deep, {"transparency": 65535}), (gray.convert("RGB").quantize(256), {}),
    ]  # fmt: skip
    for picture, extra in options:
        picture.save(path, **extra)
        again = pixels(read_logo(path, "logo.png", mono=True))
        for at in ((5, 2), (300, 100), (600, 198)):
            assert abs(again.getpixel(at)[0] - gray.getpixel(at)) <= 2, (picture.mode, at)
    gray.convert("1").save(path)
    assert {color for _count, color in pixels(read_logo(path, "logo.png")).getcolors()} == {(0, 0, 0), (255, 255, 255)}
    Image.new("I;16", (640, 200), 20_000).save(path, transparency=20_000)
    with pytest.raises(PublishError, match="would not show on white paper"):
        read_logo(path, "logo.png")
    gray.convert("RGB").save(path, format="JPEG")
    assert read_logo(path, "logo.png").kind == "png"


@pytest.mark.parametrize("color", [(255, 255, 255, 255), (0, 0, 0, 0), (240, 240, 240, 255), (0, 0, 0, 20)])
def test_png_that_does_not_show_is_refused(tmp_path: Path, color: tuple[int, ...]) -> None:
    with pytest.raises(PublishError, match="the logo would not show on white paper: use the version"):
        read_logo(png(tmp_path / "logo.png", (640, 200), color), "logo.png")


@pytest.mark.parametrize(
    ("inside", "shows"),
    [
        ('<path d="M0 0h9v9z" fill="white"/>', False),
        ('<g fill="#fff"><path d="M0 0h9v9z"/></g>', False),
        ('<g fill="#fff"><path d="M0 0h9v9z" stroke="#123456"/></g>', True),
        ('<path d="M0 0h9v9z" fill="none"/>', False),
        ('<path d="M0 0h9v9z" style="fill:#ffffff"/><path d="M0 0h9v9z"/>', True),
        ('<g opacity="0"><path d="M0 0h9v9z"/></g>', False),
        ('<path d="M0 0h9v9z" fill="#f2f2f2"/>', False),
        ('<path d="M0 0h9v9z" fill="#e0a000"/>', True),
    ],
)
def test_svg_that_does_not_show_is_refused(tmp_path: Path, inside: str, shows: bool) -> None:
    path = tmp_path / "logo.svg"
    path.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30">{inside}</svg>')
    if shows:
        assert read_logo(path, "logo.svg").kind == "svg"
    else:
        with pytest.raises(PublishError, match="the logo would not show on white paper"):
            read_logo(path, "logo.svg")


def bomb(width: int, height: int) -> bytes:
    """Return a PNG that declares a size and has no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not a PNG picture"),
        (b"GIF89a" + bytes(100), "not a PNG picture"),
        (b"\x89PNG\r\n\x1a\n", "not a PNG picture"),
        (bomb(60_000, 60_000), "far too many pixels"),
        (bomb(5000, 5000), "5000 × 5000 pixels: reduce it"),
        (bomb(1000, 1000), "not a PNG picture"),
        (bomb(8000, 100), "too wide or too tall"),
        (bomb(120, 60), "120 × 60 pixels, too few to print"),
        (bytes(2_000_001), "the logo has 2.0 MB"),
    ],
)
def test_invalid_or_oversized_png_is_rejected(
    data: bytes, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint sets it
    folder = edit(copy_sample(tmp_path), "logo.svg", "logo.png")
    (folder / "logo.png").write_bytes(data)
    messages = report(folder)
    assert messages.startswith("content/hospitals/riverbend/logo.png: ")
    assert message in messages


NAME = 'name.en = "Riverbend Children’s Hospital (sample)"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<script>alert(1)</script>", "plain text, without “<”"),
        ("a\u202eb", "hospital.toml:12: the line has an invisible character: expected: no invisible character (here U+202E)"),
        ("a\u2066b", "U+2066"),
        ("a\u200bb", "U+200B"),
        ("a\u00adb", "U+00AD"),
        ("a\ufeffb", "U+FEFF"),
        ("a\\u202Eb", "no invisible character (here U+202E)"),
        ("a\\u0000b", "here U+0000"),
        ("a\\tb", "here U+0009"),
        ("a\\u2028b", "here U+2028"),
        ("\\uE000", "here U+E000"),
        ("{{ book }}", "plain text, without “{”"),
        ("x" * 1900, "at most 120 characters"),
    ],
)  # fmt: skip
def test_markup_and_invisible_characters_are_rejected(text: str, message: str, tmp_path: Path) -> None:
    assert message in report(edit(copy_sample(tmp_path), NAME, f'name.en = "{text}"'))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a = \0", "hospital.toml:1: the line has an invisible character"),
        (b"a = \xff", "hospital.toml:1: not UTF-8 text"),
        (b"a = " + b"[" * 1900, "hospital.toml:1: broken TOML: nested too deeply, or a number too long"),
        (b"a = " + b"[\n" * 40_000, "broken TOML: nested too deeply, or a number too long"),
        (b"a = " + b"{b=" * 600, "hospital.toml:1: broken TOML"),
        (b"a = " + b"9" * 1990, "unknown key “a”"),
        (b"x" * 100_001, "hospital.toml: the file is longer than 100 kB"),
        (b"a = '" + b"x" * 3000 + b"'", "hospital.toml:1: the line has more than 2000 characters"),
        (b"a = '''\n" + (b"[[" + b" " * 1900 + b"\n") * 50 + b"'''", "unknown key “a”"),
        (b"a = 1\n" * 2, "hospital.toml:2: broken TOML"),
        (b"[languages]\n", "“languages” is a table"),
        (b"".join(b"k%d = 1\n" % n for n in range(8000)), "unknown key"),
    ],
)
def test_hostile_toml_is_rejected(data: bytes, message: str, tmp_path: Path) -> None:
    folder = copy_sample(tmp_path)
    (folder / "hospital.toml").write_bytes(data)
    messages = report(folder)
    assert message in messages
    assert max(map(len, messages.splitlines())) < 600


def read_with_text_in_own_page(text: str, to: Path) -> tuple[list[PublishError], Hospital | None]:
    """Return the errors and the hospital of a sample with some text added to one of its own pages."""
    folder = copy_sample(to)
    for lang in LANGS:
        path = folder / "pages" / f"clinic-day.{lang}.md"
        path.write_text(path.read_text().replace("1. ", f"1. {text} ", 1))
    return check_hospital(folder, model(HANDBOOK, "en"), LANGS)


@pytest.mark.parametrize(
    "text", ["![x](/etc/hostname)", "<img src=x>", "a\u202eb", "[x](javascript:alert(1))", "[x](file:///etc)"]
)
def test_own_page_is_as_restricted_as_a_chapter(text: str, tmp_path: Path) -> None:
    problems, hospital = read_with_text_in_own_page(text, tmp_path)
    assert hospital is None
    assert {Path(problem.path or "").name for problem in problems} <= {"clinic-day.en.md", "clinic-day.es.md"}
