"""PO files: where they are, reading them strictly, writing them without churn."""

from __future__ import annotations

import os
import re
from pathlib import Path

import polib
from babel import Locale, UnknownLocaleError

from carepress.model import PublishError

INTERFACE = "interface"
# polib's own default breaks lines at 78 columns; an entry is one line, so that a diff shows sentences.
NO_WRAPPING = 0


def catalog_path(locales: Path, lang: str, domain: str) -> Path:
    return locales / lang / "LC_MESSAGES" / f"{domain}.po"


def read_po(path: Path, shown: str) -> polib.POFile:
    """Read a catalog. Raises PublishError with the line where it is malformed."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise PublishError(
            shown, None, "the catalog does not exist", "make it with: publish.py catalogs update"
        ) from None
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PublishError(shown, line, "the catalog is not UTF-8", "save it as UTF-8") from None
    try:
        # polib takes a text for a file's content only when no file has that name.
        return polib.pofile(text + "\n", wrapwidth=NO_WRAPPING, check_for_duplicates=True)
    except (OSError, ValueError) as error:
        found = re.search(r"\(line (\d+)\)", str(error))
        reason = re.sub(r"^.*?\(line \d+\):?\s*", "", str(error)) if found else str(error)
        raise PublishError(
            shown,
            int(found[1]) if found else None,
            f"malformed catalog: {reason or 'syntax error'}",
            "mend the entry, or open the file in Poedit",
        ) from None


def write_po(catalog: polib.POFile, path: Path) -> bool:
    """Write a catalog if it differs from the file there; return whether it did."""
    text = str(catalog).rstrip("\n") + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(path.suffix + ".new")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
    return True


def new_catalog(domain: str, lang: str | None) -> polib.POFile:
    """Return an empty catalog with the headers that Poedit and Weblate expect."""
    catalog = polib.POFile(wrapwidth=NO_WRAPPING)
    catalog.metadata = {
        "Project-Id-Version": f"Carepress {domain}",
        "Report-Msgid-Bugs-To": "",
        "Last-Translator": "",
        "Language-Team": "",
        "Language": lang or "",
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    if lang:
        catalog.metadata["Plural-Forms"] = plural_forms(lang)
    return catalog


def plural_forms(lang: str) -> str:
    from babel.messages.plurals import get_plural

    return str(get_plural(lang)).rstrip(";") + ";"


def parse_language(code: str) -> Locale:
    """Return the locale for a code such as es or es_419. Raises PublishError for an unknown one."""
    try:
        return Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        raise PublishError(code, None, "this language is not known", "use a code such as en, es or es_419") from None
