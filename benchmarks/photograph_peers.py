"""Photographs by others: a random forest on pixels, and the same network by PyTorch's tutorial."""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.preprocessing import LabelEncoder

from benchmarks.any_data.preparing import Split
from benchmarks.any_data.reading import Examples, read_split
from benchmarks.any_data.sets import AnySet
from benchmarks.machine import CORES, ROOT, clean_environment, peers_python

FOREST = "random forest"
TUTORIAL = "PyTorch, the same CNN, its tutorial's recipe"


def results(one: AnySet, split: Split) -> Iterator[dict[str, Any]]:
    """Yield the score and seconds of each on the files of a split."""
    examples = read_split(one, split)
    forest = RandomForestClassifier(n_estimators=500, n_jobs=CORES, random_state=split.seed)
    began = time.perf_counter()
    forest.fit(examples.X_train, examples.y_train)
    score = float(forest.score(examples.X_test, examples.y_test))
    yield {"method": FOREST, "score": score, "seconds": time.perf_counter() - began}
    yield from _by_the_tutorial(examples, split.seed)


def _by_the_tutorial(examples: Examples, seed: int) -> Iterator[dict[str, Any]]:
    labels = LabelEncoder().fit(examples.y_train)
    with tempfile.TemporaryDirectory() as folder:
        arrays = Path(folder) / "arrays.npz"
        np.savez(
            arrays,
            X_train=examples.X_train,
            X_test=examples.X_test,
            y_train=labels.transform(examples.y_train),
            y_test=labels.transform(examples.y_test),
        )
        process = subprocess.run(
            [str(peers_python()), "-m", "benchmarks.peers.cnn_torch", str(arrays), str(seed)],
            env=clean_environment(),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
    for row in process.stdout.splitlines():
        line = json.loads(row)
        method = f"{TUTORIAL}, {line['epochs']} epochs"
        yield {"method": method, "score": line["score"], "seconds": line["seconds"]}
