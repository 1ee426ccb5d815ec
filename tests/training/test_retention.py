"""Which checkpoints are kept: bounded in number and bytes, and never far apart."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pellucid.training.retention import HISTORY, LAST, superfluous


def kept_of(steps: list[int], best: int = 0, room: int = 10**9, size: int = 1) -> list[int]:
    """Return what is kept of checkpoints that are written one after the other."""
    kept: dict[int, int] = {}
    for step in steps:
        kept[step] = size
        for gone in superfluous(kept, newest=step, best=min(best, step), room=room):
            del kept[gone]
    return sorted(kept)


rising = st.lists(st.integers(1, 200), min_size=1, max_size=200).map(
    lambda gaps: [sum(gaps[: n + 1]) for n in range(len(gaps))]
)


@given(rising)
def test_their_number_is_bounded_and_the_last_are_among_them(written: list[int]) -> None:
    kept = kept_of(written)
    assert kept[-LAST:] == written[-LAST:]
    assert len(kept) <= LAST + HISTORY


@given(rising)
def test_no_gap_made_by_letting_go_is_larger_than_two_mean_ones(written: list[int]) -> None:
    """The bound that retention's docstring derives: 2T/n, with n one more than are kept."""
    kept = [0, *kept_of(written)]
    as_written = [0, *written]
    widest = max(after - before for before, after in zip(as_written, written, strict=False))
    for before, after in itertools.pairwise(kept):
        assert after - before <= max(widest, 2 * written[-1] / (HISTORY + 1))


@given(rising, st.integers(0, 1000), st.integers(1, 100))
def test_the_history_takes_no_more_bytes_than_there_is_room(
    written: list[int], room: int, size: int
) -> None:
    assert (len(kept_of(written, room=room, size=size)) - LAST) * size <= room


@given(rising, st.data())
def test_the_best_or_the_nearest_before_it_is_kept_even_where_there_is_no_room(
    written: list[int], data: st.DataObject
) -> None:
    best = data.draw(st.sampled_from(written))
    # As long as the best epoch is the last one, it is among the last; after that it is kept.
    assert best in kept_of(written, best=best, room=0)
    assert len(kept_of(written, best=best, room=0)) <= LAST + 1


def test_a_run_of_evenly_spaced_checkpoints_keeps_every_second_one_when_it_doubles() -> None:
    """By hand: 32 of 1 … 64 beside the last three are every second one."""
    kept = kept_of(list(range(1, 65 + LAST)))
    gaps = {after - before for before, after in zip([0, *kept], kept[:-LAST], strict=False)}
    assert gaps <= {1, 2, 3, 4}
    assert len(kept) == HISTORY + LAST
