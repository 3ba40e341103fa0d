"""A minimal S3 server: enough to list and put objects. As in S3, an object exists completely or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

BUCKET, KEY = "books", "tester"
PIECE = 8192


class S3(ThreadingHTTPServer):
    """A server with one bucket: `objects` by name, and `put`, the names in order of arrival."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects: dict[str, bytes] = {}
        self.put: list[str] = []
        self.begun = 0  # bytes received
        self.under_way = 0  # uploads in progress
        self.going_on = Event()  # cleared: uploads stop after their next piece
        self.going_on.set()
        self.refused = ""  # names that contain this text are denied

    @property
    def variables(self) -> dict[str, str]:
        """Return the environment variables of a client of this server."""
        return {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{self.server_address[1]}",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: S3

    def log_message(self, *_arguments: object) -> None:
        pass

    def parts(self) -> tuple[str, str]:
        """Return the bucket and key of the request; send an error and return empty strings if they are invalid."""
        bucket, _, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        if f"Credential={KEY}/" not in self.headers.get("Authorization", ""):
            return self.fail(403, "AccessDenied", "Access Denied")
        return (bucket, key) if bucket == BUCKET else self.fail(404, "NoSuchBucket", "The bucket does not exist")

    def fail(self, status: int, code: str, message: str) -> tuple[str, str]:
        self.answer(f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode(), status)
        return "", ""

    def answer(self, body: bytes = b"", status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"0"')
        self.send_header("Last-Modified", "Sat, 21 Nov 2026 12:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            with suppress(OSError):  # the client may have been killed
                self.wfile.write(body)

    def do_GET(self) -> None:
        bucket, key = self.parts()
        if bucket and not key:
            self.answer(self.listing())
        elif key in self.server.objects:
            self.answer(self.server.objects[key])
        elif bucket:
            self.fail(404, "NoSuchKey", "The key does not exist")

    do_HEAD = do_GET  # noqa: N815

    def do_PUT(self) -> None:
        self.server.under_way += 1
        try:
            self.take()
        finally:
            self.server.under_way -= 1

    def take(self) -> None:
        """Receive an object, and store it only if it arrived completely."""
        body, left = b"", int(self.headers["Content-Length"])
        while left and (piece := self.rfile.read(min(left, PIECE))):
            body, left = body + piece, left - len(piece)
            self.server.begun += len(piece)
            self.server.going_on.wait()
        _bucket, key = self.parts()
        if key and self.server.refused and self.server.refused in key:
            self.fail(403, "AccessDenied", "Access Denied")
        elif key and not left:
            self.server.objects[key] = body
            self.server.put.append(key)
            self.answer()

    def listing(self) -> bytes:
        wish = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        prefix, cut, rows, folders = wish.get("prefix", ""), wish.get("delimiter", ""), [], set()
        for key, data in sorted(self.server.objects.items()):
            rest = key.removeprefix(prefix)
            if key.startswith(prefix) and cut and cut in rest:
                folders.add(prefix + rest.partition(cut)[0] + cut)
            elif key.startswith(prefix):
                size = f"<LastModified>2026-11-21T12:00:00.000Z</LastModified><Size>{len(data)}</Size>"
                rows.append(f"<Contents><Key>{escape(key)}</Key>{size}</Contents>")
        rows += [f"<CommonPrefixes><Prefix>{escape(name)}</Prefix></CommonPrefixes>" for name in sorted(folders)]
        return f"<ListBucketResult><Name>{BUCKET}</Name>{''.join(rows)}</ListBucketResult>".encode()


@contextmanager
def s3_server() -> Iterator[S3]:
    server = S3()
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
