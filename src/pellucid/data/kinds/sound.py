"""Sounds: paths of files, as log-mel spectrograms of one length, standardised by pitch.

Each file is decoded to one rate and one length (`pellucid.data.media`); its spectrogram stays on
disk until it is encoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import prod
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
from pellucid.data.kinds.vector import refuse_infinite_blocks, refuse_other_shape
from pellucid.data.media.decoding import Decoded
from pellucid.data.media.mel import SILENCE
from pellucid.data.media.plans import SoundPlan, plan_sounds
from pellucid.data.media.sound_files import SoundForm
from pellucid.data.media.suffixes import SOUND_SUFFIXES
from pellucid.data.profile import Profile
from pellucid.data.table import Array, Values
from pellucid.errors import DataError

# A band that varies by less than this (in the natural logarithm of power; 0.4 dB) is as good as
# constant: what little is in it is not to be blown up.
LEAST_SCALE = 0.1


@dataclass(frozen=True)
class SoundEncoder:
    """One sound a row: its log-mel spectrogram, each band of pitch standardised for itself.

    Attributes
    ----------
    rate, n_samples
        What every file is brought to: samples a second, and how many of them.
    n_frames, n_bands
        The spectrogram's shape, time by pitch.
    mean, scale
        Each band's mean and standard deviation over all training sounds and frames.
    has_missing
        Whether training rows named no file; a last feature then is 1 where one does not.

    Examples
    --------
    >>> loudness = np.log(np.array([[[1e-2, 1e-4]], [[1e-4, 1e-8]]]))  # 2 sounds, 1 frame, 2 bands
    >>> encoder = SoundEncoder.fit(loudness)
    >>> encoder.transform(loudness).tolist()
    [[[1.0, 1.0]], [[-1.0, -1.0]]]
    """

    kind: ClassVar[str] = "sound"

    rate: int
    n_samples: int
    n_frames: int
    n_bands: int
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    has_missing: bool = False

    @property
    def form(self) -> SoundForm:
        """What files are decoded to."""
        return SoundForm(self.rate, self.n_samples, self.n_frames, self.n_bands)

    @property
    def grid(self) -> tuple[int, int]:
        """``(n_frames, n_bands)``: the form of the first features, whatever follows them."""
        return (self.n_frames, self.n_bands)

    @property
    def shape(self) -> tuple[int, ...]:
        """The grid; flat where a feature for "is missing" follows."""
        return (self.n_frames * self.n_bands + 1,) if self.has_missing else self.grid

    @property
    def feature_names(self) -> list[str]:
        """``[frame,band]`` counted from 1, time first, low pitch first; and " is missing"."""
        names = [f"[{frame + 1},{band + 1}]" for frame, band in np.ndindex(self.grid)]
        return [*names, " is missing"] if self.has_missing else names

    @classmethod
    def fit(cls, values: Values) -> Self:
        """Learn each band's mean and scale; files that cannot be read do not count.

        Raises
        ------
        DataError
            Where not one file can be read.
        """
        if are_paths(values):
            return cls.fit_files(values, _plan("the sound", values).form)
        spectrograms = _as_spectrograms(values)
        n_frames, n_bands = spectrograms.shape[1:]
        # Spectrograms that came as such belong to no rate: that of ordinary windows is noted.
        form = SoundForm(16_000, 160 * n_frames, n_frames, n_bands)
        missing = missing_blocks("the sound", spectrograms)
        encoder = cls._of_parts(form, [spectrograms[~missing]])
        return replace(encoder, has_missing=bool(missing.any()))

    @classmethod
    def fit_files(cls, values: Values, form: SoundForm) -> Self:
        """Learn from files brought to a form that is settled already; raises as `fit`."""
        decoded = decode_readable("the sound", values, form)
        encoder = cls._of_parts(form, _parts(decoded))
        return replace(encoder, has_missing=bool(decoded.missing.any()))

    @classmethod
    def _of_parts(cls, form: SoundForm, parts: Any) -> Self:
        count, total, squares = 0, np.zeros(form.n_bands), np.zeros(form.n_bands)
        for part in parts:
            # Log-powers lie between -23 and 10 or so: their squares lose nothing in 64 bits.
            flat = part.reshape(-1, form.n_bands).astype(np.float64)
            count += len(flat)
            total += flat.sum(axis=0)
            squares += np.square(flat).sum(axis=0)
        mean = total / max(1, count)
        scale = np.sqrt(np.maximum(0.0, squares / max(1, count) - np.square(mean)))
        return cls(
            **asdict(form),
            mean=tuple(mean.tolist()),
            scale=tuple(np.maximum(scale, LEAST_SCALE).tolist()),
        )

    def transform(self, values: Values) -> Array:
        """Standardise every band: float32, shape ``(n, *shape)``.

        A sound that is missing is 0 throughout, the mean one, marked where training had some.

        Parameters
        ----------
        values
            Paths of files, or log-mel spectrograms ``(n, n_frames, n_bands)``.

        Raises
        ------
        DataError
            Where a file cannot be read, or spectrograms have another shape or are no numbers.
        """
        missing = self._missing(values)
        n_grid = self.n_frames * self.n_bands
        result = np.empty((len(values), prod(self.shape)), dtype=np.float32)
        out = result[:, :n_grid].reshape(len(values), *self.grid)  # a view
        mean = np.array(self.mean, dtype=np.float32)
        scale = np.array(self.scale, dtype=np.float32)
        if are_paths(values):
            for rows, part in decode_all("the sound", values, self.form).chunks():
                out[rows] = (part - mean) / scale
        else:
            out[...] = (_as_spectrograms(values).astype(np.float32) - mean) / scale
        out[missing] = 0.0
        if self.has_missing:
            result[:, -1] = missing
        return result.reshape(len(values), *self.shape)

    def _missing(self, values: Values) -> Array:
        """Tell which rows have no sound, shape ``(n,)``; raise DataError for unusable arrays."""
        if are_paths(values):
            return rows_without_file(values)
        spectrograms = _as_spectrograms(values)
        refuse_other_shape("the sound", self.grid, spectrograms)
        refuse_infinite_blocks("the sound", spectrograms)
        return missing_blocks("the sound", spectrograms)

    def inverse(self, array: Array) -> Array:
        """Return the log-mel spectrograms, float32; the sound itself cannot be had from them.

        Missing ones are NaN.
        """
        flat = np.asarray(array, dtype=np.float64).reshape(len(array), -1)
        shaped = flat[:, : self.n_frames * self.n_bands].reshape(len(flat), *self.grid)
        loudness = shaped * np.array(self.scale) + np.array(self.mean)
        if self.has_missing:
            loudness[flat[:, -1] > 0.5] = np.nan
        return np.asarray(loudness, dtype=np.float32)

    def to_dict(self) -> dict[str, Any]:
        """Return rate, length, shape, means and scales, and has_missing where it is so."""
        saved = {**asdict(self), "mean": list(self.mean), "scale": list(self.scale)}
        if not self.has_missing:
            del saved["has_missing"]  # as before sounds could be missing
        return saved

    @classmethod
    def from_dict(cls, saved: Mapping[str, Any]) -> Self:
        """Make the encoder again."""
        return cls(**{**saved, "mean": tuple(saved["mean"]), "scale": tuple(saved["scale"])})


class SoundKind(Kind):
    """Columns that hold the path of a sound a row."""

    name = "sound"
    summary = "a sound, as loudness by time and pitch"
    encoder = SoundEncoder

    def propose(self, profile: Profile) -> Proposal | None:
        """Fit paths that end as sounds do."""
        if profile.is_block:
            return None
        return propose_files(profile, SOUND_SUFFIXES, "sound")

    def describe(self, profile: Profile) -> Description:
        """Keep what files are brought to; warn of those that cannot be read, and of silence."""
        if profile.is_block:
            return Description({"shape": list(_as_spectrograms(profile.values).shape[1:])})
        where = f"column {profile.name!r}"
        plan = _plan(where, profile.values)
        decoded = decode_readable(where, profile.values, plan.form)
        silent = sum(
            int((part.max(axis=(1, 2)) < np.log(2 * SILENCE)).sum()) for part in _parts(decoded)
        )
        warnings = unreadable_warnings(profile.name, decoded)
        if silent:
            which = "file holds" if silent == 1 else "files hold"
            warnings += (f"{silent:,} {which} nothing but silence in {profile.name!r}.",)
        details = {"shape": list(plan.form.shape), "file_form": asdict(plan.form)}
        return Description(details, warnings, plan.reason)

    def compare(self, name: str, details: Mapping[str, Any], values: Values) -> list[str]:
        """List the files that cannot be read."""
        where = f"column {name!r}"
        if not are_paths(values):
            refuse_other_shape(where, tuple(details["shape"]), _as_spectrograms(values))
            return []
        if not is_of_files(details):
            return []
        return compare_files(name, values, SoundForm(**details["file_form"]))

    def fit(self, values: Values, details: Mapping[str, Any]) -> SoundEncoder:
        """Fit the encoder; files are brought to the form that the contract has settled."""
        if are_paths(values) and is_of_files(details):
            return SoundEncoder.fit_files(values, SoundForm(**details["file_form"]))
        return SoundEncoder.fit(values)

    def unusable_rows(self, values: Values, details: Mapping[str, Any]) -> Array:
        """Return the rows whose file cannot be read."""
        if not (are_paths(values) and is_of_files(details)):
            return super().unusable_rows(values, details)
        return unusable_rows_of(values, SoundForm(**details["file_form"]))


def _plan(where: str, values: Values) -> SoundPlan:
    paths = paths_of(values)
    plan = plan_sounds(paths)
    if plan is not None:
        return plan
    raise no_files(where, paths, SoundForm(16_000, 1, 1, 1))


def _parts(decoded: Decoded) -> Any:
    return (part for _, part in decoded.chunks(decoded.readable))


def _as_spectrograms(values: Values) -> Array:
    if isinstance(values, np.ndarray) and values.ndim == 3:
        return values
    raise DataError(
        "The sound column holds no paths of files.",
        expected="paths such as recordings/3.wav, or spectrograms (n, frames, bands)",
    )
