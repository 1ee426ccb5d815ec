"""Trainings of the studio: live, held and stepped, never lost, and the same to the last bit."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import struct
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pellucid
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from pellucid.studio.training import recomputed
from pellucid.training.run_folder import RunFolder
from pellucid.training.timeline import Timeline
from tests.studio.exchange import Browser, answer
from tests.studio.live import PATIENCE, Page
from tests.studio.unpacking import unpack

SETTINGS: dict[str, Any] = {"hidden": [4], "seed": 3, "validation_fraction": 0.2, "patience": 0}
# A training of seconds on any machine, and of steps enough to be held within.
LONG = {**SETTINGS, "epochs": 20_000}


class Watched(Browser):
    """A browser with any number of pages that watch runs."""

    def __init__(self, serving: Serving, pages: ExitStack) -> None:
        super().__init__(serving)
        self.pages = pages

    def watch(self, run: str) -> Page:
        return self.pages.enter_context(Page.watching(self, run))

    def begin(self, settings: dict[str, Any]) -> Page:
        reply = self.post("/api/runs", {"source": "iris", "settings": settings})
        assert reply.status == 200, reply.body
        return self.watch(reply.json["id"])


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Serving]:
    with Serving(Studio(Shelf(), "data", runs=tmp_path / "runs")) as serving:
        yield serving


@pytest.fixture
def page(studio: Serving) -> Iterator[Watched]:
    with ExitStack() as pages:
        yield Watched(studio, pages)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Watched, Page]]:
    """Return a page that watches a training which stands still, for tests that leave it so."""
    studio = Studio(Shelf(), "data", runs=tmp_path_factory.mktemp("studio") / "runs")
    with Serving(studio) as serving, ExitStack() as pages:
        browser = Watched(serving, pages)
        watching = browser.begin(LONG)
        held(browser, watching)
        yield browser, watching


def command(browser: Browser, run: str, what: str, **details: Any) -> dict[str, Any]:
    reply = browser.post(f"/api/runs/{run}/command", {"command": what, **details})
    assert reply.status == 200, reply.body
    answered: dict[str, Any] = reply.json
    return answered


def held(browser: Browser, watching: Page) -> dict[str, Any]:
    """Pause a training in the midst of it; return where it stands."""
    run = watching.until(lambda run: run["state"] == "training" and run["epoch"] > 2)
    command(browser, run["id"], "pause")
    standing: dict[str, Any] = watching.until_state("paused")["standing"]
    return standing


def test_a_training_that_was_held_stepped_and_rewound_ends_in_the_same_bits(
    page: Watched, studio: Serving
) -> None:
    settings = {**SETTINGS, "epochs": 400}
    alone = pellucid.train("iris", run=None, **settings)
    watching = page.begin(settings)
    # What would take time from the training is not computed meanwhile.
    refused = page.get(f"/api/runs/{watching.until_state('training')['id']}/histograms?of=updates")
    assert (refused.status, "pause it" in refused.body.decode()) == (400, True)
    step = held(page, watching)["step"]
    name, steps_per_epoch = watching.run["id"], watching.run["standing"]["steps_per_epoch"]

    command(page, name, "step", unit="batch")
    assert watching.until_at(step + 1)["head"] == step + 1
    for operation in ("forward", "loss", "backward", "update"):
        command(page, name, "step", unit="operation")
        done = watching.until(
            lambda run, operation=operation: (  # type: ignore[misc]  # bound while it is current
                run["standing"]
                and (run["standing"]["operation"] or {}).get("operation") == operation
            )
        )["standing"]["operation"]
        assert done["step"] == step + 1
        assert (done["loss"] is None) == (operation == "forward")
        assert (done["gradients"] is None) == (operation in {"forward", "loss"})
        assert (done["changes"] is None) == (operation != "update")
    watching.until_at(step + 2)
    command(page, name, "step", unit="epoch")
    end_of_epoch = -(-(step + 3) // steps_per_epoch) * steps_per_epoch
    watching.until_at(end_of_epoch)
    command(page, name, "rewind", step=1)
    assert watching.until_at(1)["head"] == end_of_epoch
    command(page, name, "step", unit="batch")
    watching.until_at(2)

    command(page, name, "go_on")
    finished = watching.until(lambda run: run["model"] is not None)
    trained = pellucid.load(studio.studio.trainings.root / name)
    assert trained.report["weights_hash"] == alone.report["weights_hash"]
    assert [entry["loss"] for entry in watching.epochs] == alone.history.curve("loss")
    assert [entry.get("probe") for entry in watching.epochs] == [
        entry.get("probe") for entry in alone.history
    ]
    assert page.get(f"/api/models/{finished['model']}").json["n_parameters"] == 4 * 4 + 4 + 15


def test_the_losses_told_are_those_of_the_steps(page: Watched) -> None:
    watching = page.begin({**SETTINGS, "epochs": 30})
    watching.until_state("finished")
    n_steps = watching.run["steps_per_epoch"] * 30
    assert [step for step, _ in watching.losses] == list(range(n_steps))
    first = [loss for _, loss in watching.losses[: watching.run["steps_per_epoch"]]]
    assert sum(first) / len(first) == pytest.approx(watching.epochs[0]["loss"], rel=1e-6)
    assert watching.planned is not None
    assert watching.planned["settings"]["hidden"] == [4]


def test_a_killed_training_is_told_of_and_goes_on_while_the_server_answers(
    page: Watched, studio: Serving
) -> None:
    watching = page.begin(LONG)
    watching.until(lambda run: run["epoch"] > 20)
    name = watching.run["id"]
    run = studio.studio.trainings.run(name)
    assert run.pid is not None
    os.kill(run.pid, signal.SIGKILL)
    told = watching.until_state("interrupted")
    assert "SIGKILL" in told["problem"]["message"]
    kept = max(RunFolder(run.folder).checkpoints.steps(), default=0)
    assert told["step"] == kept
    assert re.search(r"once more, [1-9][\d,]* steps?$", told["problem"]["remedy"])
    assert all(first < kept for first, _ in watching.losses)
    assert page.get("/api/session").status == 200
    assert page.post(f"/api/runs/{name}/command", {"command": "pause"}).status == 400

    command(page, name, "go_on")
    watching.until_state("training")
    command(page, name, "finish")
    assert watching.until_state("finished")["problem"] is None
    assert (studio.studio.trainings.root / name / "model.pellucid").is_file()


def test_two_pages_hear_the_same_and_each_may_order(shared: tuple[Watched, Page]) -> None:
    browser, one = shared
    step, name = one.run["standing"]["step"], one.run["id"]
    other_browser = Watched(browser.serving, browser.pages)
    other = other_browser.watch(name)
    other.until_at(step)
    command(other_browser, name, "step", unit="batch")
    assert one.until_at(step + 1) == other.until_at(step + 1)
    command(browser, name, "step", unit="batch")
    assert one.until_at(step + 2) == other.until_at(step + 2)
    late = browser.watch(name)
    late.until_at(step + 2)
    assert late.epochs == one.epochs == other.epochs
    assert late.losses == one.losses == other.losses


def test_a_watched_array_comes_as_a_frame_of_the_step(shared: tuple[Watched, Page]) -> None:
    _, watching = shared
    watching.socket.send(json.dumps({"layer": "hidden_1", "name": "kernel"}))
    while not watching.frames:
        watching.hear()
    # The form is that of pellucid/studio/frames.py: kind, rank, step, shape.
    kind, rank, step = struct.unpack_from("<xBBxxxxxQ", watching.frames[0])
    assert (kind, rank, step) == (1, 2, watching.run["standing"]["step"])
    assert struct.unpack_from("<2I", watching.frames[0], 16) == (4, 4)


def test_a_watch_that_is_no_text_is_refused_and_the_line_goes_on(
    shared: tuple[Watched, Page],
) -> None:
    browser, watching = shared
    with Page.watching(browser, watching.run["id"]) as other:
        other.until(lambda run: True)
        other.socket.send(b"\x00\xff")
        told = json.loads(other.socket.recv(PATIENCE))
        assert told["error"]["message"] == "The message is binary."
        other.socket.send("[]")
        assert "is a list" in json.loads(other.socket.recv(PATIENCE))["error"]["message"]


def test_histograms_are_those_of_the_states_that_the_training_passed(
    shared: tuple[Watched, Page],
) -> None:
    browser, watching = shared
    name = watching.run["id"]
    told = answer(browser.get(f"/api/runs/{name}/histograms?layer=output"))
    assert told["layers"] == ["hidden_1", "output"]
    steps = [state["step"] for state in told["states"]]
    assert steps[0] == 0
    assert steps == sorted(set(steps))
    assert 2 <= len(steps) <= 120
    command(browser, name, "rewind", step=0)  # which writes the newest state to the disk
    timeline = pellucid.open_run(root_of(browser) / name)
    for state in (told["states"][0], told["states"][-1]):
        kernel = np.asarray(timeline.at(step=state["step"]).params["output"]["kernel"], np.float64)
        assert state["counts"] == np.histogram(kernel, bins=48)[0].tolist()
        assert (state["lowest"], state["highest"]) == (kernel.min(), kernel.max())


def test_histograms_of_a_run_that_nobody_watched_are_of_its_states_on_the_disk(
    shared: tuple[Watched, Page],
) -> None:
    browser, _ = shared
    pellucid.train("iris", hidden=(4,), epochs=2, seed=1, run=root_of(browser) / "done-1")
    told = answer(browser.get("/api/runs/done-1/histograms"))
    recorded = RunFolder(root_of(browser) / "done-1").checkpoints.steps()
    assert told["layer"] == "hidden_1"
    assert [state["step"] for state in told["states"]] == recorded
    assert all(sum(state["counts"]) == 16 for state in told["states"])
    reply = browser.get("/api/runs/done-1/histograms?layer=hiden_1")
    assert reply.status == 400
    assert "hidden_1" in reply.body.decode()
    shutil.rmtree(root_of(browser) / "done-1")


def test_gradients_and_updates_are_computed_once_for_each_state_of_a_run_that_stands_still(
    shared: tuple[Watched, Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, _ = shared
    run = root_of(browser) / "done-2"
    pellucid.train("iris", hidden=(4,), epochs=2, seed=1, run=run)
    opened: list[Path] = []

    def counted(folder: Path) -> Timeline:
        opened.append(folder)
        return pellucid.open_run(folder)

    monkeypatch.setattr(recomputed, "open_run", counted)
    address = "/api/runs/done-2/histograms?layer=output&of="
    for of in ("gradients", "updates", "gradients"):
        told = answer(browser.get(address + of))
        assert (told["of"], told["layers"]) == (of, ["hidden_1", "output"])
        assert [state["step"] for state in told["states"]] == [0, 8]
        assert all(sum(state["counts"]) == 12 for state in told["states"])
        stepper = pellucid.open_run(run).at(step=8)
        for _ in range(4):
            trace = stepper.do_operation()
        arrays = trace.gradients if of == "gradients" else trace.change
        assert arrays is not None
        kernel = np.asarray(arrays["output"]["kernel"])
        assert told["states"][1]["lowest"] == pytest.approx(float(kernel.min()), rel=1e-6)
    assert len(opened) == 1
    assert browser.get(address + "moments").status == 400
    shutil.rmtree(run)


def test_a_state_on_the_way_can_be_looked_into(shared: tuple[Watched, Page]) -> None:
    browser, watching = shared
    name = watching.run["id"]
    command(browser, name, "rewind", step=5)
    opened = browser.post(f"/api/runs/{name}/look", {}).json
    assert opened["name"] == f"{name} after step 5"
    described = browser.get(f"/api/models/{opened['id']}").json
    assert [layer["name"] for layer in described["layers"]] == ["hidden_1", "dropout_1", "output"]
    shown = browser.get(f"/api/models/{opened['id']}/tensors/hidden_1/kernel").body
    recorded = pellucid.open_run(root_of(browser) / name).at(step=5)
    assert shown[-64:] == recorded.params["hidden_1"]["kernel"].__array__().tobytes()
    path = f"/api/models/{opened['id']}/tensors/hidden_1/kernel?what=last_update"
    found = unpack(browser.get(path).body)
    before = np.asarray(
        pellucid.open_run(root_of(browser) / name).at(step=4).params["hidden_1"]["kernel"]
    )
    assert found.step == 5
    assert np.array_equal(found.numbers, recorded.params["hidden_1"]["kernel"] - before)


def test_a_model_file_alone_says_why_it_has_no_last_update(
    shared: tuple[Watched, Page], tmp_path: Path
) -> None:
    browser, _ = shared
    model = pellucid.train("iris", hidden=(4,), epochs=1, seed=1)
    own = browser.serving.studio.shelf.put_file(model.save(tmp_path / "alone"))
    reply = browser.get(f"/api/models/{own}/tensors/hidden_1/kernel?what=last_update")
    assert reply.status == 422
    assert "the weights alone" in reply.json["error"]["message"]


def root_of(browser: Browser) -> Path:
    return browser.serving.studio.trainings.root


def test_a_branch_begins_at_its_step_and_the_other_training_is_kept(
    shared: tuple[Watched, Page],
) -> None:
    browser, watching = shared
    name = watching.run["id"]
    settings = {"learning_rate": 0.05, "epochs": 3}
    reply = browser.post(f"/api/runs/{name}/branch", {"step": 9, "settings": settings})
    assert reply.status == 200, reply.body
    branched = browser.watch(reply.json["id"])
    branched.until_state("finished")
    record = RunFolder(root_of(browser) / reply.json["id"]).record()
    assert record.parent is not None
    assert (Path(record.parent.run).name, record.parent.step) == (name, 9)
    mark = browser.get(f"/api/runs/{reply.json['id']}/timeline").json["marks"][0]
    assert (mark["step"], mark["changes"]["learning_rate"][1]) == (9, 0.05)
    assert watching.until_state("interrupted")["problem"] is None
    listed = [(one["name"], one["depth"]) for one in browser.get("/api/runs").json["runs"]]
    assert listed == [(name, 0), (reply.json["id"], 1)]


def test_closing_the_studio_keeps_a_training_that_the_command_line_can_resume(
    tmp_path: Path,
) -> None:
    with Serving(Studio(Shelf(), "data", runs=tmp_path / "runs")) as serving, ExitStack() as pages:
        watching = Watched(serving, pages).begin(LONG)
        watching.until(lambda run: run["epoch"] > 2)
        folder = tmp_path / "runs" / watching.run["id"]
    assert serving.kept == [str(folder)]
    kept = pellucid.open_run(folder)
    assert kept.last_step > 2 * kept.steps_per_epoch


def test_while_it_is_calibrated_arrays_are_shown_nothing_moves_and_it_can_be_stopped(
    page: Watched,
) -> None:
    settings = {"hidden": [64], "epochs": 3000, "seed": 1, "calibration": "out_of_fold"}
    watching = page.begin(settings)
    run = watching.until(lambda run: run["phase"] == "calibrate" and run["phase_done"])
    assert run["epoch"] == 3000
    for what in ("pause", "finish"):
        refused = page.post(f"/api/runs/{run['id']}/command", {"command": what})
        assert refused.status == 400
        assert "has taken all its steps" in refused.json["error"]["message"]
    watching.socket.send(json.dumps({"layer": "hidden_1", "name": "kernel"}))
    while not watching.frames:
        watching.hear()
    assert struct.unpack_from("<Q", watching.frames[0], 8) == (run["step"],)
    assert watching.until(lambda run: run["phase"] == "calibrate")["state"] == "training"
    command(page, run["id"], "stop")
    assert watching.until_state("interrupted", "finished")["state"] == "interrupted"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"source": "/etc/passwd", "settings": {}}, "no such source"),
        ({"source": "iris", "settings": {"source": "/etc/passwd"}}, "cannot be chosen here"),
        ({"source": "iris", "settings": {"test": "/etc/passwd"}}, "cannot be chosen here"),
        ({"source": "iris", "settings": {"epochs": -1}}, "epochs"),
        ({"source": "iris", "settings": {"epoch": 1}}, "no setting called"),
        ({"source": "iris"}, "needs the field"),
    ],
)
def test_a_training_that_cannot_be_is_refused_and_leaves_nothing(
    page: Watched, studio: Serving, body: dict[str, Any], says: str
) -> None:
    reply = page.post("/api/runs", body)
    assert reply.status in {400, 404}
    assert says in reply.json["error"]["message"]
    assert not studio.studio.trainings.root.exists()


@pytest.mark.parametrize("name", ["..", "iris-1", "%2e%2e", "..%2f..%2fetc"])
def test_a_run_that_is_not_in_the_folder_is_not_there(page: Watched, name: str) -> None:
    assert page.get(f"/api/runs/{name}").status == 404
    assert page.post(f"/api/runs/{name}/command", {"command": "go_on"}).status in {404, 405}


def test_data_that_cannot_be_learned_from_is_told_of_and_leaves_no_folder(
    page: Watched, studio: Serving
) -> None:
    watching = page.begin({"target": "nothing of this name"})
    told = watching.until(lambda run: run["state"] == "failed" and not run["is_open"])
    assert "nothing of this name" in told["problem"]["message"]
    assert list(studio.studio.trainings.root.iterdir()) == []
