"""What people and strangers hand over as data: each opens as expected, or is refused in words.

The table says of every case which of the two it is. A refusal is one PellucidError that names the
file and what was expected or is to be done; nothing is written beside the file, and none of it
takes long.
"""

from __future__ import annotations

import gzip
import json
import os
import socket
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pellucid.data import open_source
from pellucid.errors import PellucidError
from tests.data.bad_input.files import (
    NPZ,
    OPENED,
    REFUSED,
    ROWS,
    SQLITE,
    XLSX,
    arrow,
    arrow_stream,
    database,
    parquet,
    workbook,
)

SECONDS = 10.0


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(source: object) -> str:
    """Return the one message a source is refused with; a hang or another error fails the test."""
    began = time.monotonic()
    with pytest.raises(PellucidError) as caught:
        open_source(source)
    assert time.monotonic() - began < SECONDS
    error = caught.value
    assert error.remedy or error.expected, "the message does not say what to do"
    assert "Traceback" not in str(error)
    return str(error)


def columns_of(source: object) -> dict[str, list[Any]]:
    table = open_source(source).train
    return {
        name: values.to_list() if isinstance(values := table[name], pl.Series) else values.tolist()
        for name in table
    }


@pytest.mark.parametrize(("name", "content", "columns"), OPENED, ids=[case[0] for case in OPENED])
def test_an_unusual_file_opens_as_a_person_expects(tmp_path, name, content, columns):
    path = written(tmp_path, name, content)
    assert columns_of(path) == columns
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)


@pytest.mark.parametrize(("name", "content", "words"), REFUSED, ids=[case[0] for case in REFUSED])
def test_a_file_that_cannot_be_used_is_refused_by_name(tmp_path, name, content, words, capfd):
    path = written(tmp_path, name, content)
    message = refusal(path)
    assert words in message
    assert str(path) in message
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)


def test_there_are_enough_cases():
    # Those of all kinds are counted in bad_input/test_count.py.
    assert len(OPENED) + len(REFUSED) >= 200


def test_what_was_assumed_of_an_encoding_is_said(tmp_path: Path):
    path = written(tmp_path, "t.csv", "a,b\n1,x\n2,Straße\n".encode("cp1252"))
    assert "line 3 has 'Straße'" in open_source(path).notes[0]
    path = written(tmp_path, "u.csv", "a,b\n1,x\n".encode("utf-16"))
    assert open_source(path).notes == ("It was read as UTF-16.",)


def test_other_sheets_are_named_and_can_be_chosen(tmp_path: Path):
    path = written(tmp_path, "t.xlsx", workbook(One=[["a"], [1]], Two=[["c"], [2]]))
    assert "'Two'" in open_source(path).notes[0]
    assert columns_of(f"{path}:Two") == {"c": [2]}
    assert "no sheet called 'Tow'" in refusal(f"{path}:Tow")


def test_a_workbook_without_its_reader_names_what_to_install(tmp_path, monkeypatch):
    path = written(tmp_path, "t.xlsx", XLSX)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert 'pip install "pellucid[excel]"' in refusal(path)


def test_dates_in_a_workbook_are_dates(tmp_path: Path):
    from datetime import date, datetime

    days = [date(2024, 2, 29), date(2025, 1, 1)]
    frame = pl.DataFrame({"day": days, "at": [datetime(2024, 1, 1, 12, 30)] * 2})
    frame.write_excel(tmp_path / "t.xlsx")
    table = open_source(tmp_path / "t.xlsx").train
    assert table["day"].to_list() == days
    assert table["at"].to_list() == [datetime(2024, 1, 1, 12, 30)] * 2


def test_merged_cells_hold_their_value_once(tmp_path: Path):
    import xlsxwriter

    with xlsxwriter.Workbook(tmp_path / "t.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.merge_range(1, 0, 2, 0, "both")
        sheet.write_column(1, 1, [1, 2])
    assert columns_of(tmp_path / "t.xlsx") == {"a": ["both", None], "b": [1, 2]}


def test_tables_of_a_database_are_named_and_can_be_chosen(tmp_path: Path):
    content = database(
        "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)",
        "CREATE TABLE u (b)", "INSERT INTO u VALUES ('x')",
        "CREATE VIEW v AS SELECT a * 2 AS c FROM t",
    )  # fmt: skip
    path = written(tmp_path, "t.db", content)
    assert f"{path}:t" in refusal(path)
    assert columns_of(f"{path}:u") == {"b": ["x"]}
    assert columns_of(f"{path}:v") == {"c": [2]}
    assert "no table called 'w'" in refusal(f"{path}:w")
    assert list(tmp_path.iterdir()) == [path]


def test_a_database_that_is_written_to_is_refused_at_once(tmp_path: Path):
    path = written(tmp_path, "t.db", SQLITE)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        assert "locked" in refusal(path)


def test_a_database_with_a_write_ahead_log_leaves_no_files(tmp_path: Path):
    path = tmp_path / "t.db"
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE t (a)")
        writer.execute("INSERT INTO t VALUES (1)")
        writer.commit()
    assert list(tmp_path.iterdir()) == [path]
    before = path.read_bytes()
    assert columns_of(path) == {"a": [1]}
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_bytes() == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_sockets_and_devices_are_refused_without_waiting(tmp_path: Path):
    os.mkfifo(tmp_path / "pipe.csv")
    assert "named pipe" in refusal(tmp_path / "pipe.csv")
    for ending in ("xlsx", "db", "npz", "parquet", "arrow", "json", "ts"):
        os.mkfifo(tmp_path / f"pipe.{ending}")
        assert "named pipe" in refusal(tmp_path / f"pipe.{ending}")
    assert "a device" in refusal("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        short = Path(os.path.relpath(tmp_path / "s.csv"))
        if len(str(short)) < 100:
            listening.bind(str(short))
            assert "socket" in refusal(tmp_path / "s.csv")


def test_a_folder_called_like_a_file_is_a_folder(tmp_path: Path):
    (tmp_path / "data.csv").mkdir()
    assert "folder is empty" in refusal(tmp_path / "data.csv")


def test_a_link_that_leads_nowhere_is_not_found(tmp_path: Path):
    (tmp_path / "t.csv").symlink_to(tmp_path / "gone.csv")
    assert "no file" in refusal(tmp_path / "t.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    assert "no file" in refusal(tmp_path / "loop.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_refused(tmp_path: Path):
    path = written(tmp_path, "t.csv", "a,b\n1,2\n")
    path.chmod(0)
    assert "permission denied" in refusal(path)


@pytest.mark.parametrize("n", [20_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_a_hundred_thousand_columns_open_in_seconds(tmp_path: Path, n: int):
    names = ",".join(f"c{i}" for i in range(n))
    row = ",".join(["1"] * n)
    path = written(tmp_path, "wide.csv", f"{names}\n{row}\n{row}\n")
    began = time.monotonic()
    assert len(open_source(path).train.names) == n
    assert time.monotonic() - began < 4 * SECONDS
    doubled = written(tmp_path, "twice.csv", f"{names},{names}\n{row},{row}\n")
    assert "same name" in refusal(doubled)


def test_every_way_to_cut_a_file_off_is_refused(tmp_path: Path, capfd):
    for name, whole in (
        ("t.parquet", parquet()), ("t.arrow", arrow()), ("t.xlsx", XLSX), ("t.npz", NPZ),
        ("t.db", SQLITE), ("t.json", json.dumps([ROWS]).encode()),
        ("t.csv.gz", gzip.compress(b"a,b\n1,2\n" * 50)),
    ):  # fmt: skip
        for end in np.linspace(2, len(whole) - 1, 12).astype(int).tolist():
            message = refusal(written(tmp_path, name, whole[:end]))
            assert "damaged" in message or "not JSON" in message
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", ["t.parquet", "t.arrow", "s.arrow", "t.xlsx", "t.npz", "t.db"])
def test_changed_bytes_never_give_more_than_a_refusal(tmp_path: Path, name: str, capfd):
    whole = {
        "t.parquet": parquet(), "t.arrow": arrow(), "s.arrow": arrow_stream(), "t.xlsx": XLSX,
        "t.npz": NPZ, "t.db": SQLITE,
    }[name]  # fmt: skip
    random = np.random.default_rng(7)
    for _ in range(40):
        content = bytearray(whole)
        for position in random.integers(0, len(content), random.integers(1, 8)):
            content[position] = random.integers(256)
        try:
            open_source(written(tmp_path, name, bytes(content)))
        except PellucidError as error:
            assert name in str(error)
    assert "panicked" not in capfd.readouterr().err
