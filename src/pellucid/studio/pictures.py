"""Columns that are seen: images and spectrograms, as the network receives them, as PNG."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

from pellucid.data import Values
from pellucid.data.kinds.image import ImageEncoder
from pellucid.data.kinds.sound import SoundEncoder
from pellucid.data.table import Array
from pellucid.errors import SettingError, quote
from pellucid.studio.opened import OpenedModel, Row


def png_of(model: OpenedModel, row: Row, column: str) -> bytes:
    """Return a row's image or spectrogram as a PNG of the size that the network sees.

    Raises
    ------
    SettingError
        Where the column is neither.
    """
    for name, encoder in model.trained.encoding.encoders:
        if name == column and isinstance(encoder, ImageEncoder | SoundEncoder):
            return _pngs(encoder, row.table[column])[0]
    raise SettingError(f"The column {quote(column, 60)} is neither an image nor a sound.")


def pictured(encoder: ImageEncoder | SoundEncoder, values: Values) -> list[str]:
    """Return images or spectrograms as addresses that hold them whole."""
    return [
        "data:image/png;base64," + base64.b64encode(png).decode() for png in _pngs(encoder, values)
    ]


def _pngs(encoder: ImageEncoder | SoundEncoder, values: Values) -> list[bytes]:
    grids = np.asarray(encoder.inverse(encoder.transform(values)))
    is_image = isinstance(encoder, ImageEncoder)
    return [_png(grid if is_image else grid.T[::-1]) for grid in grids]


def _png(grid: Array) -> bytes:
    """Return an array (height, width[, channels]) as PNG; black is the lowest number."""
    grid = grid[:, :, 0] if grid.ndim == 3 and grid.shape[2] not in {3, 4} else grid
    if grid.dtype != np.uint8:
        numbers = np.nan_to_num(grid.astype(np.float64))
        low, high = float(numbers.min()), float(numbers.max())
        grid = np.rint(255 * (numbers - low) / ((high - low) or 1.0)).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(grid)).save(buffer, "PNG")
    return buffer.getvalue()
