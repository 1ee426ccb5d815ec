"""A page's end of the live line, and a studio in a folder of its own."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from pellucid.studio.guard import PROTOCOL
from tests.studio.exchange import Browser

# Processes start slowly where others compute.
PATIENCE = 90.0


@dataclass
class Page:
    """What a page that watches a run has heard."""

    socket: ClientConnection
    run: dict[str, Any] = field(default_factory=dict)
    losses: list[tuple[int, float]] = field(default_factory=list)
    epochs: list[dict[str, Any]] = field(default_factory=list)
    planned: dict[str, Any] | None = None
    frames: list[bytes] = field(default_factory=list)
    n_updates: int = 0

    @classmethod
    @contextmanager
    def watching(cls, browser: Browser, run: str) -> Iterator[Page]:
        url = f"ws://{browser.host}/api/live?run={run}"
        origin = Origin(browser.origin)
        spoken = [Subprotocol(PROTOCOL), Subprotocol(browser.token)]
        with connect(url, origin=origin, subprotocols=spoken, proxy=None) as socket:
            yield cls(socket)

    def hear(self, seconds: float = PATIENCE) -> None:
        """Take the next message."""
        message = self.socket.recv(timeout=seconds)
        if isinstance(message, bytes):
            self.frames.append(message)
            return
        told = json.loads(message)
        if told["fresh"]:
            self.losses, self.epochs = [], []
        self.n_updates += 1
        self.run = told["run"]
        self.losses += [(step, loss) for step, loss in told["losses"]]
        self.epochs += told["epochs"]
        self.planned = told["planned"] or self.planned

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Listen until something holds of the run; return it."""
        end = time.monotonic() + PATIENCE
        while not (self.run and holds(self.run)):
            assert time.monotonic() < end, self.run
            is_over = self.run.get("state") == "failed" and not self.run["is_open"]
            assert not is_over, self.run["problem"]
            self.hear()
        return self.run

    def until_state(self, *states: str) -> dict[str, Any]:
        return self.until(lambda run: run["state"] in states)

    def until_at(self, step: int) -> dict[str, Any]:
        """Listen until the state after so many steps is looked at; return where it stands."""
        run = self.until(lambda run: (run["standing"] or {}).get("step") == step)
        standing: dict[str, Any] = run["standing"]
        return standing
