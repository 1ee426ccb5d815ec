"""What is printed from outside Python is held back, and standard error comes back, whoever asks."""

from __future__ import annotations

import os
import tempfile
import threading

import pytest

from pellucid.data.standard_error import held_back, led_to


def test_what_is_printed_below_python_is_held_back_and_no_more(
    capfd: pytest.CaptureFixture[str],
) -> None:
    os.write(2, b"before ")
    with held_back(), held_back():
        os.write(2, b"within ")
    os.write(2, b"after")
    assert capfd.readouterr().err == "before after"


def test_threads_that_overlap_leave_standard_error_as_it_was(
    capfd: pytest.CaptureFixture[str],
) -> None:
    inside, within, leave, gone = (threading.Event() for _ in range(4))

    def first() -> None:
        with tempfile.TemporaryFile() as file, led_to(file.fileno()):
            inside.set()
            leave.wait(10)

    def second() -> None:
        with held_back():
            within.set()
            os.write(2, b"second ")
            gone.wait(10)

    one, other = (threading.Thread(target=work) for work in (first, second))
    one.start()
    inside.wait(10)
    other.start()
    within.wait(0.2)  # in vain, where they do not overlap
    leave.set()
    one.join(10)
    gone.set()
    other.join(10)
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


def test_an_error_within_gives_standard_error_back(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError), held_back():
        raise ValueError
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"
