"""Frozen layers stay as they are, to the last bit, and all that is said of runs holds for them."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pytest

from pellucid import optimizers
from pellucid.errors import InterruptedTrainingError, SettingError
from pellucid.optimizers import OptimizerSettings
from pellucid.training import run as runs
from pellucid.training.branching import branch, branch_off
from pellucid.training.config import Config
from pellucid.training.replay import replay
from pellucid.training.timeline import open_run
from pellucid.training.trainer import Plan, Trainer
from pellucid.training.weights import weights_hash
from tests.training.helpers import classifier, moons

QUICK: Mapping[str, Any] = {
    "source": "iris", "hidden": (8, 6), "epochs": 8, "validation_fraction": 0.2, "dropout": 0.1,
    "calibration": "none", "normalization": "batch", "l2": 0.01, "optimizer": "adamw",
}  # fmt: skip
FROZEN = "hidden_1"


@pytest.fixture(scope="module")
def parent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("frozen") / "iris-1"
    runs.start(Config.make(**QUICK), folder=path)
    return path


def bits_of(params: Any, layer: str) -> dict[str, bytes]:
    return {leaf: np.asarray(array).tobytes() for leaf, array in params[layer].items()}


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adamw", "weight_decay": 0.5},
        pytest.param(
            {"optimizer": "nesterov", "weight_decay": 0.0, "clip_norm": 0.1},
            marks=pytest.mark.slow,
        ),
    ],
    ids=["adamw", "nesterov"],
)
def test_frozen_layers_keep_every_bit_while_others_learn(
    parent: Path, tmp_path: Path, settings: dict[str, Any]
) -> None:
    """Beside the kernel, the memory of the optimizer and the decay would move it."""
    normal = next(name for name in open_run(parent).at(step=0).params if "norm" in name)
    freeze = f"{FROZEN},{normal}"
    made = branch(parent, epoch=4, into=tmp_path / "b", freeze=freeze, epochs=18, **settings)
    before, after = open_run(parent).at(epoch=4).params, open_run(made).at(epoch=18).params
    for layer in before:
        same = bits_of(before, layer) == bits_of(after, layer)
        assert same == (layer in {FROZEN, normal}), layer


def test_a_frozen_zero_keeps_its_sign() -> None:
    """−0 + 0 is 0: even adding nothing would change a bit."""
    trainer = Trainer(classifier(), Plan(_frozen("adam"), batch_size=16, epochs=1), moons())
    kernel = trainer.state.params[FROZEN]["kernel"]
    trainer.state.params[FROZEN]["kernel"] = kernel.at[0, 0].set(-0.0)
    trainer.run()
    assert np.signbit(trainer.params[FROZEN]["kernel"][0, 0])


def _frozen(name: str, **further: Any) -> OptimizerSettings:
    return OptimizerSettings(name, frozen=(FROZEN,), **further)


@pytest.mark.parametrize("name", optimizers.NAMES)
def test_the_others_learn_as_if_there_were_no_frozen_layer(name: str) -> None:
    """Expected: the same optimizer for parameters without that layer; the clip counts as well."""
    draw = np.random.default_rng(0)
    params = {
        layer: {"kernel": draw.normal(size=(3, 2)).astype(np.float32)} for layer in (FROZEN, "out")
    }
    grads = jax.tree.map(lambda a: 3 * a + 1, params)
    decay = {"weight_decay": 0.3} if name == "adamw" else {}
    with_layer = optimizers.direction(_frozen(name, clip_norm=0.5, **decay))
    without = optimizers.direction(OptimizerSettings(name, clip_norm=0.5, **decay))
    found, alone = with_layer.init(params), without.init({"out": params["out"]})
    for _ in range(3):
        moved, found = with_layer.update(grads, found, params)
        expected, alone = without.update({"out": grads["out"]}, alone, {"out": params["out"]})
        assert not np.any(moved[FROZEN]["kernel"])
        np.testing.assert_allclose(moved["out"]["kernel"], expected["out"]["kernel"], rtol=1e-6)


@pytest.mark.slow
def test_a_frozen_branch_is_resumed_repeated_and_opened_like_any_other(
    parent: Path, tmp_path: Path
) -> None:
    settings = {"freeze": FROZEN, "epochs": 12}
    whole = branch(parent, epoch=4, into=tmp_path / "whole", **settings)
    asked = itertools.count()
    faces = runs.Faces(should_stop=lambda: next(asked) >= 5)
    with pytest.raises(InterruptedTrainingError, match="--resume"):
        branch_off(parent, settings, epoch=4, folder=tmp_path / "cut", faces=faces)
    runs.resume(tmp_path / "cut")
    ends = [open_run(run).at(epoch=12).params for run in (whole, tmp_path / "cut")]
    assert weights_hash(ends[0]) == weights_hash(ends[1])
    assert replay(whole).same
    assert "freeze: [hidden_1]  # changed at step" in (whole / "config.yaml").read_text()
    middle = open_run(whole).at(epoch=7)
    for _ in range(4):
        step = middle.do_operation()
    assert not np.any(step.change[FROZEN]["kernel"])
    assert np.any(step.change["output"]["kernel"])


def test_a_branch_keeps_what_is_frozen_until_it_is_told_otherwise(
    parent: Path, tmp_path: Path
) -> None:
    frozen = branch(parent, epoch=4, into=tmp_path / "a", freeze=FROZEN)
    again = branch(frozen, epoch=6, into=tmp_path / "b", epochs=9)
    free = branch(frozen, epoch=6, into=tmp_path / "c", freeze="none")
    start = bits_of(open_run(parent).at(epoch=4).params, FROZEN)
    assert bits_of(open_run(again).at(epoch=9).params, FROZEN) == start
    assert bits_of(open_run(free).at(epoch=8).params, FROZEN) != start


@pytest.mark.slow
def test_layers_within_others_are_frozen_by_their_path(tmp_path: Path) -> None:
    settings = {**QUICK, "normalization": "none", "members": 2, "epochs": 2}
    runs.start(Config.make(**settings), folder=tmp_path / "a")
    made = branch(
        tmp_path / "a", epoch=1, into=tmp_path / "b", freeze="ensemble.hidden_1", epochs=3
    )
    before = open_run(tmp_path / "a").at(epoch=1).params["ensemble"]
    after = open_run(made).at(epoch=3).params["ensemble"]
    for leaf in before:
        same = np.array_equal(before[leaf], after[leaf])
        assert same == leaf.startswith("hidden_1."), leaf


@pytest.mark.parametrize(
    ("freeze", "said"),
    [
        ("hiden_1", "did you mean 'hidden_1'?"),
        ("hidden_1,dropout_1", "'hidden_1', "),
        ("kernel", "There is no layer called 'kernel'"),
    ],
)
def test_a_name_of_no_layer_is_refused_with_the_nearest_one(
    parent: Path, tmp_path: Path, freeze: str, said: str
) -> None:
    with pytest.raises(SettingError) as caught:
        branch(parent, epoch=4, into=tmp_path / "b", freeze=freeze)
    assert said in str(caught.value)
    assert not (tmp_path / "b").exists()


def test_with_all_layers_frozen_nothing_is_left_to_learn(parent: Path, tmp_path: Path) -> None:
    layers = ",".join(open_run(parent).at(step=0).params)
    with pytest.raises(SettingError, match="nothing is left to learn"):
        branch(parent, epoch=4, into=tmp_path / "b", freeze=layers)


def test_a_clustering_freezes_nothing() -> None:
    with pytest.raises(SettingError, match="freeze does not belong to clustering"):
        runs.start(Config.make(source="iris", task="clustering", freeze="hidden_1"))
