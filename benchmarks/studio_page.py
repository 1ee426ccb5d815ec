"""How soon the studio's page answers a person: from the real input event to the settled view.

``python -m benchmarks.studio_page SET N`` trains one network, starts ``pellucid studio`` with it N
times, each in a new process, and goes through the views in a browser; it prints a JSON object a
start: the milliseconds of the first view, and those of each interaction, several each.

An interaction's time begins with the stamp that the browser gave the person's event (a pointer let
go, a key pressed, the last move of a stroke), and ends with the first frame painted after the
page's last change that followed: it has settled once nothing changed, no answer was awaited and no
picture was loading for `_QUIET` milliseconds, which do not count.
"""

from __future__ import annotations

import json
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.bars import is_quiet
from benchmarks.contestant import ContestantFailedError
from benchmarks.each_set import measure_each
from benchmarks.images import image_folders
from benchmarks.summary import Results, Verdict

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page, Position

FIRST_BAR, BAR = 1000.0, 100.0
HEADER = ("", "what a person does", "median ms", "worst ms", "times")
HEAD = """## The studio's page

Milliseconds from a person's event, as the browser stamps it, to the frame in which the page has
settled: nothing changes any more, and no answer or picture is awaited. The first view counts from
the navigation, in a browser and a server that have shown nothing before. Each interaction is done
several times after a first one that does not count but for what is computed only once, which stands
as a line of its own and is not judged. A system that asks for less motion, since the length of an
animation is chosen. Chromium without a graphics card, 1280×800; it shares the cores with the
server."""

_HIDDEN = "512,256"
_SETS = {"mnist, 512-256 units": "mnist", "8×8 digits, 512-256 units": "digits-8x8"}
NAMES = tuple(_SETS)
_TIMES = 5
_QUIET = 350
_PATIENCE = 120_000
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FIRST = "first view"

_WATCH = """
(() => {
  const seen = { event: 0, painted: 0, open: 0, changed: performance.now() };
  window.__seen = seen;
  const afterPaint = (then) => requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => then(performance.now());
    channel.port2.postMessage(0);
  });
  const change = () => {
    seen.changed = performance.now();
    afterPaint((now) => { seen.painted = Math.max(seen.painted, now); });
  };
  new MutationObserver(change).observe(document, {
    subtree: true, childList: true, attributes: true, characterData: true,
  });
  document.addEventListener("load", change, true);
  const fetched = window.fetch;
  window.fetch = async (...given) => {
    seen.open += 1;
    try { return await fetched(...given); } finally { seen.open -= 1; }
  };
  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    change();
    return put.apply(this, given);
  };
  const stamp = (event) => { seen.event = event.timeStamp; };
  for (const kind of ["click", "keydown", "change", "pointerup"]) {
    addEventListener(kind, stamp, true);
  }
  addEventListener("pointermove", (event) => { if (event.buttons) stamp(event); }, true);
  window.__settled = () =>
    seen.open === 0 && performance.now() - seen.changed > QUIET
    && !document.querySelector("[aria-busy=true]")
    && [...document.images].every((image) => image.complete);
})();
""".replace("QUIET", str(_QUIET))


def measure_studio_page(
    repeats: int, *, only: tuple[str, ...] = (), kept: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure the sets that this machine has; arguments as for `measure_checkpoints`."""
    has_images = "mnist" in image_folders()
    wanted = {name: repeats if _SETS[name] != "mnist" or has_images else None for name in NAMES}
    return measure_each("benchmarks.studio_page", wanted, only=only, kept=kept)


def _train(name: str, run: Path) -> None:
    source = str(image_folders()["mnist"]) if _SETS[name] == "mnist" else _SETS[name]
    command = [sys.executable, "-m", "pellucid", "train", source, "--network", "dense"]
    command += ["--hidden", _HIDDEN, "--epochs", "2", "--seed", "1", "--calibration", "none"]
    subprocess.run([*command, "--run", str(run)], check=True, capture_output=True)


@contextmanager
def _studio(run: Path) -> Iterator[str]:
    """Start the studio in a process of its own, and yield its address."""
    command = [sys.executable, "-m", "pellucid", "studio", str(run), "--no-open"]
    process = subprocess.Popen(command, cwd=run.parent, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None  # noqa: S101 -- it was asked for
        lines = (re.search(r"http://127\.0\.0\.1\S+", line) for line in process.stdout)
        found = next((match for match in lines if match), None)
        if found is None:
            raise ContestantFailedError("the studio ended before it told its address")
        yield found[0]
    finally:
        process.terminate()
        process.wait(60)


class _Person:
    """A person at the page, whose events are timed.

    Parameters
    ----------
    browser
        The browser.
    url
        The studio's address.
    """

    def __init__(self, browser: Browser, url: str) -> None:
        self._context = browser.new_context(
            viewport={"width": 1280, "height": 800}, reduced_motion="reduce"
        )
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(_PATIENCE)
        self.page.add_init_script(_WATCH)
        self.page.goto(url)
        self.page.get_by_role("heading", level=1).wait_for()
        self.page.wait_for_function("() => window.__settled()")
        self.first = float(self.page.evaluate("window.__seen.painted"))

    def time(self, act: Callable[[], object], shows: Locator | None = None) -> float:
        """Do something; return the milliseconds until the page shows what follows from it."""
        self.page.evaluate("window.__seen.event = window.__seen.painted = 0")
        act()
        if shows is not None:
            shows.wait_for()
        # What follows has been asked for after a frame or two.
        self.page.wait_for_timeout(_QUIET)
        self.page.wait_for_function("() => window.__settled()")
        event, painted = self.page.evaluate("[window.__seen.event, window.__seen.painted]")
        if not 0 < event < painted:
            raise ContestantFailedError(f"nothing followed from an event: {event}, {painted}")
        return float(painted - event)

    def go(self, address: str) -> None:
        """Go somewhere without being timed."""
        self.page.evaluate("address => { location.hash = address }", address)
        self.page.wait_for_timeout(_QUIET)
        self.page.wait_for_function("() => window.__settled()")

    def end(self) -> None:
        """Close the window."""
        self._context.close()


def _walk(person: _Person) -> Iterator[tuple[str, float]]:
    """Go through the views; yield what was done and its milliseconds, first times as well."""
    page, model = person.page, "#/inside/m1?part=test&example="
    button = page.get_by_role("button", name="Next example")
    for _ in range(_TIMES + 1):
        yield "next example", person.time(button.click)
    for number in range(_TIMES + 1):
        person.go(f"{model}{number}")
        name = page.get_by_role("button", name="hidden_1")
        yield "a layer", person.time(name.click, page.get_by_role("heading", name="hidden_1"))
    for _ in range(_TIMES + 1):
        for what in ("Gradient", "Input × weight", "Last update", "Weights"):
            choice = page.get_by_role("radio", name=what, exact=True)
            label = page.locator("label", has=choice)
            yield f"weights shown as: {what.lower()}", person.time(label.click)
    for number in range(_TIMES + 1):
        person.go(f"{model}{number}&layer=hidden_1")
        shown = page.locator("svg.units").nth(1)  # the neurons of the first hidden layer
        at: Position = {"x": 4, "y": 4 + 20 * number}
        yield (
            "a neuron",
            person.time(
                lambda shown=shown, at=at: shown.click(position=at),  # type: ignore[misc]  # bound at once
                page.get_by_role("heading", name="Neuron"),
            ),
        )
    for number in range(_TIMES + 1):
        person.go(f"{model}{number}&layer=hidden_1&unit={number + 4}")
        weight = page.get_by_role("button", name="Look at the weight of").nth(number)
        yield (
            "one weight",
            person.time(weight.click, page.get_by_role("heading", name="One weight")),
        )
    for number in range(_TIMES + 1):
        person.go(f"{model}{number}")
        test = page.get_by_role("link", name="Test", exact=True)
        yield "Test", person.time(test.click, page.get_by_role("heading", name="What was taken"))
    for number in range(_TIMES + 1):
        cell = page.get_by_role("region", name="What was taken").locator("td button").nth(number)
        yield "a cell of the confusion matrix", person.time(cell.click)
    person.go(f"{model}3")
    page.locator("label", has=page.get_by_role("radio", name="Your own")).click()
    person.go(f"{model}3&layer=hidden_1")
    person.go(f"{model}4")
    box = page.get_by_role("application").bounding_box()
    if box is None:
        raise ContestantFailedError("there is nothing to draw on")
    for number in range(_TIMES + 1):
        across, upper = box["x"] + box["width"] * (0.2 + 0.1 * number), box["y"] + 30
        page.mouse.move(across, upper)
        page.mouse.down()
        page.mouse.move(across, upper + 20)
        yield (
            "a stroke, while drawing",
            person.time(
                lambda across=across, upper=upper: page.mouse.move(across, upper + 80)  # type: ignore[misc]  # bound at once
            ),
        )
        page.mouse.up()


def _measure(browser: Browser, run: Path) -> dict[str, Any]:
    once: dict[str, float] = {}
    times: dict[str, list[float]] = {}
    with _studio(run) as url:
        person = _Person(browser, url)
        for what, took in _walk(person):
            if what in once:
                times.setdefault(what, []).append(took)
            else:
                once[what] = took
        person.end()
    return {"first": person.first, "once": once, "times": times}


def _judged(entry: Results) -> dict[str, list[float]]:
    """Return all times of a set by what was done, of all starts together."""
    found = {FIRST: [line["first"] for line in entry["lines"]]}
    for line in entry["lines"]:
        for what, times in line["times"].items():
            found.setdefault(what, []).extend(times)
    return found


def studio_page_rows(part: Results) -> list[tuple[str, ...]]:
    """Return a row for each thing that a person does, and for its first time."""
    rows = []
    for entry in (entry for entry in part["sets"] if entry["lines"]):
        once: dict[str, list[float]] = {}
        for line in entry["lines"]:
            for what, took in line["once"].items():
                once.setdefault(f"{what}, the first time", []).append(took)
        for what, times in {**_judged(entry), **once}.items():
            middle, worst = f"{statistics.median(times):.0f}", f"{max(times):.0f}"
            rows.append((entry["set"], what, middle, worst, str(len(times))))
    return rows


def studio_page_verdicts(part: Results) -> list[Verdict]:
    """Judge each thing that a person does by its median."""
    verdicts = []
    for entry in (entry for entry in part["sets"] if entry["lines"]):
        for what, times in _judged(entry).items():
            bar = FIRST_BAR if what == FIRST else BAR
            middle = statistics.median(times)
            reached = middle <= bar
            # Other work only makes it slower: what is soon enough beside it is soon enough.
            judged = reached if reached or is_quiet(part.get("others")) else None
            name = f"The page, {entry['set']}: {what}"
            verdicts.append(Verdict(name, f"{middle:.0f} ms", f"≤ {bar:g} ms", judged))
    return verdicts


def main() -> None:
    """Measure one set; print a JSON object a line."""
    from playwright.sync_api import sync_playwright

    name, repeats = sys.argv[1], int(sys.argv[2])
    own = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        run = Path(folder) / "run"
        _train(name, run)
        for _ in range(repeats):
            browser = playwright.chromium.launch(executable_path=own, args=_FLAGS)
            print(json.dumps(_measure(browser, run)), flush=True)
            browser.close()


if __name__ == "__main__":
    main()
