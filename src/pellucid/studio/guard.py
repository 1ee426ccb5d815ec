"""What lets nobody into the studio but the person who started it.

The studio listens on 127.0.0.1, where every page open in the person's browser, and every other
user of the machine, can send requests to. Each request must show that it comes from the studio's
own page:

- exactly one ``Host``, ours: a foreign name that was made to lead here (DNS rebinding) has its own;
- ``Origin``, where sent, ours; a WebSocket must send it, since browsers let pages of any origin
  open one;
- ``Sec-Fetch-Site``, where sent, ``same-origin`` or ``none``;
- the cookie, for which the address with the launch's token is swapped; other pages' requests do
  not carry it (``SameSite=Strict``), and scripts cannot read it (``HttpOnly``);
- for everything but reading, a second token in a header, which no form or link can send.

All secrets are compared in constant time. Each answer forbids other pages to show the studio, to
guess types, and forbids the page itself whatever comes from elsewhere.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pellucid.studio.refusals import RefusedError, refusal_page, refusal_response

ADDRESS = "127.0.0.1"
WRITE_HEADER = "x-pellucid-token"
TOKEN = "token"  # noqa: S105 -- the parameter's name
_READING = frozenset({"GET", "HEAD"})
_OWN_SITES = frozenset({"same-origin", "none"})
# How a WebSocket is closed that was not let in (RFC 6455, section 7.4.1: policy violation).
POLICY_VIOLATION = 1008


class Keys:
    """The secrets of one launch.

    Attributes
    ----------
    launch
        Stands in the address that is printed, and is swapped for the cookie.
    cookie
        The cookie's value.
    write
        What the page sends in a header with everything but reading.
    """

    def __init__(self) -> None:
        self.launch = secrets.token_urlsafe(32)
        self.cookie = secrets.token_urlsafe(32)
        self.write = secrets.token_urlsafe(32)
        self._tickets: set[str] = set()

    def ticket(self) -> str:
        """Return a token that opens the studio once.

        The address that a browser is started with can be seen in the list of processes.
        """
        ticket = secrets.token_urlsafe(32)
        self._tickets.add(ticket)
        return ticket

    def opens(self, token: str) -> bool:
        """Tell whether a token opens the studio; a ticket is used up."""
        if _same(token, self.launch):
            return True
        for ticket in self._tickets:
            if _same(token, ticket):
                self._tickets.discard(ticket)
                return True
        return False


class Guard:
    """Stands before an application and lets through what the studio's own page asks.

    Parameters
    ----------
    app
        What is guarded.
    keys
        The launch's secrets.
    port
        The port that the studio listens on.
    """

    def __init__(self, app: ASGIApp, keys: Keys, port: int) -> None:
        self._app = app
        self._keys = keys
        self.host = ADDRESS if port == 80 else f"{ADDRESS}:{port}"
        # Cookies know no ports: each studio on this machine has a name of its own.
        self.cookie_name = f"pellucid_{port}"
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
            if (token := _launch_token(scope)) is not None:
                await self._swap(token, scope)(scope, receive, protected)
                return
            self._check_secrets(scope)
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
        if not set(_values(scope, b"sec-fetch-site")) <= _OWN_SITES:
            raise RefusedError(
                403,
                "The request comes from another site.",
                expected="Sec-Fetch-Site same-origin or none",
                remedy="copy the address into the browser rather than following a link",
            )

    def _check_secrets(self, scope: Scope) -> None:
        """Raise where the cookie, or the token that a write needs, is not ours."""
        if not _any_same(_cookies(scope, self.cookie_name), self._keys.cookie):
            raise RefusedError(
                403,
                "The studio does not know this browser.",
                remedy="open the address that the terminal shows, with its token",
            )
        if scope["type"] == "http" and scope["method"] not in _READING:
            tokens = _values(scope, WRITE_HEADER.encode())
            if len(tokens) != 1 or not _same(tokens[0], self._keys.write):
                raise RefusedError(
                    403,
                    "The request does not carry the page's token.",
                    expected=f"the header {WRITE_HEADER}, as /api/session gives it",
                    remedy="load the page again",
                )

    def _swap(self, token: str, scope: Scope) -> RedirectResponse:
        """Return the cookie for a right token, on the way to the address without it."""
        if not self._keys.opens(token):
            raise RefusedError(
                403,
                "The token is not that of this launch.",
                remedy="open the address that the terminal shows now",
            )
        query = urlencode([pair for pair in _query(scope) if pair[0] != TOKEN])
        response = RedirectResponse("/" + (f"?{query}" if query else ""), status_code=303)
        response.set_cookie(
            self.cookie_name, self._keys.cookie, path="/", httponly=True, samesite="strict"
        )
        return response


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


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _launch_token(scope: Scope) -> str | None:
    """Return the token in the address of the page, where there is one."""
    if scope["type"] != "http" or scope["path"] != "/" or scope["method"] not in _READING:
        return None
    return next((value for name, value in _query(scope) if name == TOKEN), None)


def _cookies(scope: Scope, name: str) -> list[str]:
    found = []
    for header in _values(scope, b"cookie"):
        for pair in header.split(";"):
            try:
                parsed: SimpleCookie = SimpleCookie(pair.strip())
            except CookieError:
                continue
            found += [morsel.value for key, morsel in parsed.items() if key == name]
    return found


def _any_same(given: Iterable[str], secret: str) -> bool:
    return any(_same(value, secret) for value in given)


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())
