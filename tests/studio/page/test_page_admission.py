"""Who opens the printed address is let in, and stays so; who does not, is told what to do."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from playwright.sync_api import Browser, Page, expect

from pellucid.studio.doorway import Doorway
from pellucid.studio.serving import Serving
from tests.studio.page.browsing import Visit

PLACE = "#/inside/m1?part=test&example=3"


@contextmanager
def somebody_elses_server() -> Iterator[tuple[int, list[str]]]:
    """Listen on another port of the same machine; yield it, and all that is sent there."""
    heard: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(f"{self.path}\n{self.headers}")
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port, heard
    finally:
        server.shutdown()
        server.server_close()


def expect_a_row(page: Page) -> None:
    """Expect the row that `PLACE` leads to, with its picture."""
    picture = page.get_by_role("img", name="image").first
    expect(picture).to_be_visible()
    expect(picture).not_to_have_js_property("naturalWidth", 0)


def test_a_page_loaded_again_and_other_tabs_are_let_in(visit: Visit, studio: Serving) -> None:
    assert studio.studio.token not in visit.page.url
    visit.go(PLACE)
    expect_a_row(visit.page)
    visit.page.reload()
    expect_a_row(visit.page)
    tab = visit.page.context.new_page()
    tab.goto(visit.page.url)
    expect_a_row(tab)
    # A link with a wrong token, whoever made it, shuts nobody out.
    tab.evaluate("address => { location.hash = address }", "#token=wrong")
    expect(tab).to_have_url(re.compile("#/inside/m1"))
    visit.page.reload()
    expect_a_row(visit.page)


def test_no_other_server_of_this_machine_is_sent_the_token(visit: Visit, studio: Serving) -> None:
    with somebody_elses_server() as (port, heard):
        visit.page.context.new_page().goto(f"http://127.0.0.1:{port}/")
        assert heard
        assert visit.page.context.cookies() == []
        assert not any(studio.studio.token in said or "cookie" in said.lower() for said in heard)


def test_an_unknown_browser_is_told_what_to_do(chromium: Browser, studio: Serving) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.goto(studio.url.partition("#")[0] + PLACE)
    expect(page.get_by_role("alert")).to_contain_text("open the address that the terminal shows")
    # The address typed over it lets in.
    page.evaluate("address => { location.href = address }", studio.url)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("heading", name="digits").first).to_be_visible()
    context.close()


def test_the_private_file_leads_to_the_studio(chromium: Browser, studio: Serving) -> None:
    doorway = Doorway(studio.url)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(doorway.path.as_uri())
    expect(page.get_by_role("heading", name="digits").first).to_be_visible()
    assert studio.studio.token not in page.url
    context.close()
    doorway.close()
