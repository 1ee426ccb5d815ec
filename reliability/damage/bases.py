"""The files that are damaged: whole ones, of several kinds of models, and checkpoints."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import pellucid
from pellucid import nn
from pellucid.data import CategoryTarget
from pellucid.errors import ModelFileError
from pellucid.optimizers import OptimizerSettings
from pellucid.tasks import Classification
from pellucid.training.checkpoints import Checkpoint, CheckpointFolder, Progress
from pellucid.training.step import Examples, Objective
from pellucid.training.trainer import Plan, Trainer
from reliability.damage.checkpoints import resigned
from reliability.damage.tensors import joined, parted

GOLDEN = Path(__file__).resolve().parents[2] / "tests" / "model" / "golden"


@dataclass(frozen=True)
class Base:
    """A whole file.

    Parameters
    ----------
    name
        What it is called in the report.
    kind
        ``"model"`` or ``"checkpoint"``.
    content
        Its bytes.
    file_name
        What a file of this kind must be called.
    load
        Loads such a file; raises ModelFileError where it is refused.
    """

    name: str
    kind: str
    content: bytes
    file_name: str
    load: Callable[[Path], Any]


def all_bases(folder: Path) -> list[Base]:
    """Return every base; ``folder`` is a place for files that are made on the way."""
    models = [
        Base(path.stem, "model", path.read_bytes(), "damaged.pellucid", pellucid.load)
        for path in sorted(GOLDEN.glob("*.pellucid"))
    ]
    return [*models, checkpoint_of(folder, "adam"), checkpoint_of(folder, "sgd")]


def checkpoint_of(folder: Path, optimizer: str) -> Base:
    """Make a checkpoint that is the same bytes in every process: no clock is looked at."""
    draw = np.random.default_rng(0)
    inputs = draw.normal(size=(64, 3)).astype(np.float32)
    examples = Examples(inputs, (inputs[:, 0] > 0).astype(np.int32))
    task = Classification(CategoryTarget.fit(pl.Series(["a", "b"])))
    network = nn.mlp([8], 2, normalization="batch", dropout=0.1)
    plan = Plan(OptimizerSettings(name=optimizer), batch_size=16, epochs=2)
    trainer = Trainer(Objective(network, task), plan, examples, examples)
    epoch = {"epoch": 1, "loss": 0.7, "metrics": {"accuracy": 0.5}, "seconds": 0.1, "text": "né"}
    progress = Progress(4, 2, "0f" * 32, [0.5, 0.25], [epoch], 1, [0.5, -0.7], 0.2)
    checkpoint = Checkpoint(trainer.state, trainer.params, progress)
    path = CheckpointFolder(folder / optimizer).write(checkpoint)

    def load(damaged: Path) -> object:
        def refuse(_: Path, problem: str) -> None:
            raise ModelFileError(problem)

        return CheckpointFolder(damaged.parent).newest(trainer.state, refuse)

    content = resigned(_in_one_order(path.read_bytes()))
    return Base(f"checkpoint of {optimizer}", "checkpoint", content, path.name, load)


def _in_one_order(content: bytes) -> bytes:
    """Sort the texts in a checkpoint's header, which safetensors writes in any order."""
    header, data = parted(content)
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    return joined(text + b" " * (-len(text) % 8), data)
