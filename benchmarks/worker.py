"""A contestant's own process: warm, idle until asked, one epoch at a time.

The process reads one word a line from standard input and answers with one JSON object a line on
standard output. It times itself, so that the pipe is not in the numbers. Knows the standard
library and NumPy alone, because the peers' interpreter imports it too.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

from benchmarks.images import Images, read_images

LEARNING_RATE = 1e-3
SEED = 0


@dataclass(frozen=True)
class Job:
    """What a contestant is to train: layer sizes from input to output, batch, way, data."""

    layers: tuple[int, ...]
    batch_size: int
    variant: str
    images: Images


class Learner(Protocol):
    """A network in training, ready for its next epoch."""

    def epoch(self) -> None:
        """Train on all training images once; return when the weights are final."""

    def predict(self, X: npt.NDArray[np.float32]) -> npt.NDArray[np.int64]:
        """Return the most probable class of each row."""


def serve_learner(make: Callable[[Job], Learner]) -> None:
    """Make a learner from the command line, then answer ``epoch`` and ``accuracy``."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--layers", required=True, help="sizes from input to output: 784,128,10")
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--variant", default="")
    parser.add_argument("--folder", type=Path, required=True)
    arguments = parser.parse_args()
    images = read_images(arguments.folder)
    layers = tuple(int(size) for size in arguments.layers.split(","))
    learner = make(Job(layers, arguments.batch_size, arguments.variant, images))

    def answer(request: str) -> dict[str, float]:
        if request == "epoch":
            start = time.perf_counter()
            learner.epoch()
            return {"seconds": time.perf_counter() - start}
        return {"accuracy": float(np.mean(learner.predict(images.X_test) == images.y_test))}

    serve(answer)


def serve(answer: Callable[[str], dict[str, float]]) -> None:
    """Answer requests from standard input until it ends.

    Whatever a library prints goes to standard error, so that only answers travel in the pipe.
    """
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as pipe:
        os.dup2(2, 1)
        print(json.dumps({"ready": 1}), file=pipe, flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(line.strip())), file=pipe, flush=True)
