"""Stage 4, write: XHTML becomes PDF.

Importing this package prepares fontconfig for WeasyPrint, so WeasyPrint is imported here and in its modules only:
fontconfig reads its configuration when it is loaded, and without ours the machine's own fonts would be used.
"""

import os
import warnings
from pathlib import Path

os.environ["FONTCONFIG_FILE"] = str(Path(__file__).with_name("fonts.conf"))
with warnings.catch_warnings():
    # fonts.conf lists no fonts on purpose: every document loads its own.
    warnings.filterwarnings("ignore", "No fonts configured")
    import weasyprint  # noqa: F401
