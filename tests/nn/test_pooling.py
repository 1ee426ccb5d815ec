"""Pooling against windows cut by hand."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from pellucid import nn
from pellucid.errors import DataError, SettingError


def by_hand(image, size, stride, reduce, same):
    """Walk over all windows; with "same", the part of each that lies inside counts."""
    height, width, _ = image.shape
    rows = []
    if same:
        counts = [-(-n // s) for n, s in zip((height, width), stride, strict=True)]
        totals = [
            max((c - 1) * s + k - n, 0)
            for c, s, k, n in zip(counts, stride, size, (height, width), strict=True)
        ]
        starts = [-(total // 2) for total in totals]
    else:
        counts = [(n - k) // s + 1 for n, k, s in zip((height, width), size, stride, strict=True)]
        starts = [0, 0]
    for i in range(counts[0]):
        row = []
        for j in range(counts[1]):
            top, left = starts[0] + i * stride[0], starts[1] + j * stride[1]
            window = image[max(top, 0) : top + size[0], max(left, 0) : left + size[1]]
            row.append(reduce(window, axis=(0, 1)))
        rows.append(row)
    return np.array(rows)


@pytest.mark.parametrize("how", ["max", "average"])
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize(("size", "stride"), [((2, 2), (2, 2)), ((3, 2), (2, 1)), ((3, 3), (2, 2))])
def test_pooling_is_what_a_walk_over_the_windows_finds(how, padding, size, stride):
    images = np.random.default_rng(0).normal(size=(2, 7, 6, 3)) - 5  # below 0: no fill may win
    layer = nn.Pooling(size, how=how, stride=stride, padding=padding)
    reduce = np.max if how == "max" else np.mean
    for image, found in zip(images, layer.apply({}, jnp.asarray(images)), strict=True):
        expected = by_hand(image, size, stride, reduce, padding == "same")
        np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_series_are_pooled_along_their_steps():
    steps = jnp.array([[[1.0], [4.0], [2.0], [3.0], [9.0]]])
    assert nn.Pooling(2).apply({}, steps)[0, :, 0].tolist() == [4.0, 3.0]
    assert nn.Pooling(2, padding="same").apply({}, steps)[0, :, 0].tolist() == [4.0, 3.0, 9.0]


def test_global_pooling_leaves_padding_out():
    steps = jnp.array([[[1.0, -4.0], [3.0, -2.0], [0.0, 0.0]]])
    pools = {
        (how, padded): nn.GlobalPooling(how, padded=padded).apply({}, steps)[0].tolist()
        for how in ("average", "max")
        for padded in (True, False)
    }
    assert pools["average", True] == [2.0, -3.0]
    assert pools["average", False] == pytest.approx([4 / 3, -2.0])
    assert pools["max", True] == [3.0, -2.0]
    assert pools["max", False] == [3.0, 0.0]


def test_nothing_but_padding_gives_zero():
    for how in ("average", "max"):
        layer = nn.GlobalPooling(how, padded=True)
        assert layer.apply({}, jnp.zeros((1, 4, 2))).tolist() == [[0.0, 0.0]]


def test_ways_that_there_are_not_and_rows_of_numbers_are_refused():
    with pytest.raises(SettingError, match="'max' or 'average'"):
        nn.Pooling(2, how="min")
    with pytest.raises(DataError, match=r"\(\*places, channels\)"):
        nn.GlobalPooling().out_shape((5,))
