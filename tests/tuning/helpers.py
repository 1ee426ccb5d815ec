"""Small data whose searches take a second, and spaces of few values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

# All that compiles a program of its own is set; what is left to search is the learning rate.
QUICK: dict[str, Any] = {
    "hidden": (4,),
    "activation": "tanh",
    "dropout": 0.0,
    "weight_decay": 0.1,
    "batch_size": 16,
    "epochs": 3,
    "label_smoothing": 0.0,
    "calibration": "none",
}


def two_clouds(n: int = 80, seed: int = 0) -> pl.DataFrame:
    """Return rows of two classes that overlap."""
    generator = np.random.default_rng(seed)
    labels = generator.integers(2, size=n)
    frame = {name: generator.normal(size=n) + labels for name in ("a", "b")}
    return pl.DataFrame({**frame, "y": ["uv"[label] for label in labels]})


def written(folder: Path, name: str, frame: pl.DataFrame) -> str:
    """Write a frame as CSV, and return where."""
    frame.write_csv(folder / name)
    return str(folder / name)
