"""``pellucid compare``, as a person at a terminal sees it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from tests.cli.bad_files import Call
from tests.cli.helpers import pellucid

QUICK = ("--config", "quick.yaml", "--repeats", "1")


@pytest.fixture(autouse=True)
def quick(here: Path) -> None:
    (here / "quick.yaml").write_text("hidden: [4]\nepochs: 2\n")


def test_a_table_curves_and_a_verdict_are_shown(call: Call) -> None:
    ended = call("compare", "good.csv", "--target", "y", "--amounts", "12,all", *QUICK)
    assert ended.status == 0, ended.err
    for words in ("gradient", "rows", "learns", "* the best of its line", "●", "From all 48 rows"):
        assert words in ended.out
    assert "always answering the most frequent class: 50.0 %" in ended.out


def test_json_is_one_object_and_files_hold_the_same(call: Call, here: Path) -> None:
    files = ("--plot", "curves.svg", "-o", "runs.csv")
    ended = call(
        "compare", "good.csv", "--target", "y", "--amounts", "all", *QUICK, *files, "--json"
    )
    found = json.loads(ended.out)
    assert (found["n_train"], found["n_test"], found["ended"]) == (48, 12, "finished")
    assert [score["contender"] for score in found["scores"]] == found["contenders"]
    runs = pl.read_csv(here / "runs.csv")
    assert runs["accuracy"].to_list() == [run["accuracy"] for run in found["runs"]]
    assert (here / "curves.svg").read_text(encoding="utf-8").startswith("<svg")


def test_clusters_are_compared(call: Call) -> None:
    ended = call("compare", "good.csv", "--clusters", "3", "--amounts", "20,all", *QUICK)
    assert ended.status == 0, ended.err
    for words in ("3 clusters", "silhouette", "k-means", "Gaussian", "Ward's", "To group all"):
        assert words in ended.out


def test_several_targets_are_compared(call: Call) -> None:
    targets = ("--target", "a", "--target", "y")
    ended = call("compare", "good.csv", *targets, "--amounts", "all", *QUICK, "--json")
    found = json.loads(ended.out)
    assert (found["task"], found["targets"]) == ("several", ["a", "y"])
    assert list(found["further"]) == ["a.r2", "y.accuracy"]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        ((), 2, ("No source was given", "pellucid compare iris")),
        (("good.csv", "--target", "Y"), 3, ("did you mean 'y'?",)),
        (("nowhere.csv", "--target", "y"), 3, ("nowhere.csv",)),
        (("good.csv",), 3, ("--target",)),
        (("constant.csv", "--target", "y"), 3, ("same value in every row",)),
        (("good.csv", "--clusters", "100"), 3, ("100 clusters are wanted",)),
        (("good.csv", "--clusters", "1"), 2, ("at least 2",)),
        (("good.csv", "--clusters", "3", "--test-fraction", "0.2"), 2, ("leave --test-fraction",)),
        (("good.csv", "--clusters", "3", "--amounts", "2"), 2, ("more than the 3 clusters",)),
        (("good.csv", "--target", "y", "--amounts", "1000"), 2, ("--amounts", "to 48")),
        (("good.csv", "--target", "y", "--amounts", "few"), 2, ("--amounts", "100,1000,all")),
        (("good.csv", "--target", "y", "--repeats", "0"), 2, ("--repeats", "≥ 1")),
        (("good.csv", "--target", "y", "--plot", "curves.pdf"), 2, (".svg, .png",)),
        (("good.csv", "--target", "y", "-o", "good.csv"), 2, ("nothing was overwritten",)),
        (("good.csv", "--target", "y", "--test-fraction", "0"), 2, ("rows to test on",)),
        (("good.csv", "--target", "y", "--time-limit", "soon"), 2, ("--time-limit",)),
    ],
)
def test_what_cannot_be_compared_is_refused(
    refused: Callable[..., None], arguments: tuple[str, ...], status: int, words: tuple[str, ...]
) -> None:
    refused(status, words, "compare", *arguments)


def test_help_is_quick_and_says_what_is_compared(tmp_path: Path) -> None:
    shown = pellucid("compare", "--help", cwd=tmp_path).out
    for flag in ("--amounts", "--repeats", "--plot", "--json", "--time-limit", "--drop"):
        assert flag in shown
    assert "--sample-weight" not in shown
