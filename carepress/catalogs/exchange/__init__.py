"""The formats of the translation trade: catalogs as XLIFF, TMX and CSV, terms as TBX; what comes back is checked."""
