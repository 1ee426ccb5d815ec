"""Wherever the disk becomes full: the training goes on or says so, and what was good stays good."""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from reliability.soak.ending import differences, ending_of

from pellucid.errors import OutputError
from pellucid.training import keeper
from pellucid.training import run as runs
from pellucid.training.config import Config
from pellucid.training.events import Event, Note
from pellucid.training.run_leftovers import is_unbegun
from tests.training.faults import FullDisk, no_file_larger_than

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such limits")

SETTINGS: Mapping[str, Any] = {
    "source": "iris", "hidden": (6,), "epochs": 2, "dropout": 0.2, "calibration": "none",
    "validation_fraction": 0.2,
}  # fmt: skip


@pytest.fixture(scope="module")
def full_disk() -> FullDisk:
    return FullDisk()


@pytest.fixture(autouse=True)
def checkpoints_all_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_LEAST_SECONDS", 0.0)
    monkeypatch.setattr(keeper, "_MOST_SHARE", float("inf"))


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    run = tmp_path_factory.mktemp("whole") / "run"
    runs.start(Config.make(**SETTINGS), folder=run)
    return ending_of(run)


def begin(run: Path) -> tuple[bool, list[str]]:
    """Train where the disk is full; return whether it came through, and the warnings."""
    heard: list[Event] = []
    try:
        runs.start(Config.make(**SETTINGS), runs.Faces(heard.append), folder=run)
        came_through = True
    except OutputError as error:
        assert error.remedy, error
        came_through = False
    return came_through, [one.text for one in heard if isinstance(one, Note) and one.warning]


def go_on(run: Path) -> None:
    """Go on where there is room again: begin anew where no run had begun."""
    if (run / "config.yaml").exists():
        runs.resume(run)
    else:
        assert not run.exists() or is_unbegun(run)
        runs.start(Config.make(**SETTINGS), folder=run)


@pytest.mark.parametrize(
    "for_good",
    [False, pytest.param(True, marks=pytest.mark.slow)],
    ids=["once", "from-then-on"],
)
def test_wherever_a_write_fails_going_on_ends_in_the_same_bits(
    for_good: bool, full_disk: FullDisk, expected: dict[str, str], tmp_path: Path
) -> None:
    n_through = 0
    for fails_at in itertools.count(1):
        run = tmp_path / str(fails_at)
        with full_disk.failing(run, fails_at, for_good=for_good) as disk:
            came_through, warnings = begin(run)
        if disk.seen < fails_at:
            break
        n_through += came_through
        # A folder that was to be flushed is no loss; all else is told of, once or in the end.
        assert len(warnings) <= 2
        if not came_through:
            go_on(run)
        assert differences(expected, ending_of(run)) == [], fails_at
    assert fails_at > 30
    assert (n_through == 0) == for_good  # the end at least cannot be told on a disk that is full


@pytest.mark.parametrize("n_bytes", [0, 100, 700, 2500, 5000, 9000, 14_000])
def test_where_the_system_lets_no_file_grow_the_last_good_state_is_gone_on_from(
    n_bytes: int, expected: dict[str, str], tmp_path: Path
) -> None:
    """Sizes between those of the settings, the events, a checkpoint and the model."""
    run = tmp_path / "run"
    with no_file_larger_than(n_bytes):
        came_through, _ = begin(run)
    assert not came_through
    go_on(run)
    assert differences(expected, ending_of(run)) == []
    assert not list(run.rglob(".*"))


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_folder_that_may_not_be_written_is_refused_before_training(
    number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Event] = []

    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), str(self))

    monkeypatch.setattr(Path, "touch", refuse)
    with pytest.raises(OutputError) as caught:
        runs.start(Config.make(**SETTINGS), runs.Faces(heard.append), folder=tmp_path / "run")
    assert "choose" in str(caught.value)
    assert not any(type(event).__name__ == "EpochDone" for event in heard)
