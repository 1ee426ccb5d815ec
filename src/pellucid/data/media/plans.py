"""One size for all pictures of a column, one rate and length for all sounds, and why.

Headers of at most a thousand files are read, spread evenly over the column, so that a plan costs
the same for a thousand files and for a million.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from pellucid.data.media.form import UnreadableError, examine
from pellucid.data.media.image_files import (
    ImageForm,
    ImageHeader,
    is_grey_throughout,
    pixel_limit,
    probe_image,
)
from pellucid.data.media.sound_files import SoundForm, probe_sound

MOST_PROBED = 1000
# A dense network has a weight for every pixel and unit: 64×64 are 4,096 inputs, in colour 12,288.
LARGEST_SIDE = 64
_SIDES = (8, 16, 24, 32, 48, 64)
_PROPORTIONS = (1.0, 4 / 3, 3 / 2, 16 / 9, 3 / 4, 2 / 3, 9 / 16)
_MOST_LOOKED_AT = 32
HIGHEST_RATE = 16_000
LONGEST_SECONDS = 10.0
# On spoken digits, frames of 20 ms and 32 bands did better than 10 ms and 40, which are usual for
# networks that look at a few frames at once; a dense network has a weight for each number.
MOST_FRAMES = 64
_FRAME_SECONDS = 0.020
N_BANDS = 32

Header = TypeVar("Header")


@dataclass(frozen=True)
class ImagePlan:
    """What pictures are brought to, and why.

    Attributes
    ----------
    form
        Size, channels and depth.
    reason
        Why this size and these channels; a clause without a full stop.
    """

    form: ImageForm
    reason: str


@dataclass(frozen=True)
class SoundPlan:
    """What sounds are brought to, and why.

    Attributes
    ----------
    form
        Rate, length and the spectrogram's shape.
    reason
        Why; a clause without a full stop.
    """

    form: SoundForm
    reason: str


def plan_images(paths: Sequence[str | None]) -> ImagePlan | None:
    """Choose the form for the pictures of a column; None where not one of them can be read."""
    found = _headers(paths, probe_image)
    if not found:
        return None
    headers = [header for _, header in found]
    height, width, why_size = _size_for(headers)
    is_colour, why_colour = _colour_for(found)
    deep = sum(header.is_deep for header in headers) > len(headers) / 2 and not is_colour
    form = ImageForm(
        height,
        width,
        3 if is_colour else None,
        "uint16" if deep else "uint8",
        pixel_limit(),
    )
    return ImagePlan(form, f"{why_size}; {why_colour}")


def plan_sounds(paths: Sequence[str | None]) -> SoundPlan | None:
    """Choose the form for the sounds of a column; None where not one of them can be read."""
    headers = [header for _, header in _headers(paths, probe_sound)]
    if not headers:
        return None
    rates = Counter(header.rate for header in headers)
    usual, n_usual = rates.most_common(1)[0]
    rate = min(usual, HIGHEST_RATE)
    why_rate = f"{n_usual:,} of {len(headers):,} have {usual:,} samples a second"
    if rate < usual:
        why_rate += f", of which {rate:,} hold all of speech"
    lengths = np.array([header.seconds for header in headers])
    seconds = float(np.percentile(lengths, 95))
    why_length = "95 of 100 are no longer"
    if lengths.max() <= 1.1 * seconds:
        seconds, why_length = float(lengths.max()), "none is longer"
    if seconds > LONGEST_SECONDS:
        seconds, why_length = LONGEST_SECONDS, f"longer ones lose what follows {LONGEST_SECONDS:g}"
    n_samples = max(1, int(np.ceil(seconds * rate)))
    n_frames = int(np.clip(round(seconds / _FRAME_SECONDS), 1, MOST_FRAMES))
    form = SoundForm(rate, n_samples, n_frames, N_BANDS)
    return SoundPlan(form, f"{why_rate}; {seconds:.3g} s each, as {why_length}")


def spread(n: int, most: int) -> list[int]:
    """Return at most so many of the indices below n, evenly spread.

    Examples
    --------
    >>> spread(10, 4), spread(3, 4)
    ([0, 3, 6, 9], [0, 1, 2])
    """
    if n <= most:
        return list(range(n))
    return [round(place) for place in np.linspace(0, n - 1, most).tolist()]


def _headers(
    paths: Sequence[str | None], probe: Callable[[str], Header]
) -> list[tuple[str, Header]]:
    """Read the headers of a sample of files; of all of them, where none in it can be read."""
    named = [path for path in paths if path is not None]
    chosen = spread(len(named), MOST_PROBED)
    found = _probed([named[row] for row in chosen], probe, stop_at_first=False)
    if found or len(chosen) == len(named):
        return found
    return _probed(named, probe, stop_at_first=True)


def _probed(
    paths: Sequence[str], probe: Callable[[str], Header], *, stop_at_first: bool
) -> list[tuple[str, Header]]:
    found = []
    for path in paths:
        try:
            examine(path)
            found.append((path, probe(path)))
        except UnreadableError:
            continue
        if stop_at_first:
            break
    return found


def _size_for(headers: Sequence[ImageHeader]) -> tuple[int, int, str]:
    """Return height, width and the reason."""
    sizes = Counter((header.height, header.width) for header in headers)
    (height, width), n_common = sizes.most_common(1)[0]
    if 2 * n_common >= len(headers):
        share = "all" if n_common == len(headers) else f"{n_common:,} of {len(headers):,}"
        reason = f"{share} are {width}×{height} pixels"
        longest = max(height, width)
        if longest <= LARGEST_SIDE:
            return height, width, reason
        height = max(1, round(height * LARGEST_SIDE / longest))
        width = max(1, round(width * LARGEST_SIDE / longest))
        return height, width, f"{reason}, made {width}×{height}: a weight each for every unit"
    longest = int(np.median([max(header.height, header.width) for header in headers]))
    side = next((side for side in _SIDES if side >= longest), LARGEST_SIDE)
    proportion = _proportion_for(headers)
    width = side if proportion >= 1 else round(side * proportion)
    height = side if proportion <= 1 else round(side / proportion)
    reason = (
        f"{len(sizes):,} different sizes, the longer side mostly about {longest:,} pixels, all "
        f"made to fit into {width}×{height}"
    )
    return height, width, reason


def _proportion_for(headers: Sequence[ImageHeader]) -> float:
    """Return width by height: the usual one nearest to most pictures', or 1 where they differ."""
    proportions = np.log([header.width / header.height for header in headers])
    middle = float(np.median(proportions))
    alike = np.abs(proportions - middle) <= np.log(1.15)
    if alike.mean() < 0.8:
        return 1.0
    return min(_PROPORTIONS, key=lambda usual: abs(float(np.log(usual)) - middle))


def _colour_for(found: Sequence[tuple[str, ImageHeader]]) -> tuple[bool, str]:
    """Tell whether to keep colours, and why."""
    coloured = [path for path, header in found if header.is_colour]
    if not coloured:
        return False, "grey, as they hold no colours"
    looked_at = [coloured[row] for row in spread(len(coloured), _MOST_LOOKED_AT)]
    grey = 0
    for path in looked_at:
        try:
            grey += is_grey_throughout(path)
        except UnreadableError:
            grey += 1  # it says nothing of colours
    if grey == len(looked_at):
        return False, "grey, as no colour differs from grey"
    return True, f"in colour, as {len(coloured):,} of {len(found):,} are"
