"""Stage 2, translate: a `Book` and a catalog give the `Book` in that language, and catalogs are kept."""
