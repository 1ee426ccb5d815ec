"""IDX files and folders of them."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from pellucid.data import open_source
from pellucid.data.sources.idx import parse_idx
from pellucid.errors import DataError, SourceNotFoundError

CODES = {"u1": 8, "i1": 9, "i2": 11, "i4": 12, "f4": 13, "f8": 14}


def idx(array: np.ndarray) -> bytes:
    """Write an array as the format's description says."""
    header = struct.pack(
        f">BBBB{array.ndim}I", 0, 0, CODES[array.dtype.str[1:]], array.ndim, *array.shape
    )
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


IMAGES = np.arange(24, dtype=np.uint8).reshape(4, 2, 3)
LABELS = np.array([0, 1, 1, 0], dtype=np.uint8)


@pytest.mark.parametrize("dtype", CODES)
def test_every_type_is_read_in_the_machines_byte_order(dtype: str):
    array = np.arange(-6, 6).astype(dtype).reshape(3, 4)
    read = parse_idx(idx(array), "t")
    assert read.dtype == np.dtype(dtype)
    np.testing.assert_array_equal(read, array)


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
        ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"),
        ("train-images.idx3-ubyte", "train-labels.idx1-ubyte.gz"),
    ],
)
def test_a_file_of_images_finds_its_labels(tmp_path: Path, images: str, labels: str):
    for name, content in ((images, idx(IMAGES)), (labels, idx(LABELS))):
        packed = gzip.compress(content) if name.endswith(".gz") else content
        (tmp_path / name).write_bytes(packed)
    dataset = open_source(tmp_path / images)
    np.testing.assert_array_equal(dataset.train["image"], IMAGES)
    assert dataset.train["label"].to_list() == [0, 1, 1, 0]
    assert dataset.target == "label"


def test_a_folder_gives_training_and_test_rows(tmp_path: Path):
    for part, n in (("train", 4), ("t10k", 2)):
        (tmp_path / f"{part}-images-idx3-ubyte").write_bytes(idx(IMAGES[:n]))
        (tmp_path / f"{part}-labels-idx1-ubyte").write_bytes(idx(LABELS[:n]))
    dataset = open_source(tmp_path)
    assert dataset.train.n_rows == 4
    assert dataset.test is not None
    assert dataset.test.n_rows == 2


def test_images_without_labels_have_no_target_and_a_note(tmp_path: Path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(IMAGES))
    dataset = open_source(tmp_path / "train-images-idx3-ubyte")
    assert dataset.target is None
    assert "No file of labels" in dataset.notes[0]


def test_damaged_files_are_refused(tmp_path: Path):
    whole = idx(IMAGES)
    path = tmp_path / "train-images-idx3-ubyte"
    for content in (whole[:-1], whole + b"x", whole[:10], whole[:3], b"\1\2\3\4" * 9, b""):
        path.write_bytes(content)
        with pytest.raises(DataError) as caught:
            open_source(path)
        assert str(path) in str(caught.value)


def test_labels_of_another_number_are_refused(tmp_path: Path):
    (tmp_path / "train-images-idx3-ubyte").write_bytes(idx(IMAGES))
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(LABELS[:3]))
    with pytest.raises(DataError, match="4 images and labels of shape"):
        open_source(tmp_path)


def test_labels_alone_and_folders_without_images_are_refused(tmp_path: Path):
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(idx(LABELS))
    with pytest.raises(DataError, match="labels, it seems"):
        open_source(tmp_path / "train-labels-idx1-ubyte")
    with pytest.raises(SourceNotFoundError, match="no IDX file of training images"):
        open_source(tmp_path)
    (tmp_path / "other").mkdir()
    with pytest.raises(SourceNotFoundError, match="folder is empty"):
        open_source(tmp_path / "other")
