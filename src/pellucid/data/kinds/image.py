"""Images: pixels scaled and shifted by one mean and one deviation for the whole training set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import prod, sqrt
from typing import Any, ClassVar, Self

import numpy as np

from pellucid.data.kinds.kind import Description, Kind, Proposal
from pellucid.data.kinds.vector import (
    as_block,
    compare_block,
    describe_block,
    refuse_infinite_blocks,
    refuse_other_shape,
)
from pellucid.data.moments import chunks
from pellucid.data.profile import Profile
from pellucid.data.table import Array, Values
from pellucid.errors import DataError

CHANNELS = (1, 3, 4)


@dataclass(frozen=True)
class ImageEncoder:
    """One image a row: ``(pixel / white - mean) / scale``.

    Attributes
    ----------
    shape
        The shape of one image: ``(height, width)`` or ``(height, width, channels)``.
    dtype
        The training pixels' type, which `inverse` returns.
    white
        The pixel value for white: the type's largest (255, 65535) for unsigned integers, else 1.
    mean, scale
        Mean and standard deviation of all training pixels after division by `white`.

    Examples
    --------
    >>> images = np.array([[[0, 255]], [[255, 0]]], dtype=np.uint8)
    >>> encoder = ImageEncoder.fit(images)
    >>> encoder.mean, encoder.scale, encoder.transform(images)[0].tolist()
    (0.5, 0.5, [[-1.0, 1.0]])
    """

    kind: ClassVar[str] = "image"

    shape: tuple[int, ...]
    dtype: str
    white: float
    mean: float
    scale: float

    @property
    def feature_names(self) -> list[str]:
        """``[row,column]`` or ``[row,column,channel]`` counted from 1."""
        return ["[" + ",".join(str(i + 1) for i in index) + "]" for index in np.ndindex(self.shape)]

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn the mean and deviation of all pixels; raise DataError for infinite ones."""
        images = as_block(values)
        _refuse_unusable("the image", images)
        white = float(np.iinfo(images.dtype).max) if images.dtype.kind == "u" else 1.0
        mean, scale = _pixel_moments(images)
        return cls(
            shape=images.shape[1:],
            dtype=images.dtype.name,
            white=white,
            mean=mean / white,
            scale=scale / white,
        )

    def transform(self, values: Values) -> Array:
        """Scale and shift every pixel: float32, shape ``(n, *shape)``."""
        images = as_block(values)
        refuse_other_shape("the image", self.shape, images)
        _refuse_unusable("the image", images)
        factor = np.float32(1.0 / (self.white * self.scale))
        offset = np.float32(-self.mean / self.scale)
        result = np.empty(images.shape, dtype=np.float32)
        for rows in chunks(len(images), prod(self.shape)):
            part = result[rows]
            np.multiply(images[rows], factor, out=part, dtype=np.float32, casting="unsafe")
            part += offset
        return result

    def inverse(self, array: Array) -> Array:
        """Return the pixels: whole numbers exactly, fractions within 2⁻²¹ of the range."""
        shaped = np.asarray(array, dtype=np.float64).reshape(len(array), *self.shape)
        pixels = (shaped * self.scale + self.mean) * self.white
        dtype = np.dtype(self.dtype)
        if dtype.kind == "f":
            return pixels.astype(dtype)
        limits = np.iinfo(dtype)
        return np.clip(np.rint(pixels), limits.min, limits.max).astype(dtype)

    def to_dict(self) -> dict[str, Any]:
        """Return the shape, the type, white, mean and scale."""
        return {**asdict(self), "shape": list(self.shape)}

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        return cls(**{**saved, "shape": tuple(saved["shape"])})


class ImageKind(Kind):
    """Columns that hold a picture a row."""

    name = "image"
    summary = "a picture, all pixels scaled and shifted alike"
    encoder = ImageEncoder

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit arrays ``(n, height, width[, channels])``."""
        if not profile.is_block or profile.block.ndim not in (3, 4):
            return None
        shape = profile.block.shape[1:]
        text = "×".join(str(size) for size in shape)
        if len(shape) == 3 and shape[2] not in CHANNELS:
            return Proposal(0.3, f"{text} numbers a row, if the last are channels")
        return Proposal(0.9, f"an array with {text} pixels a row")

    def describe(self, profile: Profile) -> Description:
        """Keep the shape and the range, and warn of channels in an unusual place."""
        _refuse_unusable(f"column {profile.name!r}", profile.block)
        description = describe_block(profile)
        shape = profile.block.shape[1:]
        warnings = description.warnings
        if len(shape) == 3 and shape[2] not in CHANNELS and shape[0] in CHANNELS:
            warnings += (
                f"{profile.name!r} looks as if its channels came first ({shape}); expected "
                "height, width, channels: use numpy.moveaxis(images, 1, -1).",
            )
        return Description(description.details, warnings)

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """Warn of pixels in another range, such as 0 to 1 instead of 0 to 255."""
        images = as_block(values)
        _refuse_unusable(f"column {name!r}", images)
        warnings = compare_block(name, details, images)
        white = details["maximum"]
        if white > 1.0 and images.dtype.kind == "f" and images.size and images.max() <= 1.0:
            warnings.append(
                f"{name!r} holds pixels from 0 to 1; training saw 0 to {white:g}: scale them alike."
            )
        return warnings


def _pixel_moments(images: Array) -> tuple[float, float]:
    """Return mean and population deviation of all pixels (scale 1 where constant)."""
    n_pixels = max(1, images.size)
    if images.dtype == np.uint8:
        counts = np.zeros(256, dtype=np.int64)
        for rows in chunks(len(images), prod(images.shape[1:])):
            counts += np.bincount(images[rows].ravel(), minlength=256)
        levels = np.arange(256, dtype=np.float64)
        mean = float(counts @ levels) / n_pixels
        variance = float(counts @ np.square(levels - mean)) / n_pixels
    else:
        mean = float(images.sum(dtype=np.float64)) / n_pixels
        total = 0.0
        for rows in chunks(len(images), prod(images.shape[1:])):
            total += float(np.square(images[rows].astype(np.float64) - mean).sum())
        variance = total / n_pixels
    return mean, sqrt(variance) or 1.0


def _refuse_unusable(where: str, images: Array) -> None:
    if images.ndim not in (3, 4):
        raise DataError(
            f"{where[0].upper()}{where[1:]} is an array with {images.ndim} dimensions.",
            expected="images as (n, height, width) or (n, height, width, channels)",
        )
    refuse_infinite_blocks(where, images)
    # One pass over the sums finds a NaN without a mask as large as the images.
    if images.dtype.kind == "f" and np.isnan(images.sum()):
        raise DataError(
            f"{where[0].upper()}{where[1:]} holds missing pixels (NaN).",
            expected="a number for every pixel",
        )
