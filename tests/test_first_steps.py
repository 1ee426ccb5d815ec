"""The subject's worked numbers come out of the engine; expected values are hand arithmetic."""

from __future__ import annotations

import runpy
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import losses, nn, optimizers
from pellucid.optimizers import OptimizerSettings

SCRIPT = Path(__file__).resolve().parents[1] / "examples" / "first_steps.py"
NETWORK = nn.Network([nn.Dense(1, bias=False, initializer=[[5.0]])])  # w = 5
X, LABEL = jnp.array([[2.0]]), jnp.array([[6.0]])


def loss_of(params, name="quadratic"):
    return losses.get(name)(NETWORK.apply(params, X), LABEL)[0]


def weights_on_the_way(learning_rate, n_steps):
    settings = OptimizerSettings("sgd", learning_rate, schedule="constant", warmup=0.0)
    optimizer = optimizers.build(settings, n_steps)
    params = NETWORK.init(0, in_features=1)
    state, weights = optimizer.init(params), [5.0]
    for _ in range(n_steps):
        updates, state = optimizer.update(jax.grad(loss_of)(params), state, params)
        params = jax.tree.map(jnp.add, params, updates)
        weights.append(nn.weight(params, "dense_1", 1, 1))
    return weights, float(loss_of(params))


def test_at_weight_5_the_output_is_10_the_loss_8_and_the_slope_8():
    params = NETWORK.init(0, in_features=1)
    assert float(NETWORK.apply(params, X)[0, 0]) == 10.0
    assert float(loss_of(params)) == 8.0
    assert nn.weight(jax.grad(loss_of)(params), "dense_1", 1, 1) == 8.0


def test_without_the_half_the_slope_is_16():
    grads = jax.grad(loss_of)(NETWORK.init(0, in_features=1), "mean_squared_error")
    assert nn.weight(grads, "dense_1", 1, 1) == 16.0


def test_one_step_leads_to_weight_4_2_and_loss_2_88():
    weights, loss = weights_on_the_way(0.1, 1)
    assert weights[1] == pytest.approx(4.2, rel=1e-6)
    assert loss == pytest.approx(2.88, rel=1e-5)


def test_many_steps_lead_to_weight_3():
    weights, loss = weights_on_the_way(0.1, 40)
    assert weights[-1] == pytest.approx(3.0, abs=1e-5)
    assert loss == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize("rate", [0.1, 0.25, 0.4, 0.5, 0.6])
def test_each_step_multiplies_the_distance_by_one_minus_the_rate_times_four(rate):
    weights, _ = weights_on_the_way(rate, 6)
    expected = [3 + 2 * (1 - 4 * rate) ** step for step in range(7)]
    np.testing.assert_allclose(weights, expected, rtol=1e-4)
    assert (abs(weights[-1] - 3) > 2.001) == (rate > 0.5)  # divergence above one half


def test_the_script_prints_these_numbers(capsys):
    runpy.run_path(str(SCRIPT), run_name="__main__")
    printed = capsys.readouterr().out
    rows = [line.split() for line in printed.splitlines()]
    assert ["0", "5.0000", "8.0000", "8.0000"] in rows
    assert ["1", "4.2000", "2.8800", "4.8000"] in rows
    assert ["30", "3.0000", "0.0000", "0.0000"] in rows
    assert ["0.60", "1.40", "1.40", "60.8510"] in rows  # 3 + 2·1.4¹⁰
    assert any(row[-1:] == ["16.00"] for row in rows)
    assert all(f"w{i}{j} =" in printed for i in (1, 2) for j in (1, 2, 3))
    (by_hand,) = (row for row in rows if row[:2] == ["σ(h·W4)", "W4:"])
    (by_network,) = (row for row in rows if row[:2] == ["the", "network"])
    assert by_hand[-2:] == by_network[-2:]
    assert all(len(line) <= 80 for line in printed.splitlines())
