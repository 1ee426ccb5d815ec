"""The measuring side of a contestant's process: start it, ask it, end it."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from benchmarks.machine import ROOT, clean_environment, cpu_seconds_of

STDERR_LINES_SHOWN = 12


class ContestantFailedError(RuntimeError):
    """A contestant's process ended, or answered nonsense."""


class Contestant:
    """One warm process; use it in a ``with`` block, or call :meth:`close`.

    Parameters
    ----------
    name
        What messages call it.
    command
        The command line, interpreter first; it runs in the clean environment.
    """

    def __init__(self, name: str, command: Sequence[str | Path]) -> None:
        self.name = name
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 -- see close
        self._process = subprocess.Popen(
            [str(part) for part in command],
            env=clean_environment(),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )
        try:
            self._read()
        except ContestantFailedError:
            self.close()
            raise

    def ask(self, request: str) -> dict[str, Any]:
        """Send one request and wait for its answer.

        Raises
        ------
        ContestantFailedError
            Where the process has ended; the message carries the end of its standard error.
        """
        if self._process.stdin is None:
            raise ContestantFailedError(f"{self.name} has no standard input.")
        try:
            print(request, file=self._process.stdin, flush=True)
        except BrokenPipeError as error:
            raise self._failure() from error
        return self._read()

    def cpu_seconds(self) -> float:
        """Return the processor time used so far (Linux; elsewhere 0)."""
        return cpu_seconds_of(self._process.pid)

    def close(self) -> None:
        """End the process and wait until it is gone."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            if stream is not None:
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            raise self._failure()
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _failure(self) -> ContestantFailedError:
        status = self._process.wait()
        self._errors.seek(0)
        end = "".join(self._errors.readlines()[-STDERR_LINES_SHOWN:]).strip()
        return ContestantFailedError(f"{self.name} ended with status {status}:\n{end}")
