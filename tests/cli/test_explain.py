"""``pellucid explain``, as a person at a terminal sees it."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from tests.cli.helpers import pellucid
from tests.data.sources.test_gathering import channels


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("explained")
    result = pellucid("train", "iris", "--hidden", "8", "--epochs", "8", cwd=folder)
    assert result.status == 0, result.err
    return folder


def test_a_row_is_explained_in_bars(trained: Path) -> None:
    result = pellucid("explain", "runs/iris-1", "iris", "--row", 3, cwd=trained, COLUMNS="80")
    assert result.status == 0, result.err
    for words in ("row 3: species = ", "petal length (cm)", "1.3", "│", "the sum misses by"):
        assert words in result.out
    assert max(map(len, result.out.splitlines())) <= 80


def test_json_is_one_object_that_adds_up(trained: Path) -> None:
    result = pellucid(
        "explain", "runs/iris-1", "iris", "--row", 3, "--class", "virginica", "--json", cwd=trained
    )
    found = result.json
    assert len(result.out.splitlines()) == 1
    assert (found["row"], found["class"]) == (3, "virginica")
    total = sum(column["contribution"] for column in found["columns"])
    assert found["baseline"] + total == pytest.approx(found["output"], abs=1e-12)
    assert abs(found["error"]) < 1e-12


def test_without_a_row_the_columns_importance_is_shown(trained: Path) -> None:
    result = pellucid("explain", "runs/iris-1", "iris", "--json", cwd=trained)
    assert result.json["n"] == 150
    assert len(result.json["columns"]) == 4


def test_an_explanation_can_be_written_and_is_never_overwritten(trained: Path) -> None:
    arguments = ("explain", "runs/iris-1", "iris", "--row", 3, "-o")
    assert pellucid(*arguments, "why.csv", cwd=trained).status == 0
    assert pl.read_csv(trained / "why.csv").columns == [
        "column", "detail", "value", "contribution",
    ]  # fmt: skip
    assert pellucid(*arguments, "why.html", cwd=trained).status == 0
    assert (trained / "why.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    again = pellucid(*arguments, "why.csv", cwd=trained)
    assert (again.status, "nothing was overwritten" in again.err) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("iris", "--row", "0"), 2, "a row from 1 to 150"),
        (("iris", "--row", "1", "--class", "setsa"), 2, "did you mean 'setosa'?"),
        (("iris", "--row", "1", "--of", "specie"), 2, "did you mean 'species'?"),
        (("iris", "--against", "setosa"), 2, "add --row N"),
        (("wine", "--row", "1"), 3, "lacks 4 columns"),
        (("nowhere.csv", "--row", "1"), 3, "nowhere.csv"),
    ],
)
def test_what_cannot_be_explained_is_refused(trained, arguments, status, words) -> None:
    result = pellucid("explain", "runs/iris-1", *arguments, cwd=trained)
    assert result.status == status
    assert words in result.err


def test_what_is_no_model_is_refused(trained: Path) -> None:
    (trained / "no.pellucid").write_text("no")
    result = pellucid("explain", "no.pellucid", "iris", "--row", 1, cwd=trained)
    assert result.status == 3
    assert "not a pellucid model file" in result.err


def test_a_class_is_held_against_another(trained: Path) -> None:
    arguments = ("explain", "runs/iris-1", "iris", "--row", 3, "--class", "setosa")
    against = pellucid(*arguments, "--against", "virginica", "--json", cwd=trained).json
    own, other = (
        pellucid(*arguments[:-1], label, "--json", cwd=trained).json
        for label in ("setosa", "virginica")
    )
    assert against["meaning"] == "log-odds of species = setosa against virginica"
    assert against["output"] == pytest.approx(own["output"] - other["output"], abs=1e-9)
    for column in against["columns"]:
        parts = [
            next(c["contribution"] for c in one["columns"] if c["column"] == column["column"])
            for one in (own, other)
        ]
        assert column["contribution"] == pytest.approx(parts[0] - parts[1], abs=1e-9)
    shown = pellucid(*arguments, "--against", "virginica", cwd=trained)
    assert "log-odds of species = setosa against virginica" in shown.out
    itself = pellucid(*arguments, "--against", "setosa", cwd=trained)
    assert (itself.status, "held against itself" in itself.err) == (2, True)


def test_series_are_drawn_channel_by_channel(tmp_path: Path) -> None:
    channels(20).write_csv(tmp_path / "lines.csv")
    flags = ("--target", "label", "--hidden", "8", "--epochs", "4", "--quiet")
    assert pellucid("train", "lines.csv", *flags, cwd=tmp_path).status == 0
    row = pellucid("explain", "runs/lines-1", "lines.csv", "--row", 2, cwd=tmp_path)
    lines = [line.strip() for line in row.out.splitlines()]
    assert "id: 107" in lines
    assert any(line.startswith("value  ") for line in lines)
    assert any(line.startswith("other  ") for line in lines)
    assert any(line.endswith("6 steps") for line in lines)  # the row's own, of 5 to 7
    overall = pellucid("explain", "runs/lines-1", "lines.csv", "--class", "wild", cwd=tmp_path)
    assert "above the line: for   below: against" in overall.out
    sizes = pellucid("explain", "runs/lines-1", "lines.csv", cwd=tmp_path)
    assert "--class CLASS shows" in sizes.out
