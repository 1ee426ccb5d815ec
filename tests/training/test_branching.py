"""A branch begins with its parent's state, goes on by its own settings, and names where from."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest
import yaml

import pellucid
from pellucid.errors import InterruptedTrainingError, ModelFileError, SettingError
from pellucid.training import run as runs
from pellucid.training.branching import branch, branch_off
from pellucid.training.config import Config
from pellucid.training.replay import replay
from pellucid.training.run_folder import RunFolder
from pellucid.training.run_list import as_tree, runs_in
from pellucid.training.timeline import open_run
from pellucid.training.weights import weights_hash

QUICK: Mapping[str, Any] = {
    "source": "iris", "hidden": (8,), "epochs": 6, "validation_fraction": 0.2,
    "calibration": "none",
}  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("branches")
    runs.start(Config.make(**QUICK), folder=folder / "iris-1")
    return folder


def end_of(run: Path) -> str:
    timeline = open_run(run)
    return weights_hash(timeline.at(step=timeline.last_step).params)


def test_another_optimizer_takes_the_rate_but_not_the_reason_nor_the_weight_decay(
    folder: Path, tmp_path: Path
) -> None:
    """AdamW's weight decay was chosen for the parent; RMSProp has none to be asked for."""
    made = branch(folder / "iris-1", epoch=5, into=tmp_path / "b", optimizer="rmsprop")
    (rate,) = re.findall(
        r"^learning_rate: 0\.002  # (.*)$", (made / "config.yaml").read_text(), re.M
    )
    assert rate == f"as {folder / 'iris-1'} has it"
    assert "weight_decay: 0.0  # rmsprop has none" in (made / "config.yaml").read_text()
    kept = branch(folder / "iris-1", epoch=5, into=tmp_path / "c", epochs=7)
    assert "learning_rate: 0.002  # usual for adamw" in (kept / "config.yaml").read_text()


@pytest.mark.parametrize("at", [{"step": 11}, {"epoch": 3}, {"step": 0}])
def test_a_branch_without_a_change_ends_as_its_parent(
    folder: Path, tmp_path: Path, at: dict[str, int]
) -> None:
    made = branch(folder / "iris-1", into=tmp_path / "b", **at)
    assert end_of(made) == end_of(folder / "iris-1")
    assert pellucid.load(made).metrics == pellucid.load(folder / "iris-1").metrics


def test_another_rate_changes_what_follows_and_the_record_names_the_parent(
    folder: Path, tmp_path: Path
) -> None:
    made = branch(folder / "iris-1", step=11, into=folder / "iris-2", learning_rate=0.05)
    assert end_of(made) != end_of(folder / "iris-1")
    timeline, parent = open_run(made), open_run(folder / "iris-1")
    assert timeline.first_step == 11
    assert weights_hash(timeline.at(step=11).params) == weights_hash(parent.at(step=11).params)
    recorded = RunFolder(made).record().parent
    assert recorded is not None
    assert (Path(recorded.run).name, recorded.step, recorded.epoch) == ("iris-1", 11, 1)
    text = (made / "config.yaml").read_text()
    assert yaml.safe_load(text)["learning_rate"] == 0.05
    assert "changed at step 11" in text
    tree = [(lines, run.name) for lines, run in as_tree(runs_in(folder))]
    assert tree == [("", "iris-1"), ("└─ ", "iris-2")]
    assert len(timeline.history) == 6
    with pytest.raises(SettingError, match="no step 10"):
        timeline.at(step=10)
    with pytest.raises(SettingError, match="no state after epoch 1"):
        timeline.at(epoch=1)
    assert timeline.at(epoch=2).step == parent.at(epoch=2).step


def test_a_branch_of_another_optimizer_and_batch_size_is_repeated_from_its_own_beginning(
    folder: Path, tmp_path: Path
) -> None:
    settings = {"optimizer": "sgd", "weight_decay": 0, "batch_size": 32, "dropout": 0.3}
    made = branch(folder / "iris-1", epoch=2, into=tmp_path / "b", epochs=8, **settings)
    assert replay(made).same
    assert len(pellucid.load(made).history) == 8


def test_the_same_optimizer_keeps_its_memory_where_gradients_are_shortened_from_now_on(
    folder: Path, tmp_path: Path
) -> None:
    """A limit that no gradient reaches changes nothing but the last digits; a lost memory would."""
    made = branch(folder / "iris-1", epoch=2, into=tmp_path / "b", clip_norm=1e9)
    ends = [pellucid.load(run).params for run in (made, folder / "iris-1")]
    for one, other in zip(*map(jax.tree.leaves, ends), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    begun = open_run(made).first_step
    memories = [
        jax.tree.leaves(open_run(run).at(step=begun).optimizer_state)
        for run in (made, folder / "iris-1")
    ]
    assert any(np.any(leaf) for leaf in memories[0])
    assert all(np.array_equal(one, other) for one, other in zip(*memories, strict=True))


def test_an_interrupted_branch_goes_on_and_ends_in_the_same_weights(
    folder: Path, tmp_path: Path
) -> None:
    whole = branch(folder / "iris-1", step=11, into=tmp_path / "whole", learning_rate=0.05)
    asked = itertools.count()
    faces = runs.Faces(should_stop=lambda: next(asked) >= 3)
    changes = {"learning_rate": 0.05}
    with pytest.raises(InterruptedTrainingError, match="--resume"):
        branch_off(folder / "iris-1", changes, step=11, folder=tmp_path / "cut", faces=faces)
    runs.resume(tmp_path / "cut")
    assert end_of(tmp_path / "cut") == end_of(whole)
    for path in (tmp_path / "cut/checkpoints").iterdir():
        path.write_bytes(b"")
    with pytest.raises(ModelFileError, match="began with is missing or damaged"):
        open_run(tmp_path / "cut")
    (tmp_path / "cut/model.pellucid").unlink()
    with pytest.raises(ModelFileError, match="a branch cannot begin anew"):
        runs.resume(tmp_path / "cut")


@pytest.mark.parametrize(
    ("at", "settings", "said"),
    [
        ({"step": 11}, {"hidden": (16,)}, "hidden cannot change in the middle"),
        ({"step": 11}, {"seed": 1}, "seed cannot change"),
        ({"step": 11}, {"learning_rat": 0.1}, "did you mean 'learning_rate'"),
        ({"step": 11}, {"learning_rate": "find"}, "learned nothing yet"),
        ({"step": 11}, {"learning_rate": -1}, "learning_rate"),
        ({"step": 11}, {"batch_size": 8}, "branch at step"),
        ({"epoch": 3}, {"epochs": 3}, "give more --epochs than 3"),
        ({"step": 10**6}, {}, "no step 1,000,000"),
        ({}, {}, "give more --epochs than 6"),
    ],
)
def test_what_cannot_be_branched_is_said_and_nothing_is_written(
    folder: Path, tmp_path: Path, at: dict[str, int], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(SettingError, match=said):
        branch(folder / "iris-1", into=tmp_path / "b", **at, **settings)
    assert not (tmp_path / "b").exists()
