"""What a process that was killed leaves in a run folder, beside the run itself.

A run is one from the moment its ``config.yaml`` lies there, which is written last of all that is
settled before training. A folder in which a process was killed before that holds nothing that
anybody would miss: it counts as empty. Parts of files that were being written when a process was
killed are removed by the next one that works on the run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

CONFIG, RECORD, CONTRACT = "config.yaml", "run.json", "contract.json"
CHECKPOINTS, ORIGIN = "checkpoints", "origin.safetensors"
_PROBE = ".probe-"
# What `pellucid.files` writes into before a run's file has its name.
_PART = re.compile(
    r"\.(config\.yaml|run\.json|contract\.json|events\.jsonl|model\.pellucid|card\.md"
    r"|(origin|step-\d{9})\.safetensors)\.[a-z0-9_]+\.part"
)


def is_unbegun(folder: Path) -> bool:
    """Tell whether a folder holds nothing, or only what was written before a run began."""
    return all(_came_before(path) for path in folder.iterdir())


def clear_unbegun(folder: Path) -> None:
    """Remove what was written before a run began; a folder that is a run, or not ours, stays."""
    with suppress(OSError):
        if not is_unbegun(folder):
            return
        for path in [*(folder / CHECKPOINTS).glob("*"), *folder.iterdir()]:
            with suppress(OSError):
                path.rmdir() if path.is_dir() else path.unlink()


def remove_parts(folder: Path) -> None:
    """Remove the parts of files that killed processes left; the caller holds the run's lock."""
    for path in _parts(folder):
        with suppress(OSError):
            path.unlink()


def probe_in(folder: Path, process: int) -> Path:
    """Name the empty file by which a process finds out whether a folder can be written to."""
    return folder / f"{_PROBE}{process}"


def _came_before(path: Path) -> bool:
    if path.is_symlink():
        return False
    if path.is_dir():
        return path.name == CHECKPOINTS and all(
            one.name == ORIGIN or _is_part(one) for one in path.iterdir()
        )
    return path.name in {RECORD, CONTRACT} or path.name.startswith(_PROBE) or _is_part(path)


def _parts(folder: Path) -> Iterator[Path]:
    for place in (folder, folder / CHECKPOINTS):
        yield from (path for path in place.glob(".*.part") if _is_part(path))


def _is_part(path: Path) -> bool:
    return path.is_file() and _PART.fullmatch(path.name) is not None
