"""Sparse, memory-mapped and packed examples are learnt from as if they lay in memory."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.sparse import csr_array

from pellucid import nn
from pellucid.data import CategoryTarget
from pellucid.data.one_hot import Layout, Packed
from pellucid.optimizers import OptimizerSettings
from pellucid.tasks import Classification
from pellucid.training import feeding
from pellucid.training.finder import find_learning_rate
from pellucid.training.step import Examples, Objective
from pellucid.training.trainer import Plan, Trainer

N, WIDTH = 200, 12


@pytest.fixture
def dense() -> Examples:
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(N, WIDTH)).astype(np.float32) * (rng.random((N, WIDTH)) < 0.3)
    return Examples(inputs, (inputs[:, 0] > 0).astype(np.int32), None)


def on_disk(dense: Examples, folder) -> Examples:
    mapped = np.memmap(folder / "x", dtype=np.float32, mode="w+", shape=dense.inputs.shape)
    mapped[:] = dense.inputs
    return dense._replace(inputs=mapped)


def packed(dense: Examples) -> Examples:
    layout = Layout(((WIDTH, False),))
    records = np.zeros(N, dtype=layout.dtype)
    layout.write(records, [dense.inputs])
    return dense._replace(inputs=Packed(layout, records))


def trained(train: Examples, validation: Examples | None = None) -> Trainer:
    task = Classification(CategoryTarget("integer", ("0", "1")))
    objective = Objective(nn.mlp((8,), 2, dropout=0.2), task)
    plan = Plan(OptimizerSettings("adam", 0.01), batch_size=16, epochs=3, seed=1)
    trainer = Trainer(objective, plan, train, validation)
    trainer.compile()
    assert trainer.run() == "finished"
    return trainer


@pytest.mark.parametrize("window_bytes", [1, 5 * 16 * WIDTH * 4, 10**9])
def test_streamed_examples_end_in_the_same_weights(dense, tmp_path, monkeypatch, window_bytes):
    monkeypatch.setattr(feeding, "_WINDOW_BYTES", window_bytes)
    expected = trained(dense, dense)
    sparse = dense._replace(inputs=csr_array(dense.inputs))
    for other in (on_disk(dense, tmp_path), sparse, packed(dense)):
        streamed = trained(other, other)
        for name in expected.params:
            for leaf, value in expected.params[name].items():
                np.testing.assert_array_equal(value, streamed.params[name][leaf])
        losses = [entry["validation_loss"] for entry in streamed.progress.history]
        assert losses == [entry["validation_loss"] for entry in expected.progress.history]


def test_a_window_holds_the_rows_of_its_steps_in_their_order(dense, tmp_path):
    feed = feeding.StreamedFeed(on_disk(dense, tmp_path))
    order = np.random.default_rng(1).permutation(N).astype(np.int32).reshape(20, 10)
    rates = np.arange(20, dtype=np.float32)
    for start, stop in ((0, 4), (4, 20), (7, 9)):  # made ready ahead, and asked for unawares
        window = feed.window(order, rates, start, stop)
        for step in range(start, stop):
            local = window.order[window.first + step - start]
            np.testing.assert_array_equal(window.examples.inputs[local], dense.inputs[order[step]])
            np.testing.assert_array_equal(
                window.examples.targets[local], dense.targets[order[step]]
            )
            assert window.learning_rates[window.first + step - start] == step


def test_a_learning_rate_is_found_alike_on_streamed_examples(dense, monkeypatch):
    monkeypatch.setattr(feeding, "_WINDOW_BYTES", 7 * 16 * WIDTH * 4)
    task = Classification(CategoryTarget("integer", ("0", "1")))
    objective = Objective(nn.mlp((8,), 2), task)
    settings = OptimizerSettings("adam", 1.0)
    expected = find_learning_rate(objective, settings, dense, 16)
    sparse = dense._replace(inputs=csr_array(dense.inputs))
    assert find_learning_rate(objective, settings, sparse, 16) == expected
