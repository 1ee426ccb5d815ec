"""A run whose data was given in memory goes on from Python, with the same data and no other."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.errors import ModelFileError
from pellucid.training.weights import weights_hash

QUICK = {"target": "side", "hidden": (8,), "epochs": 3, "calibration": "none"}


def rows(seed: int, n: int = 60) -> pl.DataFrame:
    x, y = np.random.default_rng(seed).normal(size=(2, n))
    return pl.DataFrame({"x": x, "y": y, "side": np.where(x > 0, "up", "down")})


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Train on a frame, test on another."""
    path = tmp_path_factory.mktemp("runs") / "parent"
    pellucid.train(rows(0), test=rows(1, 30), run=path, **QUICK)
    return path


def unfinished(run: Path, folder: Path) -> Path:
    """Return a run that was killed after its last epoch."""
    path = shutil.copytree(run, folder / "killed")
    (path / "model.pellucid").unlink()
    return path


GOING_ON: dict[str, Callable[..., Any]] = {
    "open_run": pellucid.open_run,
    "branch": pellucid.branch,
    "replay": pellucid.replay,
    "resume": pellucid.resume,
}


@pytest.mark.parametrize("name", GOING_ON)
def test_without_the_data_the_line_that_gives_it_is_named(
    name: str, run: Path, tmp_path: Path
) -> None:
    path = unfinished(run, tmp_path) if name == "resume" else run
    with pytest.raises(ModelFileError, match="given in memory") as refused:
        GOING_ON[name](path)
    call = f"in Python: pellucid.{name}({str(path)!r}, source=data, test=data)"
    assert refused.value.remedy == call
    with pytest.raises(ModelFileError) as refused:
        GOING_ON[name](path, source=rows(0))
    assert refused.value.remedy == f"in Python: pellucid.{name}({str(path)!r}, test=data)"


@pytest.mark.parametrize("name", GOING_ON)
def test_other_data_is_refused_be_it_that_of_the_test_alone(
    name: str, run: Path, tmp_path: Path
) -> None:
    path = unfinished(run, tmp_path) if name == "resume" else run
    for train, test in ((5, 1), (0, 5)):
        with pytest.raises(ModelFileError, match="not that which the run was trained with"):
            GOING_ON[name](path, source=rows(train), test=rows(test, 30))


def test_it_is_repeated_with_the_data(run: Path) -> None:
    assert pellucid.replay(run, source=rows(0), test=rows(1, 30)).same


def test_it_is_gone_on_with_and_ends_in_the_same_bits(run: Path, tmp_path: Path) -> None:
    path = unfinished(run, tmp_path)
    model = pellucid.resume(path, source=rows(0), test=rows(1, 30))
    assert weights_hash(model.params) == weights_hash(pellucid.load(run).params)
    assert model.metrics == pellucid.load(run).metrics


def test_a_branch_without_a_change_ends_as_its_parent_and_can_be_branched(
    run: Path, tmp_path: Path
) -> None:
    data = {"source": rows(0), "test": rows(1, 30)}
    made = pellucid.branch(run, epoch=1, into=tmp_path / "branch", **data)
    parent = pellucid.load(run)
    assert weights_hash(pellucid.load(made).params) == weights_hash(parent.params)
    again = pellucid.branch(made, epoch=2, into=tmp_path / "again", learning_rate=0.5, **data)
    assert weights_hash(pellucid.load(again).params) != weights_hash(parent.params)


def test_a_clustering_is_not_begun_anew_with_other_data(tmp_path: Path) -> None:
    """It keeps no states that other rows could be held against."""
    path = tmp_path / "run"
    settings = {"task": "clustering", "clusters": 2, "hidden": (8,), "epochs": 2}
    model = pellucid.train(rows(0).drop("side"), run=path, **settings)
    killed = unfinished(path, tmp_path)
    with pytest.raises(ModelFileError, match="not that which the run was trained with"):
        pellucid.resume(killed, source=rows(2).drop("side"))
    again = pellucid.resume(killed, source=rows(0).drop("side"))
    assert weights_hash(again.params) == weights_hash(model.params)
