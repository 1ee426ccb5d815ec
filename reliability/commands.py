"""Starting commands from a process that has loaded the libraries already."""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

_WARM = Path(__file__).with_name("warm.py")
_ROOT = _WARM.parents[1]


class TooSlowError(RuntimeError):
    """A command did not end in the time that it was given."""


class CannotStartError(RuntimeError):
    """No further command can be started."""


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it printed; a negative status is the signal it died of.

    Where it was to be killed, ``phases`` are those that it began, and ``sent`` says at what moment
    it got the signal; None: it ended before.
    """

    status: int
    out: str
    err: str
    phases: tuple[str, ...] = ()
    sent: str | None = None


@dataclass(frozen=True)
class Kill:
    """A signal, and when a command gets it: after some seconds, or at a change to a file.

    Attributes
    ----------
    number
        The signal.
    after
        Seconds after the command's start.
    at_change
        Just before its n-th change to a file (made, renamed, removed …) in ``folder``.
    folder
        Where these changes are counted.
    """

    number: signal.Signals
    after: float | None = None
    at_change: int | None = None
    folder: Path | None = None

    def asked(self) -> dict[str, Any]:
        """Return what the process is told of it."""
        if self.at_change is None:
            return {}
        folder = str(self.folder)
        return {"signal": int(self.number), "at_change": self.at_change, "folder": folder}


class Commands:
    """Runs commands one after the other, each in a process of its own.

    Parameters
    ----------
    environment
        Of all commands.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._server = subprocess.Popen(
            [sys.executable, str(_WARM)],
            env=dict(environment),
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self._requests = cast(IO[bytes], self._server.stdin)
        self._answers = cast(IO[bytes], self._server.stdout)
        atexit.register(self.close)

    def run(
        self,
        arguments: Sequence[object],
        cwd: Path,
        *,
        seconds: float,
        kill: Kill | None = None,
    ) -> Ended:
        """Run one command to its end, or to the kill's.

        Parameters
        ----------
        arguments
            What follows ``pellucid`` on the command line.
        cwd
            The folder that it is run in.
        seconds
            How long it may take.
        kill
            What it is sent, and when; None: nothing.

        Raises
        ------
        TooSlowError
            Where it takes longer; no further command can be run then.
        CannotStartError
            Where the libraries could not be loaded.
        """
        with tempfile.TemporaryDirectory(prefix="pellucid-command-") as folder:
            files = {name: Path(folder) / name for name in ("out", "err", "told")}
            for path in files.values():
                path.touch()
            request = {"arguments": [*map(str, arguments)], "cwd": str(cwd)}
            request |= {name: str(files[name]) for name in ("out", "err")}
            if kill is not None:
                request |= {"told": str(files["told"]), **kill.asked()}
            status, sent = self._ask(request, kill, seconds)
            told = [line.partition(" ") for line in files["told"].read_text().splitlines()]
            phases = tuple(rest for what, _, rest in told if what == "phase")
            changes = [rest for what, _, rest in told if what == "signal"]
            sent = changes[0] if changes else sent
            return Ended(status, files["out"].read_text(), files["err"].read_text(), phases, sent)

    def _ask(
        self, request: Mapping[str, Any], kill: Kill | None, seconds: float
    ) -> tuple[int, str | None]:
        self._requests.write(json.dumps(request).encode() + b"\n")
        self._requests.flush()
        process, sent = self._answer(seconds), None
        if process is not None and kill is not None and kill.after is not None:
            status = self._answer(kill.after)
            if status is not None:
                return status, None
            os.kill(process, kill.number)
            sent = f"after {kill.after:.2f} s"
        status = self._answer(seconds)
        if process is None or status is None:
            self.close()
            raise TooSlowError(f"pellucid {' '.join(request['arguments'])}: more than {seconds} s")
        return status, sent

    def _answer(self, seconds: float) -> int | None:
        """Return the next line as a number; None where none comes in that time."""
        if not select.select([self._answers], [], [], seconds)[0]:
            return None
        if not (line := self._answers.readline()):
            raise CannotStartError("The process that starts commands has ended; see its errors.")
        return int(line)

    def close(self) -> None:
        """End it, and with it the command that it may be running."""
        atexit.unregister(self.close)
        if self._server.poll() is None:
            os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()
        for stream in (self._requests, self._answers):
            stream.close()
