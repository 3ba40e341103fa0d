"""Stage 2, translate: apply a catalog to a `Book`, and update catalogs when the source changes."""
