"""Another sampling rate, held against scipy's polyphase filter."""

from __future__ import annotations

from math import gcd

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import resample_poly

from pellucid.data.media.polyphase import resample

RATES = st.sampled_from([8000, 11025, 16000, 22050, 32000, 44100, 48000, 96000])


@given(RATES, RATES, st.integers(1, 3000), st.integers(0, 100))
def test_resampling_is_that_of_scipy(rate, wanted, n, seed):
    samples = np.random.default_rng(seed).normal(size=n)
    common = gcd(rate, wanted)
    expected = resample_poly(samples, wanted // common, rate // common)
    np.testing.assert_allclose(resample(samples, rate, wanted), expected, atol=1e-12)


@pytest.mark.parametrize("n", [1, 2, 3, 100, 44_100])
def test_32_bits_stay_32_bits(n):
    samples = np.random.default_rng(0).normal(size=n).astype(np.float32)
    result = resample(samples, 44_100, 16_000)
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, resample_poly(samples, 160, 441), atol=1e-5)


def test_the_same_rate_changes_nothing():
    samples = np.ones(10)
    assert resample(samples, 8000, 8000) is samples


def test_no_samples_stay_none():
    assert len(resample(np.zeros(0), 44_100, 8000)) == 0


def test_a_rate_without_small_factors_keeps_pitch():
    # 16000/44101 has no factors below 5,000; the nearest fraction that has is 0.003 % off.
    tone = np.sin(2 * np.pi * 1000 * np.arange(44_101) / 44_101)
    expected = np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000)
    result = resample(tone, 44_101, 16_000)
    assert abs(len(result) - 16_000) <= 1
    np.testing.assert_allclose(result[500:1500], expected[500:1500], atol=0.02)
