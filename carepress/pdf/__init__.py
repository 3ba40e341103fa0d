"""Stage 4, write: XHTML becomes PDF.

WeasyPrint is imported here and in the modules of this package only. Fontconfig reads its configuration when WeasyPrint
is imported and again for each set of fonts; without ours, the machine's own fonts would be used.
"""

import os
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


with own_fonts_only(), warnings.catch_warnings():
    warnings.filterwarnings("ignore", "No fonts configured")
    import weasyprint  # noqa: F401
