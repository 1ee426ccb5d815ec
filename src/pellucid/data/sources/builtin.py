"""The data that can be had by name: what there is, and scikit-learn's small sets."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pellucid.data.dataset import Dataset
from pellucid.data.download import Opener, open_url
from pellucid.data.sources.mnist import FASHION, MNIST, ImageSet, open_image_set
from pellucid.data.table import Array, Table
from pellucid.errors import SourceNotFoundError

ORIGIN = "embedded in scikit-learn"


@dataclass(frozen=True)
class BuiltinInfo:
    """One line of the list of built-in data.

    Attributes
    ----------
    name
        What to call it: ``pellucid train NAME``.
    kind
        What a row is: "images" or "table".
    rows, columns
        How many rows (training and test together) and input columns there are.
    summary
        What it is and what is to be predicted.
    """

    name: str
    kind: str
    rows: int
    columns: int
    summary: str


@dataclass(frozen=True)
class _Builtin:
    info: BuiltinInfo
    open: Callable[[bool], Dataset]


def list_builtin() -> list[BuiltinInfo]:
    """Return what can be had by name, without opening or fetching any of it.

    Examples
    --------
    >>> [info.name for info in list_builtin()][:3]
    ['digits', 'digits-8x8', 'fashion']
    """
    return [builtin.info for builtin in _BUILTINS.values()]


def open_builtin(name: str, *, quick: bool) -> Dataset:
    """Open a built-in set; `quick` keeps off the network."""
    return _BUILTINS[name].open(quick)


def is_builtin(name: str) -> bool:
    """Tell whether there is a built-in set with this name."""
    return name in _BUILTINS


def open_digits(*, quick: bool, image_set: ImageSet = MNIST, opener: Opener = open_url) -> Dataset:
    """Open MNIST, or scikit-learn's 8×8 digits with a note that says how to get MNIST.

    Parameters
    ----------
    quick
        Whether to do without the network.
    image_set, opener
        What is looked for, and what opens addresses; for tests.

    Raises
    ------
    DataError
        Where the folder that ``PELLUCID_DIGITS`` names does not hold MNIST.
    """
    try:
        return open_image_set(image_set, quick=quick, opener=opener)
    except SourceNotFoundError as error:
        fallback = open_small_digits()
        note = (
            f"{image_set.title} is not on this machine ({error.where}), so the "
            f"{fallback.train.n_rows:,} digits of 8×8 pixels that come with scikit-learn stand in "
            f"for it. To get {image_set.title}: {error.remedy}."
        )
        return replace(fallback, name=image_set.name, notes=(note,))


def open_small_digits() -> Dataset:
    """Open scikit-learn's 1,797 digits of 8×8 pixels, as images of 0 to 255."""
    numbers = _numbers_of("digits.csv.gz")
    if numbers is None:
        from sklearn.datasets import load_digits

        bunch = load_digits()
        numbers = np.column_stack([bunch.data, bunch.target])
    images, labels = numbers[:, :-1].reshape(-1, 8, 8), numbers[:, -1].astype(np.int64)
    # They count the dark cells of a 4×4 square, 0 to 16; images are 0 to 255 everywhere else.
    images = np.rint(images * (255 / 16)).astype(np.uint8)
    return Dataset(
        name="digits-8x8",
        origin=ORIGIN,
        train=Table({"image": images, "label": pl.Series(labels)}),
        target="label",
        task="classification",
    )


def _open_iris() -> Dataset:
    numbers = _numbers_of("iris.csv", head=1)
    if numbers is None:
        from sklearn.datasets import load_iris

        bunch = load_iris()
        numbers = np.column_stack([bunch.data, bunch.target])
    species = ("setosa", "versicolor", "virginica")
    columns: dict[str, Any] = {
        f"{part} {way} (cm)": pl.Series(numbers[:, place])
        for place, (part, way) in enumerate(product(("sepal", "petal"), ("length", "width")))
    }
    columns["species"] = pl.Series([species[int(place)] for place in numbers[:, -1]])
    return Dataset(
        name="iris", origin=ORIGIN, train=Table(columns), target="species", task="classification"
    )


def _numbers_of(name: str, head: int = 0) -> Array | None:
    """Read a file of scikit-learn's data as it lies there; None where it does not lie there.

    To import scikit-learn for these few numbers takes a second, which is most of what a person
    waits for who tries pellucid for the first time.
    """
    found = importlib.util.find_spec("sklearn")
    folders = [] if found is None else found.submodule_search_locations or []
    for folder in folders:
        path = Path(folder) / "datasets" / "data" / name
        if path.is_file():
            return np.loadtxt(path, delimiter=",", skiprows=head)
    return None


def _open_wine() -> Dataset:
    from sklearn.datasets import load_wine

    bunch = load_wine()
    # The three cultivars were published without their names.
    bunch.target_names = np.array(["cultivar 1", "cultivar 2", "cultivar 3"])
    bunch.feature_names = [name.replace("_", " ") for name in bunch.feature_names]
    bunch.feature_names[11] = "od280/od315 of diluted wines"
    return _from_bunch("wine", bunch, "cultivar")


def _open_breast_cancer() -> Dataset:
    from sklearn.datasets import load_breast_cancer

    return _from_bunch("breast-cancer", load_breast_cancer(), "diagnosis")


def _open_diabetes() -> Dataset:
    from sklearn.datasets import load_diabetes

    bunch = load_diabetes(scaled=False)
    names = [
        "age",
        "sex",
        "body mass index",
        "blood pressure",
        "total cholesterol",
        "ldl",
        "hdl",
        "cholesterol/hdl",
        "log triglycerides",
        "blood sugar",
    ]
    columns: dict[str, Any] = {name: pl.Series(bunch.data[:, i]) for i, name in enumerate(names)}
    columns["progression"] = pl.Series(bunch.target)
    return Dataset(
        name="diabetes",
        origin=ORIGIN,
        train=Table(columns),
        target="progression",
        task="regression",
        unit="score after one year",
    )


def _from_bunch(name: str, bunch: Any, target: str) -> Dataset:
    columns: dict[str, Any] = {
        str(column): pl.Series(bunch.data[:, i]) for i, column in enumerate(bunch.feature_names)
    }
    columns[target] = pl.Series(bunch.target_names.tolist()).gather(bunch.target)
    return Dataset(
        name=name, origin=ORIGIN, train=Table(columns), target=target, task="classification"
    )


def _quietly(open_set: Callable[[], Dataset], _quick: bool) -> Dataset:
    """Open a set that never needs the network, quick or not."""
    return open_set()


_BUILTINS: dict[str, _Builtin] = {
    builtin.info.name: builtin
    for builtin in (
        _Builtin(
            BuiltinInfo(
                "digits", "images", 70_000, 1, "MNIST: handwritten digits of 28×28 pixels → 0 to 9"
            ),
            lambda quick: open_digits(quick=quick),
        ),
        _Builtin(
            BuiltinInfo(
                "digits-8x8", "images", 1_797, 1, "handwritten digits of 8×8 pixels → 0 to 9"
            ),
            partial(_quietly, open_small_digits),
        ),
        _Builtin(
            BuiltinInfo(
                "fashion", "images", 70_000, 1, "Fashion-MNIST: clothes of 28×28 pixels → 10 sorts"
            ),
            lambda quick: open_image_set(FASHION, quick=quick),
        ),
        _Builtin(
            BuiltinInfo("iris", "table", 150, 4, "measures of flowers → which of 3 species"),
            partial(_quietly, _open_iris),
        ),
        _Builtin(
            BuiltinInfo("wine", "table", 178, 13, "chemistry of wines → which of 3 cultivars"),
            partial(_quietly, _open_wine),
        ),
        _Builtin(
            BuiltinInfo(
                "breast-cancer", "table", 569, 30, "cell nuclei → malignant or benign tumour"
            ),
            partial(_quietly, _open_breast_cancer),
        ),
        _Builtin(
            BuiltinInfo(
                "diabetes", "table", 442, 10, "patients' values → progression after one year"
            ),
            partial(_quietly, _open_diabetes),
        ),
    )
}
