"""A row that a person tries: checked, answered, and kept as an example."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from pellucid.data import Table, Values
from pellucid.data.kinds import Encoder
from pellucid.data.kinds.image import ImageEncoder
from pellucid.data.kinds.kind import grid_of
from pellucid.data.kinds.sound import SoundEncoder
from pellucid.data.table import Array, table_from_frame
from pellucid.errors import DataError, SettingError, unknown_name
from pellucid.studio import decoding
from pellucid.studio.answers.tracing import traced
from pellucid.studio.asked import Asked
from pellucid.studio.messages.tracing import Decoded, Prediction, PredictRequest
from pellucid.studio.opened import OpenedModel
from pellucid.studio.reading import read
from pellucid.studio.studio import Studio

_OF_FILES = frozenset({"image", "sound"})


def predict(studio: Studio, asked: Asked) -> Prediction:
    """Answer ``POST /api/models/{model}/predict``."""
    asked.query.only()
    model = studio.shelf.model(asked.path["model"])
    table = _table(model, read(PredictRequest, asked.body).values)
    notes: list[str] = []
    with model.lock:
        model.trained.encode(table, notes.append)
        return Prediction(**vars(traced(model, model.keep(table))), notes=notes)


def decode(studio: Studio, asked: Asked) -> Decoded:
    """Answer ``POST /api/models/{model}/decode``, whose body is a picture or a sound.

    Parameters of the address: ``column``, which it is for, and ``name``, what the file is called.
    """
    asked.query.only("column", "name")
    model = studio.shelf.model(asked.path["model"])
    column, name = asked.query.needed("column"), asked.query.needed("name")
    encoders = dict(model.trained.encoding.encoders)
    if column not in encoders:
        raise unknown_name("input column", column, encoders)
    encoder = encoders[column]
    if not isinstance(encoder, ImageEncoder | SoundEncoder):
        raise SettingError(f"The column {column!r} is neither an image nor a sound.")
    return Decoded(column, decoding.decode(asked.body, name, encoder).tolist())


def _table(model: OpenedModel, values: dict[str, Any]) -> Table:
    """Make a table of one row; columns that were left out are missing values.

    Nothing of it is ever taken for the name of a file.
    """
    contract = model.trained.contract
    if contract.windows is not None:
        raise SettingError(
            "A forecast cannot be tried on a single row.",
            expected="rows in their order in time",
            remedy="look at one of the model's examples",
        )
    kinds = {column.name: column.kind for column in contract.inputs}
    for name in values:
        if name not in kinds:
            raise unknown_name("input column", name, kinds)
    encoders = dict(model.trained.encoding.encoders)
    columns: dict[str, Any] = {}
    for name, kind in kinds.items():
        value = values.get(name)
        if kind in _OF_FILES:
            columns[name] = _pixels(name, encoders[name], value)[None]
        else:
            columns[name] = _plain(name, _by_channel(value) if kind == "series" else value)
    return Table(columns)


def _by_channel(value: Any) -> Any:
    """Turn a list of steps, each with a number for every channel, into a list of channels."""
    is_of_steps = isinstance(value, list) and all(isinstance(step, list) for step in value)
    return [list(channel) for channel in zip(*value, strict=False)] if is_of_steps else value


def _plain(name: str, value: Any) -> Values:
    try:
        frame = pl.DataFrame({name: [value]}, strict=True)
    except (TypeError, ValueError, pl.exceptions.PolarsError) as error:
        raise DataError(
            f"The value of {name!r} cannot be used.",
            where=str(error).splitlines()[0][:200] if str(error) else None,
            expected="a text, a number, a truth value, or a list of numbers",
        ) from error
    return table_from_frame(frame)[name]


def _pixels(name: str, encoder: Encoder, value: Any) -> Array:
    """Return an image's or a spectrogram's numbers in the shape that the network sees."""
    grid: tuple[int, ...] = grid_of(encoder)
    expected = f"numbers in rows, {' × '.join(map(str, grid))}"
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(f"The value of {name!r} is no picture.", expected=expected) from error
    if array.shape == grid[:2] and len(grid) == 3:
        array = np.repeat(array[:, :, None], grid[2], axis=2)
    if array.shape != grid or not np.isfinite(array).all():
        raise DataError(
            f"The picture of {name!r} has the shape {list(array.shape)}.", expected=expected
        )
    if isinstance(encoder, ImageEncoder) and np.dtype(encoder.dtype).kind in "ui":
        limits = np.iinfo(encoder.dtype)
        array = np.clip(np.rint(array), limits.min, limits.max).astype(encoder.dtype)
    return array
