"""Classic machine learning: four methods of scikit-learn for each task, with its defaults.

Where a default would fail on few rows or stop early, it is changed, and said here:

- logistic regression may take 1,000 steps of its solver instead of 100;
- nearest neighbours ask as many rows as there are, where these are fewer than five;
- gradient boosting takes no rows away to stop early by where a class has a single one.

Random choices come from the seed; forests and neighbours use all cores.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.data.matrices import is_sparse

NETWORK = "network"
"""What the network is called beside the others."""

_SOLVER_STEPS = 1000
_NEIGHBOURS = 5
# scikit-learn's gradient boosting looks through the bins of all features for every split, however
# few rows there are: with 15,000 features of texts a minute for 4,000 rows as for 50.
_MOST_FEATURES = 5_000
_STOPS_EARLY = 10_000


@dataclass(frozen=True)
class Size:
    """What a contender has before it: rows and features, and the rarest class's rows.

    Attributes
    ----------
    n_rows, n_features
        Of the matrix to learn from.
    rarest
        How many rows the rarest class has; for numbers, all.
    sparse
        Whether the matrix is a sparse one.
    """

    n_rows: int
    n_features: int
    rarest: int
    sparse: bool

    @classmethod
    def of(cls, inputs: Any, targets: np.ndarray) -> Size:
        """Return the size of encoded rows; whole numbers as targets are classes."""
        is_class = np.issubdtype(targets.dtype, np.integer)
        counts = np.unique(targets, return_counts=True)[1] if is_class else [len(targets)]
        n_rows, n_features = inputs.shape
        return cls(n_rows, n_features, int(min(counts)), is_sparse(inputs))

    @property
    def stops_early(self) -> bool:
        """Whether gradient boosting takes rows away, at random, to stop early by."""
        return self.n_rows > _STOPS_EARLY and self.rarest > 1


@dataclass(frozen=True)
class Contender:
    """One classic method.

    Attributes
    ----------
    name
        What it is called in tables.
    estimator
        The class of scikit-learn.
    make
        Makes an untrained estimator of the size and the seed.
    refuses
        Says why it cannot learn from rows of this size, or None.
    is_random
        Whether the same rows with another seed give another result.
    takes_labels
        Whether one estimator learns sets of labels, 0 and 1 in several columns.
    """

    name: str
    estimator: str
    make: Callable[[Size, int], Any]
    refuses: Callable[[Size], str | None] = lambda size: None
    is_random: Callable[[Size], bool] = lambda size: False
    takes_labels: bool = False


def classic_contenders(task: str) -> tuple[Contender, ...]:
    """Return the four contenders for ``"classification"`` or ``"regression"``.

    Examples
    --------
    >>> [contender.estimator for contender in classic_contenders("regression")]
    ['Ridge', 'KNeighborsRegressor', 'RandomForestRegressor', 'HistGradientBoostingRegressor']
    """
    linear, ending = ("logistic regression", "Classifier")
    make_linear, estimator = _logistic_regression, "LogisticRegression"
    if task == "regression":
        linear, ending = "ridge regression", "Regressor"
        make_linear, estimator = _ridge, "Ridge"
    return (
        Contender(linear, estimator, make_linear),
        Contender(
            "nearest neighbours",
            f"KNeighbors{ending}",
            lambda size, seed: _neighbors(f"KNeighbors{ending}", size),
            takes_labels=True,
        ),
        Contender(
            "random forest",
            f"RandomForest{ending}",
            lambda size, seed: _ensemble(f"RandomForest{ending}", random_state=seed, n_jobs=-1),
            is_random=lambda size: True,
            takes_labels=True,
        ),
        Contender(
            "gradient boosting",
            f"HistGradientBoosting{ending}",
            lambda size, seed: _ensemble(
                f"HistGradientBoosting{ending}",
                random_state=seed,
                early_stopping=size.stops_early,
            ),
            refuses=_too_wide,
            is_random=lambda size: size.stops_early,
        ),
    )


def _logistic_regression(size: Size, seed: int) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=_SOLVER_STEPS)


def _ridge(size: Size, seed: int) -> Any:
    from sklearn.linear_model import Ridge

    return Ridge()


def _neighbors(name: str, size: Size) -> Any:
    from sklearn import neighbors

    return getattr(neighbors, name)(n_neighbors=min(_NEIGHBOURS, size.n_rows), n_jobs=-1)


def _ensemble(name: str, **settings: Any) -> Any:
    from sklearn import ensemble

    return getattr(ensemble, name)(**settings)


def _too_wide(size: Size) -> str | None:
    """Refuse what scikit-learn's gradient boosting does not take, or takes too long for."""
    if size.sparse:
        return "scikit-learn's takes no sparse vectors"
    if size.n_features > _MOST_FEATURES:
        return f"it is too slow for more than {_MOST_FEATURES:,} numbers a row"
    return None
