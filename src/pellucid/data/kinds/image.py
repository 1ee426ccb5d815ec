"""Images: pixels scaled and shifted by one mean and one deviation for the whole training set.

They are arrays of pixels, or paths of files, which are decoded to one size
(`pellucid.data.media`) and stay on disk, one byte a pixel, until they are encoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from math import prod, sqrt
from typing import Any, ClassVar, Self

import numpy as np

from pellucid.data.kinds.files import (
    are_paths,
    compare_files,
    decode_all,
    decode_readable,
    is_of_files,
    missing_blocks,
    no_files,
    paths_of,
    propose_files,
    rows_without_file,
    unreadable_warnings,
    unusable_rows_of,
)
from pellucid.data.kinds.kind import Description, Kind, Proposal
from pellucid.data.kinds.vector import (
    as_block,
    compare_block,
    describe_block,
    refuse_infinite_blocks,
    refuse_other_shape,
)
from pellucid.data.media.decoding import Decoded
from pellucid.data.media.image_files import ImageForm, pixel_limit
from pellucid.data.media.plans import ImagePlan, plan_images
from pellucid.data.media.suffixes import IMAGE_SUFFIXES
from pellucid.data.moments import MOST_DEVIATIONS, chunks
from pellucid.data.profile import Profile, rows_with_nan
from pellucid.data.rows import name_rows
from pellucid.data.table import Array, Values
from pellucid.errors import DataError

CHANNELS = (1, 3, 4)
# Pixels that differ by less are as good as constant; dividing by it would overflow in float32.
LEAST_DEVIATION = 1e-30
# Of pixels that are all black or white, the variance is the largest that there is.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class ImageEncoder:
    """One image a row: ``(pixel / white - mean) / scale``.

    Attributes
    ----------
    grid
        The shape of one image: ``(height, width)`` or ``(height, width, channels)``.
    dtype
        The training pixels' type, which `inverse` returns.
    white
        The pixel value for white: the type's largest (255, 65535) for unsigned integers, else 1.
    mean, scale
        Mean and standard deviation of all training pixels after division by `white`.
    has_missing
        Whether training rows named no file; a last feature then is 1 where one does not.

    Examples
    --------
    >>> images = np.array([[[0, 255]], [[255, 0]]], dtype=np.uint8)
    >>> encoder = ImageEncoder.fit(images)
    >>> encoder.mean, encoder.scale, encoder.transform(images)[0].tolist()
    (0.5, 0.5, [[-1.0, 1.0]])
    """

    kind: ClassVar[str] = "image"

    grid: tuple[int, ...]
    dtype: str
    white: float
    mean: float
    scale: float
    has_missing: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """The grid; flat where a feature for "is missing" follows."""
        return (prod(self.grid) + 1,) if self.has_missing else self.grid

    @property
    def ink(self) -> float:
        """How far the mean of all pixels is from the nearer of black and white, 0 to 0.5.

        Of handwriting little is drawn on, whichever of the two the paper is. It is not known, and
        0.5, where fractions spread further than between black and white, as standardised ones do:
        there, no variance is above ``mean (1 - mean)`` (Bhatia & Davis 2000, theorem 1).
        """
        most = self.mean * (1.0 - self.mean) * (1.0 + _ROUNDING)
        return min(self.mean, 1.0 - self.mean) if self.scale**2 <= most else 0.5

    @property
    def feature_names(self) -> list[str]:
        """``[row,column]`` or ``[row,column,channel]`` counted from 1, and " is missing"."""
        names = ["[" + ",".join(str(i + 1) for i in index) + "]" for index in np.ndindex(self.grid)]
        return [*names, " is missing"] if self.has_missing else names

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn the mean and deviation of all pixels; files that cannot be read do not count.

        Raises
        ------
        DataError
            Where pixels are infinite or missing, or not one file can be read.
        """
        if are_paths(values):
            return cls.fit_files(values, _plan("the image", values).form)
        images = as_block(values)
        _refuse_unusable("the image", images)
        parts = [images[rows] for rows in chunks(len(images), prod(images.shape[1:]))]
        return cls._of_moments(images.shape[1:], images.dtype, _pixel_moments(parts))

    @classmethod
    def fit_files(cls, values: Values, form: ImageForm) -> Self:
        """Learn from files brought to a form that is settled already; raises as `fit`."""
        decoded = decode_readable("the image", values, form)
        encoder = cls._of_moments(form.shape, np.dtype(form.dtype), _pixel_moments(_Parts(decoded)))
        return replace(encoder, has_missing=bool(decoded.missing.any()))

    @classmethod
    def _of_moments(
        cls, grid: tuple[int, ...], dtype: np.dtype[Any], moments: tuple[float, float]
    ) -> Self:
        white = float(np.iinfo(dtype).max) if dtype.kind == "u" else 1.0
        mean, scale = moments
        return cls(grid=grid, dtype=dtype.name, white=white, mean=mean / white, scale=scale / white)

    @property
    def form(self) -> ImageForm:
        """What files are decoded to; DataError where the training pixels were no such images."""
        channels = self.grid[2] if len(self.grid) == 3 else None
        if self.dtype not in ("uint8", "uint16") or channels not in (None, *CHANNELS):
            raise DataError(
                "The image column holds paths of files, and training saw arrays of pixels.",
                expected=f"arrays of {self.dtype} pixels, {'×'.join(map(str, self.grid))} a row",
            )
        return ImageForm(self.grid[0], self.grid[1], channels, self.dtype, pixel_limit())

    def transform(self, values: Values) -> Array:
        """Scale and shift every pixel: float32, shape ``(n, *shape)``.

        A picture that is missing is 0 throughout, the mean grey, marked where training had some.

        Raises
        ------
        DataError
            Where arrays have another shape than in training or lack pixels, or a file cannot be
            read.
        """
        missing = self._missing(values)
        result = np.empty((len(values), prod(self.shape)), dtype=np.float32)
        out = result[:, : prod(self.grid)].reshape(len(values), *self.grid)  # a view
        if are_paths(values):
            for rows, pixels in decode_all("the image", values, self.form).chunks():
                self._scale(pixels, out[rows])
        else:
            images = as_block(values)
            for rows in chunks(len(images), prod(self.grid)):
                self._scale(images[rows], out[rows])
        out[missing] = 0.0
        if self.has_missing:
            result[:, -1] = missing
        return result.reshape(len(values), *self.shape)

    def _missing(self, values: Values) -> Array:
        """Tell which rows have no picture, shape ``(n,)``; raise DataError for unusable arrays."""
        if are_paths(values):
            return rows_without_file(values)
        images = as_block(values)
        refuse_other_shape("the image", self.grid, images)
        if not self.has_missing:
            _refuse_unusable("the image", images)
            return np.zeros(len(images), dtype=bool)
        refuse_infinite_blocks("the image", images)
        return missing_blocks("the image", images)

    def _scale(self, pixels: Array, out: Array) -> None:
        factor = np.float32(1.0 / (self.white * self.scale))
        with np.errstate(over="ignore"):  # what is too large is cut off below
            np.multiply(pixels, factor, out=out, dtype=np.float32, casting="unsafe")
        out += np.float32(-self.mean / self.scale)
        if pixels.dtype.kind == "f" or pixels.dtype.itemsize > 2:
            np.clip(out, -MOST_DEVIATIONS, MOST_DEVIATIONS, out=out)

    def inverse(self, array: Array) -> Array:
        """Return the pixels: whole numbers exactly, fractions within 2⁻²¹ of the range.

        Where some pictures are missing, all are float32, and the missing ones NaN.
        """
        flat = np.asarray(array, dtype=np.float64).reshape(len(array), -1)
        shaped = flat[:, : prod(self.grid)].reshape(len(array), *self.grid)
        pixels = (shaped * self.scale + self.mean) * self.white
        dtype = np.dtype(self.dtype)
        if dtype.kind != "f":
            limits = np.iinfo(dtype)
            pixels = np.clip(np.rint(pixels), limits.min, limits.max)
        missing = flat[:, -1] > 0.5 if self.has_missing else np.zeros(len(flat), dtype=bool)
        if not missing.any():
            return pixels.astype(dtype)
        pixels[missing] = np.nan
        return pixels.astype(np.float32)

    def to_dict(self) -> dict[str, Any]:
        """Return the shape, the type, white, mean and scale, and has_missing where it is so."""
        saved = {**asdict(self), "shape": list(self.grid)}
        del saved["grid"]
        if not self.has_missing:
            del saved["has_missing"]  # as before pictures could be missing
        return saved

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        fields = dict(saved)
        return cls(grid=tuple(fields.pop("shape")), **fields)


class ImageKind(Kind):
    """Columns that hold a picture a row, as pixels or as the path of a file."""

    name = "image"
    summary = "a picture, all pixels scaled and shifted alike"
    encoder = ImageEncoder

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit arrays ``(n, height, width[, channels])``, and paths that end as pictures do."""
        if not profile.is_block:
            return propose_files(profile, IMAGE_SUFFIXES, "picture")
        if profile.block.ndim not in (3, 4):
            return None
        shape = profile.block.shape[1:]
        text = "×".join(str(size) for size in shape)
        if len(shape) == 3 and shape[2] not in CHANNELS:
            return Proposal(0.3, f"{text} numbers a row, if the last are channels")
        return Proposal(0.9, f"an array with {text} pixels a row")

    def describe(self, profile: Profile) -> Description:
        """Keep the shape and the range; warn of files that cannot be read, and of odd shapes."""
        if not profile.is_block:
            return _describe_files(profile)
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
        """Warn of pixels in another range, such as 0 to 1 instead of 0 to 255.

        Files that cannot be read are listed.
        """
        if are_paths(values):
            if not is_of_files(details):
                return []  # the encoder decodes them to the shape of training, or says why not
            return compare_files(name, values, _form_of(details))
        images = as_block(values)
        _refuse_unusable(f"column {name!r}", images)
        warnings = compare_block(name, details, images)
        white = details["maximum"]
        if white > 1.0 and images.dtype.kind == "f" and images.size and images.max() <= 1.0:
            warnings.append(
                f"{name!r} holds pixels from 0 to 1; training saw 0 to {white:g}: scale them alike."
            )
        return warnings

    def fit(self, values: Values, details: Mapping[str, Any]) -> ImageEncoder:
        """Fit the encoder; files are brought to the size that the contract has settled."""
        if are_paths(values) and is_of_files(details):
            return ImageEncoder.fit_files(values, _form_of(details))
        return ImageEncoder.fit(values)

    def unusable_rows(self, values: Values, details: Mapping[str, Any]) -> Array:
        """Return the rows whose file cannot be read."""
        if not (are_paths(values) and is_of_files(details)):
            return super().unusable_rows(values, details)
        return unusable_rows_of(values, _form_of(details))


def _plan(where: str, values: Values) -> ImagePlan:
    paths = paths_of(values)
    plan = plan_images(paths)
    if plan is not None:
        return plan
    raise no_files(where, paths, ImageForm(1, 1))


def _describe_files(profile: Profile) -> Description:
    where = f"column {profile.name!r}"
    plan = _plan(where, profile.values)
    form = plan.form
    decoded = decode_readable(where, profile.values, form)
    details = {
        "shape": list(form.shape),
        "dtype": form.dtype,
        "minimum": 0.0,
        "maximum": float(np.iinfo(form.dtype).max),
        "file_form": asdict(form),
    }
    return Description(details, unreadable_warnings(profile.name, decoded), plan.reason)


def _form_of(details: Mapping[str, Any]) -> ImageForm:
    return ImageForm(**{**details["file_form"], "pixel_limit": pixel_limit()})


class _Parts:
    """The pixels of all readable files in parts, as often as they are asked for."""

    def __init__(self, decoded: Decoded) -> None:
        self._decoded = decoded
        self._rows = decoded.readable

    def __iter__(self) -> Iterator[Array]:
        return (pixels for _, pixels in self._decoded.chunks(self._rows))


def _pixel_moments(parts: Iterable[Array]) -> tuple[float, float]:
    """Return mean and population deviation of all pixels (scale 1 where constant)."""
    n_pixels, total, levels = 0, 0.0, np.zeros(256, dtype=np.int64)
    for part in parts:
        n_pixels += part.size
        if part.dtype == np.uint8:
            levels += np.bincount(part.ravel(), minlength=256)
        else:
            total += float(part.sum(dtype=np.float64))
    n_pixels = max(1, n_pixels)
    of_level = np.arange(256, dtype=np.float64)
    mean = (total + float(levels @ of_level)) / n_pixels
    squares = float(levels @ np.square(of_level - mean))
    for part in parts if not levels.any() else ():
        squares += float(np.square(part.astype(np.float64) - mean).sum())
    deviation = sqrt(squares / n_pixels)
    return mean, deviation if deviation > LEAST_DEVIATION else 1.0


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
            where=name_rows(np.flatnonzero(rows_with_nan(images))),
            expected="a number for every pixel",
            remedy="fill these pixels, or leave out their rows",
        )
