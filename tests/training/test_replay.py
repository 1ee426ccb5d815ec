"""A run that is repeated ends in the same weights, or it is said what may be the reason."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Mapping
from dataclasses import replace as changed
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

import pellucid
from pellucid.errors import InterruptedTrainingError, ModelFileError
from pellucid.training import run as runs
from pellucid.training.config import Config
from pellucid.training.replay import replay
from pellucid.training.run_folder import RunFolder
from pellucid.training.trainer import Trainer

QUICK: Mapping[str, Any] = {
    "target": "kind", "hidden": (8,), "epochs": 6, "dropout": 0.1, "validation_fraction": 0.2,
    "calibration": "none",
}  # fmt: skip


def rows() -> pl.DataFrame:
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(2, 150))
    return pl.DataFrame({"x": x, "y": y, "kind": np.where(x * y > 0, "alike", "unlike")})


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("replay") / "rows.csv"
    rows().write_csv(path)
    return str(path)


@pytest.fixture(scope="module")
def run(source: str) -> Path:
    path = Path(source).parent / "run"
    runs.start(Config.make(**QUICK, source=source), folder=path)
    return path


def test_a_finished_run_ends_in_the_same_weights_again(run: Path) -> None:
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    found = replay(run)
    report = RunFolder(run).report()
    assert report is not None
    assert found.same
    assert found.compared_with == "model"
    assert found.found == report["weights_hash"]
    n_steps = 6 * -(-report["n_train"] // RunFolder(run).config().batch_size)
    assert (found.epochs, found.steps) == (6, n_steps)
    assert (found.conditions, found.recorded) == ({}, True)
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_an_interrupted_run_is_held_against_its_newest_checkpoint(
    source: str, tmp_path: Path
) -> None:
    asked = itertools.count()
    faces = runs.Faces(should_stop=lambda: next(asked) >= 4)
    with pytest.raises(InterruptedTrainingError):
        runs.start(Config.make(**QUICK, source=source), faces, folder=tmp_path / "run")
    found = replay(tmp_path / "run")
    assert (found.same, found.compared_with) == (True, "checkpoint")
    assert 0 < found.epochs < 6


def test_what_a_time_limit_decided_is_read_from_the_run(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock never decides twice alike; here it leaves room for five epochs after the second."""

    def cut_to_time(trainer: Trainer) -> bool:
        done = len(trainer.progress.history)
        trainer.progress.epochs = 5 if done >= 2 else trainer.progress.epochs
        return done == trainer.progress.epochs

    with monkeypatch.context() as patched:
        patched.setattr(Trainer, "_cut_to_time", cut_to_time)
        config = Config.make(**{**QUICK, "epochs": 9, "time_limit": 1000.0}, source=source)
        outcome = runs.start(config, folder=tmp_path / "run")
    assert outcome.report["ended"] == "time limit"
    assert [entry["epochs"] for entry in outcome.model.made["history"]] == [9, 9, 5, 5, 5]
    assert replay(tmp_path / "run").same


def test_other_weights_are_noticed_and_conditions_that_differ_are_named(
    run: Path, tmp_path: Path
) -> None:
    path = shutil.copytree(run, tmp_path / "run")
    model = pellucid.load(path)
    params = {name: dict(own) for name, own in model.params.items()}
    name = next(iter(params))
    kernel = np.array(params[name]["kernel"])
    kernel[0, 0] = np.nextafter(kernel[0, 0], np.float32(np.inf))  # the last bit of one weight
    params[name]["kernel"] = kernel
    pellucid.Model(changed(model.trained, params=params)).save(path / "model.pellucid")
    record = RunFolder(path).record()
    conditions = {**record.work[0].conditions, "threads": 64, "jax": "0.1"}
    moved = changed(record, work=(changed(record.work[0], conditions=conditions),))
    (path / "run.json").write_text(moved.to_json())
    found = replay(path)
    assert not found.same
    assert found.expected != found.found
    assert {name: then for name, (then, _) in found.conditions.items()} == {
        "threads": 64, "jax": "0.1",
    }  # fmt: skip
    told = json.loads(json.dumps(found.to_dict()))
    assert told["conditions"]["jax"] == {"recorded": "0.1", "now": found.conditions["jax"][1]}


def test_a_run_whose_data_changed_is_not_repeated(run: Path, tmp_path: Path) -> None:
    path = shutil.copytree(run, tmp_path / "run")
    changed_rows = rows().with_columns(x=pl.col("x").reverse())
    changed_rows.write_csv(tmp_path / "rows.csv")
    text = (path / "config.yaml").read_text()
    (path / "config.yaml").write_text(
        text.replace(str(run.parent / "rows.csv"), str(tmp_path / "rows.csv"))
    )
    with pytest.raises(ModelFileError, match="not those that the run was trained with"):
        replay(path)


def test_a_run_of_data_in_memory_or_without_checkpoints_cannot_be_repeated(
    run: Path, source: str, tmp_path: Path
) -> None:
    path = shutil.copytree(run, tmp_path / "run")
    shutil.rmtree(path / "checkpoints")
    with pytest.raises(ModelFileError, match="no whole checkpoint"):
        replay(path)
    text = (path / "config.yaml").read_text()
    (path / "config.yaml").write_text(
        text.replace(f"source: {source}", "source: (given in memory)")
    )
    with pytest.raises(ModelFileError, match="given in memory"):
        replay(path)


def test_a_repetition_can_be_stopped(run: Path) -> None:
    asked = itertools.count()
    with pytest.raises(InterruptedTrainingError, match="nothing was written"):
        replay(run, runs.Faces(should_stop=lambda: next(asked) >= 4))


@pytest.mark.slow  # a survey of the rows comes before each clustering
def test_a_clustering_is_repeated_as_well(tmp_path: Path) -> None:
    config = Config.make(source="iris", task="clustering", clusters=3, epochs=3, hidden=(8,))
    runs.start(config, folder=tmp_path / "run")
    found = replay(tmp_path / "run")
    assert (found.same, found.compared_with, found.steps) == (True, "model", None)
    (tmp_path / "run/model.pellucid").unlink()
    with pytest.raises(ModelFileError, match="not finished"):
        replay(tmp_path / "run")
