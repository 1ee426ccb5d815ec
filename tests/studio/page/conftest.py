"""One studio with small models and one browser for all tests of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

import pellucid
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from tests.studio.page.browsing import CHROMIUM, FLAGS, Visit
from tests.studio.page.toolchain import installed

if TYPE_CHECKING:
    from playwright.sync_api import Browser


# A busy machine is slow; what never comes is waited for in vain only once.
_MILLISECONDS = 20_000


@pytest.fixture(scope="session")
def digits() -> pellucid.Model:
    return pellucid.train("digits", hidden=(24, 12), epochs=6, seed=1)


@pytest.fixture(scope="session")
def studio(digits: pellucid.Model) -> Iterator[Serving]:
    """Serve a studio that shows m1, the digits, and m2, a table with numbers to be predicted."""
    table = pellucid.train("diabetes", hidden=(8,), epochs=5, seed=1)
    shelf = Shelf()
    shelf.put("digits", "model", lambda: digits.trained)
    shelf.put("diabetes", "model", lambda: table.trained)
    with Serving(Studio(shelf, "inside")) as serving:
        yield serving


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, studio: Serving) -> Iterator[Visit]:
    """Visit as a person with an empty browser; it ends with an error where the page had one."""
    visit = Visit(chromium, studio)
    yield visit
    visit.end()


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the script that looks for what keeps people from using a page."""
    return (installed() / "node_modules/axe-core/axe.min.js").read_text()
