"""Runs that are killed again and again end as the one that was not, bit for bit."""

from __future__ import annotations

import json
import os
import random
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from reliability.commands import Commands
from reliability.soak.ending import differences, ending_of
from reliability.soak.lives import Life, Moments, live
from reliability.soak.setups import SETUPS, Setup

# Most kills where a run takes least; `make soak` kills all set-ups 1,000 times.
_KILLS = {"plain": 17, "texts": 5, "ensemble": 4}
_FEW = [one for one in SETUPS if one.name in _KILLS]
_SECONDS = 120


@pytest.fixture(scope="module")
def commands() -> Iterator[Commands]:
    environment = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    with closing(Commands(environment)) as commands:
        yield commands


@pytest.mark.parametrize(
    "setup",
    [
        pytest.param(one, id=one.name, marks=() if one.name == "plain" else pytest.mark.slow)
        for one in _FEW
    ],
)
def test_a_run_killed_again_and_again_ends_in_the_same_bits(
    setup: Setup, commands: Commands, tmp_path: Path
) -> None:
    """Nearly all kills come just before a change to a file, where they could do most harm."""
    start = [*setup.arguments(tmp_path, few=True), "--quiet"]
    whole = commands.run([*start, "--run", tmp_path / "whole"], tmp_path, seconds=_SECONDS)
    assert whole.status == 0, whole.err
    expected = ending_of(tmp_path / "whole")
    moments = Moments(within=1.5, changes=40, at_changes=0.9)
    lives: list[Life] = []
    while (missing := _KILLS[setup.name] - sum(len(life.kills) for life in lives)) > 0:
        life = Life(setup.name, str(tmp_path / f"run-{len(lives)}"))
        draw = random.Random(f"{setup.name} {len(lives)}")  # noqa: S311 -- any moments will do
        live(life, start, expected, commands, moments, draw, missing)
        assert life.is_good, life
        lives.append(life)


def test_the_comparison_sees_a_single_bit(commands: Commands, tmp_path: Path) -> None:
    run = tmp_path / "run"
    words = ["train", "iris", "--hidden", "8", "--epochs", "2", "--run", run, "--quiet"]
    assert commands.run(words, tmp_path, seconds=_SECONDS).status == 0
    expected = ending_of(run)
    assert differences(expected, ending_of(run)) == []
    model = run / "model.pellucid"
    with zipfile.ZipFile(model) as archive:
        members = {name: bytearray(archive.read(name)) for name in archive.namelist()}
    members["weights.safetensors"][-1] ^= 1
    described = json.loads(members["model.json"])
    first = described["made"]["history"][0]
    first["loss"] += 1e-16 * first["loss"] * 2
    members["model.json"] = bytearray(json.dumps(described).encode())
    with zipfile.ZipFile(model, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, bytes(content))
    changed = [text.split(": ")[1] for text in differences(expected, ending_of(run))]
    assert changed == ["made.history.0.loss", "bytes"]
