"""User mistakes through the command: each is reported in one line with the place, the problem and the remedy.

Each row is a mistake in a copy of the garden book. Files that were built earlier stay unchanged.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from support import GARDEN, publish

EPUB = ("--lang", "en", "--edition", "epub")
BOOKLET = ("--lang", "en", "--edition", "booklet")
SPANISH = ("--lang", "es", "--edition", "epub")
PO = "locales/es/LC_MESSAGES/garden.po"


@dataclass(frozen=True)
class Fault:
    """In `file`, `old` becomes `new` (without `old` the file is removed); the reported line starts with `at`."""

    id: str
    file: str
    old: str | bytes
    new: str | bytes
    at: str | None
    message: str
    named: str = ""
    args: tuple[str, ...] = EPUB


TREE = "schedules/tree.toml"
SOIL, SOWING, SHEET, BED = "chapters/soil.md", "chapters/sowing.md", "sheets/plan.toml", "drawings/bed.svg"
SVG_START = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 180">'
ENTITY = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
MISTAKES = [
    # missing files
    Fault("no book", "book.toml", "", "", None, "unknown book", "garden"),
    Fault("no chapter", SOIL, "", "", 'chapters = ["soil"', "chapters/soil.md does not exist", "book.toml"),
    Fault("no sheet", SHEET, "", "", "sheets = [", "sheets/plan.toml does not exist", "book.toml"),
    Fault("no drawing", BED, "", "", "::: figure bed", "there is no “bed”", SOIL),
    Fault("no table", "tables/depths.toml", "", "", "::: table depths", "there is no “depths”", SOWING),
    Fault("no cover", "drawings/cover.svg", "", "", "cover_drawing", "there is no “cover”", "book.toml"),
    Fault("no scale", "drawings/scale.svg", "", "", 'drawing = "scale"', "there is no “scale”", "sheets/watering.toml"),
    Fault("no catalog", PO, "", "", None, "does not exist", PO, SPANISH),
    # TOML
    Fault("broken toml", "book.toml", 'version = "0.1"', "version = 0.1.2", "version =", "broken TOML"),
    Fault("broken glossary", "glossary.toml", 'id = "mulch"', "id = mulch", "id = mulch", "broken TOML"),
    Fault("unfinished toml", SHEET, "columns = [{", "columns = [[{", None, "broken TOML"),
    Fault("unknown key", "book.toml", 'version =', 'colour = "red"\nversion =', "colour", "unknown key “colour”"),
    Fault("misspelt key", "book.toml", "version =", "versoin =", "versoin =", "unknown key “versoin”"),
    Fault("unknown key of a part", SHEET, "title = \"The bed\"", "titel = \"The bed\"", "titel", "titel”: remove it"),
    Fault("unknown key of a field", SHEET, 'label = "First sowing", field', 'label = "First sowing", feild', "  { label = \"First sowing\"", "feild”: remove it"),
    Fault("unknown key of a row", "tables/depths.toml", "[[rows]]\ncells = [\"Carrot", "[[rows]]\ncell = [\"Carrot", "cell = [", "unknown key “rows.2.cell”"),
    Fault("missing key", "glossary.toml", 'term = "mulch"\n', "", '[[terms]]\nid = "mulch"', "term”: add it"),
    Fault("missing key of the book", "book.toml", 'title = "A First Vegetable Garden"\n', "", None, "missing key “title”"),
    Fault("wrong type", "book.toml", "revised = 2026-03-01", 'revised = "soon"', "revised =", "“revised” is 'soon'"),
    Fault("unknown kind", SHEET, 'kind = "fields"', 'kind = "cards"', 'kind = "cards"', "“parts.0.kind” is 'cards', which is not valid: expected: one of 'table', 'week-grid'"),
    Fault("no kind", SHEET, 'kind = "fields"\n', "", "[[parts]]", "missing key “parts.0.kind”"),
    Fault("number in quotation marks", SHEET, "lines = 3", 'lines = "3"', '  { label = "What grew', "remove the quotation marks: expected a valid integer"),
    Fault("yes for a number", "book.toml", "color = 1", "color = true", "color = true", "“handouts.0.color” is True"),
    Fault("day and time", "book.toml", "revised = 2026-03-01", "revised = 2026-03-01T00:00:00", "revised =", "“revised” is"),
    Fault("table for a text", "glossary.toml", 'term = "mulch"', "term = { en = 1 }", "term = {", "“terms.1.term” is a table"),
    Fault("table twice", "book.toml", "[[handouts]]", "[front]\n\n[[handouts]]", "[front]\n\n[[hand", "already above: keep one of the two"),
    Fault("invisible text", "book.toml", 'title = "A First Vegetable Garden"', 'title = "\u200b"', "title =", "expected: a text"),
    Fault("text of a no-break space", "book.toml", 'title = "A First Vegetable Garden"', 'title = "&nbsp;"', "title =", "empty book title"),
    Fault("markup in a version", "book.toml", 'version = "0.1"', 'version = "<b>1</b>"', "version =", "without markup"),
    Fault("script for a license", "book.toml", 'license_url = "', 'license_url = "javascript:', "license_url =", "a web address such as"),
    Fault("endless name of a drawing", "book.toml", 'cover_drawing = "cover"', f'cover_drawing = "{"x" * 300}"', "cover_drawing", "there is no “xxx"),
    Fault("endless name of a table", SOWING, "::: table depths", f"::: table {'x' * 300}", "::: table x", "there is no “xxx"),
    Fault("wrong kind", SHEET, 'kind = "fields"', 'kind = "field"', 'kind = "field"', "is not valid"),
    Fault("wrong field", SHEET, 'field = "phone"', 'field = "telephone"', '  { label = "Telephone', "is not valid"),
    Fault("choices missing", SHEET, ', choices = ["Sandy ground", "Heavy clay"]', "", '  { label = "Kind of', "choices"),
    Fault("wrong id", "book.toml", 'id = "garden"', 'id = "Garden 1"', "id =", "is not valid"),
    Fault("wrong date", SOIL, 'reviewed = "2025-03-14"', 'reviewed = "2025-13-14"', '  { id = "notes", section = "Dig', "2025-13-14"),
    Fault("empty text", SHEET, 'title = "Bed plan"', 'title = ""', "title =", "“title”"),
    Fault("wrong cells", "tables/depths.toml", '"4 cm", [', "[", 'cells = ["Bean"', "the row has 2 cells"),
    Fault("text to tick", "tables/troubles.toml", '(sheet:watering)", ""]', '(sheet:watering)", "Yes"]', 'cells = ["Leaves', "a text in the column “I have seen it”"),
    Fault("empty cell", "tables/depths.toml", '"4 cm"', '""', 'cells = ["Bean"', "empty cell in the column “Depth”"),
    Fault("headings to tick", "tables/depths.toml", 'label = "Vegetable"', 'label = "Vegetable"\ntick = true', None, "texts in the first column"),
    Fault("call or optional", "book.toml", "call = true", "call = true, optional = true", "garden_phone =", "“call” or “optional”"),
    Fault("term twice", "glossary.toml", 'id = "mulch"', 'id = "compost"', 'id = "compost"\nterm = "mulch"', "duplicate term"),
    # the index
    Fault("no index", "index.toml", "", "", None, "the file does not exist", "index.toml"),
    Fault("lost chapter in the index", "index.toml", '"soil#feeding"', '"soil#eating"', 'at = ["soil#eating', "the index leads to “soil#eating”"),
    Fault("lost sheet in the index", "index.toml", 'at = ["sheet:plan"', 'at = ["sheet:plans"', 'at = ["sheet:plans"', "the index leads to “sheet:plans”"),
    Fault("odd target in the index", "index.toml", '"soil#feeding"', '"term:compost"', 'at = ["term', "is not valid"),
    Fault("entry twice", "index.toml", 'text = "yam"', 'text = "watering"', 'text = "watering"\nat = ["sowing"', "duplicate index entry"),
    Fault("target twice", "index.toml", '["sowing", "sowing#depth"', '["sowing", "sowing"', 'at = ["sowing", "sowing"', "duplicate “sowing”"),
    # resources
    Fault("no resources", "resources.toml", "", "", "::: resources", "there are no resources", SOWING),
    Fault("resource twice", "resources.toml", 'id = "neighbors"', 'id = "garden-line"', 'id = "garden-line"\nkind = "people"', "duplicate resource"),
    Fault("unknown source of a resource", "resources.toml", '"notes: First', '"book: First', 'sources = ["book', "unknown source “book”"),
    Fault("odd address", "resources.toml", "0555 555 0160", "ask Ann", 'address = "ask', "is not valid"),
    # schedules
    Fault("no schedule", TREE, "", "", "schedules = [", "schedules/tree.toml does not exist", "book.toml"),
    Fault("schedule twice", "book.toml", '"hedge"]', '"tree"]', "schedules = [", "duplicate"),
    Fault("phase without end", TREE, "months = 6\n", "", '[[phases]]\nlabel = "For half', "can be open-ended"),
    Fault("phase behind", TREE, "months = 12", "before = true", "before = true\n\n[[phases]]\nlabel = \"Later", "move it up"),
    Fault("odd months", TREE, "every = 6", "every = 5", '[[phases]]\nlabel = "For 1 more', "a multiple of “every”"),
    Fault("months before", TREE, "before = true", "before = true\nmonths = 3", "[[phases]]", "“months” or “before”"),
    Fault("markup in a calendar", TREE, '"Later"', '"**Later**"', 'label = "**Later', "appears in calendars"),
    Fault("placeholder in a calendar", TREE, "broken.", "broken. {garden_phone}", "call =", "appears in calendars"),
    Fault("unknown source of a schedule", TREE, 'id = "notes"', 'id = "book"', "sources =", "unknown source “book”"),
    # front matter
    Fault("no front matter", SOWING, "---\ntitle", "title", "title", "no front matter"),
    Fault("open front matter", SOWING, "}]\n---\n", "}]\n", "---", "front matter"),
    Fault("broken front matter", SOIL, 'title = "Know your soil"', 'title = "Know', "title =", "broken TOML"),
    Fault("misspelt key in front", SOWING, "title =", "titel =", "titel", "unknown key “titel”"),
    Fault("unknown key of a source", SOIL, 'section = "Feed', 'sections = "Feed', '  { id = "notes", sections', "sections”: remove it"),
    Fault("unknown source", SOWING, 'id = "notes"', 'id = "book"', "sources =", "unknown source “book”"),
    Fault("html in a title", SOWING, '"Sowing and watering"', '"Sowing <b>and</b> watering"', "title =", "HTML"),
    # the language of a chapter
    Fault("unknown box", SOIL, "::: key", "::: keys", "::: keys", "unknown box “keys”"),
    Fault("open box", SOIL, "is wet.\n:::", "is wet.", "::: key", "box “key” is not closed"),
    Fault("box in a box", SOIL, "Never dig", "::: call\n- x\n:::\n\nNever dig", "::: key", "box “key” is not closed"),
    Fault("unknown term", SOIL, "::: words compost", "::: words compots", "::: words", "no term “compots”"),
    Fault("figure without caption", SOIL, "A bed in spring, cut open: straw on top, then compost, then the old soil.\n", "", "::: figure", "caption"),
    Fault("heading without id", SOIL, " {#feeding}", "", "## Feeding", "no id"),
    Fault("heading of the first level", SOIL, "## Feeding", "# Feeding", "# Feeding", "two or three #"),
    Fault("html", SOIL, "**squeeze it**", "<b>squeeze it</b>", "Take a handful", "HTML is not allowed"),
    Fault("picture", SOIL, "Take a handful", "![x](y.png)\n\nTake a handful", "![x]", "an image is not allowed"),
    Fault("rule", SOIL, "Take a handful", "---\n\nTake a handful", "---\n\nTake", "unsupported Markdown: hr"),
    Fault("code", SOIL, "Take a handful", "    code\n\nTake a handful", "    code", "unsupported Markdown: code block"),
    Fault("link to no chapter", SOWING, "chapter:soil#feeding", "chapter:soils", "Seeds need", "dangling link"),
    Fault("link to no heading", SOWING, "chapter:soil#feeding", "chapter:soil#food", "Seeds need", "dangling link"),
    Fault("link to no term", SOWING, "term:seedling", "term:seedlings", "Pull out", "dangling link"),
    Fault("link to no sheet", SOWING, "sheet:watering", "sheet:water", "Push a finger", "dangling link"),
    Fault("link to a file", SOWING, "https://www.example.org/tools", "../soil.md", "Pull out", "dangling link"),
    Fault("link without its address", SOWING, "[www.example.org](https://www.example.org/tools)", "[the list](https://www.example.org/tools)", "Pull out", "does not show the address “example.org”"),
    Fault("insecure link", SOWING, "https://www.example.org/tools", "http://www.example.org/tools", "Pull out", "use https://"),
    Fault("link that hides a number", SOWING, "[www.example.org](https://www.example.org/tools)", "[call us](tel:+15555550100)", "Pull out", "does not show the address"),
    Fault("link that hides an e-mail address", SOWING, "[www.example.org](https://www.example.org/tools)", "[write](mailto:a@b.org)", "Pull out", "“a@b.org”, which paper"),
    Fault("unknown placeholder", SOWING, "Push a", "{tap_phone} Push a", "{tap_phone}", "{tap_phone} is not defined"),
    Fault("unknown placeholder in a sheet", SHEET, "Fill it in", "{who} Fill it in", "how =", "{who} is not defined"),
    # Markdown that would be printed as signs, or not at all
    Fault("year at the start", SOIL, "Take a handful", "2026. That was the driest year.\n\nTake a handful", "2026.", "write 2026\\. for"),
    Fault("list with a gap", SOIL, "Take a handful", "1. one\n3. three\n\nTake a handful", "3. three", "goes on with 3 after 1"),
    Fault("list that counts from 2 again", SOIL, "Take a handful", "2. one\n2. two\n\nTake a handful", "2. two", "goes on with 2 after 2"),
    Fault("no box to close", SOIL, "Take a handful", "x\n:::\n\nTake a handful", ":::\n\nTake a", "closes no box"),
    Fault("letters for a list", SOIL, "Take a handful", "Do this:\na) dig\nb) sow\n\nTake a handful", "b) sow", "begins no list"),
    Fault("dashes for a list", SOIL, "Take a handful", "– dig\n– sow\n\nTake a handful", "– sow", "begins no list"),
    Fault("product of digits", SOIL, "Take a handful", "Give 2*5 mg, or 3*2 mg. Take a handful", "Give 2", "next to the digit 2, and would not be printed"),
    Fault("digits after bold", SOIL, "Take a handful", "Give **1**0 mg. Take a handful", "Give **1", "next to the digit 0"),
    Fault("letters and points for a list", SOIL, "Take a handful", "a. dig\nb. sow\n\nTake a handful", "b. sow", "begins no list"),
    Fault("letters that go on", SOIL, "Take a handful", "Do this: a. dig\nb. sow\nc. wait\n\nTake a handful", "c. wait", "begins no list"),
    Fault("check marks for a list", SOIL, "Take a handful", "✓ dig\n✓ sow\n\nTake a handful", "✓ sow", "begins no list"),
    Fault("paragraph directly below a list", SOIL, "Take a handful", "- dig\n- sow\nThen water.\n\nTake a handful", "Then water", "is not indented below its list item"),
    Fault("sign at the start of a line", SOIL, "Take a handful", "> 38 °C is warm\n\nTake a handful", "> 38", "write \\> for the sign itself"),
    Fault("lost letter", SOIL, "Take a handful", "Give 5 \ufffdg. Take a handful", "Give 5", "in place of a letter that was lost"),
    Fault("zero byte in a chapter", SOIL, b"Take a handful", b"Take \0 a handful", "Take \0", "in place of a letter that was lost"),
    Fault("letters in reverse", SOIL, "Take a handful", "Give \u202e120 mg. Take a handful", "Give \u202e", "U+202E in the text, which reverses letters"),
    Fault("row of a table", SOIL, "Take a handful", "| a | b |\n\nTake a handful", "| a | b |", "is a row of a table"),
    Fault("backslash at the end", SOIL, "- salt", "- salt\\\n- salt", "- salt\\", "ends with a backslash"),
    Fault("number within a paragraph", SOIL, "Take a handful", "Do this:\n2. dig\n\nTake a handful", "2. dig", "begins no list"),
    Fault("number without a space", SOIL, "Take a handful", "1.Dig\n\nTake a handful", "1.Dig", "no space after the number"),
    Fault("number without a space before a", SOIL, "Take a handful", "2.a spade\n\nTake a handful", "2.a", "no space after the number"),
    Fault("number without a space before as", SOIL, "Take a handful", "2.as needed\n\nTake a handful", "2.as", "no space after the number"),
    Fault("parenthesis without a space", SOIL, "Take a handful", "4)as needed\n\nTake a handful", "4)as", "no space after the number"),
    Fault("parenthesis without a space before º", SOIL, "Take a handful", "4)º\n\nTake a handful", "4)º", "no space after the number"),
    Fault("point without a space", SOIL, "Take a handful", "-dig\n\nTake a handful", "-dig", "no space after the mark"),
    Fault("heading without a space", SOIL, "Take a handful", "##Dig {#dig}\n\nTake a handful", "##Dig", "no space after #"),
    Fault("line below a definition", SOIL, "Take a handful", "Peat\n: brown\nand wet\n\nTake a handful", "and wet", "is not indented below its definition"),
    Fault("typed bullet", SOIL, "Take a handful", "Bring:\n• soap\n\nTake a handful", "• soap", "begins with a bullet"),
    Fault("link definition", SOIL, "Take a handful", "[1]: https://www.example.org/plan\n\nTake a handful", "[1]:", "link definition"),
    Fault("words read as a link definition", SOIL, "Take a handful", "See:\n[Warning]: Never-alone.\n\nTake a handful", "[Warning]:", "link definition"),
    Fault("link reference", SOIL, "Take a handful", "Read the [care plan][1]. Take a handful", "Read", "[text](target)"),
    Fault("title of a link", SOIL, "Take a handful", "Read [it](chapter:sowing (Sow)). Take a handful", "Read", "is not printed"),
    Fault("empty point", SOIL, "Take a handful", "- one\n-\n- three\n\nTake a handful", "-\n- three", "empty list item"),
    Fault("empty number", SOIL, "Take a handful", "1. one\n2.\n\nTake a handful", "2.", "empty list item"),
    Fault("empty definition", SOIL, "Take a handful", "Peat\n: &nbsp;\n\nTake a handful", ": &nbsp;", "empty paragraph"),
    Fault("empty box", SOIL, "Take a handful", "::: key\n:::\n\nTake a handful", "::: key", "empty box “key”"),
    Fault("text in a box for none", SOIL, "Take a handful", "::: glossary\nHidden.\n:::\n\nTake a handful", "Hidden.", "would not be printed"),
    Fault("two boxes of questions", SOIL, "Take a handful", "::: ask\n- How deep is it?\n:::\n\nTake a handful", "::: ask\n- What grew", "a second box “ask”"),
    Fault("two boxes of steps", SOIL, "Take a handful", "::: next\n1. Dig.\n:::\n\n::: next\n1. Water.\n:::\n\nTake a handful", "::: next\n1. Water", "a second box “next”"),
    Fault("table in a chapter", SOIL, "Take a handful", "| Sign | Call |\n|---|---|\n| Fever | now |\n\nTake a handful", "| Sign", "put it into tables/"),
    Fault("struck-out dose", SOIL, "Take a handful", "Give ~~10 mg~~ 5 mg. Take a handful", "Give", "struck-out"),
    Fault("code in a text", SOIL, "Take a handful", "Type `9`. Take a handful", "Type", "code"),
    Fault("box to tick", SOIL, "Take a handful", "- [ ] bring the card\n\nTake a handful", "- [ ]", "for boxes to tick"),
    Fault("bold before a letter", SOIL, "Take a handful", "**Note:**the ward is closed. Take a handful", "**Note", "**Note:” has no effect"),
    Fault("two spaces at the end", SOIL, "Take a handful", "100 Sample Avenue  \nRiverbend\n\nTake a handful", "100 Sample", "a line break in Markdown"),
    Fault("backslash at the end", SOIL, "Take a handful", "Write to:\nThe Ward\\\nRiverbend\n\nTake a handful", "The Ward", "a line break in Markdown"),
    Fault("slip in a placeholder", SOIL, "Take a handful", "Come to {meeting-place}. Take a handful", "Come", "write {meeting_place}"),
    Fault("open placeholder", SOIL, "Take a handful", "Come to {meeting_place. Take a handful", "Come", "not a placeholder"),
    Fault("slip in a sheet", SHEET, "Fill it in", "Fill it in at {meeting-place}", "how =", "write {meeting_place}"),
    Fault("bold in a table", "tables/depths.toml", "Flea beetles", "**Flea:**beetles", 'cells = ["Radish"', "has no effect"),
    Fault("slip in a term", "glossary.toml", "dark crumbly", "~~dark~~ crumbly", "definition = ", "struck-out"),
    Fault("bold in a translation", PO, 'msgstr "Paja', 'msgstr "**Paja', 'msgid "Straw', "has no effect", "", SPANISH),
    # duplicates
    Fault("heading id twice", SOWING, "{#water}", "{#depth}", "## Water", "duplicate"),
    Fault("chapter twice", "book.toml", '"sowing"]', '"sowing", "soil"]', 'chapters = ["soil"', "duplicate"),
    Fault("figure twice", SOIL, "::: words", "::: figure bed\nAgain.\n:::\n\n::: words", "::: figure bed\nAgain", "duplicate"),
    Fault("sheet twice", "book.toml", '"plan"]', '"plan", "watering"]', "sheets = [", "duplicate"),
    # drawings
    Fault("broken svg", BED, "</svg>", "<g></svg>", "<g></svg>", "broken SVG"),
    Fault("no namespace", BED, SVG_START, SVG_START.replace("svg xmlns", "svg xmlns:a"), "<svg", "<svg> is not in the namespace of SVG: write xmlns"),
    Fault("namespace lost", BED, "</svg>", '<path xmlns="" class="line" d="M0 0h9"/></svg>', "<path xmlns", "<path> is not in the namespace"),
    Fault("no viewbox", BED, ' viewBox="0 0 360 180"', "", "<svg", "no usable viewBox"),
    Fault("odd viewbox", BED, "0 0 360 180", "0 0 360 1e9", "<svg", "no usable viewBox"),
    Fault("no title", BED, "<title>A garden bed, cut open</title>", "", "<svg", "no <title>"),
    Fault("empty description", BED, "desc>Three", "desc/><desc>Three", "<svg", "no <desc>"),
    Fault("script", BED, "</svg>", "<script>1</script></svg>", "<script>", "<script> is not allowed"),
    Fault("image", BED, "</svg>", '<image href="/etc/hostname"/></svg>', "<image", "<image> is not allowed"),
    Fault("style", BED, '<path class="dash"', '<path style="x" class="dash"', '<path style="x"', "attribute style"),
    Fault("event", BED, '<path class="dash"', '<path onclick="x" class="dash"', "<path onclick", "attribute onclick"),
    Fault("unknown class", BED, 'class="dash"', 'class="dashed"', '<path class="dashed"', "unknown class “dashed”"),
    Fault("no class", BED, ' class="dash"', "", '<path d="M20 20H220"', "has no class"),
    Fault("label class", BED, 'text class="small"', 'text class="tiny"', '<text class="tiny"', "unknown class “tiny”"),
    Fault("label without x", BED, '<text x="30" y="110"', '<text y="110"', '<text y="110"', "needs x"),
    Fault("label width", BED, 'y="45" data-width="110"', 'y="45" data-width="wide"', '<text x="246" y="45"', "data-width"),
    Fault("html in a label", BED, ">Straw<", ">&lt;b&gt;Straw<", '<text x="246" y="45"', "HTML is not allowed"),
    Fault("html in a description", BED, "desc>Three", "desc>&lt;b&gt; Three", "  <desc>", "HTML is not allowed"),
    Fault("label that is turned", BED, '<text x="246" y="45"', '<text transform="rotate(9)" x="246" y="45"', '<text transform', "a label cannot be transformed: remove transform"),
    Fault("label in a group that is moved", BED, '<text x="246" y="45" data-width="110">Straw</text>', '<g transform="translate(90 0)"><text x="246" y="45">Straw</text></g>', '<g transform', "a label cannot be transformed: remove transform"),
    Fault("label with parts", BED, ">Straw<", "><tspan>Straw</tspan><", '<text x="246" y="45"', "plain text"),
    Fault("entity", BED, f"{SVG_START}\n  <title>A garden bed, cut open", f"{ENTITY}\n{SVG_START}\n  <title>&x;", "<!DOCTYPE", "entity"),
    # letters
    Fault("chapter not utf-8", SOIL, b"Take a", b"Take \xff a", "Take", "not UTF-8"),
    Fault("drawing not utf-8", BED, b"cut open", b"cut \xe9 open", "  <title>", "not UTF-8"),
    Fault("book not utf-8", "book.toml", b"From bare", b"From \xe9", "lead = ", "not UTF-8"),
    Fault("catalog not utf-8", PO, b"Una primera", b"Una \xff primera", 'msgstr "Una', "not UTF-8", "", SPANISH),
    Fault("letter without a glyph", SOIL, "Take a", "Take \U00010330 a", "Take \U00010330", "U+10330", "", BOOKLET),
    Fault("control character", SOIL, "Take a handful", "Take \x01 a handful", "Take \x01", "U+0001 in the text"),
    Fault("command to a terminal", SOIL, "::: key", "::: k\x1b[2Jey", "::: k", "unknown box “k\ufffd[2Jey”"),
    # catalogs
    Fault("zero byte", PO, 'msgstr "Paja"', 'msgstr "Pa\0ja"', 'msgstr "Pa\0', "a NUL character", "", SPANISH),
    Fault("control character in a catalog", PO, 'msgstr "Paja"', 'msgstr "Pa\x01ja"', 'msgstr "Pa\x01', "U+0001", "", SPANISH),
    Fault("catalog keyword", PO, 'msgstr "Paja"', 'msgtsr "Paja"', "msgtsr", "malformed catalog", "", SPANISH),
    Fault("open catalog", PO, 'msgstr "Paja"', 'msgstr "Paja', 'msgstr "Paja', "malformed catalog", "", SPANISH),
    Fault("message twice", PO, 'msgid "Straw"', 'msgid "Clay"', None, "malformed catalog", "", SPANISH),
    Fault("link lost", PO, "[plan del cantero](sheet:plan).", "plan.", 'msgid "Fill in the', "lacks the link “sheet:plan”", "", SPANISH),
    Fault("link changed", PO, "(chapter:sowing#depth). Las", "(chapter:sowing). Las", 'msgid "Read [', "the link “chapter:sowing", "", SPANISH),
    Fault("placeholder lost", PO, "tiempo. {meeting_place}", "tiempo.", 'msgid "We meet', "lacks the placeholder", "", SPANISH),
    Fault("placeholder added", PO, 'msgstr "Paja', 'msgstr "Paja {garden_phone}', 'msgid "Straw', "adds the placeholder", "", SPANISH),
    Fault("html added", PO, 'msgstr "Paja', 'msgstr "<i>Paja</i>', 'msgid "Straw', "HTML is not allowed", "", SPANISH),
    # the command line
    Fault("unknown language", "", "", "", None, "the book does not have this language", "xx", ("--lang", "xx")),
    Fault("unknown edition", "", "", "", None, "unknown edition", "poster", ("--edition", "poster")),
    Fault("unknown paper", "", "", "", None, "unknown page size", "a0", ("--paper", "a0")),
]  # fmt: skip


def make_mistake(book: Path, mistake: Fault) -> None:
    path = book / mistake.file
    if not mistake.old:
        path.unlink() if mistake.file else None
        return
    old, new = (text.encode() if isinstance(text, str) else text for text in (mistake.old, mistake.new))
    data = path.read_bytes()
    assert old in data, "the garden book no longer contains the text of this row"
    path.write_bytes(data.replace(old, new, 1))


def lines_of(path: Path, at: str) -> str:
    """Return a pattern for the number of the line that starts with `at`; in a catalog, of any line of its entry."""
    text = path.read_text(encoding="utf-8", errors="replace")
    start = end = text.index(at)
    if path.suffix == ".po":
        start, end = text.rindex("\n\n", 0, start) + 2, text.index("\n\n", end)
    first, last = (text[:place].count("\n") + 1 for place in (start, end))
    return "|".join(map(str, range(first, last + 1)))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.id)
def test_mistake_is_reported_with_its_line(mistake: Fault, tmp_path: Path) -> None:
    book, out = tmp_path / "books" / "garden", tmp_path / "out"
    shutil.copytree(GARDEN, book)
    make_mistake(book, mistake)
    earlier = [
        out / "generic" / lang / f"garden-{name}"
        for lang in ("en", "es")
        for name in (f"epub-{lang}.epub", f"booklet-{lang}.pdf")
    ]
    for path in earlier:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"earlier")

    done = publish("build", "--book", book, "--out", out, *mistake.args)

    assert done.returncode in (1, 2), done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    named = mistake.named or mistake.file
    place = rf"(\S*/)?{re.escape(named)}"
    if mistake.at is not None:
        place += f":({lines_of(book / named, mistake.at)})"
    elif "/" in named or "." in named:
        place += r"(:\d+)?"
    lines = [line for line in done.stderr.splitlines() if mistake.message in line]
    assert [re.fullmatch(rf"{place}: .+: .+", line) is not None for line in lines] == [True], done.stderr
    assert sorted(path for path in out.rglob("*") if path.is_file()) == sorted(earlier)
    assert {path.read_bytes() for path in earlier} == {b"earlier"}


def test_failing_book_does_not_stop_the_others(tmp_path: Path) -> None:
    book, out = tmp_path / "books" / "garden", tmp_path / "out"
    shutil.copytree(GARDEN, book)
    (book / PO).write_text((book / PO).read_text().replace("tiempo. {meeting_place}", "tiempo."))
    done = publish("build", "--book", book, "--out", out)
    assert done.returncode == 1
    assert len([line for line in done.stderr.splitlines() if "lacks the placeholder" in line]) == 1
    assert len([line for line in done.stdout.splitlines() if line.startswith("failed")]) == 2
    assert re.fullmatch(r"2 built, 2 failed, \d+\.\d s", done.stdout.splitlines()[-1])
    assert [path.name for path in sorted(out.rglob("garden-*.*")) if path.suffix != ".json"] == [
        "garden-booklet-en.pdf",
        "garden-epub-en.epub",
    ]
