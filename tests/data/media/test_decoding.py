"""Many files as one array: the cache, its limits and its repairs, and helpers that come and go."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data.media import cache, decoding, parallel
from pellucid.data.media.decoding import decode
from pellucid.data.media.image_files import ImageForm
from pellucid.data.media.worker import read_answer
from pellucid.errors import OutputError, SettingError

FORM = ImageForm(4, 4)


@pytest.fixture(autouse=True)
def _own_cache(private_home, monkeypatch):
    monkeypatch.setattr(decoding, "_open", type(decoding._open)())


@pytest.fixture
def pictures(tmp_path) -> list[str]:
    """Make 20 pictures, each of one grey level: its number."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    names = [str(folder / f"{number}.png") for number in range(20)]
    for number, name in enumerate(names):
        Image.new("L", (4, 4), number).save(name)
    return names


def levels(names: list[str], form: ImageForm = FORM) -> list[int]:
    return decode(names, form).array()[:, 0, 0].tolist()


def segments(home: Path) -> list[Path]:
    return sorted((home / "media").glob("*/*/[!.]*"))


def forget() -> None:
    """Stand where a new process would."""
    decoding._open.clear()


def no_reading(*_: object) -> None:
    raise AssertionError("a file was decoded that is in the cache")


def test_rows_are_in_the_order_asked_for(pictures):
    order = [3, 1, 4, 1, 5, 9, 2, 6]
    assert levels([pictures[number] for number in order]) == order


def test_what_was_decoded_once_is_not_decoded_again(pictures, private_home, monkeypatch):
    assert levels(pictures) == list(range(20))
    monkeypatch.setattr(ImageForm, "read", no_reading)
    assert levels(pictures[::-2]) == list(range(20))[::-2]
    forget()
    assert levels(pictures[5:8]) == [5, 6, 7]
    assert len(segments(private_home)) == 1


def test_only_new_files_are_decoded(pictures, private_home):
    levels(pictures[:10])
    assert levels(pictures) == list(range(20))
    assert len(segments(private_home)) == 2


def test_a_changed_file_is_read_anew(pictures):
    levels(pictures)
    Image.new("L", (4, 4), 200).save(pictures[3])
    os.utime(pictures[3], ns=(1, 1))  # a clock may be too coarse for two writes in one test
    assert levels(pictures[2:5]) == [2, 200, 4]


def test_a_file_changed_at_once_to_another_of_the_same_size_and_time_is_read_anew(pictures):
    times = Path(pictures[3]).stat()
    for level in (100, 101, 102):
        Image.new("L", (4, 4), level).save(pictures[3])
        os.utime(pictures[3], ns=(times.st_atime_ns, times.st_mtime_ns))
        assert Path(pictures[3]).stat().st_size == times.st_size
        assert levels(pictures[2:5]) == [2, level, 4]


def test_another_size_is_another_entry(pictures):
    assert decode(pictures, FORM).array().shape == (20, 4, 4)
    assert decode(pictures, ImageForm(2, 2, 3)).array().shape == (20, 2, 2, 3)


def test_files_that_cannot_be_read_are_told_of_and_the_others_decoded(pictures):
    Path(pictures[2]).write_bytes(b"no picture")
    names = [*pictures[:4], None, "/nowhere/a.png"]
    for _ in range(2):  # once from the files, once from the cache
        decoded = decode(names, FORM)
        assert list(decoded.problems) == [2, 5]
        assert "no picture" in decoded.problems[2]
        assert decoded.missing.tolist() == [False] * 4 + [True, False]
        assert "no such file" in decoded.problems[5]
        assert decoded.readable.tolist() == [0, 1, 3]
        assert decoded.array(decoded.readable)[:, 0, 0].tolist() == [0, 1, 3]
        forget()


def test_no_files_at_all_are_no_rows():
    assert decode([], FORM).array().shape == (0, 4, 4)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions do not bind here")
def test_a_file_that_may_not_be_opened_now_is_tried_again_later(pictures):
    Path(pictures[0]).chmod(0)
    assert list(decode(pictures[:2], FORM).problems) == [0]
    Path(pictures[0]).chmod(0o600)
    assert levels(pictures[:2]) == [0, 1]


def test_a_reason_that_may_pass_is_not_kept(pictures, monkeypatch):
    monkeypatch.setenv("PELLUCID_PIXEL_LIMIT", "3")
    form = ImageForm(4, 4, pixel_limit=3)
    assert len(decode(pictures, form).problems) == 20
    forget()
    assert all(not segment.keys.any() for segment in cache.segments(form))


@pytest.mark.parametrize("name", ["about.json", "keys.npy", "checksums.npy", "rows.raw"])
@pytest.mark.parametrize("harm", ["cut", "gone", "noise"])
def test_a_damaged_entry_is_noticed_and_made_again(pictures, private_home, name, harm):
    levels(pictures)
    forget()
    file = segments(private_home)[0] / name
    content = file.read_bytes()
    if harm == "gone":
        file.unlink()
    else:
        middle = len(content) // 2
        noise = content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :]
        file.write_bytes(content[:middle] if harm == "cut" else noise)
    for _ in range(2):
        assert levels(pictures) == list(range(20))
        forget()


def test_the_least_recently_used_goes_first(pictures, private_home, monkeypatch):
    monkeypatch.setenv("PELLUCID_CACHE_LIMIT", "2500")  # three entries, of 160 bytes and an index
    for number, part in enumerate(([0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [10, 11, 12, 13, 14])):
        levels([pictures[index] for index in part])
        for folder in segments(private_home)[number:]:
            os.utime(folder, (number, number))
    first = segments(private_home)[0]
    levels(pictures[:5])  # used again
    levels(pictures[15:])
    kept = segments(private_home)
    assert first in kept
    assert sum(file.stat().st_size for folder in kept for file in folder.iterdir()) <= 2500
    assert levels(pictures) == list(range(20))


def test_what_is_larger_than_the_cache_is_used_and_not_kept(pictures, private_home, monkeypatch):
    monkeypatch.setenv("PELLUCID_CACHE_LIMIT", "0")
    assert levels(pictures) == list(range(20))
    assert not list((private_home / "media").glob("*/*/*"))


@pytest.mark.parametrize("text", ["much", "-1", "5 apples"])
def test_a_limit_that_is_no_size_is_a_setting_error(monkeypatch, text):
    monkeypatch.setenv("PELLUCID_CACHE_LIMIT", text)
    with pytest.raises(SettingError, match="PELLUCID_CACHE_LIMIT"):
        cache.cache_limit()


def test_limits_may_have_units(monkeypatch):
    for text, expected in (("5", 5), ("2k", 2000), ("1.5 GB", 1_500_000_000), ("", 20 * 10**9)):
        monkeypatch.setenv("PELLUCID_CACHE_LIMIT", text)
        assert cache.cache_limit() == expected


def test_a_full_disk_is_an_error_that_names_a_way_out(pictures, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full, raising=False)
    with pytest.raises(OutputError, match="no space left") as caught:
        decode(pictures, FORM)
    assert "PELLUCID_HOME" in str(caught.value)


def test_an_interrupted_decoding_leaves_nothing_behind(pictures, private_home, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ImageForm, "read", interrupted)
    with pytest.raises(KeyboardInterrupt):
        decode(pictures, FORM)
    assert not list((private_home / "media").glob("*/*/*"))


def test_helpers_decode_the_same_rows(pictures, tmp_path, monkeypatch):
    monkeypatch.setattr(parallel, "_WORTH_HELP_SECONDS", 0.0)
    monkeypatch.setattr(parallel, "_PART_SECONDS", 0.01)
    monkeypatch.setattr(parallel, "number_of_processes", lambda: 3)
    rows = tmp_path / "rows"
    names = (pictures * 400)[:8000]
    Path(pictures[7]).write_bytes(b"no picture")
    rows.write_bytes(bytes(16 * len(names)))
    outcome = parallel.decode_rows(FORM, names, rows)
    decoded = np.fromfile(rows, dtype=np.uint8).reshape(-1, 16)
    expected = np.tile([0 if number == 7 else number for number in range(20)], 400)
    assert (decoded == expected[:, None]).all()
    assert sorted(outcome.reasons) == list(range(7, 8000, 20))


def test_a_helper_that_dies_leaves_its_work_to_the_others(pictures, tmp_path, monkeypatch):
    monkeypatch.setattr(parallel, "_WORTH_HELP_SECONDS", 0.0)
    monkeypatch.setattr(parallel, "number_of_processes", lambda: 2)
    monkeypatch.setattr(parallel, "COMMAND", "import pickle, sys\n"
                        "print('\"ready\"', flush=True)\n"
                        "pickle.load(sys.stdin.buffer)  # {path!r} {folder!r}\n")  # fmt: skip
    rows = tmp_path / "rows"
    names = (pictures * 200)[:4000]
    rows.write_bytes(bytes(16 * len(names)))
    parallel.decode_rows(FORM, names, rows)
    decoded = np.fromfile(rows, dtype=np.uint8).reshape(-1, 16)
    assert (decoded == np.tile(np.arange(20), 200)[:, None]).all()


class Harm:
    """What runs code where it is unpickled."""

    def __reduce__(self) -> tuple[object, ...]:
        return Path.write_text, (Path("harmed"), "by a helper")


@pytest.mark.parametrize(
    "answer",
    [
        pickle.dumps(Harm()),
        b'{"checksums": [], "problems": []}',
        b'{"checksums": [-1], "problems": []}',
        b'{"checksums": [1], "problems": [[7, "", true]]}',
        b"[" * 100_000,
    ],
)
def test_what_a_helper_that_was_taken_over_answers_runs_nothing(answer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ValueError):
        read_answer(answer, 1)
    assert not Path("harmed").exists()


def test_a_helpers_failure_to_write_comes_back_as_it_was():
    answer = read_answer(b'{"errno": 28, "strerror": "No space left on device"}', 3)
    assert isinstance(answer, OSError)
    assert (answer.errno, answer.strerror) == (28, "No space left on device")


SLOW = """
import sys, time
from pellucid.data.media import decoding
from pellucid.data.media.image_files import ImageForm
read = ImageForm.read
def slow(form, path):
    print("reading", flush=True)
    time.sleep(float(sys.argv[1]))
    return read(form, path)
ImageForm.read = slow
print(decoding.decode(sys.argv[2:], ImageForm(4, 4)).array()[:, 0, 0].tolist())
"""


def slowly(seconds: float, names: list[str]) -> subprocess.Popen[str]:
    """Decode in a process of its own, which says so before each file."""
    command = [sys.executable, "-c", SLOW, str(seconds), *names]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_process_that_is_killed_leaves_no_half_entry(pictures, private_home):
    process = slowly(0.1, pictures)
    assert process.stdout is not None
    for _ in range(3):
        assert process.stdout.readline() == "reading\n"
    process.kill()
    process.communicate()
    assert segments(private_home) == []
    left = list((private_home / "media").glob("*/*/.*.part"))
    assert len(left) == 1  # rubbish that nobody finds
    assert levels(pictures) == list(range(20))
    os.utime(left[0], (1, 1))  # as if it were a day old
    Image.new("L", (4, 4), 77).save(pictures[0])
    assert levels(pictures[:1]) == [77]
    assert not left[0].exists()


def test_two_processes_at_once_both_get_their_rows(pictures, private_home):
    processes = [slowly(0.02, names) for names in (pictures, pictures[::-1])]
    answers = [process.communicate(timeout=60)[0].splitlines()[-1] for process in processes]
    assert answers == [str(list(range(20))), str(list(range(20))[::-1])]
    assert levels(pictures) == list(range(20))
    assert 1 <= len(segments(private_home)) <= 2


def test_a_script_without_a_main_guard_runs_once(pictures, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(f"""
        print("begun")
        import jax
        from pellucid.data.media import parallel
        from pellucid.data.media.decoding import decode
        from pellucid.data.media.image_files import ImageForm
        jax.numpy.ones(3).sum()
        parallel._WORTH_HELP_SECONDS = 0.0
        parallel.number_of_processes = lambda: 2
        names = [f"{Path(pictures[0]).parent}/{{number}}.png" for number in range(20)]
        print(decode(names, ImageForm(4, 4)).array().sum())
        """)
    )
    done = subprocess.run(
        [sys.executable, str(script)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["begun", str(16 * 190)], done.stderr


def test_within_another_pools_worker_nothing_is_started(monkeypatch):
    class Worker:
        name = "LokyProcess-1"

    monkeypatch.setattr(parallel.multiprocessing, "current_process", Worker)
    assert parallel.number_of_processes() == 1
