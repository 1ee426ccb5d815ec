"""What the server keeps in its memory, and how its threads wait for each other."""

from __future__ import annotations

import gc
import json
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import jax
import pytest

import pellucid
from pellucid.inspection import slopes
from pellucid.model import TrainedModel, load_model
from pellucid.model.file import save_model
from pellucid.studio.answers.tracing import trace
from pellucid.studio.answers.why import why
from pellucid.studio.asked import Asked
from pellucid.studio.opened import Origin
from pellucid.studio.reading import Query
from pellucid.studio.refusals import RefusedError
from pellucid.studio.shelf import MOST_PASSING, Shelf
from pellucid.studio.studio import Studio
from pellucid.studio.training import child as module
from pellucid.studio.training.child import Child
from pellucid.studio.training.line import Message
from pellucid.studio.training.live import LiveRun
from pellucid.studio.training.trainings import Trainings
from tests.studio.live import PATIENCE


def never() -> pellucid.Model:
    raise AssertionError("nobody looks into it")


def test_states_that_nobody_looked_into_for_long_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf = Shelf()
    looked_into: list[str] = []
    monkeypatch.setattr(
        "pellucid.studio.shelf._Entry.model", lambda entry: looked_into.append(entry.opened.id)
    )
    own = shelf.put("digits", "model", never)
    states = [shelf.put(f"state {n}", "run", never, passes=True) for n in range(MOST_PASSING)]
    shelf.model(states[0])
    newest = shelf.put("state after", "run", never, passes=True)
    kept = [one.id for one in shelf.listed()]
    assert kept == [own, states[0], *states[2:], newest]
    assert len(set(kept)) == len(kept)  # no id is given twice
    assert looked_into == [states[0]]
    with pytest.raises(RefusedError, match="no such model") as refused:
        shelf.model(states[1])
    assert "can be looked into again" in str(refused.value)


def put_state(shelf: Shelf, trained: TrainedModel, run: Path) -> str:
    return shelf.put("state", "run", lambda: trained, origin=Origin(run, 1), passes=True)


def test_the_states_of_a_run_have_their_rows_together_and_leave_none_behind(
    iris: pellucid.Model, tmp_path: Path
) -> None:
    shelf, run = Shelf(), tmp_path / "iris-1"

    def rows(trained: TrainedModel, run: Path) -> object:
        return shelf.model(put_state(shelf, trained, run)).table("train")

    known = rows(iris.trained, run)
    assert rows(iris.trained, run) is known
    assert rows(iris.trained, tmp_path / "iris-2") is not known
    # Another run, in the folder of one that was removed.
    made = dict(iris.trained.made)
    made["settings"] = {**made["settings"], "seed": 7}
    assert rows(replace(iris.trained, made=made), run) is not known
    gone = weakref.ref(known)
    del known
    for _ in range(MOST_PASSING):
        put_state(shelf, iris.trained, run)
    gc.collect()
    assert gone() is None


def test_a_state_that_is_forgotten_goes_at_once_with_all_that_was_computed_of_it(
    iris: pellucid.Model, tmp_path: Path
) -> None:
    """Rings of objects, each holding the next, once kept dozens of states: an hour's soak grew."""
    shelf = Shelf()
    id_ = put_state(shelf, replace(iris.trained), tmp_path / "iris-1")
    model = shelf.model(id_)
    part = model.usual_part()
    model.warm_up()
    model.answered(part)
    model.projections.of(part, "output", "pca")
    model.explainer.explain(model.row(f"{part}:0").table)
    gone = weakref.ref(model), weakref.ref(model.trained), weakref.ref(model.follower)
    gc.collect()
    gc.disable()
    try:
        del model
        for _ in range(MOST_PASSING):
            put_state(shelf, iris.trained, tmp_path / "iris-1")
        assert [one() for one in gone] == [None, None, None]
    finally:
        gc.enable()


@contextmanager
def compilations() -> Iterator[list[str]]:
    """Collect what is compiled in a block."""
    heard: list[str] = []

    def hear(event: str, _: float, **__: object) -> None:
        if event.endswith("/backend_compile_duration"):
            heard.append(event)

    jax.monitoring.register_event_duration_secs_listener(hear)
    try:
        yield heard
    finally:
        jax.monitoring.unregister_event_duration_listener(hear)


def test_what_a_look_into_a_state_computes_with_is_compiled_once_for_a_run(
    iris: pellucid.Model, tmp_path: Path
) -> None:
    studio, path = Studio(Shelf(), "inside"), iris.save(tmp_path / "state")
    slopes._programs.cache_clear()
    load = partial(load_model, path)
    counts = []
    for step in range(4):
        state = studio.shelf.put("state", "run", load, origin=Origin(tmp_path, step), passes=True)
        asked = Asked({"model": state}, Query([]), json.dumps({"example": "test:0"}).encode())
        with compilations() as compiled:
            trace(studio, asked)
            why(studio, asked)
        counts.append(len(compiled))
    assert counts[0] > 0
    assert counts[1:] == [0, 0, 0]


CHATTY = """
import os
from pellucid.studio.training.line import Line
line = Line(os.fdopen(0, "rb"), os.fdopen(1, "wb"))
line.receive()
line.send({"kind": "odd"})
line.send({"kind": "answer", "what": "without a number"})
line.send({"kind": "state", "state": "paused"})
order, _ = line.receive()
line.send({"kind": "answer", "id": order["id"], "problem": None}, b"done")
"""


def test_a_message_that_is_not_understood_leaves_the_others_heard(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "chatty.py").write_text(f"def main():\n    exec({CHATTY!r})\n")
    monkeypatch.syspath_prepend(tmp_path)
    started = module.started
    monkeypatch.setattr(module, "started", lambda _, *, apart: started("chatty", apart=apart))
    heard: list[str] = []
    gone = threading.Event()

    def hear(message: Message) -> None:
        heard.append(message["state"])

    child = Child({"what": "start"}, hear, lambda _: gone.set())
    assert child.order("tensor") == b"done"
    assert gone.wait(PATIENCE)
    assert heard == ["paused"]
    assert caplog.text.count("was not understood") == 2


def test_an_answer_holds_though_the_process_ends_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "brief.py").write_text(f"def main():\n    exec({CHATTY!r})\n")
    monkeypatch.syspath_prepend(tmp_path)
    started, gone = module.started, threading.Event()
    monkeypatch.setattr(module, "started", lambda _, *, apart: started("brief", apart=apart))

    class Late(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            return super().wait(timeout) and gone.wait(PATIENCE)

    waiting = module._Waiting
    monkeypatch.setattr(module, "_Waiting", lambda: waiting(done=Late()))
    child = Child({"what": "start"}, lambda _: None, lambda _: gone.set())
    assert child.order("tensor") == b"done"


class Slow:
    """A run that stands still, and takes its time to end."""

    is_busy = False
    is_open = True

    def __init__(self) -> None:
        self.asked, self.may_end = threading.Event(), threading.Event()

    def stop(self) -> None:
        self.asked.set()
        assert self.may_end.wait(PATIENCE)


def test_runs_can_be_asked_for_while_one_is_being_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LiveRun, "give", lambda run, job: None)
    trainings = Trainings(tmp_path, lambda _: "m1", lambda *_: "m2")
    slow = Slow()
    trainings._live["slow-1"] = slow  # type: ignore[assignment]  # all that is asked of it
    found: list[object] = []
    begins = threading.Thread(target=lambda: trainings.start("iris", {"source": "iris"}))
    asks = threading.Thread(target=lambda: found.append(trainings.run("slow-1")))
    begins.start()
    assert slow.asked.wait(PATIENCE)
    asks.start()
    asks.join(5)
    try:
        assert found == [slow]
    finally:
        slow.may_end.set()
        begins.join()
    assert trainings.run("iris-1").folder == tmp_path / "iris-1"


def test_states_of_one_run_hold_each_epoch_of_its_history_once(tmp_path: Path) -> None:
    run = tmp_path / "iris-1"
    model = pellucid.train("iris", hidden=(4,), epochs=10, patience=0, run=run)
    studio = Studio(Shelf(), "inside", runs=tmp_path)
    told = json.loads(json.dumps(list(model.history)))

    def looked_into(n: int) -> list[dict[str, float]]:
        made = {**model.trained.made, "history": [], "step": n, "epoch": n}
        without = replace(model.trained, made=made)
        path = save_model(without, tmp_path / "state.pellucid", "a state")
        id_ = studio._put_state(path, run)
        found: list[dict[str, float]] = studio.shelf.model(id_).trained.made["history"]
        assert [entry["loss"] for entry in found] == [entry["loss"] for entry in told[:n]]
        return found

    early, late = looked_into(3), looked_into(9)
    assert all(one is other for one, other in zip(early, late, strict=False))
    assert next(iter(early[0])) is next(iter(late[8]))  # names are kept once for all


def test_a_state_that_is_looked_into_has_the_epochs_before_it(tmp_path: Path) -> None:
    run = tmp_path / "iris-1"
    model = pellucid.train("iris", hidden=(4,), epochs=6, patience=0, run=run)
    studio = Studio(Shelf(), "inside", runs=tmp_path)
    try:
        opened = studio.trainings.opened("iris-1")
        each = opened.run().steps_per_epoch or 1
        opened.order("rewind", step=4 * each)
        id_ = studio.trainings.look_into("iris-1")
        found = studio.shelf.model(id_).trained.made["history"]
        assert [entry["loss"] for entry in found] == model.history.curve("loss")[:4]
    finally:
        studio.close()
