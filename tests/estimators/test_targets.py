"""What y may be, and what comes back: labels, sets of labels, numbers, several numbers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse as sp
from sklearn.datasets import make_multilabel_classification
from sklearn.metrics import accuracy_score, r2_score

from pellucid.errors import DataError, SettingError
from tests.estimators.helpers import (
    FLOWERS,
    LENGTHS,
    NAMES,
    SPECIES,
    classifier,
    regressor,
    same_bits,
)

LABELS = {
    "text": np.array(["setosa", "versicolor", "virginica"]),
    "objects": np.array(["setosa", "versicolor", "virginica"], dtype=object),
    "whole numbers": np.array([-7, 0, 300]),
    "decimal numbers": np.array([1.0, 2.0, 3.0]),
    "words that mean missing": np.array(["", "NA", "nan"]),
    "almost alike": np.array([" a", "A", "a"]),
}
SETS_X, SETS_Y = make_multilabel_classification(150, 4, n_classes=3, random_state=0)


@pytest.mark.parametrize("labels", LABELS.values(), ids=LABELS)
def test_labels_of_any_type_come_back_as_they_were(labels):
    fitted = classifier(epochs=20).fit(FLOWERS, labels[SPECIES])
    assert fitted.classes_.tolist() == sorted(labels.tolist())
    assert fitted.classes_.dtype == labels.dtype == fitted.predict(FLOWERS).dtype
    assert accuracy_score(labels[SPECIES], fitted.predict(FLOWERS)) > 0.9


def test_truth_values_are_labels():
    fitted = classifier().fit(FLOWERS, SPECIES > 0)
    assert fitted.classes_.tolist() == [False, True]
    assert fitted.predict(FLOWERS).dtype == bool
    assert fitted.score(FLOWERS, SPECIES > 0) == 1.0


@pytest.mark.parametrize(
    "form",
    [list, pd.Series, pl.Series, lambda y: pd.DataFrame({"kind": y}), lambda y: y[:, None]],
    ids=["list", "pandas", "Polars", "frame", "column"],
)
@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
def test_labels_may_come_in_any_form(form):
    names = LABELS["text"][SPECIES]
    assert same_bits(classifier().fit(FLOWERS, form(names)), classifier().fit(FLOWERS, names))


def test_probabilities_are_one_for_each_class_and_add_up_to_one():
    fitted = classifier().fit(FLOWERS, SPECIES)
    probabilities = fitted.predict_proba(FLOWERS)
    assert probabilities.shape == (150, 3)
    assert np.allclose(probabilities.sum(axis=1), 1, rtol=0, atol=1e-6)
    assert np.array_equal(fitted.classes_[probabilities.argmax(axis=1)], fitted.predict(FLOWERS))
    assert np.allclose(np.exp(fitted.predict_log_proba(FLOWERS)), probabilities, atol=1e-7)


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_of_two_classes_the_decision_is_for_the_second(loss):
    fitted = classifier(loss=loss).fit(FLOWERS, SPECIES > 1)
    lead = fitted.decision_function(FLOWERS)
    assert lead.shape == (150,)
    assert np.array_equal(lead > 0, fitted.predict(FLOWERS))
    assert np.allclose(1 / (1 + np.exp(-lead)), fitted.predict_proba(FLOWERS)[:, 1], atol=1e-6)
    assert fitted.coefs_[-1].shape == (8, 1 if loss == "binary_cross_entropy" else 2)


def test_logits_become_probabilities_by_softmax():
    fitted = classifier().fit(FLOWERS, SPECIES)
    powers = np.exp(fitted.decision_function(FLOWERS))
    expected = powers / powers.sum(axis=1, keepdims=True)
    assert np.allclose(fitted.predict_proba(FLOWERS), expected, atol=1e-6)


@pytest.mark.parametrize("form", [np.asarray, sp.csr_array, list], ids=["array", "sparse", "list"])
def test_sets_of_labels_are_zeros_and_ones(form):
    fitted = classifier(epochs=40).fit(SETS_X, form(SETS_Y))
    answers = fitted.predict(SETS_X)
    assert answers.shape == SETS_Y.shape
    assert set(np.unique(answers)) == {0, 1}
    # A row counts as right where every label is: each alone is right far more often.
    assert fitted.score(SETS_X, SETS_Y) == accuracy_score(SETS_Y, answers) > 0.4
    assert (answers == SETS_Y).mean() > 0.75


def test_probabilities_of_labels_are_each_for_itself():
    fitted = classifier(epochs=40).fit(SETS_X, SETS_Y)
    probabilities = fitted.predict_proba(SETS_X)
    logits = fitted.decision_function(SETS_X)
    assert fitted.classes_.tolist() == [0, 1, 2]
    assert np.allclose(probabilities, 1 / (1 + np.exp(-logits)), atol=1e-6)
    assert np.array_equal(probabilities > 0.5, fitted.predict(SETS_X).astype(bool))


def test_labels_keep_the_names_of_their_columns():
    frame = pd.DataFrame(SETS_Y, columns=["war", "love", "comedy"])
    answers = classifier(epochs=1).fit(SETS_X, frame).model_.predict(SETS_X)
    assert answers.columns[1:] == ["probability_war", "probability_love", "probability_comedy"]


def test_numbers_come_back_in_their_own_unit():
    fitted = regressor(epochs=60).fit(FLOWERS, 1000 + LENGTHS)
    answers = fitted.predict(FLOWERS)
    assert answers.shape == (150,)
    assert answers.dtype == np.float64
    assert fitted.score(FLOWERS, 1000 + LENGTHS) == r2_score(1000 + LENGTHS, answers) > 0.9


@pytest.mark.parametrize("form", [np.asarray, pd.DataFrame, pl.DataFrame, lambda y: y.tolist()])
def test_several_numbers_are_predicted_at_once_and_count_alike(form):
    both = np.column_stack([LENGTHS * 1e6, -FLOWERS[:, 3] * 1e-6])
    fitted = regressor(epochs=60).fit(FLOWERS[:, :3], form(both))
    answers = fitted.predict(FLOWERS[:, :3])
    assert answers.shape == (150, 2)
    assert (r2_score(both, answers, multioutput="raw_values") > 0.85).all()


def test_one_number_in_a_column_comes_back_as_one_number():
    column = regressor().fit(FLOWERS, LENGTHS[:, None])
    assert column.predict(FLOWERS).shape == (150,)
    assert same_bits(column, regressor().fit(FLOWERS, LENGTHS))


def test_whole_numbers_are_numbers_for_a_regressor():
    """Few different ones: pellucid.train would take them for classes."""
    fitted = regressor(epochs=60).fit(FLOWERS, SPECIES)
    assert fitted.model_.contract.task == "regression"
    assert fitted.score(FLOWERS, SPECIES) > 0.85
    several = regressor(epochs=1).fit(FLOWERS, np.column_stack([SPECIES, SPECIES == 0]))
    assert [column.kind for column in several.model_.contract.target_columns] == ["number"] * 2


def test_a_constant_number_is_predicted_as_it_is():
    both = np.column_stack([np.full(150, 7.0), LENGTHS])
    answers = regressor(epochs=40).fit(FLOWERS, both).predict(FLOWERS)
    assert np.allclose(answers[:, 0], 7, rtol=1e-9)
    assert r2_score(LENGTHS, answers[:, 1]) > 0.9


def test_targets_are_called_as_the_person_calls_them():
    named = regressor(epochs=1).fit(FLOWERS, pd.Series(LENGTHS, name="length"))
    assert named.model_.contract.targets == ("length",)
    frame = pl.DataFrame({"length": LENGTHS, "width": FLOWERS[:, 3]})
    assert regressor(epochs=1).fit(FLOWERS, frame).model_.contract.targets == ("length", "width")
    assert regressor(epochs=1).fit(FLOWERS, LENGTHS).model_.contract.targets == ("y",)


@pytest.mark.parametrize(
    ("make", "y", "error", "message"),
    [
        (classifier, LENGTHS, ValueError, "continuous"),
        (classifier, np.zeros(150), DataError, r"only one class, 0\.0, so"),
        (classifier, np.full(150, np.nan), ValueError, "NaN"),
        (classifier, np.column_stack([SPECIES, SPECIES]), ValueError, "2 columns of classes"),
        (classifier, SPECIES[:-1], ValueError, r"inconsistent.*150, 149|149, 150"),
        (classifier, None, ValueError, "requires y to be passed"),
        (
            regressor,
            np.where(LENGTHS > 40, "long", "short"),
            ValueError,
            "must hold numbers.*such as (long|short)",
        ),
        (regressor, np.full(150, np.inf), ValueError, "infinity"),
        (regressor, np.zeros((150, 2, 2)), ValueError, "dim"),
        (regressor, LENGTHS[:-1], ValueError, r"inconsistent.*150, 149|149, 150"),
    ],
)
def test_targets_that_cannot_be_used_are_refused(make, y, error, message):
    with pytest.raises(error, match=message):
        make(epochs=1).fit(FLOWERS, y)


def test_a_loss_for_one_label_is_refused_for_sets():
    with pytest.raises(SettingError, match="one class from the others"):
        classifier(loss="cross_entropy").fit(SETS_X, SETS_Y)
    assert classifier(loss="binary_cross_entropy", epochs=1).fit(SETS_X, SETS_Y)


def test_names_hold_in_what_the_model_says():
    frame = pd.DataFrame(FLOWERS, columns=NAMES)
    names = pd.Series(LABELS["text"][SPECIES], name="species")
    answers = classifier().fit(frame, names).model_.predict(frame)
    assert answers.columns[1:] == [f"probability_{name}" for name in LABELS["text"]]
    assert answers["prediction"].dtype == pl.String
