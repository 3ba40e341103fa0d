"""The files of a project: their paths, their digests, the cache, and atomic writes."""
