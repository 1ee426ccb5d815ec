"""Frames: every number comes through, overviews keep the strongest, and 64-bit payloads align."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from pellucid.studio.frames import overview, strongest, tile, to_int8
from tests.studio.unpacking import unpack

SHAPES = hnp.array_shapes(min_dims=1, max_dims=5, max_side=9)
SINGLES = hnp.arrays(np.float32, SHAPES, elements=st.floats(-1e6, 1e6, width=32))


@given(SINGLES, st.data())
def test_a_tile_comes_through_exactly(whole: np.ndarray, data: st.DataObject) -> None:
    ends = [sorted(data.draw(st.tuples(st.integers(0, n), st.integers(0, n)))) for n in whole.shape]
    slices = tuple(slice(*own) for own in ends)
    content = tile(whole, slices, step=7).to_bytes()
    found = unpack(content)
    assert np.array_equal(found.numbers, whole[slices])
    assert found.whole == whole.shape
    assert found.offset == tuple(own[0] for own in ends)
    assert (found.scale, found.step, set(found.each)) == (1.0, 7, {1})
    assert (len(content) - found.numbers.nbytes) % 8 == 0


@given(SINGLES, st.integers(1, 6))
def test_an_overview_keeps_the_strongest_of_each_block(whole: np.ndarray, most: int) -> None:
    found = unpack(overview(whole, most).to_bytes())
    assert max(found.numbers.shape) <= most
    for index in np.ndindex(found.numbers.shape):
        block = whole[
            tuple(slice(i * n, (i + 1) * n) for i, n in zip(index, found.each, strict=True))
        ]
        told = float(found.numbers[index]) * found.scale
        assert abs(abs(told) - np.abs(block).max()) <= 0.51 * found.scale + 1e-30


def test_of_equal_sizes_and_signs_one_is_kept() -> None:
    assert strongest(np.array([3.0, -3.0, 1.0, -2.0]), (2,)).tolist() == [3.0, -2.0]


def test_what_is_not_finite_is_marked_and_never_hidden() -> None:
    whole = np.array([1.0, np.nan, 2.0, 3.0, -np.inf, 5.0, 127.0, 0.0], np.float32)
    found = unpack(overview(whole, 4).to_bytes())
    assert found.numbers.tolist() == [-128, 3, -128, 127]
    assert found.scale == pytest.approx(1.0)


@pytest.mark.parametrize("numbers", [np.zeros((2, 3)), np.zeros((0, 3)), np.full(2, np.nan)])
def test_nothing_to_scale_is_no_division_by_zero(numbers: np.ndarray) -> None:
    small, scale = to_int8(numbers)
    assert (small.shape, scale) == (numbers.shape, 1.0)


def test_the_smallest_numbers_do_not_vanish() -> None:
    small, scale = to_int8(np.array([1e-40, -5e-41]))
    assert (small * scale).tolist() == pytest.approx([1e-40, -5e-41], rel=0.02)
