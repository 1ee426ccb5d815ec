"""The line people write: ``pellucid.compare``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pellucid.comparison.options import Options
from pellucid.comparison.result import ComparisonResult
from pellucid.comparison.running import run_comparison
from pellucid.training.events import Callback, together
from pellucid.training.given import make_config


def compare(
    source: Any,
    *,
    amounts: Any = None,
    repeats: int | None = None,
    callbacks: Sequence[Callback] = (),
    config: str | Path | None = None,
    **settings: Any,
) -> ComparisonResult:
    """Compare the network with classic machine learning on growing amounts of the same rows.

    The network is the one that `pellucid.train` would train; beside it learn, with scikit-learn's
    defaults, logistic (or ridge) regression, nearest neighbours, a random forest and gradient
    boosting; of several targets each has an estimator of its own. All see the same vectors, encoded
    by what those rows say that are learned from, and are tested on the same rows.

    With ``task="clustering"`` or a number of ``clusters``, the network's clusters stand beside
    those of k-means, a Gaussian mixture and Ward's method, judged by the rows that were grouped:
    by NMI where there is a target, by the silhouette where there is none.

    Parameters
    ----------
    source
        As for `pellucid.train`: a name, a file, a folder, a frame, or arrays ``(X, y)``.
    amounts
        The numbers of rows to learn from, such as ``[100, 1000, "all"]``. None: five, growing by
        equal factors from about 50 to all. A larger amount holds the rows of a smaller one, and
        the classes in the shares that they have among all rows.
    repeats
        How often small amounts are drawn anew at most, with other rows and another seed; 5 where
        nothing is said, for amounts of up to 1,000 rows; 3 up to 10,000; once from more.
    callbacks
        Functions of one event, called as things happen (`pellucid.comparison.running`).
    config
        A ``config.yaml`` to take settings from; those given here overrule it.
    **settings
        Settings of the training: ``target``, ``clusters``, ``drop``, ``seed``, ``hidden`` …. Its
        ``time_limit`` is one for the whole comparison: what would not fit is left out, and named.

    Returns
    -------
    ComparisonResult
        ``print`` shows it and a notebook draws it; ``scores`` and ``frame`` are tables,
        ``verdict`` says it in words.

    Raises
    ------
    SettingError
        Where a setting does not fit the data or a comparison.
    DataError
        Where the data cannot be used, or not one contender can learn from it.

    Examples
    --------
    >>> import pellucid
    >>> result = pellucid.compare("iris", amounts=[30, "all"], repeats=1, epochs=10)
    >>> result.scores.columns[:3], result.scores.height
    (['contender', 'amount', 'score'], 10)
    """
    options = Options.make(amounts, repeats)
    return run_comparison(make_config(source, config, settings), options, together(callbacks))
