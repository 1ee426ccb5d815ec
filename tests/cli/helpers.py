"""Starting the command line as people do: in a process of its own."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reliability.commands import Commands, TooSlowError

COMMAND = [sys.executable, "-m", "pellucid"]
_SECONDS = 120
_ENVIRONMENT = {"COLUMNS": "100"}


@dataclass(frozen=True)
class Result:
    """How a command ended, and what it printed."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The last line of standard output, as JSON."""
        return json.loads(self.out.splitlines()[-1])


def pellucid(*arguments: object, cwd: Path, **environment: str) -> Result:
    """Run one command to its end; tracebacks are never right.

    Its process comes from one that has loaded the libraries already; where the environment is
    to be another, it is started from nothing.
    """
    words = list(map(str, arguments))
    result = _cold(words, cwd, environment) if environment else _forked(words, cwd)
    assert "Traceback" not in result.err, result.err
    return result


def _cold(arguments: list[str], cwd: Path, environment: dict[str, str]) -> Result:
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=cwd,
        env={**os.environ, **_ENVIRONMENT, **environment},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def _forked(arguments: list[str], cwd: Path) -> Result:
    # pytest notes there which test is running.
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    commands = _commands(tuple(sorted(environment.items())))
    try:
        ended = commands.run(arguments, cwd, seconds=_SECONDS)
    except TooSlowError as error:
        _commands.cache_clear()
        raise AssertionError(str(error)) from None
    return Result(ended.status, ended.out, ended.err)


@functools.cache
def _commands(environment: tuple[tuple[str, str], ...]) -> Commands:
    """Start the process that has all loaded; another one where a test changed the environment."""
    return Commands({**dict(environment), **_ENVIRONMENT})
