"""`pellucid data`: the page as a person sees it, and the same as JSON."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from tests.cli.helpers import pellucid

N = 60
DRAW = np.random.default_rng(0)


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Write a table of people, in which a column repeats another and rows are repeated."""
    ports = DRAW.choice(["Southampton", "Cherbourg"], N)
    frame = pl.DataFrame(
        {
            "fare": DRAW.normal(30, 9, N).round(3),
            "home port": ports,
            "code": [port[0] for port in ports],
            "deck": [None if i % 4 else "C" for i in range(N)],
            "survived": DRAW.integers(0, 2, N),
        }
    )
    path = tmp_path / "people.csv"
    frame.extend(frame[:2]).write_csv(path)
    return path


def test_without_a_target_the_page_is_shown_and_offers_likely_ones(people: Path) -> None:
    shown = pellucid("data", people.name, cwd=people.parent)
    assert (shown.status, shown.err) == (0, "")
    assert "No target was chosen" in shown.out
    likely = [line.split()[1] for line in shown.out.splitlines() if "  --target " in line]
    assert likely[0] == "survived"
    assert "code" not in likely
    assert "home port" in shown.out
    found = pellucid("data", people.name, "--json", cwd=people.parent).json
    assert (found["task"], found["target"]) == ("undecided", None)
    assert found["candidates"][0]["flag"] == "--target survived"
    assert [column["role"] for column in found["columns"]] == ["input"] * 5


def test_a_training_without_a_target_offers_the_same(people: Path) -> None:
    refused = pellucid("train", people.name, cwd=people.parent)
    assert refused.status == 3
    assert "--target survived (called like a target" in refused.err


def test_notes_are_on_the_page_as_in_the_json(people: Path) -> None:
    flags = ("data", people.name, "--target", "survived")
    shown = " ".join(pellucid(*flags, cwd=people.parent).out.split())
    findings = pellucid(*flags, "--json", cwd=people.parent).json["findings"]
    codes = {finding["code"] for finding in findings if finding["severity"] == "note"}
    assert {"copied-column", "duplicate-rows", "mostly-missing"} <= codes
    for finding in findings:
        assert finding["text"].replace(" (counted from 1, a header line not counted)", "") in shown


@pytest.mark.parametrize("columns", ["80", "120"])
def test_a_page_in_a_pipe_has_no_colours_and_fits(people: Path, columns: str) -> None:
    flags = ("data", people.name, "--target", "survived")
    shown = pellucid(*flags, cwd=people.parent, COLUMNS=columns, TERM="xterm-256color").out
    assert "\x1b" not in shown
    assert max(map(len, shown.splitlines())) <= int(columns)
    assert "or" in shown


def test_a_terminal_that_cannot_write_bars_gets_none(people: Path) -> None:
    flags = ("data", people.name, "--target", "survived")
    plain = pellucid(*flags, cwd=people.parent, PYTHONIOENCODING="ascii:replace").out
    assert "▁" not in plain
    assert "?" * 5 not in plain


def test_test_data_is_compared_with_the_rows(people: Path) -> None:
    flags = ("data", people.name, "--target", "survived", "--test", people.name)
    shown = pellucid(*flags, cwd=people.parent)
    assert "62 rows to learn from, 62 to test" in shown.out
    assert "62 test rows (100.0%) are among the training rows as well" in shown.out
    trained = pellucid(
        "train", people.name, "--target", "survived", "--test", people.name, "--epochs", "1",
        "--quiet", cwd=people.parent,
    )  # fmt: skip
    assert "62 test rows (100.0%) are among the training rows as well" in trained.err


def test_a_row_is_shown_beside_its_vector(people: Path) -> None:
    flags = ("data", people.name, "--target", "survived", "--row", "3")
    shown = pellucid(*flags, cwd=people.parent)
    assert "Row 3 of people: 7 numbers for the network" in shown.out
    assert "50 rows that a training would learn from" in " ".join(shown.out.split())
    assert "=Southampton" in shown.out
    found = pellucid(*flags, "--json", cwd=people.parent).json
    assert (found["row"], found["n_features"]) == (3, 7)
    refused = pellucid(
        "data", people.name, "--target", "survived", "--row", "99", cwd=people.parent
    )
    assert refused.status == 2
    assert "a row from 1 to 62" in refused.err
