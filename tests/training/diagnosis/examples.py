"""Trainings made to have one illness each, and healthy ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from pellucid import nn
from pellucid.model import TrainedModel
from pellucid.optimizers import OptimizerSettings
from pellucid.training import run as runs
from pellucid.training.config import Config
from pellucid.training.diagnosis import Case, Diagnosis, Examination, Probe, diagnose
from pellucid.training.diagnosis.case import trivial_loss_of
from pellucid.training.step import Examples, Objective
from pellucid.training.trainer import Plan, Trainer
from tests.training.helpers import classifier, moons, one_weight, plan

# What a training chooses by itself, instead of the small network that is usual here.
DEFAULTS: dict[str, Any] = {"hidden": None, "learning_rate": None}

Made = Callable[[], list[Diagnosis]]


def table(inputs: np.ndarray, labels: np.ndarray, **further: Any) -> pl.DataFrame:
    """Lay columns x0, x1, … and further ones before the classes c0, c1, … as the target y."""
    columns = {f"x{place}": numbers for place, numbers in enumerate(inputs.T)}
    return pl.DataFrame({**columns, **further, "y": [f"c{label}" for label in labels]})


def clouds(n: int, classes: int, width: int, apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Draw a cloud of points for each class, so far apart: (n, width), labels (n,)."""
    draw = np.random.default_rng(0)
    labels = draw.integers(0, classes, n)
    centres = apart * draw.normal(size=(classes, width))
    return centres[labels] + draw.normal(size=(n, width)), labels


def trained(source: Any, **settings: Any) -> TrainedModel:
    """Train a small network, without calibration, unless something else is asked for."""
    usual = {"target": "y", "calibration": "none", "hidden": (16,), "learning_rate": 0.02}
    config = Config.make(**{"source": source, **usual, **settings})
    return runs.start(config, keep_run=False).model


def told(source: Any, **settings: Any) -> list[Diagnosis]:
    """Train, and return what the report tells."""
    report = trained(source, **settings).made["report"]
    return [Diagnosis.from_dict(one) for one in report["diagnoses"]]


def told_by_hand(objective: Objective, made: Plan, train: Examples) -> list[Diagnosis]:
    """Train without a source, and return what is found."""
    optimizer: OptimizerSettings = made.optimizer
    probe = Probe.of(objective, optimizer, train)
    trainer = Trainer(objective, made, train, probe=probe)
    trainer.run()
    case = Case(
        objective,
        {"epochs": made.epochs, "learning_rate": optimizer.learning_rate},
        trainer.progress.history,
        train,
        trivial_loss_of(objective, train),
        trainer.progress.steps_per_epoch,
        examination=Examination(objective, trainer.params, train),
    )
    return diagnose(case)


def points(n: int = 600) -> pl.DataFrame:
    """Two half moons, 480 of 600 points to learn from."""
    examples = moons(n)
    return table(examples.inputs, examples.targets)


def _not_scaled() -> list[Diagnosis]:
    examples = moons(600)
    large = examples._replace(inputs=examples.inputs * 500 + 1000)
    return told_by_hand(classifier(), plan(epochs=10), large)


def _outlying() -> list[Diagnosis]:
    examples = moons(1000)
    inputs = examples.inputs.copy()
    inputs[::100, 0] = 3000.0
    return told(table(inputs, examples.targets), epochs=20)


def _diverging() -> list[Diagnosis]:
    """Descend beyond twice the inverse of the largest curvature, by hand for one weight.

    y = w·x with x = 1 and ½(y − ŷ)²: the curvature is 1, so w − ŵ is multiplied by −1.05 a step
    at rate 2.05, and the loss by 1.1; 60 epochs of one step make 1.1⁶⁰ ≈ 304 of it.
    """
    inputs, targets = np.ones((4, 1), np.float32), np.array([[5.9], [6.1]] * 2, np.float32)
    settings = plan(optimizer="sgd", learning_rate=2.05, epochs=60, batch_size=4)
    return told_by_hand(one_weight(6.5), settings, Examples(inputs, targets))


def _exploding() -> list[Diagnosis]:
    """Six layers that each multiply by 4: 4⁶ = 4,096 on the way there, and on the way back."""
    layers = [nn.Dense(2, initializer=[[4.0, 0.0], [0.0, 4.0]]) for _ in range(6)]
    return told_by_hand(_of_layers(*layers), plan(epochs=4, learning_rate=1e-6), moons(200))


def _of_layers(*layers: nn.Layer) -> Objective:
    task = classifier().task
    return Objective(nn.Network([*layers, nn.Dense(2, name="output")]), task)


def _dead() -> list[Diagnosis]:
    """Every unit of the layer begins far below 0, where ReLU has no slope."""
    start = {"bias_initializer": [-50.0] * 8, "name": "hidden_1"}
    layer = nn.Dense(8, "relu", **start)  # type: ignore[arg-type]
    return told_by_hand(_of_layers(layer), plan(epochs=40), moons(200))


def _saturated() -> list[Diagnosis]:
    """Begin with sums of ±300 for all points: the slope of tanh, 1 − h², is 0 in float32."""
    start = {"bias_initializer": [300.0, -300.0] * 4, "name": "hidden_1"}
    layer = nn.Dense(8, "tanh", **start)  # type: ignore[arg-type]
    return told_by_hand(_of_layers(layer), plan(epochs=40, learning_rate=1e-3), moons(200))


def _long_steps() -> list[Diagnosis]:
    settings = plan(epochs=16, learning_rate=3.0)
    return told_by_hand(classifier(activation="tanh"), settings, moons(200))


def _vanishing() -> list[Diagnosis]:
    """Ten layers of sigmoid, whose slope is at most ¼: ¼¹⁰ ≈ 10⁻⁶."""
    layers = [nn.Dense(4, "sigmoid") for _ in range(10)]
    return told_by_hand(_of_layers(*layers), plan(epochs=16), moons(200))


def _wrong_labels() -> list[Diagnosis]:
    inputs, labels = clouds(1000, 3, 5, 3.0)
    return told(table(inputs, labels_mixed_up(labels)), calibration="out_of_fold", epochs=60)


MIXED_UP = np.sort(np.random.default_rng(1).choice(1000, 40, replace=False))


def labels_mixed_up(labels: np.ndarray) -> np.ndarray:
    """Return labels of which `MIXED_UP` are those of the next class."""
    mixed = labels.copy()
    mixed[MIXED_UP] = (mixed[MIXED_UP] + 1) % 3
    return mixed


def _leaked() -> list[Diagnosis]:
    """Add a column far from 0 for one class, on either side; too few rows to tell by a rule."""
    draw = np.random.default_rng(1)
    labels = draw.integers(0, 2, 160)
    far = draw.uniform(1, 2, 160) * draw.choice([-1, 1], 160)
    leak = np.where(labels == 1, far, draw.uniform(-0.9, 0.9, 160))
    return told(table(draw.normal(size=(160, 3)), labels, late=leak), **DEFAULTS)


def _collapsed() -> list[Diagnosis]:
    draw = np.random.default_rng(1)
    labels = (draw.random(2000) < 0.05).astype(int)
    return told(table(draw.normal(size=(2000, 3)) + 0.1 * labels[:, None], labels), epochs=30)


def _over_fitted() -> list[Diagnosis]:
    inputs, labels = clouds(400, 2, 20, 0.15)
    return told(
        table(inputs, labels), validation_fraction=0.3, dropout=0.0, weight_decay=0.0, epochs=100
    )


def _over_fitted_unseen() -> list[Diagnosis]:
    draw = np.random.default_rng(1)
    noise = table(draw.normal(size=(300, 20)), draw.integers(0, 2, 300))
    return told(noise, dropout=0.0, weight_decay=0.0)


def _unused() -> list[Diagnosis]:
    inputs, labels = clouds(1000, 2, 3, 2.0)
    noise = np.random.default_rng(1).normal(size=1000)
    return told(table(inputs, labels, noise=noise), l1=0.01, activation="silu", epochs=40)


def groups() -> pl.DataFrame:
    """Draw three clouds of 60 points each."""
    inputs, _ = clouds(180, 3, 4, 6.0)
    return pl.DataFrame({f"x{place}": numbers for place, numbers in enumerate(inputs.T)})


def grouped(source: pl.DataFrame, **settings: Any) -> list[Diagnosis]:
    """Cluster by a small network, and return what the report tells."""
    usual = {"task": "clustering", "hidden": (16,), "epochs": 40, "learning_rate": 0.01}
    config = Config.make(**{"source": source, **usual, **settings})
    report = runs.start(config, keep_run=False).model.made["report"]
    return [Diagnosis.from_dict(one) for one in report["diagnoses"]]


def _fewer_groups() -> list[Diagnosis]:
    """Eight categories, each as far from every other: nothing says that two are alike."""
    return grouped(pl.DataFrame({"a": list("abcdefgh") * 10}), clusters=7)


SICK: dict[str, list[Made]] = {
    "inputs-not-scaled": [_not_scaled, _outlying],
    "diverging-loss": [_diverging],
    "exploding-gradients": [_exploding],
    "vanishing-gradients": [_vanishing],
    "dead-units": [_dead],
    "saturated-units": [_saturated],
    "learning-rate-too-high": [_long_steps],
    "learning-rate-too-low": [lambda: told(points(), learning_rate=1e-6, epochs=64)],
    "stalled-loss": [lambda: told(points(), l2=1.0, epochs=64)],
    "under-fitting": [
        lambda: told(points(), hidden="none"),
        lambda: told(points(), epochs=5, learning_rate=0.001),
    ],
    "over-fitting": [_over_fitted, _over_fitted_unseen],
    "wrong-labels": [_wrong_labels],
    "leaked-target": [_leaked],
    "class-collapse": [_collapsed],
    "empty-clusters": [_fewer_groups],
    "unused-columns": [_unused],
}
"""For each illness trainings that have it, and no other."""

HEALTHY: dict[str, Made] = {
    "half moons": lambda: told(points(), **DEFAULTS),
    "clouds": lambda: told(table(*clouds(400, 2, 4, 2.0)), calibration="out_of_fold", **DEFAULTS),
    "tanh": lambda: told(points(), activation="tanh", **DEFAULTS),
    "labels as they are": lambda: told(
        table(*clouds(1000, 3, 5, 3.0)), calibration="out_of_fold", epochs=60
    ),
}
"""Trainings that nothing is wrong with."""
