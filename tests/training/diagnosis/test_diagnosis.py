"""Diagnosis: it changes no bit, names the right rows, is told early, and kept."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import pellucid
from pellucid import nn
from pellucid.training.diagnosis import Probe
from pellucid.training.diagnosis.gradients import _between_layers
from pellucid.training.diagnosis.probe import evenly
from pellucid.training.diagnosis.targets import _remedy
from pellucid.training.events import Diagnosed, Event
from pellucid.training.step import Examples
from pellucid.training.trainer import Trainer
from tests.training.diagnosis.examples import MIXED_UP, SICK, points
from tests.training.helpers import classifier, moons, one_weight, plan, weights_of


@pytest.mark.parametrize("optimizer", ["sgd", "nesterov", "adamw"])
def test_a_training_ends_in_the_same_bits_with_and_without_a_probe(optimizer: str) -> None:
    objective = classifier(dropout=0.3, normalization="batch")
    settings = plan(epochs=17, optimizer=optimizer, schedule="one_cycle")
    train, validation = moons(), moons(40, seed=1)
    without = Trainer(objective, settings, train, validation)
    without.compile()
    without.run()
    probe = Probe.of(objective, settings.optimizer, train)
    looked_at = Trainer(objective, settings, train, validation, probe=probe)
    looked_at.compile()
    looked_at.run()
    seen = [entry["epoch"] for entry in looked_at.progress.history if entry["probe"]]
    assert seen == [1, 4, 16]
    assert weights_of(looked_at) == weights_of(without)
    for one, other in zip(
        jax.tree.leaves(looked_at.state._replace(key=0)),
        jax.tree.leaves(without.state._replace(key=0)),
        strict=True,
    ):
        assert np.array_equal(one, other)


def test_a_look_measures_the_worked_example() -> None:
    """By hand: y = 5·2 = 10, ½(10 − 6)² = 8, slope (10 − 6)·2 = 8; at rate 0.1 a step of 0.8."""
    one = Examples(np.array([[2.0]], np.float32), np.array([[6.0]], np.float32))
    settings = plan(optimizer="sgd", learning_rate=0.1, batch_size=1)
    probe = Probe.of(one_weight(), settings.optimizer, one)
    look = probe.look(Trainer(one_weight(), settings, one).state, 0.1)
    assert look["loss"] == pytest.approx(8)
    assert look["layers"]["output"] == pytest.approx(
        {"gradient_norm": 8, "weight_norm": 5, "update_ratio": 0.8 / 5}
    )


def test_dead_and_saturated_units_are_counted() -> None:
    """Inputs are ±1. ReLU: z = ±1 (alive), z = −5 ± 1 (dead), z = 0 (pruned: no weights).

    Sigmoid: z = 10 (slope 4.5e-5, saturated), z = 0 (slope ¼, not), of the first two units alone.
    """
    layers = [
        nn.Dense(3, "relu", initializer=[[1.0, 1.0, 0.0]], bias_initializer=[0.0, -5.0, 0.0]),
        nn.Dense(2, "sigmoid", initializer=[[0.0, 0.0]] * 3, bias_initializer=[10.0, 0.0]),
        nn.Dense(2),
    ]
    objective = classifier()
    objective = type(objective)(nn.Network(layers), objective.task)
    rows = Examples(np.array([[-1.0], [1.0]], np.float32), np.array([0, 1], np.int32))
    settings = plan()
    state = Trainer(objective, settings, rows).state
    found = Probe.of(objective, settings.optimizer, rows).look(state, 0.1)["layers"]
    assert found["dense_1"]["dead"] == pytest.approx(1 / 3)
    assert found["dense_2"]["saturated"] == pytest.approx(1 / 2)
    assert "dead" not in found["dense_3"]


def test_members_of_an_ensemble_are_looked_at_together() -> None:
    objective = classifier(activation="relu")
    objective = type(objective)(nn.ensemble(objective.network, 3), objective.task)
    settings = plan()
    state = Trainer(objective, settings, moons()).state
    found = Probe.of(objective, settings.optimizer, moons()).look(state, 0.1)["layers"]
    assert list(found) == ["ensemble.hidden_1", "ensemble.output"]
    kernels = state.params["ensemble"]["hidden_1.kernel"]
    length = float(jnp.sqrt(jnp.sum(kernels**2)))
    assert found["ensemble.hidden_1"]["weight_norm"] == pytest.approx(length)


def test_looks_come_after_epochs_1_4_16_and_so_on() -> None:
    assert [epoch for epoch in range(1, 300) if Probe.is_due(epoch)] == [1, 4, 16, 64, 256]


def test_rows_are_taken_evenly_by_their_weights() -> None:
    assert evenly(10**6, 256).min() >= 0 and len(set(evenly(10**6, 256))) == 256
    weights = np.array([1.0, 0.0, 3.0])
    assert np.bincount(evenly(3, 3, weights), minlength=3).tolist() == [1, 0, 2]


def test_the_rows_of_labels_that_look_wrong_are_those_of_the_source() -> None:
    """Of 1,000 labels 40 were mixed up; the rows are shuffled and a fifth is held out between."""
    (told,) = SICK["wrong-labels"][0]()
    assert told.n_rows == len(told.rows) or len(told.rows) == 20
    right = set((MIXED_UP + 1).tolist()).intersection(told.rows)
    assert len(right) >= 0.9 * len(told.rows) and len(right) >= 5
    assert f"rows {told.rows[0]}, {told.rows[1]}" in told.text


def test_what_is_sure_is_told_while_the_training_goes_on() -> None:
    heard: list[Event] = []
    pellucid.train(
        points(), target="y", learning_rate=1.0, epochs=20, calibration="none",
        callbacks=[heard.append],
    )  # fmt: skip
    told = [event.diagnosis for event in heard if isinstance(event, Diagnosed)]
    assert told and len({one["name"] for one in told}) == len(told)
    assert all(1 < one["epoch"] <= 20 for one in told)


def test_a_divergence_is_a_diagnosis_too(tmp_path: Path) -> None:
    run = tmp_path / "run"
    with pytest.raises(pellucid.errors.DivergedError):
        pellucid.train(points(), target="y", optimizer="sgd", learning_rate=1e9, epochs=3, run=run)
    lines = map(json.loads, (run / "events.jsonl").read_text().splitlines())
    (told,) = [line["diagnosis"] for line in lines if line["event"] == "diagnosed"]
    assert told["name"] == "diverging-loss"
    assert told["layers"] and told["evidence"]["learning_rate"] > 1e6


def test_diagnoses_are_kept_with_the_model_and_told_on_its_card(tmp_path: Path) -> None:
    run = tmp_path / "run"
    model = pellucid.train(points(), target="y", hidden="none", run=run)
    (told,) = pellucid.load(run).diagnoses
    assert told == model.diagnoses[0]
    assert told.name == "under-fitting"
    assert told.sentence in (run / "card.md").read_text(encoding="utf-8")
    assert "probe" not in model.history.to_frame().columns
    assert model.history[0]["probe"]["layers"]["output"]["gradient_norm"] > 0


SLOW = pytest.mark.slow
BUILT_IN = [
    "iris",
    *(pytest.param(name, marks=SLOW) for name in ("wine", "breast-cancer", "diabetes")),
    *(pytest.param(name, marks=SLOW) for name in ("digits-8x8", "digits", "fashion")),
]


@pytest.mark.parametrize("name", BUILT_IN)
def test_there_is_no_false_alarm_on_built_in_data(name: str) -> None:
    heard: list[Event] = []
    assert pellucid.train(name, callbacks=[heard.append]).diagnoses == []
    assert not any(isinstance(event, Diagnosed) for event in heard)


def test_classes_that_are_as_frequent_as_others_need_no_weights_but_time() -> None:
    settings = {"hidden": (32,), "epochs": 1, "batch_size": 1024, "dropout": 0.0, "seed": 1}
    model = pellucid.train("digits-8x8", calibration="none", **settings)
    (collapse,) = [one for one in model.diagnoses if one.name == "class-collapse"]
    assert (collapse.remedy, collapse.settings) == ("Train longer", {"epochs": 3})


@pytest.mark.parametrize(
    ("settings", "n_epochs", "are_rare", "remedy"),
    [
        ({}, 5, True, {"class_weight": "balanced"}),
        ({"class_weight": "balanced", "epochs": 5}, 5, True, {"epochs": 15}),
        ({"epochs": 300, "patience": 8}, 5, False, {"patience": 0}),  # which ended it
        ({"epochs": 300}, 5, False, {}),  # a time limit did
        ({"epochs": 5}, 5, False, {"epochs": 15}),
    ],
)
def test_no_class_is_advised_what_is_done_already(
    settings: dict[str, Any], n_epochs: int, are_rare: bool, remedy: dict[str, Any]
) -> None:
    case = SimpleNamespace(settings=settings, history=[{}] * n_epochs)
    assert _remedy(case, are_rare=are_rare)[1] == remedy  # type: ignore[arg-type]


def test_what_is_normalised_is_not_advised_to_be() -> None:
    for normalization, settings in (
        ("none", {"normalization": "batch"}),
        ("batch", {}),
        ("layer", {}),
    ):
        case = SimpleNamespace(settings={"normalization": normalization}, is_clustering=False)
        assert _between_layers(case, "batch")[1] == settings  # type: ignore[arg-type]
