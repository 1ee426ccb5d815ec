"""Runs, as a person at a terminal sees them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.helpers import pellucid

QUICK = ("--hidden", "8", "--epochs", "5", "--calibration", "none", "--quiet")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a run, and a copy of it that says to have had another rate."""
    folder = tmp_path_factory.mktemp("runs")
    assert pellucid("train", "iris", *QUICK, cwd=folder).status == 0
    shutil.copytree(folder / "runs/iris-1", folder / "runs/iris-2")
    config = folder / "runs/iris-2/config.yaml"
    config.write_text(config.read_text().replace("learning_rate: 0.002", "learning_rate: 0.05"))
    return folder


def test_runs_are_listed_with_state_and_score(folder: Path) -> None:
    listed = pellucid("runs", cwd=folder)
    assert listed.status == 0
    lines = listed.out.splitlines()
    assert [line.split()[0] for line in lines[1:]] == ["iris-1", "iris-2"]
    assert all("finished" in line and "accuracy" in line for line in lines[1:])
    found = pellucid("runs", "runs", "--json", cwd=folder).json
    assert [run["state"] for run in found["runs"]] == ["finished", "finished"]


def test_two_runs_are_compared(folder: Path) -> None:
    shown = pellucid("runs", "diff", "runs/iris-1", "runs/iris-2", cwd=folder)
    assert shown.status == 0
    assert "learning_rate" in shown.out
    assert "hidden" not in shown.out
    asked = ("runs", "diff", "runs/iris-1", "runs/iris-2", "--json")
    assert list(pellucid(*asked, cwd=folder).json["settings"]) == ["learning_rate"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("nowhere",), 3, "There is no folder nowhere"),
        (("diff", "runs/iris-1"), 2, "diff compares two runs; 1 were given"),
        (("runs/iris-1", "runs/iris-2"), 2, "pellucid runs diff runs/iris-1 runs/iris-2"),
        (("diff", "runs/iris-1", "runs/none"), 3, "There is no run folder"),
        (("diff", "runs/iris-1", "runs"), 3, "not a run folder"),
    ],
)
def test_what_cannot_be_listed_is_said(
    folder: Path, words: tuple[str, ...], status: int, said: str
) -> None:
    result = pellucid("runs", *words, cwd=folder)
    assert result.status == status
    assert said in result.err.replace("\n", " ")
