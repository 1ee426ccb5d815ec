"""A visit to the studio in a browser: where to go, and what went wrong on the way."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from pellucid.studio.serving import Serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
LAPTOP, SCREEN, PHONE = (1280, 800), (1920, 1080), (390, 844)

CHAPTERS = tuple(f"#/guide/{number}" for number in range(1, 13))
VIEWS = (
    "#/inside/m1?part=test&example=3",
    "#/inside/m1?part=test&example=3&layer=hidden_1",
    "#/inside/m1?part=test&example=3&layer=hidden_1&unit=5",
    "#/inside/m1?part=test&example=3&layer=hidden_1&unit=5&array=kernel&weight=20,5",
    "#/inside/m2?part=test&example=3",
    "#/inside/m3?part=test&example=3&layer=look",
    "#/inside/m3?part=test&example=3&layer=attend",
    "#/inside/m3?part=test&example=3&layer=remember",
    "#/inside/m4?part=examples&example=1&layer=hidden_1",
    "#/inside/m6?part=test&example=3&layer=ensemble",
    "#/inside/m6.1?part=test&example=3&layer=hidden_1",
    "#/inside/m7?part=examples&example=1",
    "#/inside/m8?part=examples&example=1&layer=words",
    "#/inside/m8?part=examples&example=1&layer=attention_1",
    "#/test/m1",
    "#/test/m2",
    "#/lab/m1",
    "#/share/m1",
    "#/share/m4",
)
ALL = ("#/guide", *CHAPTERS, *VIEWS)


class Visit:
    """One person's browser, empty at the start.

    Parameters
    ----------
    browser
        The browser.
    studio
        The studio that is visited.
    size
        The window's width and height.
    theme, motion
        What the person's system prefers.
    """

    def __init__(
        self,
        browser: Browser,
        studio: Serving,
        size: tuple[int, int] = LAPTOP,
        theme: Literal["light", "dark"] = "light",
        motion: Literal["reduce", "no-preference"] = "reduce",
    ) -> None:
        width, height = size
        self._context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            reduced_motion=motion,
        )
        self.page = self._context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._heard)
        self.page.goto(studio.url)

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.errors.append(f"{message.text} {message.location.get('url', '')}")

    def go(self, address: str) -> None:
        """Go to a place of the page, and wait until everything that it shows is there."""
        self.page.evaluate("address => { location.hash = address }", address)
        self.settle()

    def settle(self) -> None:
        """Wait until no answer of the server is awaited any more; tiles of matrices may be."""
        # Soon after a change, what follows from it has been asked for.
        self.page.evaluate("new Promise(go => requestAnimationFrame(() => setTimeout(go, 60)))")
        self.page.wait_for_function(
            "() => !document.querySelector('[aria-busy=true]')"
            " && ![...document.querySelectorAll('[role=status]')]"
            ".some(found => found.textContent.startsWith('One moment'))"
        )

    def find(self, role: Any, name: str, exact: bool = True) -> Locator:
        """Find what has this role and name for a screen reader."""
        return self.page.get_by_role(role, name=name, exact=exact)

    def is_wider_than_its_window(self) -> bool:
        """Tell whether the page as a whole can be scrolled sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def violations(self, axe: str) -> list[str]:
        """Return what axe finds on the page as it is."""
        self.page.evaluate(axe)
        found: Sequence[dict[str, Any]] = self.page.evaluate("axe.run().then(r => r.violations)")
        return [
            f"{violation['id']}: {node['html'][:160]} ({node['failureSummary'][:200]})"
            for violation in found
            for node in violation["nodes"]
        ]

    def end(self) -> None:
        """Close the browser's window; the page must have had no error."""
        self._context.close()
        assert not self.errors, self.errors


def draw_one(visit: Visit) -> None:
    """Draw an upright stroke, a one, into the pad."""
    box = visit.page.get_by_role("application").bounding_box()
    assert box is not None
    middle = box["x"] + box["width"] / 2
    visit.page.mouse.move(middle, box["y"] + 0.12 * box["height"])
    visit.page.mouse.down()
    visit.page.mouse.move(middle, box["y"] + 0.9 * box["height"], steps=8)
    visit.page.mouse.up()
