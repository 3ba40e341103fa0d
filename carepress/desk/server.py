"""Run the application until Ctrl-C or SIGTERM; what is being made is finished first."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from carepress.desk.security import CROWDED, HEADERS, IDLE, NO_STORE, Guard

MAX_CONNECTIONS = 400  # more get 503 at once
PATIENCE = 20  # times IDLE after which a connection is closed whose answer is not read to its end
GRACE = 95  # seconds for what is being made when the server stops: more than a browser waits


class Impatient(H11Protocol):
    """Closes connections whose clients are slow: uvicorn waits forever for the rest of a request, or of an answer."""

    idle = IDLE

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch a connection."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            self.app_state = {CROWDED: True}
        self._watch(None, 0)

    def _watch(self, last: Any, times: int) -> None:
        """Close the connection if nothing has happened since the `last` request: for some `times` while it is answered."""
        waiting = self.cycle is None or self.cycle.response_complete
        times = times + 1 if self.cycle is last else 1
        if times > (1 if waiting else PATIENCE):
            self.transport.abort()
        elif not self.transport.is_closing():
            self.loop.call_later(self.idle, self._watch, self.cycle, times)

    def send_400_response(self, msg: str) -> None:
        """Answer what is not HTTP, or has too many headers, with a page; uvicorn has a line of English."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            headers = [(name.lower(), value) for name, value in HEADERS.items()]
            headers += [
                ("content-type", "text/html; charset=utf-8"),
                ("cache-control", NO_STORE),
                ("connection", "close"),
            ]
            page = self.config.app.malformed(self.conn.trailing_data[0])  # type: ignore[union-attr]
            for event in (
                h11.Response(status_code=400, reason=b"Bad Request", headers=headers),
                h11.Data(data=page),
                h11.EndOfMessage(),
            ):
                self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def configured(app: Guard, proxy: str | None) -> uvicorn.Config:
    """Return the settings of the server; headers of `proxy` are trusted."""
    return uvicorn.Config(
        app,
        http=Impatient,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=bool(proxy),
        forwarded_allow_ips=proxy,
        ws="none",
        timeout_keep_alive=IDLE,
        timeout_graceful_shutdown=GRACE,
    )


def serve(app: Guard, listener: socket.socket, opening: Callable[[], object] | None, proxy: str | None) -> None:
    """Serve on a socket. `opening` is called when the server is ready; headers of `proxy` are trusted."""

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if opening:
                opening()

    # uvicorn raises the signal again when all is finished; the default would then end Python without its clean-up.
    signal.signal(signal.SIGTERM, lambda *_args: sys.exit(0))
    Server(configured(app, proxy)).run(sockets=[listener])
