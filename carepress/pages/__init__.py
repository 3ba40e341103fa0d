"""Stage 3, render: Jinja templates turn a `Book` into XHTML, with the same elements for PDF and EPUB."""
