"""Checkpoints are written as often as they are cheap."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.training import keeper
from pellucid.training.keeper import Keeper


class Clock:
    """A clock that goes on only when told."""

    now = 0.0


class Folder:
    """A run folder in which every checkpoint takes the same time to write."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self.checkpoints, self.written = self, 0
        self._clock, self._seconds = clock, seconds

    def write(self, checkpoint: object) -> Path:
        self._clock.now += self._seconds
        self.written += 1
        return Path("checkpoint")


class Training:
    """What has a checkpoint to give."""

    def checkpoint(self) -> object:
        return object()


@pytest.mark.parametrize(
    ("seconds", "within_an_hour"),
    [(0.001, 3596), (0.01, 3564), (0.05, 713), (2.0, 18)],
)
def test_a_checkpoint_costs_a_hundredth_of_the_time_and_waits_a_second_at_least(
    seconds: float, within_an_hour: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an hour, in portions of a twentieth of a second; by hand 3600 / (wait + seconds)."""
    clock = Clock()
    monkeypatch.setattr(keeper.time, "perf_counter", lambda: clock.now)
    folder = Folder(clock, seconds)
    kept = Keeper(Training(), folder, lambda text, warning: None)
    while clock.now < 3600:
        kept.now_and_then()
        clock.now += 0.05
    assert folder.written == pytest.approx(within_an_hour, rel=0.06)
    assert folder.written * seconds <= 0.0101 * clock.now + seconds


def test_the_first_checkpoint_of_a_large_network_waits_for_what_it_is_expected_to_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By hand: 4 million parameters, 0.4 seconds, a hundred times that."""
    clock = Clock()
    monkeypatch.setattr(keeper.time, "perf_counter", lambda: clock.now)
    folder = Folder(clock, 0.4)
    kept = Keeper(Training(), folder, lambda text, warning: None, n_parameters=4_000_000)
    for now, written in ((1.5, 0), (39.9, 0), (40.1, 1), (60.0, 1), (80.6, 2)):
        clock.now = now
        kept.now_and_then()
        assert folder.written == written
