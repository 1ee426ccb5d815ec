"""Readers of models and checkpoints, given the fuzzer's bytes as a file in memory."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from reliability.damage.bases import GOLDEN, Base, checkpoint_of
from reliability.damage.checkpoints import resigned

import pellucid
from fuzzing.descriptions import patched
from fuzzing.scratch import written


def read_model(content: bytes) -> object:
    """Read a model file."""
    return pellucid.load(written("model.pellucid", content))


def models() -> list[bytes]:
    """Return whole model files."""
    return [path.read_bytes() for path in sorted(GOLDEN.glob("*.pellucid"))]


def read_description(content: bytes) -> object:
    """Read a model file whose description was changed and signed anew, and what it says of it."""
    model = pellucid.load(written("model.pellucid", patched(content)))
    return model.metrics, model.history, model.settings, model.reasons


def patches() -> list[bytes]:
    """Return single changes: three bytes, for a place in a description and what stands there."""
    return [bytes((0, place, place % 40)) for place in range(0, 120, 3)]


def read_checkpoint(content: bytes) -> object:
    """Read a checkpoint whose hash was made to fit, so that what lies behind it is reached."""
    return _checkpoint().load(written(_checkpoint().file_name, resigned(content)))


def checkpoints() -> list[bytes]:
    """Return a whole checkpoint."""
    return [_checkpoint().content]


@cache
def _checkpoint() -> Base:
    with tempfile.TemporaryDirectory() as folder:
        return checkpoint_of(Path(folder), "adam")
