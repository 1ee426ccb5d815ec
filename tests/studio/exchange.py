"""Requests written byte by byte, as no well-behaved client would send them."""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pellucid.studio.guard import TOKEN_HEADER
from pellucid.studio.serving import Serving

Headers = list[tuple[str, str]]
# What a browser sends to open a WebSocket (RFC 6455, section 1.3).
UPGRADE: Headers = [
    ("Connection", "Upgrade"),
    ("Upgrade", "websocket"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
]


def upgrade(*protocols: str) -> Headers:
    """Return what a browser sends to open a WebSocket that offers these protocols."""
    return [*UPGRADE, ("Sec-WebSocket-Protocol", ", ".join(protocols))]


@dataclass
class Reply:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Browser:
    """What a browser that was let in knows, and how it asks."""

    serving: Serving
    token: str = field(init=False)

    def __post_init__(self) -> None:
        self.token = self.serving.url.partition("#token=")[2]
        assert self.token

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.serving.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def headers(self, *, writes: bool = False) -> Headers:
        """Return what our own page would send."""
        sent = [("Host", self.host), ("Sec-Fetch-Site", "same-origin"), (TOKEN_HEADER, self.token)]
        return [*sent, ("Origin", self.origin)] if writes else sent

    def get(self, path: str) -> Reply:
        return exchange(self.serving.port, "GET", path, self.headers())

    def post(self, path: str, body: Any) -> Reply:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return exchange(self.serving.port, "POST", path, self.headers(writes=True), content)


def exchange(
    port: int, method: str, path: str, headers: Sequence[tuple[str, str]], body: bytes = b""
) -> Reply:
    """Send one request exactly as it is written; return what came back."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    is_upgrade = any(name == "Upgrade" for name, _ in headers)
    lines += [] if is_upgrade else ["Connection: close", f"Content-Length: {len(body)}"]
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        received = b""
        # Whoever let a WebSocket in keeps the line open: its first lines are enough.
        while not (is_upgrade and b"\r\n\r\n" in received):
            piece = connection.recv(1 << 16)
            if not piece:
                break
            received += piece
    head, _, content = received.partition(b"\r\n\r\n")
    first, *rest = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in rest)
    found = {name.lower(): value.strip() for name, _, value in pairs}
    return Reply(int(first.split()[1]), found, content)


def answer(reply: Reply) -> Any:
    """Return what a reply says, which must be no refusal."""
    assert reply.status == 200, reply.body[:500]
    return reply.json
