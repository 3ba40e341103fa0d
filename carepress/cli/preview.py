"""publish.py preview"""

from __future__ import annotations

import socket

import click

from carepress.cli.options import LANGUAGE, book_option
from carepress.cli.paths import current_project
from carepress.model import PublishError
from carepress.preview.back import BackTranslator
from carepress.preview.server import make_app, serve
from carepress.workspace.project import check_language, source_language

ADDRESS = "127.0.0.1"  # only this machine can connect


@click.command()
@book_option
@click.option("--lang", metavar="CODE", type=LANGUAGE, help="The language to show. [default: the first translation]")
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8017,
    show_default=True,
    help="The port of the page; 0 picks a free one.",
)
@click.option("--no-pdf", is_flag=True, help="Show only text; do not typeset pages.")
@click.option("--back", is_flag=True, help="Show a rough translation back by Apertium, an external program.")
def preview(book_name: str, lang: str | None, port: int, no_pdf: bool, back: bool) -> None:
    """Show source, translation and printed page side by side in your browser.

    The page updates when you save a catalog or a source file in any editor. No file is written, and only this
    machine can open the page. Press Ctrl-C to stop.
    """
    folder = current_project().book(book_name)
    languages = current_project().languages(folder)
    lang = lang or languages[min(1, len(languages) - 1)]
    check_language(lang, languages)
    source = source_language(folder)
    if back and lang == source:
        raise click.UsageError("--back shows what a translation says: choose one with --lang.")
    translator = BackTranslator(lang, source) if back else None
    listener = _listen(port)
    app = make_app(current_project(), folder, lang, not no_pdf, translator)
    click.echo(f"Open http://{ADDRESS}:{listener.getsockname()[1]}/ in your browser. Press Ctrl-C to stop.")
    serve(app, listener)


def _listen(port: int) -> socket.socket:
    """Return a listening socket on the loopback address. Raises PublishError if the port is in use."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((ADDRESS, port))
        listener.listen()
    except OSError as error:
        listener.close()
        raise PublishError(
            f"{ADDRESS}:{port}",
            None,
            f"the port cannot be used ({error.strerror})",
            "stop the other preview, or choose another port with --port",
        ) from None
    return listener
