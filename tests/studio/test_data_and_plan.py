"""What the studio says of data and of a training before it begins; files that a page sends."""

from __future__ import annotations

import ast
import asyncio
import os
import shlex
import stat
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import example
from hypothesis import given as given_text
from hypothesis.strategies import characters
from hypothesis.strategies import text as texts
from PIL import Image
from sklearn.datasets import load_iris

import pellucid
from pellucid.data import open_source
from pellucid.studio import uploads
from pellucid.studio.refusals import RefusedError
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from pellucid.training.written import as_command, as_python
from tests.studio.exchange import Browser, exchange


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("given") / "people.csv"
    ages = [20 + place % 40 for place in range(60)]
    pl.DataFrame(
        {"age": ages, "town": ["Bern", "Genf"] * 30, "buys": [age > 38 for age in ages]}
    ).write_csv(path)
    return path


@pytest.fixture(scope="module")
def asking(given: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    runs = tmp_path_factory.mktemp("asking") / "runs"
    with Serving(Studio(Shelf(), "data", [str(given)], runs)) as serving:
        yield Browser(serving)


def test_the_sources_are_the_built_in_sets_and_what_was_given(asking: Browser) -> None:
    listed = {one["id"]: one for one in asking.get("/api/sources").json["sources"]}
    assert {"iris", "digits", "wine", "given-1"} <= set(listed)
    assert (listed["given-1"]["name"], listed["given-1"]["where"]) == ("people.csv", "given")


def test_the_contract_comes_with_split_balance_and_an_example_beside_its_vector(
    asking: Browser,
) -> None:
    told = asking.post("/api/data", {"source": "iris", "row": 50}).json
    assert (told["task"], told["targets"], told["n_rows"]) == ("classification", ["species"], 150)
    parts = {part["part"]: part["n_rows"] for part in told["parts"]}
    assert sum(parts.values()) == 150
    assert sum(share["n_rows"] for share in told["balance"]) == parts["train"]
    values = [piece["value"] for piece in told["pieces"]]
    assert values == pytest.approx(load_iris().data[50].tolist())
    # Numbers are standardised by the rows that are learned from, of which most are drawn.
    assert all(abs(piece["numbers"][0]) < 4 for piece in told["pieces"])
    assert [piece["n_numbers"] for piece in told["pieces"]] == [1, 1, 1, 1]


def test_what_stands_in_for_digits_that_are_not_there_is_told(
    asking: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PELLUCID_DIGITS", raising=False)
    told = asking.post("/api/data", {"source": "digits"}).json
    assert told["n_rows"] == 1797  # the 8×8 digits, of which the page lists MNIST's 70,000
    (note,) = told["notes"]
    assert "MNIST is not on this machine" in note
    assert asking.post("/api/data", {"source": "iris"}).json["notes"] == []


def test_without_a_target_the_candidates_are_offered(asking: Browser) -> None:
    undecided = asking.post("/api/data", {"source": "given-1"}).json
    named = {one["column"] for one in undecided["candidates"]}
    assert undecided["task"] == "undecided"
    assert "buys" in named
    settings = {"target": "buys", "kinds": {"age": "category"}}
    decided = asking.post("/api/data", {"source": "given-1", "settings": settings}).json
    kinds = {column["name"]: (column["kind"], column["role"]) for column in decided["columns"]}
    assert kinds["age"] == ("category", "input")
    assert kinds["buys"][1] == "target"


def test_a_plan_has_the_arithmetic_of_its_parameters_and_says_why(asking: Browser) -> None:
    question = {"source": "iris", "settings": {"hidden": [16, 8], "epochs": 3}, "measure": True}
    plan = asking.post("/api/plan", question).json
    counted = {layer["name"]: layer["n_parameters"] for layer in plan["layers"]}
    assert counted["hidden_1"] == 4 * 16 + 16
    assert counted["hidden_2"] == 16 * 8 + 8
    assert counted["output"] == 8 * 3 + 3
    assert plan["n_parameters"] == 80 + 136 + 27
    assert plan["seconds"] > 0
    assert plan["reasons"]["learning_rate"]
    assert plan["command"] == "pellucid train iris --hidden 16,8 --epochs 3"
    assert plan["steps_per_epoch"] == -(-plan["n_train"] // plan["settings"]["batch_size"])


def test_the_command_and_the_python_of_a_training_say_the_same() -> None:
    settings = {
        "source": "my data.csv", "target": ["a b", "c"], "hidden": [], "kinds": {"x": "text"},
        "learning_rate": 0.001, "examples": False, "preset": "best",
    }  # fmt: skip
    words = shlex.split(as_command(settings))
    assert words == [
        "pellucid", "train", "my data.csv", "--target", "a b", "--target", "c", "--hidden", "none",
        "--kind", "x=text", "--learning-rate", "0.001", "--no-examples", "--preset", "best",
    ]  # fmt: skip
    called: dict[str, Any] = {}
    python = as_python(settings).replace("pellucid.train(", "called(").replace("import", "#")
    exec(python, {"called": lambda source, **rest: called.update(source=source, **rest)})  # noqa: S102 -- our own text
    assert called == {**settings, "target": ("a b", "c"), "hidden": ()}


@given_text(texts(characters(codec=None)))
@example('a"b\\n\n\r\0\u2028\u202e\ud800')
def test_python_is_written_for_any_text_on_one_line_and_reads_back_the_same(text: str) -> None:
    python = as_python({"source": text, "kinds": {text: "text"}})
    assert len(python.splitlines()) == 3
    written = ast.parse(python.splitlines()[2]).body[0]
    assert isinstance(written, ast.Assign)
    assert isinstance(written.value, ast.Call)
    assert ast.literal_eval(written.value.args[0]) == text
    assert ast.literal_eval(written.value.keywords[0].value) == {text: "text"}


def test_a_file_that_is_sent_is_kept_privately_under_a_name_of_the_studio(
    asking: Browser, given: Path
) -> None:
    sent = asking.post("/api/uploads?name=../../My%20People!.csv", given.read_bytes())
    assert sent.status == 200, sent.body
    path = Path(asking.serving.studio.sources.place(sent.json["id"]))
    assert path.parent == uploads.data_folder("uploads")
    assert path.name.startswith("my-people-")
    assert path.read_bytes() == given.read_bytes()
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    again = asking.post("/api/uploads?name=My%20People.csv", given.read_bytes()).json
    assert again["id"] == sent.json["id"]
    assert sent.json["name"] == again["name"] == "my-people.csv"
    seen = asking.post("/api/data", {"source": again["id"], "settings": {"target": "buys"}})
    assert (seen.json["name"], seen.json["n_rows"]) == ("my-people", 60)


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("a.pkl", b"x", 422),
        ("a.py", b"x", 422),
        ("noending", b"x", 422),
        ("a.csv", b"", 422),
        ("a.csv.exe", b"x", 422),
    ],
)
def test_files_of_other_kinds_are_not_taken(
    asking: Browser, name: str, content: bytes, status: int
) -> None:
    before = uploads.uploaded()
    assert asking.post(f"/api/uploads?name={name}", content).status == status
    assert uploads.uploaded() == before


def test_a_file_that_is_too_large_is_refused_while_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"123456"

    # In a thread of its own: a browser of other tests may have left this one a running loop.
    with ThreadPoolExecutor(1) as thread, pytest.raises(RefusedError, match="too large") as refused:
        thread.submit(asyncio.run, uploads.keep("a.csv", endless())).result()
    assert (refused.value.status, taken) == (413, 2)
    assert not list(uploads.data_folder("uploads", "new").iterdir())


@pytest.mark.parametrize("content", [b"\x00\xff" * 500, b"PK\x03\x04" + b"\x00" * 200])
def test_what_is_sent_and_is_no_table_is_told_of(asking: Browser, content: bytes) -> None:
    before = uploads.uploaded()
    reply = asking.post("/api/uploads?name=odd.csv", content)
    assert reply.status == 422
    assert reply.json["error"]["where"].startswith("odd.csv")
    assert uploads.uploaded() == before


@pytest.mark.parametrize(
    "body",
    [
        {"source": "iris", "settings": {"target": 3}},
        {"source": "iris", "settings": {"kinds": {"nothing": "text"}}},
        {"source": "iris", "settings": {"test": "/etc/passwd"}},
        {"source": "../iris"},
        {"source": "iris", "row": "x"},
        [],
    ],
)
def test_questions_about_data_that_cannot_be_answered_are_refused(
    asking: Browser, body: Any
) -> None:
    for path in ("/api/data", "/api/plan"):
        reply = asking.post(path, body)
        assert reply.status in {400, 404, 422}, reply.body
        assert reply.json["error"]["message"]


def test_two_runs_are_compared_by_settings_scores_curves_and_rows(
    tmp_path: Path,
) -> None:
    runs = tmp_path / "runs"
    short = pellucid.train("iris", hidden=(4,), epochs=1, run=runs / "a")
    long = pellucid.train("iris", hidden=(8,), epochs=60, run=runs / "b")
    with Serving(Studio(Shelf(), "data", runs=runs)) as serving:
        told = Browser(serving).get("/api/compare?a=a&b=b").json
    assert told["settings"]["hidden"] == [[4], [8]]
    assert told["metrics"]["accuracy"] == [short.metrics["accuracy"], long.metrics["accuracy"]]
    assert [len(epochs) for epochs in told["epochs"]] == [1, 60]
    assert told["n_rows"] == 30
    assert len(told["disagreements"]) == min(24, told["n_disagree"]) > 0
    for one in told["disagreements"]:
        assert one["example"]["answers"][0]["prediction"] != one["other"][0]["prediction"]
    held_out = np.array([one["example"]["truth"]["species"] for one in told["disagreements"]])
    assert set(held_out) <= {"setosa", "versicolor", "virginica"}


def test_a_model_file_alone_opens_no_data_that_it_names(given: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    pellucid.train(str(given), target="buys", hidden=(4,), epochs=1, run=run)
    shelf = Shelf()
    of_run, of_file = (shelf.model(shelf.put_file(path)) for path in (run, run / "model.pellucid"))
    assert of_run.parts() == {"examples": 8, "train": 48, "test": 12}
    assert of_file.parts() == {"examples": 8}
    assert of_file.why_no_rows == (
        "A model file alone opens no data: it may come from somebody else."
    )


def test_a_table_that_is_sent_opens_no_file_that_it_names(asking: Browser, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    Image.new("RGB", (8, 8), "red").save(secret)
    rows = [f"{secret},{'yes' if n % 2 else 'no'}" for n in range(20)]
    content = "\n".join(["photo,good", *rows]).encode()
    reply = asking.post("/api/uploads?name=photos.csv", content)
    assert reply.status == 422
    assert "cannot name files" in reply.json["error"]["message"]
    # The same table where it lies on the disk is the person's own.
    own = tmp_path / "photos.csv"
    own.write_bytes(content)
    assert open_source(own).train["photo"][0] == str(secret)


def test_what_a_killed_studio_was_being_sent_is_removed(asking: Browser, given: Path) -> None:
    left, coming = (uploads.data_folder("uploads", "new") / name for name in ("a.csv", "b.csv"))
    for path in (left, coming):
        path.touch()
    os.utime(left, (1, 1))  # as if it were days old
    assert asking.post("/api/uploads?name=people.csv", given.read_bytes()).status == 200
    assert (left.exists(), coming.exists()) == (False, True)
    coming.unlink()


def test_a_file_that_is_deleted_while_files_are_listed_is_not_among_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = uploads.data_folder("uploads")
    kept, gone = (folder / f"{name}-{'0' * 32}.csv" for name in ("kept", "gone"))
    kept.write_text("a,b\n1,2\n")
    monkeypatch.setattr(Path, "iterdir", lambda _: iter([gone, kept]))
    assert uploads.uploaded() == [kept]
    kept.unlink()


@pytest.mark.parametrize(
    "settings",
    [
        {"cls": 1}, {"self": 1}, {"kinds": [1]}, {"kinds": [None]}, {"augment": [1]},
        {"augment": [[]]}, {"hidden": {"a": 1}}, {"drop": [[]]},
    ],
)  # fmt: skip
def test_odd_settings_are_refused(asking: Browser, settings: dict[str, Any]) -> None:
    reply = asking.post("/api/data", {"source": "iris", "settings": settings})
    (name,) = settings
    assert (reply.status, name in reply.json["error"]["message"]) == (400, True)


def test_uploads_need_the_pages_token(asking: Browser) -> None:
    headers = [pair for pair in asking.headers(writes=True) if "oken" not in pair[0]]
    reply = exchange(asking.serving.port, "POST", "/api/uploads?name=a.csv", headers, b"a,b\n1,2\n")
    assert reply.status == 403
