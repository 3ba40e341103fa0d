"""The translator's and the writer's desk: catalogs kept true to the text, and what can be told of it."""

from __future__ import annotations

from collections.abc import Iterator

from carepress.batch import translate
from carepress.project import SOURCE_LANGUAGE, Project


def update_catalogs(project: Project, book_name: str, langs: tuple[str, ...]) -> Iterator[tuple[str, int, int]]:
    """Extract both domains and merge them into every language; yield (catalog, messages, to translate)."""
    from carepress.catalogs.extract import book_messages, interface_messages, template_catalog
    from carepress.catalogs.merge import merge
    from carepress.catalogs.po import INTERFACE, catalog_path, new_catalog, parse_language, read_po, write_po
    from carepress.content import read_book

    folder = project.book(book_name)
    book = read_book(folder)
    domains = [
        (project.interface_locales, INTERFACE, interface_messages(project.templates)),
        (project.locales(folder), book.id, book_messages(book)),
    ]
    targets = langs or [lang for lang in project.languages(folder) if lang != SOURCE_LANGUAGE]
    for locales, domain, messages in domains:
        template = template_catalog(messages, new_catalog(domain, None))
        write_po(template, locales / f"{domain}.pot")
        for lang in targets:
            parse_language(lang)
            path = catalog_path(locales, lang, domain)
            catalog = read_po(path, project.shown(path)) if path.exists() else new_catalog(domain, lang)
            merge(template, catalog)
            write_po(catalog, path)
            yield (
                project.shown(path),
                len(template),
                sum(not (entry.translated() or entry.obsolete) for entry in catalog),
            )


def reading_table(project: Project, book_name: str, langs: tuple[str, ...]) -> Iterator[str]:
    """Yield lines that tell how easy each chapter reads, and how many words each language has."""
    from carepress.checks.reading import chapter_sentences, count_words, score
    from carepress.content import read_book
    from carepress.model import segments

    folder = project.book(book_name)
    source = read_book(folder)
    for lang in langs or project.languages(folder):
        book, _interface = translate(project, source, lang)
        yield f"{lang}: {count_words(segments((book.front, book.parts)))} words"
        for chapter in book.chapters():
            found = score(chapter_sentences(chapter), lang)
            scores = {"grade": found.grade, "SMOG": found.smog, "Szigriszt": found.ease, "Huerta": found.huerta}
            shown = "  ".join(f"{name} {value:.1f}" for name, value in scores.items() if value is not None)
            yield f"  {chapter.id:30} {found.words:5} words  {found.words_per_sentence:4.1f} a sentence  {shown}"
