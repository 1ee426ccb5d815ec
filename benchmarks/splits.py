"""The data sets of the accuracy benchmark and their splits, the same for every contestant.

Both interpreters call this; the fingerprint of each split goes into the results, and the report
is refused where two contestants were not tested on the same rows.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn import datasets
from sklearn.model_selection import train_test_split

from benchmarks.bars import R2_TASKS
from benchmarks.images import image_folders, read_images

TEST_FRACTION = 0.2
# Kept apart from the small seeds that anybody draws splits with while choosing default settings:
# settings chosen on these very test rows would flatter themselves.
FIRST_SPLIT_SEED = 1000
IMAGE_SETS = ("mnist", "fashion")
LOADERS: dict[str, Callable[..., Any]] = {
    "digits 8×8": datasets.load_digits,
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
}

Array = npt.NDArray[Any]
Methods = Callable[["Task"], Iterator[tuple[str, dict[str, Any]]]]


@dataclass(frozen=True)
class Task:
    """One split of one data set."""

    name: str
    seed: int
    X_train: Array
    y_train: Array
    X_test: Array
    y_test: Array

    @property
    def fingerprint(self) -> str:
        """A hash of the test rows and their order."""
        digest = hashlib.sha256(np.ascontiguousarray(self.X_test, dtype=np.float32).tobytes())
        digest.update(np.ascontiguousarray(self.y_test, dtype=np.float64).tobytes())
        return digest.hexdigest()[:16]


def tasks(name: str, repeats: int) -> Iterator[Task]:
    """Yield the splits of a data set, one a seed; image sets keep the test set they come with."""
    if name in IMAGE_SETS:
        images = read_images(image_folders()[name])
        for seed in range(repeats):
            yield Task(name, seed, images.X_train, images.y_train, images.X_test, images.y_test)
        return
    X, y = LOADERS[name](return_X_y=True)
    for seed in range(repeats):
        X_train, X_test, y_train, y_test = train_test_split(
            X,
            y,
            test_size=TEST_FRACTION,
            random_state=FIRST_SPLIT_SEED + seed,
            stratify=None if name in R2_TASKS else y,
        )
        yield Task(name, seed, X_train, y_train, X_test, y_test)


def answer_task(methods: Methods) -> None:
    """Run ``accuracy TASK REPEATS`` of the command line; print one JSON object a result."""
    name, repeats = sys.argv[2], int(sys.argv[3])
    for task in tasks(name, repeats):
        for method, result in methods(task):
            line = {"method": method, "seed": task.seed, "split": task.fingerprint, **result}
            print(json.dumps(line), flush=True)
