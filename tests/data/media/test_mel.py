"""Log-mel spectrograms against hand values and scipy's spectra."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.signal import ShortTimeFFT
from scipy.signal.windows import hann

from pellucid.data.media.mel import (
    SILENCE,
    hertz_of,
    log_mel,
    mel_bands,
    mel_of,
    power_spectra,
    window_of,
)


def test_the_scale_has_its_known_points():
    # 2595 · log10(2) = 781.17 at 700 Hz; the scale is made so that 1,000 Hz are 1,000 mel.
    np.testing.assert_allclose(mel_of(np.array([0.0, 700.0])), [0, 781.1728], atol=1e-3)
    assert mel_of(1000.0) == pytest.approx(1000, abs=0.02)


@given(st.floats(0, 1e5))
def test_hertz_come_back_from_mel(hertz):
    assert hertz_of(mel_of(hertz)) == pytest.approx(hertz, abs=1e-6, rel=1e-9)


def test_bands_are_triangles_that_sum_to_one_between_their_first_and_last_peaks():
    bands = mel_bands(10, 2048, 16000)
    assert bands.shape == (1025, 10)
    edges = hertz_of(np.linspace(0, float(mel_of(8000)), 12))
    frequencies = np.arange(1025) * 16000 / 2048
    inside = (frequencies >= edges[1]) & (frequencies <= edges[-2])
    np.testing.assert_allclose(bands[inside].sum(axis=1), 1.0)
    peaks = frequencies[bands.argmax(axis=0)]
    assert np.abs(peaks - edges[1:-1]).max() <= 16000 / 2048


def test_no_band_is_empty_however_narrow():
    assert (mel_bands(64, 64, 8000).sum(axis=0) > 0).all()


def test_power_spectra_are_those_of_scipy():
    samples = np.random.default_rng(0).normal(size=1000)
    window = hann(128, sym=False)
    transform = ShortTimeFFT(window, hop=32, fs=1.0)
    # scipy's frame p is centred at sample 32 p; ours begins there, half a window later.
    spectra = transform.stft(samples, p0=2, p1=2 + 28)
    expected = np.abs(spectra.T * 2 / window.sum()) ** 2
    np.testing.assert_allclose(
        power_spectra(samples, 128, 32), expected[:28], rtol=1e-9, atol=1e-15
    )


def test_a_full_scale_sine_has_power_one():
    tone = np.sin(2 * np.pi * 10 * np.arange(128) / 128)
    assert power_spectra(tone, 128, 64)[0, 10] == pytest.approx(1.0)


def test_silence_is_the_floor_everywhere():
    image = log_mel(np.zeros(4000), 8000, 20, 16)
    np.testing.assert_allclose(image, np.log(SILENCE), rtol=1e-6)


def test_a_click_is_seen_in_its_frame_alone():
    samples = np.zeros(8000)
    samples[6100] = 1.0  # in the 16th of 20 frames of 400 samples, far from its neighbours
    loud = log_mel(samples, 8000, 20, 16).max(axis=1) > np.log(2 * SILENCE)
    assert np.flatnonzero(loud).tolist() == [15]


def test_a_rising_tone_rises_through_the_bands():
    times = np.arange(16000) / 16000
    chirp = np.sin(2 * np.pi * (200 * times + 1500 * times**2))
    course = log_mel(chirp, 16000, 16, 24).argmax(axis=1)
    assert (np.diff(course) >= 0).all()
    assert course[-1] - course[0] > 8


@given(st.integers(1, 3000), st.integers(1, 40), st.integers(1, 40), st.sampled_from([1000, 8000]))
@example(1, 40, 4, 1000)
def test_every_length_gives_the_frames_asked_for(n, n_frames, n_bands, rate):
    image = log_mel(np.ones(n), rate, n_frames, n_bands)
    assert image.shape == (n_frames, n_bands)
    assert np.isfinite(image).all()


@pytest.mark.parametrize(("n", "n_frames"), [(80_000, 64), (80_000, 7), (3001, 200)])
def test_a_spectrogram_is_the_mean_power_of_its_windows_in_mel_bands(n, n_frames):
    # By the definition: scipy's spectra of all windows at once, their mean, one product.
    rate, samples = 16_000, np.random.default_rng(0).normal(scale=0.1, size=n)
    group = max(1, round(n / (n_frames * 0.010 * rate)))
    hop = n // (n_frames * group)
    window = hann(512, sym=False)
    transform = ShortTimeFFT(window, hop=hop, fs=1.0)
    spectra = transform.stft(samples, p0=0, p1=n_frames * group)
    power = np.abs(spectra.T * 2 / window.sum()) ** 2
    means = power.reshape(n_frames, group, -1).mean(axis=1)
    expected = np.log(means @ mel_bands(32, 512, rate) + SILENCE)
    np.testing.assert_allclose(log_mel(samples, rate, n_frames, 32), expected, atol=1e-3)


@pytest.mark.parametrize(("rate", "expected"), [(8000, 256), (16000, 512), (44100, 1024)])
def test_windows_are_about_25_ms(rate, expected):
    assert window_of(rate) == expected  # the powers of two nearest to 200, 400 and 1,102
