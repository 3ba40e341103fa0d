"""Stage 4, write: XHTML becomes PDF.

WeasyPrint is imported here and in the modules of this package only. Fontconfig reads its configuration when WeasyPrint
is imported and again for each set of fonts; without ours, the machine's own fonts would be used.
"""

import ctypes.util
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VARIABLE = "FONTCONFIG_FILE"


@contextmanager
def own_fonts_only() -> Iterator[None]:
    """Point fontconfig to our configuration, which has no fonts: every document brings its own.

    The environment is restored, because programs that are started later, such as a browser, need their fonts.
    """
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = str(Path(__file__).with_name("fonts.conf"))
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


@contextmanager
def by_soname() -> Iterator[None]:
    """Let libraries be found by their file names alone, where the system's loader knows these.

    WeasyPrint tries several names for each library. For each that does not exist, ctypes starts other programs: a fifth
    of a second in all.
    """

    def find_nothing(name: str) -> str | None:
        return None

    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = find_nothing
    try:
        yield
    finally:
        ctypes.util.find_library = find


with own_fonts_only(), by_soname(), warnings.catch_warnings():
    warnings.filterwarnings("ignore", "No fonts configured")
    import weasyprint  # noqa: F401
