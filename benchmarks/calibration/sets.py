"""The sets that calibration is measured on: those of other parts, and their splits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.any_data.sets import SETS
from benchmarks.images import image_folders
from benchmarks.splits import IMAGE_SETS, LOADERS, tasks

FROM_FILES = (
    "titanic", "penguins", "adult", "sms spam", "sentence polarity", "trec questions",
    "cifar10 12k", "spoken digits", "california housing", "bike sharing",
)  # fmt: skip
NUMBERS = ("diabetes", "california housing", "bike sharing")
# Of few test rows, chance alone makes an error: these are divided anew four times as often.
FEW_ROWS = ("iris", "wine", "breast cancer", "diabetes", "titanic", "penguins")
MORE_SPLITS = 4
NAMES = (*LOADERS, *IMAGE_SETS, *FROM_FILES)
_FILES = {one.name: one for one in SETS if one.name in FROM_FILES}


@dataclass(frozen=True)
class Lesson:
    """What ``pellucid.train`` is given for one split."""

    seed: int
    source: Any
    settings: dict[str, Any]


def is_here(name: str) -> bool:
    """Tell whether this machine has a set."""
    if name in _FILES:
        return _FILES[name].path is not None
    return name not in IMAGE_SETS or name in image_folders()


def lessons(name: str, repeats: int, folder: Path) -> Iterator[Lesson]:
    """Yield the splits of a set, more of one with few rows; files are laid into the folder."""
    repeats *= MORE_SPLITS if name in FEW_ROWS else 1
    if name not in _FILES:
        for task in tasks(name, repeats):
            train, test = task.X_train, task.X_test
            if name in IMAGE_SETS:  # given as what they are, as a person would
                train, test = train.reshape(-1, 28, 28), test.reshape(-1, 28, 28)
            yield Lesson(task.seed, (train, task.y_train), {"test": (test, task.y_test)})
        return
    one = _FILES[name]
    if one.path is None:
        return
    for split in one.prepare(one.path, folder, one.seeds(repeats)):
        settings = {"test": split.test, "target": one.target, **one.settings}
        yield Lesson(split.seed, split.source, settings)
