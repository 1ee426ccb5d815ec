"""Runs, as a person at a terminal sees them."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pellucid import Model, load
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


def with_another_weight(path: Path) -> None:
    """Change the last bit of one weight of a model file."""
    model = load(path)
    params = {name: dict(own) for name, own in model.params.items()}
    kernel = np.array(params["output"]["kernel"])
    kernel[0, 0] = np.nextafter(kernel[0, 0], np.float32(np.inf))
    params["output"]["kernel"] = kernel
    Model(replace(model.trained, params=params)).save(path)


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


def test_a_run_is_repeated_and_its_weights_are_confirmed(folder: Path) -> None:
    repeated = pellucid("replay", "runs/iris-1", "--json", cwd=folder)
    assert repeated.status == 0
    assert "The same weights, bit for bit: 5 epochs" in repeated.err
    found = repeated.json
    assert found["same"]
    listed = pellucid("runs", "--json", cwd=folder).json["runs"]
    assert found["found"] == listed[0]["weights_hash"]


def test_a_run_that_comes_out_otherwise_ends_in_4_and_names_the_conditions(folder: Path) -> None:
    """The copy that says to have had another rate; and to have been trained with 64 threads."""
    copy = shutil.copytree(folder / "runs/iris-1", folder / "elsewhere")
    config = copy / "config.yaml"
    config.write_text(config.read_text().replace("learning_rate: 0.002", "learning_rate: 0.05"))
    changed = pellucid("replay", "elsewhere", cwd=folder)
    assert changed.status == 3
    assert "not those that the run was trained with" in changed.err
    record = json.loads((copy / "run.json").read_text())
    record["work"][0]["conditions"]["threads"] = 64
    (copy / "run.json").write_text(json.dumps(record))
    shutil.copy(folder / "runs/iris-1/config.yaml", config)
    with_another_weight(copy / "model.pellucid")
    repeated = pellucid("replay", "elsewhere", cwd=folder)
    assert repeated.status == 4
    assert "Other weights came out" in repeated.err
    assert "threads: 64 then" in repeated.err


def test_a_branch_is_made_and_stands_below_its_parent(folder: Path) -> None:
    own = folder / "branches"
    shutil.copytree(folder / "runs/iris-1", own / "runs/iris-1")
    asked = ("branch", "runs/iris-1", "--at", "9", "--learning-rate", "0.01", "--json", "--quiet")
    made = pellucid(*asked, cwd=own)
    assert made.status == 0, made.err
    assert made.json["run"] == "runs/iris-2"
    assert made.json["epochs"] == 5
    lines = pellucid("runs", cwd=own).out.splitlines()
    assert "└─ iris-2 at step 9" in lines[2]
    refused = pellucid("branch", "runs/iris-1", "--at", "9", "--epochs", "1", cwd=own)
    assert refused.status == 2
    assert "more --epochs than 1" in refused.err
