"""Carepress: one plain-language handbook as print booklets and e-books, in many languages.

A book passes through five stages, one package each (CONTRIBUTING.md has the map):

1. read       Markdown and TOML become one typed `Book`            (`carepress.content`)
2. translate  a catalog turns the `Book` into another language     (`carepress.catalogs`)
3. render     the `Book` and an edition become XHTML               (`carepress.pages`)
4. write      the XHTML becomes PDF or EPUB                        (`carepress.pdf`, `carepress.epub`)
5. prove      the finished file is opened again and checked        (`carepress.preflight`)
"""

__version__ = "0.1.0"
