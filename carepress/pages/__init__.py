"""Stage 3, render: a `Book` and an edition give XHTML through Jinja, one vocabulary for PDF and EPUB."""
