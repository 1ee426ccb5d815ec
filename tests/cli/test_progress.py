"""The lines that a training prints stand apart, whatever the numbers."""

from __future__ import annotations

import pytest

from pellucid.cli.progress import Progress
from pellucid.training.events import EpochDone


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
