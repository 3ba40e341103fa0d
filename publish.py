#!/usr/bin/env python3
"""Run Carepress from a checkout; the code is in carepress/."""

import sys
from pathlib import Path

if __name__ == "__main__":
    try:
        from carepress.cli import main

        main(home=Path(__file__).resolve().parent)
    except ModuleNotFoundError as error:
        if (error.name or "carepress").startswith("carepress"):
            raise
        sys.exit(
            f"publish.py: the library {error.name} is missing: run make book once, then .venv/bin/python publish.py …"
        )
