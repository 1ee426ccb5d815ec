"""A process that has loaded what commands need, and forks a new one for each of them.

Loading takes two thirds of a command's time, and the tests start some hundreds. Nothing here has
computed yet, so no thread is running that a fork could leave behind. Started by
`tests.cli.helpers`; requests come as lines of JSON on standard input, and the exit status of
each goes out as a line.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any


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
    from pellucid.cli.app import run

    return run(request["arguments"])


def main() -> None:
    """Answer requests until the input ends."""
    load()
    answers = os.fdopen(os.dup(1), "w")
    while line := sys.stdin.readline():
        child = os.fork()
        if child == 0:
            answers.close()
            sys.exit(become(json.loads(line)))
        _, status = os.waitpid(child, 0)
        answers.write(f"{os.waitstatus_to_exitcode(status)}\n")
        answers.flush()


if __name__ == "__main__":
    sys.path[0] = str(Path.cwd())  # not this file's folder, whose names would hide others
    main()
