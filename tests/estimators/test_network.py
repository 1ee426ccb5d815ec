"""What a fitted estimator shows: weights, history, settings; and what its numbers mean."""

from __future__ import annotations

import warnings

import jax
import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, softmax

from pellucid import Classifier, Regressor
from pellucid.training.config import Config
from pellucid.training.settings import settings_of
from tests.estimators.helpers import FLOWERS, LENGTHS, NAMES, SPECIES, classifier, regressor


def standardised(rows):
    return (rows - FLOWERS.mean(axis=0)) / FLOWERS.std(axis=0)


@pytest.mark.parametrize(
    ("name", "function"),
    [("relu", lambda z: np.maximum(z, 0)), ("tanh", np.tanh), ("sigmoid", expit)],
)
def test_a_prediction_is_products_sums_and_activations_of_what_is_shown(name, function):
    """Two hidden layers, followed by hand in 64 bits."""
    fitted = classifier(hidden_layer_sizes=(8, 6), activation=name).fit(FLOWERS, SPECIES)
    signal = standardised(FLOWERS)
    layers = list(zip(fitted.coefs_, fitted.intercepts_, strict=True))
    for kernel, bias in layers[:-1]:
        signal = function(signal @ kernel.astype(float) + bias)
    logits = signal @ layers[-1][0].astype(float) + layers[-1][1]
    assert np.allclose(fitted.predict_proba(FLOWERS), softmax(logits, axis=1), atol=1e-5)


def test_without_hidden_layers_a_regressor_is_a_linear_formula():
    fitted = regressor(hidden_layer_sizes=()).fit(FLOWERS, LENGTHS)
    slopes, start = fitted.coefs_[0][:, 0], fitted.intercepts_[0][0]
    by_hand = LENGTHS.mean() + LENGTHS.std() * (standardised(FLOWERS) @ slopes + start)
    assert np.allclose(fitted.predict(FLOWERS), by_hand, rtol=1e-5)


def test_weights_are_shown_layer_by_layer_rows_from_columns_to():
    fitted = classifier(hidden_layer_sizes=[16, 8]).fit(FLOWERS, SPECIES)
    assert [kernel.shape for kernel in fitted.coefs_] == [(4, 16), (16, 8), (8, 3)]
    assert [bias.shape for bias in fitted.intercepts_] == [(16,), (8,), (3,)]


@pytest.mark.parametrize("normalization", ["none", "batch", "layer"])
def test_what_is_shown_is_numpy_and_nothing_of_jax(normalization):
    fitted = classifier(normalization=normalization).fit(FLOWERS, SPECIES)
    held = [value for name, value in vars(fitted).items() if name.endswith("_")]
    held += [fitted._learned.memory.optimizer_state, fitted.model_.params, fitted.model_.history]
    leaves = jax.tree.leaves(held, is_leaf=lambda leaf: isinstance(leaf, jax.Array))
    assert leaves
    assert not [leaf for leaf in leaves if isinstance(leaf, jax.Array)]
    assert all(type(array) is np.ndarray for array in [*fitted.coefs_, *fitted.intercepts_])
    answers = fitted.predict(FLOWERS), fitted.predict_proba(FLOWERS)
    assert all(type(array) is np.ndarray for array in answers)


def test_the_history_has_an_entry_for_each_epoch():
    fitted = classifier(epochs=7).fit(FLOWERS, SPECIES)
    assert fitted.n_iter_ == len(fitted.history_) == len(fitted.loss_curve_) == 7
    assert [entry["epoch"] for entry in fitted.history_] == list(range(1, 8))
    assert fitted.loss_ == fitted.loss_curve_[-1] < fitted.loss_curve_[0]
    assert fitted.validation_scores_ is None


def test_rows_held_back_choose_the_epoch_that_is_kept():
    fitted = classifier(validation_fraction=0.3, epochs=20).fit(FLOWERS, SPECIES)
    scores = fitted.validation_scores_
    assert len(scores) == 20
    best = fitted.model_.report["best_epoch"]
    assert scores[best - 1] == max(scores)
    assert fitted.loss_ == fitted.loss_curve_[best - 1]
    assert fitted.model_.report["n_validation"] == 45
    assert fitted.model_.settings["validation_fraction"] == 0.3


def test_patience_ends_a_fit_that_gets_no_better():
    """At a rate of 1e-9 nothing changes after the first epoch."""
    settled = classifier(learning_rate=1e-9, validation_fraction=0.3, epochs=50, patience=4)
    assert settled.fit(FLOWERS, SPECIES).n_iter_ == 5


def test_a_time_limit_ends_a_fit():
    fitted = classifier(epochs=100_000, time_limit=1.0).fit(FLOWERS, SPECIES)
    assert 1 <= fitted.n_iter_ < 100_000
    assert fitted.model_.report["ended"] == "time limit"


def test_a_rate_may_be_measured():
    fitted = classifier(learning_rate="find").fit(FLOWERS, SPECIES)
    assert 1e-4 < fitted.model_.settings["learning_rate"] < 1
    assert "measured" in fitted.model_.trained.made["reasons"]["learning_rate"]


def test_every_setting_that_was_left_open_is_shown_with_its_reason():
    fitted = Classifier(epochs=1, random_state=0).fit(FLOWERS, SPECIES)
    reasons = fitted.model_.trained.made["reasons"]
    for name, value in fitted.get_params().items():
        setting = {"hidden_layer_sizes": "hidden", "random_state": "seed"}.get(name, name)
        if value is None and setting not in ("time_limit", "clip_norm", "class_weight", "kinds"):
            assert reasons[setting], name
            assert setting in fitted.model_.settings


def test_verbose_prints_a_line_for_each_epoch(capsys):
    classifier(epochs=3, verbose=True).fit(FLOWERS, SPECIES)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("epoch 1 of 3: loss ")
    classifier(epochs=3).fit(FLOWERS, SPECIES)
    assert capsys.readouterr().out == ""


def test_names_and_numbers_of_features_are_as_everywhere_in_scikit_learn():
    fitted = classifier(epochs=1).fit(pd.DataFrame(FLOWERS, columns=NAMES), SPECIES)
    assert fitted.n_features_in_ == 4
    assert fitted.feature_names_in_.tolist() == NAMES
    bare = classifier(epochs=1).fit(FLOWERS, SPECIES)
    assert bare.n_features_in_ == 4
    assert not hasattr(bare, "feature_names_in_")


def test_every_setting_of_the_network_and_of_learning_is_a_parameter():
    """But for those of pictures, of other than one plain network, and of branches of runs."""
    named = {"hidden": "hidden_layer_sizes", "seed": "random_state"}
    wanted = {
        named.get(name, name)
        for name, setting in settings_of(Config).items()
        if setting.group in ("Network", "Learning")
    }
    wanted -= {"augment", "preset", "embedding", "members", "freeze"}
    wanted -= {"network", "filters", "units", "blocks", "heads"}
    assert wanted <= set(Classifier().get_params())
    assert wanted - {"label_smoothing"} <= set(Regressor().get_params())


def test_parameters_are_shown_and_set_by_name():
    assert repr(Classifier(epochs=3)) == "Classifier(epochs=3)"
    assert "Classifier" in Classifier()._repr_html_()
    assert Regressor().set_params(epochs=5).get_params()["epochs"] == 5
    with pytest.raises(ValueError, match="Invalid parameter 'epoch'"):
        Regressor().set_params(epoch=5)


@pytest.mark.filterwarnings("error")
def test_nothing_is_warned_of_where_nothing_is_wrong():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classifier(epochs=1).fit(FLOWERS, SPECIES).predict(FLOWERS * 100)
