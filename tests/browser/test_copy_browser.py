"""Chromium’s viewer copies the lines of a PDF file in both directions as they were set.

Other tests use pypdfium2, which may have another version of PDFium.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support_browser import chromium, until
from test_scripts import MIXED, copied, isolated, paragraph

from carepress.pdf.write import lay_out, write_pdf
from carepress.text.typefaces import missing_typeface
from support import needs

HTML = """<embed src="a.pdf" type="application/pdf" width="800" height="600"><script>
const messages = [];
addEventListener("message", (event) => messages.push(event.data));
</script>"""
# The messages of the viewer are those that Chromium's print preview uses.
ASK = """for (const type of ["selectAll", "getSelectedText"]) document.querySelector("embed").postMessage({ type }, "*");
return messages.map((message) => message.selectedText).filter(Boolean).pop();"""


class Quiet(SimpleHTTPRequestHandler):
    """A server of files that logs nothing."""

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Yield the address of a server of the files in a folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("lang", MIXED)
def test_lines_in_both_directions(lang: str, tmp_path: Path) -> None:
    needs(missing_typeface(lang) is None, f"the typeface of {lang}")
    lines = MIXED[lang]
    html = paragraph(lang, "<p>".join(map(isolated, lines))).replace("400mm 80mm", "400mm 200mm")
    (tmp_path / "a.pdf").write_bytes(write_pdf(lay_out(html), date(2026, 1, 1)))
    (tmp_path / "index.html").write_text(HTML)
    with served(tmp_path) as address, chromium() as browser:
        browser.get(f"{address}/index.html")
        text: str = until(lambda: browser.execute_script(ASK))
    assert [copied(line) for line in text.splitlines()] == [copied(re.sub("[⟨⟩]", "", line)) for line in lines]
