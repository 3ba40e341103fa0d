#!/usr/bin/env python3
"""The command: parses, calls, prints. The work is in carepress/."""

from carepress.cli import main

if __name__ == "__main__":
    main()
