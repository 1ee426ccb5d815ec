"""Files: whole or not at all, refusals in words, caches closed to others."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid import files
from pellucid.errors import OutputError
from pellucid.files import cache_folder, sha256_of, write_atomically, written_atomically


class BrokenOffError(Exception):
    """Stands for anything that goes wrong in the middle of writing."""


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_holds_what_was_written_and_text_is_utf_8(tmp_path):
    write_atomically(tmp_path / "bytes", b"\x00\xff")
    write_atomically(tmp_path / "text", "½(y − ŷ)²")
    assert (tmp_path / "bytes").read_bytes() == b"\x00\xff"
    assert (tmp_path / "text").read_bytes() == "½(y − ŷ)²".encode()
    assert names_in(tmp_path) == ["bytes", "text"]


@pytest.mark.parametrize("error", [BrokenOffError, KeyboardInterrupt])
def test_a_failure_in_the_middle_leaves_the_old_file_and_no_rubbish(tmp_path, error):
    path = tmp_path / "model"
    path.write_bytes(b"old")
    with pytest.raises(error), written_atomically(path) as stream:
        stream.write(b"half of the n")
        raise error
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["model"]


def test_until_it_is_whole_a_reader_sees_the_old_file(tmp_path):
    path = tmp_path / "model"
    path.write_bytes(b"old")
    with written_atomically(path) as stream:
        stream.write(b"new")
        stream.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"


def test_a_new_file_may_be_read_by_whom_the_umask_allows(tmp_path):
    before = os.umask(0o027)
    try:
        write_atomically(tmp_path / "shared", "x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o640


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "quota"),
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permissions"),
        (errno.EPERM, "permissions"),
        (errno.EIO, "another place"),
    ],
)
@pytest.mark.parametrize("call", ["mkstemp", "fsync", "replace"])
def test_what_the_system_refuses_is_worded_and_leaves_nothing(
    tmp_path, monkeypatch, code, remedy, call
):
    """Root may write anywhere, so the system's answer is put into its mouth."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    path = tmp_path / "model"
    path.write_bytes(b"old")
    with monkeypatch.context() as patch:
        owner = {"mkstemp": files.tempfile, "fsync": os, "replace": Path}[call]
        patch.setattr(owner, call, refuse)
        with pytest.raises(OutputError) as refused:
            write_atomically(path, b"new")
    assert str(path) in refused.value.what
    assert os.strerror(code).lower() in refused.value.what
    assert remedy in refused.value.remedy
    assert path.read_bytes() == b"old"
    assert names_in(tmp_path) == ["model"]


def test_a_path_through_a_file_is_refused_in_words(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError, match="not a directory") as refused:
        write_atomically(tmp_path / "file" / "model", b"x")
    assert "a part of this path is a file" in refused.value.remedy


def test_a_missing_folder_is_refused_in_words(tmp_path):
    with pytest.raises(OutputError, match="no such file or directory"):
        write_atomically(tmp_path / "missing" / "model", b"x")


def test_the_cache_lies_under_pellucid_home_and_is_closed_to_others(private_home):
    folder = cache_folder("one", "two")
    assert folder == private_home / "one" / "two"
    assert folder.is_dir()
    assert stat.S_IMODE(private_home.stat().st_mode) == 0o700


def test_folders_made_here_are_closed_and_a_persons_own_stays_as_it_is(private_home):
    private_home.mkdir(mode=0o755)
    made = cache_folder("one", "two")
    assert stat.S_IMODE(private_home.stat().st_mode) == 0o755
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    assert stat.S_IMODE(made.parent.stat().st_mode) == 0o700


def test_without_pellucid_home_the_systems_cache_folder_is_used(tmp_path, monkeypatch):
    monkeypatch.delenv("PELLUCID_HOME")
    monkeypatch.setattr(
        files.platformdirs, "user_cache_dir", lambda name, **_: str(tmp_path / name)
    )
    assert cache_folder() == tmp_path / "pellucid"


def test_a_cache_that_cannot_be_made_is_an_output_error(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("not a folder")
    monkeypatch.setenv("PELLUCID_HOME", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="Cannot write"):
        cache_folder("compiled")


@given(st.binary(max_size=2000), st.integers(1, 500))
def test_a_hash_read_in_parts_is_the_hash_of_the_whole(content, block):
    stream = io.BytesIO(content)
    assert sha256_of(lambda _: stream.read(block)) == hashlib.sha256(content).hexdigest()
