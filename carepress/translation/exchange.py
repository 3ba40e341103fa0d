"""Export the catalogs of a language for other programs, and take back what was translated there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lxml import etree

from carepress.catalogs.exchange import spreadsheet, tbx, tmx, xliff, xliff2
from carepress.catalogs.exchange.receive import Received, Result, receive
from carepress.catalogs.exchange.units import ExportedCatalog, Unit, catalog_units, export_catalog
from carepress.catalogs.po import Catalog, language_code, read_po, write_po
from carepress.catalogs.terms import TERMS_FILE
from carepress.content import read_book
from carepress.model import PublishError
from carepress.text.safe_xml import parse_xml
from carepress.translation.domains import Domain, local_terms, read_domains
from carepress.translation.update import available_languages, catalogs_of
from carepress.workspace.files import atomic_write
from carepress.workspace.project import Project

Writer = Callable[[Iterable[ExportedCatalog], str], bytes]
WRITERS: dict[str, Writer] = {
    "xliff": xliff.write_xliff,
    "xliff2": xliff2.write_xliff2,
    "omegat": partial(xliff.write_xliff, copies_source=True),
    "csv": spreadsheet.write_spreadsheet,
    "tmx": tmx.write_tmx,
}
TERMS = "tbx"
FORMATS = ("xliff", "omegat", "csv", "tmx", TERMS)
VERSIONS = {"1.2": "xliff", "2.0": "xliff2"}  # of XLIFF
READERS = {f"{{{version.NAMESPACE}}}xliff": version for version in (xliff, xliff2)}
TABLES = (".csv", ".tsv", ".txt")  # any other file is XML


def export_catalogs(project: Project, book_name: str, lang: str, format_: str, out: Path) -> None:
    """Write the catalogs of a language, or its list of terms, to the file `out`. Raises PublishError."""
    (lang,) = available_languages(project, book_name, (lang,))
    if format_ == TERMS:
        data = _terms(project, book_name, lang)
    else:
        exported = (
            export_catalog(catalog, domain.name, project.shown(domain.path(lang)), domain.source_lang)
            for domain, catalog in _catalogs(project, book_name, lang)
        )
        catalogs = tuple(exported)
        if format_ == "xliff2" and len({catalog.source_lang for catalog in catalogs}) > 1:
            hint = "export it with --xliff-version 1.2"
            raise PublishError(out, None, "XLIFF 2.0 has one source language, and this book has two", hint)
        data = WRITERS[format_](catalogs, lang)
    atomic_write(out, data)


def _terms(project: Project, book_name: str, lang: str) -> bytes:
    folder = project.book(book_name)
    locales = project.locales(folder)
    book = read_book(folder)
    terms = local_terms(project, locales, lang, book.lang)
    if not terms:
        hint = "write terms in it: docs/translating.md explains how"
        raise PublishError(project.shown(locales / lang / TERMS_FILE), None, "there are no terms", hint)
    return tbx.write_tbx(terms, book.lang, lang, book.title.source)


def _catalogs(project: Project, book_name: str, lang: str) -> list[tuple[Domain, Catalog]]:
    folder = project.book(book_name)
    domains = catalogs_of(project, folder, read_domains(project, folder), lang)
    return [(domain, read_po(domain.path(lang), project.shown(domain.path(lang)))) for domain in domains]


# --- Import ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Incoming:
    """A file that came back: its language and the line of it, and its units, which need those of the catalogs to be read."""

    lang: str
    line: int
    units: Callable[[Mapping[str, Unit]], Iterator[Received]]


def import_file(project: Project, book_name: str, path: Path) -> tuple[str, Result]:
    """Take the translations of a file into the catalogs; return the language, and what was taken and refused.

    Raises PublishError, and writes nothing, for a file that cannot be read.
    """
    display_path = project.shown(path.resolve())
    incoming = (_read_table if path.suffix.lower() in TABLES else _read_xml)(path, display_path)
    try:
        (lang,) = available_languages(project, book_name, (incoming.lang,))
    except PublishError as error:
        message = f"translations in “{incoming.lang}”: {error.message}"
        raise PublishError(display_path, incoming.line, message, error.hint) from None
    catalogs = _catalogs(project, book_name, lang)
    units = {
        unit.id: unit
        for domain, catalog in catalogs
        for unit in catalog_units(catalog, domain.name, domain.source_lang)
    }
    result = receive(list(incoming.units(units)), units, display_path)
    if result.taken:
        for domain, catalog in catalogs:
            write_po(catalog, domain.path(lang))
    return lang, result


def _read_table(path: Path, display_path: str) -> _Incoming:
    rows = spreadsheet.read_rows(path.read_bytes(), display_path)
    return _Incoming(
        *_one_language(spreadsheet.language_places(rows), display_path), lambda _units: spreadsheet.read_units(rows)
    )


def _read_xml(path: Path, display_path: str) -> _Incoming:
    try:
        root = parse_xml(path.read_bytes())
    except etree.XMLSyntaxError as error:
        hint = "save the file again in the program that it comes from"
        raise PublishError(display_path, error.lineno, f"broken XML: {error.msg}", hint) from None
    except ValueError as error:
        raise PublishError(display_path, None, f"broken XML: {error}", "save the file as UTF-8") from None
    version = READERS.get(root.tag)
    if version is None:
        hint = "export with publish.py catalogs export --format xliff, and import that file"
        raise PublishError(display_path, root.sourceline, "not an XLIFF file", hint)
    langs = list(version.language_places(root))
    return _Incoming(*_one_language(langs, display_path), lambda units: version.read_units(root, units))


def _one_language(places: Iterable[tuple[str, int]], display_path: str) -> tuple[str, int]:
    """Return the language of all parts of a file, and its first line. Raises PublishError if they differ, or lack it."""
    found: tuple[str, int] | None = None
    for written, line in places:
        if not written:
            hint = "write its code where the export has it"
            raise PublishError(display_path, line, "the file does not name the language of its translations", hint)
        try:
            lang = language_code(written)
        except PublishError as error:
            raise PublishError(display_path, line, f"{error.message} “{written}”", error.hint) from None
        found = found or (lang, line)
        if found[0] != lang:
            raise PublishError(display_path, line, f"translations in “{found[0]}” and “{lang}”", "import one language")
    if found is None:
        raise PublishError(display_path, None, "the file has no translations", "import the file that was exported")
    return found
