"""Damaged files are refused, and the trial that says so would notice if they were not."""

from __future__ import annotations

import time
from pathlib import Path
from random import Random

import numpy as np
import pytest
from reliability.damage.bases import Base, all_bases
from reliability.damage.trial import ACCEPTED, CRASHED, REFUSED, watch
from reliability.damage.trying import Tally, try_files
from reliability.damage.ways import WAYS, damaged

from pellucid.errors import ModelFileError

FILES = 2_000  # `make damage` tries 100,000


@pytest.fixture(scope="module")
def bases(tmp_path_factory) -> list[Base]:
    return all_bases(tmp_path_factory.mktemp("bases"))


def test_no_damaged_file_is_accepted_or_makes_pellucid_crash(tmp_path):
    tally = try_files(range(FILES), 1, tmp_path)
    assert not tally.failures
    assert tally.verdicts == {REFUSED: FILES}


@pytest.mark.parametrize(("kind", "name"), [(kind, name) for kind in WAYS for name in WAYS[kind]])
def test_every_way_of_damage_is_refused(kind, name, bases, tmp_path):
    tried = 0
    for number, base in enumerate(base for base in bases if base.kind == kind):
        for attempt in range(3):
            draw = Random(f"{number}, {attempt}")  # noqa: S311 -- any damage will do
            content = WAYS[kind][name](base.content, draw)
            path = tmp_path / base.file_name
            path.write_bytes(content)
            if content != base.content:
                outcome = watch(base.load, path)
                assert outcome.is_good, outcome
                tried += 1
    assert tried


def test_the_number_of_a_file_says_what_it_is(bases):
    for base in bases:
        assert damaged(base.kind, base.content, "5") == damaged(base.kind, base.content, "5")
    made = {damaged("model", bases[0].content, str(number))[1] for number in range(100)}
    assert len(made) > 90


def test_checkpoints_to_be_damaged_are_the_same_in_every_process(bases, tmp_path):
    again = [base.content for base in all_bases(tmp_path)]
    assert again == [base.content for base in bases]


def test_what_is_accepted_crashes_or_takes_too_long_is_noticed(tmp_path):
    path = tmp_path / "any"
    assert watch(lambda _: None, path).verdict == ACCEPTED
    assert watch(lambda _: {}["missing"], path).verdict == CRASHED
    slow = watch(lambda _: compute_for(2.05), path)  # the bar is two seconds
    assert slow.seconds > 2
    assert not slow.is_good


def compute_for(seconds: float) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_memory_that_is_taken_and_given_back_is_noticed(tmp_path):
    """A load of 300 MB is more than 200; one of 8 MB is not."""
    if not Path("/proc/self/clear_refs").exists():
        pytest.skip("only Linux tells the peak of a moment")

    def refuse_after(count: int) -> ModelFileError:
        np.ones(count)
        raise ModelFileError("no")

    large = watch(lambda _: refuse_after(300_000_000 // 8), tmp_path)
    small = watch(lambda _: refuse_after(1_000_000), tmp_path)
    assert large.verdict == small.verdict == REFUSED
    assert large.extra_bytes > 290_000_000
    assert not large.is_good
    assert small.is_good


def test_a_failure_is_kept_with_its_number(bases, tmp_path):
    outcome = watch(lambda _: None, tmp_path)
    tally = Tally()
    tally.note(7, bases[0], "cut", outcome)
    assert tally.failures[0] | {"number": 7, "way": "cut", "verdict": ACCEPTED} == tally.failures[0]


def test_a_checkpoint_with_a_hole_of_a_terabyte_is_refused_unread(bases, tmp_path):
    base = next(base for base in bases if base.kind == "checkpoint")
    path = tmp_path / base.file_name
    path.write_bytes(base.content)
    with path.open("r+b") as stream:
        stream.truncate(1 << 40)
    outcome = watch(base.load, path)
    assert outcome.verdict == REFUSED
    assert outcome.extra_bytes < 10_000_000


def test_a_model_file_with_a_hole_of_a_terabyte_is_refused_unread(bases, tmp_path):
    base = bases[0]
    path = tmp_path / base.file_name
    with path.open("wb") as stream:
        stream.write(base.content)
        stream.seek((1 << 40) - len(base.content), 1)
        stream.write(base.content)
    outcome = watch(base.load, path)
    assert outcome.verdict == REFUSED
    assert outcome.extra_bytes < 10_000_000
