"""Files whose names say something else than they hold: the message says what they are."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import soundfile
from PIL import Image

from pellucid.training.preparation import Prepared
from tests.data.bad_input.driver import Case, N, frame_with, hold, numbers

FRAME = frame_with(numbers(1))
TARGET = {"target": "y"}


def written(how: str, **more: object) -> bytes:
    stream = io.BytesIO()
    getattr(FRAME, how)(stream, **more)
    return stream.getvalue()


def picture(form: str) -> bytes:
    stream = io.BytesIO()
    Image.new("L", (8, 8), 7).save(stream, form)
    return stream.getvalue()


def sound(form: str) -> bytes:
    stream = io.BytesIO()
    soundfile.write(stream, np.zeros(800), 8000, format=form)
    return stream.getvalue()


def saved(save: str) -> bytes:
    stream = io.BytesIO()
    if save == "npy":
        np.save(stream, np.eye(3))
    else:
        np.savez(stream, X=np.eye(3), y=np.arange(3))
    return stream.getvalue()


CSV = FRAME.write_csv().encode()
PARQUET = written("write_parquet")
ARROW = written("write_ipc")
JSON = json.dumps(FRAME.to_dicts()).encode()
LINES = FRAME.write_ndjson().encode()
EXCEL = written("write_excel")
NPZ = saved("npz")
HTML = b"<!DOCTYPE html>\n<html><body><p>404, not found</p></body></html>\n"
PAGE_OF_A_TABLE = b"<table>\n" + b"<tr><td>1</td><td>u</td></tr>\n" * N + b"</table>\n"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 50
XML = b"<?xml version='1.0'?>\n<rows><row a='1' y='u'/></rows>\n"
RTF = b"{\\rtf1\\ansi a,b,y\\par 1,2,u}"
HDF5 = b"\x89HDF\r\n\x1a\n" + bytes(40)

# The ending, what the file holds, and what the message says of it and of what to do.
REFUSED: list[tuple[str, str, bytes, tuple[str, ...]]] = [
    ("parquet", "csv", PARQUET, ("not a text table but a Parquet file", "mv t.csv t.parquet")),
    ("arrow", "csv", ARROW, ("not a text table but an Arrow IPC file", "mv t.csv t.arrow")),
    ("excel", "csv", EXCEL, ("not a text table but an Excel workbook", "mv t.csv t.xlsx")),
    ("json", "csv", JSON, ("not a text table but JSON", "mv t.csv t.json")),
    ("lines", "csv", LINES, ("not a text table but JSON", "mv t.csv t.jsonl")),
    ("lines", "tsv", LINES, ("not a text table but JSON", "mv t.tsv t.jsonl")),
    ("json", "txt", JSON, ("not a text table but JSON", "mv t.txt t.json")),
    ("npz", "csv", NPZ, ("not a text table but a NumPy archive", "mv t.csv t.npz")),
    ("npy", "csv", saved("npy"), ("not a text table but a NumPy array", "savez")),
    ("png", "csv", picture("PNG"), ("not a text table but a PNG picture", "mv t.csv t.png")),
    ("jpeg", "csv", picture("JPEG"), ("not a text table but a JPEG picture", "mv t.csv t.jpg")),
    ("gif", "data", picture("GIF"), ("not a text table but a GIF picture",)),
    ("webp", "csv", picture("WEBP"), ("not a text table but a WebP picture",)),
    ("wav", "csv", sound("WAV"), ("not a text table but a WAV sound", "mv t.csv t.wav")),
    ("flac", "tab", sound("FLAC"), ("not a text table but a FLAC sound",)),
    ("ogg", "json", sound("OGG"), ("not JSON but an OGG sound",)),
    ("html", "csv", HTML, ("not a text table but an HTML page", "fetch the data itself")),
    ("html_table", "csv", PAGE_OF_A_TABLE, ("not a text table but an HTML page",)),
    ("html", "xls", HTML, ("not a workbook but an HTML page",)),
    ("html", "json", HTML, ("not JSON but an HTML page",)),
    ("html", "parquet", HTML, ("not a Parquet file but an HTML page",)),
    ("xml", "csv", XML, ("not a text table but an XML file", "save the table as a CSV file")),
    ("rtf", "txt", RTF, ("not a text table but a document in Rich Text Format",)),
    ("pdf", "csv", PDF, ("not a text table but a PDF document",)),
    ("hdf5", "csv", HDF5, ("not a text table but an HDF5 file", "h5py")),
    ("pointer", "csv", POINTER, ("a pointer of Git LFS", "git lfs pull")),
    ("pointer", "parquet", POINTER, ("a pointer of Git LFS", "git lfs pull")),
    ("csv", "parquet", CSV, ("not a Parquet file but text", "mv t.parquet t.csv")),
    ("csv", "arrow", CSV, ("not an Arrow IPC file but text", "mv t.arrow t.csv")),
    ("csv", "feather", CSV, ("not an Arrow IPC file but text",)),
    ("csv", "xlsx", CSV, ("not a workbook but text", "mv t.xlsx t.csv")),
    ("csv", "xls", CSV, ("not a workbook but text", "mv t.xls t.csv")),
    ("csv", "ods", CSV, ("not a workbook but text",)),
    ("csv", "db", CSV, ("not a SQLite database but text", "mv t.db t.csv")),
    ("csv", "npz", CSV, ("not an .npz archive but text", "mv t.npz t.csv")),
    ("csv", "ts", CSV, ("no line '@data'",)),
    ("csv", "json", CSV, ("not JSON",)),
    ("csv", "jsonl", CSV, ("line 1", "not a JSON object")),
    ("arrow", "parquet", ARROW, ("not a Parquet file but an Arrow IPC file",)),
    ("parquet", "arrow", PARQUET, ("not an Arrow IPC file but a Parquet file",)),
    ("parquet", "json", PARQUET, ("not JSON but a Parquet file",)),
    ("parquet", "xlsx", PARQUET, ("not a workbook but a Parquet file",)),
    ("parquet", "db", PARQUET, ("not a SQLite database but a Parquet file",)),
    ("parquet", "ts", PARQUET, ("not a file of time series but a Parquet file",)),
    ("excel", "npz", EXCEL, ("not an .npz archive but an Excel workbook",)),
    ("excel", "sqlite", EXCEL, ("not a SQLite database but an Excel workbook",)),
    ("excel", "parquet", EXCEL, ("not a Parquet file but an Excel workbook",)),
    ("json", "parquet", JSON, ("not a Parquet file but JSON",)),
    ("csv", "csv~", CSV, ("'.csv~' are not known", "it holds text", "mv")),
    ("csv", "part", CSV, ("'.part' are not known", "mv t.part t.csv")),
    ("csv", "csv ", CSV, ("'.csv ' are not known", "mv 't.csv ' t.csv")),
    ("parquet", "pq", PARQUET, ("'.pq' are not known", "mv t.pq t.parquet")),
    ("npy", "npy", saved("npy"), ("'.npy' are not known", "savez")),
    ("hdf5", "h5", HDF5, ("'.h5' are not known", "h5py")),
    ("pickle", "pkl", b"\x80\x04\x95" + bytes(9), ("'.pkl' are not known",)),
    ("text", "yaml", b"a: 1\nb: [2, 3]\n", ("'.yaml' are not known",)),
]


def of_file(file: str, content: bytes, name: str = "", **more: object) -> Case:
    def write(folder: Path) -> Path:
        path = folder / file
        path.write_bytes(content)
        return path

    return Case(name or file, write, settings=TARGET, **more)  # type: ignore[arg-type]


def whole(prepared: Prepared) -> None:
    values = prepared.dataset.train["a"]
    assert isinstance(values, pl.Series)
    assert values.to_list() == numbers(0)


CASES = [
    *(
        of_file(f"t.{ending}", content, f"{what}_as_{ending.strip()}", refused=words)
        for what, ending, content, words in REFUSED
    ),
    # These are read as what they are: the two forms of each pair are told apart by every reader.
    of_file("lines.json", LINES, said=("read as JSON Lines",), check=whole),
    of_file("list.jsonl", JSON, check=whole),
    of_file("new.xls", EXCEL, check=whole),
    of_file("csv.txt", CSV, check=whole),
    of_file("csv.data", CSV, check=whole),
    of_file("csv.csv.gz", CSV, check=whole),
    of_file("csv.csv.zip", CSV, check=whole),
    of_file("stream.arrow", written("write_ipc_stream"), check=whole),
    of_file("no_ending", CSV, refused=("The file has no ending", "mv no_ending no_ending.csv")),
    of_file("a dot at the end.", CSV, refused=("no ending", "'a dot at the end.csv'")),
    of_file(".csv", CSV, refused=("no ending", "text")),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_name_that_lies_is_found_out(tmp_path: Path, case: Case):
    hold(case, tmp_path / "data")
