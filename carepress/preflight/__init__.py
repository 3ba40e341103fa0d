"""Stage 5, prove: what was made is looked at again before it replaces an older file."""
