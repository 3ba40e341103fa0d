"""Colors are defined in one table, accents are typeset as unique spot keys, and lengths match the style sheets."""

from __future__ import annotations

import io
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from support_hospital import shed

from carepress.hospital.adapt import apply_hospital, values
from carepress.hospital.logo import MAX_HEIGHT, MAX_WIDTH
from carepress.hospital.schema import ColorsEntry
from carepress.model import EDITIONS, Edition, Hospital, Paper, RenderedBook
from carepress.model.colors import ACCENTS, COLORS, PART_COLORS, THEMES, spot_key
from carepress.pages.bilingual import GUTTER, MARGIN, render_bilingual
from carepress.pages.environment import RenderContext
from carepress.pages.render import MARK_WIDTH, SIDE_MARGINS, render_book, render_sheets
from carepress.pdf.accents import accent_colors, key_colors, operands, paint
from carepress.pdf.bind import bind
from carepress.pdf.typeset import typeset
from carepress.pdf.write import LayoutError, lay_out, write_pdf
from carepress.text.contrast import MIN_CONTRAST, WHITE, contrast, parse_hex
from carepress.text.palette import accent_defaults, print_colors, theme_colors
from carepress.translation.load import translate
from carepress.workspace.cache import Cache
from carepress.workspace.project import Project
from support import GARDEN, ROOT, model

HEX = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
TEMPLATES = ROOT / "templates"
STYLES = sorted(TEMPLATES.rglob("*.css"))
MODULES = sorted(path for path in (ROOT / "carepress").rglob("*.py") if path.name != "colors.py")
FINAL = print_colors() + accent_defaults()
LAID_OUT = [edition for edition in EDITIONS.values() if edition.medium == "pdf" and not edition.pages_of]
SHARING = [edition for edition in EDITIONS.values() if edition.medium == "pdf" and edition.pages_of]


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# --- one table ---


def literals(path: Path) -> list[str]:
    """Return the literal colors in a file, ignoring ids and references that look like colors."""
    return HEX.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*STYLES, *MODULES], ids=relative)
def test_colors_are_defined_in_one_table(path: Path) -> None:
    assert literals(path) == []


@pytest.mark.parametrize("path", STYLES, ids=relative)
def test_style_sheets_use_no_other_color_notation(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert re.findall(r"(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch|color|device-cmyk)\(", text) == []


@pytest.mark.parametrize(
    "path", sorted(p for p in TEMPLATES.rglob("*") if p.suffix in {".svg", ".toml", ".j2"}), ids=relative
)
def test_other_templates_match_the_color_table(path: Path) -> None:
    full = {color if len(color) > 4 else "#" + "".join(2 * digit for digit in color[1:]) for color in literals(path)}
    assert full <= {color.hex for color in COLORS.values()}


def test_new_profile_has_default_accents() -> None:
    text = (TEMPLATES / "hospital" / "hospital.toml").read_text(encoding="utf-8")
    written = tomllib.loads(re.search(r"^\[colors\]\n(?:\w.*\n)+", text, re.MULTILINE)[0])["colors"]
    default = {name: COLORS[ACCENTS[name].color].hex for name in ("main", "second")}
    assert written == ColorsEntry().model_dump() == default


def used(path: Path) -> set[str]:
    return set(re.findall(r"var\(--([\w-]+)", path.read_text(encoding="utf-8")))


LENGTHS = {"figure", "mark", "paper-height", "row"}  # custom properties that are not colors
OF_PART = {"part", "part-tint"}  # colors of the part that an element is in


def test_page_style_sheets_use_known_colors() -> None:
    names = set().union(*(used(path) for path in (TEMPLATES / "styles").glob("*.css")))
    assert names - LENGTHS - OF_PART <= COLORS.keys() | ACCENTS.keys()
    assert ACCENTS.keys() <= names, "every accent is used"


@pytest.mark.parametrize("name", THEMES)
def test_themes_define_every_color_in_use(name: str) -> None:
    [path] = (TEMPLATES / name).glob("*.css")
    theme = THEMES[name]
    assert used(path) == set(theme.light)
    assert set(theme.dark) <= set(theme.light)
    for properties, part in zip((theme.light, theme.dark), theme_colors(name).split("@media (prefers", 1)):
        assert dict(re.findall(r"--([\w-]+):([^;}]+)", part)) == properties


def test_color_table_is_well_formed() -> None:
    assert all(re.fullmatch(r"#[0-9a-f]{6}", color.hex) and color.use for color in COLORS.values())
    assert len({color.hex for color in COLORS.values()}) == len(COLORS)
    assert not COLORS.keys() & ACCENTS.keys()
    assert all(accent.color in COLORS for accent in ACCENTS.values())
    assert all(accent.like in ACCENTS for accent in ACCENTS.values() if accent.like)


@pytest.mark.parametrize("number", range(1, PART_COLORS + 1))
def test_part_colors_have_contrast(number: int) -> None:
    color, tint = (parse_hex(COLORS[f"part-{number}{kind}"].hex) for kind in ("", "-tint"))
    assert contrast(WHITE, color) >= 6, "white text on a band; office printers print dark colors lighter"
    assert contrast(tint, color) >= MIN_CONTRAST, "a title on its panel"
    assert contrast(tint, parse_hex(COLORS["ink"].hex)) >= 7


def test_text_on_cream_has_contrast() -> None:
    cream = parse_hex(COLORS["cream"].hex)
    assert all(contrast(cream, parse_hex(COLORS[name].hex)) >= MIN_CONTRAST for name in ("ink", "soft", "teal", "rust"))


def test_every_part_color_has_a_class_and_a_page() -> None:
    for number in range(1, PART_COLORS + 1):
        assert f".color-{number}{{--part:var(--part-{number});--part-tint:var(--part-{number}-tint);" in FINAL
        assert f"@page part-{number}{{--part:var(--part-{number})}}" in FINAL


# --- spot keys ---


def test_spot_keys_are_unique_and_not_colors() -> None:
    keys = {name: operands(spot_key(name)) for name in ACCENTS}
    assert len(set(keys.values())) == len(ACCENTS)
    reds = {operands([red]) for red in range(256)}
    assert not {key.split()[0] for key in keys.values()} & reds, "no 8-bit color equals a spot key"
    for name in ACCENTS:
        color = bytes.fromhex(COLORS[ACCENTS[name].color].hex[1:])
        assert max(abs(one - other) for one, other in zip(spot_key(name), color)) < 1, (
            "the spot key looks like the default color"
        )


def test_accents_have_defaults() -> None:
    assert accent_colors(FINAL) == {name: COLORS[accent.color].hex for name, accent in ACCENTS.items()}


def test_last_definition_of_accent_wins() -> None:
    css = FINAL + ":root { --main: #123456 } :root{--second-small:var(--ink)}"
    changed = {"main": "#123456", "main-small": "#123456", "second-small": COLORS["ink"].hex}
    assert accent_colors(css) == accent_colors(FINAL) | changed


@pytest.mark.parametrize("value", ["red", "#123", "var(--other)", "var(--main-small)", "rgb(1 2 3)"])
def test_accent_without_color_is_an_error(value: str) -> None:
    with pytest.raises(LayoutError, match="give no color as #rrggbb for --"):
        accent_colors(FINAL + f":root{{--main:{value}}}")


def test_only_spot_keys_are_recolored() -> None:
    colors = key_colors(FINAL + ":root{--main:#ff0000}")
    key, default = operands(spot_key("main")), operands(bytes.fromhex(COLORS["teal"].hex[1:]))
    content = b"%b rg\n%b RG\n%b rg\n%b m\n" % (key, key, default, key)
    assert paint(content, colors) == b"1 0 0 rg\n1 0 0 RG\n%b rg\n%b m\n" % (default, key)
    assert paint(content, {}) == content


# --- a hospital's accents in every edition ---


def spanish(hospital: Hospital | None) -> RenderContext:
    """Return the context that renders the garden book in Spanish."""
    book, interface = translate(Project(ROOT), model(GARDEN, "en"), "es")
    context = RenderContext(book, TEMPLATES, interface)
    if not hospital:
        return context
    return replace(context, book=apply_hospital(book, hospital), hospital=hospital, values=values(hospital, "es"))


def rendered(context: RenderContext, edition: Edition, paper: Paper) -> RenderedBook:
    """Return the rendered garden book, with English beside it in a paired edition."""
    if edition.paired:
        return render_bilingual(context, edition, paper)
    return render_book(context, edition, paper)


def streams(pdf: bytes) -> Iterator[bytes]:
    """Yield every content stream: of pages, forms, patterns and fields."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for item in file.objects:
            if isinstance(item, pikepdf.Stream) and "/FontFile2" not in item and item.get("/Subtype") != "/Image":
                yield item.read_bytes()


def painted(pdf: bytes) -> set[bytes]:
    """Return the operands of all RGB colors that a file uses."""
    return {
        triple for data in streams(pdf) for triple in re.findall(rb"^([\d.]+ [\d.]+ [\d.]+) (?:rg|RG)$", data, re.M)
    }


def color_operands(color: str) -> bytes:
    return operands(bytes.fromhex(color[1:]))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("cache"))


@pytest.mark.parametrize(
    "edition",
    [
        pytest.param(edition, id=edition.name, marks=[] if edition.name == "sheets" else pytest.mark.slow)
        for edition in LAID_OUT
    ],
)
def test_hospital_accents_are_painted(edition: Edition, cache: Cache, tmp_path: Path) -> None:
    hospital = shed(tmp_path)
    keys = {operands(spot_key(name)) for name in ACCENTS}
    defaults = {color_operands(COLORS[accent.color].hex) for accent in ACCENTS.values()}
    revised = model(GARDEN, "en").revised
    for owner in (None, hospital):
        context, paper = spanish(owner), edition.papers[0]
        if edition.fillable:  # laid out with final colors, like the follow-up plan
            used_colors = painted(write_pdf(lay_out(render_sheets(context, edition, paper)), revised))
        else:
            book = rendered(context, edition, paper)
            sections = typeset(book, lambda _pages, _first: [], cache, edition.name)
            used_colors = painted(bind(book, sections, revised))
        assert not used_colors & keys
        own = {color_operands(color) for color in hospital.colors}
        assert used_colors & (defaults | own)
        assert not used_colors & (own if owner is None else defaults)
        expected = own if not edition.fillable else {color_operands(hospital.colors[0])}  # no sheet has a call
        assert expected <= used_colors or owner is None


@pytest.mark.parametrize("edition", SHARING, ids=lambda edition: edition.name)
def test_editions_sharing_pages_differ_only_in_binding(edition: Edition) -> None:
    paper, other = EDITIONS["booklet"].papers[0], EDITIONS[edition.pages_of]
    one, two = (rendered(spanish(None), item, paper) for item in (edition, other))
    assert replace(one, binding_css="") == replace(two, binding_css="")


# --- lengths defined both in Python and in style sheets ---


def rules(name: str) -> dict[str, str]:
    """Return the declarations of a style sheet by selector; for @page, those before its margin boxes."""
    text = re.sub(r"/\*.*?\*/", "", (TEMPLATES / "styles" / f"{name}.css").read_text(encoding="utf-8"), flags=re.DOTALL)
    return {selector.strip(): body for selector, body in re.findall(r"^([^{}\n]+)\{([^{}@]*)", text, re.MULTILINE)}


def millimeters(declarations: str, name: str) -> list[float]:
    """Return the lengths of a property in mm."""
    value = re.search(rf"(?:^|[;\s]){name}:\s*([^;}}]+)", declarations)
    assert value, f"{name} in {declarations}"
    return [float(part.removesuffix("mm")) for part in value[1].split()]


def margins(name: str) -> list[float]:
    """Return the sum of left and right margin of each kind of text page, in mm."""
    sides = []
    for selector, body in rules(name).items():
        if selector in ("@page", "@page :left", "@page :right", "@page back") and "margin:" in body:
            edges = millimeters(body, "margin")
            sides.append(edges[1] + edges[3] if len(edges) == 4 else 2 * edges[1])
    return sides


@pytest.mark.parametrize("name", ["print", "large-print", "bilingual"])
def test_page_margins_match_drawing_widths(name: str) -> None:
    assert set(margins(name)) == {SIDE_MARGINS}


def test_sheet_margins_are_not_wider() -> None:
    assert max(margins("loose-sheets")) <= SIDE_MARGINS, "a drawing is at least as wide as assumed"
    assert millimeters(rules("loose-sheets")[".mark svg"], "min-width") == [MARK_WIDTH]


def test_bilingual_columns_match_drawing_widths() -> None:
    assert set(margins("bilingual")) == {2 * MARGIN}
    declarations = rules("bilingual")
    gutter = millimeters(declarations[".side:first-child"], "padding-right") + millimeters(
        declarations[".side + .side"], "padding-left"
    )
    assert sum(gutter) == GUTTER


def test_maximum_logo_size_matches_style_sheet() -> None:
    declarations = rules("print")
    assert millimeters(declarations[".logo"], "max-width") == [MAX_WIDTH]
    assert (
        millimeters(declarations[".logo"], "max-height")
        == millimeters(declarations["svg.logo"], "height")
        == [MAX_HEIGHT]
    )
