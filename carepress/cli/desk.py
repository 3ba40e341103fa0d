"""publish.py desk"""

from __future__ import annotations

import re
import socket
import webbrowser
from contextlib import suppress
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from tempfile import TemporaryFile

import click

from carepress.cli.options import book_option, out_option
from carepress.cli.paths import current_project, say
from carepress.desk.app import Settings, make_app
from carepress.desk.pages import interface_languages
from carepress.desk.security import LOOPBACK
from carepress.desk.server import serve
from carepress.model import PublishError
from carepress.workspace.files import write_error

ADDRESS = "127.0.0.1"
# A name as it is in Host. Names of an intranet and of containers may have an underscore.
NAME = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")


def _shelf(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str:
    """Return the address of the shelf with a slash at its end. Raises click.BadParameter."""
    if value and not re.fullmatch(
        r"https://([A-Za-z0-9-]+\.)+[A-Za-z0-9-]+(:[0-9]{1,5})?(/[A-Za-z0-9._~/%-]{0,150})?", value
    ):
        raise click.BadParameter(f"invalid web address “{value}”: use the form https://example.org/handbooks/")
    return f"{value.rstrip('/')}/" if value else ""


def _names(_ctx: click.Context, _option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Return names as browsers send them in Host, without a port. Raises click.BadParameter."""
    for value in values:
        if not NAME.fullmatch(value):
            raise click.BadParameter(f"invalid name “{value}”: {_name_hint(value)}")
    return values


def _name_hint(value: str) -> str:
    """Return what to write in place of a name that browsers do not send."""
    with suppress(ValueError):
        return f"write an IPv6 address in brackets, [{IPv6Address(value)}]"
    with suppress(UnicodeError):
        sent = value.encode("idna").decode()
        if not value.isascii() and NAME.fullmatch(sent):
            return f"write it as browsers send it, {sent}"
    return "write the name alone, such as desk.st-mary.example, without https:// and port"


def _proxy(_ctx: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return the address of one computer. Raises click.BadParameter."""
    try:
        return value and str(ip_address(value))
    except ValueError:
        hint = "write the address of one computer, such as 127.0.0.1"
        raise click.BadParameter(f"invalid address “{value}”: {hint}") from None


@click.command()
@book_option
@click.option(
    "--hospital", "hospitals", metavar="ID", multiple=True, help="Serve only this one. [default: all, and none]"
)
@click.option("--lang", metavar="CODE", help="The language of the page. [default: that of the browser]")
@click.option("--host", metavar="ADDRESS", default=ADDRESS, show_default=True, help="The address to listen on.")
@click.option(
    "--allow-host",
    "names",
    metavar="NAME",
    multiple=True,
    callback=_names,
    help="A name by which browsers reach the desk. Required with another --host than that of this machine.",
)
@click.option(
    "--proxy",
    metavar="ADDRESS",
    callback=_proxy,
    help="The address of the proxy whose forwarded headers are trusted.",
)
@click.option(
    "--port",
    metavar="N",
    type=click.IntRange(0, 65535),
    default=8018,
    show_default=True,
    help="The port of the page; 0 picks a free one.",
)
@click.option(
    "--shelf-url",
    "shelf",
    metavar="URL",
    callback=_shelf,
    help="The address where the folder of publish.py shelf is published, such as https://example.org/handbooks/: "
    "beside the e-book, the page then has a code of it to scan with a phone.",
)
@click.option("--no-open", is_flag=True, help="Do not open the page in a browser.")
@out_option("The build folder: finished files and the cache.")
def desk(
    book_name: str,
    hospitals: tuple[str, ...],
    lang: str | None,
    host: str,
    names: tuple[str, ...],
    proxy: str | None,
    port: int,
    shelf: str,
    no_open: bool,
    out: Path,
) -> None:
    """Open the print desk: today's handout in three clicks, in a browser.

    Choose the family's language, then a handout, a sheet or a follow-up plan, and print. Files are built as
    publish.py build does, into the build folder. Drafts are shown, but only printed if the hospital's profile has
    print_drafts = true. Only this machine can open the page, unless --host and --allow-host say otherwise. Press
    Ctrl-C to stop.
    """
    project = current_project()
    folder = project.book(book_name)
    for name in hospitals:
        project.hospital(name)
    is_local = host in (ADDRESS, "localhost", "::1")
    if not is_local and not names:
        raise click.UsageError(f"--host {host} needs --allow-host, the name by which browsers reach the desk")
    if (lang is not None) and lang not in (known := interface_languages(project, folder)):
        raise PublishError(lang, None, "the page has no such language", f"use one of {', '.join(known)}")
    _note_unwritable(out)
    listener = _listen(host, port)
    hosts = {*names, *(LOOPBACK if is_local else ())}
    app = make_app(project, folder, out.absolute(), hosts, lang, hospitals, shelf, Settings(ahead=True))
    name = host if is_local else names[0]
    shown = f"[{name}]" if ":" in name.strip("[]") and not name.startswith("[") else name
    address = f"http://{shown}:{listener.getsockname()[1]}/"
    click.echo(f"Open {address} in your browser. Press Ctrl-C to stop.")
    opening = None if no_open or not is_local else lambda: webbrowser.open(address)
    serve(app, listener, opening, proxy)


def _note_unwritable(out: Path) -> None:
    """Report at the start, not in front of a family, that no file can be made in the build folder."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out):
            pass
    except OSError as error:
        message, hint = write_error(error, "--out")
        say(
            f"note: {PublishError(out, None, f'{message}: only files that are already there can be printed', hint)}",
            err=True,
        )


def _listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises PublishError if the address or port cannot be used."""
    try:
        family, kind, protocol, _name, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PublishError(host, None, f"the address cannot be used ({error.strerror})", "use another --host") from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(place)
        listener.listen(128)
    except OSError as error:
        listener.close()
        hint = "stop the other print desk, or choose another port with --port"
        raise PublishError(f"{host}:{port}", None, f"the port cannot be used ({error.strerror})", hint) from None
    return listener
