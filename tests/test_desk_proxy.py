"""The files of docs/desk.md for a ward's server, as they are written there: nginx with a sign-in in front of the desk."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from support_preview import Client
from support_wait import LONG, wait_for

from support import ROOT, needs

TYPED = "Zwxqvtyped"
LARGE = 24_000_000  # bytes: more than the system and nginx keep in memory for a connection

pytestmark = pytest.mark.slow


class Behind(BaseHTTPRequestHandler):
    """What is behind nginx: a sign-in that knows one browser, and a large file."""

    def do_GET(self) -> None:
        if self.path == "/oauth2/auth":
            self.send_response(202 if self.headers["X-Signed-In"] else 401)
            self.end_headers()
            return
        if self.path.startswith("/lost"):
            return
        names = ("Host", "X-Forwarded-For", "X-Forwarded-Proto")
        body = repr([self.headers[name] for name in names]).encode()
        body = body if self.path.startswith("/echo") else bytes(LARGE)
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[Client]:
    """Run nginx with the block of the docs; its other files are in `tmp_path`, and it has no folder for temporary ones."""
    program = shutil.which("nginx", path=f"{ROOT}/.venv/nginx/usr/sbin:/usr/sbin:{os.environ['PATH']}")
    needs(program, "nginx")
    assert program
    block = re.search(r"```\n(server \{.*?)```", (ROOT / "docs" / "desk.md").read_text(encoding="utf-8"), re.S)
    assert block
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Behind)
    threading.Thread(target=behind.serve_forever, daemon=True).start()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = f"127.0.0.1:{behind.server_port}"
    server = block[1].replace("listen 443 ssl", f"listen 127.0.0.1:{port}")
    server = server.replace("127.0.0.1:8018", place).replace("127.0.0.1:4180", place)
    assert server.count(place) == 2
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/temp/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "temp").mkdir(mode=0o777)
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}}\n"
        f"http {{ access_log {tmp_path}/access.log; {folders}\n{server}}}"
    )
    command = [program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", str(tmp_path / "error.log")]
    running = subprocess.Popen(command)
    try:
        wait_for(lambda: _listens(port))
        shutil.rmtree(tmp_path / "temp")
        yield Client(port)
    finally:
        running.terminate()
        running.wait(LONG)
        behind.shutdown()
        behind.server_close()


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def test_only_who_has_signed_in_passes_and_nothing_typed_is_logged(nginx: Client, tmp_path: Path) -> None:
    refused, _body = nginx.ask(f"/choose?q={TYPED}")
    passed, body = nginx.ask("/echo", **{"X-Signed-In": "yes", "Host": "desk", "X-Forwarded-For": "192.0.2.9"})
    assert (refused.status, passed.status) == (401, 200)
    assert body.decode() == "['desk', '127.0.0.1', 'https']"
    assert nginx.ask(f"/lost?q={TYPED}", **{"X-Signed-In": "yes"})[0].status == 502
    assert nginx.ask("/sign-in", **{"X-Signed-In": "yes"})[0].status == 404
    for path in filter(Path.is_file, tmp_path.rglob("*")):
        assert TYPED not in path.read_text(errors="replace"), path


def test_large_file_is_never_on_the_disk(nginx: Client) -> None:
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.settimeout(LONG)
        slow.connect(("127.0.0.1", nginx.port))
        slow.sendall(b"GET /file HTTP/1.1\r\nHost: desk\r\nX-Signed-In: yes\r\nConnection: close\r\n\r\n")
        received = slow.recv(100)
        threading.Event().wait(1)  # nginx has read as much as it wants to
        while part := slow.recv(1_000_000):
            received += part
    assert len(received) > LARGE
