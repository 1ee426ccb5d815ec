"""The process of a training: it trains a run, and shows its states.

The server starts it as a new interpreter, gives it one job over the line (`line`), and orders what
it is to do. Where the server is gone, or the system asks for it, it keeps what was reached and
ends.

A job is a message: ``start`` with settings, ``resume``, ``branch`` off a parent with other
settings, or ``open``, to look at the states of a run alone; each names the run's folder.
"""

from __future__ import annotations

import os
import queue
import threading
from pathlib import Path
from typing import Any

from pellucid.errors import InterruptedTrainingError, PellucidError, SettingError
from pellucid.studio.training.conductor import Conductor, Tell
from pellucid.studio.training.line import Line, Message
from pellucid.studio.training.orders import answer, problem_of, unit_of
from pellucid.studio.training.viewing import Viewer
from pellucid.training.branching import branch_off
from pellucid.training.config import Config
from pellucid.training.run import resume, session_again, start
from pellucid.training.run_folder import RunFolder
from pellucid.training.session import Outcome, Session
from pellucid.training.signals import stopping_on_signals
from pellucid.training.telling import Faces


def main() -> None:
    """Do the job that comes over standard input, and obey what comes after it."""
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not come between messages
    # Without a buffer, whose lock the listening thread would hold while this process ends.
    line = Line(os.fdopen(os.dup(0), "rb", buffering=0), outgoing)
    received = line.receive()
    if received is None:
        return
    orders: queue.Queue[Message | None] = queue.Queue()
    conductor = Conductor(orders, line.send)
    threading.Thread(target=_listen, args=(line, orders, conductor), daemon=True).start()
    with stopping_on_signals() as signalled:
        conductor.signalled = signalled
        _work(received[0], conductor, line.send)


def _listen(line: Line, orders: queue.Queue[Message | None], conductor: Conductor) -> None:
    """Queue what is ordered; to stop is heard at once, whatever is being done."""
    while (received := line.receive()) is not None:
        order, _ = received
        if order["what"] == "stop":
            break
        orders.put(order)
    conductor.stopping.set()
    orders.put(None)


def _work(job: Message, conductor: Conductor, tell: Tell) -> None:
    faces = Faces(conductor.hear, conductor.should_stop, pace=conductor)
    folder = Path(job["folder"])
    while job["what"] != "stop":
        try:
            if job["what"] != "open":
                outcome = _train(job, folder, faces)
                report = outcome.report if isinstance(outcome, Outcome) else outcome
                tell({"kind": "state", "state": "finished", "report": report})
            job = _show(folder, conductor, tell)
        except InterruptedTrainingError:
            tell({"kind": "state", "state": "interrupted"})
            return
        except PellucidError as error:
            tell({"kind": "state", "state": "failed", "problem": problem_of(error)})
            return


def _train(job: Message, folder: Path, faces: Faces) -> Outcome | dict[str, Any]:
    what = job["what"]
    if what == "start":
        return start(Config.make(**job["settings"]), faces, folder=folder)
    if what == "branch":
        return branch_off(
            job["parent"], job["settings"], step=job["step"], folder=folder, faces=faces
        )
    if what == "resume":
        return resume(folder, faces)
    raise SettingError("There is no such job.", where=str(what)[:40])


def _show(folder: Path, conductor: Conductor, tell: Tell) -> Message:
    """Show the states of a run that is not trained; return what comes after that."""
    session, run = conductor.session, RunFolder.existing(folder)
    if session is None:
        session_now = session_again(run, "pellucid.open_run")
        if not isinstance(session_now, Session):
            return {"what": "stop"}  # a clustering, which keeps no states
        session = session_now
    viewer = Viewer(session, run, None)
    tell({"kind": "state", "shows": True, "standing": viewer.standing()})
    while (order := conductor.next_order()) is not None:
        if order["what"] == "go_on":
            tell(answer(order))
            return {"what": "resume"}
        frame = b""
        try:
            if order["what"] == "step":
                _step(viewer, unit_of(order))
            elif order["what"] == "tensor":
                frame = viewer.tensor(str(order["layer"]), str(order["name"]))
            elif order["what"] != "pause":
                viewer.obey(order)
        except PellucidError as error:
            tell(answer(order, error))
            continue
        if order["what"] in {"step", "rewind"}:
            tell({"kind": "state", "standing": viewer.standing()})
        tell(answer(order), frame)
    return {"what": "stop"}


def _step(viewer: Viewer, unit: str) -> None:
    if viewer.is_at_head:
        raise SettingError(
            "This is the last step that the run has come to.",
            remedy="let the training go on, or branch from here",
        )
    viewer.do(unit)


if __name__ == "__main__":
    main()
