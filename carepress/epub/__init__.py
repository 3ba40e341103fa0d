"""Stage 4, write: XHTML becomes EPUB."""
