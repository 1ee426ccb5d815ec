"""NumPy's ``.npz`` archives, read without pickle."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from pellucid.data.dataset import Dataset
from pellucid.data.sources.arrays import dataset_from_pair, table_of_inputs
from pellucid.data.sources.reading import damaged, short_name
from pellucid.data.sources.zipped import check_zip, locked
from pellucid.data.table import Array, Table
from pellucid.errors import DataError, quote_list

MAGIC = b"\x93NUMPY"
HEADERS: dict[tuple[int, ...], Callable[..., Any]] = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
    (3, 0): np.lib.format.read_array_header_2_0,
}
INPUT_NAMES = ("x", "data", "images", "image", "features", "inputs")
TARGET_NAMES = ("y", "labels", "label", "target", "targets")
PARTS = {
    "train": "train",
    "training": "train",
    "valid": "valid",
    "validation": "valid",
    "val": "valid",
    "dev": "valid",
    "test": "test",
}


def open_npz(path: Path) -> Dataset:
    """Open an archive with arrays such as ``X`` and ``y``, or ``x_train`` … ``y_test``.

    Capital letters do not matter, nor whether the part is named first (``train_images``).

    Raises
    ------
    DataError
        Where the archive is damaged, needs pickle, or has no arrays with known names.
    """
    arrays = _read(path)
    try:
        return _dataset(path, arrays)
    except DataError as error:
        error.where = error.where or str(path)
        raise


def _dataset(path: Path, arrays: dict[str, Array]) -> Dataset:
    parts: dict[str, dict[str, Array]] = {}
    for key, array in arrays.items():
        place = _place_of(key)
        if place is not None:
            parts.setdefault(place[0], {})[place[1]] = array
    if "inputs" not in parts.get("train", {}):
        raise DataError(
            "The archive has no array of training inputs.",
            where=f"{path} holds {quote_list(arrays)}",
            expected="X and y, or x_train, y_train, x_test, y_test",
            remedy="save it again: numpy.savez('data.npz', X=X, y=y)",
        )
    tables: dict[str, Table] = {}
    target = None
    for part, found in parts.items():
        if "inputs" not in found:
            raise DataError(f"The archive has targets but no inputs for {part}.", where=str(path))
        if "targets" in found:
            dataset = dataset_from_pair(found["inputs"], found["targets"])
            tables[part], target = dataset.train, dataset.target
        else:
            tables[part] = table_of_inputs(found["inputs"])
    return Dataset(
        name=short_name(path),
        origin=str(path),
        train=tables["train"],
        valid=tables.get("valid"),
        test=tables.get("test"),
        target=target if "targets" in parts["train"] else None,
    )


def _read(path: Path) -> dict[str, Array]:
    # NumPy would take a file that is no archive for a pickle, and say so.
    check_zip(path, ".npz archive")
    try:
        _check_headers(path)
        with np.load(path, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, zlib.error) as error:
        raise damaged(path, "it is not a whole .npz archive") from error
    except RuntimeError as error:  # what zipfile raises for an encrypted member
        raise locked(path) from error
    except ValueError as error:
        if "pickle" not in str(error):
            raise damaged(path, "an array in it cannot be read") from error
        raise DataError(
            "The archive holds Python objects, which are not opened: they could run code.",
            where=str(path),
            expected="arrays of numbers or text",
            remedy="convert them before saving, such as y.astype(str)",
        ) from error


def _check_headers(path: Path) -> None:
    """Refuse arrays whose header announces more than is there: NumPy would make room for all."""
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            with archive.open(member) as stream:
                if stream.read(len(MAGIC)) != MAGIC:
                    continue  # not an array; NumPy passes it on as bytes
                version = tuple(stream.read(2))
                read = HEADERS.get(version)
                if read is None:
                    raise ValueError(f"version {version} of the format")
                shape, _, dtype = read(stream)
                if not dtype.hasobject and prod(shape) * dtype.itemsize > member.file_size:
                    raise EOFError


def _place_of(key: str) -> tuple[str, str] | None:
    """Tell which part an array belongs to, and whether it is inputs or targets."""
    words = key.lower().replace("-", "_").split("_")
    part = next((PARTS[word] for word in words if word in PARTS), "train")
    rest = [word for word in words if word not in PARTS]
    if len(rest) != 1:
        return None
    if rest[0] in INPUT_NAMES:
        return part, "inputs"
    return (part, "targets") if rest[0] in TARGET_NAMES else None
