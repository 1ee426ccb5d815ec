"""``pellucid export``, as a person at a terminal sees it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import pellucid
from pellucid.cli.app import run
from pellucid.errors import OutputError


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
    contents = contents_of(trained / "iris-1.html")
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


def test_python_replaces_no_file_unasked_either(trained: Path) -> None:
    model = pellucid.load("runs/iris-1")
    kept = model.save("iris.pellucid").read_bytes()
    assert model.export("iris.pellucid").name == "iris.pellucid.html"
    assert (trained / "iris.pellucid").read_bytes() == kept
    with pytest.raises(OutputError, match="exists already"):
        model.export("iris.pellucid.html")
    model.export("iris.pellucid.html", force=True)


def contents_of(page: Path) -> dict[str, Any]:
    """Return what a page was filled with."""
    told = re.search(r'id="contents">(.*?)</script>', page.read_text("utf-8"), re.DOTALL)
    assert told is not None
    return dict(json.loads(told[1]))


@pytest.mark.parametrize("keeps", [True, False])
def test_a_page_tells_of_rows_only_where_the_model_keeps_some_and_never_where_they_lay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keeps: bool
) -> None:
    folder = tmp_path / "patients"
    folder.mkdir()
    monkeypatch.chdir(folder)
    lines = [f"{n % 7},{n % 5},{'ill' if n % 7 > 3 else 'well'}" for n in range(60)]
    Path("ward.csv").write_text("\n".join(["heat,age,state", *lines]))
    source = str(folder / "ward.csv")
    model = pellucid.train(
        source, target="state", hidden=(4,), epochs=2, examples=keeps, run="runs/ward"
    )
    assert run(["export", "runs/ward", "-o", "ward.html"]) == 0
    told = contents_of(Path("ward.html"))
    assert len(told["examples"]) == (12 if keeps else 0)  # a fifth of 60 is held out
    assert str(folder) not in Path("ward.html").read_text("utf-8")
    # A file alone opens no data: it shows the rows that it keeps, or none.
    alone = contents_of(model.export("alone.html"))
    assert (alone["part"], len(alone["examples"])) == ("examples", 8 if keeps else 0)


def test_an_unknown_form_is_refused_and_nothing_written(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["export", "runs/iris-1", "--to", "pdf"]) == 2
    told = capsys.readouterr().err
    assert "There is no form called 'pdf'" in told
    assert "html" in told
    assert [path.name for path in trained.iterdir()] == ["runs"]


def test_what_is_no_model_is_refused(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export", "nowhere.pellucid"]) != 0
    assert "nowhere.pellucid" in capsys.readouterr().err
