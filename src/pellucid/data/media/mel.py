"""Log-mel spectrograms: how loud a sound is, by time and by pitch as the ear divides it.

The mel scale is the one of O'Shaughnessy (*Speech Communication*, 1987), after the listening
tests of Stevens, Volkmann and Newman (1937): ``mel = 2595 · log₁₀(1 + hertz / 700)``, which the
HTK Book (Young et al., section 5.6) has with its triangular bands as well.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pellucid.data.table import Array


# Power below this is silence: 100 dB under a full-scale sine, beneath the noise of 16 bits.
SILENCE = 1e-10
# So many spectra stay in the processor's caches; larger arrays cost more to be had from the
# system than to be filled.
_SPECTRA_AT_ONCE = 64


def mel_of(hertz: Array | float) -> Array:
    """Return the pitch in mel of frequencies in hertz.

    Examples
    --------
    >>> round(float(mel_of(1000.0)))
    1000
    """
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hertz, dtype=np.float64) / 700.0))


def hertz_of(mel: Array | float) -> Array:
    """Return the frequency in hertz of pitches in mel; undoes `mel_of`."""
    return np.asarray(700.0 * (10.0 ** (np.asarray(mel, dtype=np.float64) / 2595.0) - 1.0))


@cache
def mel_bands(n_bands: int, n_window: int, rate: int) -> Array:
    """Return triangular bands, equally wide in mel, from 0 Hz to half the rate.

    Parameters
    ----------
    n_bands
        How many bands.
    n_window
        The length of the Fourier transform, in samples.
    rate
        Samples a second.

    Returns
    -------
    numpy.ndarray
        float64, shape ``(n_window // 2 + 1, n_bands)``: the weight of each frequency in each
        band. A band that is narrower than the grid of frequencies takes the nearest one.
    """
    edges = hertz_of(np.linspace(0.0, float(mel_of(rate / 2)), n_bands + 2))
    frequencies = np.fft.rfftfreq(n_window, 1.0 / rate)[:, None]
    low, middle, high = edges[:-2], edges[1:-1], edges[2:]
    rising = (frequencies - low) / (middle - low)
    falling = (high - frequencies) / (high - middle)
    bands = np.maximum(0.0, np.minimum(rising, falling))
    for band in np.flatnonzero(bands.sum(axis=0) == 0):
        bands[np.argmin(np.abs(frequencies[:, 0] - middle[band])), band] = 1.0
    bands = np.asfortranarray(bands)  # one band after another, as `log_mel` goes through them
    bands.flags.writeable = False
    return np.asarray(bands)


def power_spectra(samples: Array, n_window: int, hop: int) -> Array:
    """Return the power of each frequency in overlapping windows.

    Parameters
    ----------
    samples
        One channel of fractions, shape ``(n,)``; shorter sounds are filled up with silence to
        one window.
    n_window
        Samples in a window, which is weighted by the periodic Hann function.
    hop
        Samples from one window's beginning to the next one's.

    Returns
    -------
    numpy.ndarray
        Of the samples' type, ``(1 + (n - n_window) // hop, n_window // 2 + 1)``. A sine of
        amplitude 1 at one of the frequencies has the power 1 there.
    """
    if len(samples) < n_window:
        samples = np.pad(samples, (0, n_window - len(samples)))
    windows = np.lib.stride_tricks.sliding_window_view(samples, n_window)[::hop]
    weights = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(n_window) / n_window)
    weights = (weights * (2.0 / weights.sum())).astype(samples.dtype)
    spectra = np.fft.rfft(windows * weights, axis=1)
    return np.asarray(np.square(spectra.real) + np.square(spectra.imag))


def log_mel(samples: Array, rate: int, n_frames: int, n_bands: int) -> Array:
    """Return the log-mel spectrogram of one sound with a fixed number of frames.

    Windows of about 25 ms begin every 10 ms or so; the power of neighbouring windows is averaged
    until ``n_frames`` are left, so that nothing between two frames is passed over.

    Parameters
    ----------
    samples
        One channel from -1 to 1, shape ``(n,)``.
    rate
        Samples a second.
    n_frames, n_bands
        The shape of the result.

    Returns
    -------
    numpy.ndarray
        Natural logarithms of power, float32, shape ``(n_frames, n_bands)``; silence is
        ``log(1e-10)``.

    Examples
    --------
    >>> tone = np.sin(2 * np.pi * 440 * np.arange(8000) / 8000)
    >>> image = log_mel(tone, rate=8000, n_frames=20, n_bands=24)
    >>> image.shape, int(image.mean(axis=0).argmax())  # 440 Hz are 549 of 2146 mel
    ((20, 24), 5)
    """
    n_window = window_of(rate)
    group = max(1, round(len(samples) / (n_frames * 0.010 * rate)))
    # Centred windows: the first begins half a window before the sound, the last ends as much after.
    hop = max(1, len(samples) // (n_frames * group))
    # 32 bits leave noise 140 dB under the loudest tone of a window, well below SILENCE.
    before = n_window // 2
    after = max(0, (n_frames * group - 1) * hop + n_window - before - len(samples))
    padded = np.pad(samples.astype(np.float32), (before, after))
    bands = mel_bands(n_bands, n_window, rate)
    power = np.empty((n_frames, n_bands))
    step = max(1, _SPECTRA_AT_ONCE // group)
    for first in range(0, n_frames, step):
        n = min(step, n_frames - first)
        start = first * group * hop
        part = padded[start : start + (n * group - 1) * hop + n_window]
        spectra = power_spectra(part, n_window, hop).reshape(n, group, -1).mean(axis=1)
        # Not @: after each product, threads of a matrix library wait busily for the next one,
        # on the cores where other files are being decoded.
        np.einsum("tf,bf->tb", spectra, bands.T, out=power[first : first + n])
    return np.asarray(np.log(power + SILENCE), dtype=np.float32)


def window_of(rate: int) -> int:
    """Return the power of two of samples that is nearest to 25 ms, at least 16."""
    return max(16, int(2 ** round(np.log2(0.025 * rate))))
