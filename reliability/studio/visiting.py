"""A page in a real browser that watches a training, stops it, looks inside, and lets it go on."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reliability.studio.memory import Measured, resident

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_PATIENCE_MILLISECONDS = 120_000
_SECONDS_TO_START = 120
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# Without validation rows nothing stops it early, and an epoch takes about a second of two cores.
_SOURCE, _HIDDEN, _EPOCHS = "digits", "1024, 512", "1000000"


@contextmanager
def studio(folder: Path) -> Iterator[tuple[str, int]]:
    """Start a studio in a process of its own; yield its address and the process's number."""
    command = [sys.executable, "-m", "pellucid", "studio", "--no-open"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        yield _address(process), process.pid
    finally:
        process.terminate()
        process.wait(_SECONDS_TO_START)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101 -- it was asked for
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1\S+", line):
            return found[0]
    raise RuntimeError("The studio has ended before it told its address.")


@contextmanager
def browser() -> Iterator[Browser]:
    """Start the system's Chromium, or Playwright's own."""
    from playwright.sync_api import sync_playwright

    own = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=own, args=_FLAGS)
        yield started
        started.close()


class Visitor:
    """A person who uses the studio for long.

    Parameters
    ----------
    browser
        The browser.
    url
        The studio's address.
    server
        The number of its process.

    Attributes
    ----------
    errors
        What the page's console complained of.
    """

    def __init__(self, browser: Browser, url: str, server: int) -> None:
        self._began = time.monotonic()
        self._server = server
        self._browser = browser
        self.errors: list[str] = []
        self._page: Page = browser.new_page(viewport={"width": 1280, "height": 800})
        self._page.set_default_timeout(_PATIENCE_MILLISECONDS)
        self._page.on("pageerror", lambda error: self.errors.append(str(error)))
        self._page.on("console", self._heard)
        self._page.goto(url)
        self._tools = self._page.context.new_cdp_session(self._page)
        self._tools.send("Performance.enable")
        self._run = ""

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    @property
    def seconds(self) -> float:
        """How long the visit has lasted."""
        return time.monotonic() - self._began

    def train(self) -> None:
        """Begin a training that does not end by itself."""
        page = self._page
        self._go(f"#/build/{_SOURCE}")
        page.get_by_label("hidden layers", exact=True).fill(_HIDDEN)
        page.get_by_label("epochs", exact=True).fill(_EPOCHS)
        page.keyboard.press("Tab")
        page.get_by_text(f"--epochs {_EPOCHS}").first.wait_for()
        page.get_by_role("button", name="Train", exact=True).click()
        page.wait_for_url(re.compile(r"#/train/."))
        self._run = page.url.rsplit("/", 1)[1]
        page.get_by_role("button", name="Pause", exact=True).wait_for()

    def lap(self, watching: float) -> Measured:
        """Watch the training for some seconds, look into a state of it, and let it go on."""
        page = self._page
        self._go(f"#/train/{self._run}")
        page.wait_for_timeout(1000 * watching)
        self._order("Pause", "Go on")
        timeline = page.get_by_label("Timeline of the training")
        timeline.get_by_role("button", name="Look inside").click()
        page.wait_for_url(re.compile(r"#/inside/m\d+"))
        model = re.search(r"#/inside/(m\d+)", page.url)
        assert model is not None  # noqa: S101 -- waited for
        for place in (
            "inside/{}?part=test&example=1",
            "inside/{}?part=test&example=1&layer=output",
        ):
            self._go("#/" + place.format(model[1]))
        for view in ("test", "lab"):
            self._go(f"#/{view}/{model[1]}")
        for place in (f"#/data/{_SOURCE}", "#/guide/9", f"#/train/{self._run}"):
            self._go(place)
        self._order("Go on", "Pause")
        return self._measured()

    def _order(self, name: str, then: str) -> None:
        self._page.get_by_role("button", name=name, exact=True).click()
        self._page.get_by_role("button", name=then, exact=True).wait_for()

    def _go(self, address: str) -> None:
        self._page.evaluate("address => { location.hash = address }", address)
        self._page.evaluate("new Promise(go => requestAnimationFrame(() => setTimeout(go, 150)))")
        self._page.wait_for_function("() => !document.querySelector('[aria-busy=true]')")

    def _measured(self) -> Measured:
        self._tools.send("HeapProfiler.collectGarbage")
        told = self._tools.send("Performance.getMetrics")["metrics"]
        metrics = {one["name"]: int(one["value"]) for one in told}
        header = self._page.locator("main header").inner_text()
        epoch = re.search(r"epoch ([\d\u202f]+) of", header)
        return Measured(
            seconds=round(self.seconds, 1),
            epochs=int(epoch[1].replace("\u202f", "")) if epoch else 0,
            heap=metrics["JSHeapUsedSize"],
            nodes=metrics["Nodes"],
            listeners=metrics["JSEventListeners"],
            page=sum(resident(pid) for pid in self._page_processes()),
            server=resident(self._server),
        )

    def _page_processes(self) -> list[int]:
        session = self._browser.new_browser_cdp_session()
        told = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return [one["id"] for one in told if one["type"] == "renderer"]
