"""One sound from a file: formats, channels, rates, lengths, and what is wrong with files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from pellucid.data.media.form import UnreadableError
from pellucid.data.media.sound_files import SoundForm, probe_sound

RATE = 8000
SAMPLES = np.random.default_rng(0).uniform(-0.5, 0.5, 4000)


def saved(folder: Path, name: str, samples: np.ndarray, rate: int = RATE, **settings: str) -> str:
    path = folder / name
    soundfile.write(path, samples, rate, **settings)
    return str(path)


def read(path: str, n: int = 4000, rate: int = RATE) -> np.ndarray:
    return SoundForm(rate, n, 8, 8).samples(path)


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.aiff"])
def test_lossless_formats_give_the_samples_that_were_saved(tmp_path, name):
    path = saved(tmp_path, name, SAMPLES)
    header = probe_sound(path)
    assert (header.rate, header.n_samples, header.channels, header.seconds) == (8000, 4000, 1, 0.5)
    np.testing.assert_allclose(read(path), SAMPLES, atol=2 / 2**15)


@pytest.mark.parametrize("name", ["a.ogg", "a.mp3"])
def test_lossy_formats_give_a_tone_of_the_same_pitch(tmp_path, name):
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16000) / 16000)
    samples = read(saved(tmp_path, name, tone, 16000), 16000, 16000)
    assert np.abs(np.fft.rfft(samples)).argmax() == 440  # one second: bins of 1 Hz


def test_channels_are_averaged_also_of_24_bits(tmp_path):
    stereo = np.stack([SAMPLES, -SAMPLES / 2], axis=1)
    path = saved(tmp_path, "a.wav", stereo, subtype="PCM_24")
    np.testing.assert_allclose(read(path), SAMPLES / 4, atol=2 / 2**23)


def test_shorter_sounds_end_in_silence_and_longer_ones_lose_their_end(tmp_path):
    path = saved(tmp_path, "a.wav", SAMPLES, subtype="FLOAT")
    np.testing.assert_allclose(read(path, 5000)[:4000], SAMPLES, rtol=1e-6)
    assert not read(path, 5000)[4000:].any()
    np.testing.assert_allclose(read(path, 100), SAMPLES[:100], rtol=1e-6)


@pytest.mark.parametrize("rate", [11025, 16000, 22050, 44100, 44101, 48000])
def test_resampling_keeps_pitch_and_loudness(tmp_path, rate):
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(rate) / rate)
    samples = read(saved(tmp_path, "a.wav", tone, rate, subtype="FLOAT"), RATE)
    expected = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(RATE) / RATE)
    np.testing.assert_allclose(samples[500:-500], expected[500:-500], atol=0.02)


def test_long_sounds_of_many_channels_are_averaged_block_by_block(tmp_path):
    channels = np.random.default_rng(1).uniform(-0.5, 0.5, (3 * 2**14 + 5, 5)).astype(np.float32)
    path = saved(tmp_path, "a.wav", channels, subtype="FLOAT")
    samples = read(path, len(channels))
    np.testing.assert_allclose(samples, channels.mean(axis=1), atol=1e-6)  # NumPy's mean


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_that_is_cut_off_is_an_error(tmp_path, name, share):
    path = Path(saved(tmp_path, name, np.random.default_rng(0).uniform(-1, 1, 16000)))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(UnreadableError):
        read(str(path), 16000)


def test_a_sound_without_samples_is_an_error(tmp_path):
    path = saved(tmp_path, "a.wav", np.zeros(0))
    with pytest.raises(UnreadableError, match="holds no samples"):
        probe_sound(path)


def test_a_sound_of_impossible_length_or_rate_is_refused(tmp_path):
    path = saved(tmp_path, "a.flac", np.zeros(1_000 * 4 * 3600 + 1000, dtype=np.int16), 1000)
    with pytest.raises(UnreadableError, match="limit of 4"):
        probe_sound(path)
    path = saved(tmp_path, "b.wav", SAMPLES, 10)
    with pytest.raises(UnreadableError, match="samples a second"):
        read(path)


def test_samples_that_are_no_numbers_are_an_error(tmp_path):
    path = saved(tmp_path, "a.wav", np.array([0.1, np.nan, 0.2]), subtype="FLOAT")
    with pytest.raises(UnreadableError, match="finite"):
        read(path)


@pytest.mark.parametrize("content", [b"words " * 100, b"RIFF", b"fLaC", b"OggS" + b"\0" * 60])
def test_what_is_no_sound_says_so(tmp_path, content):
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(UnreadableError) as caught:
        probe_sound(str(path))
    assert str(path) not in caught.value.reason
    assert not caught.value.reason.endswith(".")


def test_a_spectrogram_has_the_shape_announced(tmp_path):
    form = SoundForm(RATE, 4000, 25, 32)
    spectrogram = form.read(saved(tmp_path, "a.wav", SAMPLES))
    assert spectrogram.shape == form.shape == (25, 32)
    assert spectrogram.dtype == np.dtype(form.dtype) == np.float32


def test_a_file_that_ends_early_is_named_whatever_lies_in_memory_behind_it(tmp_path, monkeypatch):
    whole = Path(saved(tmp_path, "whole.mp3", np.tile(SAMPLES, 8), RATE)).read_bytes()
    path = tmp_path / "part.mp3"
    path.write_bytes(whole[: len(whole) // 3])
    empty = np.empty

    def filled(*arguments, **settings):
        """Make what memory may hold: signalling NaNs, which NumPy warns of when it computes."""
        array = empty(*arguments, **settings)
        if array.dtype == np.float32:
            array.view(np.uint32)[...] = 0x7FA00000
        return array

    monkeypatch.setattr(np, "empty", filled)
    with pytest.raises(UnreadableError, match="cut off after"):
        read(str(path), n=32_000)
