"""MNIST and its relatives: found, fetched, refused, or replaced; nothing touches a network."""

from __future__ import annotations

import gzip
import hashlib
import io
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from pellucid.data import infer_contract, open_source
from pellucid.data.download import DownloadFailedError, fetch_files, open_url
from pellucid.data.kinds import ImageEncoder
from pellucid.data.sources.builtin import open_digits
from pellucid.data.sources.mnist import FASHION, MNIST, ImageSet, open_image_set
from pellucid.errors import DataError, SourceNotFoundError
from pellucid.files import cache_folder

MIRRORS = ("https://first.invalid/", "https://second.invalid/")


def raw_files() -> dict[str, bytes]:
    """Make four small files in IDX form, named as MNIST's."""
    files = {}
    for part, n in (("t10k", 2), ("train", 3)):
        header = bytes([0, 0, 8, 1, 0, 0, 0, n])
        files[f"{part}-labels-idx1-ubyte"] = header + bytes(range(n))
        header = bytes([0, 0, 8, 3, 0, 0, 0, n, 0, 0, 0, 2, 0, 0, 0, 2])
        files[f"{part}-images-idx3-ubyte"] = header + bytes(range(4 * n))
    return files


RAW = raw_files()
PACKED = {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in RAW.items()}


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


SMALL = ImageSet(
    name="digits",
    title="MNIST",
    variable="PELLUCID_DIGITS",
    folders=(),
    mirrors=MIRRORS,
    digests={name: sha256(content) for name, content in RAW.items()},
    packed_digests={name.removesuffix(".gz"): sha256(gz) for name, gz in PACKED.items()},
)


class Server:
    """Opens addresses from a dictionary, and remembers which were asked for."""

    def __init__(self, change: Callable[[str, bytes], bytes] = lambda _, content: content) -> None:
        self.asked: list[str] = []
        self.change = change

    def __call__(self, url: str, timeout: float) -> BinaryIO:
        self.asked.append(url)
        return io.BytesIO(self.change(url, PACKED[url.rsplit("/", 1)[1]]))


def never(url: str, timeout: float) -> BinaryIO:
    raise AssertionError(f"the network was touched: {url}")


def refusing(url: str, timeout: float) -> BinaryIO:
    raise ConnectionRefusedError("connection refused")


def hanging(url: str, timeout: float) -> BinaryIO:
    """Hang as a name server does that does not answer: no timeout ends it."""
    time.sleep(30)
    raise AssertionError


@pytest.fixture(autouse=True)
def alone(private_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for image_set in (MNIST, FASHION):
        monkeypatch.delenv(image_set.variable, raising=False)


def test_a_first_opening_fetches_and_a_second_reads_the_cache():
    server = Server()
    dataset = open_digits(quick=False, image_set=SMALL, opener=server)
    assert dataset.train["image"].tolist() == [
        [[0, 1], [2, 3]],
        [[4, 5], [6, 7]],
        [[8, 9], [10, 11]],
    ]
    assert dataset.train["label"].to_list() == [0, 1, 2]
    assert dataset.test is not None
    assert dataset.test.n_rows == 2
    assert dataset.notes == ()
    assert len(server.asked) == 5  # the smallest file from both mirrors, the others from one
    again = open_digits(quick=False, image_set=SMALL, opener=never)
    np.testing.assert_array_equal(again.train["image"], dataset.train["image"])


def test_quick_never_touches_the_network_and_says_what_stands_in():
    dataset = open_digits(quick=True, image_set=SMALL, opener=never)
    assert (dataset.name, dataset.train.n_rows) == ("digits", 1797)
    assert "8×8" in dataset.notes[0]
    assert "PELLUCID_DIGITS=FOLDER" in dataset.notes[0]
    assert "leave out --quick" in dataset.notes[0]


@pytest.mark.parametrize("opener", [refusing, hanging], ids=["refusing", "hanging"])
def test_without_a_network_the_small_digits_stand_in_within_three_seconds(opener):
    start = time.monotonic()
    dataset = open_digits(quick=False, image_set=SMALL, opener=opener)
    assert time.monotonic() - start < 3.0
    assert dataset.train.n_rows == 1797
    assert "could not be downloaded" in dataset.notes[0]


def test_a_port_that_refuses_is_noticed_at_once():
    nobody = replace(SMALL, mirrors=("http://127.0.0.1:9/",))
    start = time.monotonic()
    assert open_digits(quick=False, image_set=nobody, opener=open_url).train.n_rows == 1797
    assert time.monotonic() - start < 3.0


def test_a_mirror_that_hangs_does_not_keep_the_other_from_answering():
    server = Server()

    def opener(url: str, timeout: float) -> BinaryIO:
        return hanging(url, timeout) if url.startswith(MIRRORS[0]) else server(url, timeout)

    assert open_image_set(SMALL, quick=False, opener=opener).origin == f"MNIST: {MIRRORS[1]}"


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-1],
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: b"<html>Please log in</html>",
        lambda content: gzip.compress(b"another file"),
    ],
    ids=["cut", "flipped", "portal", "other"],
)
def test_damaged_downloads_are_refused_and_not_kept(damage):
    for which in ("t10k-labels", "train-images"):
        server = Server(lambda url, content, w=which: damage(content) if w in url else content)
        with pytest.raises(SourceNotFoundError, match="not found"):
            open_image_set(SMALL, quick=False, opener=server)
        assert list(cache_folder("data", "mnist").iterdir()) == []
        # Without known hashes of the packed files, the contents are still checked.
        with pytest.raises(SourceNotFoundError):
            open_image_set(replace(SMALL, packed_digests={}), quick=False, opener=server)


def test_one_damaged_mirror_is_made_up_for_by_the_other():
    server = Server(lambda url, content: content[:-3] if MIRRORS[0] in url else content)
    assert open_image_set(SMALL, quick=False, opener=server).train.n_rows == 3


def test_a_damaged_cache_is_fetched_again():
    open_image_set(SMALL, quick=False, opener=Server())
    file = cache_folder("data", "mnist") / "train-images-idx3-ubyte"
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    assert open_image_set(SMALL, quick=False, opener=Server()).train["image"][2, 1, 1] == 11
    assert open_image_set(SMALL, quick=True, opener=never).train["image"][2, 1, 1] == 11


def test_an_endless_answer_is_cut_off(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("pellucid.data.download.LARGEST_FILE", 1000)
    with pytest.raises(DownloadFailedError, match="far larger"):
        fetch_files({"f": bytes}, MIRRORS, lambda url, timeout: io.BytesIO(bytes(2000)))


def test_a_cache_that_cannot_be_made_does_not_matter(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("PELLUCID_HOME", str(tmp_path / "file" / "home"))
    assert open_image_set(SMALL, quick=False, opener=Server()).train.n_rows == 3


@pytest.mark.parametrize("packed", [True, False])
def test_a_named_folder_is_used_first(tmp_path: Path, monkeypatch, packed: bool):
    for name, content in (PACKED if packed else RAW).items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setenv("PELLUCID_DIGITS", str(tmp_path))
    dataset = open_digits(quick=False, image_set=SMALL, opener=never)
    assert dataset.origin == f"MNIST: {tmp_path}"


def test_a_named_folder_with_other_files_is_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("PELLUCID_DIGITS", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="does not exist"):
        open_digits(quick=True, image_set=SMALL)
    monkeypatch.setenv("PELLUCID_DIGITS", str(tmp_path))
    with pytest.raises(DataError, match="lacks a file of MNIST"):
        open_digits(quick=True, image_set=SMALL)
    for name, content in RAW.items():
        (tmp_path / name).write_bytes(content[:-1] + b"\7")
    with pytest.raises(DataError, match="not those of MNIST"):
        open_digits(quick=True, image_set=SMALL)


def test_fashion_that_is_nowhere_says_how_to_get_it():
    nowhere = replace(FASHION, folders=())
    with pytest.raises(SourceNotFoundError) as caught:
        open_image_set(nowhere, quick=False, opener=refusing)
    assert "PELLUCID_FASHION=FOLDER" in str(caught.value)
    with pytest.raises(SourceNotFoundError, match="dataset-fashion-mnist"):
        open_image_set(replace(FASHION, folders=(Path("/no/such"),)), quick=True, opener=never)


def test_the_real_mnist_is_accepted(shared_data: Path, monkeypatch):
    monkeypatch.setenv("PELLUCID_DIGITS", str(shared_data / "digits/mnist"))
    dataset = open_source("digits")
    assert dataset.train["image"].shape == (60_000, 28, 28)
    assert dataset.test is not None
    # The counts that http://yann.lecun.com/exdb/mnist/ is known for: 5,923 zeros, 6,742 ones.
    counts = np.bincount(dataset.train["label"].to_numpy())
    assert counts[:2].tolist() == [5923, 6742]
    contract = infer_contract(dataset)
    # The mean and deviation of MNIST's pixels that every tutorial quotes: 0.1307 and 0.3081.
    encoder = ImageEncoder.fit(dataset.train["image"])
    assert (round(encoder.mean, 4), round(encoder.scale, 4)) == (0.1307, 0.3081)
    assert contract.task == "classification"


def test_the_packages_fashion_is_found():
    if not FASHION.folders[0].is_dir():
        pytest.skip("the package dataset-fashion-mnist is not installed")
    dataset = open_source("fashion", quick=True)
    # The paper's table 2: ten classes with 6,000 training rows each (Xiao et al. 2017).
    counts = dataset.train["label"].value_counts()
    assert counts["count"].to_list() == [6000] * 10
    assert dataset.train["label"][0] == "Ankle boot"
