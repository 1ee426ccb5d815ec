"""The table of targets: what reads, what it begins with, and how much it is given at most.

Readers are named, not imported, so that a process loads no more than its own target needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pkgutil import resolve_name


@dataclass(frozen=True)
class Target:
    """Something that reads files.

    Parameters
    ----------
    name
        What it is called on the command line.
    reader
        ``module:function`` of what reads bytes and raises nothing but what
        `fuzzing.expected` lists.
    maker
        ``module:function`` of what makes whole files, as bytes, that the reader takes.
    most_bytes
        How long inputs become.
    """

    name: str
    reader: str
    maker: str
    most_bytes: int = 1_000

    def read(self) -> Callable[[bytes], object]:
        """Return the reader."""
        found: Callable[[bytes], object] = resolve_name(self.reader)
        return found

    def seeds(self) -> Sequence[bytes]:
        """Make the files to begin with."""
        made: Sequence[bytes] = resolve_name(self.maker)()
        return made


_MODELS, _DATA, _SEEDS = "fuzzing.model_files", "fuzzing.data_files", "fuzzing.seeds"
TARGETS = {
    target.name: target
    for target in (
        Target("model", f"{_MODELS}:read_model", f"{_MODELS}:models", 30_000),
        Target("description", f"{_MODELS}:read_description", f"{_MODELS}:patches", 60),
        Target("checkpoint", f"{_MODELS}:read_checkpoint", f"{_MODELS}:checkpoints", 5_000),
        Target("table", f"{_DATA}:read_table", f"{_SEEDS}:tables", 500),
        Target("idx", f"{_DATA}:read_idx", f"{_SEEDS}:idx_files", 200),
        Target("image", f"{_DATA}:read_image", f"{_SEEDS}:images", 1_200),
        Target("sound", f"{_DATA}:read_sound", f"{_SEEDS}:sounds", 4_000),
        Target("npz", f"{_DATA}:read_npz", f"{_SEEDS}:archives", 1_200),
        Target("ts", f"{_DATA}:read_ts", f"{_SEEDS}:time_series", 500),
        Target("json_lines", f"{_DATA}:read_json_lines", f"{_SEEDS}:json_lines", 300),
        Target("json", f"{_DATA}:read_json", f"{_SEEDS}:json_files", 300),
        Target("settings", "fuzzing.settings_files:read_settings", f"{_SEEDS}:settings", 500),
    )
}
