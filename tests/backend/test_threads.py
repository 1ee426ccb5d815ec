"""With the number of threads fixed, the bits are fixed: on however many cores."""

from __future__ import annotations

import os

import pytest
from reliability.threads import Setting, broken, hashes_under

NAMES = ["convolution", "recurrent"]  # which differ between one thread and two


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="cores cannot be chosen here")
def test_with_the_number_of_threads_fixed_the_number_of_cores_changes_no_bit() -> None:
    settings = (Setting(2), Setting(2, one_core=True))
    found = {setting: hashes_under(setting, NAMES) for setting in settings}
    assert broken(found) == []


def test_a_process_that_ended_in_other_bits_would_be_noticed() -> None:
    found = {
        Setting(2): {"dense": "a", "recurrent": "b"},
        Setting(2, one_core=True): {"dense": "a", "recurrent": "c"},
        Setting(4): {"dense": "d", "recurrent": "e"},
    }
    assert {problem.partition(":")[0] for problem in broken(found)} == {"recurrent"}
