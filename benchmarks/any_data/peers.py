"""The scikit-learn pipelines that are usual for each form of data.

Defaults but for what an honest user sets: scaled inputs and targets, missing values filled in,
iterations enough. Where a pipeline is usual in two ways, both run and the better one counts.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.compose import (
    TransformedTargetRegressor,
    make_column_selector,
    make_column_transformer,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.any_data.preparing import Split
from benchmarks.any_data.reading import Examples, read_split
from benchmarks.any_data.sets import AnySet

# An MLP on few rows gets iterations enough to converge; on many, scikit-learn's usual 200, with
# early stopping and without: 2,000 passes over so many rows would only over-fit, for half an hour.
FEW_ROWS = 2000
USUAL_ITERATIONS = 200
MOST_ITERATIONS = 2000


def pipelines(one: AnySet, examples: Examples, seed: int) -> dict[str, Any]:
    """Return the pipelines for a set, by what they are made of."""
    if one.form in {"texts", "trec", "text folder"}:
        return {
            f"TF-IDF of {what} + logistic regression": make_pipeline(
                TfidfVectorizer(ngram_range=(1, n)), LogisticRegression(max_iter=1000)
            )
            for what, n in (("words", 1), ("words and pairs", 2))
        }
    if one.form == "sound folder":
        return {
            "log-mel + logistic regression": make_pipeline(
                StandardScaler(), LogisticRegression(max_iter=1000)
            )
        }
    if one.form == "ratings":
        return {"one-hot + ridge": make_pipeline(OneHotEncoder(handle_unknown="ignore"), Ridge())}
    first = {"image folder": "pixels", "ts": "raw series", "forecast": "raw series"}
    name = first.get(one.form, "scaling + one-hot")
    many = len(examples.y_train) >= FEW_ROWS
    return {
        f"{name} + MLP{way}": _with_network(one, seed, early_stopping=early, many=many)
        for way, early in (("", False), (", early stopping", True))
        # Without early stopping, so many pixels would take far longer, and over-fit.
        if (many or not early) and (early or one.form != "image folder")
    }


def _with_network(one: AnySet, seed: int, *, early_stopping: bool, many: bool) -> Any:
    settings: dict[str, Any] = {
        "random_state": seed,
        "early_stopping": early_stopping,
        "max_iter": USUAL_ITERATIONS if many else MOST_ITERATIONS,
    }
    if one.score == "r2":
        network = make_pipeline(_scaling(one), MLPRegressor(**settings))
        return TransformedTargetRegressor(network, transformer=StandardScaler())
    return make_pipeline(_scaling(one), MLPClassifier(**settings))


def _scaling(one: AnySet) -> Any:
    if one.form == "image folder":  # pixels lie between 0 and 1 already
        return "passthrough"
    if one.form in {"ts", "forecast"}:
        return StandardScaler()
    numbers = make_pipeline(SimpleImputer(), StandardScaler())
    # A missing category is one of its own there.
    categories = OneHotEncoder(handle_unknown="ignore")
    return make_column_transformer(
        (numbers, make_column_selector(dtype_include=np.number)),
        (categories, make_column_selector(dtype_exclude=np.number)),
    )


def results(one: AnySet, split: Split) -> Iterator[dict[str, Any]]:
    """Fit each pipeline on a split; yield its score, its time, and what it was tested on.

    The time is that of reading the files, fitting and scoring.
    """
    began = time.perf_counter()
    examples = read_split(one, split)
    reading = time.perf_counter() - began
    for name, pipeline in pipelines(one, examples, split.seed).items():
        began = time.perf_counter()
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ConvergenceWarning)
            pipeline.fit(examples.X_train, examples.y_train)
        score = float(pipeline.score(examples.X_test, examples.y_test))
        seconds = reading + time.perf_counter() - began
        limited = any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
        yield {
            "method": name,
            "score": score,
            "seconds": seconds,
            "n_test": len(examples.y_test),
            "ran_out_of_iterations": limited,
        }
