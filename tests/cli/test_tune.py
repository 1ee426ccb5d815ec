"""``pellucid tune``, as a person at a terminal sees it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.bad_files import Call
from tests.cli.helpers import COMMAND

QUICK = ("--config", "quick.yaml")


@pytest.fixture(autouse=True)
def quick(here: Path) -> None:
    (here / "quick.yaml").write_text(
        "hidden: [4]\nepochs: 2\nactivation: relu\nbatch_size: 16\ndropout: 0\ncalibration: none\n"
        "weight_decay: 0.1\nlabel_smoothing: 0\n"
    )


def test_a_search_is_shown_and_ends_with_what_to_do_next(call: Call, here: Path) -> None:
    ended = call("tune", "good.csv", "--target", "y", "--trials", "3", *QUICK)
    assert ended.status == 0, ended.err
    for words in ("searching 1 setting in 3 trials", "the defaults", "trial 3/3", "learning_rate"):
        assert words in ended.err
    assert "pellucid predict runs/good-1 NEW_DATA" in ended.err
    for words in ("accuracy in the search", "on 12 test rows", "searched", "0.0002 … 0.02"):
        assert words in ended.out
    again = call("train", "--config", "runs/good-1/config.yaml", "--quiet", "--json")
    report = json.loads((here / "runs/good-1/tuning.json").read_text(encoding="utf-8"))["report"]
    assert json.loads(again.out)["metrics"] == report["metrics"]


def test_json_is_one_object(call: Call) -> None:
    ended = call("tune", "good.csv", "--target", "y", "--trials", "2", *QUICK, "--json", "--quiet")
    found = json.loads(ended.out)
    assert (ended.err, len(found["trials"]), found["ended"]) == ("", 2, "finished")
    assert found["trials"][0]["settings"]["learning_rate"] == 0.002
    assert found["report"]["n_test"] == 12
    once_more = call("tune", "--resume", found["run"], "--json", "--quiet")
    assert json.loads(once_more.out) == found


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ((), 2, ("No source was given", "pellucid tune digits")),
        (("good.csv", "--target", "Y"), 3, ("did you mean 'y'?",)),
        (("nowhere.csv", "--target", "y"), 3, ("nowhere.csv",)),
        (("good.csv", "--target", "y", "--trials", "0"), 2, ("--trials", "≥ 1")),
        (("good.csv", "--target", "y", "--trials", "many"), 2, ("--trials", "whole number")),
        (("good.csv", "--target", "y", "--learning-rat", "1"), 2, ("--learning-rat",)),
        (("good.csv", "--target", "y", "--time-limit", "0.001"), 2, ("no room for one trial",)),
        (("good.csv", "--task", "clustering"), 2, ("no labels", "--target")),
        (("constant.csv", "--target", "y"), 3, ("same value in every row",)),
        (("one_row.csv", "--target", "y"), 3, ()),
        (("--resume", "nowhere"), 3, ("no folder nowhere",)),
        (("--resume", "."), 3, ("no search.json",)),
        (("good.csv", "--resume", "runs/good-1"), 2, ("--resume takes",)),
        (("--resume", "runs/good-1", "--trials", "5"), 2, ("--resume takes",)),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_what_cannot_be_done_is_refused_and_nothing_written(
    arguments: tuple[str, ...], status: int, words: tuple[str, ...], refused: Callable[..., None]
) -> None:
    refused(status, words, "tune", *arguments)


def started(here: Path) -> subprocess.Popen[bytes]:
    """Start a search in a process of its own, and return once it has kept two trials."""
    with (here / "errors.txt").open("wb") as errors:
        process = subprocess.Popen(
            [*COMMAND, "tune", "good.csv", "--target", "y", "--trials", "20", *QUICK],
            cwd=here,
            env=os.environ,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    kept = here / "runs/good-1/trials.jsonl"
    for _ in range(600):
        if kept.is_file() and kept.read_bytes().count(b"\n") >= 2:
            return process
        time.sleep(0.05)
    process.kill()
    process.wait()
    raise AssertionError("no trials in half a minute")


@pytest.mark.slow
def test_a_killed_search_loses_the_running_trial_at_most(call: Call, here: Path) -> None:
    process = started(here)
    process.kill()
    process.wait()
    before = (here / "runs/good-1/trials.jsonl").read_text(encoding="utf-8").splitlines()
    resumed = json.loads(call("tune", "--resume", "runs/good-1", "--json", "--quiet").out)
    assert [json.loads(line)["number"] for line in before][:2] == [1, 2]
    whole = json.loads(
        call("tune", "good.csv", "--target", "y", "--trials", "20", *QUICK, "--json", "--quiet").out
    )

    def proposals(found: dict[str, list[dict[str, object]]]) -> list[tuple[object, object]]:
        return [(trial["settings"], trial["score"]) for trial in found["trials"]]

    assert proposals(resumed) == proposals(whole)
    assert resumed["report"]["metrics"] == whole["report"]["metrics"]


@pytest.mark.parametrize(
    "asked", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)]
)
def test_a_search_that_is_asked_to_stop_says_how_to_go_on(asked: int, here: Path) -> None:
    process = started(here)
    process.send_signal(asked)
    assert process.wait(timeout=60) == 130
    text = (here / "errors.txt").read_text(encoding="utf-8")
    assert "trials are kept in runs/good-1" in text
    assert "pellucid tune --resume runs/good-1" in text
    assert "Traceback" not in text


def test_help_names_every_setting_but_that_of_clusterings(call: Call) -> None:
    told = call("tune", "--help").out
    assert "--trials" in told
    assert "--learning-rate" in told
    assert "--clusters" not in told
