"""Load ICU, which only languages in other scripts than Latin, Greek and Cyrillic need: it takes 51 MB.

The extras of these scripts in pyproject.toml install it. Whether it is installed never changes an output.
"""

from __future__ import annotations

from typing import Any

from carepress.model import PublishError
from carepress.text.typefaces import install_hint


def load_icu(use: str) -> Any:
    """Return the module of ICU; `use` is a language or what else needs it. Raises PublishError if it is not installed."""
    try:
        import icu  # late: most books do without it
    except ImportError:
        raise PublishError(use, None, "the library ICU is not installed", install_hint("icu")) from None
    return icu
