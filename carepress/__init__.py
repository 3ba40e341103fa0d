"""Carepress: one plain-language handbook into print booklets and e-books in many languages.

Five stages, numbered the same in code, log and documentation:

1. read       Markdown and TOML become one typed `Book`         (`carepress.content`)
2. translate  the `Book` and a catalog give the translated one  (`carepress.catalogs`)
3. render     the `Book` and an edition give XHTML              (`carepress.pages`)
4. write      XHTML becomes PDF or EPUB                         (`carepress.pdf`, `carepress.epub.package`)
5. prove      what was written is opened again and checked      (`carepress.preflight`)
"""

__version__ = "0.1.0"
