"""The press edition, as the preflight of a print shop checks it: CMYK alone, page boxes, output intent."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from hashlib import sha256
from math import dist
from pathlib import Path

import pikepdf
import pytest
from conftest import FOLDERS, build_once
from pikepdf import Dictionary, Matrix, Name
from PIL import Image, ImageCms
from support_wait import LONG

from carepress.model import A5, HALF_LETTER, PublishError
from carepress.model.colors import ACCENTS, COLORS, PART_COLORS
from carepress.model.units import MM_TO_PT
from carepress.pages.drawings import GRAY, PAPER, STYLES
from carepress.pdf.press.inks import BLACK, TABLE, image_to_inks, limit_ink, make_converter, to_inks
from carepress.pdf.press.pdfx import make_press
from carepress.pdf.press.profile import Profile, read_profile
from carepress.preflight.press import check_press, most_ink
from support import GARDEN, LANGS, ROOT, copy_project, model, needs, open_pdf, plain, publish, publish_process

PAPERS = {paper.name: paper for paper in (A5, HALF_LETTER)}
FIRST = [("garden", "a5", "en")]
BUILDS = [("garden", "a5"), ("garden", "half-letter"), ("handbook", "a5")]
FILES = [
    pytest.param((*build, lang), marks=[] if (*build, lang) in FIRST else pytest.mark.slow, id="-".join((*build, lang)))
    for build in BUILDS
    for lang in LANGS
]
SETS_COLOR = {"k", "K", "g", "G", "rg", "RG", "cs", "CS", "sc", "SC", "scn", "SCN", "sh", "INLINE IMAGE"}
URN, DAY = "urn:uuid:6c1d2c5e-6f0f-4f9d-8a5e-0d7f8a2b3c4d", date(2026, 3, 1)


@dataclass(frozen=True)
class Press:
    book: str
    paper: str
    lang: str
    path: Path
    pdf: pikepdf.Pdf


@cache
def opened(book: str, paper: str, lang: str, path: Path) -> Press:
    return Press(book, paper, lang, path, pikepdf.open(path))


def built(shared: Path, book: str, paper: str, lang: str) -> Press:
    folder = FOLDERS[book]
    args = ("--book", folder, "--lang", lang, "--edition", "press", "--paper", paper)
    out = build_once(shared / ("built-handbook" if book == "handbook" else f"built-press-{book}-{paper}"), *args)
    return opened(book, paper, lang, out / "generic" / lang / f"{folder.name}-press-{lang}.pdf")


@pytest.fixture(scope="session", params=FILES)
def press(request: pytest.FixtureRequest, shared: Path) -> Press:
    return built(shared, *request.param)


@pytest.fixture(scope="session")
def garden(shared: Path) -> Press:
    return built(shared, "garden", "a5", "en")


@pytest.fixture(scope="session")
def profile() -> Profile:
    return read_profile(None)


def contents(pdf: pikepdf.Pdf) -> Iterator[object]:
    """Yield the pages, patterns and form XObjects: everything with painting operators."""
    yield from pdf.pages
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream) and ("/PatternType" in item or item.get("/Subtype") == "/Form"):
            yield item


# --- Colors ----------------------------------------------------------------------------------


def test_only_cmyk_operators_are_used(press: Press) -> None:
    used: Counter[str] = Counter()
    most = 0.0
    for content in contents(press.pdf):
        for step in pikepdf.parse_content_stream(content):
            used[str(step.operator)] += 1
            if str(step.operator) in ("k", "K"):
                most = max(most, sum(map(float, step.operands)))
    assert used.keys() & SETS_COLOR == {"k", "K"}
    assert not used.keys() & {"B", "B*", "b", "b*"}, "Ghostscript loses the tint under an overprinted line"
    assert used["k"] > 100
    assert 1 < most < 3


PAINTS = {"areas": {"f", "f*", "Tj", "TJ"}, "lines": {"S", "s"}}


def test_only_solid_black_overprints(press: Press) -> None:
    painted: Counter[tuple[bool, bool]] = Counter()
    for page in press.pdf.pages:
        state: dict[str, object] = {"areas": None, "lines": None, "over areas": False, "over lines": False}
        stack = []
        for step in pikepdf.parse_content_stream(page):
            name = str(step.operator)
            if name == "q":
                stack.append(dict(state))
            elif name == "Q":
                state = stack.pop()
            elif name in ("k", "K"):
                state["areas" if name == "k" else "lines"] = tuple(map(float, step.operands))
            elif name == "gs" and "/OPM" in (chosen := page.Resources.ExtGState[str(step.operands[0])]):
                assert chosen.OPM == 1
                state |= {"over areas": chosen.op, "over lines": chosen.OP}
            for what, operators in PAINTS.items():
                if name in operators:
                    painted[state[what] == BLACK, bool(state[f"over {what}"])] += 1
    assert painted.keys() == {(True, True), (False, False)}
    assert min(painted.values()) > 20


def test_no_object_has_another_color_space(press: Press) -> None:
    for item in press.pdf.objects:
        if isinstance(item, (Dictionary, pikepdf.Stream)):
            assert "/ShadingType" not in item
            assert item.get("/ColorSpace") in (None, Name.DeviceCMYK, Dictionary())
            assert item.get("/Group", {}).get("/CS") in (None, Name.DeviceCMYK)


def texts(pdf: pikepdf.Pdf) -> Iterator[tuple[float, tuple[float, ...]]]:
    """Yield the size in pt and the inks of each piece of text."""
    for page in pdf.pages:
        state, saved = (Matrix(), (0.0, 0.0, 0.0, 1.0)), []
        size, line = 0.0, Matrix()
        for step in pikepdf.parse_content_stream(page):
            values = [float(value) for value in step.operands if isinstance(value, (int, float, Decimal))]
            match str(step.operator):
                case "q":
                    saved.append(state)
                case "Q":
                    state = saved.pop()
                case "cm":
                    state = (Matrix(*values) @ state[0], state[1])
                case "k":
                    state = (state[0], tuple(values))
                case "Tf":
                    size = values[-1]
                case "BT":
                    line = Matrix()
                case "Tm":
                    line = Matrix(*values)
                case "Tj" | "TJ":
                    yield round(size * abs((line @ state[0]).d), 1), state[1]


def test_small_text_is_solid_black(press: Press) -> None:
    counts = Counter(texts(press.pdf))
    assert min(size for size, _inks in counts) >= 9
    assert {inks for size, inks in counts if size < 12} <= {BLACK, TABLE["#55626b"]}
    assert {size for size, inks in counts if inks == TABLE["#55626b"]} == {9}
    colored = sum(number for (_size, inks), number in counts.items() if any(inks[:3]))
    assert 0 < colored < 0.2 * counts.total()


def test_every_color_of_the_style_sheets_has_its_inks() -> None:
    sources = [ROOT / "templates" / "styles" / f"{name}.css" for name in ("base", "print", "press")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    named = set(re.findall(r"var\(--([\w-]+)", text))
    named |= {f"part-{number}{kind}" for number in range(1, PART_COLORS + 1) for kind in ("", "-tint")}
    named -= {"figure", "mark", "paper-height", "part", "part-tint"}
    colors = {COLORS[ACCENTS[name].color if name in ACCENTS else name].hex for name in named}
    drawn = set(re.findall(r"#[0-9a-f]{6}\b", " ".join(STYLES.values()))) | {PAPER, GRAY}
    assert colors | drawn == set(TABLE)


@pytest.mark.parametrize("color", TABLE)
def test_inks_match_the_screen_color(color: str, profile: Profile) -> None:
    lab = ImageCms.createProfile("LAB")
    press = ImageCms.ImageCmsProfile(io.BytesIO(profile.data))
    from_rgb = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB", 1)
    from_inks = ImageCms.buildTransform(press, lab, "CMYK", "LAB", 1)
    inks = bytes(round(ink * 255) for ink in TABLE[color])
    screen = ImageCms.applyTransform(Image.frombytes("RGB", (1, 1), bytes.fromhex(color[1:])), from_rgb).tobytes()
    paper = ImageCms.applyTransform(Image.frombytes("CMYK", (1, 1), inks), from_inks).tobytes()
    if any(inks[:3]) or not any(inks):
        assert dist((screen[0] / 2.55, *screen[1:]), (paper[0] / 2.55, *paper[1:])) < 4
    else:
        assert paper[0] <= screen[0] + 8, "no lighter than on a screen"
    assert sum(inks) < 255 * 2.5


def test_other_colors_are_converted_by_the_profile(profile: Profile) -> None:
    converter = make_converter(profile)
    assert to_inks((0.5, 0.5, 0.5), converter)[:3] == (0, 0, 0)
    assert to_inks((0, 0, 0), converter) == BLACK
    assert to_inks((1, 1, 1), converter) == (0, 0, 0, 0)
    cyan, magenta, yellow, black = to_inks((1, 0, 0), converter)
    assert cyan < 0.1 < 0.8 < min(magenta, yellow)
    assert black < 0.1
    for color in ((0.2, 0.05, 0.02), (0.02, 0, 0.1), (0, 0.08, 0.04)):
        inks = to_inks(color, converter)
        assert sum(inks) <= 3.005
        assert sum(inks[:3]) <= 2.005, "black is added to these"


@pytest.mark.parametrize("inks", [(255, 255, 255, 255), (255, 250, 240, 200), (255, 1, 255, 255), (9, 200, 3, 0)])
def test_ink_of_a_pixel_is_limited(inks: tuple[int, ...]) -> None:
    *colors, black = limit_ink(Image.new("CMYK", (1, 1), inks)).getpixel((0, 0))
    assert black == inks[3]
    assert (*colors, black) == inks if sum(inks[:3]) <= 510 else 510 - 3 < sum(colors) <= 510


# --- Pages -----------------------------------------------------------------------------------


def test_page_boxes(press: Press) -> None:
    paper = PAPERS[press.paper]
    for page in press.pdf.pages:
        trim, bleed, media = (
            [float(edge) / MM_TO_PT for edge in page.obj[f"/{name}Box"]] for name in ("Trim", "Bleed", "Media")
        )
        assert trim == pytest.approx([0, 0, paper.width, paper.height], abs=0.01)
        assert bleed == pytest.approx([-3, -3, paper.width + 3, paper.height + 3], abs=0.01)
        assert media == bleed
        assert not {"/ArtBox", "/Annots", "/AA"} & set(page.obj.keys())


def test_blank_pages_come_before_the_back_cover(press: Press) -> None:
    pages = open_pdf(press.path).texts
    back = next(index for index, text in enumerate(reversed(pages)) if text)
    assert len(pages) % 4 == 0
    assert back == 0
    title = plain(model(FOLDERS[press.book], press.lang).title)
    assert title in pages[-1]
    assert not re.search(r"\d$", pages[-1]), "a page number would not count the blank pages"
    blank = [index for index, text in enumerate(pages) if not text]
    assert blank == list(range(len(pages) - 1 - len(blank), len(pages) - 1))
    assert len(blank) < 4


def test_no_interactive_features(press: Press) -> None:
    assert not {"/Outlines", "/Names", "/AcroForm", "/OpenAction", "/AA"} & set(press.pdf.Root.keys())


# --- Metadata --------------------------------------------------------------------------------


def test_metadata_of_pdfx4(press: Press) -> None:
    book = model(FOLDERS[press.book], press.lang)
    metadata = press.pdf.Root.Metadata.read_raw_bytes().decode()
    assert "<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion>" in metadata
    for name in ("xmp:CreateDate", "xmp:ModifyDate", "xmp:MetadataDate"):
        assert f"<{name}>{book.revised}</{name}>" in metadata
    assert f"{plain(book.title)}: {plain(book.subtitle)}".replace("&", "&amp;") in metadata
    assert re.search(r"xmp\.did:[0-9a-f]{8}-[0-9a-f]{4}-5", metadata)
    assert press.pdf.docinfo["/Trapped"] == Name("/False")
    assert press.pdf.pdf_version == "1.6"
    assert len(press.pdf.trailer.ID) == 2


def test_output_intent_has_the_default_profile(press: Press, profile: Profile) -> None:
    (intent,) = press.pdf.Root.OutputIntents
    assert intent.S == Name.GTS_PDFX
    assert str(intent.OutputConditionIdentifier) == "FOGRA39"
    assert "FOGRA39" in str(intent.Info)
    assert intent.DestOutputProfile.N == 4
    assert intent.DestOutputProfile.read_bytes() == profile.data


def test_fonts_are_embedded(press: Press) -> None:
    fonts = [
        item for item in press.pdf.objects if isinstance(item, Dictionary) and item.get("/Type") == "/FontDescriptor"
    ]
    assert len(fonts) >= 3
    assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)


@pytest.mark.slow
def test_press_edition_is_reproducible(tmp_path: Path) -> None:
    sums = []
    for seed, zone in (("1", "Asia/Tokyo"), ("2", "America/Lima")):
        root = copy_project(tmp_path / seed)
        args = (
            "--book",
            root / "tests" / "books" / "garden",
            "--edition",
            "press",
            "--lang",
            "en",
            "--out",
            root / "out",
        )
        done = publish_process("build", *args, root=root, PYTHONHASHSEED=seed, TZ=zone)
        assert done.returncode == 0, done.stderr
        (path,) = (root / "out").rglob("*.pdf")
        sums.append(sha256(path.read_bytes()).hexdigest())
    assert sums[0] == sums[1]


# --- Other profiles --------------------------------------------------------------------------


def test_profile_of_a_print_shop(tmp_path: Path, profile: Profile) -> None:
    theirs = tmp_path / "shop.icc"
    theirs.write_bytes(profile.data[:24] + b"\x07\xea" + profile.data[26:])  # of another year
    args = ("--book", GARDEN, "--lang", "en", "--edition", "press", "--out", tmp_path)
    done = publish("build", *args, "--profile", theirs)
    assert done.returncode == 0, done.stderr
    with pikepdf.open(tmp_path / "generic" / "en" / "garden-press-en.pdf") as pdf:
        (intent,) = pdf.Root.OutputIntents
        assert str(intent.OutputConditionIdentifier) == "Custom"
        assert "/RegistryName" not in intent
        assert str(intent.Info) == "ISO Coated v2 300% (basICColor)"
        assert intent.DestOutputProfile.read_bytes() == theirs.read_bytes()


@pytest.mark.parametrize(("data", "words"), [(b"not a profile", "CMYK"), (None, "cannot be read")])
def test_file_that_is_not_a_profile(data: bytes | None, words: str, tmp_path: Path) -> None:
    path = tmp_path / "shop.icc"
    if data is not None:
        path.write_bytes(data)
    done = publish(
        "build", "--book", GARDEN, "--lang", "en", "--edition", "press", "--out", tmp_path, "--profile", path
    )
    assert done.returncode == 1
    assert f"{path}: " in done.stderr
    assert words in done.stderr
    assert not list(tmp_path.rglob("*.pdf"))


def test_damaged_profile(tmp_path: Path, profile: Profile) -> None:
    path = tmp_path / "shop.icc"
    path.write_bytes(profile.data[:400])
    with pytest.raises(PublishError, match="damaged"):
        read_profile(path)


def test_profile_option_requires_the_press_edition(tmp_path: Path) -> None:
    done = publish(
        "build", "--book", GARDEN, "--edition", "booklet", "--out", tmp_path, "--profile", tmp_path / "x.icc"
    )
    assert done.returncode != 0
    assert "--edition press" in done.stderr


@pytest.mark.parametrize("exists", [False, True])
def test_default_profile_must_be_unchanged(exists: bool, tmp_path: Path, profile: Profile) -> None:
    path = tmp_path / "default.icc"
    if exists:
        path.write_bytes(profile.data + b"\0")
    with pytest.raises(PublishError, match=r"missing or has been changed: .*--profile"):
        read_profile(None, path)


# --- Content that our books do not have, and preflight ---------------------------------------


def make_document(content: bytes, **resources: object) -> pikepdf.Pdf:
    """Return a document of four A5 pages with bleed, as WeasyPrint writes them."""
    pdf = pikepdf.new()
    for _number in range(4):
        page = pdf.add_blank_page().obj
        page.TrimBox = [0, 0, A5.width * MM_TO_PT, A5.height * MM_TO_PT]
        page.MediaBox = page.BleedBox = [
            -3 * MM_TO_PT,
            -3 * MM_TO_PT,
            (A5.width + 3) * MM_TO_PT,
            (A5.height + 3) * MM_TO_PT,
        ]
        page.Contents, page.Resources = pdf.make_stream(content), Dictionary(**resources)
    xmp = b"<pdfxid:GTS_PDFXVersion>PDF/X-4</pdfxid:GTS_PDFXVersion> xmp.did:0123-45"
    pdf.Root.Metadata = pdf.make_stream(xmp, Type=Name.Metadata, Subtype=Name.XML)
    pdf.docinfo["/Trapped"] = Name("/False")
    return pdf


def saved(pdf: pikepdf.Pdf) -> bytes:
    data = io.BytesIO()
    pdf.save(data, deterministic_id=True, fix_metadata_version=False)
    return data.getvalue()


def codes(data: bytes, profile: Profile) -> set[str]:
    return {problem.code for problem in check_press(data, "x.pdf", A5, profile)}


def image(pdf: pikepdf.Pdf, picture: Image.Image, space: Name, **entries: object) -> pikepdf.Stream:
    dictionary = Dictionary(
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=picture.width,
        Height=picture.height,
        BitsPerComponent=8,
        ColorSpace=space,
    )
    stream = pdf.make_stream(picture.tobytes(), dictionary)
    for key, value in entries.items():
        stream[f"/{key}"] = value
    return stream


def test_every_color_operator_is_converted(profile: Profile) -> None:
    pdf = make_document(b"")
    mask = image(pdf, Image.new("L", (2, 2), 128), Name.DeviceGray)
    photo = Image.effect_mandelbrot((40, 40), (-2, -1, 1, 1), 50).convert("RGB")
    photo.putpixel((0, 0), (3, 1, 0))
    icc = pdf.make_stream(b"", N=3)
    form = pdf.make_stream(b"0 g 0 0 1 1 re f /New cs 0 1 0 scn 0 0 1 1 re f")
    form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, [0, 0, 9, 9]
    form.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)
    form.Resources = Dictionary(ColorSpace=Dictionary(New=[Name.ICCBased, icc]))
    resources = Dictionary(
        ColorSpace=Dictionary(New=[Name.ICCBased, icc], Old=[Name.CalGray, Dictionary(WhitePoint=[1, 1, 1])]),
        XObject=Dictionary(
            A=image(pdf, photo, Name.DeviceRGB, SMask=mask), B=image(pdf, photo.convert("L"), Name.DeviceGray), F=form
        ),
    )
    page = pdf.pages[0].obj
    page.Resources = resources
    page.Contents = pdf.make_stream(
        b"1 0 0 rg 0 0 1 RG 0.5 g /New cs q /Old cs 0.2 sc Q 0.1 0.2 0.9 scn 0 0 9 9 re b* /A Do /B Do /F Do"
    )
    pdf.pages[1].obj.Resources, pdf.pages[1].obj.Contents = page.Resources, page.Contents
    data = saved(pdf)
    assert codes(data, profile) >= {"press-rgb", "press-intent"}
    made = make_press(data, profile, URN, DAY)
    assert codes(made, profile) == set()
    with pikepdf.open(io.BytesIO(made)) as after:
        used = [
            (str(s.operator), list(map(float, s.operands)))
            for s in pikepdf.parse_content_stream(after.pages[0])
            if str(s.operator) in SETS_COLOR
        ]
        assert "".join(name for name, _inks in used) == "kKkKkkkkk"
        assert b"0 0 9 9 re\nf*\n0 0 9 9 re\ns\n" in after.pages[0].Contents.read_bytes()
        assert used[6][1][:3] == [0, 0, 0], "calibrated gray"
        assert used[8][1][0] > 0.7, "the color space from before Q: blue"
        assert after.pages[0].Contents.read_bytes() == after.pages[1].Contents.read_bytes()
        pictures = after.pages[0].Resources.XObject
        assert pictures.A.SMask.ColorSpace == Name.DeviceGray
        gray = Image.frombytes("CMYK", (40, 40), pictures.B.read_bytes())
        assert [band.getextrema()[1] for band in gray.split()][:3] == [0, 0, 0]
        assert most_ink(Image.frombytes("CMYK", (40, 40), pictures.A.read_bytes())) <= 3


def test_jpeg_image_is_converted(profile: Profile) -> None:
    packed = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 30, 30)).save(packed, "JPEG", quality=95)
    pdf = make_document(b"/A Do")
    stream = image(pdf, Image.new("RGB", (8, 8)), Name.DeviceRGB)
    stream.write(packed.getvalue(), filter=Name.DCTDecode)
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(A=stream))
    made = make_press(saved(pdf), profile, URN, DAY)
    assert codes(made, profile) == set()
    with pikepdf.open(io.BytesIO(made)) as after:
        cyan, magenta, yellow, _black = after.pages[0].Resources.XObject.A.read_bytes()[:4]
    assert cyan < 80 < 200 < min(magenta, yellow)


def test_gray_image_uses_only_black(profile: Profile) -> None:
    inks = image_to_inks(Image.linear_gradient("L"), make_converter(profile))
    assert [band.getextrema() for band in inks.split()] == [(0, 0), (0, 0), (0, 0), (0, 255)]


def paint(content: bytes) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[1].contents_add(content)

    return change


def remove_trim_box(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[2].obj["/TrimBox"]


def shrink_bleed_box(pdf: pikepdf.Pdf) -> None:
    pdf.pages[2].obj.BleedBox = pdf.pages[2].obj.TrimBox


def add_link(pdf: pikepdf.Pdf) -> None:
    pdf.pages[2].obj.Annots = [pdf.make_indirect(Dictionary(Subtype=Name.Link, Rect=[0, 0, 9, 9]))]


def remove_page(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[3]


def remove_output_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root["/OutputIntents"]


def replace_profile(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OutputIntents[0].DestOutputProfile.write(b"another")


def remove_pdfx_version(pdf: pikepdf.Pdf) -> None:
    pdf.Root.Metadata.write(b"<x/>")


def remove_trapped(pdf: pikepdf.Pdf) -> None:
    del pdf.docinfo["/Trapped"]


def add_image(space: Name, mode: str, value: object) -> Callable[[pikepdf.Pdf], None]:
    def change(pdf: pikepdf.Pdf) -> None:
        picture = image(pdf, Image.new(mode, (1, 1), value), space)
        pdf.pages[1].obj.Resources.XObject = Dictionary(A=picture)

    return change


def add_gradient(pdf: pikepdf.Pdf) -> None:
    shading = Dictionary(ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 1, 1])
    pdf.pages[1].obj.Resources.Shading = Dictionary(A=pdf.make_indirect(shading))


def add_rgb_group(pdf: pikepdf.Pdf) -> None:
    pdf.pages[1].obj.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceRGB)


FAULTS = [
    *(
        (paint(content), "press-rgb")
        for content in (b"1 0 0 rg", b"0 0 1 RG", b"0.5 g", b"1 G", b"/DeviceRGB cs 1 0 0 sc")
    ),
    *(
        (paint(content), "press-rgb")
        for content in (b"/lab-d50 cs 50 1 1 scn", b"BI /W 1 /H 1 /CS /RGB /BPC 8 ID abc EI")
    ),
    (paint(b"1 1 0.9 0.5 k"), "press-ink"),
    (paint(b"/DeviceCMYK CS 1 1 1 1 SCN"), "press-ink"),
    (add_image(Name.DeviceRGB, "RGB", (1, 2, 3)), "press-rgb"),
    (add_image(Name.DeviceGray, "L", 3), "press-rgb"),
    (add_image(Name.DeviceCMYK, "CMYK", (255, 255, 255, 9)), "press-ink"),
    (add_gradient, "press-rgb"),
    (add_rgb_group, "press-rgb"),
    *((change, "press-boxes") for change in (remove_trim_box, shrink_bleed_box, add_link, remove_page)),
    *(
        (change, "press-intent")
        for change in (remove_output_intent, replace_profile, remove_pdfx_version, remove_trapped)
    ),
]


@pytest.mark.parametrize(("change", "code"), FAULTS)
def test_preflight_finds_fault(
    change: Callable[[pikepdf.Pdf], None], code: str, garden: Press, profile: Profile
) -> None:
    data = garden.path.read_bytes()
    assert codes(data, profile) == set()
    with pikepdf.open(io.BytesIO(data)) as pdf:
        change(pdf)
        data = saved(pdf)
    assert codes(data, profile) == {code}


# --- Poppler ---------------------------------------------------------------------------------


def separations(path: Path, to: Path, first: int, last: int) -> list[Image.Image]:
    """Return the pages as CMYK images that Poppler renders at 50 dpi."""
    needs(shutil.which("pdftoppm"), "Poppler's tools")
    command = ["pdftoppm", "-jpegcmyk", "-overprint", "-r", "50", "-f", str(first), "-l", str(last)]
    done = subprocess.run(
        [*command, str(path), str(to / f"from-{first}")], capture_output=True, text=True, timeout=LONG
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [Image.open(io.BytesIO(page.read_bytes())) for page in sorted(to.glob(f"from-{first}-*.jpg"))]


def test_poppler_separations(press: Press, tmp_path: Path) -> None:
    count = len(press.pdf.pages)
    paper = PAPERS[press.paper]
    [cover] = separations(press.path, tmp_path, 1, 1)
    assert cover.mode == "CMYK"
    assert cover.size == pytest.approx(((paper.width + 6) / 25.4 * 50, (paper.height + 6) / 25.4 * 50), abs=1)
    peach = [round(ink * 255) for ink in TABLE["#e9b9a0"]]
    alike = [number for number, inks in cover.getcolors(cover.width * cover.height) if dist(inks, peach) < 12]
    assert sum(alike) > 0.005 * cover.width * cover.height
    # Blank pages may be between the imprint and the back cover.
    last = max(number for number in range(1, count) if press.pdf.pages[number - 1].Contents.read_bytes().count(b" Tf"))
    imprint, *_blank, back = separations(press.path, tmp_path, last, count)
    width, height = imprint.size
    body = imprint.crop((0, height // 5, width, height * 7 // 8))  # without its title and its folio
    assert max(band.getextrema()[1] for band in body.split()[:3]) < 8
    assert body.getchannel("K").getextrema()[1] > 150
    assert back.getchannel("M").getextrema()[1] > 60
