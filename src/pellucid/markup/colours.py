"""Two colours with one meaning everywhere: blue is positive, orange negative, grey is 0.

People who confuse red and green tell these two apart; whoever sees no colours finds every number
with its sign beside them.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from PIL import Image

POSITIVE = (37, 99, 235)
NEGATIVE = (216, 98, 16)
ZERO = (128, 128, 128)
MOST_PIXELS = 256

# Small numbers are lifted out of the ground, where they could not be seen.
_LIFT = 0.6
# Steps to each side of 0: enough for the eye, and a picture stays small.
_STEPS = 24


def shares(numbers: np.ndarray) -> np.ndarray:
    """Scale numbers to -1 … 1 by the largest; what is no number counts as 0.

    Examples
    --------
    >>> shares(np.array([2.0, -4.0, np.nan])).tolist()
    [0.5, -1.0, 0.0]
    """
    usable = np.where(np.isfinite(numbers), numbers, 0.0)
    largest = float(np.abs(usable).max(initial=0.0))
    return np.asarray(usable / (largest or 1.0))


def colour_of(share: float, ground: tuple[int, int, int]) -> tuple[int, int, int]:
    """Return the colour of a share from -1 to 1: blue for, orange against, the ground at 0."""
    towards = POSITIVE if share >= 0 else NEGATIVE
    strength = abs(share) ** _LIFT
    red, green, blue = (
        round(start + (end - start) * strength) for start, end in zip(ground, towards, strict=True)
    )
    return red, green, blue


def shrunk(grid: np.ndarray, height: int, width: int, *, add: bool) -> np.ndarray:
    """Make a grid (h, [w, …]) at most so large; cells that share a place are added or averaged."""
    for axis, most in tuple(enumerate((height, width)))[: grid.ndim]:
        size = grid.shape[axis]
        if size > most:
            starts = np.unique(np.arange(most) * size // most)
            grid = np.add.reduceat(grid.astype(np.float64), starts, axis=axis)
            if not add:
                counts = np.diff(np.append(starts, size))
                grid = grid / counts.reshape(-1, *[1] * (grid.ndim - 1 - axis))
    return grid


def heat_map(numbers: np.ndarray) -> str:
    """Draw numbers (height, width) as a picture, a pixel each: an address that holds its data.

    Zero is a thin grey through which a light or a dark page is seen; NaN is nothing at all.
    """
    from PIL import Image

    grid = shares(numbers)
    steps = np.rint(np.sign(grid) * np.abs(grid) ** _LIFT * _STEPS).astype(np.int64) + _STEPS
    steps[np.isnan(numbers)] = 2 * _STEPS + 1
    colours, opacity = _palette()
    picture = Image.fromarray(steps.astype(np.uint8))
    picture.putpalette(colours)
    return _as_address(picture, transparency=opacity)


def photograph(pixels: np.ndarray) -> str:
    """Return pixels (height, width, 3), uint8, as an address that holds its data."""
    from PIL import Image

    return _as_address(Image.fromarray(pixels))


def _palette() -> tuple[bytes, bytes]:
    """Return the colour and the opacity of each step, from most negative to most positive.

    One more follows, which is clear.
    """
    steps = np.arange(-_STEPS, _STEPS + 1)
    strengths = np.abs(steps) / _STEPS
    ends = np.where(steps[:, None] >= 0, np.array(POSITIVE), np.array(NEGATIVE))
    colours = np.array(ZERO) + (ends - np.array(ZERO)) * np.sqrt(strengths)[:, None]
    opacity = np.append(255 * (0.16 + 0.84 * strengths), 0.0)
    flat = np.append(np.rint(colours), [[0, 0, 0]], axis=0).astype(np.uint8)
    return flat.tobytes(), np.rint(opacity).astype(np.uint8).tobytes()


def _as_address(picture: Image.Image, **options: Any) -> str:
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=True, **options)
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()
