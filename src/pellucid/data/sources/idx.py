"""IDX files, the form in which MNIST and its relatives are published.

Format: two zero bytes, a byte for the type, a byte for the number of dimensions, each size as
a big-endian 32-bit integer, then the values in C order, big-endian
(http://yann.lecun.com/exdb/mnist/, "The IDX file format").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from math import prod
from pathlib import Path

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.sources.reading import damaged, read_file, short_name
from pellucid.data.table import Array, Table
from pellucid.errors import DataError, SourceNotFoundError, quote_list

TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
# What the parts of a data set are called at the start of the files' names.
PARTS = {
    "train": ("train",),
    "valid": ("valid", "val", "validation"),
    "test": ("t10k", "test"),
}
IDX_NAME = re.compile(r"(idx\d|[-_.]ubyte|\.idx)(\.gz)?$", re.IGNORECASE)


def parse_idx(content: bytes, where: Path | str) -> Array:
    """Read the bytes of an IDX file.

    Parameters
    ----------
    content
        The uncompressed file.
    where
        Its path, for messages.

    Returns
    -------
    numpy.ndarray
        In the machine's byte order; bytes are not copied.

    Raises
    ------
    DataError
        Where the bytes are no IDX file, or fewer or more than its header says.

    Examples
    --------
    >>> parse_idx(bytes([0, 0, 8, 1, 0, 0, 0, 3, 7, 8, 9]), "labels").tolist()
    [7, 8, 9]
    """
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in TYPES or not content[3]:
        raise DataError(
            "The file is not in IDX form.",
            where=str(where),
            expected="two zero bytes, a type and a number of dimensions at its start",
        )
    dtype, n_dimensions = np.dtype(TYPES[content[2]]), content[3]
    start = 4 + 4 * n_dimensions
    if len(content) < start:
        raise damaged(where, "it ends within its header")
    shape = tuple(np.frombuffer(content, ">u4", n_dimensions, 4).tolist())
    expected = start + prod(shape) * dtype.itemsize
    if len(content) != expected:
        raise damaged(where, f"its header announces {expected:,} bytes, it has {len(content):,}")
    try:
        values = np.frombuffer(content, dtype, offset=start).reshape(shape)
    except ValueError as error:  # too many dimensions, or huge ones beside one of none
        raise damaged(where, "its header announces a shape that no array has") from error
    return values.astype(dtype.newbyteorder("="), copy=False)


def table_of_images(images: Array, labels: Array | None, where: Path | str) -> Table:
    """Join images and labels to a table with the columns ``image`` and ``label``.

    Raises
    ------
    DataError
        Where the numbers of images and labels differ, or the images are no blocks.
    """
    if images.ndim < 2:
        raise DataError(
            "The file holds one number a row: labels, it seems.",
            where=str(where),
            expected="the file of the images (its labels are found beside it)",
        )
    table = Table({"image" if images.ndim > 2 else "x": images})
    if labels is None:
        return table
    if labels.shape != images.shape[:1]:
        raise DataError(
            f"There are {len(images):,} images and labels of shape {labels.shape}.",
            where=str(where),
            expected="one label for each image",
        )
    return table.with_column("label", pl.Series("label", labels))


def open_idx_file(path: Path) -> Dataset:
    """Open a file of images with the file of labels beside it, where there is one.

    ``train-images-idx3-ubyte.gz`` finds ``train-labels-idx1-ubyte.gz``, compressed or not.
    """
    images = parse_idx(read_file(path), path)
    labels_path = _labels_beside(path)
    labels = None if labels_path is None else parse_idx(read_file(labels_path), labels_path)
    table = table_of_images(images, labels, path)
    notes = () if labels is not None else (f"No file of labels lies beside {path.name}.",)
    return _dataset(short_name(path), str(path), {"train": table}, notes)


def open_idx_folder(folder: Path) -> Dataset:
    """Open a folder with ``train-*`` and perhaps ``t10k-*`` or ``test-*`` IDX files.

    Raises
    ------
    SourceNotFoundError
        Where the folder has no images for training.
    """
    tables = {}
    for part in PARTS:
        path = _images_of(folder, part)
        if path is None:
            continue
        labels_path = _labels_beside(path)
        labels = None if labels_path is None else parse_idx(read_file(labels_path), labels_path)
        tables[part] = table_of_images(parse_idx(read_file(path), path), labels, path)
    if "train" not in tables:
        raise SourceNotFoundError(
            "The folder has no IDX file of training images.",
            where=str(folder),
            expected="a file such as train-images-idx3-ubyte, with or without .gz",
            remedy=f"it holds {quote_list(idx_files(folder))}",
        )
    return _dataset(short_name(folder.resolve()), str(folder), tables, ())


def is_idx_name(name: str) -> bool:
    """Tell whether a file's name is one that IDX files have."""
    return bool(IDX_NAME.search(name))


def idx_files(folder: Path) -> list[str]:
    """Return the names of the IDX files in a folder, sorted."""
    return sorted(path.name for path in folder.iterdir() if is_idx_name(path.name))


def _dataset(name: str, origin: str, tables: dict[str, Table], notes: Iterable[str]) -> Dataset:
    has_labels = "label" in tables["train"]
    return Dataset(
        name=name,
        origin=origin,
        train=tables["train"],
        valid=tables.get("valid"),
        test=tables.get("test"),
        target="label" if has_labels else None,
        task="classification" if has_labels else None,
        notes=tuple(notes),
    )


def _images_of(folder: Path, part: str) -> Path | None:
    names = [
        name
        for name in idx_files(folder)
        if name.lower().startswith(PARTS[part]) and "label" not in name.lower()
    ]
    return folder / names[0] if names else None


def _labels_beside(images: Path) -> Path | None:
    stem = images.name.removesuffix(".gz")
    if "image" not in stem:
        return None
    labels = re.sub(r"idx\d", "idx1", stem.replace("image", "label"))
    for name in (labels, labels + ".gz"):
        if (images.parent / name).is_file():
            return images.parent / name
    return None
