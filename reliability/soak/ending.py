"""What a finished run must have in common with one that was never interrupted: everything.

Apart from seconds and from what names the run, the whole model file, the settings, the contract
and the history are compared, each number to its last bit.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# What tells of the clock, or of how often the run was begun: each by where it lies.
_APART = {
    ("made", "notes"),
    ("made", "report", "seconds"),
    ("made", "report", "run"),
    ("made", "report", "model"),
    ("sha256", "card.md"),  # which names notes and seconds
}
_APART_OF_EPOCHS = {"seconds", "examples_per_second"}


def ending_of(run: Path) -> dict[str, str]:
    """Return what a finished run ended in, each value by where it lies, as text.

    Raises
    ------
    OSError, ValueError, KeyError, zipfile.BadZipFile
        Where the run is not finished, or a file of it is damaged.
    """
    found = {
        f"{name}: bytes": hashlib.sha256((run / name).read_bytes()).hexdigest()
        for name in ("config.yaml", "contract.json")
    }
    with zipfile.ZipFile(run / "model.pellucid") as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name == "model.json":
                found |= _values("model.json", json.loads(content))
            elif name != "card.md":
                found[f"{name}: bytes"] = hashlib.sha256(content).hexdigest()
    lines = [json.loads(line) for line in (run / "events.jsonl").read_text("utf-8").splitlines()]
    epochs = [line for line in lines if line["event"] == "epoch_done"]
    found |= _values("events.jsonl", {"history": epochs})
    found["events.jsonl: end"] = lines[-1]["event"]
    return found


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Name what differs between two endings."""
    return [
        f"{name}: {one.get(name)} and {other.get(name)}"
        for name in sorted({*one, *other})
        if one.get(name) != other.get(name)
    ]


def _values(file: str, content: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for path, value in _leaves(content, ()):
        if any(path[: len(apart)] == apart for apart in _APART):
            continue
        if "history" in path and path[-1] in _APART_OF_EPOCHS:
            continue
        found[f"{file}: {'.'.join(map(str, path))}"] = repr(value)
    return found


def _leaves(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    inner = enumerate(value) if isinstance(value, list) else None
    if isinstance(value, dict):
        inner = iter(value.items())
    if inner is None:
        yield path, value
        return
    for name, one in inner:
        yield from _leaves(one, (*path, name))
