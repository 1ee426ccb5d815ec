"""Nobody gets into the studio but the person who started it, by no route."""

from __future__ import annotations

import re

import pytest
from starlette.routing import Mount, Route, WebSocketRoute

from pellucid.studio import live_line
from pellucid.studio.app import make_routes
from pellucid.studio.guard import WRITE_HEADER, Keys
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.exchange import UPGRADE, Browser, Headers, exchange

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


def attacks(browser: Browser, method: str) -> dict[str, Headers]:
    """Return the headers of each attack: all else is as our own page sends it."""
    good = browser.headers(writes=method not in READING)
    cookie = browser.cookie.split("=")[0]
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
        "no token": without(good, "Cookie"),
        "a wrong token": [*without(good, "Cookie"), ("Cookie", f"{cookie}={'x' * 43}")],
        "an empty token": [*without(good, "Cookie"), ("Cookie", f"{cookie}=")],
        "the launch's token as the cookie": [
            *without(good, "Cookie"),
            ("Cookie", f"{cookie}={browser.serving.studio.keys.launch}"),
        ],
        "a cookie that is none": [*without(good, "Cookie"), ("Cookie", "\xff;;=;\xe9=\xe9")],
    }  # fmt: skip
    if method not in READING:
        attacks |= {
            "a write without the header": without(good, WRITE_HEADER),
            "a write with a wrong header": [*without(good, WRITE_HEADER), (WRITE_HEADER, "x" * 43)],
            "a write with two headers": [*good, (WRITE_HEADER, "x")],
            "a write with the cookie in the header": [
                *without(good, WRITE_HEADER), (WRITE_HEADER, browser.cookie.partition("=")[2]),
            ],
        }  # fmt: skip
    return attacks


@routes
def test_no_attack_is_let_through_by_any_route(browser: Browser, method: str, path: str) -> None:
    for attack, headers in attacks(browser, method).items():
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
    for attack, headers in attacks(browser, "GET").items():
        for origin in ([], [("Origin", browser.origin)]):
            kept = headers if "origin" in attack else [*without(headers, "Origin"), *origin]
            reply = exchange(browser.serving.port, "GET", path, [*kept, *UPGRADE])
            assert reply.status in {400, 403}, attack
    without_origin = exchange(browser.serving.port, "GET", path, [*browser.headers(), *UPGRADE])
    assert without_origin.status == 403


def test_our_own_websocket_is_let_through(browser: Browser) -> None:
    headers = [*browser.headers(), ("Origin", browser.origin), *UPGRADE]
    assert exchange(browser.serving.port, "GET", live_line.PATH, headers).status == 101


@paths
def test_every_answer_forbids_frames_guessed_types_and_foreign_content(
    browser: Browser, path: str
) -> None:
    for headers in (browser.headers(), without(browser.headers(), "Cookie")):
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


def test_the_address_is_swapped_for_a_cookie_that_scripts_and_other_sites_cannot_use(
    browser: Browser,
) -> None:
    path = "/" + browser.serving.url.split("/", 3)[3]
    reply = exchange(browser.serving.port, "GET", f"{path}&x=1", [("Host", browser.host)])
    assert (reply.status, reply.headers["location"]) == (303, "/?x=1")
    name, *rules = reply.headers["set-cookie"].lower().split("; ")
    assert name.startswith(f"pellucid_{browser.serving.port}=")
    assert set(rules) == {"httponly", "samesite=strict", "path=/"}
    secrets = browser.serving.studio.keys
    assert len({secrets.launch, secrets.cookie, secrets.write}) == 3


@pytest.mark.parametrize("token", ["", "x", "x" * 43, "%FF%FE"])
def test_a_wrong_address_opens_nothing(browser: Browser, token: str) -> None:
    reply = exchange(browser.serving.port, "GET", f"/?token={token}", [("Host", browser.host)])
    assert reply.status == 403
    assert "set-cookie" not in reply.headers


def test_a_person_who_is_not_let_in_is_told_what_to_do(browser: Browser) -> None:
    reply = exchange(browser.serving.port, "GET", "/", [("Host", browser.host)])
    assert (reply.status, reply.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert b"open the address that the terminal shows" in reply.body


def test_a_ticket_opens_the_studio_once() -> None:
    keys = Keys()
    ticket = keys.ticket()
    assert [keys.opens(ticket), keys.opens(ticket)] == [True, False]
    assert [keys.opens(keys.launch), keys.opens(keys.launch)] == [True, True]


def test_each_launch_has_secrets_of_its_own() -> None:
    one, other = Keys(), Keys()
    assert not {one.launch, one.cookie, one.write} & {other.launch, other.cookie, other.write}


def test_the_studio_listens_on_this_machine_alone(serving: Serving) -> None:
    assert serving._socket.getsockname()[0] == "127.0.0.1"
