"""A real browser that is driven by little: no network record, which would grow with each answer.

What drives browsers for tests has Chromium keep all answers and an object for each request, for as
long as a page lives, and such objects hold open the blocks of memory that short-lived elements lie
in. A page that nobody looks at with such tools has none of it. So the protocol of the developers'
tools is spoken here directly, and only for: navigating, evaluating, counting.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
    "--remote-debugging-port=0", "--window-size=1280,800",
)  # fmt: skip
# Longer than anybody in the page waits for something, who can say what it was.
_SECONDS = 600.0
_SECONDS_TO_END = 20.0


class BrowserError(RuntimeError):
    """The browser could not do what it was told."""


class Tab:
    """A page of the browser.

    Parameters
    ----------
    line
        The connection to the browser.

    Attributes
    ----------
    errors
        What the page's console complained of.
    """

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self._last = 0
        self.errors: list[str] = []
        target = self._told("Target.createTarget", url="about:blank")["targetId"]
        attached = self._told("Target.attachToTarget", targetId=target, flatten=True)
        self._session: str = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Performance"):
            self.do(f"{domain}.enable")

    def do(self, method: str, **params: Any) -> dict[str, Any]:
        """Have the page do something; return what it answers."""
        return self._told(method, self._session, **params)

    def evaluate(self, script: str) -> Any:
        """Return the value of an expression, or of what it promises.

        Raises
        ------
        BrowserError
            Where it throws.
        """
        answer = self.do(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise BrowserError(_words_of(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def renderers(self) -> list[int]:
        """Return the numbers of the processes that show pages."""
        told = self._told("SystemInfo.getProcessInfo")["processInfo"]
        return [one["id"] for one in told if one["type"] == "renderer"]

    def _told(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        self._last += 1
        order: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session is not None:
            order["sessionId"] = session
        end = time.monotonic() + _SECONDS
        try:
            self._line.send(json.dumps(order))
            while True:
                message = json.loads(self._line.recv(timeout=max(0.0, end - time.monotonic())))
                if message.get("id") == self._last:
                    break
                self._hear(message)
        except (TimeoutError, WebSocketException) as error:
            raise BrowserError(f"{method}: {error or 'the line to the browser is cut'}") from error
        if "error" in message:
            raise BrowserError(f"{method}: {message['error']['message']}")
        result: dict[str, Any] = message["result"]
        return result

    def _hear(self, message: dict[str, Any]) -> None:
        """Keep what a page complains of; answers that came too late are dropped."""
        method, params = message.get("method"), message.get("params", {})
        if method == "Runtime.exceptionThrown":
            self.errors.append(_words_of(params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and params["type"] == "error":
            said = (one.get("value", one.get("description", "")) for one in params["args"])
            self.errors.append(" ".join(map(str, said)))
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.errors.append(params["entry"]["text"])
        elif method in {"Inspector.targetCrashed", "Target.detachedFromTarget"}:
            raise BrowserError("The page has crashed, or was closed.")


def program() -> str | None:
    """Return the system's browser; None where there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def opened() -> Iterator[Tab]:
    """Start the system's Chromium with an empty page.

    Raises
    ------
    BrowserError
        Where there is none, or where it does not start.
    """
    own_program = program()
    if own_program is None:
        raise BrowserError(f"No browser was found: none of {', '.join(_NAMES)} is on the PATH.")
    # Its processes may still write while it ends.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as own:
        log = Path(own) / "said.txt"
        with log.open("wb") as stream:
            process = subprocess.Popen(
                [own_program, *_FLAGS, f"--user-data-dir={own}", "about:blank"],
                stdout=subprocess.DEVNULL,
                stderr=stream,
                env={**os.environ, "HOME": own},
            )
        try:
            # What comes while nobody asks waits, however much it is, and nobody is to knock.
            with connect(
                _address(process, log),
                max_size=None, max_queue=None, ping_interval=None, proxy=None,
            ) as line:  # fmt: skip
                yield Tab(line)
        finally:
            process.terminate()
            try:
                process.wait(_SECONDS_TO_END)
            except subprocess.TimeoutExpired:
                process.kill()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + _SECONDS
    while process.poll() is None and time.monotonic() < end:
        said = log.read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"DevTools listening on (ws://\S+)", said):
            return found[1]
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace").strip()
    raise BrowserError(f"The browser did not start: {said[-500:]}")


def _words_of(thrown: dict[str, Any]) -> str:
    described = thrown.get("exception", {}).get("description")
    return str(described or thrown.get("text", "an error without words"))
