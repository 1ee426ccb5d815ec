"""The loss as a function of one weight: the worked numbers, and finite differences in 64 bits."""

from __future__ import annotations

import jax
import numpy as np
import pytest

from pellucid import nn
from pellucid.data.targets import CategoryTarget, NumberTarget
from pellucid.errors import SettingError
from pellucid.inspection.one_weight import OneWeight
from pellucid.inspection.slopes import in_64_bits
from pellucid.tasks import Classification, Regression

NUMBERS = Regression(NumberTarget(mean=0.0, scale=1.0), "quadratic")
CLASSES = Classification(CategoryTarget("text", ("a", "b", "c")), "cross_entropy")


def rows(n: int, shape: tuple[int, ...], n_classes: int = 3):
    random = np.random.default_rng(5)
    inputs = random.normal(size=(n, *shape)).astype(np.float32)
    return inputs, random.integers(n_classes, size=n).astype(np.int32)


def test_five_becomes_four_point_two() -> None:
    """W = 5, x = 2, label 6, ½(y−ŷ)²: loss 8, slope 8, optimum 3; 0.1 leads to 4.2 and 2.88."""
    network = nn.Network([nn.Dense(1, initializer=[[5.0]], bias=False)])
    one = OneWeight(network, network.init(0, 1), NUMBERS, "dense_1", "kernel", (0, 0))
    inputs, targets = np.array([[2.0]]), np.array([[6.0]])
    found = one.curve(inputs, targets)
    assert (found.value, found.loss) == (5.0, 8.0)
    assert found.slope == pytest.approx(8.0, abs=1e-12)
    assert found.lowest == (pytest.approx(3.0, abs=1e-9), pytest.approx(0.0, abs=1e-12))
    step = found.value - 0.1 * found.slope
    assert step == pytest.approx(4.2, abs=1e-12)
    assert one.loss_at(step, inputs, targets) == pytest.approx(2.88, abs=1e-12)
    # The whole curve is ½(2w − 6)².
    assert found.losses == pytest.approx(0.5 * (2 * found.weights - 6) ** 2, abs=1e-12)
    assert found.weights[0] < 3.0 < found.weights[-1]
    assert 5.0 in found.weights


NETWORKS = {
    "dense": nn.Network([nn.Dense(6, "tanh"), nn.Dropout(0.5), nn.Dense(5, "relu"), nn.Dense(3)]),
    "softmax within": nn.Network([nn.Dense(6, "softmax"), nn.Dense(5, "gelu"), nn.Dense(3)]),
    "normalised": nn.Network([nn.Dense(6), nn.LayerNormalization(activation="gelu"), nn.Dense(3)]),
    "convolution": nn.Network(
        [
            nn.Reshape((4, 4, 1)), nn.Convolution(3, (3, 3), activation="tanh"),
            nn.GlobalPooling("average"), nn.Dense(3),
        ]
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_curve_and_slope_are_those_of_the_whole_network(name: str) -> None:
    network = NETWORKS[name]
    n_features = 16
    inputs, targets = rows(9, (n_features,))
    params = network.init(1, n_features)
    random = np.random.default_rng(0)
    apply = jax.jit(network.apply)
    for layer, own in params.items():
        for leaf, array in own.items():
            if leaf == "bias" and layer == "dense_2":  # as those of other layers
                continue
            index = tuple(int(random.integers(n)) for n in array.shape)
            one = OneWeight(network, params, CLASSES, layer, leaf, index)
            found = one.curve(inputs, targets, points=5)

            def whole(weight: float, at=(layer, leaf, index)) -> float:
                """Return the mean loss, computed through every layer anew, the end by hand."""
                with in_64_bits():
                    moved = jax.tree.map(lambda a: np.array(a, np.float64), params)
                    moved[at[0]][at[1]][at[2]] = weight
                    outputs = np.asarray(apply(moved, inputs.astype(np.float64)))
                shifted = outputs - outputs.max(axis=1, keepdims=True)
                logs = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
                return float(-logs[np.arange(len(targets)), targets].mean())

            expected = [whole(weight) for weight in found.weights.tolist()]
            assert found.losses == pytest.approx(expected, abs=1e-10)
            step = 1e-5
            slope = (whole(found.value + step) - whole(found.value - step)) / (2 * step)
            assert found.slope == pytest.approx(slope, abs=1e-7)
            assert found.lowest[1] <= found.losses.min()
            assert whole(found.lowest[0]) == pytest.approx(found.lowest[1], abs=1e-10)


def test_ends_that_a_person_chooses_are_kept() -> None:
    network = nn.Network([nn.Dense(1, initializer=[[5.0]], bias=False)])
    one = OneWeight(network, network.init(0, 1), NUMBERS, "dense_1", "kernel", (0, 0))
    inputs, targets = np.array([[2.0]]), np.array([[6.0]])
    found = one.curve(inputs, targets, (-1.0, 2.0), points=4)
    assert found.weights.tolist() == [-1.0, 0.0, 1.0, 2.0]
    assert found.lowest == (2.0, 2.0)  # ½(4 − 6)²: the optimum lies beyond
    with pytest.raises(SettingError, match="cannot reach from 6 to 2"):
        one.curve(inputs, targets, (6.0, 2.0))


def test_a_weight_that_moves_nothing_has_a_level_curve() -> None:
    network = nn.Network([nn.Dense(1, initializer=[[1.0], [1.0]], bias=False)])
    one = OneWeight(network, network.init(0, 2), NUMBERS, "dense_1", "kernel", (1, 0))
    found = one.curve(np.array([[2.0, 0.0]]), np.array([[6.0]]))
    assert found.slope == 0.0
    assert set(found.losses.tolist()) == {8.0}


@pytest.mark.parametrize(
    ("layer", "name", "index", "words"),
    [
        ("dense_9", "kernel", (0, 0), "no layer with parameters called 'dense_9'"),
        ("dense_1", "kernels", (0, 0), "no array of 'dense_1' called 'kernels'"),
        ("dense_1", "kernel", (0,), "no entry"),
        ("dense_1", "kernel", (0, 1), "no entry"),
        ("dense_1", "kernel", (-1, 0), "no entry"),
    ],
)
def test_a_weight_that_is_not_there_is_refused(
    layer: str, name: str, index: tuple[int, ...], words: str
) -> None:
    network = nn.Network([nn.Dense(1)])
    with pytest.raises(SettingError, match=words):
        OneWeight(network, network.init(0, 1), NUMBERS, layer, name, index)
