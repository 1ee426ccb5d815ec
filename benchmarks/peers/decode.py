"""The other side of the decoding benchmark: Pillow, or soundfile and scipy, in two processes."""

from __future__ import annotations

import functools
import json
import multiprocessing
import sys
import time
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import PIL.Image
import scipy.signal
import soundfile

PROCESSES = 2


def decode_image(path: str, height: int, width: int) -> npt.NDArray[np.uint8]:
    """Decode one image to one size, in colour."""
    with PIL.Image.open(path) as image:
        colour = image.convert("RGB")
        if colour.size != (width, height):
            colour = colour.resize((width, height), PIL.Image.Resampling.BILINEAR)
        return np.asarray(colour)


def decode_sound(path: str, rate: int, n: int, n_frames: int, n_bands: int) -> Any:
    """Decode one sound: one channel, one rate, one length, and the power by time and pitch."""
    samples, own_rate = soundfile.read(path, dtype="float32", always_2d=True)
    mono = samples.mean(axis=1)
    if own_rate != rate:
        common = gcd(rate, own_rate)
        mono = scipy.signal.resample_poly(mono, rate // common, own_rate // common)
    mono = np.pad(mono[:n], (0, max(0, n - len(mono))))
    window = 2 ** round(np.log2(0.025 * rate))
    _, _, power = scipy.signal.spectrogram(
        mono, rate, nperseg=window, noverlap=window - rate // 100
    )
    frames = np.array_split(power, n_frames, axis=1)
    bands = np.array_split(np.stack([part.mean(axis=1) for part in frames]), n_bands, axis=1)
    return np.log(np.stack([band.mean(axis=1) for band in bands], axis=1) + 1e-10)


def main() -> None:
    """Decode the files named on the command line; print the seconds."""
    medium, listing, *numbers = sys.argv[1:]
    sizes = [int(number) for number in numbers]
    names = ("height", "width") if medium == "images" else ("rate", "n", "n_frames", "n_bands")
    decoder = decode_image if medium == "images" else decode_sound
    paths = json.loads(Path(listing).read_text(encoding="utf-8"))
    PIL.Image.preinit()
    decode = functools.partial(decoder, **dict(zip(names, sizes, strict=True)))
    began = time.perf_counter()
    chunk = max(1, min(64, len(paths) // (4 * PROCESSES)))
    with multiprocessing.Pool(PROCESSES) as pool:
        rows = pool.map(decode, paths, chunksize=chunk)
    np.stack(rows)
    print(json.dumps({"seconds": time.perf_counter() - began}))


if __name__ == "__main__":
    main()
