"""New interpreters that do one thing for the server.

They are not of `multiprocessing`, which would run a notebook's or a script's own code once more.
"""

from __future__ import annotations

import multiprocessing.spawn
import os
import subprocess
import sys

from pellucid.errors import OutputError

_COMMAND = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"


def started(module: str, *, apart: bool, silent: bool = False) -> subprocess.Popen[bytes]:
    """Start a process that runs the ``main`` of a module, with pipes to and from it.

    Parameters
    ----------
    module
        Of pellucid.
    apart
        Whether Ctrl-C in the terminal is kept from it.
    silent
        Whether what it prints for people goes nowhere.

    Raises
    ------
    OutputError
        Where it cannot be started.
    """
    executable = os.fsdecode(multiprocessing.spawn.get_executable() or sys.executable)
    try:
        return subprocess.Popen(  # noqa: S603 -- this very interpreter
            [executable, "-c", _COMMAND.format(path=sys.path, module=module)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if silent else None,
            start_new_session=apart,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except OSError as error:
        raise OutputError(
            f"A process cannot be started: {error.strerror}.",
            remedy="end other programs, and try again",
        ) from error
