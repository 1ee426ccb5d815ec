"""A file of events that grows is read once: held against reading all of it."""

from __future__ import annotations

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pellucid.training.event_reader import EventReader, reader_of


def _line(number: int) -> bytes:
    return json.dumps({"epoch": number}).encode() + b"\n"


def _numbers(reader: EventReader) -> list[int]:
    return [event["epoch"] for event in reader.read()]


def test_only_what_was_added_is_read_from_the_disk(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b"".join(map(_line, range(5_000))))
    reader = EventReader(path)
    assert _numbers(reader) == list(range(5_000))
    before = reader.bytes_read
    assert before == path.stat().st_size
    with path.open("ab") as stream:
        stream.write(_line(5_000))
    assert _numbers(reader) == list(range(5_001))
    assert _numbers(reader) == list(range(5_001))
    assert reader.bytes_read - before < 1_000


def test_a_file_that_was_replaced_or_shortened_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    reader = EventReader(path)
    assert _numbers(reader) == []
    path.write_bytes(_line(1) + _line(2))
    assert _numbers(reader) == [1, 2]
    other = tmp_path / "other"
    other.write_bytes(_line(3) + _line(4) + _line(5))
    other.replace(path)
    assert _numbers(reader) == [3, 4, 5]
    with path.open("r+b") as stream:
        stream.truncate(len(_line(3)))
    assert _numbers(reader) == [3]
    # Shortened and grown again in between, beyond where it was.
    with path.open("r+b") as stream:
        stream.truncate(0)
        stream.write(b"".join(map(_line, range(6, 12))))
    assert _numbers(reader) == list(range(6, 12))
    path.unlink()
    assert _numbers(reader) == []


@given(
    pieces=st.lists(
        st.binary(max_size=12) | st.sampled_from([_line(1), b"\n", b'{"a": ']), max_size=8
    )
)
def test_reading_as_it_grows_finds_what_reading_it_all_finds(
    tmp_path_factory: object, pieces: list[bytes]
) -> None:
    path = tmp_path_factory.mktemp("log") / "events.jsonl"  # type: ignore[attr-defined]
    reader = EventReader(path)
    for piece in pieces:
        with path.open("ab") as stream:
            stream.write(piece)
        assert reader.read() == EventReader(path).read()


def test_a_file_has_one_reader(tmp_path: Path) -> None:
    assert reader_of(tmp_path / "a") is reader_of(tmp_path / "a")
    assert reader_of(tmp_path / "a") is not reader_of(tmp_path / "b")
