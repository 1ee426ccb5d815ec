"""The learning-rate finder suggests a rate at which training works."""

from __future__ import annotations

import pytest

from pellucid.training.finder import find_learning_rate
from pellucid.training.trainer import Trainer
from tests.training.helpers import classifier, moons, plan


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_training_at_the_suggested_rate_works(optimizer: str) -> None:
    objective, examples = classifier(), moons(512)
    settings = plan(optimizer=optimizer).optimizer
    search = find_learning_rate(objective, settings, examples, batch_size=32)
    assert search.learning_rates == tuple(sorted(search.learning_rates))
    assert len(search.losses) == len(search.learning_rates) > 20
    trainer = Trainer(
        objective,
        plan(optimizer=optimizer, learning_rate=search.suggestion, epochs=40),
        examples,
        moons(200, seed=1),
    )
    trainer.run()
    assert trainer.progress.history[-1]["metrics"]["accuracy"] > 0.95


def test_a_steeper_loss_gets_a_lower_rate() -> None:
    """Inputs ten times as large make the loss's curvature a hundred times larger."""
    settings = plan(optimizer="sgd").optimizer
    examples = moons(512)
    usual = find_learning_rate(classifier(), settings, examples, 32).suggestion
    larger = examples._replace(inputs=10 * examples.inputs)
    steep = find_learning_rate(classifier(), settings, larger, 32).suggestion
    assert steep < 0.3 * usual
