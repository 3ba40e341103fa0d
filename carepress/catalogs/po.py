"""PO files: find them, read them strictly, write them without needless changes."""

from __future__ import annotations

import re
from pathlib import Path

import polib

from carepress.catalogs.plurals import HEADER, plural_forms
from carepress.model import Key, PublishError, State
from carepress.text.language import check_known
from carepress.text.plural_header import PluralForms, read_forms
from carepress.workspace.files import atomic_write
from carepress.workspace.project import canonical_code

INTERFACE = "interface"
# polib's own default breaks lines at 78 columns; an entry is one line, so that a diff shows sentences.
NO_WRAPPING = 0
# How gettext writes a date that no editor has set yet; some programs cannot read an empty one.
UNDATED = "YEAR-MO-DA HO:MI+ZONE"


def key_of(entry: polib.POEntry) -> Key:
    """Return the context and source text of an entry."""
    return entry.msgctxt, entry.msgid


def texts_of(entry: polib.POEntry) -> tuple[str, ...]:
    """Return the translated texts that are not empty: one, or one per plural form."""
    texts = entry.msgstr_plural.values() if entry.msgstr_plural else (entry.msgstr,)
    return tuple(text for text in texts if text.strip())


def entry_state(entry: polib.POEntry | None) -> State:
    """Return the state of an entry; a plural with an empty form is missing."""
    if entry is None or len(texts_of(entry)) < max(1, len(entry.msgstr_plural)):
        return "missing"
    return "fuzzy" if entry.fuzzy else "translated"


class Catalog(polib.POFile):
    """A PO file that preserves what polib would rearrange or drop.

    `head` holds the comment lines above the headers, `tail` those below the last entry, both verbatim; the headers
    keep their order.
    """

    head: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()

    def ordered_metadata(self) -> list[tuple[str, str]]:
        """Return the headers in the order of the file; polib would sort them."""
        return list(self.metadata.items())

    def __unicode__(self) -> str:
        entries = [entry for entry in self if not entry.obsolete] + self.obsolete_entries()
        blocks = [entry.__unicode__(self.wrapwidth) for entry in (self.metadata_as_entry(), *entries)]
        tail = "".join(f"{line}\n" for line in self.tail)
        return "".join(f"{line}\n" for line in self.head) + "\n".join(blocks + ([tail] if tail else []))


def catalog_path(locales: Path, lang: str, domain: str) -> Path:
    """Return the path of the catalog of a domain in a language."""
    return locales / lang / "LC_MESSAGES" / f"{domain}.po"


# --- Reading ---------------------------------------------------------------------------------


def read_po(path: Path, display_path: str) -> Catalog:
    """Read a catalog. Raises PublishError with the line where it is malformed."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise PublishError(
            display_path,
            None,
            "the catalog does not exist",
            "create it with publish.py catalogs add, or catalogs update",
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PublishError(display_path, line, "the catalog is not UTF-8", "save it as UTF-8") from None
    catalog = parse_po(text, display_path)
    _refuse_headers(catalog, text, path, display_path)
    _refuse_duplicates(catalog, display_path)
    return catalog


def parse_po(text: str, display_path: str) -> Catalog:
    """Parse the text of a catalog. Raises PublishError with the line where it is malformed."""
    text = _plain_characters(text, display_path)
    lines = text.split("\n")
    if "\0" in text:  # the binary form of a catalog terminates its texts with NUL
        raise _malformed(
            display_path, text.count("\n", 0, text.index("\0")) + 1, "a NUL character in the text", "remove it"
        )
    _refuse_conflicts(lines, display_path)
    _refuse_open_strings(lines, display_path)
    head, tail = _head(lines), _tail(lines)
    # Without a header, polib would take the comments of the first entry for those of the file.
    added = [] if _has_header(lines) else ['msgid ""', 'msgstr ""', ""]
    try:
        # polib parses its argument as text only if no file has that name.
        catalog: Catalog = polib.pofile(
            "\n".join([*added, _for_polib(text), ""]), wrapwidth=NO_WRAPPING, klass=Catalog, encoding="utf-8"
        )
    except (OSError, ValueError) as error:
        position = re.search(r"\(line (\d+)\)", str(error))
        reason = re.sub(r"^.*?\(line \d+\):?\s*", "", str(error)) if position else str(error)
        line = int(position[1]) - len(added) if position else None
        raise _malformed(display_path, line, reason or "syntax error") from None
    catalog.head, catalog.tail = () if added else head, tail
    forms = _plural_forms(catalog, text, display_path).count
    for entry in catalog:
        entry.linenum -= len(added)
        if entry.msgid_plural and entry.msgstr_plural:
            entry.msgstr_plural = {**dict.fromkeys(range(forms), ""), **entry.msgstr_plural}
    return catalog


def _malformed(
    display_path: str, line: int | None, reason: str, hint: str = "correct the entry, or open the file in Poedit"
) -> PublishError:
    return PublishError(display_path, line, f"malformed catalog: {reason}", hint)


_STRING_LINE = re.compile(r'\s*(?:#~\||#~|#\|)?\s*(?:msg\w+(?:\[\d+\])?\s*)?(?=")')
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"\s*')
_KEYWORD = re.compile(r"(?:#~\||#~|#\|)?\s*(msg(?:id|id_plural|str|ctxt)(?:\[\d+\])?)(?![\w\[])")
_CONFLICT = re.compile(r"<{7}(?: |$)|={7}$|>{7}(?: |$)")


def _refuse_conflicts(lines: list[str], display_path: str) -> None:
    for number, line in enumerate(lines, 1):
        if _CONFLICT.match(line.rstrip()):
            hint = "keep one of the two texts, and delete the lines with <<<<<<<, ======= and >>>>>>>"
            raise _malformed(display_path, number, "unresolved merge conflict", hint)


def _refuse_open_strings(lines: list[str], display_path: str) -> None:
    """Raise PublishError for a text without quotation marks: polib would cut off its first or last letter."""
    for number, line in enumerate(lines, 1):
        start = _STRING_LINE.match(line)
        if start is None and (keyword := _KEYWORD.match(line.strip())):
            hint = f'write {keyword[1]} "…", with straight quotation marks'
            raise _malformed(display_path, number, f"no text in quotation marks after {keyword[1]}", hint)
        if start and not _STRING.fullmatch(line, start.end()):
            hint = 'end the text with a quotation mark, and write those inside it as \\"'
            raise _malformed(display_path, number, "unpaired quotation marks", hint)


# Bytes in octal or hexadecimal digits, as `msgcat -E` writes “é”; or any other escape.
_BYTES = re.compile(r"((?:\\[0-7]{1,3}|\\x[0-9A-Fa-f]{2})+)|\\.")
_BYTE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|([0-7]{1,3}))")


def _plain_characters(text: str, display_path: str) -> str:
    """Return the text of a catalog with the characters themselves where it has their bytes."""
    if not _BYTE.search(text):
        return text
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if _STRING_LINE.match(line):
            try:
                lines[number] = _BYTES.sub(_decoded, line)
            except ValueError:
                hint = "write the characters themselves"
                raise _malformed(display_path, number + 1, "escaped bytes that are not UTF-8", hint) from None
    return "\n".join(lines)


def _decoded(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[0]
    codes = (int(hexa, 16) if hexa else int(octal, 8) for hexa, octal in _BYTE.findall(match[1]))
    return str(polib.escape(bytes(codes).decode()))


# What gettext reads and polib does not: (pattern, replacement), each within its line.
_POLIB_GAPS = (
    # polib skips “#~|”, the previous text of obsolete entries, but accepts “#|” there.
    (re.compile(r"^#~\|[ \t]*", re.MULTILINE), "#| "),
    # Format flags of gettext 1.0 have a line of their own.
    (re.compile(r"^#=", re.MULTILINE), "#,"),
    (re.compile(r"^#([.,:|])(?=\S)", re.MULTILINE), r"#\1 "),
    # A comment without a space after its sign.
    (re.compile(r"^#(?![\s.,:|~]|$)", re.MULTILINE), "# "),
    # polib splits lines at these too, even inside a string; replace each with a space.
    (re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]"), " "),
)


def _for_polib(text: str) -> str:
    for pattern, replacement in _POLIB_GAPS:
        text = pattern.sub(replacement, text)
    return text


def _has_header(lines: list[str]) -> bool:
    """Return whether the first message is the header, that is, has an empty msgid."""
    texts = (line.strip() for line in lines if line.strip() and not line.startswith("#"))
    return bool(re.fullmatch(r'msgid\s*""', next(texts, ""))) and next(texts, "").startswith("msgstr")


def _head(lines: list[str]) -> tuple[str, ...]:
    """Return the comment lines above the headers, without flags, which polib preserves."""
    end = next((index for index, line in enumerate(lines) if line.startswith(("msg", "#~"))), len(lines))
    return tuple(line.rstrip() for line in lines[:end] if line.startswith("#") and not line.startswith(("#,", "#|")))


def _tail(lines: list[str]) -> tuple[str, ...]:
    """Return the comment lines below the last entry."""
    end = next((index for index in range(len(lines), 0, -1) if re.match(r'#~|msg|"', lines[index - 1])), len(lines))
    return tuple(line.rstrip() for line in lines[end:] if line.startswith("#"))


def _refuse_duplicates(catalog: Catalog, display_path: str) -> None:
    first: dict[Key, int] = {}
    for entry in catalog:
        if entry.obsolete:
            continue
        if (place := first.setdefault(key_of(entry), entry.linenum)) != entry.linenum:
            raise _malformed(
                display_path, entry.linenum, f"“{entry.msgid}” is a duplicate of the entry in line {place}"
            )


def _plural_forms(catalog: Catalog, text: str, display_path: str) -> PluralForms:
    """Return the plural forms of a catalog. Raises PublishError for an invalid header."""
    if (forms := read_forms(catalog.metadata.get(HEADER, ""))) is None:
        hint = "remove the line: publish.py catalogs update writes the right one"
        raise PublishError(display_path, header_line(text, HEADER), "invalid plural rule", hint)
    return forms


def _refuse_headers(catalog: Catalog, text: str, path: Path, display_path: str) -> None:
    """Raise PublishError for headers that contradict the file; a missing one is added on the next update."""
    charset = re.search(r"charset\s*=\s*([^\s;]+)", catalog.metadata.get("Content-Type", ""))
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        message, hint = f"the header says “{charset[1]}”, but the file is UTF-8", "write charset=UTF-8 there"
        raise PublishError(display_path, header_line(text, "Content-Type"), message, hint)
    folder, declared = path.parent.parent.name, catalog.metadata.get("Language", "")
    if path.parent.name == "LC_MESSAGES" and declared and _base(declared) != _base(folder):
        message = f"the header names the language “{declared}”, but the folder is “{folder}”"
        hint = f"if the texts are in “{folder}”, write “Language: {folder}” there; otherwise move the file"
        raise PublishError(display_path, header_line(text, "Language"), message, hint)


def header_line(text: str, name: str) -> int | None:
    """Return the line of a header in the text of a catalog."""
    match = re.search(rf'^"{name}:', text, re.MULTILINE | re.IGNORECASE)
    return text.count("\n", 0, match.start()) + 1 if match else None


def _base(code: str) -> str:
    return re.split(r"[_@.-]", code.strip().lower())[0]


# --- Writing ---------------------------------------------------------------------------------


def write_po(catalog: polib.POFile, path: Path) -> bool:
    """Write a catalog if it differs from the existing file; return whether it did."""
    text = str(catalog).rstrip("\n") + "\n"
    if path.exists() and path.read_text(encoding="utf-8", errors="replace") == text:
        return False
    atomic_write(path, text.encode())
    return True


def new_catalog(domain: str, lang: str | None, source_lang: str = "en") -> Catalog:
    """Return an empty catalog with the headers that Poedit and Weblate expect.

    They take the messages for English unless `X-Source-Language` names another language.
    """
    catalog = Catalog(wrapwidth=NO_WRAPPING)
    catalog.head = ("#",)
    catalog.metadata = {
        "Project-Id-Version": f"Carepress {domain}",
        "Report-Msgid-Bugs-To": "",
        "PO-Revision-Date": UNDATED,
        "Last-Translator": "",
        "Language-Team": "",
        "Language": lang or "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if lang:
        catalog.metadata[HEADER] = plural_forms(lang)
    if source_lang != "en":
        catalog.metadata["X-Source-Language"] = source_lang
    return catalog


def complete_headers(catalog: Catalog, domain: str, lang: str, source_lang: str = "en") -> None:
    """Add missing headers to a catalog; existing ones remain unchanged."""
    for name, value in new_catalog(domain, lang, source_lang).metadata.items():
        if value and not catalog.metadata.get(name):
            catalog.metadata[name] = value


# --- Languages -------------------------------------------------------------------------------


def language_code(code: str) -> str:
    """Return a language code as folders are named: fr, es_419, zh_Hant. Raises PublishError."""
    name = canonical_code(code)
    if name is None:
        raise PublishError(code, None, "unknown language", "use a code such as en, es or es_419")
    check_known(name)
    return name
