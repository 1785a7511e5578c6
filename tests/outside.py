"""What reminders reach on the internet, on this machine instead: a web server that keeps what it is sent; a browser.

What it answers is in the path: /201, /404, /redirect/<url in hex>, /hang (until the test ends), /drip (byte by byte).
"""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

DRIPS, DRIP_S = 200, 0.02


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes
    peer: tuple[str, int]  # the same for requests of one connection


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Outside"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        parts = urlsplit(self.path)
        with self.server.changed:
            self.server.got.append(Request(self.path, headers, body, self.client_address))
            self.server.changed.notify_all()
        if parts.path.startswith("/hang"):
            self.server.over.wait()
            self.close_connection = True
        elif parts.path.startswith("/drip"):
            self._drip()
        elif parts.path.startswith("/redirect"):
            self._answer(307, {"Location": bytes.fromhex(parts.path.split("/")[2]).decode()})
        else:
            number = parts.path.split("/")[1]
            self._answer(int(number) if number.isdecimal() else 200)

    do_PUT = do_GET = do_POST

    def _answer(self, status: int, headers: dict[str, str] | None = None) -> None:
        said = self.server.says
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(said))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def _drip(self) -> None:
        self.close_connection = True
        try:
            self.wfile.write(b"HTTP/1.1")
            for _byte in range(DRIPS):
                self.wfile.write(b" ")
                if self.server.over.wait(DRIP_S):
                    return
            self.wfile.write(b"201 Created\r\nContent-Length: 0\r\n\r\n")
        except OSError:
            self.server.cut_off.set()

    def log_message(self, *args: object) -> None:
        """Not in a test's output."""


class Outside(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.got: list[Request] = []
        self.says = b""
        self.changed = threading.Condition()
        self.over, self.cut_off = threading.Event(), threading.Event()
        self.url = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *args: object) -> None:
        """Whoever hung up did so on purpose."""


@contextmanager
def outside() -> Iterator[Outside]:
    server = Outside()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Browser:
    """The browser's part of Web Push: its key pair, its secret, and how it reads what arrives."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def keys(self) -> dict[str, str]:
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"p256dh": base64url(point), "auth": base64url(self.secret)}

    def read(self, request: Request) -> dict[str, Any]:
        plain = http_ece.decrypt(request.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        return json.loads(plain)


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed_by(request: Request) -> tuple[str, dict[str, Any]]:
    """The public key that signed a request to a push service, and what it claims; fails when the signature does."""
    authorization = request.headers["authorization"]
    assert Vapid02.verify(authorization)
    given = dict(part.strip().split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
    middle = given["t"].split(".")[1]
    return given["k"], json.loads(base64.urlsafe_b64decode(middle + "=="))
