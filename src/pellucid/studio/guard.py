"""What lets nobody into the studio but the person who started it.

The studio listens on 127.0.0.1, where every page open in the person's browser, and every other
user of the machine, can send requests to. The files of its page hold no secret, as they are the
same on every machine; all else that is asked must show that it comes from the studio's own page:

- exactly one ``Host``, ours: a foreign name that was made to lead here (DNS rebinding) has its own;
- ``Origin``, where sent, ours; a WebSocket must send it, since browsers let pages of any origin
  open one;
- ``Sec-Fetch-Site``, where sent, ``same-origin`` or ``none``; others may only lead to the page;
- the launch's token, in a header, which no form, link, image or other page can send; a WebSocket,
  which has no headers of its own, offers it as a protocol.

The token is in no cookie: cookies know no ports, so that a browser would show it to any other
user's server on this machine that the person comes by. It stands behind the ``#`` of the address
that is printed, which browsers send to nobody; the page keeps it in the storage of its origin, to
which the port belongs.

Secrets are compared in constant time. Each answer forbids other pages to show the studio, to
guess types, and forbids the page itself whatever comes from elsewhere.
"""

from __future__ import annotations

import hmac

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pellucid.studio.refusals import RefusedError, refusal_page, refusal_response

ADDRESS = "127.0.0.1"
TOKEN_HEADER = "x-pellucid-token"  # noqa: S105 -- the header's name
PROTOCOL = "pellucid"
"""What a WebSocket speaks; it offers the token beside it, and this is what is agreed upon."""
_READING = frozenset({"GET", "HEAD"})
_OWN_SITES = frozenset({"same-origin", "none"})
# How a WebSocket is closed that was not let in (RFC 6455, section 7.4.1: policy violation).
POLICY_VIOLATION = 1008


class Guard:
    """Stands before an application and lets through what the studio's own page asks.

    Parameters
    ----------
    app
        What is guarded.
    token
        The launch's secret.
    port
        The port that the studio listens on.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app = app
        self._token = token
        self.host = ADDRESS if port == 80 else f"{ADDRESS}:{port}"
        self._headers = _protection(self.host)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or let it through."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return

        async def protected(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
            await send(message)

        try:
            self._check_source(scope)
            if not _is_file_of_the_page(scope):
                self._check_token(scope)
        except RefusedError as refused:
            await _refuse(refused, scope, receive, protected)
            return
        await self._app(scope, receive, protected)

    def _check_source(self, scope: Scope) -> None:
        """Raise where headers say that a request is not of our own page."""
        if _values(scope, b"host") != [self.host]:
            raise RefusedError(
                403,
                "The request names another host than the studio.",
                expected=f"exactly one Host, {self.host}",
                remedy="open the address that the terminal shows",
            )
        origins = _values(scope, b"origin")
        needed = scope["type"] == "websocket"
        if origins != [f"http://{self.host}"] and (origins or needed):
            raise RefusedError(
                403, "The request comes from another page.", expected=f"Origin http://{self.host}"
            )
        is_own = set(_values(scope, b"sec-fetch-site")) <= _OWN_SITES
        if not is_own and not _leads_to_the_page(scope):
            raise RefusedError(
                403,
                "The request comes from another site.",
                expected="Sec-Fetch-Site same-origin or none",
                remedy="open the address that the terminal shows",
            )

    def _check_token(self, scope: Scope) -> None:
        """Raise where a request does not carry the launch's token, once."""
        if scope["type"] == "websocket":
            where = f"the protocols {PROTOCOL} and the token"
            tokens = [own for own in scope["subprotocols"] if own != PROTOCOL]
        else:
            where = f"the header {TOKEN_HEADER}, with the token of this launch"
            tokens = _values(scope, TOKEN_HEADER.encode())
        if len(tokens) != 1 or not _same(tokens[0], self._token):
            raise RefusedError(
                403,
                "The studio does not know this browser.",
                expected=where,
                remedy="open the address that the terminal shows, with its token",
            )


def _is_file_of_the_page(scope: Scope) -> bool:
    """Tell whether a request only reads what is the same on every machine."""
    is_read = scope["type"] == "http" and scope["method"] in _READING
    return is_read and not scope["path"].startswith("/api")


def _leads_to_the_page(scope: Scope) -> bool:
    """Tell whether somebody else's link, or file, opens the page, not a frame or a part of it."""
    is_page = scope["type"] == "http" and scope["path"] == "/" and scope["method"] == "GET"
    way = [_values(scope, name) for name in (b"sec-fetch-mode", b"sec-fetch-dest")]
    return is_page and way == [["navigate"], ["document"]]


async def _refuse(refused: RefusedError, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()  # the request to connect
        await send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": refused.what})
    else:
        is_page = scope["path"] == "/" and scope["method"] in _READING
        answer = refusal_page(refused) if is_page else refusal_response(refused)
        await answer(scope, receive, send)


def _protection(host: str) -> dict[str, str]:
    """Return the headers of every answer."""
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "style-src-attr": "'unsafe-inline'",  # positions and sizes of drawings; runs nothing
        "img-src": "'self' data: blob:",
        "media-src": "'self' blob:",
        "font-src": "'self'",
        "connect-src": f"'self' ws://{host}",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return {
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key.lower() == name]


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())
