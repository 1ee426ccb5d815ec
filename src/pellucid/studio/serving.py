"""Listening: a socket of 127.0.0.1, a server over it, an end that comes at once.

`serve` runs in the foreground until it is interrupted, for the command line; `Serving` in a thread
of its own, for Python and notebooks.
"""

from __future__ import annotations

import errno
import logging
import os
import signal
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

import uvicorn

from pellucid import memory
from pellucid.errors import OutputError, SettingError
from pellucid.model import TrainedModel
from pellucid.studio.app import make_app
from pellucid.studio.doorway import Doorway
from pellucid.studio.forms import Forms
from pellucid.studio.guard import ADDRESS
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio

LARGEST_MESSAGE = 1 << 20
_SECONDS_TO_END = 2
_SECONDS_TO_START = 20


class Serving:
    """A studio that listens.

    Parameters
    ----------
    studio
        What is served.
    port
        Where; 0 takes a free one.

    Attributes
    ----------
    kept
        Once it has ended: the runs that were being trained, which can go on.

    Raises
    ------
    SettingError
        Where the port is taken, or may not be listened on.
    """

    def __init__(self, studio: Studio, port: int = 0) -> None:
        self.studio = studio
        self.kept: list[str] = []
        self._socket = _listening(port)
        self.port = int(self._socket.getsockname()[1])
        logging.getLogger("uvicorn.error").addFilter(_is_worth_telling)  # kept once
        self._server = _Server(_settings(studio, self.port))
        self._thread: threading.Thread | None = None
        self._doorway: Doorway | None = None

    @property
    def url(self) -> str:
        """The address with this launch's token; whoever has it can open the studio."""
        port = "" if self.port == 80 else f":{self.port}"
        return f"http://{ADDRESS}{port}/#token={self.studio.token}"

    def run(self, ready: Callable[[], None]) -> None:
        """Serve until interrupted; ``ready`` is called once requests are answered.

        What the system ends it with counts as Ctrl-C does. The process is the studio's alone: what
        it forgets goes back to the system every few seconds.
        """
        self._server.ready = ready
        with _ends_as_interrupts(), memory.given_back_regularly():
            try:
                self._server.run([self._socket])
            except KeyboardInterrupt:
                return
            finally:
                self._ended()

    def start(self) -> Serving:
        """Serve in a thread of its own; return once requests are answered. Again does nothing."""
        if self._thread is not None:
            return self
        started = threading.Event()
        self._server.ready = started.set
        self._thread = threading.Thread(
            target=self._server.run, args=([self._socket],), name="pellucid-studio", daemon=True
        )
        self._thread.start()
        if not started.wait(_SECONDS_TO_START):
            raise SettingError("The studio did not start.", remedy="try another --port")
        return self

    def close(self) -> None:
        """End a studio that runs in a thread."""
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        self._ended()

    def open_browser(self) -> bool:
        """Open the page where there is a screen; tell whether a browser was started."""
        if not has_screen():
            return False
        try:
            self._doorway = self._doorway or Doorway(self.url)
        except OutputError:
            return False
        return webbrowser.open(self._doorway.path.as_uri())

    def _ended(self) -> None:
        self._socket.close()
        if self._doorway is not None:
            self._doorway.close()
        self.kept = self.studio.close()

    def __enter__(self) -> Serving:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<pellucid studio at {self.url}>"


def serve_model(
    trained: TrainedModel, port: int = 0, *, browser: bool = True, forms: Forms | None = None
) -> Serving:
    """Serve one model in a thread of its own, for Python and notebooks.

    Parameters
    ----------
    trained
        The model.
    port, browser
        As for :meth:`pellucid.Model.open`.
    forms
        As of `Studio`.
    """
    shelf = Shelf()
    name = str(trained.made.get("report", {}).get("source") or trained.contract.source)
    first = shelf.put(name, "model", lambda: trained)
    serving = Serving(Studio(shelf, "inside", forms=forms or {}), port).start()
    shelf.warm_up(first)
    if browser:
        serving.open_browser()
    return serving


def has_screen() -> bool:
    """Tell whether a browser would appear before the person who sits here."""
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return True
    is_far = "SSH_CONNECTION" in os.environ or "SSH_TTY" in os.environ
    return sys.platform in {"darwin", "win32"} and not is_far


@contextmanager
def _ends_as_interrupts() -> Iterator[None]:
    """Let SIGTERM, and the end of the terminal, raise KeyboardInterrupt once in the block.

    The server answers them by itself, and then sends them again to whoever heard them before it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    caught = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    before = {number: signal.getsignal(number) for number in caught}

    def interrupt(*_: object) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)  # what is being kept must not be cut off
        raise KeyboardInterrupt

    for number in caught:
        if before[number] is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            # None: the handler before was not Python's, so it cannot be put back.
            signal.signal(number, signal.SIG_DFL if handler is None else handler)


def _listening(port: int) -> socket.socket:
    # Named, so that asyncio sends at once: it leaves the small parts of an answer to wait for each
    # other, 40 ms, where a socket does not say that it is one of TCP.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # a port that was just left can be taken again
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        taken = error.errno == errno.EADDRINUSE
        raise SettingError(
            f"The studio cannot listen on port {port}: "
            + ("another program does." if taken else f"{(error.strerror or 'refused').lower()}."),
            remedy="leave --port out, and a free one is taken",
        ) from error
    return listening


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """Whether a person is told: not of answers cut off at the end, which Ctrl-C asks for."""
    return not str(record.msg).startswith("Cancel ")


def _settings(studio: Studio, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        make_app(studio, port),
        http="h11",
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        ws_per_message_deflate=False,
        loop="asyncio",
        lifespan="off",
        log_config=None,
        access_log=False,  # addresses hold tokens
        proxy_headers=False,  # nothing stands between
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_END,
    )


class _Server(uvicorn.Server):
    """A server that says when it answers."""

    ready: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.ready()
