"""Nobody gets into the studio but the person who started it, by no route."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Mount, Route, WebSocketRoute

from pellucid.studio import live_line
from pellucid.studio.app import make_routes
from pellucid.studio.guard import PROTOCOL, TOKEN_HEADER
from pellucid.studio.pages import STATIC
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.exchange import UPGRADE, Browser, Headers, exchange, upgrade

READING = {"GET", "HEAD"}
OTHERS = ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW")


def enumerated() -> list[tuple[str, str]]:
    """Return every method and path that the router answers, and each path by a method of others."""
    found = [("GET", "/nowhere"), *((method, "/") for method in OTHERS)]
    for number, route in enumerate(make_routes(Studio(Shelf(), "data"))):
        assert isinstance(route, Route | Mount | WebSocketRoute), route
        path = re.sub(r"\{[^}]*\}", "m1", route.path)
        own = route.methods or set() if isinstance(route, Route) else {"GET", "HEAD"}
        methods = dict.fromkeys([*sorted(own), OTHERS[number % len(OTHERS)]])
        paths = ["/", "/index.html", "/assets/m1.js"] if isinstance(route, Mount) else [path]
        found += [(method, path) for path in paths for method in methods]
    return list(dict.fromkeys(found))


ROUTES = enumerated()
PATHS = sorted({path for _, path in ROUTES})
routes = pytest.mark.parametrize(("method", "path"), ROUTES)
paths = pytest.mark.parametrize("path", PATHS)


def without(headers: Headers, *names: str) -> Headers:
    return [(name, value) for name, value in headers if name not in names]


def is_file_of_the_page(method: str, path: str) -> bool:
    """Tell whether all that can be read there is the same for everybody."""
    return method in READING and not path.startswith("/api/")


def attacks(browser: Browser, method: str, path: str) -> dict[str, Headers]:
    """Return the headers of each attack: all else is as our own page sends it."""
    good = browser.headers(writes=method not in READING)
    attacks = {
        "a foreign host": [("Host", "evil.example"), *without(good, "Host")],
        "a foreign host that was made to lead here": [
            ("Host", f"evil.example:{browser.serving.port}"), *without(good, "Host"),
        ],
        "our host by another name": [
            ("Host", f"localhost:{browser.serving.port}"), *without(good, "Host"),
        ],
        "no host": without(good, "Host"),
        "two hosts, ours first": [*good, ("Host", "evil.example")],
        "two hosts, ours last": [("Host", "evil.example"), *good],
        "a foreign origin": [*without(good, "Origin"), ("Origin", "https://evil.example")],
        "the origin of another port": [
            *without(good, "Origin"), ("Origin", f"http://127.0.0.1:{browser.serving.port ^ 1}"),
        ],
        "the origin null": [*without(good, "Origin"), ("Origin", "null")],
        "two origins": [*good, ("Origin", browser.origin), ("Origin", "https://evil.example")],
        "from another site": [*without(good, "Sec-Fetch-Site"), ("Sec-Fetch-Site", "cross-site")],
        "from the same site": [*without(good, "Sec-Fetch-Site"), ("Sec-Fetch-Site", "same-site")],
    }  # fmt: skip
    if is_file_of_the_page(method, path):
        return attacks
    token, others = browser.token, without(good, TOKEN_HEADER)
    attacks |= {
        "no token": others,
        "a wrong token": [*others, (TOKEN_HEADER, "x" * 43)],
        "an empty token": [*others, (TOKEN_HEADER, "")],
        "two tokens": [*good, (TOKEN_HEADER, "x")],
        "the token as a cookie": [*others, ("Cookie", f"{TOKEN_HEADER}={token}")],
        "the token as a password": [*others, ("Authorization", f"Bearer {token}")],
    }
    return attacks


@routes
def test_no_attack_is_let_through_by_any_route(browser: Browser, method: str, path: str) -> None:
    for attack, headers in attacks(browser, method, path).items():
        reply = exchange(browser.serving.port, method, path, headers, b"{}")
        # Doubled or missing hosts are refused by the HTTP library itself.
        assert reply.status == 403 or ("host" in attack and reply.status == 400), attack


@routes
def test_our_own_page_is_let_through_by_every_route(
    browser: Browser, method: str, path: str
) -> None:
    headers = browser.headers(writes=method not in READING)
    reply = exchange(browser.serving.port, method, path, headers, b"{}")
    assert reply.status not in {403, 500}


@paths
def test_no_websocket_is_let_through_by_any_route(browser: Browser, path: str) -> None:
    own = upgrade(PROTOCOL, browser.token)
    for attack, headers in attacks(browser, "GET", "/api/live").items():
        if "token" not in attack:
            kept = headers if "origin" in attack else [*headers, ("Origin", browser.origin)]
            reply = exchange(browser.serving.port, "GET", path, [*kept, *own])
            assert reply.status in {400, 403}, attack
    headers = [*browser.headers(), ("Origin", browser.origin)]
    for offered in ([PROTOCOL], [PROTOCOL, "x" * 43], [PROTOCOL, browser.token, "x"], ["x"]):
        reply = exchange(browser.serving.port, "GET", path, [*headers, *upgrade(*offered)])
        assert reply.status == 403, offered
    assert exchange(browser.serving.port, "GET", path, [*headers, *UPGRADE]).status == 403
    without_origin = exchange(browser.serving.port, "GET", path, [*browser.headers(), *own])
    assert without_origin.status == 403


def test_our_own_websocket_is_let_through(browser: Browser) -> None:
    headers = [("Host", browser.host), ("Origin", browser.origin)]
    offered = upgrade(PROTOCOL, browser.token)
    reply = exchange(browser.serving.port, "GET", live_line.PATH, [*headers, *offered])
    assert (reply.status, reply.headers["sec-websocket-protocol"]) == (101, PROTOCOL)


@paths
def test_what_needs_no_token_is_a_file_of_the_page_or_nothing(browser: Browser, path: str) -> None:
    reply = exchange(browser.serving.port, "GET", path, [("Host", browser.host)])
    if path.startswith("/api/"):
        assert reply.status == 403
    elif reply.status == 200:
        assert reply.body == (STATIC / "index.html").read_bytes()
    else:
        assert reply.status == 404


@paths
def test_every_answer_forbids_frames_guessed_types_and_foreign_content(
    browser: Browser, path: str
) -> None:
    for headers in (browser.headers(), without(browser.headers(), TOKEN_HEADER)):
        said = exchange(browser.serving.port, "GET", path, headers).headers
        assert said["x-content-type-options"] == "nosniff"
        assert said["x-frame-options"] == "DENY"
        policy = dict(
            rule.strip().split(" ", 1) for rule in said["content-security-policy"].split(";")
        )
        assert policy["default-src"] == "'none'"
        assert policy["frame-ancestors"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert "access-control-allow-origin" not in said
        # Cookies know no ports: another user's server on this machine would be shown them.
        assert "set-cookie" not in said


def test_the_address_sends_the_token_to_nobody(browser: Browser) -> None:
    # What stands behind # is no part of a request (RFC 3986, section 3.5).
    sent, _, kept = browser.serving.url.partition("#")
    assert (sent, kept) == (f"{browser.origin}/", f"token={browser.serving.studio.token}")
    page = exchange(browser.serving.port, "GET", "/", [("Host", browser.host)])
    assert browser.token not in str(page)


def test_others_may_lead_to_the_page_and_nothing_else(browser: Browser) -> None:
    led = [
        ("Host", browser.host), ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"),
    ]  # fmt: skip
    port, whole, frame = browser.serving.port, ("Sec-Fetch-Dest", "document"), "iframe"
    assert exchange(port, "GET", "/", [*led, whole]).status == 200
    assert exchange(port, "GET", "/", [*led, ("Sec-Fetch-Dest", frame)]).status == 403
    for path in ("/index.html", "/api/session"):
        own = [*led, whole, (TOKEN_HEADER, browser.token)]
        assert exchange(port, "GET", path, own).status == 403


def test_each_launch_has_a_token_of_its_own() -> None:
    assert Studio(Shelf(), "data").token != Studio(Shelf(), "data").token


def test_the_studio_listens_on_this_machine_alone(serving: Serving) -> None:
    assert serving._socket.getsockname()[0] == "127.0.0.1"
