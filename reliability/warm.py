"""A process that has loaded what commands need, and forks a new one for each of them.

Loading takes two thirds of a command's time, and tests and soaks start hundreds. Nothing here has
computed yet, so no thread is running that a fork could leave behind. Started by
`reliability.commands`; requests come as lines of JSON on standard input, and of each the number of
its process goes out as a line, and another one with its exit status.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# What Python's audit events say of changes to files (docs.python.org, "Audit events table").
_CHANGES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def load() -> None:
    """Import every module of pellucid, and with them all libraries."""
    import sklearn.datasets  # noqa: F401 -- what built-in sources are read with

    import pellucid

    for module in pkgutil.walk_packages(pellucid.__path__, "pellucid."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def become(request: dict[str, Any]) -> int:
    """Run the command in this process, which is its own: folder, environment and output."""
    os.chdir(request["cwd"])
    for descriptor, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, request["out"], os.O_WRONLY),
        (2, request["err"], os.O_WRONLY),
    ):
        opened = os.open(path, flags)
        os.dup2(opened, descriptor)
        os.close(opened)
    sys.argv = ["pellucid", *request["arguments"]]
    if "told" in request:
        watch(request)
    from pellucid.cli.app import run

    return run(request["arguments"])


def watch(request: dict[str, Any]) -> None:
    """Tell of every phase that begins, and send this process a signal where that is asked for."""
    told = os.open(request["told"], os.O_WRONLY | os.O_APPEND)

    def tell(text: str) -> None:
        os.write(told, f"{text}\n".encode())

    from pellucid.cli.progress import Progress

    begin = Progress.phase

    def phase(self: Progress, name: str) -> None:
        tell(f"phase {name}")
        begin(self, name)

    Progress.phase = phase  # type: ignore[method-assign]
    if request.get("at_change"):
        kill_at_change(request, tell)


def kill_at_change(request: dict[str, Any], tell: Callable[[str], None]) -> None:
    """Send this process a signal just before its n-th change to a file in a folder."""
    place, count = os.path.realpath(request["folder"]), 0

    def hear(event: str, told: tuple[Any, ...]) -> None:
        nonlocal count
        if event == "open":
            if not (isinstance(told[2], int) and told[2] & _WRITING):
                return
        elif event not in _CHANGES:
            return
        path = told[0]
        if isinstance(path, str | os.PathLike) and os.path.realpath(path).startswith(place):
            count += 1
            if count == request["at_change"]:
                tell(f"signal {event} {Path(path).name}")
                os.kill(os.getpid(), request["signal"])

    sys.addaudithook(hear)


def main() -> None:
    """Answer requests until the input ends."""
    load()
    # JAX has itself called where garbage is collected, and an interrupt raised there is lost. A
    # process started from nothing has not loaded it while interrupts are raised.
    gc.callbacks.clear()
    # What is started in a shell's background ignores Ctrl-C, and so would all commands.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    answers = os.fdopen(os.dup(1), "w")
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            answers.close()
            sys.exit(become(json.loads(line)))
        answers.write(f"{child}\n")
        answers.flush()
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())  # not this file's folder, whose names would hide others
    main()
