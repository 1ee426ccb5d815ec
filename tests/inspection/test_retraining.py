"""Retraining after pruning: what was cut stays exactly 0, and the rest makes up for it."""

from __future__ import annotations

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import optax
import pytest

import pellucid
from pellucid.data.table import Array
from pellucid.errors import SettingError
from pellucid.inspection.known_rows import find_rows
from pellucid.inspection.retraining import masked, masks_of, retrained
from pellucid.inspection.surgery import Prune, SwitchOff, operated
from pellucid.model import TrainedModel
from pellucid.tasks import Clustering
from pellucid.training.step import Examples


@pytest.fixture(scope="module")
def model() -> TrainedModel:
    return pellucid.train("digits", hidden=(32, 16), epochs=8, seed=1).trained


def encoded(model: TrainedModel, part: str) -> Examples:
    rows = getattr(find_rows(model), part)
    targets = model.task.encode_rows(rows, model.contract.targets)
    return Examples(model.encoding.transform(rows), np.asarray(targets))


def accuracy(model: TrainedModel) -> float:
    rows = encoded(model, "test")
    answers = model.forward.outputs(model.params, rows.inputs).argmax(axis=1)
    return float((answers == rows.targets).mean())


def kernels(model: TrainedModel) -> dict[str, Array]:
    return {name: np.array(own["kernel"]) for name, own in model.params.items() if "kernel" in own}


def test_what_was_cut_stays_0_what_is_left_learns_and_the_accuracy_comes_back(
    model: TrainedModel,
) -> None:
    before = kernels(model)
    cut = operated(model, [Prune(0.7)])
    epochs: list[int] = []
    after = retrained(cut, encoded(cut, "train"), epochs=12, done=lambda n, _: epochs.append(n))
    for name, kernel in kernels(after).items():
        was_cut = np.asarray(cut.params[name]["kernel"]) == 0
        assert was_cut.any()
        assert np.array_equal(kernel == 0, was_cut)
        assert not np.array_equal(kernel, cut.params[name]["kernel"])
        assert np.array_equal(before[name], model.params[name]["kernel"])
    assert epochs == list(range(1, 13))
    assert accuracy(after) > accuracy(cut) + 0.1
    assert accuracy(after) > accuracy(model) - 0.02


def test_the_same_seed_gives_the_same_weights_and_no_epoch_changes_nothing(
    model: TrainedModel,
) -> None:
    cut = operated(model, [SwitchOff("hidden_1", (3,)), Prune(0.3)])
    rows = encoded(cut, "train")
    one, other = (retrained(cut, rows, epochs=1, seed=5) for _ in range(2))
    for name, kernel in kernels(one).items():
        assert np.array_equal(kernel, kernels(other)[name])
    assert not kernels(one)["hidden_1"][:, 3].any()
    assert retrained(cut, rows, epochs=0) is cut


def test_a_masked_step_is_that_of_the_optimizer_without_what_is_gone() -> None:
    params = {"a": {"kernel": jnp.array([2.0, 0.0, -1.0]), "bias": jnp.array([0.0])}}
    grads = {"a": {"kernel": jnp.array([0.5, 3.0, -1.0]), "bias": jnp.array([4.0])}}
    decayed = optax.chain(optax.add_decayed_weights(0.1), optax.scale(-0.1))
    optimizer = masked(decayed, masks_of(params))
    updates, _ = optimizer.update(grads, optimizer.init(params), params)
    # By hand: -0.1 · (g + 0.1 w), and nothing where the weight is 0; a bias may be 0 and learn.
    np.testing.assert_allclose(updates["a"]["kernel"], [-0.07, 0.0, 0.11], rtol=1e-6)
    np.testing.assert_allclose(updates["a"]["bias"], [-0.4], rtol=1e-6)


def test_a_stopped_retraining_keeps_what_it_reached(model: TrainedModel) -> None:
    cut = operated(model, [Prune(0.5)])
    stopped = retrained(cut, encoded(cut, "train"), epochs=1000, should_stop=lambda: True)
    assert np.array_equal(kernels(stopped)["output"], kernels(cut)["output"])


def test_what_cannot_be_retrained_is_refused(model: TrainedModel) -> None:
    with pytest.raises(SettingError, match="2000 epochs"):
        retrained(model, encoded(model, "test"), epochs=2000)
    with pytest.raises(SettingError, match="clustering has no targets"):
        retrained(replace(model, task=Clustering(10)), encoded(model, "test"))
