"""The reader of settings, given the fuzzer's bytes as a file in memory."""

from __future__ import annotations

from fuzzing.scratch import written
from pellucid.training.given import make_config


def read_settings(content: bytes) -> object:
    """Read a config.yaml, as ``--config`` does."""
    return make_config(None, written("config.yaml", content), {})
