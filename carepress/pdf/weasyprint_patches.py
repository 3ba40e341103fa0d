"""Every patch and every use of a private part of WeasyPrint.

Written for WeasyPrint 70.0, which pyproject.toml pins. `tests/test_weasyprint_patches.py` checks that each target
still exists with the same signature, and that no other module uses a private part. Of pydyf only the public
interface is used.
"""

from __future__ import annotations

import io
import re
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache, wraps
from itertools import chain, groupby
from multiprocessing.util import Finalize
from typing import Any
from xml.etree import ElementTree

import pydyf
from cssselect2 import ElementWrapper
from fontTools.ttLib import TTFont
from weasyprint import CSS, HTML, Document, pdf, svg
from weasyprint.css.counters import CounterStyle as CounterStyle
from weasyprint.document import Page
from weasyprint.draw import text as draw_text
from weasyprint.html import UA
from weasyprint.layout import inline
from weasyprint.layout.background import layout_box_backgrounds
from weasyprint.pdf.stream import Stream
from weasyprint.text.ffi import TO_UNITS, ffi, pango
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import Layout, can_break_text, line_size
from weasyprint.urls import URLFetcher

from carepress.pdf.actual_text import Glyph, GlyphCounter, Span, find_spans, is_plain, pdf_string, visible
from carepress.pdf.text_maps import with_exchanged
from carepress.pdf.word_order import Place, Reading, SortedText, find_places
from carepress.text.cluster_faces import ClusterGlyphs, cluster_glyphs, spell_cluster
from carepress.text.line_breaks import SAMPLES, without_breaks
from carepress.text.rtl_faces import ExtraGlyphs, Placed, extra_glyphs, last_direction, spell, without_gaps

WRITTEN_FOR = "70.0"

NOTE_RULES = re.compile(r"^::(?:foot)?note-.*", re.M)
EMPTY_ELEMENT = re.compile(r"<((?:br|col|hr|img|input|link|meta|wbr)\b[^>]*?)/?>")

# `weasyprint.pdf.fonts.Font` by resource name. We use its hash, file_content, to_unicode and widths.
Fonts = dict[str, Any]
# The parameters of `weasyprint.pdf.add_tags`: file, document, PDF version, streams of the pages.
AddTags = Callable[[Any, Document, Any, list[Any]], None]
# The result of `weasyprint.layout.inline.split_first_line`: layout, length, resume index, width, height, baseline.
FirstLine = tuple[Any, Any, Any, Any, Any, Any]


@contextmanager
def _replaced(owner: Any, name: str, replacement: Any) -> Iterator[None]:
    """Replace an attribute of a module or class inside the block. Not thread-safe: each process has one thread."""
    original = getattr(owner, name)
    setattr(owner, name, replacement)
    try:
        yield
    finally:
        setattr(owner, name, original)


# --- Layout ----------------------------------------------------------------------------------


def patch_line_splitting() -> None:
    """Patch `layout.inline.split_first_line` for this process; a second call changes nothing.

    WeasyPrint 70.0 breaks a line too early: if a run of text ends in a space, fits on the line but for that space,
    and is followed by a link, Pango lets the space hang, but WeasyPrint counts it, finds the line too long and
    breaks after the first word. The patch measures the text without its last space. No line may end at a no-break
    space: there the patch breaks before the last word.
    """
    original = inline.split_first_line
    if hasattr(original, "__wrapped__"):
        return

    @wraps(original)
    def split_first_line(text: str, style: Any, context: Any, max_width: Any, *args: Any, **kwargs: Any) -> FirstLine:
        result: FirstLine = original(text, style, context, max_width, *args, **kwargs)
        resume_index = result[2]
        bare = text.rstrip(" \u00a0")
        is_single = bare == text or " " not in bare
        if resume_index is None or max_width is None or is_single or style["white_space"] != "normal":
            return result
        whole: FirstLine = original(bare, style, context, max_width, *args, **kwargs)
        if whole[2] is not None:
            return result
        if text.endswith("\u00a0"):
            before: FirstLine = original(text, style, context, whole[3] - 1, *args, **kwargs)
            return before
        # Everything fits: end the line here, and start the next one after the space.
        return (*whole[:2], len(text.encode()), *whole[3:])

    inline.split_first_line = split_first_line


class LeanHTML(HTML):  # type: ignore[misc]
    """WeasyPrint's HTML, parsed faster, and without the user agent's rules for ::footnote-call and ::note-….

    None of our pages has such notes, and WeasyPrint 70.0 keeps five styles for them for every element: nearly a
    fifth of the memory of a book. Overrides `_ua_stylesheets`; `weasyprint.html.UA` is the text of the style sheet.
    """

    def __init__(self, html: str, url_fetcher: URLFetcher) -> None:
        """Parse a document.

        Expat is forty times as fast as the HTML parser in Python that WeasyPrint uses, which takes a twentieth of the
        time of a book. It reads our templates, but for empty elements without a slash, which `EMPTY_ELEMENT` finds
        because their attributes have no “>” and our comments and styles no tags. HTML that is not well-formed is left to
        WeasyPrint.
        """
        try:
            builder = ElementTree.TreeBuilder(insert_comments=True)
            parser = ElementTree.XMLParser(target=builder)
            tree = ElementTree.fromstring(EMPTY_ELEMENT.sub(r"<\1/>", html), parser)
        except ElementTree.ParseError:
            super().__init__(string=html, url_fetcher=url_fetcher)
            return
        self.base_url = None
        self.url_fetcher = url_fetcher
        self.media_type = "print"
        self.wrapper_element = ElementWrapper.from_html_root(tree, content_language=None)
        self.etree_element = self.wrapper_element.etree_element

    def _ua_stylesheets(self, forms: bool = False) -> list[Any]:
        return [_noteless_styles(), *super()._ua_stylesheets(forms)[1:]]


@cache
def _noteless_styles() -> CSS:
    # WeasyPrint has already registered the counter styles of its style sheet: discard these.
    return CSS(string=NOTE_RULES.sub("", UA), counter_style=CounterStyle())


def make_font_config() -> FontConfiguration:
    """Return a font configuration whose temporary folder is removed when the process ends, even in a pool.

    WeasyPrint 70.0 removes the folder in `FontConfiguration.__del__`, which at exit may fail with a TypeError because
    the interpreter has already cleared `rmtree`, and which never runs in a worker process of a pool.
    """
    fonts = FontConfiguration()
    Finalize(None, _remove_font_folder, [fonts], exitpriority=1)
    return fonts


def _remove_font_folder(fonts: FontConfiguration) -> None:
    """Remove the temporary folder, so that `__del__` does nothing."""
    if fonts._folder:
        shutil.rmtree(fonts._folder, ignore_errors=True)
        fonts._folder = None


def has_lost_folder(fonts: FontConfiguration) -> bool:
    """Tell whether the temporary folder is gone, removed by a cleaner of old temporary files."""
    return bool(fonts._folder and not fonts._folder.exists())


# --- Page boxes ------------------------------------------------------------------------------


def page_box(page: Page) -> Any:
    """Return the box of a page. WeasyPrint 70.0 has no public access to layout boxes."""
    return page._page_box


def page_boxes(pages: Iterable[Page]) -> list[Any]:
    """Return the boxes of pages, in order."""
    return [page_box(page) for page in pages]


def place_backgrounds(page: Any, box: Any) -> None:
    """Move the backgrounds of a box and those inside it to where the boxes are now. They have no pictures."""
    layout_box_backgrounds(page, box, None)


@cache
def unbroken_languages() -> tuple[str, ...]:
    """Return the languages without spaces whose lines Pango does not break: all but Thai, if it was built with libthai."""
    return tuple(lang for lang, words in SAMPLES.items() if not can_break_text(words, lang))


def clean_bookmarks(page: Page) -> None:
    """Remove the marks between words from the bookmarks of a page."""
    page.bookmarks = [(level, without_breaks(label), *place) for level, label, *place in page.bookmarks]


def without_placeholder(box: Any) -> Any:
    """Return the box that an AbsolutePlaceholder of WeasyPrint 70.0 represents, or the box itself."""
    return getattr(box, "_box", box)


def space_width(style: Any) -> float:
    """Return the width of a space in the font of a box's style, in CSS px."""
    layout = Layout(style)
    layout.set_text(" ")
    return float(line_size(layout.get_first_line()[0], style)[0])


# --- Drawings ------------------------------------------------------------------------------------

MOST_PATHS = 20_000


def patch_path_drawing() -> None:
    """Patch the drawing of SVG paths for this process; a second call changes nothing.

    WeasyPrint 70.0 parses the commands of a path whenever it draws it. The same drawings are in many files, and the
    pages of a handout are drawn again and again until they are full. The patch keeps the operators of each path.
    """
    original = svg.TAGS["path"]
    if hasattr(original, "__wrapped__"):
        return
    known: dict[tuple[object, ...], tuple[list[bytes], list[Any]]] = {}

    @wraps(original)
    def path(image: Any, node: Any, font_size: float) -> None:
        key = node.get("d"), font_size, image.inner_width, image.inner_height, image.inner_diagonal
        operators, vertices = image.stream.stream, node.vertices
        if found := known.get(key):
            operators += found[0]
            vertices += found[1]
            return
        starts = len(operators), len(vertices)
        original(image, node, font_size)
        if len(known) == MOST_PATHS:
            known.clear()
        known[key] = operators[starts[0] :], list(vertices)[starts[1] :]

    svg.TAGS["path"] = path


# --- Text --------------------------------------------------------------------------------------


def patch_text_drawing() -> None:
    """Patch `draw.text.draw_first_line` for this process; a second call changes nothing.

    WeasyPrint 70.0 gives each glyph the text of its first occurrence, which is wrong for many scripts: see
    carepress/pdf/actual_text.py.
    """
    original = draw_text.draw_first_line
    if hasattr(original, "__wrapped__"):
        return

    @wraps(original)
    def draw_first_line(stream: Any, textbox: Any, text_overflow: Any, block_ellipsis: Any, matrix: Any) -> Any:
        text, style = textbox.pango_layout.text, textbox.style
        is_cut = text_overflow != "clip" or block_ellipsis != "none"
        reading = getattr(textbox, "read_as", None)
        is_simple = not reading and is_plain(text, style["font_family"][0])
        if is_cut or is_simple or not textbox.text.strip() or style["font_size"] < 1e-6:
            return original(stream, textbox, text_overflow, block_ellipsis, matrix)
        runs = _runs(textbox)
        with ExitStack() as stack:
            for run in runs:
                stack.enter_context(_glyphs_that_spell(stream, run, text.encode(), reading))
            glyphs = [glyph for run in runs for glyph in _run_glyphs(stream, run)]
            spans, places = _spans_and_places(text, glyphs, reading)
            divided = SortedText(stream, glyphs, places) if places else stream
            marked = _MarkedText(divided, spans) if any(span.text for span in spans) else divided
            result = original(marked, textbox, text_overflow, block_ellipsis, matrix)
            if marked is not divided:
                marked.end()
            return result

    draw_text.draw_first_line = draw_first_line


def _spans_and_places(text: str, glyphs: list[Glyph], reading: Reading | None) -> tuple[list[Span], dict[int, Place]]:
    """Return the spans of a line, and where its strings begin."""
    if reading:
        spans = find_spans(text, glyphs, space_first=True)
        if places := find_places(text, glyphs, spans, reading):
            return spans, places
    return find_spans(text, glyphs), {}


def _runs(textbox: Any) -> list[Any]:
    """Return the runs of the first line of a text (PangoGlyphItem)."""
    pango.pango_layout_set_single_paragraph_mode(textbox.pango_layout.layout, True)
    line, _index = textbox.pango_layout.get_first_line()
    runs = []
    run = line.runs[0]
    while run != ffi.NULL:
        runs.append(run.data)
        run = run.next
    return runs


def _run_glyphs(stream: Any, run: Any) -> Iterator[Glyph]:
    """Yield the glyphs of a run that are drawn."""
    font, _size = stream.add_font(run.item.analysis.font)
    texts = glyph_texts(font.hash, font.file_content)
    count, clusters, offset = run.glyphs.num_glyphs, run.glyphs.log_clusters, run.item.offset
    ends = _cluster_ends(run)
    for index in range(count):
        if (number := run.glyphs.glyphs[index].glyph) != pango.PANGO_GLYPH_EMPTY:
            start = clusters[index]
            if number in texts:  # WeasyPrint would take the text of its first occurrence, which may be a ligature
                font.to_unicode[number] = texts[number]
            name = f"{font.hash} raised" if run.glyphs.glyphs[index].geometry.y_offset else font.hash
            is_rtl = bool(run.item.analysis.level % 2)
            yield Glyph(number, offset + start, offset + ends[start], texts, is_rtl, name, font.widths)


def _cluster_ends(run: Any) -> dict[int, int]:
    """Return the end of each cluster of a run by its start, in bytes."""
    starts = sorted({run.glyphs.log_clusters[index] for index in range(run.glyphs.num_glyphs)})
    return dict(zip(starts, (*starts[1:], run.item.length)))


@contextmanager
def _glyphs_that_spell(stream: Any, run: Any, text: bytes, reading: Reading | None) -> Iterator[None]:
    """Give a run the further glyphs of its face inside the block: see `rtl_faces` and `cluster_faces`."""
    font, size = stream.add_font(run.item.analysis.font)
    extra = _extra_glyphs(font.hash, font.file_content)
    if not extra or isinstance(extra, ExtraGlyphs) != bool(run.item.analysis.level % 2):
        yield
        return
    glyphs, unit = run.glyphs, size * TO_UNITS / 1000
    clusters = list(_clusters(run, text, unit))
    if isinstance(extra, ExtraGlyphs):
        before = last_direction(text[: run.item.offset].decode()) or (reading.before if reading else "R")
        spelled = spell([(letters, shaped) for _start, letters, shaped in clusters], extra, before)
        widths = _natural_widths(stream, run, {glyph.number for cluster in spelled for glyph in cluster}, unit)
        drawn = without_gaps(list(chain.from_iterable(spelled)), widths, extra)
    else:
        texts = glyph_texts(font.hash, font.file_content)
        spelled = [spell_cluster(visible(letters), shaped, texts, extra) for _start, letters, shaped in clusters]
        drawn = list(chain.from_iterable(spelled))
    starts = [start for (start, *_cluster), cluster in zip(clusters, spelled) for _glyph in cluster]
    kept = glyphs.num_glyphs, glyphs.glyphs, glyphs.log_clusters
    infos, log_clusters = ffi.new("PangoGlyphInfo[]", len(drawn)), ffi.new("int[]", starts)
    for info, glyph in zip(infos, drawn):
        info.glyph = glyph.number
        info.geometry.width, info.geometry.x_offset = round(glyph.width * unit), round(glyph.x * unit)
        info.geometry.y_offset = -round(glyph.y * unit)
    glyphs.num_glyphs, glyphs.glyphs, glyphs.log_clusters = len(drawn), infos, log_clusters
    try:
        yield
    finally:
        glyphs.num_glyphs, glyphs.glyphs, glyphs.log_clusters = kept


def _clusters(run: Any, text: bytes, unit: float) -> Iterator[tuple[int, str, list[Placed]]]:
    """Yield the clusters of a run in the order of drawing: start in bytes, text and glyphs; `unit` is 1/1000 em."""
    glyphs, offset, ends = run.glyphs, run.item.offset, _cluster_ends(run)
    for start, indexes in groupby(range(glyphs.num_glyphs), lambda index: glyphs.log_clusters[index]):
        letters = text[offset + start : offset + ends[start]].decode()
        yield start, letters, [_placed(glyphs.glyphs[index], unit) for index in indexes]


def _placed(info: Any, unit: float) -> Placed:
    """Return a glyph of Pango; `unit` is 1/1000 em."""
    place = info.geometry
    return Placed(info.glyph, place.width / unit, place.x_offset / unit, -place.y_offset / unit)


def _natural_widths(stream: Any, run: Any, numbers: set[int], unit: float) -> dict[int, float]:
    """Return the widths of glyphs in thousandths of the font size."""
    widths = {}
    for number in numbers:
        pango.pango_font_get_glyph_extents(run.item.analysis.font, number, stream.ink_rect, stream.logical_rect)
        widths[number] = stream.logical_rect.width / unit
    return widths


class _MarkedText:
    """A stream of WeasyPrint that marks spans of text while glyphs are drawn."""

    def __init__(self, stream: Any, spans: list[Span]) -> None:
        self.stream, self.counter, self.is_open = stream, GlyphCounter(spans), False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)

    def show_text(self, string: str) -> None:
        """Show a string of glyphs, divided where spans begin and end."""
        for piece, ends in self.counter.divide(string):
            if piece:
                self._begin()
                self.stream.show_text(piece)
            if ends:
                self.end()

    def _begin(self) -> None:
        span = self.counter.span
        if not self.is_open and span.text is not None:
            self.stream.begin_marked_content("Span", pydyf.Dictionary({"ActualText": pdf_string(span.text)}))
            self.is_open = True

    def end(self) -> None:
        """End the current span."""
        if self.is_open:
            self.stream.end_marked_content()
            self.is_open = False


# Code points of Chinese radicals, and of joined forms of Armenian and Arabic letters: their glyphs have the text of the
# letters.
RADICALS, JOINED = range(0x2E80, 0x2FE0), (range(0xFB13, 0xFB18), range(0xFB50, 0xFE00), range(0xFE70, 0xFF00))
_GLYPH_TEXTS: dict[str, Mapping[int, str]] = {}
_EXTRA_GLYPHS: dict[str, ExtraGlyphs | ClusterGlyphs | None] = {}


def glyph_texts(name: str, font_file: bytes) -> Mapping[int, str]:
    """Return the texts of the glyphs in the character map of a font; `name` is the key of its cached result.

    A glyph with several code points has the lowest one as its text, but not that of a radical.
    """
    if name not in _GLYPH_TEXTS:
        font = TTFont(io.BytesIO(font_file), lazy=True)
        numbers = font.getReverseGlyphMap()
        texts: dict[int, str] = {}
        for code, glyph in sorted(font.getBestCmap().items(), key=lambda item: (item[0] in RADICALS, item[0])):
            is_joined = any(code in block for block in JOINED)
            texts.setdefault(numbers[glyph], unicodedata.normalize("NFKC", chr(code)) if is_joined else chr(code))
        extra = cluster_glyphs(font) or extra_glyphs(font)
        _GLYPH_TEXTS[name], _EXTRA_GLYPHS[name] = texts | dict(extra.letters if extra else {}), extra
    return _GLYPH_TEXTS[name]


def _extra_glyphs(name: str, font_file: bytes) -> ExtraGlyphs | ClusterGlyphs | None:
    """Return the further glyphs of a font, like `glyph_texts`."""
    glyph_texts(name, font_file)
    return _EXTRA_GLYPHS[name]


# --- Tagged PDF ------------------------------------------------------------------------------


@contextmanager
def replaced_tags(add_tags: AddTags, artifacts: Mapping[Any, str]) -> Iterator[None]:
    """Write the structure tree by `add_tags`, and mark boxes in `artifacts` as artifacts of that type.

    WeasyPrint 70.0 makes one structure element for each layout box: an element that continues on the next page
    becomes two, and running heads and leaders are read aloud. Replaces `pdf.add_tags` and `Stream.marked`.
    """
    original = Stream.marked

    @contextmanager
    def marked(stream: Any, box: Any, tag: str) -> Iterator[None]:
        if stream._tags is None or box not in artifacts:
            with original(stream, box, tag):
                yield
        else:
            stream.begin_marked_content("Artifact", pydyf.Dictionary({"Type": artifacts[box]}))
            yield
            stream.end_marked_content()

    with _replaced(Stream, "marked", marked), _replaced(pdf, "add_tags", add_tags):
        yield


def marked_content(stream: Any) -> dict[Any, Any]:
    """Return the marked content of a page's stream: for each box a dict with its "mcid"."""
    tags: dict[Any, Any] = stream._tags
    return tags


# --- PDF files -------------------------------------------------------------------------------


def patch_text_maps() -> None:
    """Patch `pdf.build_fonts_dictionary` for this process: see `text_maps`; a second call changes nothing.

    In the ToUnicode maps of WeasyPrint 70.0, each glyph has one text.
    """
    original = pdf.build_fonts_dictionary
    if hasattr(original, "__wrapped__"):
        return

    @wraps(original)
    def build_fonts_dictionary(file: Any, fonts: Fonts, compress: bool, subset: bool, options: Any) -> Any:
        built = original(file, fonts, compress, subset, options)
        for font in fonts.values():
            extra = _EXTRA_GLYPHS.get(font.hash)
            if isinstance(extra, ExtraGlyphs):
                numbers = {*extra.exchanged.values()} & {*font.to_unicode}
                found = _object(file, _object(file, built[font.hash])["ToUnicode"])
                found.stream = with_exchanged(found.stream, {number: extra.letters[number] for number in numbers})
        return built

    pdf.build_fonts_dictionary = build_fonts_dictionary


def _object(file: Any, reference: bytes) -> Any:
    """Return an object of a file by its reference, such as 12 0 R."""
    return file.objects[int(reference.split()[0])]


@contextmanager
def without_fonts_and_outlines(collect: Callable[[Fonts], None]) -> Iterator[None]:
    """Leave fonts and bookmarks out of PDF files, keep links to unknown names, and pass the fonts to `collect`.

    WeasyPrint 70.0 only writes complete files; ours are bound to one later. Replaces `pdf.build_fonts_dictionary`,
    `pdf.resolve_links` and `pdf.add_outlines`.
    """

    def build_fonts_dictionary(_pdf: Any, fonts: Fonts, _compress: bool, _subset: bool, _options: Any) -> Any:
        collect(fonts)
        return pydyf.Dictionary({})

    def resolve_links(pages: Iterable[Page]) -> list[tuple[Any, list[Any]]]:
        return [(page.links, []) for page in pages]

    def add_outlines(_pdf: Any, _bookmarks: Any, _parent: Any = None) -> None:
        pass

    with ExitStack() as stack:
        for replacement in (build_fonts_dictionary, resolve_links, add_outlines):
            stack.enter_context(_replaced(pdf, replacement.__name__, replacement))
        yield


@contextmanager
def chosen_fonts(choose: Callable[[Fonts], None]) -> Iterator[None]:
    """Let `choose` change the fonts of a PDF file and their glyphs in place before they are written.

    WeasyPrint 70.0 embeds the glyphs of the file's own text only. Replaces `pdf.build_fonts_dictionary`.
    """
    original = pdf.build_fonts_dictionary

    def build_fonts_dictionary(file: Any, fonts: Fonts, compress: bool, subset: bool, options: Any) -> Any:
        choose(fonts)
        return original(file, fonts, compress, subset, options) if fonts else pydyf.Dictionary({})

    with _replaced(pdf, "build_fonts_dictionary", build_fonts_dictionary):
        yield
