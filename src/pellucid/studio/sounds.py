"""Sounds of the data, as the network hears them: one channel, its rate, its length."""

from __future__ import annotations

import io
import wave

import numpy as np

from pellucid.data.kinds.files import are_paths
from pellucid.data.kinds.sound import SoundEncoder
from pellucid.data.media.form import UnreadableError
from pellucid.errors import DataError, quote
from pellucid.studio.opened import OpenedModel, Row

# Only of rows whose data the studio opened itself: what a model file keeps may name any file.
_OF_DATA = frozenset({"train", "test"})
_LOUDEST = 32_767


def can_be_heard(model: OpenedModel, id_: str, column: str) -> bool:
    """Tell whether `wav_of` can answer for a row of this id."""
    part = id_.partition(":")[0]
    encoder = dict(model.trained.encoding.encoders).get(column)
    if part not in _OF_DATA or not isinstance(encoder, SoundEncoder):
        return False
    return are_paths(model.table(part)[column])  # type: ignore[arg-type]  # one of the parts


def wav_of(model: OpenedModel, row: Row, column: str) -> bytes:
    """Return a row's sound as a WAV file of 16 bits.

    Raises
    ------
    DataError
        Where the sound itself is not there, or cannot be read.
    """
    encoder = dict(model.trained.encoding.encoders).get(column)
    if not can_be_heard(model, row.id, column) or not isinstance(encoder, SoundEncoder):
        raise DataError(
            f"There is no sound of {quote(column, 60)} for this row.",
            expected="a row of data whose sounds are files that the studio opened itself",
        )
    path = row.table[column][0]
    if path is None:
        raise DataError(f"The row names no file in {quote(column, 60)}.")
    try:
        samples = encoder.form.samples(str(path))
    except UnreadableError as error:
        raise DataError(f"The sound cannot be read: {error.reason}.") from error
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(encoder.rate)
        file.writeframes(np.rint(_LOUDEST * samples).astype("<i2").tobytes())
    return buffer.getvalue()
