"""scikit-learn's gradient boosting with its defaults on the same files."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder

from benchmarks.any_data.preparing import Split
from benchmarks.any_data.reading import read_split
from benchmarks.any_data.sets import AnySet
from benchmarks.summary import BOOSTING

# More categories than these it takes as numbers only.
_MOST_CATEGORIES = 255


def results(one: AnySet, split: Split) -> Iterator[dict[str, Any]]:
    """Fit it once, its own seed the split's; yield its score, its time, and how many were tested.

    Texts are categories, as its documentation advises; columns with more categories than it takes
    are numbered, as those of ratings are in their file.
    """
    began = time.perf_counter()
    examples = read_split(one, split)
    inputs = examples.X_train
    names = make_column_selector(dtype_exclude=np.number)(inputs)
    few = [name for name in names if inputs[name].nunique() < _MOST_CATEGORIES]
    encode = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan
    )
    columns = make_column_transformer(
        (encode, few),
        (encode, [name for name in names if name not in few]),
        remainder="passthrough",
    )
    make = HistGradientBoostingRegressor if one.score == "r2" else HistGradientBoostingClassifier
    boosting = make(categorical_features=range(len(few)), random_state=split.seed)
    pipeline = make_pipeline(columns, boosting)
    pipeline.fit(inputs, examples.y_train)
    score = float(pipeline.score(examples.X_test, examples.y_test))
    yield {
        "method": BOOSTING,
        "score": score,
        "seconds": time.perf_counter() - began,
        "n_test": len(examples.y_test),
    }
