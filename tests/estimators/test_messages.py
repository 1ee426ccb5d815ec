"""What a person is told whose call cannot be right: what is wrong, and what would be right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sklearn.exceptions import NotFittedError

from pellucid import Classifier, Regressor
from pellucid.errors import DataError, DivergedError, PellucidError, SettingError
from pellucid.estimators.wording import as_parameters
from tests.estimators.helpers import FLOWERS, LENGTHS, NAMES, SPECIES, classifier, regressor

FRAME = pd.DataFrame(FLOWERS, columns=NAMES)
MIXED = FRAME.assign(color=np.where(FLOWERS[:, 1] > 3, "blue", "white"))
INPUTS = {
    "text": (np.array([["a", "b"], ["c", "d"]]), DataError, "holds text.*data frame"),
    "text among numbers": (
        np.array([[1, "b"], [2, "d"]], dtype=object), DataError, "holds text.*data frame"
    ),
    "dates": (np.array([["2020-01-01"], ["2021-01-01"]], dtype="M8[D]"), DataError, "holds dates"),
    "the name of a file": ("iris.csv", TypeError, "pellucid.train opens files"),
    "a path": (Path("iris.csv"), TypeError, "pellucid.train opens files"),
    "a dict": ({"a": [1, 2]}, TypeError, "pandas.DataFrame"),
    "infinite": (np.array([[1.0], [np.inf]]), ValueError, "infinity"),
    "one row": (FRAME[:1], ValueError, "1 sample.*minimum of 2"),
    "one row with text": (MIXED[:1], ValueError, "1 sample.*minimum of 2"),
    "missing in sparse": (sp.csr_array([[0, np.nan], [1, 0]]), ValueError, "NaN.*sparse"),
    "two columns of one name": (
        pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]), DataError, "same name: 'a'"
    ),
    "infinite beside text": (
        pd.DataFrame({"a": [1.0, np.inf], "b": ["x", "y"]}), DataError, "'a'.*row 2"
    ),
    "nothing to learn from": (
        pd.DataFrame({"id": [f"person {n}" for n in range(150)]}), DataError,
        r"different, as in a name.*kinds=\{'COLUMN': 'KIND'\}",
    ),
}  # fmt: skip
SETTINGS = {
    "no unit": (
        {"hidden_layer_sizes": (8, 0)}, r"hidden_layer_sizes cannot be \(8, 0\).*\(128, 64\)"
    ),
    "half a unit": ({"hidden_layer_sizes": (8.5,)}, "whole numbers"),
    "no number": ({"hidden_layer_sizes": (8, None)}, "whole numbers"),
    "a text": ({"hidden_layer_sizes": "8,8"}, "hidden_layer_sizes.*Got '8,8'"),
    "too many units": ({"hidden_layer_sizes": (10**6, 10**6)}, "memory.*hidden_layer_sizes=.128"),
    "an unknown activation": ({"activation": "rleu"}, "activation.*'relu'.*Got 'rleu'"),
    "a time that is none": ({"time_limit": "soon"}, "^time_limit cannot be 'soon'.*5m"),
    "no epoch": ({"epochs": 0}, "epochs.*Got 0"),
    "weight decay without a way to do it": (
        {"optimizer": "sgd", "weight_decay": 0.1}, "weight_decay is of the optimizer 'adamw'"
    ),
    "a loss for two classes": ({"loss": "binary_cross_entropy"}, "3.*use loss='cross_entropy'"),
    "a class that is not there": ({"class_weight": {"rose": 2.0}}, "class_weight"),
}  # fmt: skip
KINDS = {
    "no such column": ({"colour": "category"}, "no column called 'colour'.*'color'"),
    "no such kind": ({"color": "categories"}, "did you mean 'category'"),
    "of other values": ({"color": "number"}, "'color' cannot be read as number.*blue"),
}


def matching(pattern: str) -> str:
    """Let a pattern's dots pass the ends of lines."""
    return f"(?s){pattern}"


@pytest.mark.parametrize(("rows", "error", "message"), INPUTS.values(), ids=INPUTS)
@pytest.mark.parametrize("make", [classifier, regressor])
def test_inputs_that_cannot_be_learned_from_are_refused(make, rows, error, message):
    targets = (np.arange(getattr(rows, "shape", (2,))[0]) % 2).tolist()
    with pytest.raises(error, match=matching(message)) as refusal:
        make(epochs=1).fit(rows, targets)
    assert isinstance(refusal.value, ValueError | TypeError)


@pytest.mark.parametrize(("settings", "message"), SETTINGS.values(), ids=SETTINGS)
def test_parameters_that_cannot_be_used_are_refused(settings, message):
    with pytest.raises(ValueError, match=matching(message)) as refusal:
        Classifier(**{"epochs": 1, **settings}).fit(FLOWERS, SPECIES)
    assert "--" not in str(refusal.value)


@pytest.mark.parametrize(("kinds", "message"), KINDS.values(), ids=KINDS)
def test_kinds_that_cannot_be_are_refused(kinds, message):
    with pytest.raises(PellucidError, match=matching(message)):
        classifier(kinds=kinds).fit(MIXED, SPECIES)


def test_nothing_is_predicted_before_it_is_learned():
    for method in ("predict", "predict_proba", "decision_function"):
        with pytest.raises(NotFittedError, match="not fitted yet"):
            getattr(Classifier(), method)(FLOWERS)


@pytest.mark.parametrize(
    ("fitted_to", "rows", "error", "message"),
    [
        (FLOWERS, FLOWERS[:, :3], ValueError, "3 features.*expecting 4"),
        (FLOWERS, FLOWERS[0], ValueError, "(?i)reshape your data"),
        (FLOWERS, FLOWERS[:0], ValueError, "0 sample.*minimum of 1"),
        (FLOWERS, None, ValueError, "2D array"),
        (FLOWERS, MIXED, ValueError, "5 features.*expecting 4"),
        (FRAME, FRAME.assign(sepal_width="wide"), DataError, "'sepal_width' holds no numbers"),
        (MIXED, MIXED.drop(columns="color"), ValueError, "yet now missing.*color"),
        (MIXED, MIXED[:0], ValueError, "0 sample.*minimum of 1"),
        (MIXED, np.zeros((3, 5)), TypeError, "columns that are not numbers"),
    ],
)
@pytest.mark.filterwarnings("ignore:X (has|does not have valid) feature names")
def test_rows_unlike_those_of_the_fit_are_refused(fitted_to, rows, error, message):
    fitted = classifier(epochs=1).fit(fitted_to, SPECIES)
    with pytest.raises(error, match=matching(message)):
        fitted.predict(rows)


def test_a_training_that_diverges_says_where_and_what_to_do():
    """Gradients of 1e30 overflow float32 in the second step."""
    wild = Regressor(hidden_layer_sizes=(8,), optimizer="sgd", learning_rate=1e30, epochs=2)
    with pytest.raises(DivergedError, match=matching("layer '.*learning_rate='find'")) as error:
        wild.fit(FLOWERS, LENGTHS)
    assert "--" not in str(error.value)
    assert not hasattr(wild, "model_")


def test_what_failed_leaves_an_earlier_fit_usable():
    fitted = classifier().fit(FLOWERS, SPECIES)
    before = fitted.predict_proba(FLOWERS)
    with pytest.raises(SettingError):
        fitted.set_params(time_limit="soon").fit(FLOWERS, SPECIES)
    assert np.array_equal(fitted.predict_proba(FLOWERS), before)


@pytest.mark.parametrize(
    ("engine", "estimator"),
    [
        ("epochs (--epochs) cannot be 0.", "epochs cannot be 0."),
        ("use --loss cross_entropy", "use loss='cross_entropy'"),
        ("give --hidden 128,64.", "give hidden_layer_sizes=(128, 64)."),
        ("leave --weight-decay out", "leave weight_decay='out'"),
        ("see --seed", "see random_state"),
        ("--kind 'post code'=category", "kinds={'post code': 'category'}"),
        ("a well-known word -- and a dash", "a well-known word -- and a dash"),
    ],
)
def test_flags_become_parameters(engine, estimator):
    assert as_parameters(engine) == estimator
