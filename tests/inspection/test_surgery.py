"""The lab: what is cut is gone, what is left is as it was, and the original never changes."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
import pytest

import pellucid
from pellucid import nn
from pellucid.errors import SettingError
from pellucid.inspection.known_rows import find_rows
from pellucid.inspection.surgery import (
    AddNoise,
    Operation,
    Prune,
    ShiftBias,
    SwitchOff,
    operated,
    pruning_curve,
)


@pytest.fixture(scope="module")
def model() -> pellucid.Model:
    return pellucid.train("iris", hidden=(9, 7), activation="sigmoid", epochs=10, seed=4)


def flat(params: Any) -> np.ndarray:
    return np.concatenate([np.ravel(a) for a in jax.tree.leaves(params)])


@pytest.mark.parametrize(
    "operation",
    [SwitchOff("hidden_1", (2,)), Prune(0.5), ShiftBias("output", 1, 0.5), AddNoise(0.1)],
    ids=lambda one: type(one).__name__,
)
def test_the_original_stays_as_it_was(model: pellucid.Model, operation: Operation) -> None:
    before = flat(model.params).copy()
    changed = operated(model.trained, [operation])
    assert np.array_equal(flat(model.params), before)
    assert not np.array_equal(flat(changed.params), before)
    assert changed.network is model.network


def test_a_unit_switched_off_is_as_a_network_without_it(model: pellucid.Model) -> None:
    gone = (1, 5)
    changed = operated(model.trained, [SwitchOff("hidden_1", gone)])
    # The network that never had these units, computed with NumPy. σ(0) of a sigmoid is not 0.
    kept = [unit for unit in range(9) if unit not in gone]
    params = jax.tree.map(lambda a: np.asarray(a, np.float64), model.params)

    def sigmoid(z: np.ndarray) -> np.ndarray:
        return 1.0 / (1.0 + np.exp(-z))

    inputs = np.asarray(model.encode("iris"), np.float64)
    first, second, output = (params[name] for name in ("hidden_1", "hidden_2", "output"))
    h = sigmoid(inputs @ first["kernel"][:, kept] + first["bias"][kept])
    h = sigmoid(h @ second["kernel"][kept] + second["bias"])
    expected = h @ output["kernel"] + output["bias"]
    found = np.asarray(changed.network.apply(changed.params, inputs.astype(np.float32)))
    assert found == pytest.approx(expected, abs=1e-5)


def test_a_filter_switched_off_lets_nothing_through() -> None:
    network = nn.Network([nn.Reshape((4, 4, 1)), nn.Convolution(3, (3, 3), activation="relu")])
    trained = pellucid.train("iris", hidden=(2,), epochs=1).trained
    params = network.init(0, 16)
    params["convolution_1"]["bias"] = params["convolution_1"]["bias"] + 1.0
    trained = trained.__class__(
        trained.contract, trained.encoding, trained.task, network, params
    )  # the operation asks for network and parameters alone
    changed = operated(trained, [SwitchOff("convolution_1", (1,))])
    images = np.random.default_rng(0).normal(size=(5, 16)).astype(np.float32)
    before = np.asarray(network.apply(params, images))
    after = np.asarray(network.apply(changed.params, images))
    assert not after[..., 1].any()
    assert np.array_equal(after[..., [0, 2]], before[..., [0, 2]])


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_pruning_cuts_exactly_the_weakest(model: pellucid.Model, share: float) -> None:
    changed = operated(model.trained, [Prune(share)])
    names = ("hidden_1", "hidden_2", "output")
    before = np.concatenate([np.ravel(model.params[name]["kernel"]) for name in names])
    after = np.concatenate([np.ravel(changed.params[name]["kernel"]) for name in names])
    cut = after == 0
    assert cut.sum() == round(share * len(before))
    assert np.array_equal(after[~cut], before[~cut])
    if cut.any() and not cut.all():
        assert np.abs(before[cut]).max() <= np.abs(before[~cut]).min()
    for name in names:
        assert np.array_equal(changed.params[name]["bias"], model.params[name]["bias"])


def test_pruning_one_layer_leaves_the_others(model: pellucid.Model) -> None:
    changed = operated(model.trained, [Prune(0.5, "output")])
    assert (np.asarray(changed.params["output"]["kernel"]) == 0).sum() == round(0.5 * 7 * 3)
    assert np.array_equal(changed.params["hidden_1"]["kernel"], model.params["hidden_1"]["kernel"])


def test_a_bias_is_shifted_by_so_much(model: pellucid.Model) -> None:
    changed = operated(model.trained, [ShiftBias("output", 1, 0.5), ShiftBias("output", 1, 0.25)])
    difference = np.asarray(changed.params["output"]["bias"] - model.params["output"]["bias"])
    assert difference == pytest.approx([0.0, 0.75, 0.0], abs=1e-6)


def test_noise_has_the_strength_that_was_asked_for() -> None:
    trained = pellucid.train("digits", hidden=(64,), epochs=1).trained
    noisy, again = (operated(trained, [AddNoise(0.2, seed=s)]) for s in (1, 1))
    assert np.array_equal(flat(noisy.params), flat(again.params))
    before = np.asarray(trained.params["hidden_1"]["kernel"])
    noise = np.asarray(noisy.params["hidden_1"]["kernel"]) - before
    assert noise.std() == pytest.approx(0.2 * before.std(), rel=0.05)
    other = operated(trained, [AddNoise(0.2, seed=2)])
    assert not np.array_equal(flat(noisy.params), flat(other.params))


def test_the_pruning_curve_begins_with_the_model_and_ends_with_nothing(
    model: pellucid.Model,
) -> None:
    rows = find_rows(model.trained).test
    assert rows is not None
    inputs = model.trained.encoding.transform(rows)
    targets = model.trained.task.encode(rows["species"])
    points = pruning_curve(model.trained, inputs, targets, shares=(0.0, 0.5, 1.0))
    assert [point.n_left for point in points] == [120, 60, 0]  # 4 × 9 + 9 × 7 + 7 × 3
    assert points[0].metrics["accuracy"] == model.metrics["accuracy"]
    # Without any weight all rows are answered alike: a third is right.
    assert points[-1].metrics["accuracy"] == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (SwitchOff("hidden_9", (0,)), "no layer with parameters called 'hidden_9'"),
        (SwitchOff("hidden_1", (9,)), "no unit 9, counted from 0"),
        (SwitchOff("hidden_1", (-1,)), "no unit -1"),
        (Prune(1.5), "share is 1.5"),
        (Prune(float("nan")), "share is nan"),
        (Prune(0.5, "input"), "no layer with parameters"),
        (ShiftBias("hidden_1", 9, 1.0), "no unit 9"),
        (AddNoise(-1.0), "strength is -1"),
    ],
)
def test_what_cannot_be_done_is_refused(
    model: pellucid.Model, operation: Operation, words: str
) -> None:
    with pytest.raises(SettingError, match=words):
        operated(model.trained, [operation])
