"""``pellucid export``, as a person at a terminal sees it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import pellucid
from pellucid.cli.app import run


@pytest.fixture
def trained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a finished run."""
    monkeypatch.chdir(tmp_path)
    pellucid.train("iris", hidden=(4,), epochs=3, seed=1, run="runs/iris-1")
    return tmp_path


def test_a_run_becomes_one_page_with_its_states(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", "runs/iris-1", "--to", "html"]) == 0
    assert "iris-1.html" in capsys.readouterr().err
    page = (trained / "iris-1.html").read_text(encoding="utf-8")
    told = re.search(r'id="contents">(.*?)</script>', page, re.DOTALL)
    assert told is not None
    contents = json.loads(told[1])
    assert contents["description"]["name"] == "iris-1"
    assert 0 in [state["step"] for state in contents["states"]]
    assert "http://127" not in page


def test_a_file_is_replaced_only_by_force(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (trained / "page.html").write_text("mine")
    command = ["export", "runs/iris-1", "-o", "page.html"]
    assert run(command) == 2
    assert "page.html exists already" in capsys.readouterr().err
    assert (trained / "page.html").read_text() == "mine"
    assert run([*command, "--force"]) == 0
    assert (trained / "page.html").read_text().startswith("<!doctype html>")


def test_an_unknown_form_is_refused_and_nothing_written(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", "runs/iris-1", "--to", "pdf"]) == 2
    told = capsys.readouterr().err
    assert "cannot be exported to 'pdf'" in told
    assert "html" in told
    assert [path.name for path in trained.iterdir()] == ["runs"]


def test_what_is_no_model_is_refused(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "nowhere.pellucid"]) != 0
    assert "nowhere.pellucid" in capsys.readouterr().err
