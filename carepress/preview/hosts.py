"""The host name that a request is for: a page of another site must not reach a local server by a name of its own."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import Scope


def host_name(scope: Scope) -> str:
    """Return the name in the Host header of a request, without its port; nothing if it is malformed or not the only one."""
    hosts = Headers(scope=scope).getlist("host")
    if len(hosts) != 1:
        return ""
    name, colon, port = hosts[0].lower().rpartition(":")
    if not colon or hosts[0].endswith("]"):  # an address of IPv6
        return hosts[0].lower()
    return name if port.isascii() and port.isdigit() else ""
