"""Starting the command line as people do: in a process of its own."""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

COMMAND = [sys.executable, "-m", "pellucid"]
_WARM = Path(__file__).with_name("warm.py")
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
    server = _server(tuple(sorted(environment.items())))
    with tempfile.TemporaryDirectory(prefix="pellucid-command-") as folder:
        out, err = Path(folder) / "out", Path(folder) / "err"
        out.touch()
        err.touch()
        request = {"arguments": arguments, "cwd": str(cwd), "out": str(out), "err": str(err)}
        assert server.stdin is not None
        assert server.stdout is not None
        server.stdin.write(json.dumps(request).encode() + b"\n")
        server.stdin.flush()
        if not select.select([server.stdout], [], [], _SECONDS)[0]:
            _stop(server)
            _server.cache_clear()
            raise AssertionError(f"pellucid {' '.join(arguments)} took more than {_SECONDS} s")
        return Result(int(server.stdout.readline()), out.read_text(), err.read_text())


@functools.cache
def _server(environment: tuple[tuple[str, str], ...]) -> subprocess.Popen[bytes]:
    """Start the process that has all loaded; another one where a test changed the environment."""
    server = subprocess.Popen(
        [sys.executable, str(_WARM)],
        env={**dict(environment), **_ENVIRONMENT},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,
    )
    atexit.register(_stop, server)
    return server


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End it, and with it the command that it may be running."""
    if server.poll() is None:
        os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    for stream in (server.stdin, server.stdout):
        if stream is not None:
            stream.close()
