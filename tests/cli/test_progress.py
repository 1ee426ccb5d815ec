"""The lines that a training prints stand apart, whatever the numbers."""

from __future__ import annotations

import pytest

from pellucid.cli.progress import Progress
from pellucid.training.events import EpochDone, Estimated, Planned


@pytest.mark.parametrize("loss", [0.5, 7.883e-05, 1.234e-120, 123456.7])
def test_numbers_of_an_epoch_are_parted_by_blanks(capsys, loss: float) -> None:
    progress = Progress(quiet=False)
    metrics = {"accuracy": 1.0, "f1": 1.0}
    progress.hear(EpochDone(1, 200, loss, 0.1, 0.5, 1234.0, validation_loss=loss, metrics=metrics))
    words = capsys.readouterr().err.split()
    assert words == [
        "epoch", "1/200", "loss", f"{loss:.4g}", "validation", f"{loss:.4g}", "accuracy",
        "100.00", "%", "1,234", "examples/s",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (None, "training takes about 2.5 min, calibrating it 5 min more"),
        (400.0, "training takes about 2.5 min, calibrating it 2.5 min more"),  # one of two fits
        (200.0, "training takes about 2.5 min"),
    ],
)
def test_the_time_that_calibrating_takes_is_told_before_it_begins(
    capsys, limit: float | None, told: str
) -> None:
    progress = Progress(quiet=False)
    settings = {
        "optimizer": "sgd", "learning_rate": 0.1, "schedule": "constant", "batch_size": 8,
        "seed": 0, "time_limit": limit,
    }  # fmt: skip
    sizes = {"n_train": 1, "n_validation": 0, "n_test": 0, "n_parameters": 2, "layers": []}
    progress.hear(
        Planned(
            "x", "regression", "y", **sizes, epochs=1, steps_per_epoch=1, settings=settings,
            reasons={}, n_to_calibrate=2,
        )
    )  # fmt: skip
    capsys.readouterr()
    progress.hear(Estimated(150.0, whole=150.0))
    assert capsys.readouterr().err.strip() == told
