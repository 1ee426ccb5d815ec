"""What each kind does with its own values; expected numbers are worked out by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import StandardScaler

from pellucid.data.categories import keys_of, value_type_of, values_of
from pellucid.data.kinds import CategoryEncoder, ImageEncoder, NumberEncoder, VectorEncoder
from pellucid.data.moments import mean_and_scale
from pellucid.errors import DataError

# --- numbers


def test_numbers_are_standardised_with_missing_ones_at_the_mean_and_marked():
    # 2, 4, 6: mean 4, population variance (4 + 0 + 4) / 3 = 8/3.
    encoder = NumberEncoder.fit(pl.Series([2.0, None, 4.0, 6.0]))
    deviation = np.sqrt(8 / 3)
    np.testing.assert_allclose(
        encoder.transform(pl.Series([2.0, None, 10.0])),
        [[-2 / deviation, 0], [0, 1], [6 / deviation, 0]],
        rtol=1e-6,
    )
    assert encoder.inverse(encoder.transform(pl.Series([4.0, None]))).to_list() == [4.0, None]


def test_without_missing_values_in_training_there_is_no_feature_for_them():
    encoder = NumberEncoder.fit(pl.Series([1.0, 3.0]))
    assert encoder.feature_names == [""]
    assert encoder.transform(pl.Series([None, 3.0])).tolist() == [[0.0], [1.0]]


def test_numbers_written_as_text_are_read():
    encoder = NumberEncoder.fit(pl.Series(["1", "3", "?"]))
    assert encoder.transform(pl.Series([" 3", "many"])).tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_infinite_numbers_are_refused_with_column_and_rows():
    with pytest.raises(DataError, match="'age' holds infinite") as caught:
        NumberEncoder.fit(pl.Series("age", [1.0, float("inf"), 2.0, float("-inf")]))
    assert "rows 2, 4" in str(caught.value)


@pytest.mark.parametrize("size", [1e-300, 1e-30, 1.0, 1e30, 1e300])
def test_numbers_of_any_size_are_standardised(size: float):
    encoder = NumberEncoder.fit(pl.Series([-size, size]))
    np.testing.assert_allclose(encoder.transform(pl.Series([-size, 0, size])), [[-1], [0], [1]])


def test_a_finite_number_never_becomes_infinite():
    encoder = NumberEncoder.fit(pl.Series([0.0, 1e-300]))
    assert np.isfinite(encoder.transform(pl.Series([1e300, -1e300]))).all()


@given(hnp.arrays(np.float64, (20, 3), elements=st.floats(-1e3, 1e3)))
def test_means_and_deviations_agree_with_scikit_learn(block):
    mean, scale = mean_and_scale(block)
    scaler = StandardScaler().fit(block)
    np.testing.assert_allclose(mean, scaler.mean_, rtol=1e-9, atol=1e-9)
    constant = block.min(axis=0) == block.max(axis=0)
    np.testing.assert_allclose(
        scale[~constant], np.std(block, axis=0)[~constant], rtol=1e-6, atol=1e-9
    )
    np.testing.assert_array_equal(scale[constant], 1.0)


def test_nearly_equal_large_numbers_keep_their_deviation():
    # 1e9 and 1e9 + 1 in equal parts deviate by exactly 1/2.
    mean, scale = mean_and_scale(np.array([[1e9], [1e9 + 1]] * 1000))
    assert mean[0] == 1e9 + 0.5
    assert scale[0] == pytest.approx(0.5, rel=1e-12)


# --- categories


def test_categories_are_one_hot_with_the_most_frequent_first():
    encoder = CategoryEncoder.fit(pl.Series(["b", "a", "b", None]))
    assert encoder.feature_names == ["=b", "=a", " is missing"]
    encoded = encoder.transform(pl.Series(["a", "b", None, "new"]))
    assert encoded.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert encoder.inverse(encoded).to_list() == ["a", "b", None, None]


def test_up_to_twenty_categories_are_all_kept_however_rare():
    encoder = CategoryEncoder.fit(pl.Series([f"c{i}" for i in range(20)]))
    assert len(encoder.categories) == 20
    assert not encoder.has_other


def test_beyond_twenty_those_seen_once_share_a_feature_with_unseen_ones():
    encoder = CategoryEncoder.fit(pl.Series(["often"] * 5 + [f"c{i}" for i in range(20)]))
    assert encoder.feature_names == ["=often", " is another"]
    assert encoder.transform(pl.Series(["often", "c3", "new"])).tolist() == [[1, 0], [0, 1], [0, 1]]


@pytest.mark.parametrize(
    ("n_frequent", "n_rare", "n_kept"),
    [
        (300, 0, 200),  # 1,500 rows: 200 at most, though all were seen five times
        (1000, 0, 250),  # 5,000 rows: one for twenty rows
        (100, 5000, 100),  # 25,500 rows: those seen five times, not those seen four times below
    ],
)
def test_of_many_categories_those_seen_often_enough_have_a_feature(n_frequent, n_rare, n_kept):
    values = [f"f{i}" for i in range(n_frequent)] * 5 + [f"r{i}" for i in range(n_rare)] * 4
    encoder = CategoryEncoder.fit(pl.Series([*values, "once"]))
    assert len(encoder.categories) == n_kept
    assert all(category.startswith("f") for category in encoder.categories)
    assert encoder.has_other


def test_a_missing_value_that_training_never_had_is_all_zeros():
    encoder = CategoryEncoder.fit(pl.Series(["a", "b"]))
    assert encoder.transform(pl.Series([None, "a"], dtype=pl.String)).tolist() == [[0, 0], [1, 0]]


@pytest.mark.parametrize(
    ("training", "later", "keys"),
    [
        ([1, 2], ["1", "2.0", " 2"], ["1", "2", "2"]),
        ([1, 2], [1.0, None], ["1", None]),
        ([1, 0], [True, False], ["1", "0"]),
        ([True, False], ["TRUE", "0", "maybe"], ["true", "false", "maybe"]),
        ([True, False], [1.0, 0.0, None], ["true", "false", None]),
        (["1", "x"], [1, 2], ["1", "2"]),
        (["1", "x"], [1.0, None], ["1", None]),
        ([0.5, 1.0], [1, 2], ["1.0", "2.0"]),
        ([2**62 + 1, 5], [str(2**62 + 1)], [str(2**62 + 1)]),
    ],
)
def test_the_same_category_is_recognised_in_other_types(training, later, keys):
    value_type = value_type_of(pl.Series(training))
    assert keys_of(pl.Series(later), value_type).to_list() == keys


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_as_categories_come_back_exactly(numbers):
    series = pl.Series(numbers)
    value_type = value_type_of(series)
    assert values_of(keys_of(series, value_type), value_type).to_list() == numbers


# --- images


def test_pixels_are_scaled_by_white_and_standardised_by_all_pixels():
    # Half black, half white: mean 1/2, deviation 1/2.
    images = np.array([[[0, 255], [255, 0]]] * 3, dtype=np.uint8)
    encoder = ImageEncoder.fit(images)
    assert (encoder.white, encoder.mean, encoder.scale) == (255.0, 0.5, 0.5)
    np.testing.assert_allclose(
        encoder.transform(np.full((1, 2, 2), 51, dtype=np.uint8)),
        np.full((1, 2, 2), -0.6),
        rtol=1e-6,
    )


@given(
    hnp.arrays(np.uint8, (5, 3, 4))
    | hnp.arrays(np.uint8, (5, 3, 4), elements=st.sampled_from([0, 255]))
)
def test_ink_is_the_distance_of_the_mean_from_black_or_white(images):
    mean = (images / 255).mean()
    encoder = ImageEncoder.fit(images)
    assert encoder.ink == pytest.approx(min(mean, 1 - mean) if images.std() else encoder.ink)
    assert ImageEncoder.fit(255 - images).ink == pytest.approx(encoder.ink)


@pytest.mark.parametrize("images", [[[-1.0, 1.0]], [[0.0, 16.0]], [[-0.4, 0.5]]])
def test_ink_is_not_known_of_fractions_that_spread_beyond_black_and_white(images):
    assert ImageEncoder.fit(np.array([images])).ink == 0.5


@given(hnp.arrays(np.uint8, (5, 3, 4, 3)))
def test_bytes_come_back_exactly_and_agree_with_numpy(images):
    encoder = ImageEncoder.fit(images)
    np.testing.assert_array_equal(encoder.inverse(encoder.transform(images)), images)
    assert encoder.mean == pytest.approx((images / 255).mean(), abs=1e-12)
    if images.std():
        assert encoder.scale == pytest.approx((images / 255).std(), rel=1e-9)


def test_fractions_are_images_too_and_two_byte_pixels():
    fractions = np.array([[[0.0, 0.25]], [[0.5, 1.0]]], dtype=np.float32)
    encoder = ImageEncoder.fit(fractions)
    np.testing.assert_allclose(encoder.inverse(encoder.transform(fractions)), fractions, atol=1e-6)
    deep = np.array([[[0, 65535]], [[1, 40000]]], dtype=np.uint16)
    encoder = ImageEncoder.fit(deep)
    assert encoder.white == 65535
    np.testing.assert_array_equal(encoder.inverse(encoder.transform(deep)), deep)


def test_images_of_another_size_or_with_missing_pixels_are_refused():
    encoder = ImageEncoder.fit(np.zeros((2, 3, 3), dtype=np.uint8))
    with pytest.raises(DataError, match="2×2") as caught:
        encoder.transform(np.zeros((2, 2, 2), dtype=np.uint8))
    assert "3×3" in str(caught.value)
    with pytest.raises(DataError, match="NaN"):
        ImageEncoder.fit(np.full((1, 2, 2), np.nan))


# --- vectors


def test_each_entry_of_a_vector_is_standardised_for_itself():
    encoder = VectorEncoder.fit(np.array([[1.0, 100.0, 7.0], [3.0, 300.0, 7.0]]))
    assert encoder.feature_names == ["[1]", "[2]", "[3]"]
    assert encoder.transform(np.array([[2.0, 300.0, 8.0]])).tolist() == [[0.0, 1.0, 1.0]]


def test_missing_entries_become_the_mean_and_are_marked():
    encoder = VectorEncoder.fit(np.array([[1.0, np.nan], [3.0, 5.0], [2.0, 7.0]]))
    assert encoder.feature_names == ["[1]", "[2]", "[2] is missing"]
    encoded = encoder.transform(np.array([[2.0, np.nan]]))
    assert encoded.tolist() == [[0.0, 0.0, 1.0]]
    assert np.isnan(encoder.inverse(encoded)[0, 1])


def test_infinite_entries_are_refused_with_their_rows():
    with pytest.raises(DataError, match="row 2 "):
        VectorEncoder.fit(np.array([[1.0], [np.inf]]))
