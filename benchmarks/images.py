"""The image sets of the benchmarks, read from IDX files into float32 arrays.

Knows NumPy alone, because the peers' interpreter imports it too.
"""

from __future__ import annotations

import gzip
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

FASHION_FOLDER = Path("/usr/share/datasets/fashion-mnist")
DIGITS_VARIABLE = "PELLUCID_DIGITS"
IDX_IMAGES_MAGIC = 0x803
IDX_LABELS_MAGIC = 0x801
HOW_TO_GET_IMAGES = (
    f"Install Debian's package dataset-fashion-mnist (it fills {FASHION_FOLDER}), or set "
    f"{DIGITS_VARIABLE} to a folder with MNIST's four IDX files (train-*, t10k-*; .gz or not)."
)


class ImagesMissingError(RuntimeError):
    """An image set that a benchmark needs is not on this machine."""


@dataclass(frozen=True)
class Images:
    """An image set in memory: pixels between 0 and 1, one row an image."""

    X_train: npt.NDArray[np.float32]
    y_train: npt.NDArray[np.int64]
    X_test: npt.NDArray[np.float32]
    y_test: npt.NDArray[np.int64]


def image_folders() -> dict[str, Path]:
    """Find the image sets on this machine: name (``mnist``, ``fashion``) to folder.

    Raises
    ------
    ImagesMissingError
        Where ``PELLUCID_DIGITS`` names a folder without IDX files.
    """
    found = {}
    digits = os.environ.get(DIGITS_VARIABLE)
    if digits:
        folder = Path(digits).expanduser().resolve()
        if not any(folder.glob("train-images*")):
            raise ImagesMissingError(
                f"{DIGITS_VARIABLE} is {digits}, but no train-images* lies there. "
                + HOW_TO_GET_IMAGES
            )
        found["mnist"] = folder
    if any(FASHION_FOLDER.glob("train-images*")):
        found["fashion"] = FASHION_FOLDER
    return found


def first_image_folder() -> tuple[str, Path]:
    """Return name and folder of the set to time epochs on: MNIST where given, else Fashion.

    Raises
    ------
    ImagesMissingError
        Where there is neither.
    """
    for name, folder in image_folders().items():
        return name, folder
    raise ImagesMissingError("No images to measure on. " + HOW_TO_GET_IMAGES)


def read_images(folder: Path) -> Images:
    """Read the four IDX files of a folder; pixels are divided by 255."""
    return Images(
        X_train=_pixels(_read_idx(folder, "train-images", IDX_IMAGES_MAGIC)),
        y_train=_read_idx(folder, "train-labels", IDX_LABELS_MAGIC).astype(np.int64),
        X_test=_pixels(_read_idx(folder, "t10k-images", IDX_IMAGES_MAGIC)),
        y_test=_read_idx(folder, "t10k-labels", IDX_LABELS_MAGIC).astype(np.int64),
    )


def _pixels(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    flat = images.reshape(len(images), -1)
    return np.ascontiguousarray(flat, dtype=np.float32) / np.float32(255)


def _read_idx(folder: Path, prefix: str, magic: int) -> npt.NDArray[np.uint8]:
    path = next(iter(sorted(folder.glob(f"{prefix}*"))), None)
    if path is None:
        raise ImagesMissingError(f"{folder} has no file {prefix}*. " + HOW_TO_GET_IMAGES)
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    found = int.from_bytes(content[:4], "big")
    if found != magic:
        raise ImagesMissingError(f"{path} starts with {found:#x}; an IDX file has {magic:#x}.")
    n_axes = magic & 0xFF
    shape = np.frombuffer(content, ">u4", count=n_axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * n_axes).reshape(tuple(shape))
