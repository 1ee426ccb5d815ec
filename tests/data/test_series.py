"""Time series: lengths, gaps, channels, and what is refused."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pellucid.data import Dataset, InputEncoding, Table, infer_contract
from pellucid.data.kinds.series import MOST_STEPS, SeriesEncoder, SeriesKind
from pellucid.data.profile import Profile
from pellucid.data.resampling import Ragged, fill_gaps, lay_flat, resample, undo_resample
from pellucid.errors import DataError

SERIES = st.lists(
    st.lists(st.floats(-100, 100, width=32) | st.just(float("nan")), max_size=12), max_size=12
)


def ragged(lists: list[list[float]]) -> Ragged:
    flat = np.array([value for cell in lists for value in cell])
    return Ragged(flat, np.array([len(cell) for cell in lists], dtype=np.int64))


@given(SERIES, st.integers(1, 15))
def test_gaps_are_filled_and_series_drawn_out_as_by_numpy_interp(lists, n_steps):
    result = resample(ragged(lists), n_steps)
    for row, cell in zip(result, lists, strict=True):
        values = np.array(cell)
        present = np.flatnonzero(~np.isnan(values))
        if not len(present):
            assert np.isnan(row).all()
        elif len(cell) <= n_steps:
            steps = np.arange(len(cell))
            filled = np.interp(steps, present, values[present])
            expected = np.interp(np.linspace(0, len(cell) - 1, n_steps), steps, filled)
            np.testing.assert_allclose(row, expected, atol=1e-9)


def test_of_longer_series_neighbours_are_averaged():
    # By hand: five numbers in two bins are two and three numbers.
    assert resample(ragged([[1.0, 3.0, 6.0, 7.0, 8.0]]), 2).tolist() == [[2.0, 7.0]]
    # A missing number does not count in its bin; a bin of gaps alone lies between its neighbours.
    nan = float("nan")
    assert resample(ragged([[1.0, nan, nan, nan, 5.0, 7.0]]), 3).tolist() == [[1.0, 3.5, 6.0]]


@given(SERIES, st.integers(1, 15))
def test_a_series_of_another_length_can_be_restored(lists, n_steps):
    series = ragged([[value for value in cell if not np.isnan(value)] or [0.0] for cell in lists])
    rows = resample(series, n_steps)
    again = undo_resample(rows, series.lengths)
    np.testing.assert_allclose(resample(again, n_steps), rows, atol=1e-6)
    if (series.lengths <= n_steps).all():
        np.testing.assert_allclose(again.values, series.values, atol=1e-6)


def test_gaps_at_the_ends_take_the_nearest_number():
    nan = float("nan")
    filled = fill_gaps(ragged([[nan, 2.0, nan], [nan], [nan, nan, 4.0, nan, 8.0]]))
    np.testing.assert_equal(filled, [2.0, 2.0, 2.0, nan, 4.0, 4.0, 4.0, 6.0, 8.0])


def test_channels_come_as_lists_or_as_the_last_axis():
    array = np.arange(12.0).reshape(2, 3, 2)  # 2 rows of 3 steps of 2 channels
    lists = pl.Series([[[0.0, 2.0, 4.0], [1.0, 3.0, 5.0]], [[6.0, 8.0, 10.0], [7.0, 9.0, 11.0]]])
    for one, other in zip(lay_flat(array), lay_flat(lists), strict=True):
        flat = (one.values, other.values) if isinstance(one, Ragged) else (one, other)
        assert flat[0].tolist() == flat[1].tolist()
    encoder = SeriesEncoder.fit(array)
    assert encoder.shape == (3, 2)
    assert encoder.feature_names[:3] == ["[t=1,channel=1]", "[t=1,channel=2]", "[t=2,channel=1]"]
    assert encoder.transform(lists).tolist() == encoder.transform(array).tolist()


def test_every_step_is_standardised_for_itself():
    values = np.random.default_rng(0).normal(size=(50, 6, 2)) * np.arange(1, 13).reshape(6, 2)
    encoded = SeriesEncoder.fit(values).transform(values)
    expected = (values - values.mean(axis=0)) / values.std(axis=0)
    np.testing.assert_allclose(encoded, expected, atol=1e-5)


def test_noise_in_steps_that_hardly_vary_stays_small():
    values = np.random.default_rng(0).normal(size=(100, 10))
    values[:, 0] *= 1e-9
    encoded = SeriesEncoder.fit(values).transform(values)
    assert np.abs(encoded[:, 0]).max() < 1e-6


def test_the_length_is_a_feature_where_lengths_differ():
    values = pl.Series([[1.0], [1.0, 2.0, 3.0, 4.0], [1.0, 2.0]])
    encoder = SeriesEncoder.fit(values)
    assert encoder.grid == (4, 1)
    logarithms = np.log([1, 4, 2])
    expected = (logarithms - logarithms.mean()) / logarithms.std()
    np.testing.assert_allclose(encoder.transform(values)[:, -1], expected, atol=1e-6)
    back = encoder.inverse(encoder.transform(values))
    for restored, original in zip(back, values, strict=True):
        np.testing.assert_allclose(restored.to_numpy(), original.to_numpy(), atol=1e-5)


def test_one_extreme_length_among_many_does_not_set_the_length_of_all():
    values = pl.Series([[0.0] * 20] * 99 + [[0.0] * 2000])
    assert SeriesEncoder.fit(values).n_steps == 20


def test_very_long_series_are_averaged_to_a_bounded_length():
    values = np.random.default_rng(0).normal(size=(4, 2 * MOST_STEPS))
    encoder = SeriesEncoder.fit(values)
    means = values.reshape(4, MOST_STEPS, 2).mean(axis=2)
    expected = (means - means.mean(axis=0)) / means.std(axis=0)
    np.testing.assert_allclose(encoder.transform(values)[..., 0], expected, atol=1e-4)


def test_the_share_that_is_missing_is_a_feature_where_training_had_gaps():
    nan = float("nan")
    values = pl.Series([[1.0, nan, 3.0, 4.0], [2.0, 2.0, 2.0, 2.0], None, []])
    encoder = SeriesEncoder.fit(values)
    encoded = encoder.transform(values)
    assert encoder.feature_names[-1] == " share missing"
    assert encoded[:, -1].tolist() == [0.25, 0.0, 1.0, 1.0]
    assert not encoded[2:, :-1].any()  # a series that is missing altogether is the mean
    assert encoder.inverse(encoded)[2] is None
    np.testing.assert_allclose(encoder.inverse(encoded)[0].to_numpy(), [1, 2, 3, 4], atol=1e-6)


@given(SERIES.filter(len))
def test_gappy_series_are_finite_and_each_row_is_encoded_by_itself(lists):
    values = pl.Series("c", lists, dtype=pl.List(pl.Float64))
    encoder = SeriesEncoder.fit(values)
    together = encoder.transform(values)
    assert np.isfinite(together).all()
    alone = np.concatenate([encoder.transform(values[i : i + 1]) for i in range(len(values))])
    assert together.tobytes() == alone.tobytes()
    again = SeriesEncoder.from_dict(json.loads(json.dumps(encoder.to_dict(), allow_nan=False)))
    assert again.transform(values).tobytes() == together.tobytes()


def test_huge_numbers_stay_finite():
    values = np.array([[1e308, -1e308, 1e308], [-1e308, 1e308, 1e-308]])
    assert np.isfinite(SeriesEncoder.fit(values).transform(values)).all()


def test_lists_of_numbers_are_series_and_arrays_stay_vectors():
    table = Table(
        {
            "walk": pl.Series([[1.0], [2.0, 3.0]] * 5),
            "v": np.arange(20.0).reshape(10, 2),
            "y": pl.Series(["a", "b"] * 5),
        }
    )
    contract = infer_contract(Dataset("t", "memory", table), target="y")
    assert [column.kind for column in contract.inputs] == ["series", "vector"]
    known = Dataset("t", "memory", table, kinds={"v": "series"})
    assert [column.kind for column in infer_contract(known, target="y").inputs] == ["series"] * 2
    names = InputEncoding.fit(table, contract).feature_names
    assert names[:3] == ["walk[t=1]", "walk[t=2]", "walk length"]


def test_what_cannot_be_used_is_refused_with_its_rows():
    described = SeriesKind().describe(Profile("c", np.zeros((3, 4, 2)))).details
    with pytest.raises(DataError, match="series of 3 channels") as refusal:
        SeriesKind().compare("c", described, np.zeros((2, 4, 3)))
    assert "rows 1, 2" in (refusal.value.where or "")
    uneven = pl.Series([[[1.0], [2.0]], [[1.0]]])
    with pytest.raises(DataError, match="series of 1 channels") as refusal:
        SeriesKind().describe(Profile("c", uneven))
    assert "row 2" in (refusal.value.where or "")
    with pytest.raises(DataError, match="infinite") as refusal:
        SeriesKind().describe(Profile("c", pl.Series([[1.0], [2.0, float("inf")]])))
    assert "row 2" in (refusal.value.where or "")
    with pytest.raises(DataError, match="one value a row"):
        SeriesKind().compare("c", described, pl.Series([1.0]))


def test_unusual_lengths_and_ranges_are_worded():
    kind = SeriesKind()
    details = kind.describe(Profile("c", pl.Series([[1.0, 2.0], [3.0, 4.0, 5.0]]))).details
    assert kind.compare("c", details, pl.Series([[1.0] * 6])) == []
    assert "row 2" in kind.compare("c", details, pl.Series([[1.0], [1.0] * 7]))[0]
    assert "far outside" in kind.compare("c", details, pl.Series([[99.0, 2.0]]))[0]
    equal = kind.describe(Profile("c", np.ones((2, 4)))).details
    assert "(4 steps)" in kind.compare("c", equal, np.ones((1, 5)))[0]


def test_rows_without_a_series_and_gaps_are_named():
    nan = float("nan")
    values = pl.Series("c", [[1.0, nan], None, [2.0, 3.0], []])
    empty, gappy = SeriesKind().describe(Profile("c", values)).warnings
    assert "rows 2, 4" in empty
    assert "row 1 " in gappy
