"""Rows like one, what would change an answer, and the lab, which never touches the original."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pellucid
from pellucid.errors import OutputError
from pellucid.inspection.known_rows import find_rows
from pellucid.studio.answers import lab
from pellucid.studio.opened import MOST_LOOKED_THROUGH
from tests.studio.exchange import Browser, answer


def ask(browser: Browser, what: str, body: dict[str, Any], model: str = "m1") -> Any:
    return answer(browser.post(f"/api/models/{model}/{what}", body))


def n_kernels(model: pellucid.Model) -> int:
    """Count the weights that can be cut, whichever digits the machine has."""
    return sum(np.size(own["kernel"]) for own in model.params.values())


def n_measured(model: pellucid.Model) -> int:
    """Count the rows that the lab measures with: those held back, of many some."""
    return min(model.trained.made["report"]["n_test"], lab.MOST_ROWS)


def test_the_nearest_rows_are_near_and_never_the_row_itself(
    browser: Browser, digits: pellucid.Model
) -> None:
    told = ask(browser, "nearest", {"example": "train:7", "n": 5})
    n_train = digits.trained.made["report"]["n_train"]
    assert told["looked_through"] == min(n_train, MOST_LOOKED_THROUGH)
    distances = [one["distance"] for one in told["near"]]
    assert distances == sorted(distances)
    assert len(distances) == 5
    assert "train:7" not in [one["example"]["id"] for one in told["near"]]
    of_test = ask(browser, "nearest", {"example": "test:7", "n": 3})
    assert all(one["example"]["id"].startswith("train:") for one in of_test["near"])


def test_changes_that_are_told_change_the_answer(browser: Browser) -> None:
    told = ask(browser, "changes", {"example": "test:15"}, "m2")
    assert told["found"]
    row = answer(browser.get("/api/models/m2/examples?part=test&from=15&n=1"))["examples"][0]
    for one in told["found"]:
        values = row["values"] | {change["column"]: change["after"] for change in one["changes"]}
        tried = ask(browser, "predict", {"values": values}, "m2")
        (given,) = tried["example"]["answers"]
        assert given["prediction"] == one["prediction"] != row["answers"][0]["prediction"]


def test_nothing_done_changes_nothing(browser: Browser, digits: pellucid.Model) -> None:
    told = ask(browser, "lab", {"operations": []})
    assert told["before"] == told["after"]
    rows = find_rows(digits.trained).test
    assert rows is not None
    measured, _ = rows.spread(n_measured(digits))
    right = digits.predict(measured)["prediction"].cast(str) == measured["label"].cast(str)
    assert told["before"]["accuracy"] == pytest.approx(right.mean(), abs=1e-9)
    assert told["n_weights"] == n_kernels(digits) + 32 + 16 + 10


def test_cutting_weights_is_counted_and_measured(browser: Browser, digits: pellucid.Model) -> None:
    told = ask(browser, "lab", {"operations": [{"kind": "prune", "amount": 0.9}]})
    zero_biases = sum(int((np.asarray(own["bias"]) == 0).sum()) for own in digits.params.values())
    assert told["n_zeros"] == round(0.9 * n_kernels(digits)) + zero_biases
    assert told["after"]["accuracy"] < told["before"]["accuracy"]
    (target,) = told["targets"]
    for when in ("before", "after"):
        found = sum(one["n"] * one[when] for one in target["classes"]) / told["n"]
        assert found == pytest.approx(told[when]["accuracy"])
    # The model that is shown is as it was.
    assert ask(browser, "lab", {"operations": []})["after"] == told["before"]


def test_a_dead_output_is_never_answered(browser: Browser) -> None:
    shift = {"kind": "shift_bias", "layer": "output", "units": [3], "amount": -1e4}
    (target,) = ask(browser, "lab", {"operations": [shift]})["targets"]
    after = {one["label"]: one["after"] for one in target["classes"]}
    assert after["3"] == 0.0
    assert after["0"] > 0.5


def test_the_pruning_curve_falls_to_chance(browser: Browser, digits: pellucid.Model) -> None:
    told = ask(browser, "lab/pruning", {})
    first, last = told["points"][0], told["points"][-1]
    assert told["main_metric"] == "accuracy"
    assert first["n_left"] == n_kernels(digits)
    assert first["metrics"]["accuracy"] > 0.7
    assert last["metrics"]["accuracy"] < 0.5
    shares = [point["share"] for point in told["points"]]
    assert shares == sorted(shares)


def test_a_copy_is_saved_under_a_free_name_with_its_own_scores(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    asked = {"operations": [{"kind": "switch_off", "layer": "hidden_1", "units": [0, 1, 2]}]}
    saved, again = (ask(browser, "lab/save", asked) for _ in range(2))
    assert (saved["file"], again["file"]) == ("digits-lab-1.pellucid", "digits-lab-2.pellucid")
    model = pellucid.load(tmp_path / saved["file"])
    assert not np.asarray(model.params["hidden_1"]["kernel"])[:, :3].any()
    rows = find_rows(model.trained).test
    assert rows is not None
    right = model.predict(rows)["prediction"].cast(str) == rows["label"].cast(str)
    assert model.metrics["accuracy"] == pytest.approx(right.mean())
    told = answer(browser.get(f"/api/models/{saved['opened']['id']}"))
    assert told["metrics"]["accuracy"] == model.metrics["accuracy"]
    assert model.trained.made["notes"][-1] == (
        "Changed by hand in the lab, from digits: units 1, 2, 3 of hidden_1 switched off."
    )


def test_copies_saved_at_once_get_names_of_their_own_and_replace_nothing(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    taken = tmp_path / "digits-lab-1.pellucid"
    # Somebody takes the name after it was seen to be free.
    monkeypatch.setattr(Path, "exists", lambda path, **_: False)
    taken.write_text("of somebody else")
    saved = ask(browser, "lab/save", {"operations": []})
    assert saved["file"] == "digits-lab-2.pellucid"
    assert taken.read_text() == "of somebody else"


def test_a_copy_that_cannot_be_written_leaves_no_name_taken(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    def full(_: object, path: Path, __: str) -> Path:
        raise OutputError(f"Cannot write {path}: no space left on device.")

    monkeypatch.setattr(lab, "save_model", full)
    assert browser.post("/api/models/m1/lab/save", {"operations": []}).status == 507
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ({"kind": "explode"}, "kind is"),
        ({"kind": "prune"}, "needs 'amount'"),
        ({"kind": "prune", "amount": 2.0}, "share is 2"),
        ({"kind": "switch_off", "units": [0]}, "needs 'layer'"),
        ({"kind": "switch_off", "layer": "hidden_1", "units": [99]}, "no unit 99"),
        ({"kind": "shift_bias", "layer": "output", "units": [1, 2], "amount": 1}, "2 units"),
        ({"kind": "add_noise", "amount": 0.1, "seed": -1}, "seed is -1"),
        ({"kind": "prune", "amount": "half"}, 'amount is "half"'),
    ],
)
def test_an_operation_that_cannot_be_made_is_refused(
    browser: Browser, operation: dict[str, Any], words: str
) -> None:
    reply = browser.post("/api/models/m1/lab", {"operations": [operation]})
    assert reply.status == 400
    assert words in reply.json["error"]["message"]


def learned(browser: Browser, model: str = "m1") -> Any:
    """Wait until the copy has learned; return what is told of it."""
    end = time.monotonic() + 90
    while True:
        told = answer(browser.get(f"/api/models/{model}/lab/retraining"))
        if told["state"] != "learning":
            return told
        assert time.monotonic() < end, told
        time.sleep(0.05)


def test_a_pruned_copy_that_learns_on_comes_back_with_its_zeros(
    browser: Browser, digits: pellucid.Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    original = {name: np.array(own["kernel"]) for name, own in digits.params.items() if own}
    cut = {"kind": "prune", "amount": 0.8}
    pruned = ask(browser, "lab", {"operations": [cut]})
    ask(browser, "lab/retraining", {"operations": [cut], "epochs": 6})
    told = learned(browser)
    assert (told["state"], told["epoch"], told["epochs"]) == ("finished", 6, 6)
    asked = {"operations": [cut, {"kind": "retrain", "amount": 6.0}]}
    measured = ask(browser, "lab", asked)
    assert measured["before"] == pruned["before"]
    assert measured["after"]["accuracy"] > pruned["after"]["accuracy"]
    saved = pellucid.load(tmp_path / ask(browser, "lab/save", asked)["file"])
    zeros = sum(int((np.asarray(own["kernel"]) == 0).sum()) for own in saved.params.values() if own)
    assert zeros == round(0.8 * n_kernels(digits))
    rows = find_rows(saved.trained).test
    assert rows is not None
    right = saved.predict(rows)["prediction"].cast(str) == rows["label"].cast(str)
    assert saved.metrics["accuracy"] == pytest.approx(right.mean(), abs=1e-9)
    some, _ = rows.spread(n_measured(digits))
    right = saved.predict(some)["prediction"].cast(str) == some["label"].cast(str)
    assert measured["after"]["accuracy"] == pytest.approx(right.mean(), abs=1e-9)
    assert "retrained for at most 6 epochs" in saved.trained.made["notes"][-1]
    for name, kernel in original.items():
        assert np.array_equal(digits.params[name]["kernel"], kernel)


def test_a_retraining_is_stopped_and_a_second_one_waits(
    browser: Browser, digits: pellucid.Model
) -> None:
    noise = {"kind": "add_noise", "amount": 0.1}
    begun = ask(browser, "lab/retraining", {"operations": [noise], "epochs": 1000})
    assert begun["state"] == "learning"
    reply = browser.post("/api/models/m1/lab/retraining", {"operations": [], "epochs": 1})
    assert (reply.status, "being retrained" in reply.body.decode()) == (409, True)
    ask(browser, "lab/retraining/stop", {})
    assert learned(browser)["state"] == "stopped"
    asked = {"operations": [noise, {"kind": "retrain", "amount": 1000.0}]}
    assert ask(browser, "lab", asked)["n"] == n_measured(digits)


def test_a_copy_that_did_not_learn_is_not_made_up(browser: Browser) -> None:
    reply = browser.post("/api/models/m1/lab", {"operations": [{"kind": "retrain", "amount": 3}]})
    assert (reply.status, "was not retrained" in reply.body.decode()) == (404, True)
    reply = browser.post("/api/models/m1/lab/retraining", {"operations": [], "epochs": 0})
    assert (reply.status, "0 epochs" in reply.body.decode()) == (400, True)
