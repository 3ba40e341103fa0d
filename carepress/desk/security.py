"""What every request passes: known host names, bounded addresses, reading only; and the headers of every answer."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection
from urllib.parse import unquote

from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from carepress.desk.choices import MAX_QUERY
from carepress.preview.hosts import host_name

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "frame-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# The pages look whether they have changed: the desk's only script.
STRIP_POLICY = f"{HEADERS['Content-Security-Policy']}; script-src 'self'; connect-src 'self'"
# A PDF is shown by the browser's own viewer, whose page the rules for pages would break.
PDF_POLICY = "frame-ancestors 'self'; base-uri 'none'"
IDLE = 15  # seconds after which an idle connection is closed
ABSOLUTE = re.compile(rb"https?://(?P<host>[^/]*)(?P<path>/.*)?", re.I)
CROWDED = "crowded"  # the mark of a connection that is one too many
# Whatever was typed, and what depends on the day, is only in memory; the browser asks again for the rest.
NO_STORE, REVALIDATE = "no-store", "private, no-cache"


class Guard:
    """Refuse other host names than `hosts`, other methods than GET and HEAD, and long addresses; add headers.

    A whole address, as a proxy sends it, is a request for the host in it.
    `refuse` makes the page of a refusal from its status, `malformed` the one for what can be read of a broken request.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        refuse: Callable[[Scope, int], Awaitable[Response]],
        malformed: Callable[[bytes], bytes],
    ) -> None:
        self.app, self.malformed = app, malformed
        self.hosts = frozenset(host.lower() for host in hosts)
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        crowded = scope.get("state", {}).get(CROWDED, False)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", NO_STORE)
                if crowded:  # the next request is on a connection of its own, when there may be room
                    headers["Connection"] = "close"
            await send(message)

        _use_origin_form(scope)
        status = self._status(scope)
        if crowded:
            scope.update(path="/crowded", raw_path=b"/crowded")
        await (await self._refuse(scope, status) if status else self.app)(scope, receive, guarded)

    def _status(self, scope: Scope) -> int | None:
        """Return the status of a refusal, or None."""
        if host_name(scope) not in self.hosts:
            return 421
        if scope["method"] not in ("GET", "HEAD"):
            return 405
        if len(scope["query_string"]) > MAX_QUERY or len(scope["path"]) > MAX_QUERY:
            return 414
        return None


def _use_origin_form(scope: Scope) -> None:
    """Make a request for a whole address one for its path; its Host header does not count (RFC 9112, 3.2.2)."""
    if not (target := ABSOLUTE.fullmatch(scope["raw_path"])):
        return
    path = target["path"] or b"/"
    headers = [(name, value) for name, value in scope["headers"] if name != b"host"]
    scope.update(raw_path=path, path=unquote(path.decode()), headers=[*headers, (b"host", target["host"])])
