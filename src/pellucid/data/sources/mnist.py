"""MNIST and Fashion-MNIST: found on this machine, fetched once, or explained how to get.

Both are four IDX files whose uncompressed contents are known by their sha256; whatever folder
or server they come from, nothing else is accepted. The cache holds them uncompressed: opening
60,000 images from there takes a tenth of a second, checked in full.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.download import DownloadFailedError, Opener, fetch_files, open_url
from pellucid.data.sources.idx import parse_idx, table_of_images
from pellucid.data.sources.reading import damaged, read_file
from pellucid.errors import DataError, OutputError, SourceNotFoundError, quote_list
from pellucid.files import cache_folder, write_atomically

PARTS = {"train": "train", "test": "t10k"}
IMAGES, LABELS = "images-idx3-ubyte", "labels-idx1-ubyte"


@dataclass(frozen=True)
class ImageSet:
    """A published set of four IDX files.

    Attributes
    ----------
    name, title
        The built-in name, and what people call it.
    variable
        The environment variable that names a folder with the files.
    folders
        Folders where packages of operating systems install the files.
    mirrors
        Addresses of folders with the files as ``.gz``, each ending in ``/``.
    digests
        The files' names and the sha256 of their uncompressed contents; the smallest first.
    packed_digests
        The same names with the sha256 of the official ``.gz`` files.
    classes
        What the labels 0, 1, 2 … mean, or nothing where they are digits.
    """

    name: str
    title: str
    variable: str
    folders: tuple[Path, ...]
    mirrors: tuple[str, ...]
    digests: Mapping[str, str]
    packed_digests: Mapping[str, str]
    classes: tuple[str, ...] = ()


MNIST = ImageSet(
    name="digits",
    title="MNIST",
    variable="PELLUCID_DIGITS",
    folders=(),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    digests={
        "t10k-labels-idx1-ubyte": (
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
        "t10k-images-idx3-ubyte": (
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"
        ),
        "train-labels-idx1-ubyte": (
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
        ),
        "train-images-idx3-ubyte": (
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"
        ),
    },
    packed_digests={
        "t10k-labels-idx1-ubyte": (
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"
        ),
        "t10k-images-idx3-ubyte": (
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"
        ),
        "train-labels-idx1-ubyte": (
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"
        ),
        "train-images-idx3-ubyte": (
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"
        ),
    },
)

FASHION = ImageSet(
    name="fashion",
    title="Fashion-MNIST",
    variable="PELLUCID_FASHION",
    # Where Debian's and Ubuntu's package dataset-fashion-mnist installs it.
    folders=(Path("/usr/share/datasets/fashion-mnist"),),
    mirrors=(
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    ),
    digests={
        "t10k-labels-idx1-ubyte": (
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
        "t10k-images-idx3-ubyte": (
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"
        ),
        "train-labels-idx1-ubyte": (
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"
        ),
        "train-images-idx3-ubyte": (
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"
        ),
    },
    packed_digests={},
    classes=(
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
)


def open_image_set(image_set: ImageSet, *, quick: bool, opener: Opener = open_url) -> Dataset:
    """Open a published set from a named folder, a package's, the cache, or the network.

    Raises
    ------
    DataError
        Where the environment variable names a folder that does not hold the set.
    SourceNotFoundError
        Where the set is nowhere to be found; ``where`` says why, ``remedy`` how to get it.
    """
    named = os.environ.get(image_set.variable)
    if named:
        folder = Path(named).expanduser()
        return _dataset(image_set, _read_folder(image_set, folder), str(folder))
    cache = _cache_of(image_set)
    for folder in (*image_set.folders, *([cache] if cache else [])):
        # Where nothing lies yet, or something is damaged, the next place may do.
        with suppress(DataError):
            return _dataset(image_set, _read_folder(image_set, folder), str(folder))
    if quick:
        raise _not_found(image_set, "and a quick run does not use the network")
    try:
        mirror, contents = fetch_files(_packed_files(image_set), image_set.mirrors, opener)
    except DownloadFailedError as error:
        raise _not_found(image_set, f"and it could not be downloaded: {error}") from error
    contents = {name.removesuffix(".gz"): content for name, content in contents.items()}
    notes = _store(cache, contents) if cache else ()
    dataset = _dataset(image_set, contents, mirror)
    return replace(dataset, notes=notes)


def _cache_of(image_set: ImageSet) -> Path | None:
    """Return the set's folder in the cache, or None where none can be made."""
    try:
        return cache_folder("data", image_set.title.lower())
    except OutputError:
        return None


def _store(cache: Path, contents: Mapping[str, bytes]) -> tuple[str, ...]:
    try:
        for name, content in contents.items():
            write_atomically(cache / name, content)
    except OutputError as error:
        # The data is here all the same: a full disk only means fetching it again next time.
        return (f"It could not be kept for the next time: {error.what}",)
    return ()


def _packed_files(image_set: ImageSet) -> dict[str, Unpacker]:
    return {
        f"{name}.gz": Unpacker(name, digest, image_set.packed_digests.get(name))
        for name, digest in image_set.digests.items()
    }


@dataclass(frozen=True)
class Unpacker:
    """Checks a downloaded ``.gz`` and returns what is in it.

    Attributes
    ----------
    name
        The file's name, for messages.
    digest, packed_digest
        The sha256 of the contents, and of the ``.gz`` itself where it is known.
    """

    name: str
    digest: str
    packed_digest: str | None

    def __call__(self, packed: bytes) -> bytes:
        """Return the contents; raise DownloadFailedError where they are not the file's."""
        problem = f"{self.name}.gz arrived damaged, or is another file (its sha256 differs)"
        if self.packed_digest not in (None, hashlib.sha256(packed).hexdigest()):
            raise DownloadFailedError(problem)
        try:
            content = gzip.decompress(packed)
        except (EOFError, OSError, zlib.error) as error:
            raise DownloadFailedError(problem) from error
        if hashlib.sha256(content).hexdigest() != self.digest:
            raise DownloadFailedError(problem)
        return content


def _not_found(image_set: ImageSet, why: str) -> SourceNotFoundError:
    package = "install the package dataset-fashion-mnist (Debian, Ubuntu), or "
    return SourceNotFoundError(
        f"{image_set.title} was not found on this machine.",
        where=why.removeprefix("and "),
        expected=f"its four IDX files: {quote_list(image_set.digests)}, with or without .gz",
        remedy=f"{package if image_set.folders else ''}"
        f"connect to the internet{' and leave out --quick' if 'quick' in why else ''}, "
        f"or put its four IDX files into a folder and set {image_set.variable}=FOLDER",
    )


def _read_folder(image_set: ImageSet, folder: Path) -> dict[str, bytes]:
    """Read the four files of a folder; raise DataError unless all hold what they should."""
    if not folder.is_dir():
        raise DataError(
            f"{image_set.variable} names a folder that does not exist.",
            where=str(folder),
            remedy=f"name the folder with the four files, or unset {image_set.variable}",
        )
    contents = {}
    for name, digest in image_set.digests.items():
        path = _find(folder, name)
        if path is None:
            raise DataError(
                f"The folder lacks a file of {image_set.title}.",
                where=str(folder),
                expected=f"{quote_list(image_set.digests)}, with or without .gz",
                remedy=f"add {name}, or unset {image_set.variable}",
            )
        content = read_file(path)
        if hashlib.sha256(content).hexdigest() != digest:
            raise damaged(path, f"its contents are not those of {image_set.title}")
        contents[name] = content
    return contents


def _find(folder: Path, name: str) -> Path | None:
    dotted = name.replace("-idx", ".idx")
    names = (name, f"{name}.gz", dotted, f"{dotted}.gz")
    return next((folder / each for each in names if (folder / each).is_file()), None)


def _dataset(image_set: ImageSet, contents: Mapping[str, bytes], origin: str) -> Dataset:
    tables = {}
    for part, prefix in PARTS.items():
        images = parse_idx(contents[f"{prefix}-{IMAGES}"], origin)
        labels = parse_idx(contents[f"{prefix}-{LABELS}"], origin)
        table = table_of_images(images, labels, origin)
        if image_set.classes:
            classes = pl.Series("label", image_set.classes)
            table = table.with_column("label", classes.gather(labels.astype(np.uint32)))
        tables[part] = table
    return Dataset(
        name=image_set.name,
        origin=f"{image_set.title}: {origin}",
        train=tables["train"],
        test=tables["test"],
        target="label",
        task="classification",
    )
