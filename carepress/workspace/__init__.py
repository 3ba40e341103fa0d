"""Files on disk: where they are, what they are made from, how they are written."""
