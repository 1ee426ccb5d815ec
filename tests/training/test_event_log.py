"""Events on the disk: whole lines, none lost, and after going on those of the state alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from pellucid.training.event_log import EventLog
from pellucid.training.events import Diagnosed, EpochDone, Note, StepsDone
from tests.training.faults import no_file_larger_than


def epoch(number: int) -> EpochDone:
    return EpochDone(number, 9, 0.5, 0.01, 1.0, 100.0)


def illness(name: str, after: int) -> Diagnosed:
    return Diagnosed({"name": name, "epoch": after})


@pytest.fixture
def log(tmp_path: Path) -> EventLog:
    return EventLog(tmp_path / "events.jsonl")


def test_of_all_events_those_that_tell_of_the_course_are_kept(log: EventLog) -> None:
    for event in (Note("hm"), epoch(1), StepsDone(2, 1, 8, 0.5, 9.0), illness("ill", 1)):
        log.append(event)
    assert [event["event"] for event in log.read()] == ["epoch_done", "diagnosed"]


@pytest.mark.parametrize("room", [0, 1, 90, 180])
def test_what_finds_no_room_is_told_with_the_next_event(log: EventLog, room: int) -> None:
    """The system takes a part of a line, which goes again: what is there are whole lines."""
    log.append(epoch(1))
    size = log.path.stat().st_size
    with no_file_larger_than(size + room):
        for number in (2, 3):
            with pytest.raises(OSError, match="large"):
                log.append(epoch(number))
    assert log.path.stat().st_size == size
    log.append(epoch(4))
    assert [event["epoch"] for event in log.read()] == [1, 2, 3, 4]


def test_going_on_keeps_the_epochs_of_the_state_and_what_was_diagnosed_in_them(
    log: EventLog,
) -> None:
    events = [epoch(1), illness("early", 1), epoch(2), epoch(3), illness("late", 3)]
    for event in events:
        log.append(event)
    history = [epoch(1).to_dict(), epoch(2).to_dict()]
    assert log.rewrite(history) == {"early"}
    assert log.read() == [event.to_dict() for event in events[:3]]
    assert log.rewrite([]) == set()
    assert log.read() == []


@pytest.mark.parametrize("damage", [b'{"event": "epoch_d', b"\xff\xfe{}", b"5", b""])
def test_a_line_that_is_damaged_is_passed_over(log: EventLog, damage: bytes) -> None:
    log.append(epoch(1))
    with log.path.open("ab") as stream:
        stream.write(damage + b"\n")
    log.append(epoch(2))
    assert [event["epoch"] for event in log.read()] == [1, 2]
