"""The live line: a WebSocket over which a page hears of a run, some twenty times a second.

What is new since the page last heard is put together when it can be sent: a page that is slow hears
less often, of more at once, and never late. Each socket keeps by itself how far it has heard, so
any number of pages see the same.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.types import Message
from starlette.websockets import WebSocket, WebSocketDisconnect

from pellucid.errors import PellucidError, SettingError
from pellucid.studio.guard import PROTOCOL
from pellucid.studio.messages.session import Problem, Refusal
from pellucid.studio.messages.training import Watch
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio
from pellucid.studio.training.live import Heard, LiveRun
from pellucid.studio.writing import to_json

PATH = "/api/live"
# Of which an answer takes a part: so it is more than twenty times a second where enough happens.
_SECONDS_BETWEEN = 0.04
_SECONDS_BETWEEN_LOOKS = 0.01
# A frame is asked of the process that trains, between its steps.
_SECONDS_BETWEEN_FRAMES = 0.2


class LiveLine:
    """One page's line to one run.

    Parameters
    ----------
    socket
        The page's end.
    run
        The run.
    """

    def __init__(self, socket: WebSocket, run: LiveRun) -> None:
        self._socket = socket
        self._run = run
        self._watched = Watch(None, None)
        self._seen: tuple[Watch, int, int] | None = None

    async def talk(self) -> None:
        """Tell what is new, until the page is gone."""
        tasks = [asyncio.create_task(work()) for work in (self._listen, self._tell, self._show)]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with suppress(WebSocketDisconnect):
                    task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            try:
                self._watched = read(Watch, _text_of(message).encode())
            except PellucidError as error:
                await self._socket.send_text(_refused(error))

    async def _tell(self) -> None:
        heard = Heard()
        while True:
            if self._run.version == heard.version:
                is_quick = self._run.is_busy
                await asyncio.sleep(_SECONDS_BETWEEN_LOOKS if is_quick else _SECONDS_BETWEEN)
                continue
            due = time.monotonic() + _SECONDS_BETWEEN
            update, heard = await run_in_threadpool(self._run.update, heard)
            await self._socket.send_text(to_json(update).decode())
            await asyncio.sleep(max(0.0, due - time.monotonic()))

    async def _show(self) -> None:
        """Send the array that the page watches, when it may have changed."""
        while True:
            await asyncio.sleep(_SECONDS_BETWEEN_FRAMES)
            watched, run = self._watched, self._run.run()
            step = run.step if run.standing is None else run.standing.step
            is_there = run.standing is not None or run.state == "training"
            now = watched, step, self._run.pid or 0
            if watched.layer is None or not is_there or now == self._seen:
                continue
            with suppress(PellucidError):  # it has ended meanwhile, which is told
                frame = await run_in_threadpool(
                    self._run.order, "tensor", layer=watched.layer, name=watched.name
                )
                self._seen = now
                await self._socket.send_bytes(frame)


async def live(studio: Studio, socket: WebSocket) -> None:
    """Answer ``/api/live?run=…``."""
    await socket.accept(PROTOCOL)
    try:
        name = socket.query_params.get("run", "")
        run = await run_in_threadpool(studio.trainings.run, name)
    except PellucidError as error:
        with suppress(WebSocketDisconnect, RuntimeError):
            await socket.send_text(_refused(error))
            await socket.close(1008)
        return
    with suppress(WebSocketDisconnect, RuntimeError):  # RuntimeError: closed while it was sent to
        await LiveLine(socket, run).talk()


def _text_of(message: Message) -> str:
    text: str | None = message.get("text")
    if text is None:
        raise SettingError("The message is binary.", expected="text: what to watch, as JSON")
    return text


def _refused(error: PellucidError) -> str:
    problem = Problem(error.what, error.where, error.expected, error.remedy)
    return to_json(Refusal(problem)).decode()
