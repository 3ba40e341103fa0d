#!/usr/bin/env python3
"""The command: parses, calls, prints. The work is in carepress/."""

import sys
from pathlib import Path

if __name__ == "__main__":
    try:
        from carepress.cli import main

        main(home=Path(__file__).resolve().parent)
    except ModuleNotFoundError as error:
        if (error.name or "carepress").startswith("carepress"):
            raise
        sys.exit(f"publish.py: this Python lacks {error.name}: run make book once, then .venv/bin/python publish.py …")
