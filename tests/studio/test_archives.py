"""Folders come as archives; what leads out of them, or unpacks to too much, does not come."""

from __future__ import annotations

import io
import json
import sqlite3
import stat
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from PIL import Image

from pellucid.data.sources import open_source, reading
from pellucid.errors import DataError
from pellucid.studio import unpacking, uploads
from pellucid.studio.serving import Serving
from pellucid.studio.shelf import Shelf
from pellucid.studio.studio import Studio
from pellucid.training.config import Config
from pellucid.training.opening import open_data
from tests.studio.exchange import Browser


def packed(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """Return an archive of members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two members of one name
        for name, content in members:
            archive.writestr(name, content)
    return stream.getvalue()


def picture(seed: int) -> bytes:
    """Return a small picture."""
    stream = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 255, (8, 8), dtype=np.uint8)
    Image.fromarray(pixels).save(stream, "png")
    return stream.getvalue()


@pytest.fixture(scope="module")
def asking(own_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with Serving(Studio(Shelf(), "data", [], tmp_path_factory.mktemp("runs"))) as serving:
        yield Browser(serving)


def test_a_folder_that_is_sent_is_learned_from_as_where_it_lay(asking: Browser) -> None:
    classes = [(f"Pets/{pet}/{n}.png", picture(n)) for pet in ("cat", "dög") for n in range(10)]
    content = packed(*classes, ("Pets/.DS_Store", b"x"), ("__MACOSX/Pets/._cat", b"x"))
    sent = asking.post("/api/uploads?name=Pets.zip", content)
    assert sent.status == 200, sent.body
    assert (sent.json["name"], sent.json["kind"]) == ("pets", "folder")
    told = asking.post("/api/data", {"source": sent.json["id"], "settings": {}}).json
    assert (told["name"], told["n_rows"], told["task"]) == ("pets", 20, "classification")
    assert {one["value"] for one in told["balance"]} == {"cat", "dög"}
    assert told["columns"][0]["examples"][0] == str(Path("cat", "0.png"))
    kept = Path(asking.serving.studio.sources.place(sent.json["id"]))
    assert sorted(path.name for path in kept.iterdir()) == ["cat", "dög"]
    assert (kept / "cat" / "3.png").read_bytes() == picture(3)
    assert asking.post("/api/uploads?name=Pets.zip", content).json["id"] == sent.json["id"]
    assert not list(uploads.data_folder("uploads", "new").iterdir())


def test_tables_that_are_sent_together_are_the_parts_of_the_data(asking: Browser) -> None:
    rows = "\n".join(f"{n},{'yes' if n % 2 else 'no'}" for n in range(40))
    tables = [(f"{part}.csv", f"a,b\n{rows}\n".encode()) for part in ("train", "test")]
    sent = asking.post("/api/uploads?name=files.zip", packed(*tables)).json
    told = asking.post("/api/data", {"source": sent["id"], "settings": {"target": "b"}}).json
    assert {part["part"]: part["n_rows"] for part in told["parts"]} == {
        "train": 40, "test": 40,
    }  # fmt: skip


@pytest.mark.parametrize("table", ["metadata.csv", "people.csv"])
@pytest.mark.parametrize("outside", [True, False])
def test_a_table_in_an_archive_names_files_of_that_archive_alone(
    asking: Browser, tmp_path: Path, table: str, outside: bool
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture(1))
    names = [f"files/{n}.png" for n in range(20)]
    named = [*names[:-1], str(secret)] if outside else names
    lines = [f"{name},{n % 2}" for n, name in enumerate(named)]
    content = packed(
        (table, "\n".join(["file_name,label", *lines]).encode()),
        *((name, picture(n)) for n, name in enumerate(names)),
    )
    if table == "people.csv":  # the only thing in the folder
        content = packed((table, "\n".join(["photo,label", *lines]).encode()))
    before = uploads.uploaded()
    reply = asking.post("/api/uploads?name=named.zip", content)
    if outside:
        assert reply.status == 422
        assert "cannot name files of this machine" in reply.json["error"]["message"]
        assert uploads.uploaded() == before
    elif table == "metadata.csv":
        place = Path(asking.serving.studio.sources.place(reply.json["id"]))
        assert open_source(place).train["image"][3] == str(place / "files" / "3.png")


@pytest.mark.parametrize(
    "name",
    [
        "../a.txt",
        "/a.txt",
        "a/../../b.txt",
        "C:\\a.txt",
        "..\\a.txt",
        "a\x07.txt",
        "/".join("a" * 17),
        "con.png",
        "a<b>.txt",
        "b.txt.",
    ],
)
def test_names_that_lead_elsewhere_do_not_come(tmp_path: Path, name: str) -> None:
    archive, into = tmp_path / "a.zip", tmp_path / "inside" / "a"
    into.parent.mkdir()
    archive.write_bytes(packed(("good.txt", b"x"), (name, b"x")))
    with pytest.raises(DataError, match="has the name"):
        unpacking.unpack(archive, into)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "inside"]


def link() -> zipfile.ZipInfo:
    """Return a member that is a link."""
    member = zipfile.ZipInfo("a.png")
    member.create_system, member.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    return member


def locked() -> bytes:
    """Return an archive whose only member says that it needs a password."""
    content = bytearray(packed(("a.txt", b"x")))
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):  # APPNOTE 4.3.7 and 4.3.12
        content[content.index(start) + offset] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (packed((link(), b"/etc/passwd")), "links"),
        (locked(), "password"),
        (packed(), "holds no files"),
        (packed((".hidden", b"x")), "holds no files"),
        (packed(("a.txt", b"x"), ("a.txt", b"y")), "one name"),
        (packed(("a", b"x"), ("a/b.txt", b"y")), "one name"),
        (packed(*((f"{n}.txt", b"x") for n in range(9))), "holds 9 files"),
        (packed(("a.txt", bytes(50_000)))[:-30], "not a whole zip"),
        (packed(("a.txt", bytes(50_000))), "made to fill"),
        (packed(("a.bin", np.random.default_rng(0).bytes(5_000))), "5,000 bytes in all"),
    ],
)  # fmt: skip
def test_what_may_not_come_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, match: str
) -> None:
    monkeypatch.setattr(unpacking, "MOST_FILES", 8)
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", 4_000)
    monkeypatch.setattr(reading, "SMALL_UNPACKED", 10_000)
    archive = tmp_path / "a.zip"
    archive.write_bytes(content)
    with pytest.raises(DataError, match=match):
        unpacking.unpack(archive, tmp_path / "a")


@pytest.mark.parametrize("size", ["whole", "cut"])
def test_a_damaged_archive_is_told_of_and_leaves_nothing(asking: Browser, size: str) -> None:
    content = packed(("a/1.png", picture(1)), ("b/1.png", b"no picture"))
    damaged = content if size == "whole" else content[:-40]
    before = uploads.uploaded()
    reply = asking.post("/api/uploads?name=odd.zip", damaged)
    if size == "cut":
        assert (reply.status, reply.json["error"]["where"]) == (422, "odd.zip")
        assert uploads.uploaded() == before
    else:  # what cannot be read among it is a finding, as of a folder on the disk
        assert reply.status == 200
    assert not list(uploads.data_folder("uploads", "new").iterdir())


def test_of_what_was_changed_on_the_way_no_byte_is_kept(tmp_path: Path) -> None:
    content = bytearray(packed(("a.txt", bytes(range(256)) * 8)))
    content[60] ^= 0xFF
    archive = tmp_path / "a.zip"
    archive.write_bytes(bytes(content))
    with pytest.raises(DataError, match="not a whole zip"):
        unpacking.unpack(archive, tmp_path / "a")


def test_folders_of_old_programs_for_windows_are_folders(tmp_path: Path) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(
        packed(("photos\\", b""), ("photos\\cat\\", b""), ("photos\\cat\\1.png", picture(1)))
    )
    unpacking.unpack(archive, tmp_path / "a")
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["1.png"]


@pytest.mark.parametrize("form", ["csv", "jsonl", "json", "parquet", "xlsx", "sqlite"])
@pytest.mark.parametrize("name", ["{}", "{} ", "\t{}\n"])
def test_no_form_of_a_table_and_no_blanks_lead_to_files_of_this_machine(
    tmp_path: Path, own_home: Path, form: str, name: str
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture(1))
    labels = ["a", "b"] * 20
    # Among other values, too: a column is opened as a whole, or looked at in places.
    for told in ([name.format(secret)] * 40, ["x"] * 39 + [name.format(secret)]):
        frame = pl.DataFrame({"photo": told, "label": labels})
        sent = uploads.data_folder("uploads") / f"table-{'0' * 32}.{form}"
        write_frame(frame, sent)
        with pytest.raises(DataError, match="cannot name files of this machine"):
            open_data(Config.make(source=str(sent)))
        sent.unlink()


def test_a_column_that_is_asked_to_be_pictures_names_none_of_this_machine(
    tmp_path: Path, own_home: Path
) -> None:
    secret = tmp_path / "secret.bak"
    secret.write_bytes(picture(1))
    sent = uploads.data_folder("uploads") / f"table-{'1' * 32}.csv"
    pl.DataFrame({"photo": [str(secret)] * 40, "label": ["a", "b"] * 20}).write_csv(sent)
    with pytest.raises(DataError, match="cannot name files of this machine"):
        open_data(Config.make(source=str(sent), kinds={"photo": "image"}))
    assert open_data(Config.make(source=str(sent))).train.n_rows == 40
    sent.unlink()


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a table in the form that its ending says."""
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as base:
            base.execute("create table t (photo text, label text)")
            base.executemany("insert into t values (?, ?)", frame.rows())
        base.close()
    elif path.suffix == ".xlsx":
        frame.write_excel(path)
    elif path.suffix == ".json":
        path.write_text(json.dumps(frame.to_dicts()))
    else:
        writers = {".csv": frame.write_csv, ".jsonl": frame.write_ndjson}
        writers.get(path.suffix, frame.write_parquet)(path)
