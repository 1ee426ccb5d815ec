"""The soak of the studio: that growth is seen, and, slow, some laps of it in a real browser."""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from reliability.studio.__main__ import soak
from reliability.studio.browser import BrowserError, opened, program
from reliability.studio.memory import LIMITS, Measured, growth, resident, too_much

STEADY = Measured(0.0, 0, 20_000_000, 3000, 400, 200_000_000, 500_000_000)


def test_what_stays_the_same_is_not_too_much_and_what_warms_up_first_neither() -> None:
    warming = [replace(STEADY, heap=STEADY.heap // 4), *[STEADY] * 7]
    assert too_much([STEADY] * 8) == too_much(warming) == []


@pytest.mark.parametrize("name", LIMITS)
def test_what_grows_with_each_lap_is_named(name: str) -> None:
    each = LIMITS[name] // 8
    laps = [replace(STEADY, **{name: n * each}) for n in range(20)]
    # Medians by hand: of laps 5 to 9 that of 7, of laps 15 to 19 that of 17.
    assert growth(laps)[name] == 10 * each
    (problem,) = too_much(laps)
    assert problem.startswith(f"{name} grew by")


def test_too_few_laps_tell_nothing() -> None:
    with pytest.raises(ValueError, match="3 laps are too few"):
        too_much([STEADY] * 3)


@pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="the system does not tell")
def test_the_resident_bytes_are_those_of_ps() -> None:
    told = subprocess.run(
        ["ps", "-o", "rss=", "-p", str(os.getpid())], capture_output=True, text=True, check=True
    )
    assert resident(os.getpid()) == pytest.approx(int(told.stdout) * 1024, rel=0.1)
    assert resident(2**22 + 1) == 0


@pytest.mark.skipif(program() is None, reason="there is no Chromium on the PATH")
def test_what_a_page_complains_of_is_heard_and_what_it_promises_is_waited_for() -> None:
    with opened() as tab:
        soon = "new Promise((go) => setTimeout(() => go(6 * 7), 50))"
        assert tab.evaluate(soon) == 42
        assert tab.errors == []
        tab.evaluate("console.error('one', 2); setTimeout(() => { throw new Error('three') })")
        tab.evaluate(soon)
        assert tab.errors[0] == "one 2"
        assert tab.errors[1].startswith("Error: three")
        with pytest.raises(BrowserError, match="four"):
            tab.evaluate("(async () => { throw new Error('four') })()")
        assert resident(tab.renderers()[0]) > 0


@pytest.mark.slow
def test_a_page_and_a_studio_used_for_some_laps_take_no_more_memory() -> None:
    laps, errors = soak(60.0, watching=2.0)
    assert errors == []
    assert laps[-1].epochs > laps[0].epochs
    assert too_much(laps) == []
