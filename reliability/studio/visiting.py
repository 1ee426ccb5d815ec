"""A page in a real browser that watches a training, stops it, looks inside, and lets it go on."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reliability.studio.browser import BrowserError, Tab
from reliability.studio.memory import Measured, resident

_PATIENCE_MILLISECONDS = 120_000
_SECONDS_TO_START = 120
# Without validation rows nothing stops it early, and an epoch takes about a second of two cores.
_SOURCE, _HIDDEN, _EPOCHS = "digits", "1024, 512", "1000000"

# What elements hold of JavaScript, and it of them, goes one after the other.
_COLLECTIONS = 3

# What a person does with a page, and waits for; in the page, so that nothing of it is kept outside.
_HANDS = f"""
const until = async (found) => {{
  const end = performance.now() + {_PATIENCE_MILLISECONDS};
  for (;;) {{
    const it = found();
    if (it) return it;
    if (performance.now() > end) throw new Error("waited in vain for " + found);
    await new Promise((go) => setTimeout(go, 50));
  }}
}};
const named = (tag, name, within = document) =>
  [...within.querySelectorAll(tag)].find(
    (one) => !one.disabled && (one.getAttribute("aria-label") ?? one.textContent).trim() === name);
const settled = async () => {{
  await new Promise((go) => requestAnimationFrame(() => setTimeout(go, 150)));
  await until(() => !document.querySelector("[aria-busy=true]"));
}};
const fill = async (label, value) => {{
  const of = await until(() => named("label", label));
  const field = of.control;
  field.value = value;
  field.dispatchEvent(new Event("input", {{ bubbles: true }}));
  field.dispatchEvent(new Event("change", {{ bubbles: true }}));
}};
"""


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


class Visitor:
    """A person who uses the studio for long.

    Parameters
    ----------
    tab
        A page of a browser.
    url
        The studio's address.
    server
        The number of its process.

    """

    def __init__(self, tab: Tab, url: str, server: int) -> None:
        self._began = time.monotonic()
        self._server = server
        self._tab = tab
        self._run = ""
        if failed := tab.do("Page.navigate", url=url).get("errorText"):
            raise BrowserError(f"{url} could not be opened: {failed}")
        self._do('await until(() => document.querySelector("main h1")); await settled();')

    @property
    def errors(self) -> list[str]:
        """What the page has complained of until now."""
        self._tab.evaluate("0")
        return self._tab.errors

    @property
    def seconds(self) -> float:
        """How long the visit has lasted."""
        return time.monotonic() - self._began

    def train(self) -> None:
        """Begin a training that does not end by itself."""
        self._go(f"build/{_SOURCE}")
        self._do(f"""
            await fill("hidden layers", {json.dumps(_HIDDEN)});
            await fill("epochs", {json.dumps(_EPOCHS)});
            await until(() => document.body.innerText.includes("--epochs {_EPOCHS}"));
            await settled();
            (await until(() => named("button", "Train"))).click();
            await until(() => location.hash.startsWith("#/train/"));
            await until(() => named("button", "Pause"));
        """)
        self._run = self._do('return location.hash.split("/")[2];')

    def lap(self, watching: float) -> Measured:
        """Watch the training for some seconds, look into a state of it, and let it go on."""
        self._go(f"train/{self._run}")
        time.sleep(watching)
        self._order("Pause", "Go on")
        model = self._do("""
            const timeline = document.querySelector("[aria-label='Timeline of the training']");
            (await until(() => named("button", "Look inside", timeline))).click();
            const found = await until(() => location.hash.match(/#\\/inside\\/(m\\d+)/));
            await settled();
            return found[1];
        """)
        self._go(f"inside/{model}?part=test&example=1")
        self._go(f"inside/{model}?part=test&example=1&layer=output")
        for view in ("test", "lab"):
            self._go(f"{view}/{model}")
        for place in (f"data/{_SOURCE}", "guide/9", f"train/{self._run}"):
            self._go(place)
        self._order("Go on", "Pause")
        return self._measured()

    def _order(self, name: str, then: str) -> None:
        self._do(f"""
            (await until(() => named("button", {json.dumps(name)}))).click();
            await until(() => named("button", {json.dumps(then)}));
        """)

    def _go(self, place: str) -> None:
        self._do(f"location.hash = {json.dumps('#/' + place)}; await settled();")

    def _do(self, script: str) -> Any:
        return self._tab.evaluate(f"(async () => {{ {_HANDS} {script} }})()")

    def _measured(self) -> Measured:
        for _ in range(_COLLECTIONS):
            self._tab.do("HeapProfiler.collectGarbage")
            self._do("await new Promise((go) => setTimeout(go, 100));")
        told = self._tab.do("Performance.getMetrics")["metrics"]
        metrics = {one["name"]: int(one["value"]) for one in told}
        header = str(self._do('return document.querySelector("main header").innerText;'))
        epoch = re.search(r"epoch ([\d\u202f]+) of", header)
        return Measured(
            seconds=round(self.seconds, 1),
            epochs=int(epoch[1].replace("\u202f", "")) if epoch else 0,
            heap=metrics["JSHeapUsedSize"],
            nodes=metrics["Nodes"],
            listeners=metrics["JSEventListeners"],
            page=sum(resident(pid) for pid in self._tab.renderers()),
            server=resident(self._server),
        )
