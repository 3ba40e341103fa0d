"""publish.py preview"""

from __future__ import annotations

import socket

import click

from carepress.cli.options import book_option, current_project
from carepress.model import PublishError
from carepress.preview.server import make_app, serve
from carepress.workspace.project import check_language

ADDRESS = "127.0.0.1"  # this machine only


@click.command()
@book_option
@click.option("--lang", metavar="CODE", default="es", show_default=True, help="The language to look at.")
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8017,
    show_default=True,
    help="Where the page is; 0 takes a free one.",
)
@click.option("--no-pdf", is_flag=True, help="Text only: do not typeset the pages.")
def preview(book_name: str, lang: str, port: int, no_pdf: bool) -> None:
    """Show source, translation and printed page side by side in your browser.

    Save a catalog or a source file in any editor, and the page shows it. Nothing is written, and only this
    machine can see it. Ctrl-C ends it.
    """
    folder = current_project().book(book_name)
    check_language(lang, current_project().languages(folder))
    listener = _listen(port)
    app = make_app(current_project(), folder, lang, pdf=not no_pdf)
    click.echo(f"Open http://{ADDRESS}:{listener.getsockname()[1]}/ in your browser. Ctrl-C ends it.")
    serve(app, listener)


def _listen(port: int) -> socket.socket:
    """Return a socket on this machine's own address. Raises PublishError for a port that is taken."""
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
            "end the other preview, or choose another port with --port",
        ) from None
    return listener
